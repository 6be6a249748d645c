"""The end-to-end envelope, proved byte by byte."""

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.gateway.envelope import FIELDS, open_envelope
from sandbox.web import Request
from tests.sandbox_own.gateway_client import (
    PERSON,
    GatewayClient,
    Seal,
    company,
    dumped,
    jwks,
    person,
    record,
)

NO_LIMITS = {"company": 0, "machine": 0}
ONE = {"data": {"ipoID": "1234"}, "nextCursor": "0"}
DECK_KEY = b"YN5i4GiqgMKcOgr4oDDpIntc9866elbh"
DECK_ID = "cbbfb2afa2094b14a7c6b66a0a399034"
DECK_TIMESTAMP = 1672531199012
DECK_BODY = (
    b'{"data":[{"requestID":"1","ipoID":"1234","idList":[{"idType":'
    b'"%enc_%eapFkonN3fzIDdSEkiD9EQg=","idCountryJurisdiction":'
    b'"%enc_%ACzvoa5ZmoiXFScyhNbRKtxUgw==","idNum":'
    b'"%enc_%BVeZ9hPEphW7EeSiE2UMP6bnM/QbklYusbM=","fullNameEng":'
    b'"%enc_%CQnGpkKS/FHrGOMgkJROsmXZe+kEXEZ61hEcNn/P","fullNameChi":'
    b'"%enc_%rtYCIbx0dZksk9K1QLpNT3zAjRi2YaZuWQ=="}],"appQuantity":"1000",'
    b'"firmID":"00000","ownRef":"f992b5c2-fd16-4e57-8387-738cb7aa75fb"}]}'
)
DECK_SIGNATURE = "1e53e99379e78f6c37b9f7a3803412c2a54dde050494e99420d781f3ae8861d7"


@pytest.mark.ledger("FINI-07/S")
def test_crypto_meta_gives_a_2048_bit_key_and_the_gateway_s_time(
    fini: GatewayClient,
) -> None:
    before = int(fini.now() * 1000)
    status, answer = fini.get("/api/crypto/meta")
    after = int(fini.now() * 1000)
    assert (status, answer["code"], answer["message"]) == (200, "0", "")
    assert before <= answer["data"]["serverTimestamp"] <= after
    der = base64.b64decode(answer["data"]["publicKey"])
    key = serialization.load_der_public_key(der)
    assert isinstance(key, RSAPublicKey)
    assert (key.key_size, set(answer["data"])) == (
        2048,
        {"publicKey", "serverTimestamp"},
    )


@pytest.mark.ledger("FINI-07/S")
@pytest.mark.parametrize(
    ("method", "status"), [("GET", 200), ("POST", 200), ("PUT", 405), ("DELETE", 405)]
)
def test_crypto_meta_is_got_and_as_the_printed_curl_has_it_posted(
    fini: GatewayClient, method: str, status: int
) -> None:
    headers = {"Authorization": f"Bearer {fini.token}"}
    assert fini.send(method, "/api/crypto/meta", b"", **headers)[0] == status


@pytest.mark.ledger("FINI-07/S")
def test_a_client_by_another_clock_corrects_itself_by_crypto_meta(
    fini: GatewayClient,
) -> None:
    fini.sandbox.gateway_faults(skew=20 * 60 * 1000)
    status, _ = fini.ask_token()
    assert status == 400  # assertions of five minutes, a gateway twenty ahead
    fini.sandbox.gateway_faults(skew=None)
    fini.sign_in()
    fini.sandbox.gateway_faults(skew=-7 * 60 * 1000)
    mine = int(fini.now() * 1000)
    meta = fini.get("/api/crypto/meta")[1]["data"]
    difference = meta["serverTimestamp"] - mine
    assert fini.sealed("query", ONE)[1]["code"] == "411004"
    corrected = Seal(fini.public_key, int(fini.now() * 1000) + difference)
    assert fini.sealed("query", ONE, corrected)[0] == 200


@pytest.mark.ledger("FINI-12/S")
def test_the_decks_signature_holds(fini: GatewayClient) -> None:
    seal = Seal(fini.public_key, DECK_TIMESTAMP, DECK_ID, DECK_KEY)
    headers = {
        name.replace("_", "-").lower(): value
        for name, value in seal.headers(DECK_BODY).items()
    }
    assert headers["x-fini-signature"] == DECK_SIGNATURE
    request = Request("POST", "/", {}, headers, DECK_BODY)
    key = fini.sandbox.exchange.gateway.gateway.key
    assert open_envelope(request, key, DECK_TIMESTAMP, 0).request_id == DECK_ID


@pytest.mark.ledger("FINI-08/S", "FINI-09/S", "FINI-10/S")
def test_the_five_fields_arrive_as_they_were_before_encryption(
    fini: GatewayClient,
) -> None:
    assert fini.add("one")[0] == 200
    held = fini.sandbox.gateway_records(limit=10, persons=True)["records"]
    assert [one["persons"] for one in held] == [[PERSON]]


