"""What the exchange rejects, and what it just about takes."""

import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from sandbox.accounts import Account
from sandbox.hktime import HONG_KONG
from sandbox.rejection import Rejection
from sandbox.rules import (
    judge_entitlement,
    judge_name,
    judge_size,
    judge_time,
    judge_zip,
)
from sandbox.settings import Settings
from tests.sandbox_own.builders import PASSWORD, a_zip, an_encrypted_zip

NOON = datetime(2022, 2, 25, 12, 0, tzinfo=HONG_KONG)
FOLDERS = ("HBCNMAPP", "HBCNRFELR", "HBCNRFEO")
MENU = {
    "HBCNMAPP": "HBCNMAPP",
    "HBCNATBN": "HBCNRFELR",
    "HBCNBCBN": "HBCNRFELR",
    "HBCNLQBN": "HBCNRFEO",
    "HBCNERBN": "HBCNRFEO",
    "HBCNOTBN": "HBCNRFEO",
}


def account(**changes: object) -> Account:
    fields = {
        "login": "hkidr.aaa000",
        "participant": "CP00010",
        "kind": "EP",
        "public_keys": [],
        "identities": [("ce_number", "AAA000"), ("firm_id", "00000")],
    }
    return Account(**(fields | changes))  # type: ignore[arg-type]


def code(rejection: Rejection | None) -> str | None:
    return rejection.code if rejection else None


def verdict_on(
    content: bytes, folder: Path, file_id: str, **changes: object
) -> str | None:
    path = folder / "file.zip"
    path.write_bytes(content)
    return code(judge_zip(file_id, path, account(**changes)))


@pytest.mark.ledger("ECP-01/S", "ECP-02/S", "ECP-06/S")
@pytest.mark.parametrize("file_id", sorted(MENU))
@pytest.mark.parametrize("folder", FOLDERS)
def test_a_file_id_is_taken_in_its_own_folder_only(file_id: str, folder: str) -> None:
    verdict = code(judge_name(f"{file_id}_AAA000_20220225.zip", folder))
    assert verdict == (None if MENU[file_id] == folder else "9002")


@pytest.mark.ledger("ECP-06/S")
@pytest.mark.parametrize(
    "name",
    [
        "HBCNMAPP_AAA000_20220225.ZIP",
        "HBCNMAPP_AAA000_20220225.7z",
        "HBCNMAPP_AAA000_20220225",
        "HBCNMAPP-AAA000-20220225.zip",
        "HBCNMAPP_AAA000_220225.zip",
        "HBCNMAPP__20220225.zip",
        "HBCNXXXX_AAA000_20220225.zip",
        "xHBCNMAPP_AAA000_20220225.zip",
        "HBCNMAPP_AAA000_20220225.zip.zip",
    ],
)
def test_a_name_of_another_shape_is_rejected(name: str) -> None:
    assert code(judge_name(name, "HBCNMAPP")) == "9001"


def test_a_name_with_other_characters_gets_the_one_code_that_hkex_prints() -> None:
    rejection = judge_name("HBCNMAPP_AAA000_20220225#.zip", "HBCNMAPP")
    assert rejection == Rejection("4007", "File name contains invalid characters")


@pytest.mark.ledger("ECP-04/S")
@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("HBCNMAPP_AAA000_20220225.zip", None),
        ("HBCNMAPP_AAA001_20220225.zip", "9003"),
        ("HBCNMAPP_00000_20220225.zip", "9003"),
        ("HBCNATBN_AAA000_20220225.zip", None),
        ("HBCNBCBN_AAA000_20220225.zip", None),
        ("HBCNLQBN_00000_20220225.zip", None),
        ("HBCNERBN_00000_20220225.zip", None),
        ("HBCNOTBN_00000_20220225.zip", None),
        ("HBCNOTBN_AAA000_20220225.zip", "9003"),
    ],
)
def test_the_identity_is_the_accounts_and_of_the_file_ids_kind(
    name: str, verdict: str | None
) -> None:
    assert code(judge_entitlement(name, account())) == verdict


@pytest.mark.ledger("ECP-10/S")
def test_a_mapping_file_waits_for_the_declaration_of_consent() -> None:
    undeclared = account(consent=False)
    assert code(judge_entitlement("HBCNMAPP_AAA000_20220225.zip", undeclared)) == "9008"
    assert judge_entitlement("HBCNATBN_AAA000_20220225.zip", undeclared) is None


@pytest.mark.ledger("ECP-05/S")
@pytest.mark.parametrize(
    ("day", "verdict"), [("20220224", "9004"), ("20220225", None), ("20220226", "9004")]
)
def test_the_date_in_the_name_is_today(day: str, verdict: str | None) -> None:
    name = f"HBCNMAPP_AAA000_{day}.zip"
    assert code(judge_time(name, NOON, Settings())) == verdict


