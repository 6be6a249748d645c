"""Sending what was approved: asked about once more, sent once, nothing guessed."""

from decimal import Decimal

import pytest

from fini import calls
from fini.calls import Call
from fini.errors import (
    CallRefused,
    GatewayUnreachable,
    TooManyCalls,
)
from fini.models import FundingDecision, FundingLine, FundingProposal, Profile, Sending
from fini.services.funding import alarms, claims, sending
from fini.services.funding.selection import Wanted
from fini.states import DecisionStatus, ProposalStatus, SendingStatus
from fini.wire.answers import Answer
from portal import clock
from portal.activity.models import Activity, Kind
from portal.alerts.models import Mail
from portal.approvals.models import Approval
from portal.people.models import Membership, User
from tests.fini.funding import builders
from tests.fini.funding.builders import (
    Fini,
    approved,
    fetched,
    given,
    listed,
    open_alerts,
    proposed,
    run,
    statuses,
)

pytestmark = pytest.mark.django_db
P, D, S = ProposalStatus, DecisionStatus, SendingStatus


@pytest.mark.ledger("FINI-27/P")
def test_each_transaction_is_confirmed_or_rejected_once(
    queued: FundingProposal, fini: Fini
) -> None:
    row = run(queued, fini)
    assert [code for _, code in fini.sent[0]] == ["20", "20", "20", "20", "30"]
    assert len(fini.sent) == 1
    assert row.status == P.ENDED
    assert statuses(row) == [D.DONE] * 5
    assert open_alerts() == []


def test_the_request_is_kept_with_its_id(queued: FundingProposal, fini: Fini) -> None:
    run(queued, fini)
    kept = Sending.objects.get()
    assert (kept.status, kept.records) == (S.ANSWERED, 5)
    assert len(kept.request_id) == 32
    assert kept.opened_at is not None


def test_that_it_is_begun_is_on_record_before_it_leaves(
    queued: FundingProposal, fini: Fini
) -> None:
    seen: list[tuple[str, set[str]]] = []

    def look(at: Fini, call: Call) -> Answer:
        row = Sending.objects.get()
        seen.append((row.status, set(statuses(queued))))
        return at.confirm(call)

    fini.faults.append(look)
    run(queued, fini)
    assert seen == [(S.OPENED, {D.SENT})]


def test_the_board_shows_what_was_done(queued: FundingProposal, fini: Fini) -> None:
    run(queued, fini)
    lines = FundingLine.objects.order_by("transaction_ref")
    assert [line.status for line in lines] == ["20", "20", "20", "20", "30"]


def test_every_step_is_on_the_record(queued: FundingProposal, fini: Fini) -> None:
    run(queued, fini)
    told = Activity.objects.filter(kind=Kind.FUNDING).order_by("seq")
    verbs = [row.description.split(" ")[0] for row in told]
    assert verbs == ["Propose", "Approve", "Send", "Answer", "End"]


def test_a_doubled_wake_up_sends_nothing_twice(
    queued: FundingProposal, fini: Fini
) -> None:
    run(queued, fini)
    run(queued, fini)
    assert len(fini.sent) == 1


def test_while_one_worker_has_it_another_touches_nothing(
    queued: FundingProposal, fini: Fini
) -> None:
    other = builders.fini()

    def meanwhile(at: Fini) -> None:
        sending.run(queued.pk, other.of)

    fini.on_query.append(meanwhile)
    run(queued, fini)
    assert (other.queries, other.sent) == (0, [])
    assert len(fini.sent) == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("amount", "2018140.01", "has an amount of HK$ 2,018,140.01"),
        ("amount", None, "has an amount of not known"),
        ("preFundingStatus", "20", "has the status 20"),
        ("preFundingStatus", "30", "has the status 30"),
        ("bank", "Island Bank", "names another bank"),
        ("ipoID", "1235", "is listed under IPO 1235"),
    ],
)
def test_what_fini_shows_otherwise_is_not_sent(
    queued: FundingProposal, fini: Fini, field: str, value: str | None, words: str
) -> None:
    next(iter(fini.entries.values()))[field] = value
    row = run(queued, fini)
    assert fini.sent == []
    assert row.status == P.ENDED
    assert words in row.sentence
    assert statuses(row) == [D.DROPPED] * 5
    assert open_alerts() == [alarms.STOPPED]
    assert Mail.objects.exists()


