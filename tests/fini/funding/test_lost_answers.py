"""After a lost answer FINI is asked, and nothing is sent twice silently."""

import pytest

from fini import calls
from fini.calls import Call
from fini.errors import (
    AnswerLost,
)
from fini.models import FundingProposal, Profile, Sending
from fini.services.funding import alarms, refreshing
from fini.services.funding.selection import Wanted
from fini.states import DecisionStatus, ProposalStatus, SendingStatus
from fini.wire.answers import Answer
from portal import clock
from portal.approvals.models import Approval
from portal.people.models import Membership, User
from tests.fini.funding import builders
from tests.fini.funding.builders import (
    Fini,
    approved,
    due,
    fetched,
    given,
    listed,
    open_alerts,
    proposed,
    run,
    settled,
    statuses,
)

pytestmark = pytest.mark.django_db
P, D, S = ProposalStatus, DecisionStatus, SendingStatus


def lost_after(at: Fini, call: Call) -> Answer:
    at.confirm(call)
    raise AnswerLost("No answer came.")


def lost_before(at: Fini, call: Call) -> Answer:
    raise AnswerLost("No answer came.")


def test_a_lost_answer_is_unconfirmed_and_sent_by_nobody(
    queued: FundingProposal, fini: Fini
) -> None:
    fini.faults.append(lost_before)
    row = run(queued, fini)
    assert (row.status, statuses(row)) == (P.SENDING, [D.UNCONFIRMED] * 5)
    assert open_alerts() == [alarms.UNCONFIRMED]
    run(queued, fini)
    assert (fini.sent, fini.queries) == ([], 1)


def test_the_query_shows_what_was_done_all_the_same(
    queued: FundingProposal, fini: Fini
) -> None:
    fini.faults.append(lost_after)
    run(queued, fini)
    settled(queued)
    row = run(queued, fini)
    assert (row.status, statuses(row)) == (P.ENDED, [D.DONE] * 5)
    assert len(fini.sent) == 1
    assert open_alerts() == []
    assert Sending.objects.get().status == S.RESOLVED


def test_what_the_query_shows_as_not_done_is_sent_again(
    queued: FundingProposal, fini: Fini
) -> None:
    fini.faults.append(lost_before)
    run(queued, fini)
    settled(queued)
    row = run(queued, fini)
    assert (row.status, statuses(row)) == (P.ENDED, [D.DONE] * 5)
    assert len(fini.sent) == 1
    assert sorted(Sending.objects.values_list("status", flat=True)) == [
        S.ANSWERED,
        S.RESOLVED,
    ]


@pytest.mark.parametrize("change", ["late", "approver"])
def test_but_not_once_the_approval_holds_no_more(
    queued: FundingProposal, fini: Fini, bob: User, change: str
) -> None:
    fini.faults.append(lost_before)
    run(queued, fini)
    settled(queued)
    if change == "late":
        Approval.objects.update(expires_at=clock.now())
    else:
        Membership.objects.filter(user=bob).update(is_approver=False)
    row = run(queued, fini)
    assert (row.status, statuses(row)) == (P.ENDED, [D.DROPPED] * 5)
    assert "Propose it anew" in row.sentence
    assert fini.sent == []
    assert open_alerts() == [alarms.STOPPED]


def test_nor_when_its_amount_has_changed(queued: FundingProposal, fini: Fini) -> None:
    fini.faults.append(lost_before)
    run(queued, fini)
    settled(queued)
    next(iter(fini.entries.values()))["amount"] = "1.00"
    row = run(queued, fini)
    assert fini.sent == []
    assert statuses(row) == [D.DROPPED] * 5


