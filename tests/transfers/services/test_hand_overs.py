"""Each kept file that a rule names is copied once; what fails is tried again."""

import datetime as dt
from pathlib import Path

import pytest
from pytest_django import Settings

from portal import clock
from portal.activity.models import Activity, Kind
from portal.alerts.models import Alert
from portal.people.guards import Acting
from portal.people.models import Participant, User
from tests.transfers import builders, corner_builders, keeping_builders
from transfers.models import HandOver, HandOverRule, HandOverStatus, RetrievedFile
from transfers.services import hand_over_plans, hand_over_rules, hand_overs
from transfers.services.refusals import Refusal

S = HandOverStatus
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def office(settings: Settings, tmp_path: Path) -> Path:
    made = tmp_path / "office"
    made.mkdir()
    settings.HAND_OVER_FOLDERS = {"CP00010.office": str(made)}
    return made


@pytest.fixture
def as_charlie(charlie: User, participant: Participant) -> Acting:
    return builders.acting(charlie, participant)


@pytest.fixture
def rule(charlie: User, participant: Participant, office: Path) -> HandOverRule:
    return keeping_builders.rule(charlie, participant, title="Office")


@pytest.fixture
def file(participant: Participant) -> RetrievedFile:
    return corner_builders.kept(participant, "A.zip", b"content of A")


def hand_over(rule: HandOverRule) -> list[tuple[str, str]]:
    """One tick and the worker that it wakes; the names and their statuses."""
    hand_over_plans.plan(HandOverRule.objects.get(pk=rule.pk), clock.now())
    hand_overs.run(rule.pk)
    rows = HandOver.objects.filter(rule=rule).order_by("name")
    return list(rows.values_list("name", "status"))


def row() -> HandOver:
    return HandOver.objects.get()


def due_again() -> None:
    HandOver.objects.update(next_try_at=clock.real_now() - SECOND)


def test_what_was_kept_is_there_with_its_checksum(
    rule: HandOverRule, file: RetrievedFile, office: Path
) -> None:
    assert hand_over(rule) == [("ECP/A.zip", S.DONE)]
    assert (office / "ECP/A.zip").read_bytes() == b"content of A"
    checksum = (office / "ECP/A.zip.sha256").read_text()
    assert checksum == f"{file.sha256.lower()}  A.zip\n"


def test_it_is_told_in_the_activity(rule: HandOverRule, file: RetrievedFile) -> None:
    hand_over(rule)
    told = Activity.objects.get(kind=Kind.HAND_OVER)
    assert "[A.zip] to [office] as [ECP/A.zip]" in told.description
    assert file.sha256 in told.description


def test_a_file_is_handed_over_once(
    rule: HandOverRule, file: RetrievedFile, office: Path
) -> None:
    hand_over(rule)
    (office / "ECP/A.zip").unlink()  # the other system took it
    hand_over(rule)
    assert row().tries == 1
    assert not (office / "ECP/A.zip").exists()


def test_only_what_fits_the_rule_goes(
    rule: HandOverRule, participant: Participant, other_participant: Participant
) -> None:
    HandOverRule.objects.update(name_pattern="HB*.zip")
    corner_builders.kept(participant, "HB1.zip")
    corner_builders.kept(participant, "XX1.zip", b"other")
    corner_builders.kept(participant, "HB2.zip", b"rap", platform="RAP")
    corner_builders.kept(other_participant, "HB3.zip", b"theirs")
    corner_builders.seen(participant, "HB4.zip")
    assert hand_over(rule) == [("ECP/HB1.zip", S.DONE)]


def test_what_was_kept_before_its_start_stays(
    rule: HandOverRule, participant: Participant
) -> None:
    early = rule.from_at - SECOND
    corner_builders.kept(participant, "A.zip", kept_at=early, seen_at=early)
    assert hand_over(rule) == []


def test_what_was_committed_a_little_late_is_not_forgotten(
    rule: HandOverRule, participant: Participant
) -> None:
    hand_over(rule)
    late = clock.now() - dt.timedelta(minutes=5)
    corner_builders.kept(participant, "A.zip", kept_at=late)
    assert hand_over(rule) == [("ECP/A.zip", S.DONE)]


