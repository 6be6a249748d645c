"""A key put into the key folder works at once, and a file says what came of it."""

import re
from typing import Any

import pytest

from sandbox.inthread import SandboxThread
from tests.sandbox_own.builders import eventually
from tests.sandbox_own.client import Client
from tests.sandbox_own.conftest import ALICE, REFUSED, Connect
from tests.sandbox_own.keykit import (
    ECP_KEYS,
    RAP_ACCOUNT,
    RAP_KEYS,
    RRS_ACCOUNT,
    RRS_KEYS,
    at,
    line,
    md5,
    pair,
    results,
    ssh2,
)

NOON = "2024-03-01 12:34:06"


def answers(client: Client, folder: str, number: int = 1) -> dict[str, str]:
    """The result files once there are that many."""
    return eventually(lambda: len(found := results(client, folder)) == number and found)


@pytest.fixture
def rap(sandbox: SandboxThread, connect: Connect) -> Client:
    """DCXYZ001 at RAP at noon of 1 March 2024, with the first key."""
    at(sandbox, NOON)
    sandbox.register(**RAP_ACCOUNT, public_keys=[line(pair(1))])
    return connect(sandbox, platform="RAP", login="DCXYZ001", key=pair(1))


@pytest.fixture
def rrs(sandbox: SandboxThread, connect: Connect) -> Client:
    """CXYZ001 at RRS at noon of 1 March 2024, with the first key."""
    at(sandbox, NOON)
    sandbox.register(**RRS_ACCOUNT, public_keys=[line(pair(1))])
    return connect(sandbox, platform="RRS", login="CXYZ001", key=pair(1))


@pytest.mark.ledger("ECP-49/S", "ECP-42/S")
def test_ecp_answers_with_the_fingerprint_alone(
    sandbox: SandboxThread, client: Client
) -> None:
    at(sandbox, NOON)
    client.upload(f"{ECP_KEYS}/new key.pub", ssh2(pair(2)))
    ((name, text),) = answers(client, ECP_KEYS).items()
    assert re.fullmatch(r"new key\.pub\.1234\d\d\.rcvd", name)
    assert text == f"{md5(pair(2))}\r\n"


@pytest.mark.ledger("RAP-11/S", "RAP-02/S")
def test_rap_answers_with_fingerprint_and_name(rap: Client) -> None:
    rap.upload(f"{RAP_KEYS}/DCXYZ001.pub", ssh2(pair(2)))
    ((name, text),) = answers(rap, RAP_KEYS).items()
    assert re.fullmatch(r"DCXYZ001\.pub\.1234\d\d\.rcvd", name)
    assert text.split() == [md5(pair(2)), "DCXYZ001.pub"]


@pytest.mark.ledger("RRS-07/S", "RRS-16/S")
def test_rrs_answers_with_a_dated_report(rrs: Client) -> None:
    content = ssh2(pair(2))
    rrs.upload(f"{RRS_KEYS}/CXYZ001.pub", content)
    ((name, text),) = answers(rrs, RRS_KEYS).items()
    assert re.fullmatch(r"Result\.20240301\.1234\d\d\.success\.txt", name)
    assert "CXYZ001.pub" in text
    assert "2024-03-01" in text
    assert str(len(content)) in text
    assert "Success" in text


@pytest.mark.ledger("RRS-07/S")
def test_rrs_says_why_an_import_failed(rrs: Client) -> None:
    rrs.upload(f"{RRS_KEYS}/CXYZ001.pub", b"nonsense")
    ((name, text),) = answers(rrs, RRS_KEYS).items()
    assert re.fullmatch(r"Result\.20240301\.1234\d\d\.failed\.txt", name)
    assert "Failed" in text
    assert "not in SSH2" in text


@pytest.mark.ledger("RAP-11/S")
def test_rap_rejects_with_code_and_message(rap: Client) -> None:
    rap.upload(f"{RAP_KEYS}/key#2.pub", ssh2(pair(2)))
    ((name, text),) = answers(rap, RAP_KEYS).items()
    assert name.endswith(".rej")
    assert text == "4007 File name contains invalid characters\r\n"


@pytest.mark.ledger("ECP-50/S")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", ssh2(pair(2))),
        ("a#.pub", ssh2(pair(2))),
        ("a.pub", b""),
        ("a.pub", bytes(200_000)),
        ("a.pub", line(pair(2)).encode()),
    ],
    ids=["extension", "characters", "empty", "large", "OpenSSH"],
)
def test_a_bad_file_gets_a_rej_of_code_and_reason_and_changes_nothing(
    sandbox: SandboxThread, client: Client, name: str, content: bytes
) -> None:
    before = sandbox.account("hkidr.aaa000")["slots"]
    opened = client.begin(f"{ECP_KEYS}/{name}")
    for start in range(0, min(len(content), 65_000), 32_768):
        client.write(opened, start, content[start : start + 32_768])
    if len(content) > 65_000:
        with pytest.raises(OSError, match="too large"):
            client.write(opened, 65_536, bytes(32_768))
    client.end(opened)
    ((file, text),) = answers(client, ECP_KEYS).items()
    assert file.startswith(f"{name}.")
    assert file.endswith(".rej")
    assert re.fullmatch(r"\d{1,5} .{1,255}\r\n", text)
    assert sandbox.account("hkidr.aaa000")["slots"] == before


