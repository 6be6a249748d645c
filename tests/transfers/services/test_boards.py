"""Each day's board: laid, judged, warned of, excused, and never moved back."""

import datetime as dt

import pytest

from portal.activity.models import Activity, Kind
from portal.alerts.models import Alert
from portal.exchange.hktime import HONG_KONG
from portal.people.guards import Acting
from portal.people.models import Participant, User
from portal.tradingdays.models import OverrideKind, TradingDayOverride
from portal.tradingdays.selectors import calendar
from tests.transfers import expected_builders as builders
from transfers.expectations import Standing
from transfers.models import (
    ExpectedFile,
    ExpectedRule,
    ExpectedStatus,
    RetrievedStatus,
)
from transfers.selectors import expected as selectors
from transfers.services import boards, expected_rules
from transfers.services.refusals import Refusal

MONDAY = dt.date(2026, 11, 23)
S = ExpectedStatus


def at(hour: int, minute: int = 0, day: dt.date = MONDAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=HONG_KONG)


@pytest.fixture
def rule(as_alice: Acting) -> ExpectedRule:
    """TP001 on every trading day by 19:30."""
    made = builders.rule(MONDAY)
    return expected_rules.add(made, as_alice, at(9))


def row() -> ExpectedFile:
    return ExpectedFile.objects.get(day=MONDAY)


def alerts() -> list[str]:
    open_ones = Alert.objects.filter(resolved_at=None).order_by("kind")
    return list(open_ones.values_list("kind", flat=True))


def kept(participant: Participant, moment: dt.datetime, **fields: object) -> None:
    builders.retrieved(participant, "TP001_20261123.csv", moment, **fields)


@pytest.mark.django_db
def test_a_new_rule_has_todays_row_at_once(rule: ExpectedRule) -> None:
    assert (row().status, row().due_at) == (S.DUE, at(19, 30))


@pytest.mark.django_db
def test_a_new_rule_knows_at_once_what_has_come_today(
    as_alice: Acting, participant: Participant
) -> None:
    kept(participant, at(8))
    expected_rules.add(builders.rule(MONDAY, count=5), as_alice, at(9))
    assert row().arrived == 1


@pytest.mark.django_db
def test_what_no_tick_has_judged_is_shown_as_missing_at_its_deadline(
    rule: ExpectedRule, participant: Participant
) -> None:
    board = selectors.board(participant, MONDAY, at(19, 30))
    assert [(line.s, line.word) for line in board.lines] == [("bad", "Missing")]
    assert board.counts["missing"] == 1
    before = selectors.board(participant, MONDAY, at(19, 29))
    assert [line.word for line in before.lines] == ["Due soon"]


@pytest.mark.django_db
def test_days_that_no_tick_saw_are_laid_later(rule: ExpectedRule) -> None:
    boards.lay(at(9, day=MONDAY + dt.timedelta(7)))
    days = ExpectedFile.objects.order_by("day").values_list("day", flat=True)
    assert list(days) == [MONDAY + dt.timedelta(n) for n in (0, 1, 2, 3, 4, 7)]


@pytest.mark.django_db
def test_a_second_tick_lays_nothing(rule: ExpectedRule) -> None:
    assert boards.lay(at(9, 1)) == 0


@pytest.mark.django_db
def test_what_came_in_time_has_arrived(
    rule: ExpectedRule, participant: Participant
) -> None:
    kept(participant, at(19, 5))
    boards.judge(at(19, 6))
    assert (row().status, row().complete_at) == (S.ARRIVED, at(19, 5))
    assert alerts() == []


@pytest.mark.django_db
def test_before_the_deadline_people_are_warned_once(rule: ExpectedRule) -> None:
    boards.judge(at(19, 15))
    boards.judge(at(19, 20))
    assert alerts() == ["expected-soon"]
    assert Alert.objects.get().count == 1


@pytest.mark.django_db
def test_at_the_deadline_it_is_missing(rule: ExpectedRule) -> None:
    boards.judge(at(19, 20))
    boards.judge(at(19, 30))
    assert row().status == S.MISSING
    assert alerts() == ["expected-missing"]


@pytest.mark.django_db
def test_what_was_missing_arrives_late_and_the_alert_ends(
    rule: ExpectedRule, participant: Participant
) -> None:
    boards.judge(at(19, 31))
    kept(participant, at(20, 2))
    boards.judge(at(20, 3))
    assert row().status == S.LATE
    assert alerts() == []


@pytest.mark.django_db
def test_a_tick_missed_over_the_deadline_still_knows_what_was_in_time(
    rule: ExpectedRule, participant: Participant
) -> None:
    kept(participant, at(19, 5))
    boards.judge(at(23, 59))
    assert row().status == S.ARRIVED


