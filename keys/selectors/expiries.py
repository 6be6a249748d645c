"""The expiry page: every credential of a participant, with its time and its zone."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from keys.models import (
    EncryptionPassword,
    ExpiryAcknowledgment,
    KeyRenewal,
    SftpAccount,
)
from keys.paths import account_paths, encryption_path
from keys.renewal_states import OPEN
from keys.selectors.ends import HeldKeys, held, passwords_in_use, reminded_on
from keys.selectors.key_rows import taken_by
from keys.timelines import Slot, Validity, last_day
from portal.people.models import Participant

WARN_DAYS, BAD_DAYS = 30, 7  # the colours; mails begin at 60 days
SHOWN_AFTER_END = 90  # days that an ended key stays on the page
_NAMES = {slot: f"{slot.capitalize()} key" for slot in Slot} | {Slot.SAID: "New key"}
_COLUMNS = (
    "pk",
    "login_id",
    "facility__platform",
    "facility__name",
    "facility__environment",
)


class Credential(NamedTuple):
    """One bar of the timeline. `expires_on` is the first day on which it is dead.

    `group` puts the keys of one account into one row; `counts` is False for one that
    another has replaced: its end warns nobody. `zone` is a `data-s`.
    """

    subject: uuid.UUID
    group: uuid.UUID
    kind: str  # ssh_key, password, or a source's own
    name: str
    owner: str
    facility: str
    environment: str
    starts_on: dt.date
    expires_on: dt.date
    last_day: dt.date
    days_left: int
    slot: Slot
    zone: str  # ok, warn, bad, run, off
    word: str
    counts: bool
    is_acknowledged: bool
    is_renewing: bool
    is_compromised: bool
    path: str


class _Account(NamedTuple):
    """Of a thousand accounts no more is read than the page shows."""

    pk: uuid.UUID
    login_id: str
    platform: str
    facility: str
    environment: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is asked once for all credentials."""

    today: dt.date
    acknowledged: set[tuple[uuid.UUID, dt.date]]
    renewing: set[uuid.UUID]
    path_of: Callable[[uuid.UUID], str]


Source = Callable[[Participant, Known], Iterable[Credential]]
_sources: list[Source] = []


def add_source(source: Source) -> None:
    """Apps above add what else of a participant's ends; see `ends.add_source`."""
    if source not in _sources:
        _sources.append(source)


def credentials(participant: Participant, today: dt.date) -> list[Credential]:
    """The soonest end first, what is over at the bottom: five queries, and those of
    the other sources."""
    mine = SftpAccount.objects.filter(participant=participant, is_enabled=True)
    accounts = [_Account._make(row) for row in mine.values_list(*_COLUMNS)]
    known = Known(
        today,
        set(
            ExpiryAcknowledgment.objects.filter(participant=participant).values_list(
                "subject", "expires_on"
            )
        ),
        set(
            KeyRenewal.objects.filter(
                account__participant=participant, status__in=OPEN
            ).values_list("account_id", flat=True)
        ),
        account_paths(participant),
    )
    rows = taken_by([account.pk for account in accounts])
    found: list[Credential] = []
    for account in accounts:
        if account.pk in rows:
            found += _of_account(
                account, held(account.platform, rows[account.pk]), known
            )
    passwords = passwords_in_use().filter(encryption__participant=participant)
    found += [_of_password(row, known) for row in passwords]
    for source in _sources:
        found += source(participant, known)
    return sorted(found, key=lambda c: (c.days_left <= 0, c.expires_on, c.owner))


def disabled_count(participant: Participant) -> int:
    """The accounts whose credentials are left out."""
    mine = SftpAccount.objects.filter(participant=participant, is_enabled=False)
    return mine.count()


def _of_account(
    account: _Account, keys: HeldKeys, known: Known
) -> Iterator[Credential]:
    today = known.today
    counted, slots = keys.counted(today), keys.timeline.on(today)
    is_renewing = account.pk in known.renewing
    earliest = today - dt.timedelta(SHOWN_AFTER_END)
    path = known.path_of(account.pk)
    for v in keys.timeline.validities:
        counts = counted is not None and v.fingerprint == counted.fingerprint
        is_shown = v.expires_on >= earliest and v.expires_on > v.works_from
        if not counts and not is_shown:
            continue
        subject = keys.keys[v.fingerprint].pk
        zone, word = _zone_of_key(v, today, counts, counts and is_renewing)
        slot = slots.slot_of(v, today)
        yield Credential(
            subject=subject,
            group=account.pk,
            kind="ssh_key",
            name=_NAMES[slot],
            owner=account.login_id,
            facility=account.facility,
            environment=account.environment,
            starts_on=v.works_from,
            expires_on=v.expires_on,
            last_day=last_day(v.expires_on, v.ending),
            days_left=(v.expires_on - today).days,
            slot=slot,
            zone=zone,
            word=word,
            counts=counts,
            is_acknowledged=(subject, v.expires_on) in known.acknowledged,
            is_renewing=counts and is_renewing,
            is_compromised=v.compromised_on is not None,
            path=path,
        )


def _of_password(row: EncryptionPassword, known: Known) -> Credential:
    expires_on = reminded_on(row)
    left = (expires_on - known.today).days
    encryption = row.encryption
    return Credential(
        subject=row.pk,
        group=row.pk,
        kind="password",
        name="Encryption password",
        owner="HBCNMAPP",
        facility="ECP",
        environment=encryption.environment,
        starts_on=row.set_on or expires_on,
        expires_on=expires_on,
        last_day=expires_on - dt.timedelta(1),
        days_left=left,
        slot=Slot.CURRENT,
        zone="warn" if left <= WARN_DAYS // 2 else "ok",
        word="Change due" if left <= 0 else "In use",
        counts=True,
        is_acknowledged=(row.pk, expires_on) in known.acknowledged,
        is_renewing=False,
        is_compromised=False,
        path=encryption_path(encryption.participant, encryption.environment),
    )


def _zone_of_key(
    v: Validity, today: dt.date, counts: bool, is_renewing: bool
) -> tuple[str, str]:
    left = (v.expires_on - today).days
    if v.compromised_on is not None and left > 0:
        return "bad", "Compromised"
    if not counts:
        still = "Unconfirmed" if v.is_said else "Replaced"
        return "off", still if left > 0 else "Expired"
    return zone_by(left, is_renewing)


def zone_by(left: int, is_renewing: bool = False) -> tuple[str, str]:
    """`zone` and `word` of a credential that something depends on, by its days."""
    if left <= 0:
        return "bad", "Expired"
    if is_renewing:
        return "run", "Renewing"
    if left <= BAD_DAYS:
        return "bad", "Expires soon"
    return ("warn", "Renew now") if left <= WARN_DAYS else ("ok", "Valid")
