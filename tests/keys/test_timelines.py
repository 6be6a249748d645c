"""Which keys work on which day, from what happened to them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.timelines import (
    Act,
    Ending,
    Event,
    ImpossibleHistory,
    Slot,
    Timeline,
    timeline,
    why_no_renewal,
)
from tests.keys.histories import (
    PLATFORMS,
    Exchange,
    after,
    event,
    histories,
    registered,
    renewed,
)

DAY = dt.date.fromisoformat
A, B, C, D = "A", "B", "C", "D"


def two_keys(platform: str, first: str, then: str) -> Timeline:
    events = [registered(DAY(first), A), renewed(DAY(then), B)]
    return timeline(platform, events)


def names(known: Timeline, day: str) -> tuple[str | None, str | None]:
    current, other = known.on(DAY(day))
    return current and current.fingerprint, other and other.fingerprint  # type: ignore[return-value]


@pytest.mark.ledger("ECP-43/P")
def test_a_first_registration_makes_the_current_key_of_two_years() -> None:
    known = timeline("ECP", [registered(DAY("2024-03-01"), A)])
    assert names(known, "2024-02-29") == (None, None)
    assert names(known, "2024-03-01") == (A, None)
    assert names(known, "2026-02-28") == (A, None)
    assert names(known, "2026-03-01") == (None, None)


@pytest.mark.ledger("ECP-44/P")
def test_the_table_in_guide_a_comes_out() -> None:
    """Guide A §4.6.3: the warning file's two rows."""
    current, other = two_keys("ECP", "2021-02-01", "2021-07-01").on(DAY("2021-07-01"))
    assert current is not None
    assert other is not None
    assert (current.works_from, current.expires_on) == (
        DAY("2021-02-01"),
        DAY("2021-07-15"),
    )
    assert (other.works_from, other.expires_on) == (
        DAY("2021-07-01"),
        DAY("2023-07-01"),
    )


@pytest.mark.ledger("RRS-08/P")
def test_the_example_of_guide_b_comes_out() -> None:
    """Guide B §6.1: renewed on 1 March 2020."""
    known = two_keys("RRS", "2018-06-01", "2020-03-01")
    assert names(known, "2020-02-29") == (A, None)
    assert names(known, "2020-03-01") == (A, B)
    assert names(known, "2020-03-14") == (A, B)
    assert names(known, "2020-03-15") == (B, None)
    assert names(known, "2022-03-01") == (B, None)
    assert names(known, "2022-03-02") == (None, None)


@pytest.mark.ledger("RAP-12/P", "RAP-13/P")
def test_the_example_of_guide_c_comes_out() -> None:
    """Guide C §6.1: renewed on 1 March 2024."""
    known = two_keys("RAP", "2022-06-01", "2024-03-01")
    assert names(known, "2024-02-29") == (A, None)
    assert names(known, "2024-03-01") == (A, B)
    assert names(known, "2024-03-14") == (A, B)
    assert names(known, "2024-03-15") == (B, None)
    assert names(known, "2026-02-28") == (B, None)
    assert names(known, "2026-03-01") == (None, None)


@pytest.mark.ledger("RAP-12/P", "ECP-44/P")
@pytest.mark.parametrize("platform", ["ECP", "RAP", "RRS"])
def test_a_key_with_five_days_left_keeps_five_days(platform: str) -> None:
    known = timeline(platform, [registered(DAY("2022-03-01"), A)])
    end = known.validities[0].expires_on
    upload = end - dt.timedelta(days=5)
    after_it = timeline(
        platform, [registered(DAY("2022-03-01"), A), renewed(upload, B)]
    )
    assert after_it.validities[0] == known.validities[0]


@pytest.mark.ledger("ECP-45/P")
def test_the_renewed_key_becomes_current_when_current_expires() -> None:
    known = two_keys("ECP", "2021-02-01", "2021-07-01")
    assert known.slot(B, DAY("2021-07-14")) is Slot.RENEWED
    assert known.slot(B, DAY("2021-07-15")) is Slot.CURRENT
    assert known.slot(A, DAY("2021-07-15")) is Slot.EXPIRED


@pytest.mark.ledger("ECP-46/P", "RAP-14/P")
@pytest.mark.parametrize("platform", ["ECP", "RAP", "RRS"])
def test_a_third_upload_replaces_the_renewed_key_alone(platform: str) -> None:
    two = two_keys(platform, "2024-01-01", "2024-03-01")
    events = [
        registered(DAY("2024-01-01"), A),
        renewed(DAY("2024-03-01"), B),
        renewed(DAY("2024-03-05"), C),
    ]
    three = timeline(platform, events)
    assert names(three, "2024-03-05") == (A, C)
    assert three.find(A) == two.find(A)
    assert three.find(B).ending is Ending.OVERWRITTEN  # type: ignore[union-attr]
    life = three.find(C).expires_on - two.find(B).expires_on  # type: ignore[union-attr]
    assert life == dt.timedelta(days=4)