@pytest.mark.django_db
def test_a_file_that_is_only_seen_has_not_arrived(
    rule: ExpectedRule, participant: Participant
) -> None:
    kept(participant, at(19, 5), status=RetrievedStatus.SEEN)
    boards.judge(at(19, 30))
    assert row().status == S.MISSING


@pytest.mark.django_db
def test_another_participants_file_is_not_ours(
    rule: ExpectedRule, other_participant: Participant
) -> None:
    kept(other_participant, at(19, 5))
    boards.judge(at(19, 30))
    assert row().status == S.MISSING


@pytest.mark.django_db
def test_all_of_several_files_are_waited_for(
    as_alice: Acting, participant: Participant
) -> None:
    expected_rules.add(builders.rule(MONDAY, count=2), as_alice, at(9))
    kept(participant, at(19, 5))
    boards.judge(at(19, 10))
    assert (row().status, row().arrived) == (S.DUE, 1)


@pytest.mark.django_db
def test_a_typhoon_excuses_what_was_due(rule: ExpectedRule, charlie: User) -> None:
    TradingDayOverride.objects.create(
        day=MONDAY,
        kind=OverrideKind.CLOSED,
        reason="Typhoon signal 10",
        set_by=charlie,
        set_at=at(12),
    )
    boards.judge(at(12, 1))
    assert row().status == S.EXCUSED
    assert "Typhoon signal 10" in row().excuse


@pytest.mark.django_db
def test_an_excuse_names_who_and_why_and_ends_the_alert(
    rule: ExpectedRule, alice: User
) -> None:
    boards.judge(at(19, 31))
    boards.excuse(row(), "HKEX’s circular", alice, at(19, 40))
    assert (row().status, row().excused_by) == (S.EXCUSED, alice)
    assert alerts() == []
    assert Activity.objects.filter(
        kind=Kind.EXPECTED, description__contains="HKEX’s circular", user=alice
    ).exists()


@pytest.mark.django_db
def test_what_has_arrived_is_not_excused(
    rule: ExpectedRule, participant: Participant, alice: User
) -> None:
    kept(participant, at(19, 5))
    boards.judge(at(19, 6))
    with pytest.raises(Refusal, match="neither due nor missing"):
        boards.excuse(row(), "late", alice, at(19, 7))


@pytest.mark.django_db
def test_an_excused_file_that_comes_after_all_changes_nothing(
    rule: ExpectedRule, participant: Participant, alice: User
) -> None:
    boards.excuse(row(), "HKEX’s circular", alice, at(12))
    kept(participant, at(19, 5))
    boards.judge(at(19, 31))
    assert row().status == S.EXCUSED


@pytest.mark.django_db
def test_an_ended_rule_asks_for_nothing_more(
    rule: ExpectedRule, as_alice: Acting
) -> None:
    boards.judge(at(19, 31))
    assert expected_rules.end(rule, as_alice, at(20))
    assert not expected_rules.end(rule, as_alice, at(20))
    assert row().status == S.EXCUSED
    assert alerts() == []
    assert boards.lay(at(9, day=MONDAY + dt.timedelta(1))) == 0


@pytest.mark.django_db
def test_the_same_rule_twice_is_refused(rule: ExpectedRule, as_alice: Acting) -> None:
    with pytest.raises(Refusal, match="expected by that time already"):
        expected_rules.add(builders.rule(MONDAY), as_alice, at(10))


def came_late(found: ExpectedFile) -> ExpectedFile:
    found.arrived, found.complete_at = 1, at(19, 35)
    return found


@pytest.mark.django_db
def test_what_a_person_excused_meanwhile_is_not_told_late(
    rule: ExpectedRule, participant: Participant, alice: User
) -> None:
    read_before = came_late(row())
    boards.excuse(row(), "HKEX’s circular", alice, at(19, 36))
    assert not boards._move(read_before, Standing.LATE, at(19, 37))
    assert row().status == S.EXCUSED
    late = Activity.objects.filter(description__startswith="Arrived late")
    assert not late.exists()


@pytest.mark.django_db
def test_two_ticks_at_once_tell_once(rule: ExpectedRule) -> None:
    both = came_late(row()), came_late(row())
    moved = [boards._move(one, Standing.LATE, at(19, 37)) for one in both]
    assert moved == [True, False]
    late = Activity.objects.filter(description__startswith="Arrived late")
    assert late.count() == 1


@pytest.mark.django_db
def test_a_day_that_stops_being_one_is_told_once(
    rule: ExpectedRule, alice: User
) -> None:
    both = row(), row()
    TradingDayOverride.objects.create(
        day=MONDAY, kind=OverrideKind.CLOSED, reason="x", set_by=alice, set_at=at(9)
    )
    known = calendar(MONDAY, MONDAY)
    assert [boards._judge(one, {}, known, at(10)) for one in both] == [True, False]
    told = Activity.objects.filter(description__contains="no such day")
    assert told.count() == 1
