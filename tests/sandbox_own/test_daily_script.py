"""The daily script: what comes on a trading day, when, each once, by the clock."""

import hashlib
from collections import Counter
from datetime import date
from typing import Any

import pytest

from sandbox import contents
from sandbox.inthread import SandboxThread
from tests.sandbox_own.conftest import Connect, Start
from tests.sandbox_own.keykit import RAP_ACCOUNT, RRS_ACCOUNT, at, line, pair
from tests.sandbox_own.test_control import Caller

MONDAY, FRIDAY = "2026-03-02", "2026-03-06"
CCMS = "/download/HKCC_SEOCH_CCMS_GLOB/"
ACCOUNTS = (RAP_ACCOUNT, RRS_ACCOUNT)


def begun(sandbox: SandboxThread, moment: str, *accounts: dict[str, Any]) -> None:
    """The script switched on at that moment, for these accounts."""
    at(sandbox, moment)
    for one in accounts or ACCOUNTS:
        sandbox.register(**one, public_keys=[line(pair(1))])
    sandbox.script(on=True)


def came(sandbox: SandboxThread, start: str = "") -> list[str]:
    """The paths of what was distributed, that begin so."""
    paths = [one["path"] for one in sandbox.distributed()]
    return [path for path in paths if path.startswith(start)]


def test_about_sixty_reports_come_on_each_platform_on_a_trading_day(
    sandbox: SandboxThread,
) -> None:
    begun(sandbox, "2026-03-03 07:00")
    at(sandbox, "2026-03-04 03:30")
    counted = Counter(one["platform"] for one in sandbox.distributed())
    assert counted == {"RAP": 60, "RRS": 60}


def test_tp001_has_come_by_five_past_seven(sandbox: SandboxThread) -> None:
    begun(sandbox, f"{MONDAY} 12:00")
    at(sandbox, f"{MONDAY} 18:49:59")
    assert came(sandbox, "/download/DCASS/TP001") == []
    at(sandbox, f"{MONDAY} 19:05:00")
    assert came(sandbox, "/download/DCASS/TP001_CXYZ_20260302.csv")
    assert came(sandbox, "/CXYZ/TP001_CXYZ_20260302.csv")


def test_rpi03_comes_through_the_day_with_new_content(sandbox: SandboxThread) -> None:
    begun(sandbox, f"{MONDAY} 07:00")
    at(sandbox, f"{MONDAY} 17:00")
    found = [
        one
        for one in sandbox.distributed()
        if one["path"].startswith("/download/DCASS_OTHERS/RPI03_CXYZ_20260302_")
    ]
    assert len(found) == len({one["sha256"] for one in found}) == 5


def test_the_night_belongs_to_the_trading_day_before(sandbox: SandboxThread) -> None:
    begun(sandbox, f"{FRIDAY} 23:00")
    at(sandbox, "2026-03-07 03:30")
    name = "RX_AUDIT_AHT_CXYZ_20260306.zip"
    assert came(sandbox, "/download/") == [f"/download/DCASS_OTHERS/{name}"]


def test_what_is_for_all_comes_once_and_the_rest_to_each(
    sandbox: SandboxThread,
) -> None:
    other = RAP_ACCOUNT | {"login": "DCQRS001", "participant": "CP00099"}
    begun(sandbox, f"{MONDAY} 09:00", RAP_ACCOUNT, other)
    at(sandbox, f"{MONDAY} 22:00")
    assert came(sandbox, f"{CCMS}CG001") == [f"{CCMS}CG001_20260302.json"]
    assert sorted(came(sandbox, f"{CCMS}CC001")) == [
        f"{CCMS}CC001_CQRS_20260302.csv",
        f"{CCMS}CC001_CXYZ_20260302.csv",
    ]


def test_two_accounts_of_a_participant_get_one_copy(sandbox: SandboxThread) -> None:
    second = RRS_ACCOUNT | {"login": "CXYZ002"}
    begun(sandbox, f"{MONDAY} 09:00", RRS_ACCOUNT, second)
    at(sandbox, f"{MONDAY} 19:05")
    assert len(came(sandbox, "/CXYZ/TP001")) == 1


def test_only_what_is_subscribed_to_comes(sandbox: SandboxThread) -> None:
    begun(sandbox, f"{MONDAY} 07:00", RAP_ACCOUNT | {"subscriptions": ["CCMS"]})
    at(sandbox, f"{MONDAY} 23:00")
    assert came(sandbox, CCMS) == came(sandbox)
    assert len(came(sandbox)) == 13  # with a monthly one


@pytest.mark.parametrize(
    ("day", "before", "expected"),
    [
        ("2026-04-01", "2026-03-31", True),
        ("2026-04-02", "2026-04-01", False),
        ("2026-03-02", "2026-02-28", True),  # the first is a Sunday
    ],
)
def test_monthly_ones_come_on_the_first_trading_day(
    sandbox: SandboxThread, day: str, before: str, expected: bool
) -> None:
    begun(sandbox, f"{before} 12:00", RAP_ACCOUNT)
    at(sandbox, f"{day} 06:00")
    earlier = came(sandbox, "/download/DCASS/MT001")
    at(sandbox, f"{day} 09:00")
    assert bool(set(came(sandbox, "/download/DCASS/MT001")) - set(earlier)) is expected


def test_no_trading_no_reports(start: Start) -> None:
    sandbox = start(holidays=["2026-03-09"])
    begun(sandbox, "2026-03-07 04:00")  # a Saturday
    at(sandbox, "2026-03-10 07:00")
    assert came(sandbox) == []


