"""The envelope: what the deck proves, and that no key is ever used twice."""

import base64
import copy
import hashlib
import hmac
import json
import pickle
from array import array
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pytest

from fini import envelope
from fini.envelope import DataKey
from fini.errors import AnswerNotOpened
from tests.fini import builders, deck


@pytest.fixture
def data_key() -> DataKey:
    return DataKey(deck.DATA_KEY, deck.IV)


@pytest.mark.ledger("FINI-12/P")
def test_the_decks_signature_is_reproduced(data_key: DataKey) -> None:
    """Guide D, E2E 3; notes.md proves which body, id and timestamp it belongs to."""
    body = envelope.serialise(deck.REQUEST)
    assert len(body) == 420
    signed = envelope.sign(data_key, body, deck.REQUEST_ID, deck.TIMESTAMP)
    assert signed == deck.SIGNATURE


@pytest.mark.ledger("FINI-12/P")
def test_the_bytes_that_are_signed_are_the_bytes_that_are_sent() -> None:
    request = builders.sealed()
    key, _ = builders.unwrapped(request)
    headers = request.headers
    signed = request.body + (
        headers["X-FINI-REQUEST-ID"] + headers["X-FINI-TIMESTAMP"]
    ).encode("ascii")
    expected = hmac.new(key, signed, hashlib.sha256).hexdigest()
    assert headers["X-FINI-SIGNATURE"] == expected


@pytest.mark.ledger("FINI-08/P")
def test_a_field_is_aes_256_gcm_with_its_tag_behind_a_mark() -> None:
    request = builders.sealed()
    key, iv = builders.unwrapped(request)
    (person,) = builders.people(request)
    assert (len(key), len(iv)) == (32, 12)
    assert {
        name: builders.opened(value, key, iv) for name, value in person.items()
    } == builders.PERSON


@pytest.mark.ledger("FINI-09/P")
def test_the_five_fields_and_only_these_are_encrypted() -> None:
    (sent,) = json.loads(builders.sealed().body)["data"]
    (made,) = builders.payload()["data"]
    assert all(value.startswith("%enc_%") for value in sent["idList"][0].values())
    assert set(sent["idList"][0]) == set(builders.PERSON)
    del sent["idList"], made["idList"]
    assert sent == made


@pytest.mark.ledger("FINI-09/P")
@pytest.mark.parametrize("name", builders.PERSON)
def test_a_field_of_a_person_is_encrypted_wherever_it_stands(name: str) -> None:
    request = builders.seal(
        {"data": {"deeper": ({name: "secret"},)}, name: "secret"},
        builders.gateway().public_key(),
        request_id="1",
        timestamp_ms=1,
    )
    assert b"secret" not in request.body


@pytest.mark.parametrize("value", [1, True, ["A123456"], {"x": "A123456"}])
def test_a_field_of_a_person_that_is_no_text_is_refused_unsaid(value: object) -> None:
    with pytest.raises(TypeError) as told:
        builders.seal(
            {"idNum": value},
            builders.gateway().public_key(),
            request_id="1",
            timestamp_ms=1,
        )
    assert "A123456" not in str(told.value)


def test_a_container_that_could_hide_a_field_is_refused() -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        builders.seal(
            {"data": MappingProxyType({"idNum": "A123456(3)"})},
            builders.gateway().public_key(),
            request_id="1",
            timestamp_ms=1,
        )


def test_a_field_left_null_stays_null() -> None:
    request = builders.seal(
        {"fullNameChi": None},
        builders.gateway().public_key(),
        request_id="1",
        timestamp_ms=1,
    )
    assert request.body == b'{"fullNameChi":null}'


@pytest.mark.ledger("FINI-10/P")
def test_the_wrapped_key_is_base64_key_hash_base64_iv() -> None:
    request = builders.sealed()
    assert builders.unwrapped(request) == (request.data_key.key, request.data_key.iv)
    assert len(base64.b64decode(request.headers["X-FINI-ENCRYPTED-KEY"])) == 256


@pytest.mark.ledger("FINI-11/P")
def test_the_headers_are_the_decks_five() -> None:
    request = builders.sealed()
    assert set(request.headers) == {
        "X-FINI-ENCRYPTED-KEY",
        "X-FINI-REQUEST-ID",
        "X-FINI-TIMESTAMP",
        "X-FINI-SIGNATURE",
        "X-FINI-ENCRYPTION-CLIENT",
    }
    assert request.headers["X-FINI-TIMESTAMP"] == str(builders.NOW_MS)
    assert request.headers["X-FINI-REQUEST-ID"] == request.request_id
    assert request.headers["X-FINI-ENCRYPTION-CLIENT"] == "YES"


@pytest.mark.ledger("FINI-11/P")
def test_a_request_id_is_a_new_guid_without_hyphens() -> None:
    ids = {envelope.new_request_id() for _ in range(1_000)}
    assert len(ids) == 1_000
    assert all(len(one) == 32 and int(one, 16) for one in ids)


@pytest.mark.ledger("FINI-08/P")
def test_every_request_draws_its_own_key_and_iv() -> None:
    requests = [builders.sealed() for _ in range(200)]
    assert len({request.data_key.key for request in requests}) == 200
    assert len({request.data_key.iv for request in requests}) == 200
    assert len({builders.people(request)[0]["idNum"] for request in requests}) == 200


