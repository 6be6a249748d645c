"""When the next visit is due after one that went wrong."""

import datetime as dt

from keys.models import SftpAccount
from portal import clock
from portal.people.models import Identity, User
from tests.transfers import builders
from transfers.services import closings, visits
from transfers.states import SubmissionStatus
from transfers.visit import lease as leases


def test_after_a_visit_that_a_defect_ended_the_exchange_is_left_alone_for_a_while(
    alice: User, account: SftpAccount, ce_number: Identity
) -> None:
    builders.submission(alice, account, ce_number, SubmissionStatus.QUEUED)
    lease = leases.take(account.pk)
    assert lease is not None
    visits.begin(lease, account, clock.now())
    closings.leave(lease)
    account.refresh_from_db()
    assert account.visit_due_at is not None
    assert account.visit_due_at > clock.real_now() + dt.timedelta(seconds=3)
