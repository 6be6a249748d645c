"""The page of records of which FINI's list does not tell."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from fini.models import Batch, RecordDecision
from fini.persons import number_hash, seal_person
from fini.selectors import undecided
from portal.approvals.models import Approval
from portal.people.models import Participant, User
from tests.fini import sending_builders as builders
from tests.fini.conftest import Browser
from tests.fini.people_builders import CHAN

REASON = "Ms Lee of HKEX, by telephone at 15:10"
LISTED = {"ipo_id": builders.IPO, "quantity": 1002, "status": "3"}


@pytest.fixture
def batch(participant: Participant) -> Batch:
    """Of two records; FINI lists one of the first's document, without a reference."""
    made = builders.batch(builders.profile(participant), 2)
    first = made.subscriptions.get(row=2)
    first.sealed_person = seal_person(first.pk, CHAN)
    first.number_hash = number_hash(CHAN.id_type, CHAN.jurisdiction, CHAN.number)
    first.save()
    ids = [f"999000000000000{number}B" for number in range(4)]
    others = [{**LISTED, "record_id": one, "rows": []} for one in ids]
    own = {**LISTED, "record_id": "1234567890000007A", "rows": [2]}
    builders.undecided(made, listed=[*others, own])
    return made


@pytest.fixture
def by_alice(browser: Browser, alice: User) -> Client:
    return browser(alice)


@pytest.fixture
def by_bob(browser: Browser, bob: User) -> Client:
    return browser(bob)


def page_of(batch: Batch) -> str:
    return f"/p/CP00010/fini/subscriptions/{batch.pk}/"


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def decide(client: Client, batch: Batch, **fields: Any) -> Any:
    told = {"kind": "abandoned", "reason": REASON, "row": ["2"], **fields}
    return client.post(f"{page_of(batch)}decide/", told)


def approve(client: Client) -> Any:
    asked = Approval.objects.get()
    address = f"/p/CP00010/approvals/{asked.pk}/decide/"
    return client.post(address, {"decision": "approve"})


def test_two_people_decide_from_the_batchs_page(
    by_alice: Client, by_bob: Client, batch: Batch
) -> None:
    page = f"{page_of(batch)}unconfirmed/"
    assert page in text(by_alice, page_of(batch))
    fields = {"row": ["2", "3"], "record-2": "1234567890000007A", "record-3": "8A"}
    answer = decide(by_alice, batch, kind="recorded", **fields)
    assert answer.status_code == 302
    waiting = text(by_alice, page)
    assert "another person decides" in waiting
    assert "Send the decision" not in waiting
    to_approve = text(by_bob, page)
    assert REASON in to_approve
    assert "8A" in to_approve
    assert "Approve<" in to_approve
    assert approve(by_bob).status_code == 302
    assert builders.states(batch) == {"recorded": 2}
    done = text(by_alice, page)
    assert "Nothing is left to decide" in done
    assert "Decisions so far" in done
    assert page not in text(by_alice, page_of(batch))


def test_it_shows_what_fini_lists_and_nobody(by_alice: Client, batch: Batch) -> None:
    shown = text(by_alice, f"{page_of(batch)}unconfirmed/")
    assert "HKID A12••••(•)" in shown
    assert "the same document" in shown
    assert shown.index("1234567890000007A") < shown.index("9990000000000000B")
    assert "and 2 more like it" in shown
    assert "Authorised" in shown
    assert not [told for told in ("A123456", "TAI MAN", "陳大文") if told in shown]


def test_a_list_that_was_not_read_is_never_told_as_empty(
    by_alice: Client, batch: Batch
) -> None:
    page, said = f"{page_of(batch)}unconfirmed/", "FINI’s list could not be read"
    assert said not in text(by_alice, page)
    batch.sendings.update(listed=[])
    assert text(by_alice, page).count(said) == 2


def test_the_part_that_changes_by_itself_stands_still_after_a_refusal(
    by_alice: Client, batch: Batch
) -> None:
    page = f"{page_of(batch)}unconfirmed/"
    assert f'data-live-url="{page}"' in text(by_alice, page)
    part = by_alice.get(page, headers={"X-Partial": "1"}).content.decode()
    assert part.startswith('<div class="stack" id="undecided"')
    refused = decide(by_alice, batch, kind="").content.decode()
    assert f'data-live-url="{page}"' not in refused
    assert REASON in refused