def test_another_status_than_was_asked_for_is_an_exception(
    queued: FundingProposal, fini: Fini
) -> None:
    def other(at: Fini, call: Call) -> Answer:
        for entry in at.entries.values():
            entry["preFundingStatus"] = "40"
        raise AnswerLost("No answer came.")

    fini.faults.append(other)
    run(queued, fini)
    settled(queued)
    row = run(queued, fini)
    assert statuses(row) == [D.REFUSED] * 5
    assert row.decisions.all()[0].error_text == "FINI shows the status 40."
    assert open_alerts() == [alarms.REFUSED]


def test_what_is_listed_no_more_stays_unconfirmed_until_it_is(
    queued: FundingProposal, fini: Fini, profile: Profile
) -> None:
    fini.faults.append(lost_after)
    run(queued, fini)
    settled(queued)
    gone = dict(fini.entries)
    fini.entries.clear()
    row = run(queued, fini)
    assert (row.status, statuses(row)) == (P.ENDED, [D.UNCONFIRMED] * 5)
    assert open_alerts() == [alarms.UNCONFIRMED]
    fini.entries.update(gone)
    refreshing.run(due(profile).pk, fini.of)
    assert statuses(row) == [D.DONE] * 5
    assert open_alerts() == []


def test_an_ended_proposal_never_sends_again_what_turns_up_as_pending(
    queued: FundingProposal, fini: Fini, profile: Profile
) -> None:
    fini.faults.append(lost_before)
    run(queued, fini)
    settled(queued)
    gone = dict(fini.entries)
    fini.entries.clear()
    row = run(queued, fini)
    fini.entries.update(gone)
    refreshing.run(due(profile).pk, fini.of)
    assert statuses(row) == [D.DROPPED] * 5
    assert fini.sent == []


def test_an_answer_that_failed_as_a_whole_confirms_nothing_by_silence(
    queued: FundingProposal, fini: Fini
) -> None:
    def answer(at: Fini, call: Call) -> Answer:
        return given([{"transactionRef": ref} for ref in at.entries], code="1")

    fini.faults.append(answer)
    assert statuses(run(queued, fini)) == [D.UNCONFIRMED] * 5


@pytest.mark.parametrize("shape", ["missing", "twice", "silent"])
def test_an_answer_that_does_not_say_so_confirms_nothing(
    queued: FundingProposal, fini: Fini, shape: str
) -> None:
    ref = next(iter(fini.entries))

    def answer(at: Fini, call: Call) -> Answer:
        whole = at.confirm(call)
        entries = [dict(one) for one in whole.data]  # type: ignore[attr-defined]
        if shape == "missing":
            return given(entries[1:])
        if shape == "twice":
            wrong = {"recordErrorCode": "1", "recordErrorMsg": "No."}
            return given([*entries, {"transactionRef": ref, "exception": [wrong]}])
        entries[0]["preFundingStatus"] = "10"
        return given(entries)

    fini.faults.append(answer)
    row = run(queued, fini)
    assert statuses(row) == [D.UNCONFIRMED] + [D.DONE] * 4
    assert (row.status, Sending.objects.get().status) == (P.SENDING, S.UNCONFIRMED)
    settled(queued)
    assert statuses(run(queued, fini)) == [D.DONE] * 5
    assert len(fini.sent) == 1


def test_a_stopped_proposal_never_sends_again_what_was_unconfirmed(
    profile: Profile, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "MOST_RECORDS", 2)
    many = builders.fini(*(listed(n) for n in range(4)))
    lines = fetched(profile, many)
    row = proposed(profile, alice, Wanted([line.pk for line in lines]))

    def change(at: Fini) -> None:
        at.entries[lines[3].transaction_ref]["amount"] = "7.00"

    many.faults.append(lost_before)
    many.on_query += [lambda at: None, change]
    stopped = run(approved(row, bob), many)
    assert statuses(row) == [D.UNCONFIRMED, D.UNCONFIRMED, D.DROPPED, D.DROPPED]
    assert stopped.status == P.SENDING
    settled(row)
    ended = run(row, many)
    assert (ended.status, statuses(row)) == (P.ENDED, [D.DROPPED] * 4)
    assert many.sent == []
