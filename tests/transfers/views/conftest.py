"""Browsers of the cast, and a file that passes every rule."""

from collections.abc import Callable

import pytest
from django.test import Client

from keys.models import Consent, SftpAccount
from portal import clock
from portal.people.models import Identity, Participant, User

Browser = Callable[[User], Client]


@pytest.fixture
def browser() -> Browser:
    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def by_alice(browser: Browser, alice: User) -> Client:
    return browser(alice)


@pytest.fixture
def consent(participant: Participant, charlie: User) -> Consent:
    return Consent.objects.create(
        participant=participant,
        declared_on=clock.today(),
        declared_by="admin.lau",
        recorded_by=charlie,
        recorded_at=clock.now(),
    )


@pytest.fixture
def sender(account: SftpAccount, ce_number: Identity) -> str:
    """The choice of AAA000 in the form."""
    return f"{account.pk}.{ce_number.pk}"
