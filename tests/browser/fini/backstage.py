"""What happens backstage on FINI's pages: the Company ID, profiles in all states."""

import datetime as dt

from fini.models import (
    Batch,
    BatchProblem,
    ConnectionTest,
    EipoSubscription,
    FundingLine,
    FundingList,
    FundingProposal,
    GatewayCall,
    Ipo,
    Part,
    Profile,
    ProfileJwk,
    Reconciliation,
    RecordDecision,
    Sending,
)
from portal import clock
from portal.people.models import Identity, IdentityKind, Participant
from tests.fini import profile_builders as builders

DAY = dt.timedelta(1)


def company_id() -> None:
    """HKEX has given it one."""
    builders.company_id(_harbour())


def profile() -> str:
    """A profile with every kind of key, a failed test, and a board with changes."""
    made = builders.profile(_harbour())
    if not made.jwks.exists():
        _keys(made)
        _test(made)
        _ipos(made)
    return str(made.pk)


def key() -> str:
    """One that HKEX knows."""
    return str(ProfileJwk.objects.filter(registered_at__isnull=False)[0].pk)


def ipo() -> str:
    return str(Ipo.objects.get(ipo_id="1234").pk)


def none() -> None:
    """As before anything was set up, whatever other tests did on this site."""
    EipoSubscription.objects.exclude(target=None).delete()
    for rows in (
        *(EipoSubscription, FundingProposal, FundingLine, FundingList),
        *(RecordDecision, Reconciliation, Sending, BatchProblem, Batch),
        *(ConnectionTest, GatewayCall, Ipo, ProfileJwk, Profile),
    ):
        rows._default_manager.all().delete()
    ours = builders.company_id(_harbour())
    given = Identity.objects.filter(kind=IdentityKind.COMPANY_ID)
    given.exclude(pk=ours.pk).delete()


def _keys(of: Profile) -> None:
    now = clock.now()
    old = {"created_at": now - 345 * DAY, "proved_at": now - 340 * DAY}
    builders.registered(of, Part.AGENT, 20, key="agent", **old)
    builders.jwk(of, Part.AGENT)
    builders.registered(of, Part.MACHINE, 300, key="machine", proved_at=now)
    builders.registered(of, Part.MACHINE, 100, retired_at=now)


def _test(of: Profile) -> None:
    ConnectionTest.objects.create(
        profile=of,
        asked_at=clock.now(),
        began_at=clock.now(),
        ended_at=clock.now(),
        clock_offset_ms=212,
        steps=[
            {"name": "Access token", "ok": True, "sentence": "It came.", "ms": 31},
            {"name": "Crypto meta", "ok": True, "sentence": "It came.", "ms": 12},
            {"name": "IPO list", "ok": False, "sentence": "FINI said no.", "ms": 8},
        ],
    )


def _ipos(of: Profile) -> None:
    now = clock.now()
    reference = {"boardLot": "500", "eipoCloseTime": "2026-12-01 12:00:00"}
    changed = {"changed_at": now, "changes": {"status": ["25", "30"], "lot": [1, 2]}}
    builders.ipo(of, "1234", reference=reference, **changed)
    builders.ipo(of, "1235", status="45")
    builders.ipo(of, "1236", first_seen_at=now)
    builders.ipo(of, "1230", is_listed=False, seen_at=now - 2 * DAY)
    Profile.objects.filter(pk=of.pk).update(ipos_refreshed_at=now)


def _harbour() -> Participant:
    return Participant.objects.get(code="CP00010")