@pytest.mark.ledger("ECP-48/S")
def test_a_key_that_is_registered_already_is_rejected(client: Client, key: Any) -> None:
    client.upload(f"{ECP_KEYS}/a.pub", ssh2(key))
    (text,) = answers(client, ECP_KEYS).values()
    assert text.startswith("9105 ")


@pytest.mark.ledger("ECP-49/S")
def test_files_of_one_name_second_and_outcome_are_numbered(
    sandbox: SandboxThread, client: Client
) -> None:
    keys = [ssh2(pair(number)) for number in (2, 3, 4)]
    for content in (*keys, b"bad", b"worse"):
        at(sandbox, NOON)
        client.upload(f"{ECP_KEYS}/a.pub", content)
    assert sorted(answers(client, ECP_KEYS, 5)) == [
        "a.pub.123406.1.rcvd",
        "a.pub.123406.1.rej",
        "a.pub.123406.2.rcvd",
        "a.pub.123406.rcvd",
        "a.pub.123406.rej",
    ]


@pytest.mark.ledger("ECP-49/S", "ECP-47/S", "RAP-12/S")
def test_the_new_key_logs_in_at_once_and_so_does_the_old(
    sandbox: SandboxThread, rap: Client, connect: Connect
) -> None:
    rap.upload(f"{RAP_KEYS}/DCXYZ001.pub", ssh2(pair(2)))
    for number in (2, 1):
        connect(sandbox, platform="RAP", login="DCXYZ001", key=pair(number))


@pytest.mark.ledger("RRS-16/S", "RRS-08/S")
def test_at_rrs_too_the_new_key_works_at_once(
    sandbox: SandboxThread, rrs: Client, connect: Connect
) -> None:
    rrs.upload(f"{RRS_KEYS}/CXYZ001.pub", ssh2(pair(2)))
    for number in (2, 1):
        connect(sandbox, platform="RRS", login="CXYZ001", key=pair(number))


@pytest.mark.ledger("ECP-59/S", "RAP-24/S", "RRS-16/S")
@pytest.mark.parametrize(
    ("one", "folder"), [(RAP_ACCOUNT, RAP_KEYS), (RRS_ACCOUNT, RRS_KEYS)]
)
def test_a_renewal_is_for_the_account_that_logged_in_alone(
    sandbox: SandboxThread, connect: Connect, one: dict[str, Any], folder: str
) -> None:
    other = one["login"].replace("001", "002")
    sandbox.register(**one, public_keys=[line(pair(1))])
    sandbox.register(**one | {"login": other}, public_keys=[line(pair(2))])
    client = connect(sandbox, platform=one["platform"], login=one["login"], key=pair(1))
    client.upload(f"{folder}/{other}.pub", ssh2(pair(3)))
    assert sandbox.account(one["login"])["slots"]["renewed"]["fingerprint"] == md5(
        pair(3)
    )
    with pytest.raises(REFUSED):
        connect(sandbox, platform=one["platform"], login=other, key=pair(3))


@pytest.mark.ledger("ECP-15/S")
def test_key_results_are_private_to_the_account(
    sandbox: SandboxThread, client: Client, connect: Connect
) -> None:
    bob = ALICE | {"login": "hkidr.aaa001"}
    sandbox.register(**bob, public_keys=[line(pair(1))])
    client.upload(f"{ECP_KEYS}/a.pub", ssh2(pair(2)))
    answers(client, ECP_KEYS)
    theirs = connect(sandbox, login="hkidr.aaa001", key=pair(1))
    assert results(theirs, ECP_KEYS) == {}


@pytest.mark.ledger("ECP-53/S")
def test_the_web_and_sftp_lead_to_the_same_slots(
    sandbox: SandboxThread, client: Client, key: Any
) -> None:
    bob = ALICE | {"login": "hkidr.aaa001"}
    sandbox.register(**bob, public_keys=[line(key)])
    client.upload(f"{ECP_KEYS}/a.pub", ssh2(pair(2)))
    sandbox.turn_key(
        login="hkidr.aaa001",
        action="renew",
        file_name="a.pub",
        public_key=ssh2(pair(2)).decode(),
    )
    alice, bobs = (sandbox.account(f"hkidr.aaa00{n}")["slots"] for n in (0, 1))
    assert alice == bobs


