"""Setting up a profile: what it takes, what it refuses, what it shows when empty."""

import pytest
from django.test import Client

from fini.models import Profile
from portal.people.models import Participant, User
from tests.fini.conftest import Browser
from tests.fini.profile_builders import UUID, company_id, profile

pytestmark = pytest.mark.django_db
PAGE = "/p/CP00010/fini/profiles/"


def given(participant: Participant, **more: str) -> dict[str, str]:
    return {
        "environment": "sandbox",
        "company_id": str(company_id(participant).pk),
        "agent_issuer": "harbour-portal",
        "machine_uuid": UUID.upper(),
        "may_reference": "on",
        **more,
    }


def test_without_a_gateway_it_says_who_sets_one(
    by_charlie: Client, settings: object
) -> None:
    text = by_charlie.get(PAGE).content.decode()
    assert "No FINI gateway is set" in text


@pytest.mark.usefixtures("gateway_set")
def test_without_a_company_id_it_says_what_is_missing(by_charlie: Client) -> None:
    assert "No Company ID yet" in by_charlie.get(PAGE).content.decode()


@pytest.mark.usefixtures("gateway_set")
def test_without_a_profile_it_leads_to_setting_one_up(
    by_charlie: Client, participant: Participant
) -> None:
    company_id(participant)
    text = by_charlie.get(PAGE).content.decode()
    assert f"{PAGE}add/" in text


@pytest.mark.usefixtures("gateway_set")
def test_a_reader_is_not_led_to_what_only_an_administrator_may(
    browser: Browser, dora: User, participant: Participant
) -> None:
    company_id(participant)
    text = browser(dora).get(PAGE).content.decode()
    assert f"{PAGE}add/" not in text
    assert "An administrator sets one up" in text


@pytest.mark.ledger("FINI-03/P")
@pytest.mark.usefixtures("gateway_set")
def test_a_profile_is_set_up_with_what_client_connect_has(
    by_charlie: Client, participant: Participant
) -> None:
    answer = by_charlie.post(f"{PAGE}add/", given(participant, may_fund="on"))
    made = Profile.objects.get()
    assert answer["Location"] == f"{PAGE}{made.pk}/"
    assert (made.machine_uuid, made.agent_issuer) == (UUID, "harbour-portal")
    rights = (made.may_reference, made.may_subscribe, made.may_fund)
    assert rights == (True, False, True)


@pytest.mark.usefixtures("gateway_set")
@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("machine_uuid", "no-uuid", "A UUID is such as"),
        ("environment", "production", "There is no such choice"),
        ("company_id", UUID, "There is no such choice"),
        ("agent_issuer", "", "Type the agent’s issuer"),
        ("agent_issuer", "-----BEGIN PRIVATE KEY-----", "treat the key as exposed"),
    ],
)
def test_a_wrong_field_stores_nothing(
    by_charlie: Client, participant: Participant, field: str, value: str, told: str
) -> None:
    answer = by_charlie.post(f"{PAGE}add/", given(participant, **{field: value}))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Profile.objects.exists()


@pytest.mark.usefixtures("gateway_set")
def test_the_only_profile_is_opened_at_once(
    by_charlie: Client, participant: Participant
) -> None:
    made = profile(participant)
    assert by_charlie.get(PAGE)["Location"] == f"{PAGE}{made.pk}/"


@pytest.mark.usefixtures("gateway_set")
def test_several_are_listed(by_charlie: Client, participant: Participant) -> None:
    made = [profile(participant), profile(participant, environment="test")]
    text = by_charlie.get(PAGE).content.decode()
    assert all(f"{PAGE}{one.pk}/" in text for one in made)


@pytest.mark.usefixtures("gateway_set")
def test_a_profile_is_corrected(by_charlie: Client, participant: Participant) -> None:
    made = profile(participant, machine_uuid="")
    page = f"{PAGE}{made.pk}/edit/"
    assert 'value="harbour-portal"' in by_charlie.get(page).content.decode()
    by_charlie.post(page, given(participant))
    made.refresh_from_db()
    assert made.machine_uuid == UUID


@pytest.mark.usefixtures("gateway_set")
def test_a_profile_is_put_out_of_use_and_back(
    by_charlie: Client, participant: Participant
) -> None:
    made = profile(participant)
    page = f"{PAGE}{made.pk}/enabled/"
    told = by_charlie.post(page, {"wanted": "off"}, follow=True).content.decode()
    assert "The profile is disabled" in told
    by_charlie.post(page, {"wanted": "on"})
    made.refresh_from_db()
    assert made.is_enabled
