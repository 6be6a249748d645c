"""The upload protocol, as a browser that is honest, broken or hostile speaks it."""

import errno
import hashlib
import json
import uuid
from typing import Any

import pytest
from django.test import Client, override_settings

from portal import files
from portal.people.models import Participant, User
from tests.transfers.views.conftest import Browser
from transfers.models import FileUpload, UploadStatus

HERE = "/p/CP00010/uploads/"
CONTENT = b"0123456789" * 1000
NAME = "HBCNMAPP_AAA000_20240301.zip"
BINARY = "application/octet-stream"


def declare(client: Client, name: Any = NAME, size: Any = 10_000) -> Any:
    return client.post(
        HERE, json.dumps({"name": name, "size": size}), content_type="text/plain"
    )


def begun(client: Client) -> str:
    answer = declare(client)
    assert answer.status_code == 201
    return str(answer.json()["pk"])


def send(client: Client, pk: str, offset: Any, body: bytes) -> Any:
    return client.put(f"{HERE}{pk}/chunk/?offset={offset}", body, content_type=BINARY)


def finish(client: Client, pk: str) -> Any:
    return client.post(f"{HERE}{pk}/finish/")


def test_chunks_in_order_make_the_file(by_alice: Client) -> None:
    pk = begun(by_alice)
    assert send(by_alice, pk, 0, CONTENT[:4000]).json() == {"received": 4000}
    assert send(by_alice, pk, 4000, CONTENT[4000:]).json() == {"received": 10000}
    done = finish(by_alice, pk).json()
    assert done["status"] == "complete"
    assert done["sha256"] == hashlib.sha256(CONTENT).hexdigest().upper()


def test_a_chunk_out_of_order_is_refused_with_the_right_offset(
    by_alice: Client,
) -> None:
    pk = begun(by_alice)
    answer = send(by_alice, pk, 4000, CONTENT[4000:])
    assert (answer.status_code, answer.json()) == (409, {"received": 0})


def test_a_doubled_chunk_changes_nothing(by_alice: Client) -> None:
    pk = begun(by_alice)
    send(by_alice, pk, 0, CONTENT[:4000])
    again = send(by_alice, pk, 0, CONTENT[:4000])
    assert (again.status_code, again.json()) == (409, {"received": 4000})
    send(by_alice, pk, 4000, CONTENT[4000:])
    assert finish(by_alice, pk).status_code == 200


def test_after_a_broken_line_the_browser_learns_how_far_it_is(
    by_alice: Client, browser: Browser, alice: User
) -> None:
    pk = begun(by_alice)
    send(by_alice, pk, 0, CONTENT[:4000])
    state = browser(alice).get(f"{HERE}{pk}/").json()
    assert (state["status"], state["received"], state["size"]) == ("open", 4000, 10000)


def test_what_came_is_told_from_the_disk_not_from_the_row(by_alice: Client) -> None:
    pk = begun(by_alice)
    send(by_alice, pk, 0, CONTENT[:4000])
    FileUpload.objects.update(received=9999)
    assert by_alice.get(f"{HERE}{pk}/").json()["received"] == 4000


@override_settings(CHUNK_LIMIT=5000)
def test_a_chunk_above_the_limit_is_413_and_not_stored(by_alice: Client) -> None:
    pk = begun(by_alice)
    answer = send(by_alice, pk, 0, CONTENT[:5001])
    assert answer.status_code == 413
    assert by_alice.get(f"{HERE}{pk}/").json()["received"] == 0
    assert send(by_alice, pk, 0, CONTENT[:5000]).status_code == 200


def test_a_declared_length_above_the_limit_is_refused_unread(by_alice: Client) -> None:
    pk = begun(by_alice)
    answer = by_alice.put(
        f"{HERE}{pk}/chunk/?offset=0",
        b"x",
        content_type=BINARY,
        headers={"Content-Length": str(17 * 1024 * 1024)},
    )
    assert answer.status_code == 413
    assert "16 MB" in answer.json()["error"]


def test_more_than_was_declared_is_refused(by_alice: Client) -> None:
    pk = begun(by_alice)
    answer = send(by_alice, pk, 0, CONTENT + b"!")
    assert answer.status_code == 413
    assert "10,000 bytes that were declared" in answer.json()["error"]


@pytest.mark.parametrize("offset", ["", "-1", "x", "1.5", "٣", "9" * 20])
def test_an_offset_that_is_no_number_is_refused(by_alice: Client, offset: str) -> None:
    assert send(by_alice, begun(by_alice), offset, b"x").status_code == 400


def test_a_file_that_is_not_whole_is_not_finished(by_alice: Client) -> None:
    pk = begun(by_alice)
    send(by_alice, pk, 0, CONTENT[:4000])
    answer = finish(by_alice, pk)
    assert (answer.status_code, answer.json()["received"]) == (409, 4000)


def test_finishing_twice_is_no_harm(by_alice: Client) -> None:
    pk = begun(by_alice)
    send(by_alice, pk, 0, CONTENT)
    assert finish(by_alice, pk).json() == finish(by_alice, pk).json()


def test_a_finished_file_takes_no_more(by_alice: Client) -> None:
    pk = begun(by_alice)
    send(by_alice, pk, 0, CONTENT)
    finish(by_alice, pk)
    assert send(by_alice, pk, 0, CONTENT).status_code in (409, 410)


