"""An exchange that floods a folder keeps nobody from the answer they wait for."""

import datetime as dt
from typing import cast

import pytest

from keys.models import SftpAccount
from portal import clock
from portal.exchange.hktime import hk_hhmmss
from portal.exchange.session import Entry, Session
from portal.people.models import Identity, User
from tests.transfers import builders
from transfers.models import ResultFile, Submission
from transfers.states import SubmissionStatus
from transfers.visit import lease as leases
from transfers.visit import looking


class Flood:
    """A session that finds a hundred answers to nothing, and one to `row`."""

    def __init__(self, row: Submission) -> None:
        at = clock.now()
        made = hk_hhmmss(at)
        names = [f"A{n}.zip.{made}.rcvd" for n in range(100)]
        names.append(f"{row.file_name}.{made}.rcvd")
        self.entries = [Entry(name, 64, at, is_folder=False) for name in names]
        self.content = row.sha256.encode()

    def listdir(self, path: str) -> list[Entry]:
        return self.entries

    def read(self, path: str, limit: int) -> bytes:
        return self.content


@pytest.fixture
def sent(alice: User, account: SftpAccount, ce_number: Identity) -> Submission:
    at = clock.real_now()
    row = builders.submission(
        alice,
        account,
        ce_number,
        SubmissionStatus.AWAITING_ACKNOWLEDGMENT,
        look_next_at=at,
        look_until=at + dt.timedelta(minutes=10),
    )
    builders.opened(row, clock.now() - dt.timedelta(seconds=5))
    return row


def look(row: Submission) -> None:
    lease = leases.take(row.account_id)
    assert lease is not None
    looking.look(lease, cast("Session", Flood(row)), row.account)
    row.refresh_from_db()


def test_what_is_waited_for_is_kept_first_and_the_rest_gives_way(
    sent: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "LOOK_FOR", 0.0)
    look(sent)
    assert sent.status == SubmissionStatus.ACCEPTED
    assert ResultFile.objects.count() == 1


def test_whatever_there_is_time_for_is_kept(sent: Submission) -> None:
    look(sent)
    assert ResultFile.objects.count() == 101
