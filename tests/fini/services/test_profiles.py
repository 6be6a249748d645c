"""Profiles are set up once an environment, under the participant's own Company ID."""

import pytest

from fini.models import Profile
from fini.refusals import Refusal
from fini.services.profiles import Particulars, correct, set_enabled, set_up
from portal import clock
from portal.activity.models import Activity, Kind
from portal.people.models import Identity, Participant, User
from tests.fini.profile_builders import acting, company_id, profile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gateway_set")]


def told(identity: Identity, **fields: bool) -> Particulars:
    rights = {"may_reference": True, "may_subscribe": True, "may_fund": False}
    return Particulars(identity, "harbour-portal", "", **(rights | fields))


@pytest.mark.ledger("FINI-03/P")
def test_a_profile_records_issuer_and_company_id(
    charlie: User, participant: Participant
) -> None:
    who = acting(charlie, participant)
    made = set_up("sandbox", told(company_id(participant)), who, clock.now())
    kept = Profile.objects.get(pk=made.pk)
    assert (kept.agent_issuer, kept.company_id.code) == ("harbour-portal", "HARBOUR01")
    row = Activity.objects.latest("seq")
    assert (row.kind, row.user) == (Kind.GATEWAY, charlie)
    assert row.description == "Set up FINI profile of [HARBOUR01] in [sandbox]"


def test_one_environment_has_one_profile(
    charlie: User, participant: Participant
) -> None:
    profile(participant)
    with pytest.raises(Refusal, match="There is a profile"):
        set_up(
            "sandbox",
            told(company_id(participant)),
            acting(charlie, participant),
            clock.now(),
        )


def test_an_environment_without_a_gateway_gets_none(
    charlie: User, participant: Participant
) -> None:
    with pytest.raises(Refusal, match="names no FINI gateway"):
        set_up(
            "production",
            told(company_id(participant)),
            acting(charlie, participant),
            clock.now(),
        )


def test_another_participants_company_id_is_refused(
    charlie: User, participant: Participant, other_participant: Participant
) -> None:
    with pytest.raises(Refusal, match="no Company ID"):
        set_up(
            "sandbox",
            told(company_id(other_participant, "PEAK01")),
            acting(charlie, participant),
            clock.now(),
        )


def test_an_identity_of_another_kind_is_refused(
    charlie: User, participant: Participant, firm_id: Identity
) -> None:
    with pytest.raises(Refusal, match="no Company ID"):
        correct(profile(participant), told(firm_id), acting(charlie, participant))


def test_a_correction_names_what_changed(
    charlie: User, participant: Participant
) -> None:
    made = profile(participant)
    correct(made, told(made.company_id), acting(charlie, participant))
    row = Activity.objects.latest("seq")
    assert row.description.startswith("Correct [machine_uuid, may_fund] of FINI prof")


def test_a_correction_that_changes_nothing_is_not_recorded(
    charlie: User, participant: Participant
) -> None:
    made = profile(participant, may_fund=False, machine_uuid="")
    before = Activity.objects.count()
    correct(made, told(made.company_id), acting(charlie, participant))
    assert Activity.objects.count() == before


def test_a_profile_is_put_out_of_use_once(
    charlie: User, participant: Participant
) -> None:
    made, who = profile(participant), acting(charlie, participant)
    set_enabled(made, False, who)
    assert not Profile.objects.get(pk=made.pk).is_enabled
    with pytest.raises(Refusal, match="disabled already"):
        set_enabled(made, False, who)
