"""The front door."""

import pytest
from django.test import Client

from portal.people.models import Membership, Participant, User


def test_one_participant_is_gone_to_at_once(client: Client, alice: User) -> None:
    client.force_login(alice)
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/p/CP00010/"


def test_several_are_chosen_from(
    client: Client, alice: User, other_participant: Participant
) -> None:
    Membership.objects.create(
        user=alice, participant=other_participant, is_operator=True
    )
    client.force_login(alice)
    html = client.get("/").content.decode()
    assert 'href="/p/CP00010/"' in html
    assert 'href="/p/CP00099/"' in html


def test_each_choice_leads_to_the_page_it_begins_with(
    client: Client, alice: User, other_participant: Participant
) -> None:
    Membership.objects.create(
        user=alice, participant=other_participant, is_operator=True
    )
    client.force_login(alice)
    client.post("/p/CP00010/home/", {"home": "downloads"})
    html = client.get("/").content.decode()
    assert '<li><a href="/p/CP00010/downloads/">' in html
    assert '<li><a href="/p/CP00099/">' in html


def test_a_membership_that_ended_is_no_choice(client: Client, alice: User) -> None:
    alice.memberships.update(is_active=False)
    client.force_login(alice)
    assert "You have no participant yet" in client.get("/").content.decode()


@pytest.mark.django_db
def test_a_site_admin_sees_the_site_and_no_participant(client: Client) -> None:
    sam = User.objects.create_user("sam", "sam@example.test", is_site_admin=True)
    client.force_login(sam)
    html = client.get("/").content.decode()
    assert "Site administration" in html
    assert "/p/" not in html


@pytest.mark.django_db
def test_the_anonymous_are_sent_to_sign_in(client: Client) -> None:
    assert "/accounts/login/" in client.get("/").headers["Location"]
