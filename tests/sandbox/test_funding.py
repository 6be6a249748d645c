"""Funding against the sandbox's gateway: the real client, and cuts at every stage."""

import datetime as dt
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from fini.models import FundingLine, FundingProposal, Part, Profile, Sending
from fini.services import connections
from fini.services.funding import refreshing, sending
from fini.services.funding.selection import Wanted
from fini.states import DecisionStatus, ProposalStatus, SendingStatus
from portal.people.models import Participant, User
from sandbox.gateway import listings
from sandbox.gateway.funding import save_funding
from sandbox.inthread import SandboxThread
from tests.fini import profile_builders
from tests.fini.builders import profile_key
from tests.fini.funding import builders
from tests.fini.funding.builders import IPO, again, settled, statuses
from tests.sandbox_own.gateway_client import company

pytestmark = pytest.mark.django_db
BLOCK = 70 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
COMPANY, ISSUER = "HARBOUR01", "harbour-portal"
CONFIRM = "*/funding/confirm/*"
P, D, S = ProposalStatus, DecisionStatus, SendingStatus
FIRST = 6398340115000
NUMBER = 5


def lists() -> list[dict[str, Any]]:
    """Five that are pending, anew for each test."""
    return [
        {
            "transaction_ref": str(FIRST + number),
            "ipo_id": IPO,
            "firm_id": "00001",
            "bank": "Harbour Bank",
            "amount": f"{number + 1}000.50",
            "currency": "HKD",
            "deadline": "2099-03-06 12:00:00",
        }
        for number in range(NUMBER)
    ]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxThread]:
    state: Path = tmp_path_factory.mktemp("funding")
    limits: dict[str, Any] = {"gateway_company_limit": 0, "gateway_machine_limit": 0}
    with SandboxThread(state, block=BLOCK, gateway=True, **limits) as box:
        yield box


@pytest.fixture
def box(running: SandboxThread, settings: LazySettings) -> Iterator[SandboxThread]:
    ends = running.exchange.clock.now() + dt.timedelta(days=300)
    running.register_company(
        **company(
            company_id=COMPANY,
            agent_issuer=ISSUER,
            machine_uuid=profile_builders.UUID,
            agent_jwks={"keys": [profile_key("agent").public_jwk(ends)]},
            machine_jwks={"keys": [profile_key("machine").public_jwk(ends)]},
        )
    )
    there = running.gateway
    settings.FINI_GATEWAYS = {
        "sandbox": {
            "url": there["url"],
            "audience": there["aud"],
            "ca_file": there["ca"],
        }
    }
    settings.FINI_PER_COMPANY = settings.FINI_PER_MACHINE = 0
    gateway = running.exchange.gateway.gateway
    for one in lists():
        running.call(partial(save_funding, gateway.store, COMPANY, one))
    running.call(lambda: listings.forget(gateway))
    yield running
    running.call(gateway.faults.reset)


@pytest.fixture
def profile(box: SandboxThread, participant: Participant) -> Profile:
    made = profile_builders.profile(participant)
    for part, key in ((Part.AGENT, "agent"), (Part.MACHINE, "machine")):
        profile_builders.registered(made, part, key=key)
    return Profile.objects.select_related("participant", "company_id").get(pk=made.pk)


@pytest.fixture
def queued(profile: Profile, alice: User, bob: User) -> FundingProposal:
    """Four to confirm and one to reject, approved."""
    refreshing.refresh(connections.client_of(profile), profile, IPO)
    refs = [str(FIRST + number) for number in range(NUMBER)]
    lines = FundingLine.objects.filter(transaction_ref__in=refs)
    pks = [line.pk for line in lines.order_by("transaction_ref")]
    row = builders.proposed(profile, alice, Wanted(pks[:4], pks[4:]))
    return builders.approved(row, bob)


def run(row: FundingProposal) -> FundingProposal:
    sending.run(row.pk, connections.client_of)
    return again(row)


def at_fini(box: SandboxThread) -> list[str]:
    """The statuses that the gateway itself holds."""
    rows = box.call(
        lambda: box.exchange.gateway.gateway.store.rows(
            "SELECT status FROM fundings WHERE transaction_ref >= ?"
            " AND transaction_ref < ? ORDER BY transaction_ref",
            (FIRST, FIRST + NUMBER),
        )
    )
    return [row["status"] for row in rows]


