"""RRS counts logins and key uploads, and closes for a while (Guide B §4.3, §6.3)."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from sandbox.attendance import KEY_UPLOAD
from sandbox.hktime import HONG_KONG
from sandbox.inthread import SandboxThread
from sandbox.limits import blocked_until, locked_until
from tests.sandbox_own.client import Client
from tests.sandbox_own.conftest import REFUSED, Connect
from tests.sandbox_own.keykit import (
    RAP_ACCOUNT,
    RRS_ACCOUNT,
    RRS_KEYS,
    at,
    line,
    pair,
    ssh2,
)

MINUTE, HOUR = 60.0, 3600.0


@pytest.fixture
def cxyz(sandbox: SandboxThread) -> SandboxThread:
    """CXYZ001 is registered; it is 12:45:00."""
    at(sandbox, "2024-03-01 12:45:00")
    sandbox.register(**RRS_ACCOUNT, public_keys=[line(pair(1))])
    return sandbox


def log_in(sandbox: SandboxThread, connect: Connect, moment: str = "") -> Client:
    if moment:
        at(sandbox, f"2024-03-01 {moment}")
    return connect(sandbox, platform="RRS", login="CXYZ001", key=pair(1))


@pytest.mark.ledger("RRS-06/S")
def test_the_fifth_login_locks_until_five_minutes_after_the_first(
    cxyz: SandboxThread, connect: Connect
) -> None:
    for moment in ("12:45:00", "12:45:30", "12:46:00", "12:46:30", "12:47:00"):
        log_in(cxyz, connect, moment)
    for moment in ("12:47:31", "12:49:55"):
        with pytest.raises(REFUSED):
            log_in(cxyz, connect, moment)
    shown = cxyz.account("CXYZ001")
    assert (shown["logins"], shown["refused"]) == (5, {"locked": 2})
    assert log_in(cxyz, connect, "12:50:05").sftp.listdir("/")


@pytest.mark.ledger("RRS-06/S")
def test_logins_are_counted_over_all_hosts_and_for_each_account(
    cxyz: SandboxThread, connect: Connect
) -> None:
    other = RRS_ACCOUNT | {"login": "CXYZ002"}
    cxyz.register(**other, public_keys=[line(pair(2))])
    for host in (0, 1, 2, 3, 0):
        connect(cxyz, host, platform="RRS", login="CXYZ001", key=pair(1))
    with pytest.raises(REFUSED):
        connect(cxyz, 1, platform="RRS", login="CXYZ001", key=pair(1))
    assert connect(cxyz, 1, platform="RRS", login="CXYZ002", key=pair(2))


def test_rap_does_not_count_logins(sandbox: SandboxThread, connect: Connect) -> None:
    sandbox.register(**RAP_ACCOUNT, public_keys=[line(pair(1))])
    for _ in range(7):
        connect(sandbox, platform="RAP", login="DCXYZ001", key=pair(1))
    assert sandbox.account("DCXYZ001")["logins"] == 7


@pytest.mark.ledger("RRS-06/S")
def test_four_logins_in_five_minutes_do_not_lock() -> None:
    assert locked_until([0, 1, 2, 3], 4) is None
    assert locked_until([0, 1, 2, 3, 4], 4) == 5 * MINUTE
    assert locked_until([0, 1, 2, 3, 4], 5 * MINUTE) is None
    assert locked_until([0, 100, 200, 299, 300], 300) is None


@pytest.mark.ledger("RRS-10/S")
def test_the_fifth_upload_whatever_its_result_blocks_for_an_hour(
    cxyz: SandboxThread, connect: Connect
) -> None:
    client = log_in(cxyz, connect, "12:44:00")
    for number in (2, 3):
        client.upload(f"{RRS_KEYS}/CXYZ001.pub", ssh2(pair(number)))
    for _ in range(2):
        client.upload(f"{RRS_KEYS}/CXYZ001.pub", b"bad")
    at(cxyz, "2024-03-01 12:45:10")
    client.upload(f"{RRS_KEYS}/CXYZ001.pub", ssh2(pair(4)))
    for moment in ("12:45:11", "13:45:08"):
        at(cxyz, f"2024-03-01 {moment}")
        with pytest.raises(PermissionError):
            client.begin(f"{RRS_KEYS}/CXYZ001.pub")
    at(cxyz, "2024-03-01 13:45:20")
    client.upload(f"{RRS_KEYS}/CXYZ001.pub", ssh2(pair(5)))
    shown = cxyz.account("CXYZ001")
    assert shown["key_uploads_blocked"] == 2
    assert (shown["key_uploads_accepted"], shown["key_uploads_rejected"]) == (4, 2)


@pytest.mark.ledger("RRS-10/S")
def test_a_file_opened_before_the_fifth_upload_is_not_taken_after_it(
    cxyz: SandboxThread, connect: Connect
) -> None:
    client = log_in(cxyz, connect)
    opened = client.begin(f"{RRS_KEYS}/CXYZ001.pub")
    for _ in range(5):
        client.upload(f"{RRS_KEYS}/CXYZ001.pub", b"bad")
    with pytest.raises(PermissionError):
        client.end(opened)


@pytest.mark.ledger("RRS-10/S")
def test_the_120th_upload_of_a_day_blocks_for_an_hour(
    cxyz: SandboxThread, connect: Connect
) -> None:
    midnight = datetime(2024, 3, 1, tzinfo=HONG_KONG)
    for number in range(119):
        moment = (midnight + timedelta(minutes=6 * number)).timestamp()
        earlier = (KEY_UPLOAD, "CXYZ001", "rrs-p1", moment, "rejected")
        cxyz.call(partial(cxyz.exchange.attendance.note, *earlier))
    client = log_in(cxyz, connect, "23:00:00")
    client.upload(f"{RRS_KEYS}/CXYZ001.pub", b"bad")
    with pytest.raises(PermissionError):
        client.begin(f"{RRS_KEYS}/CXYZ001.pub")
    at(cxyz, "2024-03-02 00:00:10")
    assert client.begin(f"{RRS_KEYS}/CXYZ001.pub")


@pytest.mark.ledger("RRS-10/S")
def test_uploads_are_blocked_by_the_last_hour_and_by_the_day() -> None:
    assert blocked_until([0, 1, 2, 3], 4, 0) is None
    assert blocked_until([0, 1, 2, 3, 4], 5, 0) == 4 + HOUR
    assert blocked_until([0, 1, 2, 3, 4], 4 + HOUR, 0) is None
    assert blocked_until([0, 1, 2, 3, HOUR], HOUR + 1, 0) is None
    early = [float(number) for number in range(119)]
    assert blocked_until([*early, 40_000], 40_000, 0) == 40_000 + HOUR
    assert blocked_until([*early[1:], 40_000], 40_000, 0) is None
    assert blocked_until([*early, 40_000], 40_000, day_began=1) is None


def test_what_lies_ahead_of_a_clock_that_was_moved_back_does_not_count() -> None:
    assert locked_until([100, 101, 102, 103, 104], 50) is None
    assert blocked_until([100, 101, 102, 103, 104], 50, 0) is None
