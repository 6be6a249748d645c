"""What most tests of submissions start from: an account and a draft of alice's."""

import pytest

from keys.models import SftpAccount
from portal.people.guards import Acting
from portal.people.models import Identity, Participant, User
from tests.transfers import builders
from transfers.models import Submission
from transfers.states import SubmissionStatus


@pytest.fixture
def account(
    participant: Participant, ce_number: Identity, firm_id: Identity
) -> SftpAccount:
    return builders.account(participant)


@pytest.fixture
def as_alice(alice: User, participant: Participant) -> Acting:
    return builders.acting(alice, participant)


@pytest.fixture
def draft(alice: User, account: SftpAccount, ce_number: Identity) -> Submission:
    return builders.submission(alice, account, ce_number, SubmissionStatus.DRAFT)
