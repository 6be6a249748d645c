"""The evidence pack: everything of one submission, and that it was taken."""

import base64

import pytest
from django.test import Client

from keys.models import SftpAccount
from portal import clock
from portal.activity.models import Activity
from portal.exchange.hktime import hk_day
from portal.people.guards import Acting
from portal.people.models import Identity, User
from tests.transfers import builders
from tests.transfers.views.conftest import Browser
from transfers.models import ResultFile, Submission
from transfers.services import submissions
from transfers.states import SubmissionStatus


@pytest.fixture
def row(
    alice: User, account: SftpAccount, ce_number: Identity, as_alice: Acting
) -> Submission:
    draft = builders.submission(alice, account, ce_number, SubmissionStatus.DRAFT)
    return submissions.send(draft, as_alice, clock.now())


def test_it_holds_the_rows_and_hkexs_bytes(by_alice: Client, row: Submission) -> None:
    ResultFile.objects.create(
        account=row.account,
        submission=row,
        folder=row.folder,
        name="x.rcvd",
        kind="rcvd",
        size=3,
        content=b"\xff\x00x",
        day=hk_day(clock.now()),
        seen_at=clock.now(),
    )
    answer = by_alice.get(f"/p/CP00010/submissions/{row.pk}/evidence/")
    pack = answer.json()
    assert (
        f'filename="{row.reference}-evidence.json"'
        in (answer.headers["Content-Disposition"])
    )
    assert pack["submission"]["sha256"] == row.sha256
    assert base64.b64decode(pack["results"][0]["content"]["base64"]) == b"\xff\x00x"
    assert [a["status"] for a in pack["approvals"]] == ["pending"]
    assert pack["activity"][0]["hash"]


def test_that_it_was_taken_is_an_activity(
    browser: Browser, dora: User, row: Submission
) -> None:
    browser(dora).get(f"/p/CP00010/submissions/{row.pk}/evidence/")
    last = Activity.objects.latest("seq")
    assert (last.kind, last.user) == ("Export", dora)
    assert row.reference in last.description