@pytest.mark.parametrize(
    ("name", "size", "status"),
    [
        (NAME, 0, 422),
        (NAME, -1, 422),
        (NAME, 700_000_001, 413),
        (NAME, 10**30, 413),
        ("../x.zip", 5, 422),
        ("a\u202eb.zip", 5, 422),
        ("x" * 129, 5, 422),
        (NAME, "5", 400),
        (NAME, 5.5, 400),
        (NAME, True, 400),
        (None, 5, 400),
        (["a"], 5, 400),
    ],
)
def test_a_bad_declaration_is_one_sentence_and_no_row(
    by_alice: Client, name: Any, size: Any, status: int
) -> None:
    answer = declare(by_alice, name, size)
    assert answer.status_code == status
    assert answer.json()["error"].endswith(".")
    assert not FileUpload.objects.exists()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 9000])
def test_a_declaration_of_any_bytes_is_400(by_alice: Client, body: bytes) -> None:
    answer = by_alice.post(HERE, body, content_type="application/json")
    assert answer.status_code == 400


def test_exactly_700_mb_may_be_declared(by_alice: Client) -> None:
    assert declare(by_alice, size=700_000_000).status_code == 201


def test_a_sixth_unfinished_upload_is_refused(by_alice: Client) -> None:
    for _ in range(5):
        declare(by_alice)
    answer = declare(by_alice)
    assert answer.status_code == 422
    assert "5 unfinished uploads" in answer.json()["error"]


def test_another_persons_upload_is_not_there(
    by_alice: Client, browser: Browser, charlie: User
) -> None:
    charlie.memberships.update(is_operator=True)
    pk, other = begun(by_alice), browser(charlie)
    answers = (
        other.get(f"{HERE}{pk}/"),
        send(other, pk, 0, CONTENT),
        finish(other, pk),
        other.delete(f"{HERE}{pk}/"),
    )
    assert {answer.status_code for answer in answers} == {404}


def test_another_participants_upload_is_not_there(
    by_alice: Client, browser: Browser, mallory: User
) -> None:
    pk = begun(by_alice)
    theirs = browser(mallory).put(
        f"/p/CP00099/uploads/{pk}/chunk/?offset=0", CONTENT, content_type=BINARY
    )
    assert theirs.status_code == 404


def test_an_unknown_upload_is_not_there(by_alice: Client) -> None:
    assert send(by_alice, str(uuid.uuid4()), 0, b"x").status_code == 404


def test_a_cancelled_upload_leaves_nothing(
    by_alice: Client, participant: Participant
) -> None:
    pk = begun(by_alice)
    send(by_alice, pk, 0, CONTENT[:4000])
    assert by_alice.delete(f"{HERE}{pk}/").json()["status"] == "cancelled"
    assert files.part_length(participant.pk, uuid.UUID(pk)) == 0
    assert send(by_alice, pk, 0, CONTENT).status_code == 410
    assert files.part_length(participant.pk, uuid.UUID(pk)) == 0


def test_discarding_by_the_form_comes_back_to_the_page(by_alice: Client) -> None:
    pk = begun(by_alice)
    answer = by_alice.post(f"{HERE}{pk}/discard/")
    assert answer.headers["Location"] == "/p/CP00010/submit/"
    assert FileUpload.objects.get().status == UploadStatus.CANCELLED


def test_a_full_disk_is_said_and_keeps_what_came(
    by_alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    pk = begun(by_alice)
    send(by_alice, pk, 0, CONTENT[:4000])
    with monkeypatch.context() as patched:
        patched.setattr(files, "append", full)
        answer = send(by_alice, pk, 4000, CONTENT[4000:])
    assert answer.status_code == 507
    assert "disk is full" in answer.json()["error"]
    assert by_alice.get(f"{HERE}{pk}/").json()["received"] == 4000


def full(*_: object) -> int:
    raise files.NoRoom


def test_without_the_token_of_the_page_nothing_is_taken(alice: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    assert declare(strict).status_code == 403


@pytest.mark.parametrize("address", ["", "{pk}/chunk/?offset=0"])
def test_a_form_where_bytes_belong_is_refused_with_a_sentence(
    alice: User, by_alice: Client, address: str
) -> None:
    """Who checks the token reads the form, and nothing is left of the body."""
    pk = begun(by_alice)
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    client.get("/p/CP00010/submit/")
    token = client.cookies["csrftoken"].value
    answer = client.post(
        HERE + address.format(pk=pk), {"a": "b"}, headers={"X-CSRFToken": token}
    )
    assert answer.status_code == 400
    assert "error" in answer.json()


def test_a_full_disk_at_the_end_is_said_and_can_be_tried_again(
    by_alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    pk = begun(by_alice)
    send(by_alice, pk, 0, CONTENT)
    with monkeypatch.context() as full:
        full.setattr("os.link", _no_room)
        answer = finish(by_alice, pk)
    assert (answer.status_code, "disk is full" in answer.json()["error"]) == (507, True)
    assert finish(by_alice, pk).json()["status"] == "complete"


def test_a_full_disk_before_the_first_byte_is_said(
    by_alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    pk = begun(by_alice)
    with monkeypatch.context() as full:
        full.setattr("os.open", _no_room)
        answer = send(by_alice, pk, 0, CONTENT)
    assert answer.status_code == 507


def _no_room(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")