@pytest.mark.ledger("FINI-09/S")
@pytest.mark.parametrize("field", FIELDS)
def test_a_personal_field_in_the_clear_refuses_the_request(
    fini: GatewayClient, field: str
) -> None:
    seal = fini.seal()
    bare = {**person(seal), field: PERSON[field]}
    entries = [record("good", seal), record("bare", seal, idList=[bare])]
    status, answer = fini.sealed("add", {"data": entries}, seal)
    assert (status, answer["code"]) == (400, "411010")
    assert fini.sandbox.gateway_records()["total"] == 0


@pytest.mark.ledger("FINI-09/S")
@pytest.mark.parametrize("field", ["ownRef", "appQuantity", "remark"])
def test_any_other_field_encrypted_refuses_the_request(
    fini: GatewayClient, field: str
) -> None:
    seal = fini.seal()
    entry = record("ref", seal) | {field: seal.encrypt("1000")}
    assert fini.sealed("add", {"data": [entry]}, seal)[1]["code"] == "411009"
    inside = record("ref", seal, idList=[person(seal) | {field: seal.encrypt("1")}])
    assert fini.sealed("add", {"data": [inside]})[1]["code"] == "411009"


@pytest.mark.ledger("FINI-08/S")
@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("%enc_%not base64", "411010"),
        ("%enc_%", "411011"),
        ("%enc_%" + base64.b64encode(bytes(15)).decode(), "411011"),
        ("%enc_%" + base64.b64encode(bytes(40)).decode(), "411011"),
        ("%ENC_%AAAA", "411010"),
    ],
)
def test_a_cipher_text_that_is_none_refuses_the_request(
    fini: GatewayClient, value: str, code: str
) -> None:
    seal = fini.seal()
    entry = record("ref", seal, idList=[person(seal) | {"idNum": value}])
    assert fini.sealed("add", {"data": [entry]}, seal)[1]["code"] == code


@pytest.mark.ledger("FINI-08/S")
@pytest.mark.parametrize(("size", "iv_size"), [(16, 12), (24, 12), (31, 12), (32, 16)])
def test_another_size_of_key_or_iv_is_refused(
    fini: GatewayClient, size: int, iv_size: int
) -> None:
    seal = fini.seal(key=bytes(size), iv=bytes(iv_size))
    assert fini.sealed("query", ONE, seal)[1]["code"] == "411007"


@pytest.mark.ledger("FINI-08/S")
def test_fields_under_another_key_or_iv_cannot_be_decrypted(
    fini: GatewayClient,
) -> None:
    seal = fini.seal()
    for other in (fini.seal(key=seal.key), fini.seal(iv=seal.iv)):
        entry = record("ref", other)
        assert fini.sealed("add", {"data": [entry]})[1]["code"] == "411011"


@pytest.mark.ledger("FINI-10/S", "FINI-11/S", "FINI-12/S")
@pytest.mark.parametrize(
    ("header", "value", "code"),
    [
        ("X_FINI_REQUEST_ID", None, "411001"),
        ("X_FINI_REQUEST_ID", "cbbfb2af-a209-4b14-a7c6-b66a0a399034", "411001"),
        ("X_FINI_REQUEST_ID", "1", "411001"),
        ("X_FINI_TIMESTAMP", None, "411003"),
        ("X_FINI_TIMESTAMP", "2022-06-14", "411003"),
        ("X_FINI_TIMESTAMP", "1655185516015", "411004"),
        ("X_FINI_SIGNATURE", None, "411005"),
        ("X_FINI_SIGNATURE", "00" * 32, "411008"),
        ("X_FINI_ENCRYPTED_KEY", None, "411006"),
        ("X_FINI_ENCRYPTED_KEY", "AAAA", "411007"),
        ("X_FINI_ENCRYPTED_KEY", "no base64!", "411007"),
        ("X_FINI_ENCRYPTED_KEY", base64.b64encode(b"k" * 256).decode(), "411007"),
        ("X_FINI_ENCRYPTION_CLIENT", None, "411999"),
        ("X_FINI_ENCRYPTION_CLIENT", "NO", "411999"),
    ],
)
@pytest.mark.parametrize("name", ["add", "change", "invalidate", "query"])
def test_each_header_is_needed_and_proved(
    fini: GatewayClient, name: str, header: str, value: str | None, code: str
) -> None:
    body = dumped(ONE)
    headers = fini.seal().headers(body) | {header: value}
    given: dict[str, Any] = {k: v for k, v in headers.items() if v is not None}
    path = f"/api/eipo/subscriptions/{name}/v1"
    status, answer = fini.post(path, body, **given)
    assert (status, answer["code"]) == (400, code)
    assert answer["exception"][0]["recordErrorCode"] == code


@pytest.mark.ledger("FINI-12/S")
def test_an_upper_case_signature_is_not_it(fini: GatewayClient) -> None:
    body = dumped(ONE)
    headers = fini.seal().headers(body)
    headers["X_FINI_SIGNATURE"] = headers["X_FINI_SIGNATURE"].upper()
    path = "/api/eipo/subscriptions/query/v1"
    assert fini.post(path, body, **headers)[1]["code"] == "411008"