def confirms(box: SandboxThread) -> int:
    """How many requests to confirm came, whatever became of them."""
    calls = box.gateway_counters()["calls"]
    return sum(calls.get("/api/eipo/funding/confirm/v1", {}).values())


@pytest.mark.ledger("FINI-26/P", "FINI-27/P")
def test_funding_is_confirmed_and_rejected_as_it_was_approved(
    box: SandboxThread, queued: FundingProposal
) -> None:
    row = run(queued)
    assert (row.status, statuses(row)) == (P.ENDED, [D.DONE] * 5)
    assert at_fini(box) == ["20", "20", "20", "20", "30"]
    assert confirms(box) == 1


@pytest.mark.parametrize("stage", ["after", "middle"])
def test_what_was_done_before_the_line_broke_is_found_by_a_query(
    box: SandboxThread, queued: FundingProposal, stage: str
) -> None:
    box.gateway_faults(cut={"stage": stage, "times": 1, "path": CONFIRM})
    row = run(queued)
    assert (row.status, statuses(row)) == (P.SENDING, [D.UNCONFIRMED] * 5)
    settled(row)
    row = run(queued)
    assert (row.status, statuses(row)) == (P.ENDED, [D.DONE] * 5)
    assert at_fini(box) == ["20", "20", "20", "20", "30"]
    assert confirms(box) == 1
    assert Sending.objects.get().status == S.RESOLVED


def test_what_was_not_done_when_the_line_broke_is_sent_once_more(
    box: SandboxThread, queued: FundingProposal
) -> None:
    box.gateway_faults(cut={"stage": "before", "times": 1, "path": CONFIRM})
    assert statuses(run(queued)) == [D.UNCONFIRMED] * 5
    assert at_fini(box) == ["10"] * 5
    settled(queued)
    assert statuses(run(queued)) == [D.DONE] * 5
    assert at_fini(box) == ["20", "20", "20", "20", "30"]
    assert confirms(box) == 2


@pytest.mark.parametrize(
    "fault",
    [
        {"status": {"code": 503, "counts": True, "times": 1, "path": CONFIRM}},
        {"answer": {"kind": "not_json", "counts": True, "times": 1, "path": CONFIRM}},
        {
            "answer": {
                "kind": "other_shape",
                "counts": True,
                "times": 1,
                "path": CONFIRM,
            }
        },
        {"answer": {"kind": "empty", "counts": True, "times": 1, "path": CONFIRM}},
    ],
    ids=["503", "not_json", "other_shape", "empty"],
)
def test_an_answer_that_says_nothing_clear_is_settled_by_a_query(
    box: SandboxThread, queued: FundingProposal, fault: dict[str, Any]
) -> None:
    box.gateway_faults(**fault)
    assert statuses(run(queued)) == [D.UNCONFIRMED] * 5
    settled(queued)
    assert statuses(run(queued)) == [D.DONE] * 5
    assert confirms(box) == 1


def test_one_that_fini_takes_an_exception_to_is_told_and_the_others_are_done(
    box: SandboxThread, queued: FundingProposal
) -> None:
    wrong = {"ref": str(FIRST + 2), "error_code": "SBX199", "message": "Not this."}
    box.gateway_faults(record_errors=wrong)
    row = run(queued)
    assert statuses(row) == [D.DONE, D.DONE, D.REFUSED, D.DONE, D.DONE]
    refused = row.decisions.get(status=D.REFUSED)
    assert (refused.error_code, refused.error_text) == ("SBX199", "Not this.")
    assert at_fini(box) == ["20", "20", "10", "20", "30"]


def test_an_amount_that_fini_changed_after_the_approval_is_not_confirmed(
    box: SandboxThread, queued: FundingProposal
) -> None:
    changed = {**lists()[0], "amount": "1000.51"}
    store = box.exchange.gateway.gateway.store
    box.call(lambda: save_funding(store, COMPANY, changed))
    row = run(queued)
    assert row.status == P.ENDED
    assert "has an amount of HK$ 1,000.51" in row.sentence
    assert (at_fini(box), confirms(box)) == (["10"] * 5, 0)