def test_a_backlog_is_taken_piece_by_piece(
    rule: HandOverRule, participant: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hand_over_plans, "AT_A_TIME", 2)
    for number in range(5):
        kept_at = clock.now() - dt.timedelta(hours=9 - number)
        corner_builders.kept(participant, f"{number}.zip", kept_at=kept_at)
    taken = [hand_over_plans.plan(reread(rule), clock.now()) for _ in range(4)]
    assert taken == [2, 2, 1, 0]


def reread(rule: HandOverRule) -> HandOverRule:
    return HandOverRule.objects.get(pk=rule.pk)


def test_two_files_of_one_name_are_both_there(
    rule: HandOverRule, participant: Participant, office: Path
) -> None:
    corner_builders.kept(participant, "A.zip", b"first")
    second = corner_builders.kept(participant, "a.ZIP", b"second", size=9)
    names = hand_over(rule)
    assert ("ECP/A.zip", S.DONE) in names
    assert (f"ECP/a~{second.pk.hex[:8]}.ZIP", S.DONE) in names


def test_two_rules_with_one_destination_do_not_fight(
    rule: HandOverRule, charlie: User, participant: Participant, file: RetrievedFile
) -> None:
    other = keeping_builders.rule(charlie, participant)
    assert hand_over(rule) == [("ECP/A.zip", S.DONE)]
    assert hand_over(other) == [(f"ECP/A~{file.pk.hex[:8]}.zip", S.DONE)]


def test_a_hostile_name_stays_in_the_folder(
    rule: HandOverRule, participant: Participant, office: Path
) -> None:
    corner_builders.kept(participant, "../../../tmp/evil\n.zip")
    assert hand_over(rule) == [("ECP/_._.._.._tmp_evil_.zip", S.DONE)]


def test_what_is_there_already_counts(
    rule: HandOverRule, file: RetrievedFile, office: Path
) -> None:
    """As after a crash between the copy and the row."""
    (office / "ECP").mkdir()
    (office / "ECP/A.zip").write_bytes(b"content of A")
    assert hand_over(rule) == [("ECP/A.zip", S.DONE)]


def test_another_content_is_never_overwritten(
    rule: HandOverRule, file: RetrievedFile, office: Path
) -> None:
    (office / "ECP").mkdir()
    (office / "ECP/A.zip").write_bytes(b"theirs")
    assert hand_over(rule) == [("ECP/A.zip", S.FAILED)]
    assert "left as it is" in row().sentence
    assert (office / "ECP/A.zip").read_bytes() == b"theirs"


def test_one_occupied_name_does_not_hold_up_the_rest(
    rule: HandOverRule, file: RetrievedFile, participant: Participant, office: Path
) -> None:
    (office / "ECP").mkdir()
    (office / "ECP/A.zip").write_bytes(b"theirs")
    corner_builders.kept(participant, "B.zip", b"B")
    assert hand_over(rule) == [("ECP/A.zip", S.FAILED), ("ECP/B.zip", S.DONE)]


def test_a_missing_folder_is_waited_for(
    rule: HandOverRule, file: RetrievedFile, office: Path
) -> None:
    office.rmdir()
    assert hand_over(rule) == [("ECP/A.zip", S.FAILED)]
    assert row().next_try_at > clock.real_now() + dt.timedelta(seconds=50)
    office.mkdir()
    due_again()
    assert hand_over(rule) == [("ECP/A.zip", S.DONE)]


def test_a_missing_folder_is_asked_once_for_all_its_files(
    rule: HandOverRule, file: RetrievedFile, participant: Participant, office: Path
) -> None:
    office.rmdir()
    corner_builders.kept(participant, "B.zip", b"B")
    assert hand_over(rule) == [("ECP/A.zip", S.FAILED), ("ECP/B.zip", S.WAITING)]
    hand_overs.run(rule.pk)
    assert sorted(HandOver.objects.values_list("tries", flat=True)) == [0, 1]


