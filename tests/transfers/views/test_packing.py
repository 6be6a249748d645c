"""A plain file on the submission page: rules first, then its zip, then it is sent."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from keys.models import Consent, SftpAccount
from portal import files
from portal.people.models import Identity, Participant, User
from tests.transfers import builders
from tests.transfers.builders import ZIP_PASSWORD
from tests.transfers.make_zip import sealed_zip
from tests.transfers.views.conftest import Browser
from transfers.models import FileUpload, Packing, Submission, UploadStatus
from transfers.services import zip_making

HERE = "/p/CP00010/submit/"
CSV = b"bcan,cid\r\n" * 500
pytestmark = pytest.mark.usefixtures("consent")


@pytest.fixture
def encrypted(participant: Participant, charlie: User) -> None:
    builders.encryption(participant, charlie)


@pytest.fixture
def zip_name(ce_number: Identity) -> str:
    return builders.name_for(ce_number, "HBCNMAPP")


def choice(sender: str, **fields: Any) -> dict[str, Any]:
    return {"menu": "1", "file_id": "HBCNMAPP", "sender": sender, **fields}


def check(client: Client, sender: str, **fields: Any) -> Any:
    return client.post(f"{HERE}check/", choice(sender, **fields))


def post(client: Client, sender: str, name: str = "mapping.csv", **fields: Any) -> Any:
    file = SimpleUploadedFile(name, CSV)
    return client.post(HERE, choice(sender, file=file, **fields))


def text(answer: Any) -> str:
    return str(answer.content.decode())


def begun(client: Client, name: str = "mapping.csv") -> str:
    """Its last byte has come."""
    declared = json.dumps({"name": name, "size": len(CSV)})
    pk = client.post("/p/CP00010/uploads/", declared, content_type="text/plain").json()[
        "pk"
    ]
    url = f"/p/CP00010/uploads/{pk}/chunk/?offset=0"
    client.put(url, CSV, content_type="application/octet-stream")
    return str(pk)


def finish(client: Client, pk: str, sender: str) -> Any:
    return client.post(f"/p/CP00010/uploads/{pk}/finish/", choice(sender))


def make() -> Packing:
    """What a worker does."""
    packing = Packing.objects.get()
    zip_making.pack(packing.pk)
    return Packing.objects.select_related("upload").get()


@pytest.mark.ledger("ECP-64")
@pytest.mark.usefixtures("encrypted")
def test_before_a_byte_is_sent_the_page_says_what_the_portal_will_make(
    by_alice: Client, sender: str, zip_name: str
) -> None:
    answer = check(by_alice, sender, name="mapping.csv", size=str(len(CSV)))
    assert answer.headers["X-May-Upload"] == "yes"
    assert "The portal makes the AES-256 zip of it" in text(answer)
    assert f'becomes <span class="mono">{zip_name}</span>' in text(answer)
    assert "AES-256, the registered password" in text(answer)


@pytest.mark.ledger("ECP-65/P")
def test_with_encryption_off_the_page_says_that_too(
    by_alice: Client, sender: str
) -> None:
    answer = check(by_alice, sender, name="mapping.txt", size="9")
    assert "file encryption is off, so plain" in text(answer)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"size": "0"}, "File is empty"),
        ({"size": str(2_800_000_001)}, "Larger than the portal packs"),
        ({"name": "a\u202e.csv"}, "Name has characters that cannot be sent"),
        ({"name": "mapping.xlsx"}, "does not end in .zip"),
    ],
)
def test_a_plain_file_that_cannot_be_sent_is_told_before_it_comes(
    by_alice: Client, sender: str, fields: dict[str, str], says: str
) -> None:
    given = {"name": "mapping.csv", "size": "9", **fields}
    answer = check(by_alice, sender, **given)
    assert says in text(answer)
    assert "X-May-Upload" not in answer.headers


def test_without_consent_the_plain_file_stays_where_it_is(
    by_alice: Client, sender: str, consent: Consent
) -> None:
    consent.delete()
    answer = check(by_alice, sender, name="mapping.csv", size="9")
    assert "Client consent is not declared" in text(answer)
    assert "X-May-Upload" not in answer.headers


@pytest.mark.ledger("ECP-64", "ECP-60/P")
@pytest.mark.usefixtures("encrypted")
def test_a_plain_file_becomes_a_submission(
    by_alice: Client, sender: str, zip_name: str
) -> None:
    pk = begun(by_alice)
    assert finish(by_alice, pk, sender).json()["status"] == "packing"
    making = text(check(by_alice, sender, name="mapping.csv", upload=pk))
    assert "data-again" in making
    assert 'data-send="no"' in making
    upload = make().upload
    done = text(check(by_alice, sender, name="mapping.csv", upload=pk))
    assert "AES-256 zip, opens with the registered password" in done
    assert upload.sha256[:56] in done
    assert "made from <bdi>mapping.csv</bdi> (" in done
    by_alice.post(HERE, choice(sender, upload=pk))
    row = Submission.objects.get()
    assert (row.file_name, row.sha256, row.size) == (
        *(zip_name, upload.sha256, upload.size),
    )


def test_a_plain_file_is_not_finished_without_a_choice(
    by_alice: Client, sender: str
) -> None:
    pk = begun(by_alice)
    answer = finish(by_alice, pk, "")
    assert answer.status_code == 422
    assert answer.json()["error"] == "Choose the identity that you submit for."
    assert not Packing.objects.exists()


def test_an_identity_of_somebody_else_gets_no_zip(
    by_alice: Client, sender: str, alice: User
) -> None:
    pk = begun(by_alice)
    alice.memberships.get().identities.clear()
    assert finish(by_alice, pk, sender).status_code == 422
    assert not Packing.objects.exists()


def test_a_failure_is_told_on_the_page(by_alice: Client, sender: str) -> None:
    pk = begun(by_alice)
    finish(by_alice, pk, sender)
    upload = FileUpload.objects.get()
    files.drop_part(upload.participant_id, upload.pk)
    make()
    page = text(check(by_alice, sender, name="mapping.csv", upload=pk))
    assert "The plain file is not here any more. The zip was not made." in page
    assert 'data-s="bad"' in page
    assert "data-again" not in page


def test_discarding_stops_the_making(by_alice: Client, sender: str) -> None:
    pk = begun(by_alice)
    finish(by_alice, pk, sender)
    by_alice.delete(f"/p/CP00010/uploads/{pk}/")
    make()
    assert FileUpload.objects.get().status == UploadStatus.CANCELLED


@pytest.mark.ledger("ECP-64")
@pytest.mark.usefixtures("encrypted")
def test_without_javascript_the_page_waits_for_the_zip(
    by_alice: Client, sender: str, zip_name: str
) -> None:
    answer = post(by_alice, sender, replaces="")
    pk = FileUpload.objects.get().pk
    assert answer.headers["Location"] == f"{HERE}?upload={pk}"
    making = text(by_alice.get(f"{HERE}?upload={pk}"))
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in making
    assert "The portal is making the zip." in making
    make()
    done = text(by_alice.get(f"{HERE}?upload={pk}"))
    assert 'http-equiv="refresh"' not in done
    assert f'name="upload" value="{pk}"' in done
    assert by_alice.post(HERE, choice(sender, upload=str(pk))).status_code == 302
    assert Submission.objects.get().file_name == zip_name


def test_without_javascript_an_early_press_goes_back_to_waiting(
    by_alice: Client, sender: str
) -> None:
    post(by_alice, sender)
    pk = FileUpload.objects.get().pk
    answer = by_alice.post(HERE, choice(sender, upload=str(pk)))
    assert answer.headers["Location"] == f"{HERE}?upload={pk}"
    assert not Submission.objects.exists()


def test_without_javascript_the_rules_come_before_the_file(
    by_alice: Client, sender: str, consent: Consent
) -> None:
    consent.delete()
    answer = post(by_alice, sender)
    assert answer.status_code == 422
    assert "Client consent is not declared" in text(answer)
    assert not FileUpload.objects.exists()


def test_what_was_made_and_not_submitted_is_offered_again(
    by_alice: Client, sender: str, zip_name: str
) -> None:
    post(by_alice, sender)
    assert "Being made from <bdi>mapping.csv</bdi>" in text(by_alice.get(HERE))
    upload = make().upload
    page = text(by_alice.get(HERE))
    assert f"{HERE}?upload={upload.pk}" in page
    assert zip_name in page
    by_alice.post(HERE, choice(sender, upload=str(upload.pk)))
    assert f"{HERE}?upload={upload.pk}" not in text(by_alice.get(HERE))


def test_what_was_made_can_be_discarded_by_a_form(
    by_alice: Client, sender: str
) -> None:
    post(by_alice, sender)
    upload = make().upload
    by_alice.post(f"/p/CP00010/uploads/{upload.pk}/discard/")
    assert f"{HERE}?upload={upload.pk}" not in text(by_alice.get(HERE))


def test_a_colleagues_zip_is_not_shown(
    by_alice: Client, browser: Browser, bob: User, sender: str
) -> None:
    post(by_alice, sender)
    bob.memberships.update(is_operator=True)
    upload = FileUpload.objects.get()
    page = text(browser(bob).get(f"{HERE}?upload={upload.pk}"))
    assert "mapping.csv" not in page


@pytest.mark.parametrize("pk", ["x", "", "0" * 32, "'; DROP"])
def test_an_address_that_names_no_zip_is_the_page_itself(
    by_alice: Client, sender: str, pk: str
) -> None:
    assert by_alice.get(HERE, {"upload": pk}).status_code == 200


@pytest.mark.ledger("ECP-60/P")
@pytest.mark.usefixtures("encrypted")
def test_a_given_zip_with_another_password_makes_no_submission(
    by_alice: Client, sender: str, alice: User, ce_number: Identity
) -> None:
    wrong = builders.upload(alice, ce_number, sealed_zip("Another-Staple-8"))
    answer = by_alice.post(HERE, choice(sender, upload=str(wrong.pk)))
    assert answer.status_code == 422
    assert "Does not open with the registered password" in text(answer)
    assert not Submission.objects.exists()


@pytest.mark.ledger("ECP-60/P")
@pytest.mark.usefixtures("encrypted")
def test_a_given_zip_with_the_registered_password_goes_to_approval(
    by_alice: Client, sender: str, alice: User, ce_number: Identity
) -> None:
    right = builders.upload(alice, ce_number, sealed_zip(ZIP_PASSWORD))
    by_alice.post(HERE, choice(sender, upload=str(right.pk)))
    assert Submission.objects.get().sha256 == right.sha256


@pytest.mark.usefixtures("encrypted")
def test_no_page_shows_the_password(
    by_alice: Client, sender: str, account: SftpAccount
) -> None:
    post(by_alice, sender)
    upload = make().upload
    pages = [
        by_alice.get(f"{HERE}?upload={upload.pk}"),
        check(by_alice, sender, name="mapping.csv", upload=str(upload.pk)),
    ]
    assert not any(ZIP_PASSWORD in text(page) for page in pages)


@pytest.mark.usefixtures("encrypted")
def test_looking_again_does_a_constant_number_of_queries(
    by_alice: Client,
    sender: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    post(by_alice, sender)
    upload = make().upload
    check(by_alice, sender, name="mapping.csv", upload=str(upload.pk))
    with django_assert_max_num_queries(20):
        check(by_alice, sender, name="mapping.csv", upload=str(upload.pk))
