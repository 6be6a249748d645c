"""A profile that may fund, what FINI lists for it, and its rows."""

import pytest
from django.test import Client

from fini.models import FundingLine, FundingProposal, Profile
from portal.people.models import Participant, User
from tests.fini import profile_builders
from tests.fini.conftest import Browser
from tests.fini.funding import builders
from tests.fini.funding.builders import Fini


@pytest.fixture
def profile(participant: Participant) -> Profile:
    return profile_builders.profile(participant)


@pytest.fixture
def fini() -> Fini:
    return builders.fini()


@pytest.fixture
def lines(profile: Profile, fini: Fini) -> list[FundingLine]:
    found = builders.fetched(profile, fini)
    fini.queries = 0
    return found


@pytest.fixture
def proposal(
    profile: Profile, lines: list[FundingLine], alice: User
) -> FundingProposal:
    """alice's: four to confirm, one to reject."""
    return builders.proposed(profile, alice, builders.wanted(lines))


@pytest.fixture
def queued(proposal: FundingProposal, bob: User) -> FundingProposal:
    """bob has approved it."""
    return builders.approved(proposal, bob)


@pytest.fixture
def by_alice(browser: Browser, alice: User) -> Client:
    return browser(alice)


@pytest.fixture
def by_bob(browser: Browser, bob: User) -> Client:
    return browser(bob)
