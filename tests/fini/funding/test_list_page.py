"""The page of an IPO's funding, and from a selection to a proposal."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from fini.models import FundingLine, FundingList, FundingProposal, Profile
from fini.selectors.funding import proposals
from fini.services.funding.selection import Wanted
from fini.states import ProposalStatus
from portal import clock
from portal.people.models import Participant, User
from tests.fini.funding import builders
from tests.fini.funding.builders import (
    HARBOUR,
    IPO,
    ISLAND,
    Fini,
    fetched,
    listed,
    proposed,
)

pytestmark = pytest.mark.django_db
PAGE = "/p/CP00010/fini/funding/"
TOTAL = "13,622,445.00"
Lines = list[FundingLine]


def html(client: Client, path: str = PAGE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def of(row: FundingProposal, what: str = "") -> str:
    return f"{PAGE}proposals/{row.pk}/{what}"


def chosen(lines: Lines, **more: str) -> dict[str, object]:
    """The form of the list: four to confirm, the fifth to reject."""
    pks = [str(line.pk) for line in lines]
    return {"ipo": IPO, "confirm": pks[:4], "reject": pks[4:5], **more}


def seen_on(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def test_without_an_entitled_profile_the_page_says_why(
    by_alice: Client, participant: Participant
) -> None:
    page = html(by_alice)
    assert "No profile may confirm funding" in page
    assert "EU_finiPOFundAPI" in page


def test_the_menu_has_it_only_where_a_profile_may_fund(
    by_alice: Client, profile: Profile
) -> None:
    assert f'href="{PAGE}"' in html(by_alice, "/p/CP00010/")
    Profile.objects.update(may_fund=False)
    assert f'href="{PAGE}"' not in html(by_alice, "/p/CP00010/")


@pytest.mark.parametrize("path", ["refresh/", "review/", "propose/"])
def test_without_an_entitled_profile_nothing_can_be_posted(
    by_alice: Client, participant: Participant, path: str
) -> None:
    assert by_alice.post(PAGE + path, {"ipo": IPO}).status_code == 404


def test_the_list_has_totals_by_bank_and_status(
    by_alice: Client, profile: Profile
) -> None:
    entries = [
        listed(0, "1.25"),
        listed(1, "2.50"),
        listed(2, "4.00", bank=ISLAND),
        listed(3, "8.00", preFundingStatus="20"),
        listed(4, amount=None),
    ]
    fetched(profile, builders.fini(*entries))
    page = html(by_alice)
    unknown = "<small>1 of them without a known amount, not in the total</small>"
    rows = re.findall(
        r'<tr><th scope="row">(.*?)</th>.*?data-k="HK\$">(.*?)</td>', page
    )
    assert rows[:3] == [
        (f"{HARBOUR}{unknown}", "3.75"),
        (HARBOUR, "8.00"),
        (ISLAND, "4.00"),
    ]


def test_what_is_not_known_cannot_be_selected_and_says_so(
    by_alice: Client, profile: Profile
) -> None:
    fetched(profile, builders.fini(listed(0, amount=None)))
    page = html(by_alice)
    assert "Its amount is not known" in page
    assert 'name="confirm"' not in page


def test_every_field_that_came_is_shown(by_alice: Client, profile: Profile) -> None:
    fetched(profile, builders.fini(listed(0, surprise="<b>told</b>")))
    assert "<dt>surprise</dt><dd>&lt;b&gt;told&lt;/b&gt;</dd>" in html(by_alice)


def test_a_bank_that_no_database_can_be_asked_about_is_refused(
    by_alice: Client, lines: Lines
) -> None:
    """PostgreSQL takes no NUL, and says so where nobody hears it."""
    answer = by_alice.post(f"{PAGE}review/", {"ipo": IPO, "rest": "20|Harbour\0"})
    assert answer.status_code == 409
    assert "The selection cannot be read" in answer.content.decode()


def test_a_field_of_any_size_is_shown_in_bounds(
    by_alice: Client, profile: Profile
) -> None:
    strange: dict[str, Any] = {
        "surprise": {"a": ["x" * 99_999] * 9},
        "firmID": {"b": "\u202e" * 99},
    }
    fetched(profile, builders.fini(listed(0, **strange)))
    page = html(by_alice)
    assert "<dt>surprise.a[9]</dt>" in page
    assert "\u202e" not in page
    assert len(page) < 100_000


def test_the_proposals_are_counted_by_the_database(
    by_alice: Client, profile: Profile, alice: User
) -> None:
    """One of 5,000 transactions is one line of the page, and two rows of an answer."""
    lines = fetched(profile, builders.fini(*(listed(n) for n in range(9))))
    proposed(profile, alice, Wanted([line.pk for line in lines]))
    (one,) = proposals.recent(profile)
    assert one.number == 9
    with CaptureQueriesContext(connection) as asked:
        proposals.recent(profile)
    assert "GROUP BY" in asked.captured_queries[-1]["sql"]


def test_the_list_is_filtered_and_paged_by_key(
    by_alice: Client, profile: Profile
) -> None:
    many = [listed(n, bank=ISLAND if n % 2 else HARBOUR) for n in range(120)]
    fetched(profile, builders.fini(*many))
    first = html(by_alice, f"{PAGE}?bank==Island+Bank&status=10")
    assert first.count('<tr id="line-') == 50
    found = re.search(r'href="(\?[^"]*after=[^"]*)"', first)
    assert found
    second = html(by_alice, PAGE + found[1].replace("&amp;", "&"))
    assert second.count('<tr id="line-') == 10
    assert many[101]["transactionRef"] in second
    assert "No transaction fits" in html(by_alice, f"{PAGE}?status=30")


def test_the_list_takes_as_many_queries_for_fifty_lines_as_for_one(
    by_alice: Client,
    profile: Profile,
    alice: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    lines = fetched(profile, builders.fini(*(listed(n) for n in range(50))))
    FundingLine.objects.exclude(pk=lines[0].pk).update(ipo_id="9")
    proposed(profile, alice, Wanted([lines[0].pk]))
    html(by_alice, f"{PAGE}?ipo={IPO}")
    with django_assert_max_num_queries(24) as one:
        html(by_alice, f"{PAGE}?ipo={IPO}")
    FundingLine.objects.update(ipo_id=IPO)
    for line in lines[1:6]:
        proposed(profile, alice, Wanted([line.pk]))
    with django_assert_num_queries(len(one.captured_queries)):
        html(by_alice, f"{PAGE}?ipo={IPO}")


def test_asking_fini_is_a_row_and_a_wake_up(by_alice: Client, profile: Profile) -> None:
    answer = by_alice.post(f"{PAGE}refresh/", {"ipo": "1239"})
    assert answer.status_code == 302
    assert FundingList.objects.get().next_at is not None
    assert "Fetching" in html(by_alice, f"{PAGE}?ipo=1239")


def test_an_open_page_learns_that_a_newer_list_came(
    by_alice: Client, profile: Profile, fini: Fini
) -> None:
    fetched(profile, fini)
    page = html(by_alice)
    found = re.search(r'id="fetched"[^>]*data-live-url="([^"]*)"', page)
    assert found
    url = found[1].replace("&amp;", "&")
    part = {"X-Partial": "1"}
    assert "Show it" not in by_alice.get(url, headers=part).content.decode()
    FundingList.objects.update(refreshed_at=clock.now() + dt.timedelta(minutes=1))
    assert "Show it" in by_alice.get(url, headers=part).content.decode()


def test_a_proposal_is_reviewed_before_it_is_made(
    by_alice: Client, profile: Profile, lines: Lines
) -> None:
    form = chosen(lines)
    review = by_alice.post(f"{PAGE}review/", form).content.decode()
    assert "HK$ 13,622,445.00" in review
    assert "Propose 4 confirmations and 1 rejection" in review
    assert not FundingProposal.objects.exists()
    made = by_alice.post(
        f"{PAGE}propose/", {**form, "seen": seen_on(review), "reason": "Account short"}
    )
    row = FundingProposal.objects.get()
    assert made["Location"] == of(row)
    assert "You cannot approve your own proposal" in html(by_alice, of(row))


def test_a_refused_proposal_comes_back_with_what_was_typed(
    by_alice: Client, profile: Profile, lines: Lines
) -> None:
    form = {**chosen(lines), "seen": "0" * 64, "reason": "Account short"}
    answer = by_alice.post(f"{PAGE}propose/", form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "has changed since it was shown" in page
    assert 'value="Account short"' in page


@pytest.mark.parametrize(
    "form",
    [
        {"confirm": ["no-uuid"]},
        {"confirm": ["00000000-0000-0000-0000-000000000000"] * 51},
        {"rest": "99|Harbour Bank"},
        {},
        {"ipo": "\0"},
        {"confirm": ["00000000-0000-0000-0000-000000000000"]},
    ],
)
def test_a_selection_that_no_page_of_ours_sends_is_a_sentence(
    by_alice: Client, profile: Profile, lines: Lines, form: dict[str, object]
) -> None:
    answer = by_alice.post(f"{PAGE}review/", {"ipo": IPO, **form})
    assert answer.status_code == 409
    assert "Nothing was proposed." in answer.content.decode()


def test_the_menu_counts_what_waits_for_this_person(
    by_alice: Client, by_bob: Client, proposal: FundingProposal
) -> None:
    pattern = rf'href="{PAGE}"[^>]*>.*?</a>'
    mine, theirs = (
        re.search(pattern, html(client, "/p/CP00010/approvals/"), re.S)
        for client in (by_bob, by_alice)
    )
    assert mine
    assert "waiting" in mine[0]
    assert theirs
    assert "waiting" not in theirs[0]


def test_today_shows_what_waits_and_nothing_otherwise(
    by_bob: Client, proposal: FundingProposal
) -> None:
    assert "Proposal 1, IPO 1234" in html(by_bob, "/p/CP00010/")
    FundingProposal.objects.update(status=ProposalStatus.ENDED)
    assert "Proposal 1, IPO 1234" not in html(by_bob, "/p/CP00010/")


def test_the_first_list_that_comes_is_offered_as_well(
    by_alice: Client, profile: Profile, fini: Fini
) -> None:
    page = html(by_alice, f"{PAGE}?ipo={IPO}")
    live = page.partition('id="fetched"')[2].partition('url="')[2].partition('"')[0]
    fetched(profile, fini)
    part = by_alice.get(
        live.replace("&amp;", "&"), headers={"X-Partial": "1"}
    ).content.decode()
    assert "Show it" in part