def test_the_third_failure_is_an_alert_and_success_ends_it(
    rule: HandOverRule, file: RetrievedFile, office: Path
) -> None:
    office.rmdir()
    for _ in range(2):
        hand_over(rule)
        due_again()
    assert not Alert.objects.exists()
    hand_over(rule)
    assert "does not hand its files over" in Alert.objects.get(resolved_at=None).title
    office.mkdir()
    due_again()
    hand_over(rule)
    assert not Alert.objects.filter(resolved_at=None).exists()


def test_tries_are_a_minute_apart_then_up_to_an_hour() -> None:
    minutes = [hand_overs.retry_after(n).total_seconds() / 60 for n in (1, 2, 3, 7, 99)]
    assert minutes == [1, 2, 4, 60, 60]


def test_a_content_that_is_gone_is_said(
    rule: HandOverRule, file: RetrievedFile
) -> None:
    keeping_builders.path_of(file).unlink()
    assert hand_over(rule) == [("ECP/A.zip", S.FAILED)]
    assert "not in our store" in row().sentence


def test_a_content_that_rotted_is_not_handed_over(
    rule: HandOverRule, file: RetrievedFile, office: Path
) -> None:
    keeping_builders.path_of(file).write_bytes(b"content of B")
    assert hand_over(rule) == [("ECP/A.zip", S.FAILED)]
    assert list((office / "ECP").iterdir()) == []


def test_what_another_worker_copies_is_left_to_it(
    rule: HandOverRule, file: RetrievedFile
) -> None:
    hand_over_plans.plan(rule, clock.now())
    HandOver.objects.update(
        status=S.COPYING, lease_until=clock.real_now() + dt.timedelta(seconds=30)
    )
    hand_overs.run(rule.pk)
    assert row().status == S.COPYING


def test_what_a_dead_worker_copied_is_taken_up(
    rule: HandOverRule, file: RetrievedFile
) -> None:
    hand_over_plans.plan(rule, clock.now())
    HandOver.objects.update(status=S.COPYING, lease_until=clock.real_now() - SECOND)
    hand_overs.run(rule.pk)
    assert row().status == S.DONE


def test_an_ended_rule_takes_and_gives_nothing(
    rule: HandOverRule,
    file: RetrievedFile,
    as_charlie: Acting,
    participant: Participant,
) -> None:
    hand_over_plans.plan(rule, clock.now())
    assert hand_over_rules.end(rule, as_charlie, clock.now())
    assert not hand_over_rules.end(rule, as_charlie, clock.now())
    corner_builders.kept(participant, "B.zip", b"B")
    assert hand_over(rule) == [("ECP/A.zip", S.OVER)]


def test_a_person_has_it_tried_again_at_once(
    rule: HandOverRule, file: RetrievedFile, as_charlie: Acting, office: Path
) -> None:
    office.rmdir()
    hand_over(rule)
    office.mkdir()
    assert hand_over_rules.retry(rule, as_charlie) == 1
    assert hand_over(rule) == [("ECP/A.zip", S.DONE)]


def new_rule(**fields: str) -> HandOverRule:
    values = {
        "title": "Risk",
        "platform": "ECP",
        "name_pattern": "*",
        "destination": "office",
        "template": "{name}",
    }
    return HandOverRule(**{**values, **fields})


def test_a_rule_may_take_the_last_days_too(
    as_charlie: Acting, participant: Participant, office: Path
) -> None:
    for days in (1, 3):
        at = clock.now() - dt.timedelta(days=days)
        corner_builders.kept(participant, f"{days}.zip", kept_at=at)
    rule = hand_over_rules.add(new_rule(), 2, as_charlie, clock.now())
    assert hand_over(rule) == [("1.zip", S.DONE)]


def test_a_destination_of_nobody_is_refused(as_charlie: Acting, office: Path) -> None:
    wrong = new_rule(destination="../../etc")
    with pytest.raises(Refusal, match="no destination"):
        hand_over_rules.add(wrong, 0, as_charlie, clock.now())


def test_a_title_is_given_once(as_charlie: Acting, office: Path) -> None:
    hand_over_rules.add(new_rule(), 0, as_charlie, clock.now())
    with pytest.raises(Refusal, match="in force already"):
        hand_over_rules.add(new_rule(), 0, as_charlie, clock.now())