def test_a_report_can_be_recomputed_from_its_name_and_day(
    sandbox: SandboxThread,
) -> None:
    begun(sandbox, f"{MONDAY} 18:00", RRS_ACCOUNT)
    at(sandbox, f"{MONDAY} 19:05")
    name = "TP001_CXYZ_20260302.csv"
    digits = hashlib.shake_256(f"{name}|2026-03-02".encode()).hexdigest(10_000)
    rows = ["Line,Report,Day,Reference,Quantity,Amount"]
    for number in range(20 + int(digits[:8], 16) % 380):
        row = digits[8 + 20 * number : 28 + 20 * number]
        cents = int(row[13:], 16)
        money = f"{cents // 100}.{cents % 100:02}"
        rows.append(
            f"{number + 1},TP001,20260302,{row[:8]},{int(row[8:13], 16)},{money}"
        )
    expected = "".join(f"{row}\r\n" for row in rows).encode()
    told = {one["name"]: one["sha256"] for one in sandbox.distributed()}
    assert told[name] == hashlib.sha256(expected).hexdigest()


@pytest.mark.parametrize("extension", ["csv", "txt", "json", "zip"])
def test_every_kind_of_content_is_the_same_twice(extension: str) -> None:
    day, name = date(2026, 3, 2), f"TP001_CXYZ_20260302.{extension}"
    first = contents.content(name, day)
    contents.content.cache_clear()
    assert contents.content(name, day) == first != b""
    assert contents.content(name, date(2026, 3, 3)) != first


def test_the_plan_of_a_day_is_what_comes(sandbox: SandboxThread) -> None:
    begun(sandbox, "2026-03-03 07:00")
    at(sandbox, "2026-03-04 07:00")
    _, plan = Caller(sandbox).call("POST", "/control/plan", {"day": "2026-03-03"})
    planned = {(one["path"], one["at"], one["sha256"]) for one in plan["files"]}
    found = {
        (one["path"], one["placed_at"], one["sha256"]) for one in sandbox.distributed()
    }
    assert planned == found


def test_a_clock_moved_by_days_publishes_what_lies_between_each_once(
    sandbox: SandboxThread, connect: Connect
) -> None:
    begun(sandbox, f"{MONDAY} 04:00", RAP_ACCOUNT)
    at(sandbox, f"{FRIDAY} 04:00")
    at(sandbox, f"{FRIDAY} 04:00")
    paths = came(sandbox)
    assert len(paths) == len(set(paths)) == 4 * 60 + 4  # four days, monthly ones too
    client = connect(sandbox, platform="RAP", login="DCXYZ001", key=pair(1))
    listed = client.sftp.listdir_attr("/download/DCASS_OTHERS")
    assert len({entry.st_mtime for entry in listed}) == len(listed) == 4 * 15


def test_a_file_whose_life_is_over_never_comes(sandbox: SandboxThread) -> None:
    begun(sandbox, f"{MONDAY} 04:00", RRS_ACCOUNT)
    at(sandbox, "2026-04-15 04:00")
    days = {one["placed_at"][:10] for one in sandbox.distributed()}
    assert (min(days), max(days)) == ("2026-04-06", "2026-04-15")


def test_a_clock_moved_back_and_on_publishes_nothing_twice(
    sandbox: SandboxThread,
) -> None:
    begun(sandbox, f"{MONDAY} 12:00", RAP_ACCOUNT)
    for moment in ("20:00", "13:00", "21:30"):
        at(sandbox, f"{MONDAY} {moment}")
    paths = came(sandbox)
    assert len(paths) == len(set(paths)) > 40


def test_off_nothing_comes_and_what_was_missed_stays_so(
    sandbox: SandboxThread,
) -> None:
    begun(sandbox, f"{MONDAY} 12:00")
    sandbox.script(on=False)
    at(sandbox, f"{MONDAY} 23:00")
    sandbox.script(on=True)
    assert came(sandbox) == []


def test_it_is_switched_and_told_over_the_control_api(sandbox: SandboxThread) -> None:
    at(sandbox, f"{FRIDAY} 23:00")
    sandbox.register(**RAP_ACCOUNT, public_keys=[line(pair(1))])
    caller = Caller(sandbox)
    assert caller.call("GET", "/control/script")[1]["on"] is False
    wanted = {"on": True, "days_back": 1}
    _, answer = caller.call("POST", "/control/script", wanted)
    assert (answer["on"], answer["next_at"][:10]) == (True, "2026-03-07")
    assert len(came(sandbox)) == 60


@pytest.mark.parametrize(
    "body",
    [{}, {"on": "yes"}, {"on": True, "days_back": -1}, {"on": True, "days_back": 99}],
)
def test_a_malformed_switch_is_refused(
    sandbox: SandboxThread, body: dict[str, Any]
) -> None:
    assert Caller(sandbox).call("POST", "/control/script", body)[0] == 400


def test_it_goes_on_after_a_restart(start: Start) -> None:
    first = start()
    begun(first, f"{MONDAY} 12:00", RAP_ACCOUNT)
    first.__exit__(None, None, None)
    second = start()
    at(second, f"{MONDAY} 19:05")
    assert len(came(second, "/download/DCASS/TP001")) == 1


def test_the_settings_switch_it_on_at_the_first_start(start: Start) -> None:
    sandbox = start(daily_script=True, daily_script_days_back=2)
    assert Caller(sandbox).call("GET", "/control/script")[1]["on"] is True