def test_a_key_overwritten_on_its_first_day_works_on_no_day() -> None:
    day = DAY("2024-03-01")
    events = [registered(DAY("2024-01-01"), A), renewed(day, B), renewed(day, C)]
    known = timeline("RAP", events)
    assert known.on(day).renewed == known.find(C)
    assert known.slot(B, day) is Slot.EXPIRED


def test_a_registration_leaves_its_key_alone() -> None:
    """RAP-23: what a compromised key is answered with at RAP and RRS."""
    events = [
        registered(DAY("2024-01-01"), A),
        renewed(DAY("2024-03-01"), B),
        registered(DAY("2024-03-02"), C),
    ]
    known = timeline("RAP", events)
    assert names(known, "2024-03-02") == (C, None)
    assert known.find(A).ending is Ending.REPLACED  # type: ignore[union-attr]


def test_a_revoked_current_key_hands_over_to_the_renewed_one() -> None:
    known = two_keys("RAP", "2024-01-01", "2024-03-01")
    revoked = event(DAY("2024-03-03"), Act.REVOKED, A)
    events = [*_events(known), revoked]
    assert names(timeline("RAP", events), "2024-03-03") == (B, None)


def test_a_compromised_key_still_works_at_the_exchange_but_not_for_us() -> None:
    known = two_keys("ECP", "2024-01-01", "2024-03-01")
    harmed = timeline(
        "ECP", [*_events(known), event(DAY("2024-03-02"), Act.COMPROMISED, A)]
    )
    assert names(harmed, "2024-03-02") == (A, B)
    assert [v.fingerprint for v in harmed.usable(DAY("2024-03-01"))] == [B, A]
    assert [v.fingerprint for v in harmed.usable(DAY("2024-03-02"))] == [B]


def _events(known: Timeline) -> list[Event]:
    first, *others = known.validities
    return [
        registered(first.works_from, first.fingerprint),
        *(renewed(v.works_from, v.fingerprint) for v in others),
    ]


def test_an_expired_key_is_not_usable() -> None:
    known = two_keys("RAP", "2022-06-01", "2024-03-01")
    assert [v.fingerprint for v in known.usable(DAY("2024-03-15"))] == [B]
    assert known.usable(DAY("2026-03-01")) == ()


def test_the_account_expires_with_its_last_key() -> None:
    known = two_keys("RAP", "2022-06-01", "2024-03-01")
    assert known.expires_on == DAY("2026-03-01")
    assert timeline("RAP", []).expires_on is None


def test_a_key_expires_soon_from_fourteen_days_before() -> None:
    known = timeline("RAP", [registered(DAY("2024-03-01"), A)])
    assert known.expiring(DAY("2026-02-14")) == ()
    assert known.expiring(DAY("2026-02-15")) == known.validities
    assert known.expiring(DAY("2026-03-01")) == ()


def test_a_key_nobody_knows_has_no_slot() -> None:
    known = two_keys("RAP", "2022-06-01", "2024-03-01")
    assert known.slot(D, DAY("2024-03-01")) is Slot.NONE
    assert known.slot(B, DAY("2024-02-29")) is Slot.NONE


@pytest.mark.ledger("ECP-48/P")
def test_a_key_that_was_there_is_refused_for_renewal() -> None:
    known = two_keys("ECP", "2024-01-01", "2024-03-01")
    for key in (A, B):
        why = why_no_renewal("ECP", known, key, DAY("2024-03-02"))
        assert why == "This key was registered for the account before: make a new one."
    assert why_no_renewal("ECP", known, C, DAY("2024-03-02")) is None


@pytest.mark.ledger("ECP-44/P")
@pytest.mark.parametrize(
    ("platform", "where"),
    [("ECP", "on ECP’s web"), ("RAP", "TechS 8"), ("RRS", "CXXX.zip")],
)
def test_without_a_current_key_there_is_no_renewal(platform: str, where: str) -> None:
    known = two_keys(platform, "2022-06-01", "2024-03-01")
    why = why_no_renewal(platform, known, C, DAY("2026-03-02"))
    assert why is not None
    assert where in why


