"""The ends of JWKs among those of all credentials (FINI-31): for `keys` to show and to
warn of."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from django.db.models import QuerySet

from fini.models import Part, ProfileJwk
from fini.paths import profile_path
from fini.selectors.jwks import counted, expires_on
from keys.selectors.ends import End
from keys.selectors.expiries import SHOWN_AFTER_END, Credential, Known, zone_by
from keys.timelines import Slot
from portal.exchange.hktime import hk_day
from portal.people.models import Participant

WHERE = "FINI"


def ends(day: dt.date) -> list[End]:
    """One a part of every enabled profile that HKEX knows a key of: one query."""
    found = []
    for rows in _by_part(_known_to_hkex()):
        last = counted(rows, day)
        if last is not None:
            profile = last.profile
            what = f"{_name(last)} of {profile.company_id.code} at {WHERE}"
            where = profile.get_environment_display()
            found.append(
                End(
                    last.pk,
                    profile.participant,
                    f"{what}, {where}",
                    expires_on(last),
                )
            )
    return found


def credentials(participant: Participant, known: Known) -> Iterator[Credential]:
    """Every registered key of its enabled profiles: one query."""
    rows = _known_to_hkex().filter(profile__participant=participant)
    for of_part in _by_part(rows):
        last = counted(of_part, known.today) or of_part[-1]
        for row in of_part:
            one = _credential(row, last, known)
            if one.counts or -one.days_left <= SHOWN_AFTER_END:
                yield one


def _known_to_hkex() -> QuerySet[ProfileJwk]:
    """Registered, and not taken out of use since."""
    return (
        ProfileJwk.objects.filter(
            registered_at__isnull=False, retired_at=None, profile__is_enabled=True
        )
        .select_related("profile__participant", "profile__company_id")
        .defer("sealed_private", "public")
        .order_by("registered_at", "pk")
    )


def _by_part(rows: QuerySet[ProfileJwk]) -> list[list[ProfileJwk]]:
    found: dict[tuple[object, str], list[ProfileJwk]] = defaultdict(list)
    for row in rows:
        found[row.profile_id, row.part].append(row)
    return list(found.values())


def _credential(jwk: ProfileJwk, last: ProfileJwk, known: Known) -> Credential:
    profile, end, counts = jwk.profile, expires_on(jwk), jwk == last
    left = (end - known.today).days
    zone, word = zone_by(left) if counts else ("off", _off(jwk, left))
    return Credential(
        subject=jwk.pk,
        group=last.pk,
        kind="jwk",
        name=_name(jwk),
        owner=profile.company_id.code,
        facility=WHERE,
        environment=profile.environment,
        starts_on=hk_day(jwk.registered_at or jwk.created_at),
        expires_on=end,
        last_day=end - dt.timedelta(1),
        days_left=left,
        slot=Slot.CURRENT if counts else Slot.EXPIRED,
        zone=zone,
        word=word,
        counts=counts,
        is_acknowledged=(jwk.pk, end) in known.acknowledged,
        is_renewing=False,
        is_compromised=False,
        path=profile_path(profile.participant, profile.pk),
    )


def _off(jwk: ProfileJwk, left: int) -> str:
    if left <= 0:
        return "Expired"
    return "Replaced" if jwk.proved_at else "Unconfirmed"


def _name(jwk: ProfileJwk) -> str:
    return "Agent key" if jwk.part == Part.AGENT else "Machine key"
