"""The check before the upload: name, size and the zip's end, not a byte more."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from keys.models import Consent, SftpAccount
from portal.people.models import Identity, Participant, User
from tests.transfers import builders
from tests.transfers.make_zip import LZMA, aes_zip, zip_of
from transfers.models import FileUpload

HERE = "/p/CP00010/submit/check/"
pytestmark = pytest.mark.usefixtures("consent")


def ask(client: Client, sender: str, content: bytes = b"", **fields: Any) -> Any:
    data = {"menu": "1", "file_id": "HBCNMAPP", "sender": sender, **fields}
    if content:
        data |= {"size": len(content), **fields}
        data["tail"] = SimpleUploadedFile("tail", content[-70_000:])
    return client.post(HERE, data)


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.fixture
def name(ce_number: Identity) -> str:
    return builders.name_for(ce_number, "HBCNMAPP")


def test_a_good_file_may_be_uploaded(by_alice: Client, sender: str, name: str) -> None:
    answer = ask(by_alice, sender, zip_of(), name=name)
    assert answer.headers["X-May-Upload"] == "yes"
    assert "14 of 14 rules pass" in text(answer)
    assert not FileUpload.objects.exists()


def test_failing_rules_stand_first_and_the_button_says_so(
    by_alice: Client, sender: str
) -> None:
    answer = ask(
        by_alice, sender, zip_of(method=LZMA), name="HBCNMAPP_AAA000_20220225.zip"
    )
    page = text(answer)
    assert "X-May-Upload" not in answer.headers
    assert "2 of 14 rules fail" in page
    assert page.index("Date in the name is not today") < page.index("Window is open")
    assert "Fix the 2 failing rules first." in page


@pytest.mark.ledger("ECP-65/P")
def test_an_encrypted_zip_is_refused_while_encryption_is_off(
    by_alice: Client, sender: str, name: str
) -> None:
    assert "no password is registered" in text(
        ask(by_alice, sender, aes_zip(), name=name)
    )


def test_a_long_directory_asks_for_more_of_the_end(
    by_alice: Client, sender: str, name: str
) -> None:
    content = zip_of({f"{n:05}.csv": b"x" for n in range(2000)})
    answer = ask(by_alice, sender, content, name=name)
    wanted = int(answer.headers["X-Needs-Tail"])
    assert 70_000 < wanted < len(content)


@pytest.mark.ledger("ECP-08/P")
def test_an_empty_file_fails_by_its_own_rule(
    by_alice: Client, sender: str, name: str
) -> None:
    page = text(ask(by_alice, sender, name=name, size="0"))
    assert "File is empty" in page
    assert "1 of " in page


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "a\u202eb.zip", "x" * 1001, "<script>alert(1)</script>.zip"],
)
def test_a_hostile_name_is_answered_in_words_and_escaped(
    by_alice: Client, sender: str, name: str
) -> None:
    page = text(ask(by_alice, sender, zip_of(), name=name))
    assert "<script>alert" not in page
    assert "\u202e" not in page


@pytest.mark.parametrize(
    "fields",
    [
        {"file_id": "HBCNXXXX"},
        {"menu": "4"},
        {"menu": "x"},
        {"sender": ""},
        {"size": "-1"},
        {"size": "many"},
        {"upload": "no uuid"},
    ],
)
def test_a_choice_that_cannot_be_is_one_sentence(
    by_alice: Client, sender: str, name: str, fields: dict[str, str]
) -> None:
    choice = {"sender": sender, "name": name, **fields}
    page = text(ask(by_alice, choice.pop("sender"), zip_of(), **choice))
    assert "rules pass" not in page
    assert 'aria-disabled="true"' in page or 'data-send="no"' in page


@pytest.mark.ledger("ECP-03")
def test_an_identity_of_another_person_is_refused(
    by_alice: Client, alice: User, sender: str, name: str
) -> None:
    alice.memberships.get().identities.clear()
    page = text(ask(by_alice, sender, zip_of(), name=name))
    assert "You are not authorised for this identity." in page


def test_an_account_that_is_not_in_use_offers_no_identity(
    by_alice: Client, account: SftpAccount, sender: str, name: str
) -> None:
    SftpAccount.objects.filter(pk=account.pk).update(is_enabled=False)
    page = text(ask(by_alice, sender, zip_of(), name=name))
    assert "You are not authorised for this identity." in page


@pytest.mark.ledger("ECP-10/P")
def test_without_recorded_consent_the_mapping_file_is_blocked(
    by_alice: Client, sender: str, name: str, consent: Consent
) -> None:
    consent.delete()
    answer = ask(by_alice, sender, zip_of(), name=name)
    assert "Client consent is not declared" in text(answer)
    assert "X-May-Upload" not in answer.headers


@pytest.mark.ledger("ECP-11")
def test_an_ep_on_wings_is_barred_from_the_quote_report(
    by_alice: Client, participant: Participant, account: SftpAccount, firm_id: Identity
) -> None:
    Participant.objects.update(uses_wings=True)
    answer = ask(
        by_alice,
        f"{account.pk}.{firm_id.pk}",
        zip_of(),
        menu="3",
        file_id="HBCNLQBN",
        name=builders.name_for(firm_id, "HBCNLQBN"),
    )
    assert "HBCNLQBN is barred through SFC WINGS" in text(answer)


@pytest.mark.ledger("ECP-18")
def test_the_page_estimates_the_upload(
    by_alice: Client, sender: str, account: SftpAccount, name: str
) -> None:
    account.facility.bandwidth_bps = 1_000_000
    account.facility.save()
    page = text(ask(by_alice, sender, zip_of(), name=name, size="10000000"))
    assert "1 min 30 s at 1 Mb/s" in page


def test_the_whole_file_is_judged_when_it_is_here(
    by_alice: Client, alice: User, sender: str, ce_number: Identity
) -> None:
    upload = builders.upload(alice, ce_number, b"not a zip at all")
    page = text(ask(by_alice, sender, name=upload.file_name, upload=str(upload.pk)))
    assert "Zip cannot be read" in page
    assert upload.sha256[:56] in page


def test_another_persons_upload_is_not_judged(
    by_alice: Client, bob: User, sender: str, ce_number: Identity
) -> None:
    upload = builders.upload(bob, ce_number, zip_of())
    page = text(ask(by_alice, sender, name=upload.file_name, upload=str(upload.pk)))
    assert "The file is not here any more." in page
    assert upload.sha256[:56] not in page


def test_a_check_does_a_constant_number_of_queries(
    by_alice: Client,
    alice: User,
    sender: str,
    name: str,
    account: SftpAccount,
    ce_number: Identity,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(5):
        builders.account(account.participant)
        builders.submission(alice, account, ce_number)
    with django_assert_max_num_queries(14):
        ask(by_alice, sender, zip_of(), name=name)


def test_more_of_the_end_than_is_ever_needed_is_not_read(
    by_alice: Client, sender: str
) -> None:
    """The whole tail is held in memory."""
    tail = SimpleUploadedFile("tail", b"x" * (5 * 1024 * 1024))
    choice = {"menu": "1", "file_id": "HBCNMAPP", "sender": sender}
    file = {"name": "a.zip", "size": str(10**9), "tail": tail}
    answer = by_alice.post("/p/CP00010/submit/check/", choice | file)
    assert "X-May-Upload" not in answer
    assert "is larger than 4 MB" in answer.content.decode()
