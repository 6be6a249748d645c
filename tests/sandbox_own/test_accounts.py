"""What may be registered as an account."""

import json
from pathlib import Path
from typing import Any

import pytest
from paramiko import RSAKey

from sandbox.accounts import Accounts, parse_account
from sandbox.hktime import Clock
from sandbox.layout import SandboxError
from tests.sandbox_own.conftest import ALICE, line

GUIDES_KEY = """---- BEGIN SSH2 PUBLIC KEY ----
Comment: SSH KEY
AAAAB3NzaC1kc3MAAACBAPY8ZOHY2yFSJA6XYC9HRwNHxaehvx5wOJ0rzZdzoSOXxbET
W6ToHv8D1UJ/z+zHo9Fiko5XybZnDiABDhtblQ+Yp7StxyltHnXF1YLfKD1G4T6JYrdH
YI14Om1eg9e4NnCRleaQoZPF3UGfZia6bXrGTQf3gJq2e7Yisk/gF+1VAAAAFQDb8D5c
vwHWTZDPfX0D2s9Rd7NBvQAAAIEA1N92+Bb7D4KLYk3IwRbXblwXdkPggA4pfdtW9vGf
J0/Rhd+NjB4eo1D+0dix6tXwYGN7PKS5R/FXPNwxHPapcj9uL1Jn2AWQ2dsknf+i/FAA
vioUPkmdMc0zuWoSOEsSNhVDtX3WdvVcGcBq9cetZrtOKWOocJmJ80qadxTRHtUAAACB
AN7CY+KKv1gHpRzFwdQm7HK9bb1LAo2KwaoXnadFgeptNBQeSXG1vO+JsvphVMBJc9HS
n24VYtYtsMu74qXviYjziVucWKjjKEb11juqnF0GD1B3VVMxHLMxnAz643WK42Z7dLM5
sY29ouezv4Xz2PuMch5VGPP+CDqzCM41oWgV
---- END SSH2 PUBLIC KEY ----
"""


def test_an_account_is_read_back_as_it_was_saved(tmp_path: Path, key: RSAKey) -> None:
    accounts = Accounts(tmp_path)
    alice = accounts.save(parse_account(ALICE | {"public_keys": [line(key)]}))
    assert accounts.find("hkidr.aaa000") == alice
    assert accounts.all() == [alice]


def test_an_account_from_before_keys_had_dates_still_logs_in(
    tmp_path: Path, key: RSAKey
) -> None:
    accounts = Accounts(tmp_path)
    accounts.save(parse_account(ALICE | {"public_keys": [line(key)]}))
    path = tmp_path / "accounts" / "hkidr.aaa000.json"
    stored = json.loads(path.read_text())
    del stored["keys"], stored["platform"], stored["subscriptions"]
    path.write_text(json.dumps(stored))
    today = Clock(tmp_path).today()
    assert accounts.get("hkidr.aaa000").slots(today).holds(line(key))
    assert json.loads(path.read_text())["keys"][0]["created_on"] == today.isoformat()


@pytest.mark.ledger("ECP-54/S")
@pytest.mark.parametrize(
    "remote_ips",
    [
        [],
        ["127.0.0.1", "127.0.0.1"],
        ["127.0.0.01"],
        ["127.0.0"],
        ["127.0.0.256"],
        ["::1"],
        ["127.0.0.1\n"],
        [f"127.0.0.{n}" for n in range(1, 6)],
    ],
)
def test_remote_addresses_are_one_to_four_strict_ipv4(
    key: RSAKey, remote_ips: list[str]
) -> None:
    with pytest.raises(SandboxError):
        parse_account(ALICE | {"public_keys": [line(key)], "remote_ips": remote_ips})


@pytest.mark.ledger("ECP-54/S")
def test_four_remote_addresses_are_taken(key: RSAKey) -> None:
    four = ["10.163.3.44", "0.0.0.0", "255.255.255.255", "10.0.0.1"]
    account = parse_account(ALICE | {"public_keys": [line(key)], "remote_ips": four})
    assert account.remote_ips == four


@pytest.mark.parametrize(
    "change",
    [
        {"login": "../alice"},
        {"login": ".hidden"},
        {"login": "a/b"},
        {"kind": "bank"},
        {"identities": [("passport", "1")]},
        {"identities": ["AAA000"]},
        {"file_ids": ["HBCNXXXX"]},
        {"identities": []},
        {"platform": "SWIFT"},
        {"public_keys": ["ssh-rsa nonsense"]},
        {"encryption_enabled": True},
        {"colour": "red"},
    ],
)
def test_a_malformed_account_is_refused(key: RSAKey, change: dict[str, Any]) -> None:
    with pytest.raises(SandboxError):
        parse_account(ALICE | {"public_keys": [line(key)]} | change)


def test_the_dsa_key_that_the_guides_print_is_refused() -> None:
    with pytest.raises(SandboxError):
        parse_account(ALICE | {"public_keys": [GUIDES_KEY]})