def test_what_fini_lists_no_more_is_not_sent(
    queued: FundingProposal, fini: Fini
) -> None:
    del fini.entries[next(iter(fini.entries))]
    assert "is listed no more" in run(queued, fini).sentence
    assert fini.sent == []


def test_a_total_that_was_tampered_with_is_not_sent(
    queued: FundingProposal, fini: Fini
) -> None:
    FundingProposal.objects.update(confirm_total=Decimal("1.00"))
    assert "is not what was approved" in run(queued, fini).sentence
    assert (fini.queries, fini.sent) == (0, [])


def test_an_amount_that_was_tampered_with_is_not_sent(
    queued: FundingProposal, fini: Fini
) -> None:
    first = queued.decisions.all()[0]
    FundingDecision.objects.filter(pk=first.pk).update(code="30")
    assert "is not what was approved" in run(queued, fini).sentence
    assert fini.sent == []


def test_an_approval_that_is_none_sends_nothing(
    queued: FundingProposal, fini: Fini
) -> None:
    Approval.objects.update(status="pending")
    assert "is not what was approved" in run(queued, fini).sentence
    assert fini.sent == []


def test_an_approver_who_is_none_any_more_has_approved_nothing(
    queued: FundingProposal, fini: Fini, bob: User
) -> None:
    Membership.objects.filter(user=bob).update(is_active=False)
    assert "is no approver any more" in run(queued, fini).sentence
    assert fini.sent == []


def test_after_the_deadline_nothing_is_sent(
    queued: FundingProposal, fini: Fini
) -> None:
    Approval.objects.update(expires_at=clock.now())
    assert "The time in which this could be sent is over" in run(queued, fini).sentence
    assert fini.sent == []


def test_a_deadline_that_comes_while_it_waits_for_a_place_stops_it(
    queued: FundingProposal, fini: Fini
) -> None:
    class Slow(Fini):
        def prepare(self, call: Call, request_id: str) -> Call:
            Approval.objects.update(expires_at=clock.now())
            return call

    slow = Slow(fini.entries)
    assert "is over" in run(queued, slow).sentence
    assert slow.sent == []
    assert Sending.objects.get().status == S.DROPPED


def test_each_exception_is_told_with_fini_s_own_words(
    queued: FundingProposal, fini: Fini
) -> None:
    ref = next(iter(fini.entries))
    wrong = {"recordErrorCode": "405999", "recordErrorMsg": "Not now."}

    def but_the_first(at: Fini, call: Call) -> Answer:
        answer = at.confirm(call)
        entries = [dict(one) for one in answer.data]  # type: ignore[attr-defined]
        entries[0] = {"transactionRef": ref, "exception": [wrong]}
        return given(entries)

    fini.faults.append(but_the_first)
    row = run(queued, fini)
    assert statuses(row) == [D.REFUSED] + [D.DONE] * 4
    first = row.decisions.get(transaction_ref=ref)
    assert (first.error_code, first.error_text) == ("405999", "Not now.")
    assert open_alerts() == [alarms.REFUSED]


def test_fini_s_own_words_are_kept_in_bounds(
    queued: FundingProposal, fini: Fini
) -> None:
    wrong = {"recordErrorCode": "E\x1b1", "recordErrorMsg": "x" * 9_999 + "\n"}

    def refuse(at: Fini, call: Call) -> Answer:
        return given([{"transactionRef": r, "exception": [wrong]} for r in at.entries])

    fini.faults.append(refuse)
    decision = run(queued, fini).decisions.all()[0]
    assert (decision.error_code, len(decision.error_text)) == ("E?1", 500)


