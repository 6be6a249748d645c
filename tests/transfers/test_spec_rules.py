"""Each rule both ways, at its limits, with the reason a person reads."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from portal.exchange.hktime import HONG_KONG
from transfers.spec import candidate as spec
from transfers.spec import catalogue, rules, windows
from transfers.spec.results import RuleResult
from transfers.zips import Member

NOW = dt.datetime(2024, 3, 1, 15, 4, tzinfo=HONG_KONG)
TARGET = spec.Target(
    entry=catalogue.entry("HBCNMAPP"),
    menu=catalogue.MAPPING,
    identity_kind=catalogue.CE_NUMBER,
    identity_code="AAA000",
    environment="production",
    environment_words="production",
    megabyte=1_000_000,
    window=windows.parse("07:00-16:30"),
    now=NOW,
    consent=spec.Consent(dt.date(2022, 2, 14), "admin.lau"),
)
NAME = "HBCNMAPP_AAA000_20240301.zip"


def member(method: int = 8, encrypted: bool = False, strength: int = 0) -> Member:
    return Member(
        "HBCNMAPP_AAA000.csv",
        method,
        encrypted or strength > 0,
        strength,
        10,
        20,
        0,
        b"HBCNMAPP_AAA000.csv",
        99 if strength else method,
    )


FILE = spec.Candidate(NAME, 84_200_000, members=(member(),))


def answers(**changes: Any) -> dict[str, RuleResult]:
    """Fields of the target or of the candidate, whichever has them."""
    ours = {field.name for field in dataclasses.fields(spec.Target)}
    target = {name: value for name, value in changes.items() if name in ours}
    file = {name: value for name, value in changes.items() if name not in ours}
    verdict = rules.judge(
        dataclasses.replace(TARGET, **target), dataclasses.replace(FILE, **file)
    )
    return {result.rule: result for result in verdict.results}


def for_report(file_id: str, **changes: Any) -> dict[str, RuleResult]:
    """The same for one of the five reports."""
    entry = catalogue.entry(file_id)
    code = "00000" if entry.identity_kind == catalogue.FIRM_ID else "AAA000"
    report = {
        "entry": entry,
        "menu": entry.menu,
        "identity_kind": entry.identity_kind,
        "identity_code": code,
        "name": f"{file_id}_{code}_20240301.zip",
        "size": 1000,
    }
    return answers(**{**report, **changes})


def failing(found: dict[str, RuleResult]) -> list[str]:
    return [name for name, result in found.items() if result.status == "bad"]


def test_a_good_file_passes_every_rule() -> None:
    assert failing(answers()) == []


def test_failing_rules_come_first_and_are_counted() -> None:
    verdict = rules.judge(
        TARGET,
        dataclasses.replace(FILE, name="HBCNMAPP_AAA000_20220225.zip", size=0),
    )
    assert [r.status for r in verdict.results[:2]] == ["bad", "bad"]
    assert verdict.words.startswith("2 of ")
    assert verdict.words.endswith("rules fail")


@pytest.mark.ledger("ECP-05/P")
def test_a_date_that_is_not_today_fails_in_the_designs_words() -> None:
    result = answers(name="HBCNMAPP_AAA000_20220225.zip")["date"]
    assert (result.title, result.verdict) == ("Date in the name is not today", "Fails")
    assert result.reason == (
        "The name says 2022-02-25. Today in Hong Kong is 2024-03-01. HKEX would reject "
        "it. Choose the file made today, or rename it if its content is today’s."
    )


@pytest.mark.ledger("ECP-05/P")
def test_today_is_hong_kongs_day() -> None:
    before_midnight_utc = dt.datetime(2024, 2, 29, 23, 30, tzinfo=dt.UTC)
    assert answers(now=before_midnight_utc)["date"].status == "ok"


@pytest.mark.ledger("ECP-04/P")
def test_the_identity_in_the_name_is_the_chosen_one() -> None:
    assert answers()["identity"].status == "ok"
    wrong = answers(name="HBCNMAPP_BBB111_20240301.zip")["identity"]
    assert wrong.status == "bad"
    assert "BBB111" in wrong.reason
    assert "AAA000" in wrong.reason


@pytest.mark.ledger("ECP-06/P")
@pytest.mark.parametrize(
    "name",
    [
        "HBCNMAPP_AAA000_20240301.ZIP",
        "HBCNMAPP_AAA000_20240301.zip.zip",
        "HBCNMAPP_AAA000_2024-03-01.zip",
        "HBCNMAPP_AAA000_20240230.zip",
        "HBCNMAPP_AAA000_00000000.zip",
        "HBCNMAPP-AAA000-20240301.zip",
        "HBCNMAPP__20240301.zip",
        "hbcnmapp_AAA000_20240301.zip",
        "HBCNATBN_AAA000_20240301.zip",
        "HBCNMAPP_AAA000_20240301",
        " HBCNMAPP_AAA000_20240301.zip",
        "HBCNMAPP_AAA000_２０２４0301.zip",
        "",
    ],
)
def test_another_name_fails(name: str) -> None:
    result = answers(name=name)["pattern"]
    assert result.status == "bad"
    assert result.reason


@pytest.mark.ledger("ECP-06/P")
def test_a_file_id_of_another_menu_fails() -> None:
    assert answers()["menu"].status == "ok"
    wrong = answers(menu=catalogue.AGGREGATED)["menu"]
    assert wrong.status == "bad"
    assert catalogue.MAPPING in wrong.reason


@pytest.mark.ledger("ECP-06/P")
@pytest.mark.parametrize(
    ("clock", "verdict"),
    [("06:59:59", "bad"), ("07:00:00", "ok"), ("16:29:59", "ok"), ("16:30:00", "bad")],
)
def test_the_window_opens_and_closes_to_the_second(clock: str, verdict: str) -> None:
    now = dt.datetime.fromisoformat(f"2024-03-01T{clock}+08:00")
    assert answers(now=now)["window"].status == verdict


@pytest.mark.ledger("ECP-07/P")
@pytest.mark.parametrize(
    ("file_id", "environment", "limit"),
    [
        ("HBCNMAPP", "production", 700_000_000),
        ("HBCNATBN", "production", 100_000_000),
        ("HBCNBCBN", "production", 100_000_000),
        ("HBCNLQBN", "production", 100_000_000),
        ("HBCNERBN", "production", 100_000_000),
        ("HBCNOTBN", "production", 100_000_000),
        ("HBCNMAPP", "test", 1_000_000),
        ("HBCNOTBN", "test", 1_000_000),
        ("HBCNMAPP", "sandbox", 700_000_000),
    ],
)
def test_the_limit_passes_and_one_byte_more_fails(
    file_id: str, environment: str, limit: int
) -> None:
    at = for_report(file_id, environment=environment, size=limit)["size"]
    above = for_report(file_id, environment=environment, size=limit + 1)["size"]
    assert (at.status, above.status) == ("ok", "bad")
    assert f"{limit + 1:,} bytes" in above.reason


@pytest.mark.ledger("ECP-08/P")
def test_an_empty_file_fails() -> None:
    found = answers(size=0, members=None, fault="")
    assert failing(found) == ["empty"]
    assert answers(size=1)["empty"].status == "ok"


@pytest.mark.ledger("ECP-09/P")
@pytest.mark.parametrize(("method", "status"), [(0, "ok"), (8, "ok"), (12, "bad")])
def test_only_store_and_deflate_pass(method: int, status: str) -> None:
    assert answers(members=(member(), member(method)))["method"].status == status


@pytest.mark.ledger("ECP-09/P")
def test_the_method_inside_an_aes_member_counts() -> None:
    registered = spec.Encryption(is_registered=True)
    found = answers(members=(member(14, strength=3),), encryption=registered)
    assert failing(found) == ["method"]
    assert found["method"].reason == (
        "HBCNMAPP_AAA000.csv inside the zip uses LZMA. HKEX takes STORE or DEFLATE "
        "only. Make the zip again with the standard method."
    )


@pytest.mark.ledger("ECP-10/P")
def test_the_mapping_file_needs_the_recorded_consent() -> None:
    assert answers()["consent"].title == (
        "Client consent declared, 14 February 2022 by admin.lau"
    )
    assert failing(answers(consent=None)) == ["consent"]


@pytest.mark.ledger("ECP-10/P")
def test_a_report_needs_no_consent() -> None:
    assert "consent" not in for_report("HBCNATBN", consent=None)


@pytest.mark.ledger("ECP-11")
@pytest.mark.parametrize("file_id", ["HBCNLQBN", "HBCNERBN", "HBCNOTBN"])
def test_an_ep_on_wings_may_not_send_these_reports(file_id: str) -> None:
    assert failing(for_report(file_id, is_wings=True)) == ["wings"]
    assert failing(for_report(file_id)) == []


@pytest.mark.ledger("ECP-11")
@pytest.mark.parametrize("file_id", ["HBCNMAPP", "HBCNATBN", "HBCNBCBN"])
def test_an_ep_on_wings_may_send_the_others(file_id: str) -> None:
    assert failing(for_report(file_id, is_wings=True)) == []


@pytest.mark.ledger("ECP-16/P")
def test_128_characters_pass_and_129_fail() -> None:
    assert answers(name="x" * 124 + ".zip")["length"].status == "ok"
    result = answers(name="x" * 125 + ".zip")["length"]
    assert result.status == "bad"
    assert "129 characters" in result.title


@pytest.mark.ledger("ECP-65/P")
def test_an_encrypted_zip_waits_for_its_registered_password() -> None:
    locked = (member(strength=3),)
    assert failing(answers(members=locked)) == ["encryption"]
    registered = spec.Encryption(is_registered=True)
    assert failing(answers(members=locked, encryption=registered)) == []


@pytest.mark.ledger("ECP-65/P")
def test_encryption_is_for_the_mapping_file_only() -> None:
    registered = spec.Encryption(is_registered=True)
    found = for_report("HBCNATBN", members=(member(strength=3),), encryption=registered)
    assert failing(found) == ["encryption"]


@pytest.mark.parametrize(
    "members", [(member(),), (member(strength=1),), (member(encrypted=True),)]
)
def test_once_enabled_every_member_is_aes_256(members: tuple[Member, ...]) -> None:
    enabled = spec.Encryption(is_enabled=True, is_registered=True)
    assert failing(answers(members=members, encryption=enabled)) == ["encryption"]


def test_an_identity_of_the_other_kind_fails() -> None:
    assert "kind" in failing(answers(identity_kind=catalogue.FIRM_ID))


def test_a_zip_that_cannot_be_read_fails_with_its_fault() -> None:
    found = answers(members=None, fault="It is not a zip.")
    assert failing(found) == ["zip"]
    assert found["zip"].reason.startswith("It is not a zip. HKEX would reject it.")


def test_content_that_was_sent_before_fails() -> None:
    earlier = spec.Earlier("SUB-2024-000417", "Accepted")
    found = answers(sha256="A" * 64, same_content=earlier)
    assert failing(found) == ["sent"]
    assert "SUB-2024-000417, which is accepted" in found["sent"].reason


def test_the_same_name_with_other_content_warns() -> None:
    earlier = spec.Earlier("SUB-2024-000417", "Accepted")
    found = answers(sha256="A" * 64, same_name=earlier)
    assert found["name"].status == "warn"
    assert failing(found) == []


def test_what_was_sent_before_is_asked_of_the_whole_file_only() -> None:
    assert "sent" not in answers()
    assert answers(sha256="A" * 64)["sent"].status == "ok"