def test_before_fini_was_asked_there_is_nothing_to_decide(
    by_alice: Client, batch: Batch
) -> None:
    batch.sendings.update(looked_up_at=None)
    page = f"{page_of(batch)}unconfirmed/"
    assert page not in text(by_alice, page_of(batch))
    assert "Nothing is left to decide" in text(by_alice, page)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": ""}, "Choose what you know."),
        ({"kind": "sent"}, "Choose what you know, out of the list."),
        ({"reason": " "}, "Say how you know."),
        ({"reason": "It is A123456(3)"}, "an identity number"),
        ({"row": []}, "No record is chosen."),
        ({"row": ["9"]}, "unconfirmed no longer"),
        ({"row": ["x"]}, "unconfirmed no longer"),
        ({"kind": "recorded"}, "The record ID of B1-000002 is missing"),
        ({"kind": "recorded", "record-2": "7 A"}, "1 to 40 letters and digits"),
    ],
)
def test_what_cannot_be_meant_is_told_in_a_sentence(
    by_alice: Client, batch: Batch, fields: dict[str, Any], sentence: str
) -> None:
    answer = decide(by_alice, batch, **fields)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not RecordDecision.objects.exists()


def test_what_was_filled_in_is_still_there_after_a_refusal(
    by_alice: Client, batch: Batch
) -> None:
    fields = {"kind": "recorded", "row": ["2", "3"], "record-2": "7A"}
    shown = decide(by_alice, batch, **fields).content.decode()
    assert shown.count(" checked") == 3
    assert 'value="7A"' in shown
    assert f"{page_of(batch)}unconfirmed/?all" in shown
    assert REASON in shown


def test_all_may_be_ticked_at_once(by_alice: Client, batch: Batch) -> None:
    page = f"{page_of(batch)}unconfirmed/"
    assert text(by_alice, page).count(" checked") == 0
    assert text(by_alice, f"{page}?all").count(" checked") == 2


def test_a_second_decision_is_refused(by_alice: Client, batch: Batch) -> None:
    decide(by_alice, batch)
    answer = decide(by_alice, batch, row=["2"])
    assert "waiting for its approver already" in answer.content.decode()
    assert Approval.objects.count() == 1


def test_a_finding_that_comes_first_is_told(
    by_alice: Client, by_bob: Client, batch: Batch
) -> None:
    decide(by_alice, batch)
    batch.subscriptions.update(status="recorded")
    answer = approve(by_bob)
    assert answer.status_code == 409
    assert "unconfirmed no longer" in answer.content.decode()


def test_others_read_and_do_not_decide(
    by_bob: Client, browser: Browser, dora: User, batch: Batch
) -> None:
    for client in (by_bob, browser(dora)):
        shown = text(client, f"{page_of(batch)}unconfirmed/")
        assert "the same document" in shown
        assert "Send the decision" not in shown
        assert decide(client, batch).status_code == 403


def test_anothers_batch_is_not_there(
    by_alice: Client, other_participant: Participant
) -> None:
    theirs = builders.batch(builders.profile(other_participant), 1)
    builders.undecided(theirs)
    assert by_alice.get(f"{page_of(theirs)}unconfirmed/").status_code == 404
    assert decide(by_alice, theirs).status_code == 404


def test_many_are_shown_in_parts(
    by_alice: Client, batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undecided, "SHOWN", 1)
    shown = text(by_alice, f"{page_of(batch)}unconfirmed/")
    assert "The first 1 of 2" in shown
    assert "B1-000003" not in shown


def test_the_page_takes_as_many_queries_for_many(
    by_alice: Client,
    participant: Participant,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    profile = builders.profile(participant)
    few, many = builders.batch(profile, 1), builders.batch(profile, 30)
    for batch in (few, many):
        builders.undecided(batch)
    by_alice.get(f"{page_of(few)}unconfirmed/")
    with django_assert_num_queries(15) as one:
        by_alice.get(f"{page_of(few)}unconfirmed/")
    with django_assert_num_queries(len(one)):
        by_alice.get(f"{page_of(many)}unconfirmed/")
