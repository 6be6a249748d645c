"""The submission page, with the file at the portal and by the plain form."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from keys.models import SftpAccount
from portal.activity.models import Activity
from portal.approvals.models import Approval
from portal.people.models import Identity, Participant, User
from tests.transfers import builders
from tests.transfers.make_zip import LZMA, zip_of
from transfers.models import FileUpload, Submission
from transfers.states import SubmissionStatus

HERE = "/p/CP00010/submit/"
pytestmark = pytest.mark.usefixtures("consent")


def submit(client: Client, sender: str, **fields: Any) -> Any:
    data = {"menu": "1", "file_id": "HBCNMAPP", "sender": sender, **fields}
    return client.post(HERE, data)


@pytest.fixture
def upload(alice: User, ce_number: Identity) -> FileUpload:
    """A good zip that has come whole."""
    return builders.upload(alice, ce_number, zip_of())


@pytest.mark.ledger("ECP-01/P", "ECP-19/P")
def test_the_page_shows_the_three_menus_and_all_file_ids(
    by_alice: Client, account: SftpAccount
) -> None:
    page = by_alice.get(HERE).content.decode()
    assert "Aggregated Transaction and BCAN Change Reports" in page
    assert "HBCNOTBN, Off-exchange Trade BCAN (Buy-side) Report" in page


@pytest.mark.ledger("ECP-03")
def test_with_one_fitting_identity_it_is_preset(
    by_alice: Client, account: SftpAccount, sender: str
) -> None:
    page = by_alice.get(HERE).content.decode()
    assert f'value="{sender}" data-kind="ce_number"' in page
    assert "acting for <span data-acting-for><strong>AAA000</strong>" in page


@pytest.mark.ledger("ECP-03")
def test_of_several_identities_one_must_be_chosen(
    by_alice: Client,
    participant: Participant,
    account: SftpAccount,
    alice: User,
) -> None:
    second = Identity.objects.create(
        participant=participant, kind="ce_number", code="BBB111"
    )
    account.identities.add(second)
    alice.memberships.get().identities.add(second)
    page = by_alice.get(HERE).content.decode()
    assert "Choose the identity that you submit for." in page
    assert " selected>AAA000" not in page


@pytest.mark.ledger("ECP-03")
def test_identities_outside_the_membership_are_not_offered(
    by_alice: Client, account: SftpAccount, alice: User, firm_id: Identity
) -> None:
    alice.memberships.get().identities.remove(firm_id)
    page = by_alice.get(HERE).content.decode()
    assert "00000 (Firm ID)" not in page


def test_someone_without_any_identity_is_told_what_to_do(by_alice: Client) -> None:
    assert "You may not submit for anybody yet" in by_alice.get(HERE).content.decode()


def test_a_good_file_goes_to_a_second_person(
    by_alice: Client, sender: str, upload: FileUpload, alice: User
) -> None:
    answer = submit(by_alice, sender, upload=str(upload.pk))
    made = Submission.objects.get()
    assert answer.headers["Location"] == f"/p/CP00010/submissions/{made.pk}/"
    assert made.status == SubmissionStatus.AWAITING_APPROVAL
    assert (made.sha256, made.size) == (upload.sha256, upload.size)
    assert made.folder == "/submission/HBCNMAPP"
    assert Approval.objects.get().requested_by == alice


def test_without_the_need_of_approval_it_is_queued(
    by_alice: Client, sender: str, upload: FileUpload
) -> None:
    Participant.objects.update(approval_required=False)
    submit(by_alice, sender, upload=str(upload.pk))
    assert Submission.objects.get().status == SubmissionStatus.QUEUED


def test_the_whole_file_decides_whatever_the_browser_was_told(
    by_alice: Client, sender: str, alice: User, ce_number: Identity
) -> None:
    bad = builders.upload(alice, ce_number, zip_of(method=LZMA))
    answer = submit(by_alice, sender, upload=str(bad.pk))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Nothing was sent: 1 of " in page
    assert "uses LZMA" in page
    assert not Submission.objects.exists()


def test_the_same_content_is_not_sent_twice(
    by_alice: Client,
    sender: str,
    upload: FileUpload,
    alice: User,
    account: SftpAccount,
    ce_number: Identity,
) -> None:
    earlier = builders.submission(alice, account, ce_number, content=zip_of())
    answer = submit(by_alice, sender, upload=str(upload.pk))
    assert answer.status_code == 422
    assert earlier.reference in answer.content.decode()
    assert Submission.objects.count() == 1


def test_what_was_rejected_may_be_sent_again(
    by_alice: Client,
    sender: str,
    upload: FileUpload,
    alice: User,
    account: SftpAccount,
    ce_number: Identity,
) -> None:
    rejected = builders.submission(
        *(alice, account, ce_number, SubmissionStatus.REJECTED), content=zip_of()
    )
    submit(by_alice, sender, upload=str(upload.pk), replaces=str(rejected.pk))
    made = Submission.objects.exclude(pk=rejected.pk).get()
    assert made.replaces == rejected


def test_another_persons_upload_cannot_be_submitted(
    by_alice: Client, sender: str, bob: User, ce_number: Identity
) -> None:
    theirs = builders.upload(bob, ce_number, zip_of())
    answer = submit(by_alice, sender, upload=str(theirs.pk))
    assert answer.status_code == 422
    assert "The file is not here any more." in answer.content.decode()
    assert not Submission.objects.exists()


@pytest.mark.ledger("ECP-03")
def test_an_identity_that_is_not_the_persons_is_refused(
    by_alice: Client, sender: str, upload: FileUpload, alice: User
) -> None:
    alice.memberships.get().identities.clear()
    answer = submit(by_alice, sender, upload=str(upload.pk))
    assert answer.status_code == 422
    assert not Submission.objects.exists()


def test_a_refusal_at_sending_leaves_no_draft(
    by_alice: Client,
    sender: str,
    upload: FileUpload,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from transfers.services import submissions
    from transfers.services.refusals import Refusal

    def closed(*_: object) -> None:
        raise Refusal("The window for HBCNMAPP has closed. Nothing was sent.")

    monkeypatch.setattr(submissions, "send", closed)
    before = Activity.objects.count()
    answer = submit(by_alice, sender, upload=str(upload.pk))
    assert "The window for HBCNMAPP has closed." in answer.content.decode()
    assert not Submission.objects.exists()
    assert Activity.objects.count() == before


def test_a_plain_form_sends_the_file_in_one_piece(
    by_alice: Client, sender: str, ce_number: Identity
) -> None:
    name = builders.name_for(ce_number, "HBCNMAPP")
    answer = submit(by_alice, sender, file=SimpleUploadedFile(name, zip_of()))
    assert answer.status_code == 302
    assert Submission.objects.get().file_name == name


def test_a_plain_form_with_a_bad_file_keeps_the_file_and_says_why(
    by_alice: Client, sender: str
) -> None:
    name = "HBCNMAPP_AAA000_20220225.zip"
    answer = submit(by_alice, sender, file=SimpleUploadedFile(name, zip_of()))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Date in the name is not today" in page
    assert str(FileUpload.objects.get().pk) in page


def test_a_file_chosen_after_a_bad_one_is_the_one_that_is_sent(
    by_alice: Client, sender: str, ce_number: Identity
) -> None:
    bad = SimpleUploadedFile("HBCNMAPP_AAA000_20220225.zip", zip_of(comment=b"old"))
    page = submit(by_alice, sender, file=bad).content.decode()
    assert "aria-disabled" not in page  # without JavaScript nothing would undo it
    earlier = str(FileUpload.objects.get().pk)
    name = builders.name_for(ce_number, "HBCNMAPP")
    good = SimpleUploadedFile(name, zip_of(comment=b"new"))
    assert submit(by_alice, sender, upload=earlier, file=good).status_code == 302
    assert Submission.objects.get().file_name == name


@pytest.mark.parametrize("content", [b"", b"text", zip_of()[:-4]])
def test_a_plain_form_with_what_is_no_zip_makes_no_submission(
    by_alice: Client, sender: str, ce_number: Identity, content: bytes
) -> None:
    name = builders.name_for(ce_number, "HBCNMAPP")
    answer = submit(by_alice, sender, file=SimpleUploadedFile(name, content))
    assert answer.status_code == 422
    assert not Submission.objects.exists()


def test_nothing_chosen_is_said_beside_the_field(by_alice: Client, sender: str) -> None:
    answer = submit(by_alice, sender)
    assert answer.status_code == 422
    assert "Choose the file." in answer.content.decode()


@pytest.mark.parametrize("text", ["'; DROP TABLE x;--", "=1+1", "\x00", "x" * 5000])
def test_hostile_text_in_any_field_is_answered_in_words(
    by_alice: Client, upload: FileUpload, text: str
) -> None:
    for field in ("menu", "file_id", "sender", "upload", "replaces"):
        answer = submit(by_alice, **{"sender": "x", field: text})
        assert answer.status_code == 422
    assert not Submission.objects.exists()


def test_unfinished_uploads_are_offered_again(
    by_alice: Client, alice: User, ce_number: Identity, account: SftpAccount
) -> None:
    from transfers.models import UploadStatus

    builders.upload(alice, ce_number, b"half", status=UploadStatus.OPEN)
    page = by_alice.get(HERE).content.decode()
    assert "Choose the same file again to go on." in page


def test_the_page_does_a_constant_number_of_queries(
    by_alice: Client,
    account: SftpAccount,
    participant: Participant,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(5):
        builders.account(participant)
    with django_assert_max_num_queries(22):
        by_alice.get(HERE)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("../{}", "has a folder in it"),
        ("\u202e{}", "U+202E"),
        ("{}\u200b", "U+200B"),
        ("x" * 110 + "{}", "characters and HKEX takes 128"),
    ],
)
def test_a_hostile_name_in_a_plain_form_is_refused_and_not_made_into_another(
    by_alice: Client, sender: str, ce_number: Identity, name: str, says: str
) -> None:
    good = builders.name_for(ce_number, "HBCNMAPP")
    answer = by_alice.post(
        HERE,
        multipart(name.format(good), zip_of(), sender),
        content_type="multipart/form-data; boundary=cut",
    )
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not FileUpload.objects.exists()


def multipart(name: str, content: bytes, sender: str) -> bytes:
    """As a browser sends it, with any name."""
    fields = {"menu": "1", "file_id": "HBCNMAPP", "sender": sender}
    head = "".join(
        f'--cut\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    )
    head += (
        f'--cut\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/zip\r\n\r\n"
    )
    return head.encode() + content + b"\r\n--cut--\r\n"


def test_a_plain_form_above_its_limit_says_what_to_do(
    by_alice: Client, sender: str, ce_number: Identity, settings: Any
) -> None:
    settings.PLAIN_FORM_LIMIT = 100
    name = builders.name_for(ce_number, "HBCNMAPP")
    answer = submit(by_alice, sender, file=SimpleUploadedFile(name, zip_of()))
    assert "Switch JavaScript on" in answer.content.decode()
    assert not FileUpload.objects.exists()