@pytest.mark.ledger("FINI-12/S")
def test_a_signature_over_the_same_json_written_otherwise_is_refused(
    fini: GatewayClient,
) -> None:
    headers = fini.seal().headers(dumped(ONE))
    path = "/api/eipo/subscriptions/query/v1"
    spaced = dumped(ONE).replace(b":", b": ")
    assert fini.post(path, spaced, **headers)[1]["code"] == "411008"


@pytest.mark.ledger("FINI-12/S")
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_any_changed_byte_of_the_body_is_refused(
    fini: GatewayClient, draw: st.DataObject
) -> None:
    fini.sandbox.call(lambda: fini.sandbox.exchange.gateway.set_limits(NO_LIMITS))
    seal = fini.sign_in().seal()
    body = dumped({"data": [record("tampered", seal)]})
    place = draw.draw(st.integers(0, len(body) - 1))
    bad = bytearray(body)
    bad[place] ^= draw.draw(st.integers(1, 255))
    path = "/api/eipo/subscriptions/add/v1"
    status, answer = fini.post(path, bytes(bad), **seal.headers(body))
    assert (status, answer["code"]) == (400, "411008")
    assert fini.sandbox.gateway_records()["total"] == 0


@pytest.mark.ledger("FINI-11/S")
def test_a_request_id_serves_once(fini: GatewayClient) -> None:
    seal = fini.seal()
    assert fini.sealed("query", ONE, seal)[0] == 200
    again = fini.seal(request_id=seal.request_id)
    assert fini.sealed("query", ONE, again)[1]["code"] == "411002"
    shouted = fini.seal(request_id=seal.request_id.upper())
    assert fini.sealed("query", ONE, shouted)[1]["code"] == "411002"


@pytest.mark.ledger("FINI-11/S")
def test_a_doubled_request_records_nothing_twice(fini: GatewayClient) -> None:
    seal = fini.seal()
    payload = {"data": [record("once", seal)]}
    assert fini.sealed("add", payload, seal)[0] == 200
    assert fini.sealed("add", payload, seal)[1]["code"] == "411002"
    assert fini.sandbox.gateway_records()["total"] == 1


def test_a_refused_request_does_not_use_its_id_up(fini: GatewayClient) -> None:
    seal = fini.seal()
    assert fini.sealed("add", {"data": []}, seal)[1]["code"] == "405904"
    assert fini.sealed("add", {"data": [record("a", seal)]}, seal)[0] == 200


def test_another_company_may_have_the_same_request_id(fini: GatewayClient) -> None:
    seal = fini.seal()
    assert fini.sealed("query", ONE, seal)[0] == 200
    uuid = "11111111-2222-3333-4444-555555555555"
    fini.sandbox.register_company(
        **company(
            company_id="CP00020",
            machine_uuid=uuid,
            agent_jwks=jwks("agent2"),
            machine_jwks=jwks("machine2"),
        )
    )
    plain = {"header": {"alg": "RS256"}}
    agent = fini.assertion("agent", sub="CP00020", key="agent2", **plain)
    machine = fini.assertion("machine", iss=uuid, sub=uuid, key="machine2", **plain)
    answer = fini.ask_token(assertion=agent, client_assertion=machine)[1]
    fini.token = answer["access_token"]
    again = fini.seal(request_id=seal.request_id)
    assert fini.sealed("query", ONE, again)[0] == 200


@pytest.mark.ledger("FINI-11/S")
@pytest.mark.parametrize(
    ("seconds", "is_taken"), [(-299, True), (298, True), (-301, False), (302, False)]
)
def test_a_timestamp_may_be_five_minutes_off(
    fini: GatewayClient, seconds: int, is_taken: bool
) -> None:
    seal = Seal(fini.public_key, int((fini.now() + seconds) * 1000))
    status, answer = fini.sealed("query", ONE, seal)
    assert (status == 200, answer["code"]) == (
        is_taken,
        "0" if is_taken else "411004",
    )


@pytest.mark.ledger("FINI-10/S")
def test_after_a_change_of_the_gateway_s_key_the_old_one_is_wrong(
    fini: GatewayClient,
) -> None:
    old = fini.public_key
    fini.sandbox.call(fini.sandbox.exchange.gateway.replace_key)
    assert fini.sealed("query", ONE)[1]["code"] == "411007"
    fini.public_key = fini.get("/api/crypto/meta")[1]["data"]["publicKey"]
    assert fini.public_key != old
    assert fini.sealed("query", ONE)[0] == 200


@pytest.mark.ledger("FINI-13/S")
def test_a_query_s_answer_is_sealed_under_the_request_s_key_and_iv(
    fini: GatewayClient,
) -> None:
    fini.add("one", "two")
    seal = fini.seal()
    _, answer = fini.sealed("query", ONE, seal)
    for entry in answer["data"]:
        shown = entry["idList"][0]
        assert set(shown) == set(FIELDS)
        assert {name: seal.decrypt(value) for name, value in shown.items()} == PERSON
        assert entry["ownRef"] in ("one", "two")
