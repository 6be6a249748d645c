"""What FINI lists becomes rows, at a click and while something is pending."""

import datetime as dt

import pytest

from fini import names
from fini.errors import AnswerUnreadable, CallRefused, GatewayUnreachable, TooManyCalls
from fini.models import FundingLine, FundingList, Profile
from fini.refusals import Refusal
from fini.services.funding import refreshing
from portal import clock
from portal.activity.models import Activity
from portal.people.models import User
from tests.fini.funding import builders
from tests.fini.funding.builders import IPO, Fini, by, due, fetched, listed

pytestmark = pytest.mark.django_db


@pytest.mark.ledger("FINI-26/P")
def test_every_entry_becomes_a_row(profile: Profile, fini: Fini) -> None:
    lines = fetched(profile, fini)
    assert [f"{line.amount:.2f}" for line in lines] == list(builders.AMOUNTS)
    assert {line.bank for line in lines} == {builders.HARBOUR}
    assert lines[0].fields["firmID"] == "00000"


def test_a_second_list_changes_the_rows_and_makes_no_new_ones(
    profile: Profile, fini: Fini
) -> None:
    first = fetched(profile, fini)
    fini.entries[first[0].transaction_ref]["preFundingStatus"] = "20"
    again = fetched(profile, fini)
    assert [line.pk for line in again] == [line.pk for line in first]
    assert again[0].status == names.FUNDING_CONFIRMED


def test_what_is_listed_no_more_is_marked_and_kept(
    profile: Profile, fini: Fini
) -> None:
    first = fetched(profile, fini)
    del fini.entries[first[0].transaction_ref]
    again = fetched(profile, fini)
    assert [line.is_listed for line in again] == [False, True, True, True, True]


def test_a_list_without_an_end_is_read_no_further(
    profile: Profile, fini: Fini, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched(profile, fini)
    monkeypatch.setattr(refreshing, "MOST", 4)
    with pytest.raises(AnswerUnreadable, match="more than 4 transactions"):
        refreshing.refresh(fini, profile, IPO)


def test_a_list_that_broke_off_marks_nothing(profile: Profile, fini: Fini) -> None:
    fetched(profile, fini)
    fini.on_query.append(unreachable)
    with pytest.raises(GatewayUnreachable):
        refreshing.refresh(fini, profile, IPO)
    assert FundingLine.objects.filter(is_listed=True).count() == 5


def test_the_list_of_another_ipo_marks_nothing_of_this_one(
    profile: Profile, fini: Fini
) -> None:
    fetched(profile, fini)
    refreshing.refresh(builders.fini(listed(9, ipoID="1235")), profile, "1235")
    assert FundingLine.objects.filter(ipo_id=IPO, is_listed=True).count() == 5


def test_an_entry_without_an_ipo_is_of_the_one_that_was_asked_for(
    profile: Profile,
) -> None:
    fetched(profile, builders.fini(listed(0, ipoID=None)))
    assert FundingLine.objects.get().ipo_id == IPO


def test_while_something_is_pending_it_is_asked_again(
    profile: Profile, fini: Fini
) -> None:
    refreshing.run(due(profile).pk, fini.of)
    row = FundingList.objects.get()
    assert row.refreshed_at is not None
    assert row.next_at is not None
    assert refreshing.due(clock.real_now()) == []
    assert refreshing.due(clock.real_now() + refreshing.EVERY) == [row.pk]


def test_once_nothing_is_pending_it_is_asked_no_more(profile: Profile) -> None:
    done = builders.fini(listed(0, preFundingStatus="20"))
    refreshing.run(due(profile).pk, done.of)
    assert FundingList.objects.get().next_at is None


def test_a_doubled_wake_up_asks_once(profile: Profile, fini: Fini) -> None:
    row = due(profile)
    refreshing.run(row.pk, fini.of)
    refreshing.run(row.pk, fini.of)
    assert fini.queries == 1


def test_what_went_wrong_is_told_and_it_is_tried_again(
    profile: Profile, fini: Fini
) -> None:
    fini.on_query.append(unreachable)
    refreshing.run(due(profile).pk, fini.of)
    row = FundingList.objects.get()
    assert row.sentence == "FINI does not answer."
    assert refreshing.due(clock.real_now() + refreshing.AGAIN) == [row.pk]
    FundingList.objects.update(next_at=clock.real_now())
    refreshing.run(row.pk, fini.of)
    assert FundingList.objects.get().sentence == ""


def test_what_fini_refuses_is_not_asked_for_every_minute(profile: Profile) -> None:
    """Each try takes a place of the minute away from subscriptions."""
    nothing = Fini(on_query=[refused])
    refreshing.run(due(profile, "no such IPO").pk, nothing.of)
    row = FundingList.objects.get()
    assert (row.sentence, row.next_at) == ("FINI knows no such IPO.", None)


def test_a_refusal_while_something_is_pending_is_tried_again(
    profile: Profile, fini: Fini
) -> None:
    fetched(profile, fini)
    fini.on_query.append(refused)
    refreshing.run(due(profile).pk, fini.of)
    assert refreshing.due(clock.real_now() + refreshing.AGAIN) == []
    assert refreshing.due(clock.real_now() + refreshing.EVERY) != []


def test_too_many_calls_are_tried_again(profile: Profile, fini: Fini) -> None:
    fini.on_query.append(too_many)
    refreshing.run(due(profile).pk, fini.of)
    assert refreshing.due(clock.real_now() + refreshing.AGAIN) != []


def test_a_click_asks_and_is_on_the_record(profile: Profile, alice: User) -> None:
    row = refreshing.ask(profile, IPO, by(alice, profile), clock.now())
    assert refreshing.due(clock.real_now()) == [row.pk]
    told = Activity.objects.latest("seq")
    assert told.description == "Ask FINI for the funding of [IPO 1234] in [SANDBOX]"


def test_a_profile_without_the_entitlement_asks_nothing(
    profile: Profile, fini: Fini
) -> None:
    profile.may_fund = False
    profile.save()
    with pytest.raises(Refusal, match="not entitled"):
        refreshing.refresh(fini, profile, IPO)
    due(profile)
    assert refreshing.due(clock.real_now() + dt.timedelta(days=1)) == []
    assert fini.queries == 0


def unreachable(fini: Fini) -> None:
    raise GatewayUnreachable("FINI does not answer.")


def refused(fini: Fini) -> None:
    raise CallRefused("FINI knows no such IPO.", http_status=400, code="1")


def too_many(fini: Fini) -> None:
    raise TooManyCalls("Too many.", http_status=429)
