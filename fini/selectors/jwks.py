"""The JWKs of a profile as its page shows them, and the JWKS for Client Connect."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fini.models import Part, Profile, ProfileJwk
from fini.profile_keys import written
from portal.exchange.hktime import hk_day

WARN_DAYS, BAD_DAYS = 30, 7  # as for the other credentials


@dataclass(frozen=True, slots=True)
class Line:
    """One key; `status` is a `data-s`."""

    jwk: ProfileJwk
    status: str
    word: str
    last_day: dt.date
    days_left: int

    @property
    def is_waiting(self) -> bool:
        """Made, and HKEX does not know it yet."""
        return self.jwk.registered_at is None and self.days_left > 0


@dataclass(frozen=True, slots=True)
class KeySet:
    """One part's: `jwks` is exactly what is pasted, "" without a key."""

    part: Part
    lines: Sequence[Line]  # the newest first, retired ones left out
    jwks: str
    retired: int

    @property
    def is_registered(self) -> bool:
        return any(line.jwk.registered_at and line.days_left > 0 for line in self.lines)

    @property
    def waiting(self) -> Line | None:
        """The newest that HKEX does not know yet."""
        return next((line for line in self.lines if line.is_waiting), None)


def key_sets(profile: Profile, today: dt.date) -> list[KeySet]:
    """The agent's, then the machine's: one query."""
    rows = list(
        profile.jwks.select_related("created_by", "registered_by").defer(
            "sealed_private"
        )
    )
    return [_key_set(part, [r for r in rows if r.part == part], today) for part in Part]


def counted(jwks: Iterable[ProfileJwk], day: dt.date) -> ProfileJwk | None:
    """Of one part's registered keys, the one on whose end its access hangs: the last
    of those that have bought a token, else the last of all, as with SSH keys."""
    rows = list(jwks)
    usable = [row for row in rows if expires_on(row) > day]
    proved = [row for row in usable if row.proved_at]
    chosen = proved or usable or rows
    return max(chosen, key=lambda row: row.expires_at, default=None)


def expires_on(jwk: ProfileJwk) -> dt.date:
    """The first Hong Kong day on which it no longer works."""
    return hk_day(jwk.expires_at)


def _key_set(part: Part, rows: Sequence[ProfileJwk], today: dt.date) -> KeySet:
    held = [row for row in rows if row.retired_at is None]
    known = counted([row for row in held if row.registered_at], today)
    shown = sorted(held, key=lambda row: row.created_at)
    alive = [row for row in shown if expires_on(row) > today]
    return KeySet(
        part,
        [_line(row, known, today) for row in reversed(shown)],
        written(row.public for row in alive) if alive else "",
        len(rows) - len(held),
    )


def _line(jwk: ProfileJwk, known: ProfileJwk | None, today: dt.date) -> Line:
    ends = expires_on(jwk)
    left = (ends - today).days
    status, word = _state(jwk, jwk == known, left)
    return Line(jwk, status, word, ends - dt.timedelta(1), left)


def _state(jwk: ProfileJwk, counts: bool, left: int) -> tuple[str, str]:
    if left <= 0:
        return ("bad", "Expired") if counts else ("idle", "Lapsed")
    if jwk.registered_at is None:
        return "idle", "Next: paste into Client Connect"
    if counts and left <= WARN_DAYS:
        days = f"Expires in {left} day{'s' if left > 1 else ''}"
        return ("bad" if left <= BAD_DAYS else "warn"), days
    if not jwk.proved_at:
        return "idle", "Next: its first token"
    return ("ok", "Registered") if counts else ("idle", "Lapsed: replaced")


def to_compare(
    profile: Profile, part: Part
) -> tuple[list[dict[str, object]], dict[str, str]]:
    """The public JWKs that Client Connect should show of the part, and what the other
    keys of the profile are, by their modulus: one query."""
    rows = profile.jwks.defer("sealed_private")
    ours: list[dict[str, object]] = []
    others: dict[str, str] = {}
    for row in rows:
        if row.part == part and row.registered_at and row.retired_at is None:
            ours.append(row.public)
        else:
            others[row.public["n"]] = _called(row)
    return ours, others


def _called(jwk: ProfileJwk) -> str:
    what = f"the {jwk.get_part_display().lower()}"
    if jwk.retired_at:
        return f"{what} that is retired here"
    return what if jwk.registered_at else f"{what} that is not registered yet"
