"""FINI's limits as rows: no 60 seconds ever see more calls than are permitted.

What counts: every request under /api, crypto meta too. The token endpoint does not: it
is another server (the access manager), before the gateway that counts.

FINI counts when a request arrives, we when its slot is taken. A request starts within
SEND_WITHIN of its slot and arrives soon after; so a window is longer by a margin, and
what is 60 s wide at FINI can hold no more than one of ours. 62.5 s are 96 % of what is
permitted.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable

from fini.gateways import Gateway
from fini.models import GatewayCall, Profile
from portal.activity import transaction

WINDOW = dt.timedelta(seconds=60)
MARGIN = dt.timedelta(seconds=2.5)
# Clocks of workers on several machines; what lies further ahead was written before a
# clock was set back, and would hold up everything until then.
SKEW = dt.timedelta(seconds=5)
KEPT = dt.timedelta(days=1)  # as the record of what was called
PRUNED_AT_ONCE, PRUNINGS = 500, 40


def take(
    profile: Profile,
    gateway: Gateway,
    path: str,
    real_now: Callable[[], dt.datetime],
) -> GatewayCall | dt.timedelta:
    """A slot, or how long to wait before asking again.

    One short transaction, in which nobody else counts for this company. The moment is
    read inside it: a wait for the lock must not make a slot look older than it is.
    """
    with transaction.atomic():
        peers = _locked(profile)
        now = real_now()
        wait = max(
            _wait([pk for pk, _ in peers], gateway.per_company, now),
            _wait(_of_machine(profile, peers), gateway.per_machine, now),
        )
        if wait > dt.timedelta(0):
            return wait
        return GatewayCall.objects.create(profile=profile, at=now, path=path)


def ended(call_pk: uuid.UUID, status: int | None, milliseconds: int) -> None:
    """How the call went; `status` is None where no reply came."""
    GatewayCall.objects.filter(pk=call_pk).update(
        status=status, milliseconds=milliseconds
    )


def prune(real_now: dt.datetime) -> int:
    """Delete what is older than a day, a little at a time; how many rows went."""
    profiles = Profile.objects.values_list("pk", flat=True)
    return sum(_prune_of(pk, real_now - KEPT) for pk in profiles)


def _prune_of(profile_pk: uuid.UUID, before: dt.datetime) -> int:
    old = GatewayCall.objects.filter(profile=profile_pk, at__lt=before).order_by("at")
    gone = 0
    for _ in range(PRUNINGS):
        pks = list(old.values_list("pk", flat=True)[:PRUNED_AT_ONCE])
        gone += GatewayCall.objects.filter(pk__in=pks).delete()[0] if pks else 0
        if len(pks) < PRUNED_AT_ONCE:
            break
    return gone


def _locked(profile: Profile) -> list[tuple[uuid.UUID, str]]:
    """Every profile of the company there, with its machine: always in one order."""
    peers = Profile.objects.select_for_update(no_key=True, of=("self",)).filter(
        environment=profile.environment, company_id__code=profile.company_id.code
    )
    return list(peers.order_by("pk").values_list("pk", "machine_uuid"))


def _of_machine(
    profile: Profile, peers: Iterable[tuple[uuid.UUID, str]]
) -> list[uuid.UUID]:
    same = {profile.machine_uuid} - {""}
    return [pk for pk, machine in peers if pk == profile.pk or machine in same]


def _wait(profiles: Iterable[uuid.UUID], most: int, now: dt.datetime) -> dt.timedelta:
    """Until the oldest of the last `most` calls has left the window; 0 is no limit."""
    if not most:
        return dt.timedelta(0)
    begins = now - WINDOW - MARGIN
    recent = GatewayCall.objects.filter(
        profile__in=profiles, at__gt=begins, at__lte=now + SKEW
    ).order_by("-at")
    filling = recent.values_list("at", flat=True)[most - 1 : most].first()
    return filling - begins if filling is not None else dt.timedelta(0)
