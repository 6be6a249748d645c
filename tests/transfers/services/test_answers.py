"""Which submission a distributed file answers, and what it tells of rejections."""

import datetime as dt
import io
import uuid
import zipfile
from typing import Any

import pytest

from keys.models import SftpAccount
from portal.alerts.models import Alert
from portal.people.models import Identity, IdentityKind, User
from tests.transfers import builders, retrieved
from tests.transfers.retrieved import held, hk
from transfers.models import Fetching, RetrievedFile, RetrievedStatus, Submission
from transfers.services import answers, answers_wanted, fetches
from transfers.states import SubmissionStatus

S = SubmissionStatus
OPENED, MADE = hk("2026-11-20T15:00"), hk("2026-11-20T15:04")
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def sent(alice: User, account: SftpAccount, ce_number: Identity) -> Submission:
    return accepted(alice, account, ce_number)


def accepted(
    user: User, account: SftpAccount, identity: Identity, **fields: Any
) -> Submission:
    values = {
        "created_at": OPENED,
        "opened_at": OPENED,
        "ended_at": OPENED + MINUTE,
        "day": OPENED.date(),
    }
    return builders.submission(
        user, account, identity, S.ACCEPTED, **{**values, **fields}
    )


def answer(account: SftpAccount, identity: Identity | None, **fields: Any) -> Any:
    values = {"file_id": "HBCNMPRP", "subject": "BCAN-CID Response File"}
    return retrieved.row(
        account,
        fields.pop("name", "HBCNMPRP_AAA000_20261120.zip"),
        fields.pop("content", b"all well\n"),
        identity=identity,
        modified_at=fields.pop("modified_at", MADE),
        seen_at=MADE + MINUTE,
        **{**values, **fields},
    )


def test_a_response_belongs_to_its_submission(
    account: SftpAccount, ce_number: Identity, sent: Submission
) -> None:
    row = answer(account, ce_number)
    assert fetches.keep(held(account), row, MADE + MINUTE)
    row.refresh_from_db()
    assert row.submission == sent


def test_not_to_one_that_was_opened_after_it(
    account: SftpAccount, ce_number: Identity, sent: Submission
) -> None:
    row = answer(account, ce_number, modified_at=OPENED - MINUTE)
    assert answers.submission_of(row) is None


def test_not_to_another_identitys(
    account: SftpAccount, sent: Submission, firm_id: Identity
) -> None:
    assert answers.submission_of(answer(account, firm_id)) is None


def test_not_to_another_kind_of_file(
    account: SftpAccount, ce_number: Identity, sent: Submission
) -> None:
    row = answer(account, ce_number, file_id="HBCNATRP")
    assert answers.submission_of(row) is None


def test_not_to_one_that_hkex_rejected(
    account: SftpAccount, ce_number: Identity, sent: Submission
) -> None:
    Submission.objects.update(status=S.REJECTED)
    assert answers.submission_of(answer(account, ce_number)) is None


def test_of_two_that_it_may_answer_neither_is_guessed(
    alice: User, account: SftpAccount, ce_number: Identity, sent: Submission
) -> None:
    accepted(alice, account, ce_number)
    assert answers.submission_of(answer(account, ce_number)) is None


def test_the_day_in_its_name_tells_two_apart(
    alice: User, account: SftpAccount, ce_number: Identity, sent: Submission
) -> None:
    before = OPENED - dt.timedelta(days=1)
    accepted(alice, account, ce_number, opened_at=before, day=before.date())
    assert answers.submission_of(answer(account, ce_number)) == sent


def test_a_participant_with_one_identity_needs_no_code_in_the_name(
    account: SftpAccount, ce_number: Identity, sent: Submission
) -> None:
    assert answers.submission_of(answer(account, None, name="HBCNMPRP.zip")) == sent


def test_with_two_of_them_the_name_must_say_which(
    account: SftpAccount, ce_number: Identity, sent: Submission
) -> None:
    Identity.objects.create(
        participant=account.participant, kind=IdentityKind.CE_NUMBER, code="BBB111"
    )
    row = answer(account, None, name="HBCNMPRP.zip")
    assert answers.submission_of(row) is None


def zipped(text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("result.csv", text)
    return out.getvalue()


LINES = "Record,Status\n1,Accepted\n2,Rejected 4007 invalid name\n"


@pytest.mark.parametrize("content", [LINES.encode(), zipped(LINES)])
def test_a_partly_rejected_result_is_an_alert_with_its_lines(
    account: SftpAccount, ce_number: Identity, sent: Submission, content: bytes
) -> None:
    row = answer(account, ce_number, file_id="HBCNRSLT", content=content)
    fetches.keep(held(account), row, MADE)
    row.refresh_from_db()
    assert row.rejections == "2,Rejected 4007 invalid name"
    told = Alert.objects.get(resolved_at=None)
    assert told.kind == "result-rejected"
    assert "2,Rejected 4007 invalid name" in told.body
    assert str(sent.pk) in told.path


def test_a_clean_one_later_ends_the_alert(
    account: SftpAccount, ce_number: Identity
) -> None:
    lease = held(account)
    fetches.keep(lease, answer(account, ce_number, content=LINES.encode()), MADE)
    assert Alert.objects.filter(resolved_at=None).exists()
    later = answer(account, ce_number, name="HBCNMPRP_AAA000_2.zip")
    fetches.keep(lease, later, MADE)
    assert not Alert.objects.filter(resolved_at=None).exists()


@pytest.mark.parametrize("keys", [(1, 2), (2, 1)])
def test_also_when_both_are_kept_together(
    account: SftpAccount, ce_number: Identity, keys: tuple[int, int]
) -> None:
    """In the order in which they came, whatever that of their keys."""
    first, second = (uuid.UUID(int=key) for key in keys)
    rejected = answer(account, ce_number, content=LINES.encode(), pk=first)
    clean = answer(account, ce_number, name="HBCNMPRP_AAA000_2.zip", pk=second)
    fetches.keep_all(held(account), [rejected, clean], MADE)
    assert Alert.objects.get().resolved_at is not None


def test_an_answer_is_looked_for_after_an_accepted_submission(sent: Submission) -> None:
    assert answers_wanted.want_answers(OPENED + 2 * MINUTE) == 1
    assert Fetching.objects.get().wanted_since == OPENED + 2 * MINUTE


def test_every_few_minutes_only(account: SftpAccount, sent: Submission) -> None:
    Fetching.objects.create(account=account, listed_at=OPENED + 2 * MINUTE)
    assert answers_wanted.want_answers(OPENED + 3 * MINUTE) == 0
    assert answers_wanted.want_answers(OPENED + 6 * MINUTE) == 1


def test_less_often_after_the_first_hour(
    account: SftpAccount, sent: Submission
) -> None:
    Fetching.objects.create(account=account, listed_at=OPENED + 80 * MINUTE)
    assert answers_wanted.want_answers(OPENED + 84 * MINUTE) == 0
    assert answers_wanted.want_answers(OPENED + 96 * MINUTE) == 1


def test_no_more_once_it_has_come(
    account: SftpAccount, ce_number: Identity, sent: Submission
) -> None:
    fetches.keep(held(account), answer(account, ce_number), MADE)
    kept = RetrievedFile.objects.filter(status=RetrievedStatus.KEPT, submission=sent)
    assert kept.exists()
    assert answers_wanted.want_answers(OPENED + 9 * MINUTE) == 0


def test_no_more_once_the_day_is_over(sent: Submission) -> None:
    assert answers_wanted.want_answers(hk("2026-11-21T00:01")) == 0
