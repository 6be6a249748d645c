"""Crypto meta: the gateway's key and clock, fetched, kept, and fetched anew."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from fini import calls, names
from fini.client import (
    META_GOOD_FOR,
)
from fini.envelope import new_request_id
from fini.errors import (
    GatewayKeyReplaced,
)
from fini.seams import Slot
from tests.fini import builders
from tests.fini.client_builders import (
    ADD,
    BEGIN,
    Fini,
    Moved,
    client,
    der,
    failure,
    send,
)
from tests.fini.tls_server import META_PATH, Reply, Request, written


@pytest.mark.ledger("FINI-11/P")
def test_an_encrypted_request_carries_its_id_and_the_gateways_time() -> None:
    seams = Moved()
    with Fini() as fini:
        fini.now = lambda: BEGIN.timestamp() + seams.seconds + 0.212
        asking = client(fini, seams)
        request_id = new_request_id()
        asking.send(asking.prepare(ADD, request_id))
    (sent,) = fini.called(ADD.path)
    assert sent.headers["x-fini-request-id"] == request_id
    assert sent.headers["x-fini-encryption-client"] == "YES"
    timestamp = int(BEGIN.timestamp() * 1000) + 212
    assert sent.headers["x-fini-timestamp"] == str(timestamp)
    assert builders.PERSON["idNum"].encode() not in sent.body


def test_a_call_that_is_not_encrypted_carries_none_of_it() -> None:
    with Fini() as fini:
        send(client(fini, Moved()), calls.funding("1234"))
    (sent,) = fini.called(names.FUNDING_QUERY)
    assert [name for name in sent.headers if name.startswith("x-fini")] == []
    assert fini.called(META_PATH) == []


@pytest.mark.ledger("FINI-07/P")
def test_meta_is_fetched_once_with_what_the_deck_wants() -> None:
    seams = Moved()
    with Fini() as fini:
        fini.now = lambda: BEGIN.timestamp() - 1.5
        asking = client(fini, seams)
        for _ in range(3):
            asking.meta()
    (request,) = fini.called(META_PATH)
    assert request.method == "GET"
    assert request.headers["accept"] == "application/json"
    assert request.headers["accept-language"] == "en-US"
    assert seams.metas == [(der(fini.key), -1500)]
    assert asking.clock_offset_ms == -1500


@pytest.mark.ledger("FINI-07/P")
def test_how_meta_is_asked_for_is_a_setting() -> None:
    with Fini() as fini:
        client(fini, Moved(), fields={"meta_method": "POST"}).meta()
    assert fini.called(META_PATH)[0].method == "POST"


def test_meta_is_fetched_again_after_an_hour() -> None:
    seams = Moved()
    with Fini() as fini:
        fini.now = lambda: BEGIN.timestamp() + seams.seconds
        asking = client(fini, seams)
        asking.meta()
        seams.move(META_GOOD_FOR - 1)
        asking.meta()
        assert len(fini.called(META_PATH)) == 1
        seams.move(2)
        asking.meta()
    assert len(fini.called(META_PATH)) == 2


class ReplacesItsKey(Fini):
    """Each time that it is told to; what was sealed for another is refused."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[rsa.RSAPrivateKey] = []
        self.wants: rsa.RSAPrivateKey | None = self.key

    def meta(self) -> Reply:
        self.given.append(self.key)
        return super().meta()

    def call(self, request: Request) -> Reply:
        if self.wants is not self.given[-1]:
            wrong = [{"recordErrorCode": "411007", "recordErrorMsg": "Wrong key."}]
            return written(400, code="411007", data=[], exception=wrong)
        return super().call(request)

    def replace_key(self) -> None:
        self.key = self.wants = rsa.generate_private_key(65537, 2048)


@pytest.mark.ledger("FINI-07/P")
def test_a_read_fetches_meta_again_once_when_the_key_was_replaced() -> None:
    with ReplacesItsKey() as fini:
        asking = client(fini, Moved())
        asking.meta()
        fini.replace_key()
        asking.read(calls.subscriptions(ipo_id="1234"))
    assert len(fini.called(META_PATH)) == 2
    assert len(fini.called(names.SUBSCRIPTIONS_QUERY)) == 2


def test_a_key_that_stays_wrong_is_not_fetched_for_ever() -> None:
    with ReplacesItsKey() as fini:
        fini.wants = None
        asking = client(fini, Moved())
        failed = failure(lambda: asking.read(calls.subscriptions(ipo_id="1234")))
    assert isinstance(failed, GatewayKeyReplaced)
    assert len(fini.called(META_PATH)) == 2


def test_a_write_for_a_replaced_key_is_refused_and_the_next_has_the_new() -> None:
    with ReplacesItsKey() as fini:
        asking = client(fini, Moved())
        asking.meta()
        fini.replace_key()
        assert isinstance(failure(lambda: send(asking)), GatewayKeyReplaced)
        assert len(fini.called(ADD.path)) == 1
        send(asking)
    assert len(fini.called(META_PATH)) == 2


class Waiting(Moved):
    """For a slot, most of a minute."""

    def slot(self, path: str) -> Slot | None:
        self.move(50)
        return super().slot(path)


@pytest.mark.ledger("FINI-07/P")
def test_a_wait_for_the_slot_is_no_clock_difference() -> None:
    seams = Waiting()
    with Fini() as fini:
        fini.now = lambda: BEGIN.timestamp() + seams.seconds + 0.5
        asking = client(fini, seams)
        asking.meta()
    assert asking.clock_offset_ms == 500


def test_what_was_encrypted_ahead_is_what_is_sent() -> None:
    with Fini() as fini:
        asking = client(fini, Moved())
        asking.meta()
        made = asking.cover(ADD)
        assert made is not None
        asking.send(asking.prepare(ADD, new_request_id(), made))
    (sent,) = fini.called(ADD.path)
    assert sent.body == made.covered.body


def test_what_was_encrypted_for_a_key_that_is_replaced_is_not_sent() -> None:
    seams = Moved()
    with Fini() as fini:
        asking = client(fini, seams)
        asking.meta()
        made = asking.cover(ADD)
        assert made is not None
        fini.key = rsa.generate_private_key(65537, 2048)
        seams.move(META_GOOD_FOR + 1)
        asking.send(asking.prepare(ADD, new_request_id(), made))
    (sent,) = fini.called(ADD.path)
    assert sent.body != made.covered.body


def test_nothing_is_asked_to_encrypt_ahead() -> None:
    with Fini() as fini:
        asking = client(fini, Moved())
        assert asking.cover(ADD) is None
        asking.meta()
        assert asking.cover(calls.funding("1234")) is None
    assert len(fini.called(META_PATH)) == 1