@pytest.mark.ledger("FINI-08/P")
def test_a_million_draws_give_a_million_keys_and_a_million_ivs() -> None:
    """By their first eight bytes: chance alone repeats one in forty million runs."""
    keys, ivs = array("Q"), array("Q")
    for _ in range(1_000_000):
        drawn = envelope.new_pair()
        keys.frombytes(drawn.key[:8])
        ivs.frombytes(drawn.iv[:8])
    assert len(set(keys)) == 1_000_000
    assert len(set(ivs)) == 1_000_000


@pytest.mark.ledger("FINI-13/P")
def test_an_answer_is_opened_under_its_requests_key(data_key: DataKey) -> None:
    hidden = {name: data_key.encrypt(text) for name, text in builders.PERSON.items()}
    tree = {"data": [{"recordID": "1", "idList": [hidden]}], "code": "0"}
    assert envelope.open_answer(tree, data_key) == {
        "data": [{"recordID": "1", "idList": [builders.PERSON]}],
        "code": "0",
    }


def test_a_value_without_the_mark_stays_as_it_came(data_key: DataKey) -> None:
    tree = {"idNum": "A123456(3)", "idType": 1, "ownRef": "%enc_%AAAA"}
    assert envelope.open_answer(tree, data_key) == tree


@pytest.mark.parametrize("at", range(26))
def test_a_field_with_one_byte_changed_does_not_open(
    data_key: DataKey, at: int
) -> None:
    sealed = bytearray(base64.b64decode(data_key.encrypt("A123456(3)")[6:]))
    sealed[at] ^= 1
    marked = "%enc_%" + base64.b64encode(sealed).decode()
    with pytest.raises(AnswerNotOpened):
        envelope.open_answer({"idNum": marked}, data_key)


@pytest.mark.parametrize("marked", ["%enc_%", "%enc_%====", "%enc_%é", "%enc_%AAAA"])
def test_what_is_no_cipher_text_is_the_same_one_error(
    data_key: DataKey, marked: str
) -> None:
    with pytest.raises(AnswerNotOpened):
        envelope.open_answer({"idNum": marked}, data_key)


def test_a_field_opened_under_another_key_is_refused() -> None:
    hidden = envelope.new_pair().encrypt("A123456(3)")
    with pytest.raises(AnswerNotOpened):
        envelope.open_answer({"idNum": hidden}, envelope.new_pair())


@pytest.mark.parametrize(
    "changed",
    [
        {"body": b"{}"},
        {"request_id": "cbbfb2afa2094b14a7c6b66a0a399035"},
        {"timestamp": "1672531199013"},
    ],
)
def test_a_signature_changes_with_each_thing_it_signs(
    data_key: DataKey, changed: dict[str, Any]
) -> None:
    signed = {
        "body": envelope.serialise(deck.REQUEST),
        "request_id": deck.REQUEST_ID,
        "timestamp": deck.TIMESTAMP,
    }
    assert envelope.sign(data_key, **{**signed, **changed}) != deck.SIGNATURE


def test_a_signature_changes_with_every_byte_of_the_body(data_key: DataKey) -> None:
    body = envelope.serialise(deck.REQUEST)
    found = {
        envelope.sign(
            data_key,
            body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :],
            deck.REQUEST_ID,
            deck.TIMESTAMP,
        )
        for at in range(len(body))
    }
    assert len(found) == len(body)
    assert deck.SIGNATURE not in found


def test_nothing_of_a_request_shows_in_its_repr() -> None:
    request = builders.sealed()
    shown = repr(request)
    assert "%enc_%" not in shown
    assert request.headers["X-FINI-SIGNATURE"] not in shown
    assert repr(request.data_key) == "DataKey(…)"


@pytest.mark.parametrize("copied", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_data_key_does_not_travel(copied: Any) -> None:
    with pytest.raises(TypeError):
        copied(envelope.new_pair())


@pytest.mark.parametrize(("key", "iv"), [(16, 12), (32, 16), (0, 12), (32, 0)])
def test_a_data_key_of_another_size_is_refused(key: int, iv: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        DataKey(bytes(key), bytes(iv))


def test_no_number_that_json_does_not_know_is_sent() -> None:
    with pytest.raises(ValueError, match="no such number"):
        envelope.serialise({"appQuantity": float("nan")})


@dataclass
class Hiding:
    idNum: str = "A123456(3)"  # noqa: N815 (as FINI spells it)


def test_a_dataclass_is_not_written_out() -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        envelope.serialise({"data": [Hiding()]})


@pytest.mark.ledger("FINI-09/P")
def test_a_body_that_was_made_ahead_is_for_one_request() -> None:
    covered = envelope.cover(builders.payload(), builders.gateway().public_key())
    envelope.signed(covered, request_id="1", timestamp_ms=1)
    with pytest.raises(RuntimeError, match="one request"):
        envelope.signed(covered, request_id="2", timestamp_ms=2)


def test_equal_texts_are_encrypted_alike_under_one_key_and_otherwise_not() -> None:
    one, other = envelope.new_pair(), envelope.new_pair()
    for text in ("HKG", "CHAN TAI MAN"):
        assert one.encrypt(text) == one.encrypt(text) != other.encrypt(text)
        assert one.decrypt(one.encrypt(text)) == text
