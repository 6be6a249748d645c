"""Who may go on reading a stream is looked at anew."""

from django.test import Client

from portal.pages.views.live import is_still_allowed
from portal.people.models import User


def key_of(client: Client, user: User) -> str:
    client.force_login(user)
    client.get("/p/CP00010/")
    return str(client.session.session_key)


def test_a_member_with_a_session_reads_on(client: Client, alice: User) -> None:
    assert is_still_allowed(key_of(client, alice), alice.pk, "CP00010")


def test_signing_out_ends_it(client: Client, alice: User) -> None:
    key = key_of(client, alice)
    client.logout()
    assert not is_still_allowed(key, alice.pk, "CP00010")


def test_the_end_of_the_membership_ends_it(client: Client, alice: User) -> None:
    key = key_of(client, alice)
    alice.memberships.update(is_active=False)
    assert not is_still_allowed(key, alice.pk, "CP00010")


def test_a_new_password_ends_it(client: Client, alice: User) -> None:
    key = key_of(client, alice)
    alice.set_password("another long enough password")
    alice.save()
    assert not is_still_allowed(key, alice.pk, "CP00010")
