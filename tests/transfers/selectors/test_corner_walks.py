"""Walks are bounded, and say how far they have looked."""

import datetime as dt
from itertools import product

import pytest

from portal import clock
from portal.people.models import Identity, Participant
from tests.transfers.corner_builders import seen
from transfers.selectors import corner, corner_names, corner_walks
from transfers.selectors.corner_filters import Wanted, stretch
from transfers.selectors.corner_walks import walk

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every bound is small."""
    monkeypatch.setattr(corner_walks, "MEET_FILTERS", 5)
    monkeypatch.setattr(corner_walks, "MEET_NAMES", 5)
    monkeypatch.setattr(corner_walks, "RARE", 3)
    monkeypatch.setattr(corner_walks, "ENOUGH", 3)
    monkeypatch.setattr(corner_names, "MEET", 5)
    monkeypatch.setattr(corner_names, "MEET_AT_ONCE", 5)
    monkeypatch.setattr(corner, "COUNTED", 4)
    monkeypatch.setattr(corner, "COUNTED_BY_NAME", 4)


def fill(participant: Participant, identities: list[Identity]) -> None:
    """Forty files, each combination of the filters there and there again."""
    kinds = list(product(("ECP", "RAP"), ("seen", "vanished"), (0, 1), ("A", "B")))
    for number in range(40):
        platform, status, who, subject = kinds[number * 7 % len(kinds)]
        seen(
            participant,
            f"{subject}_{platform}_{number:02}.zip",
            platform=platform,
            status=status,
            identity=identities[who],
            subject=subject,
            seen_at=clock.now() - (40 - number) * MINUTE,
        )


def all_of(wanted: Wanted) -> list[str]:
    """By going from page to page, to the end."""
    found: list[str] = []
    page = corner.page(wanted, 3)
    for _ in range(60):
        found += [row.name for row in page.rows]
        if not page.older:
            return found
        page = corner.page(wanted, 3, older=page.older)
    raise AssertionError("the pages do not end")


def expected(wanted: Wanted, participant: Participant) -> list[str]:
    given = {
        "platform": wanted.platform,
        "status": wanted.state,
        "identity": wanted.identity,
        "subject": wanted.subject,
    }
    rows = participant.retrieved_files.filter(
        **{name: value for name, value in given.items() if value}
    ).order_by("-place")
    words = [word.upper() for word in wanted.words]
    return [r.name for r in rows if all(word in r.name.upper() for word in words)]


@pytest.mark.parametrize("bounds", ["wide", "narrow"])
@pytest.mark.parametrize("words", [(), ("_ecp",), ("a_", "zip"), ("1",), ("nothing",)])
@pytest.mark.parametrize("state", ["", "vanished"])
@pytest.mark.parametrize("subject", ["", "B"])
def test_page_by_page_all_that_fit_and_nothing_else(
    participant: Participant,
    ce_number: Identity,
    firm_id: Identity,
    request: pytest.FixtureRequest,
    bounds: str,
    words: tuple[str, ...],
    state: str,
    subject: str,
) -> None:
    if bounds == "narrow":
        request.getfixturevalue("narrow")
    fill(participant, [ce_number, firm_id])
    for platform, identity in product(("", "RAP"), (None, ce_number.pk)):
        wanted = Wanted(participant.pk, subject, platform, identity, state, words=words)
        assert all_of(wanted) == expected(wanted, participant)


def test_a_walk_that_is_cut_short_says_how_far_it_went(
    participant: Participant, ce_number: Identity, firm_id: Identity, narrow: None
) -> None:
    fill(participant, [ce_number, firm_id])
    wanted = Wanted(participant.pk, words=("zip", "A_RAP_00"), state="")
    never = Wanted(participant.pk, words=("zz",))
    assert walk(never, stretch(never), 10).looked_to is not None
    assert walk(wanted, stretch(wanted), 10).places == []


def test_a_page_far_down_goes_both_ways(
    participant: Participant, ce_number: Identity, firm_id: Identity, narrow: None
) -> None:
    fill(participant, [ce_number, firm_id])
    wanted = Wanted(participant.pk)
    deep = corner.page(
        wanted, 3, older=corner.page(wanted, 3, older=_nth(participant, 20)).older
    )
    assert (deep.first, deep.total, deep.is_more) == (0, 4, True)
    back = corner.page(wanted, 3, newer=deep.newer)
    assert [r.place for r in back.rows] == _places(participant)[21:24]


def _places(participant: Participant) -> list[int]:
    rows = participant.retrieved_files.order_by("-place")
    return list(rows.values_list("place", flat=True))


def _nth(participant: Participant, number: int) -> int:
    return _places(participant)[number]


def test_subjects_are_each_named_once(
    participant: Participant, other_participant: Participant
) -> None:
    for subject in ("B", "A", "", "B", "C'; --"):
        seen(participant, subject=subject)
    seen(other_participant, subject="theirs")
    assert corner.subjects(participant) == ["A", "B", "C'; --"]


def test_places_follow_the_time_seen(participant: Participant) -> None:
    old = seen(participant, seen_at=clock.now() - MINUTE)
    new = seen(participant)
    assert old.place < new.place
    assert corner.moment_of(new.place) <= new.seen_at
