"""Browsers of the cast, and the account whose pages they open."""

from collections.abc import Callable

import pytest
from django.test import Client

from keys.models import SftpAccount
from portal.people.models import Participant, User
from tests.keys.views import builders

Browser = Callable[[User], Client]


@pytest.fixture
def browser() -> Browser:
    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def by_charlie(browser: Browser, charlie: User) -> Client:
    """The administrator's."""
    return browser(charlie)


@pytest.fixture
def ecp(participant: Participant, charlie: User) -> SftpAccount:
    """An account at ECP, with no key yet."""
    return builders.account(participant)


@pytest.fixture
def page(ecp: SftpAccount) -> str:
    return f"/p/CP00010/keys/accounts/{ecp.pk}/"