def test_a_request_that_is_refused_whole_did_nothing(
    queued: FundingProposal, fini: Fini
) -> None:
    def refuse(at: Fini, call: Call) -> Answer:
        raise CallRefused(
            "FINI refused.", http_status=400, code="405904", message="Array size."
        )

    fini.faults.append(refuse)
    row = run(queued, fini)
    assert statuses(row) == [D.REFUSED] * 5
    assert set(row.decisions.values_list("error_text", flat=True)) == {"Array size."}
    assert Sending.objects.get().http_status == 400
    assert open_alerts() == [alarms.REFUSED]


@pytest.mark.parametrize(
    "why",
    [
        GatewayUnreachable("No connection."),
        TooManyCalls("Too many.", http_status=429, code="429"),
    ],
    ids=["unreachable", "too many"],
)
def test_what_fini_did_not_get_is_sent_later(
    queued: FundingProposal, fini: Fini, why: Exception
) -> None:
    def fail(at: Fini, call: Call) -> Answer:
        raise why

    fini.faults.append(fail)
    row = run(queued, fini)
    assert (row.status, row.sentence) == (P.QUEUED, str(why))
    assert statuses(row) == [D.QUEUED] * 5
    assert not claims.free(clock.real_now()).exists()
    assert claims.free(clock.real_now() + sending.PAUSE).exists()
    FundingProposal.objects.update(lease_until=None)
    assert run(queued, fini).status == P.ENDED
    assert statuses(row) == [D.DONE] * 5
    assert len(fini.sent) == 1


@pytest.mark.parametrize("said", ['{"error": "busy"}', "{}", "{0.__class__}", "{"])
def test_braces_in_fini_s_words_are_words(
    queued: FundingProposal, fini: Fini, said: str
) -> None:
    def fail(at: Fini, call: Call) -> Answer:
        raise TooManyCalls(f"FINI said {said}.", http_status=429)

    fini.faults.append(fail)
    assert run(queued, fini).status == P.QUEUED
    told = Activity.objects.latest("seq").description
    assert told.endswith(f"[IPO 1234] in [SANDBOX]; FINI said {said}.")


def test_a_status_in_braces_stops_a_proposal(
    queued: FundingProposal, fini: Fini
) -> None:
    next(iter(fini.entries.values()))["preFundingStatus"] = "{x}"
    row = run(queued, fini)
    assert (row.status, open_alerts()) == (P.ENDED, [alarms.STOPPED])
    told = Activity.objects.filter(description__startswith="Stop [proposal 1]")
    assert "the status {x}" in told.get().description


def test_while_fini_cannot_be_asked_nothing_is_sent(
    queued: FundingProposal, fini: Fini
) -> None:
    def away(at: Fini) -> None:
        raise GatewayUnreachable("No connection.")

    fini.on_query.append(away)
    assert run(queued, fini).status == P.QUEUED
    assert (fini.sent, Sending.objects.count()) == ([], 0)


def test_more_than_an_array_holds_goes_in_several(
    profile: Profile, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "MOST_RECORDS", 3)
    many = builders.fini(*(listed(n) for n in range(7)))
    lines = fetched(profile, many)
    row = proposed(profile, alice, Wanted([line.pk for line in lines]))
    run(approved(row, bob), many)
    assert [len(array) for array in many.sent] == [3, 3, 1]
    assert statuses(row) == [D.DONE] * 7


def test_what_is_left_of_a_proposal_that_stops_is_not_sent(
    profile: Profile, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "MOST_RECORDS", 2)
    many = builders.fini(*(listed(n) for n in range(4)))
    lines = fetched(profile, many)
    row = proposed(profile, alice, Wanted([line.pk for line in lines]))

    def change(at: Fini) -> None:
        at.entries[lines[3].transaction_ref]["amount"] = "7.00"

    many.on_query += [lambda at: None, change]
    ended = run(approved(row, bob), many)
    assert statuses(row) == [D.DONE, D.DONE, D.DROPPED, D.DROPPED]
    assert "shows something else" in ended.sentence


def test_a_new_proposal_closes_the_alert_about_the_old_one(
    profile: Profile, queued: FundingProposal, fini: Fini, alice: User
) -> None:
    first = next(iter(fini.entries.values()))
    first["amount"] = "5.00"
    run(queued, fini)
    lines = fetched(profile, fini)
    proposed(profile, alice, builders.wanted(lines))
    assert open_alerts() == []
