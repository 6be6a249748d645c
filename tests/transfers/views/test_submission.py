"""One submission's page in each state, as each role sees it."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from keys.models import SftpAccount
from portal import clock
from portal.exchange.hktime import hk_day
from portal.people.models import Identity, Participant, User
from tests.transfers import builders
from tests.transfers.make_zip import zip_of
from tests.transfers.views.conftest import Browser
from transfers.models import AttemptOutcome, Decision, ResultFile, Submission
from transfers.services import submissions
from transfers.states import SubmissionStatus

S = SubmissionStatus
NOON = dt.datetime(2024, 3, 1, 7, 5, 9, tzinfo=dt.UTC)  # 15:05:09 in Hong Kong


@pytest.fixture
def in_state(alice: User, account: SftpAccount, ce_number: Identity) -> Any:
    def made(status: SubmissionStatus, **fields: Any) -> Submission:
        return builders.submission(alice, account, ce_number, status, **fields)

    return made


def page_of(client: Client, row: Submission, part: str = "") -> str:
    answer = client.get(f"/p/{row.participant.code}/submissions/{row.pk}/{part}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def result(row: Submission, content: bytes, kind: str = "rcvd") -> ResultFile:
    return ResultFile.objects.create(
        account=row.account,
        submission=row,
        folder=row.folder,
        name=f"{row.file_name}.150509.{kind}",
        kind=kind,
        size=len(content),
        content=content,
        day=hk_day(clock.now()),
        seen_at=clock.now(),
    )


@pytest.mark.ledger("ECP-12")
def test_an_accepted_one_shows_the_sha256_and_hkexs_answer(
    by_alice: Client, in_state: Any
) -> None:
    row = in_state(S.ACCEPTED, ended_at=clock.now())
    result(row, row.sha256.encode())
    page = page_of(by_alice, row)
    assert "Accepted by HKEX at " in page
    assert "The checksum HKEX returned equals ours." in page
    assert f"<b>{row.sha256[:-8]}</b><i>{row.sha256[-8:]}</i>" in page
    assert f"<pre>{row.sha256}</pre>" in page
    assert "Verified: equal to our SHA-256" in page


@pytest.mark.ledger("ECP-13")
def test_a_rejected_one_shows_code_and_reason_and_what_to_do(
    by_alice: Client, in_state: Any
) -> None:
    row = in_state(
        S.REJECTED,
        ended_at=clock.now(),
        rejection_code="4007",
        rejection_reason="File name contains invalid characters",
    )
    page = page_of(by_alice, row)
    assert "4007 File name contains invalid characters" in page
    assert "nothing is reported for AAA000 today" in page
    assert f"?file_id=HBCNMAPP&amp;replaces={row.pk}" in page


@pytest.mark.parametrize(
    "content",
    [
        b"<script>alert(1)</script>",
        b"4007 =cmd|' /C calc'!A0",
        b"\xff\xfe\x00bytes",
        b"",
        b"x" * 100_000,
        "\u202etxt.exe".encode(),
    ],
)
def test_any_bytes_of_a_result_file_are_shown_escaped(
    by_alice: Client, in_state: Any, content: bytes
) -> None:
    row = in_state(S.REJECTED, ended_at=clock.now())
    result(row, content, "rej")
    page = page_of(by_alice, row)
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "\x00" not in page


def test_an_unconfirmed_one_asks_an_operator_to_decide(
    by_alice: Client, in_state: Any
) -> None:
    row = in_state(S.UNCONFIRMED, sentence="The line broke at 14:55:18.")
    page = page_of(by_alice, row)
    assert f"Unconfirmed: HKEX may or may not have {row.file_name}" in page
    assert (
        "The line broke at 14:55:18. Nothing is sent again until a person decides."
        in page
    )
    assert "HKEX does not have it" in page


def test_only_operators_are_asked_to_decide(
    browser: Browser, bob: User, dora: User, in_state: Any
) -> None:
    row = in_state(S.UNCONFIRMED)
    for person in (bob, dora):
        assert "How do you know?" not in page_of(browser(person), row)


def test_the_approver_sees_the_rules_and_the_hash_before_approving(
    by_alice: Client,
    browser: Browser,
    bob: User,
    in_state: Any,
    as_alice: Any,
    consent: object,
) -> None:
    row = submissions.send(in_state(S.DRAFT, content=zip_of()), as_alice, clock.now())
    page = page_of(browser(bob), row)
    assert "rules pass" in page
    assert row.sha256[:-8] in page
    assert 'value="approve"' in page
    own = page_of(by_alice, row)
    assert 'value="approve"' not in own
    assert "You asked for this yourself: another person decides." in own


def test_the_state_part_alone_is_live(by_alice: Client, in_state: Any) -> None:
    row = in_state(S.UPLOADING, bytes_acknowledged=64)
    part = page_of(by_alice, row, "state/")
    assert part.startswith('<div class="stack" id="state"')
    assert f'data-live-topics="submission:{row.pk}"' in part
    assert f'data-progress-topic="submission:{row.pk}"' in part
    assert 'Uploading <span data-progress="percent">50%</span>' in part


def test_attempts_are_told_with_their_hosts(by_alice: Client, in_state: Any) -> None:
    row = in_state(S.UNCONFIRMED)
    first = builders.host(row.account.facility, last=131)
    second = builders.host(row.account.facility, last=132)
    builders.opened(
        row,
        NOON,
        host=first,
        outcome=AttemptOutcome.NOT_OPENED,
        sentence="It refused the connection before any byte was sent.",
    )
    builders.opened(
        row,
        NOON + dt.timedelta(seconds=2),
        host=second,
        outcome=AttemptOutcome.UNCLEAR,
        sentence="All bytes sent, close not confirmed.",
    )
    page = page_of(by_alice, row)
    assert "127.0.1.131: It refused the connection before any byte was sent." in page
    assert "Upload, attempt 2: line broke" in page
    assert "Watching for .rcvd or .rej" in page


@pytest.mark.parametrize("status", list(S))
def test_every_state_has_its_page(
    by_alice: Client, in_state: Any, status: SubmissionStatus
) -> None:
    row = in_state(status, content=zip_of(), ended_at=clock.now())
    assert row.reference in page_of(by_alice, row)


def test_another_participants_is_not_there(
    by_alice: Client, mallory: User, other_participant: Participant
) -> None:
    identity = Identity.objects.create(
        participant=other_participant, kind="ce_number", code="ZZZ999"
    )
    theirs = builders.submission(mallory, builders.account(other_participant), identity)
    for part in ("", "state/", "evidence/", "withdraw/"):
        url = f"/p/CP00010/submissions/{theirs.pk}/{part}"
        assert by_alice.get(url).status_code == 404


def test_the_page_does_a_constant_number_of_queries(
    by_alice: Client,
    in_state: Any,
    alice: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    row = in_state(S.UNCONFIRMED)
    for number in range(5):
        builders.opened(
            row, NOON, host=builders.host(row.account.facility, last=number)
        )
        result(row, b"x", f"r{number}")
        Decision.objects.create(
            submission=row,
            kind="keep_waiting",
            reason="They said so",
            made_by=alice,
            made_at=clock.now(),
        )
    with django_assert_max_num_queries(20):
        page_of(by_alice, row)


def test_a_queued_one_says_why_it_waits(
    by_alice: Client, alice: User, account: SftpAccount, ce_number: Identity
) -> None:
    why = "No host of ECP answered. It is tried again by itself."
    row = builders.submission(alice, account, ce_number, S.QUEUED, sentence=why)
    page = by_alice.get(f"/p/CP00010/submissions/{row.pk}/").content.decode()
    today = by_alice.get("/p/CP00010/").content.decode()
    assert why in page
    assert why in today