@pytest.mark.ledger("ECP-06/S")
@pytest.mark.parametrize(
    ("hour", "minute", "verdict"),
    [(6, 59, "9007"), (7, 0, None), (16, 29, None), (16, 30, "9007")],
)
def test_a_file_id_may_have_a_window(
    hour: int, minute: int, verdict: str | None
) -> None:
    settings = Settings(windows={"HBCNMAPP": ["07:00", "16:30"]})
    at = NOON.replace(hour=hour, minute=minute)
    assert code(judge_time("HBCNMAPP_AAA000_20220225.zip", at, settings)) == verdict


@pytest.mark.ledger("ECP-07/S")
@pytest.mark.parametrize(
    ("file_id", "environment", "limit"),
    [
        ("HBCNMAPP", "production", 700_000_000),
        ("HBCNATBN", "production", 100_000_000),
        ("HBCNMAPP", "e2e", 1_000_000),
        ("HBCNATBN", "e2e", 1_000_000),
    ],
)
def test_the_limit_passes_and_one_byte_more_does_not(
    file_id: str, environment: str, limit: int
) -> None:
    assert judge_size(file_id, limit, environment) is None
    assert code(judge_size(file_id, limit + 1, environment)) == "9006"


@pytest.mark.ledger("ECP-08/S")
def test_an_empty_file_is_rejected() -> None:
    assert code(judge_size("HBCNMAPP", 0, "production")) == "9005"


@pytest.mark.ledger("ECP-09/S")
@pytest.mark.parametrize(
    ("method", "verdict"),
    [
        (zipfile.ZIP_STORED, None),
        (zipfile.ZIP_DEFLATED, None),
        (zipfile.ZIP_BZIP2, "9010"),
        (zipfile.ZIP_LZMA, "9010"),
    ],
)
def test_members_are_stored_or_deflated(
    tmp_path: Path, method: int, verdict: str | None
) -> None:
    assert verdict_on(a_zip(method=method), tmp_path, "HBCNATBN") == verdict


@pytest.mark.ledger("ECP-09/S")
@pytest.mark.parametrize(("method", "verdict"), [(0, None), (8, None), (14, "9010")])
def test_the_method_inside_an_aes_member_counts(
    tmp_path: Path, method: int, verdict: str | None
) -> None:
    content = an_encrypted_zip(method=method)
    account = {"encryption_enabled": True, "encryption_password": PASSWORD}
    assert verdict_on(content, tmp_path, "HBCNMAPP", **account) == verdict


@pytest.mark.parametrize("cut", [1, 22, 60, 100])
def test_half_a_zip_is_rejected(tmp_path: Path, cut: int) -> None:
    assert verdict_on(a_zip()[:-cut], tmp_path, "HBCNATBN") == "9009"


def test_a_zip_without_members_is_rejected(tmp_path: Path) -> None:
    assert verdict_on(b"PK\x05\x06" + bytes(18), tmp_path, "HBCNATBN") == "9009"


@pytest.mark.ledger("ECP-60/S")
@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        (an_encrypted_zip(), None),
        (a_zip(), "9011"),
        (an_encrypted_zip(strength=1), "9011"),
        (an_encrypted_zip(strength=2), "9011"),
        (an_encrypted_zip("Another-Horse-9"), "9012"),
    ],
    ids=["AES-256", "plain", "AES-128", "AES-192", "another password"],
)
def test_enabled_encryption_wants_aes_256_and_the_registered_password(
    tmp_path: Path, content: bytes, verdict: str | None
) -> None:
    enabled = {"encryption_enabled": True, "encryption_password": PASSWORD}
    assert verdict_on(content, tmp_path, "HBCNMAPP", **enabled) == verdict


@pytest.mark.ledger("ECP-60/S")
def test_an_encrypted_zip_with_a_changed_byte_does_not_open(tmp_path: Path) -> None:
    content = bytearray(an_encrypted_zip())
    content[80] ^= 1
    enabled = {"encryption_enabled": True, "encryption_password": PASSWORD}
    assert verdict_on(bytes(content), tmp_path, "HBCNMAPP", **enabled) == "9012"


@pytest.mark.ledger("ECP-65/S")
def test_a_plain_zip_is_taken_while_encryption_is_off(tmp_path: Path) -> None:
    assert verdict_on(a_zip(), tmp_path, "HBCNMAPP") is None


@pytest.mark.ledger("ECP-65/S")
def test_an_encrypted_zip_needs_a_registered_password(tmp_path: Path) -> None:
    content = an_encrypted_zip()
    registered = {"encryption_password": PASSWORD}
    assert verdict_on(content, tmp_path, "HBCNMAPP") == "9013"
    assert verdict_on(content, tmp_path, "HBCNMAPP", **registered) is None


@pytest.mark.ledger("ECP-65/S")
def test_encryption_applies_to_the_mapping_file_only(tmp_path: Path) -> None:
    enabled = {"encryption_enabled": True, "encryption_password": PASSWORD}
    assert verdict_on(an_encrypted_zip(), tmp_path, "HBCNATBN", **enabled) == "9013"
    assert verdict_on(a_zip(), tmp_path, "HBCNATBN", **enabled) is None