@pytest.mark.ledger("ECP-51/S")
def test_ecp_keeps_key_results_24_hours(sandbox: SandboxThread, client: Client) -> None:
    at(sandbox, NOON)
    client.upload(f"{ECP_KEYS}/a.pub", ssh2(pair(2)))
    answers(client, ECP_KEYS)
    at(sandbox, "2024-03-02 12:34:00")
    assert results(client, ECP_KEYS)
    at(sandbox, "2024-03-02 12:36:00")
    assert results(client, ECP_KEYS) == {}


@pytest.mark.ledger("RAP-11/S")
def test_rap_keeps_key_results_24_hours(sandbox: SandboxThread, rap: Client) -> None:
    rap.upload(f"{RAP_KEYS}/DCXYZ001.pub", ssh2(pair(2)))
    answers(rap, RAP_KEYS)
    at(sandbox, "2024-03-02 12:34:00")
    assert results(rap, RAP_KEYS)
    at(sandbox, "2024-03-02 12:36:00")
    assert results(rap, RAP_KEYS) == {}


@pytest.mark.ledger("RRS-07/S")
def test_rrs_keeps_key_results_10_days(sandbox: SandboxThread, rrs: Client) -> None:
    rrs.upload(f"{RRS_KEYS}/CXYZ001.pub", ssh2(pair(2)))
    answers(rrs, RRS_KEYS)
    at(sandbox, "2024-03-11 23:59:00")
    assert results(rrs, RRS_KEYS)
    at(sandbox, "2024-03-12 00:01:00")
    assert results(rrs, RRS_KEYS) == {}


@pytest.mark.ledger("ECP-16/S")
def test_a_key_name_of_128_characters_passes_the_server(client: Client) -> None:
    client.upload(f"{ECP_KEYS}/{'x' * 124}.pub", ssh2(pair(2)))
    (name,) = answers(client, ECP_KEYS)
    assert name.endswith(".rcvd")


def test_the_uploaded_key_itself_is_not_listed(client: Client) -> None:
    client.upload(f"{ECP_KEYS}/a.pub", ssh2(pair(2)))
    assert "a.pub" not in client.sftp.listdir(ECP_KEYS)


def test_a_result_may_be_withheld_though_the_key_works(
    sandbox: SandboxThread, client: Client, connect: Connect
) -> None:
    sandbox.faults(key_result="none")
    client.upload(f"{ECP_KEYS}/a.pub", ssh2(pair(2)))
    renewed = connect(sandbox, key=pair(2))
    assert results(renewed, ECP_KEYS) == {}


def test_a_result_may_be_withheld_and_the_key_lost(
    sandbox: SandboxThread, client: Client, connect: Connect
) -> None:
    sandbox.faults(key_result={"kind": "none", "counts": False})
    client.upload(f"{ECP_KEYS}/a.pub", ssh2(pair(2)))
    with pytest.raises(REFUSED):
        connect(sandbox, key=pair(2))


def test_a_result_may_come_late(sandbox: SandboxThread, client: Client) -> None:
    sandbox.faults(key_result={"kind": "late", "seconds": 0.7})
    client.upload(f"{ECP_KEYS}/a.pub", ssh2(pair(2)))
    assert results(client, ECP_KEYS) == {}
    assert list(answers(client, ECP_KEYS).values()) == [f"{md5(pair(2))}\r\n"]


def test_a_result_may_name_another_key(sandbox: SandboxThread, client: Client) -> None:
    sandbox.faults(key_result={"kind": "wrong", "times": 1})
    client.upload(f"{ECP_KEYS}/a.pub", ssh2(pair(2)))
    (text,) = answers(client, ECP_KEYS).values()
    assert re.fullmatch(r"([0-9a-f]{2}:){15}[0-9a-f]{2}\r\n", text)
    assert md5(pair(2)) not in text


def test_a_good_key_may_be_rejected_with_any_code(
    sandbox: SandboxThread, client: Client, connect: Connect
) -> None:
    sandbox.faults(key_result={"kind": "reject", "code": "4711", "reason": "No"})
    client.upload(f"{ECP_KEYS}/a.pub", ssh2(pair(2)))
    assert list(answers(client, ECP_KEYS).values()) == ["4711 No\r\n"]
    with pytest.raises(REFUSED):
        connect(sandbox, key=pair(2))


def test_uploads_are_counted_with_their_outcome(
    sandbox: SandboxThread, client: Client
) -> None:
    client.upload(f"{ECP_KEYS}/a.pub", ssh2(pair(2)))
    client.upload(f"{ECP_KEYS}/b.pub", b"bad")
    shown = sandbox.account("hkidr.aaa000")
    assert (shown["key_uploads_accepted"], shown["key_uploads_rejected"]) == (1, 1)
    good, bad = shown["key_uploads"]
    assert (good["file_name"], good["fingerprint"]) == ("a.pub", md5(pair(2)))
    assert (bad["outcome"], bad["code"]) == ("rejected", "9102")
