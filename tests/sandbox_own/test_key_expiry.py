"""The exchange's clock is moved: which key logs in, and what warning lies there."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sandbox.accounts import Accounts
from sandbox.inthread import SandboxThread
from tests.sandbox_own.client import Client
from tests.sandbox_own.conftest import REFUSED, Connect, line
from tests.sandbox_own.keykit import (
    ECP_KEYS,
    RAP_ACCOUNT,
    RAP_KEYS,
    RRS_ACCOUNT,
    RRS_KEYS,
    at,
    md5,
    pair,
    ssh2,
)

WARNING = "SSHKeyExpireWarning.txt"
HEAD = "Public Key          Creation Date  Expiration Date  Fingerprint"


def lets_in(
    sandbox: SandboxThread, connect: Connect, one: dict[str, Any], moment: str
) -> str:
    """The keys that log in at that moment: "AB", "B", ""."""
    at(sandbox, moment)
    let_in = ""
    for name, number in (("A", 1), ("B", 2)):
        try:
            connect(
                sandbox, platform=one["platform"], login=one["login"], key=pair(number)
            )
        except REFUSED:
            continue
        let_in += name
    return let_in


def renewed(
    sandbox: SandboxThread, connect: Connect, one: dict[str, Any], moment: str
) -> Client:
    """Key A of the day before, B uploaded at that moment."""
    day = at(sandbox, moment)
    at(sandbox, f"{day.replace(year=day.year - 1):%Y-%m-%d} 12:00")
    sandbox.register(**one, public_keys=[line(pair(1))])
    at(sandbox, moment)
    folder = RRS_KEYS if one["platform"] == "RRS" else RAP_KEYS
    client = connect(sandbox, platform=one["platform"], login=one["login"], key=pair(1))
    client.upload(f"{folder}/a.pub", ssh2(pair(2)))
    return client


@pytest.mark.ledger("RAP-12/S", "RAP-13/S", "ECP-47/S")
def test_guide_cs_example_at_the_door(sandbox: SandboxThread, connect: Connect) -> None:
    renewed(sandbox, connect, RAP_ACCOUNT, "2024-03-01 12:00")
    days = ["2024-03-14 23:59", "2024-03-15 00:00", "2026-02-28 23:59", "2026-03-01"]
    seen = [lets_in(sandbox, connect, RAP_ACCOUNT, day) for day in days]
    assert seen == ["AB", "B", "B", ""]


@pytest.mark.ledger("RRS-08/S")
def test_guide_bs_example_at_the_door(sandbox: SandboxThread, connect: Connect) -> None:
    renewed(sandbox, connect, RRS_ACCOUNT, "2020-03-01 12:00")
    days = ["2020-03-14 23:59", "2020-03-15 00:00", "2022-03-01 23:59", "2022-03-02"]
    seen = [lets_in(sandbox, connect, RRS_ACCOUNT, day) for day in days]
    assert seen == ["AB", "B", "B", ""]


@pytest.mark.ledger("ECP-43/S", "ECP-47/S")
def test_a_key_lasts_two_years_and_no_day_longer(
    sandbox: SandboxThread, connect: Connect
) -> None:
    at(sandbox, "2024-03-05 10:00")
    ecp = {"platform": "ECP", "login": "hkidr.aaa000"}
    sandbox.turn_key(login="hkidr.aaa000", action="revoke")
    sandbox.turn_key(login="hkidr.aaa000", action="register", public_key=line(pair(1)))
    days = ["2026-03-04 23:59", "2026-03-05 00:00"]
    assert [lets_in(sandbox, connect, ecp, day) for day in days] == ["A", ""]


@pytest.mark.ledger("ECP-45/S")
def test_the_renewed_key_is_shown_as_current_once_the_old_is_gone(
    sandbox: SandboxThread, connect: Connect
) -> None:
    renewed(sandbox, connect, RAP_ACCOUNT, "2024-03-01 12:00")
    at(sandbox, "2024-03-15 00:00")
    slots = sandbox.account("DCXYZ001")["slots"]
    assert slots["current"]["fingerprint"] == md5(pair(2))
    assert slots["renewed"] is None


def test_keys_and_their_dates_survive_a_restart(
    state: Path, sandbox: SandboxThread, connect: Connect
) -> None:
    renewed(sandbox, connect, RAP_ACCOUNT, "2024-03-01 12:00")
    again = Accounts(state)  # as a new program reads them
    assert again.all() == sandbox.exchange.accounts.all()
    slots = again.get("DCXYZ001").slots(date(2024, 3, 1))
    assert slots.view() == sandbox.account("DCXYZ001")["slots"]


@pytest.mark.ledger("ECP-52/S")
def test_ecps_warning_is_a_table_of_fixed_width(
    sandbox: SandboxThread, connect: Connect
) -> None:
    at(sandbox, "2021-02-01 10:00")
    sandbox.turn_key(login="hkidr.aaa000", action="revoke")
    for action, number, day in (("register", 1, "02-01"), ("renew", 2, "07-01")):
        at(sandbox, f"2021-{day} 10:00")
        sandbox.turn_key(
            login="hkidr.aaa000", action=action, public_key=line(pair(number))
        )
    text = connect(sandbox, key=pair(2)).read(f"{ECP_KEYS}/{WARNING}")
    old, new = md5(pair(1)), md5(pair(2))
    assert text.split("\r\n") == [
        HEAD,
        f"Current Public Key  2021-02-01     2021-07-15       {old}",
        f"Renewed Public Key  2021-07-01     2023-07-01       {new}",
        "",
    ]


@pytest.mark.ledger("ECP-52/S")
def test_ecp_warns_from_14_days_before_by_the_time_of_the_login(
    sandbox: SandboxThread, connect: Connect
) -> None:
    at(sandbox, "2024-03-20 10:00")
    sandbox.turn_key(login="hkidr.aaa000", action="revoke")
    sandbox.turn_key(login="hkidr.aaa000", action="register", public_key=line(pair(1)))
    at(sandbox, "2026-03-05 10:00")
    early = connect(sandbox, key=pair(1))
    at(sandbox, "2026-03-06 10:00")
    assert early.sftp.listdir(ECP_KEYS) == []
    later = connect(sandbox, key=pair(1))
    assert later.sftp.listdir(ECP_KEYS) == [WARNING]
    assert later.read(f"{ECP_KEYS}/{WARNING}").count("\r\n") == 2


@pytest.mark.ledger("ECP-52/S")
def test_ecps_warning_is_gone_at_the_login_after_the_old_key_is(
    sandbox: SandboxThread, connect: Connect
) -> None:
    at(sandbox, "2024-03-01 10:00")
    client = connect(sandbox)
    client.upload(f"{ECP_KEYS}/a.pub", ssh2(pair(2)))
    at(sandbox, "2024-03-14 10:00")
    assert WARNING in connect(sandbox, key=pair(2)).sftp.listdir(ECP_KEYS)
    at(sandbox, "2024-03-15 10:00")
    assert WARNING not in connect(sandbox, key=pair(2)).sftp.listdir(ECP_KEYS)


@pytest.mark.ledger("RAP-15/S")
def test_rap_warns_each_day_until_the_old_key_is_gone(
    sandbox: SandboxThread, connect: Connect
) -> None:
    client = renewed(sandbox, connect, RAP_ACCOUNT, "2024-03-01 12:00")
    at(sandbox, "2024-03-14 23:00")
    assert md5(pair(1)) in client.read(f"{RAP_KEYS}/{WARNING}")
    at(sandbox, "2024-03-15 01:00")
    assert WARNING not in client.sftp.listdir(RAP_KEYS)


@pytest.mark.ledger("RRS-09/S")
def test_rrs_writes_a_warning_a_day_with_the_day_in_its_name(
    sandbox: SandboxThread, connect: Connect
) -> None:
    client = renewed(sandbox, connect, RRS_ACCOUNT, "2020-03-01 12:00")
    client.sftp.listdir(RRS_KEYS)
    at(sandbox, "2020-03-02 12:00")
    warnings = [n for n in client.sftp.listdir(RRS_KEYS) if n.startswith("SSHKey")]
    assert warnings == [
        "SSHKeyExpireWarning_20200301.txt",
        "SSHKeyExpireWarning_20200302.txt",
    ]
    assert md5(pair(1)) in client.read(f"{RRS_KEYS}/{warnings[1]}")
    at(sandbox, "2020-03-15 12:00")
    assert "SSHKeyExpireWarning_20200315.txt" not in client.sftp.listdir(RRS_KEYS)


@pytest.mark.parametrize(
    ("one", "folder"), [(RAP_ACCOUNT, RAP_KEYS), (RRS_ACCOUNT, RRS_KEYS)]
)
def test_without_an_expiry_in_sight_there_is_no_warning(
    sandbox: SandboxThread, connect: Connect, one: dict[str, Any], folder: str
) -> None:
    sandbox.register(**one, public_keys=[line(pair(1))])
    client = connect(sandbox, platform=one["platform"], login=one["login"], key=pair(1))
    assert client.sftp.listdir(folder) == []