@pytest.mark.parametrize(
    "events",
    [
        [renewed(DAY("2024-01-01"), A)],
        [registered(DAY("2024-01-01"), A), renewed(DAY("2024-02-01"), A)],
        [registered(DAY("2024-01-01"), A), renewed(DAY("2023-12-31"), B)],
        [registered(DAY("2022-01-01"), A), renewed(DAY("2024-06-01"), B)],
        [event(DAY("2024-01-01"), Act.REVOKED, A)],
    ],
    ids=["renewed first", "same key", "backwards", "after the end", "unknown key"],
)
def test_an_impossible_history_is_refused(events: list[Event]) -> None:
    with pytest.raises(ImpossibleHistory):
        timeline("RAP", events)


@given(st.data(), PLATFORMS)
def test_the_timeline_agrees_with_a_machine_that_lives_day_by_day(
    data: st.DataObject, platform: str
) -> None:
    events = data.draw(histories(platform))
    known = timeline(platform, events)
    exchange = Exchange(platform)
    for one in events:
        exchange.take(one)
    for day in (d for d in after(known) if d >= events[-1].on):
        exchange.wake(day)
        current, other = known.on(day)
        assert exchange.names == (
            current and current.fingerprint,
            other and other.fingerprint,
        )


@pytest.mark.ledger("RAP-12/P")
@given(st.data(), PLATFORMS)
def test_an_old_key_never_gains_life_by_what_comes_after(
    data: st.DataObject, platform: str
) -> None:
    events = data.draw(histories(platform))
    ends: dict[str, dt.date] = {}
    for n in range(1, len(events) + 1):
        for v in timeline(platform, events[:n]).validities:
            assert v.works_from <= v.expires_on <= ends.get(v.fingerprint, dt.date.max)
            ends[v.fingerprint] = v.expires_on


@pytest.mark.ledger("RAP-14/P")
@given(st.data(), PLATFORMS)
def test_there_are_never_two_currents_nor_three_keys(
    data: st.DataObject, platform: str
) -> None:
    known = timeline(platform, data.draw(histories(platform)))
    keys = [v.fingerprint for v in known.validities]
    for day in after(known):
        slots = [known.slot(key, day) for key in keys]
        assert slots.count(Slot.CURRENT) <= 1
        assert slots.count(Slot.RENEWED) <= slots.count(Slot.CURRENT)
        assert sum(v.works_on(day) for v in known.validities) <= 2


@pytest.mark.ledger("RAP-14/P", "ECP-46/P")
@given(st.data(), PLATFORMS, st.integers(0, 13))
def test_a_third_upload_never_touches_the_first_key(
    data: st.DataObject, platform: str, days: int
) -> None:
    events = data.draw(histories(platform))
    day = events[-1].on
    start = [*events, registered(day, "first"), renewed(day, "second")]
    third = renewed(day + dt.timedelta(days=days), "third")
    before = timeline(platform, start).find("first")
    assert timeline(platform, [*start, third]).find("first") == before


@pytest.mark.ledger("ECP-45/P")
@given(st.data(), PLATFORMS)
def test_renewed_is_promoted_on_the_day_that_current_dies(
    data: st.DataObject, platform: str
) -> None:
    events = data.draw(histories(platform))
    day = events[-1].on
    known = timeline(
        platform, [*events, registered(day, "first"), renewed(day, "second")]
    )
    current, other = known.on(day)
    assert current is not None
    assert known.on(current.expires_on) == (other, None)


def test_a_registration_that_is_only_said_ends_nothing() -> None:
    known = timeline(
        "ECP",
        [
            Event(dt.date(2025, 1, 1), Act.REGISTERED, "old"),
            Event(dt.date(2025, 6, 1), Act.SAID, "new"),
        ],
    )
    slots = known.on(dt.date(2025, 6, 2))
    assert (slots.current, slots.renewed) == (known.find("old"), None)
    assert known.slot("new", dt.date(2025, 6, 2)) == Slot.SAID


def test_a_registration_that_is_only_said_is_current_without_another_key() -> None:
    known = timeline("ECP", [Event(dt.date(2025, 6, 1), Act.SAID, "new")])
    assert known.slot("new", dt.date(2025, 6, 2)) == Slot.CURRENT


def test_a_renewal_with_the_old_key_shortens_it_beside_one_that_is_said() -> None:
    known = timeline(
        "ECP",
        [
            Event(dt.date(2025, 1, 1), Act.REGISTERED, "old"),
            Event(dt.date(2025, 6, 1), Act.SAID, "new"),
            Event(dt.date(2025, 6, 3), Act.RENEWED, "renewed"),
        ],
    )
    old = known.find("old")
    assert old
    assert old.ending == Ending.RENEWAL
