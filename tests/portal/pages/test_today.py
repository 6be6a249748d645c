"""Today and its panels."""

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from portal import clock
from portal.activity import transaction
from portal.alerts import services as alerts
from portal.alerts.models import Severity
from portal.approvals.models import Approval
from portal.pages import registry
from portal.pages.registry import MenuEntry
from portal.people.models import Participant, Role, User


def raise_one(participant: Participant) -> None:
    with transaction.atomic():
        alerts.raise_(
            "test",
            "one",
            participant=participant,
            severity=Severity.BAD,
            title="HBCNERBN for 00000 was rejected at 14:41",
            body="HKEX answered 4007.",
        )


def asked(participant: Participant, user: User) -> None:
    now = clock.now()
    Approval.objects.create(
        kind="test",
        object_pk=uuid.uuid4(),
        payload_sha256="a" * 64,
        participant=participant,
        subject="[HBCNMAPP] submission SUB-2024-000417",
        requested_by=user,
        requested_at=now,
        expires_at=now + dt.timedelta(hours=1),
    )


def test_what_needs_a_person_comes_first(
    client: Client, alice: User, participant: Participant
) -> None:
    raise_one(participant)
    client.force_login(alice)
    html = client.get("/p/CP00010/").content.decode()
    assert "HBCNERBN for 00000 was rejected at 14:41" in html
    assert 'data-live-topics="alerts approvals"' in html


def test_what_waits_for_an_approver_needs_them(
    client: Client, alice: User, bob: User, participant: Participant
) -> None:
    asked(participant, alice)
    client.force_login(bob)
    html = client.get("/p/CP00010/").content.decode()
    assert "1 request waits for your decision" in html
    assert "Nothing needs you" not in html
    client.force_login(alice)
    assert "Nothing needs you" in client.get("/p/CP00010/").content.decode()


def test_a_panel_is_fetched_again_alone(
    client: Client, alice: User, participant: Participant
) -> None:
    raise_one(participant)
    client.force_login(alice)
    answer = client.get("/p/CP00010/panel/needs-you/", headers={"X-Partial": "1"})
    assert answer.content.decode().strip().startswith('<div id="panel-needs-you"')


def test_a_panel_nobody_registered_is_not_found(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get("/p/CP00010/panel/none/").status_code == 404


def test_the_one_button_is_there_for_those_who_may_use_it(
    client: Client, alice: User, bob: User
) -> None:
    operators = frozenset({Role.OPERATOR})
    registry.add_menu(
        MenuEntry("", "Submit", "menu", "upload", 1, operators, is_primary=True)
    )
    client.force_login(alice)
    assert "btn-primary" in client.get("/p/CP00010/").content.decode()
    client.force_login(bob)
    assert "btn-primary" not in client.get("/p/CP00010/").content.decode()


def test_every_page_leads_to_the_persons_own_second_factor(
    client: Client, alice: User
) -> None:
    client.force_login(alice)
    assert (
        f'href="{reverse("mfa_index")}"' in client.get("/p/CP00010/").content.decode()
    )


def test_a_stranger_finds_no_page(client: Client, mallory: User, alice: User) -> None:
    client.force_login(mallory)
    for path in ("", "panel/needs-you/", "strip/", "menu/", "live/poll/"):
        assert client.get(f"/p/CP00010/{path}").status_code == 404


@pytest.mark.django_db
def test_the_anonymous_are_sent_to_sign_in_and_their_partials_told_401(
    client: Client,
) -> None:
    assert "/accounts/login/" in client.get("/p/CP00010/").headers["Location"]
    answer = client.get("/p/CP00010/strip/", headers={"X-Partial": "1"})
    assert answer.status_code == 401
