"""How often the gateway lets itself be called, and what it counts."""

import pytest

from sandbox.gateway.budget import Budget
from sandbox.gateway.wire import Failed
from tests.sandbox_own.conftest import Start
from tests.sandbox_own.gateway_client import GatewayClient, company

LIST = "/api/ipos/list/v1?nextCursor=0"


def test_the_sixty_first_call_of_a_machine_in_a_minute_is_refused() -> None:
    budget = Budget(480, 60)
    for number in range(60):
        budget.spend("CP00010", "machine", number / 2)
    with pytest.raises(Failed) as refused:
        budget.spend("CP00010", "machine", 30.0)
    assert (refused.value.status, refused.value.headers) == (429, {"Retry-After": "31"})
    budget.spend("CP00010", "other machine", 30.0)


def test_a_company_s_machines_share_its_limit() -> None:
    budget = Budget(480, 60)
    for number in range(480):
        budget.spend("CP00010", f"machine {number % 8}", 1.0)
    with pytest.raises(Failed):
        budget.spend("CP00010", "machine 9", 2.0)
    budget.spend("CP00020", "machine 10", 2.0)


def test_the_window_slides() -> None:
    budget = Budget(0, 2)
    budget.spend("CP00010", "machine", 0.0)
    budget.spend("CP00010", "machine", 50.0)
    with pytest.raises(Failed):
        budget.spend("CP00010", "machine", 59.9)
    budget.spend("CP00010", "machine", 60.0)
    with pytest.raises(Failed):
        budget.spend("CP00010", "machine", 109.9)
    budget.spend("CP00010", "machine", 110.0)


def test_a_refused_call_takes_no_room_but_is_counted() -> None:
    budget = Budget(0, 1)
    budget.spend("CP00010", "machine", 0.0)
    for at in (1.0, 2.0, 59.0):
        with pytest.raises(Failed):
            budget.spend("CP00010", "machine", at)
    budget.spend("CP00010", "machine", 60.0)
    shown = budget.view()
    assert shown["throttled"] == 3
    assert shown["most_a_minute"] == {
        "companies": {"CP00010": 4},
        "machines": {"machine": 4},
    }


def test_zero_is_no_limit() -> None:
    budget = Budget(0, 0)
    for _ in range(1000):
        budget.spend("CP00010", "machine", 1.0)
    assert budget.throttled == 0


def test_beyond_the_limit_the_gateway_answers_429(start: Start) -> None:
    sandbox = start(gateway_machine_limit=3)
    sandbox.register_company(**company())
    client = GatewayClient(sandbox).sign_in()  # the first call: crypto meta
    assert [client.get(LIST)[0] for _ in range(4)] == [200, 200, 429, 429]
    counted = sandbox.gateway_counters()
    assert counted["throttled"] == 2
    assert counted["calls"]["/api/ipos/list/v1"] == {"200": 2, "429": 2}
    assert counted["most_a_minute"]["companies"] == {"CP00010": 5}
    wanted = {"machine": 0}
    sandbox.call(lambda: sandbox.exchange.gateway.set_limits(wanted))
    assert client.get(LIST)[0] == 200
    client.close()


def test_tokens_are_counted_and_cost_no_call(fini: GatewayClient) -> None:
    fini.sign_in()
    counted = fini.sandbox.gateway_counters()
    assert counted["tokens_issued"] == 2
    assert counted["calls"][fini.sandbox.gateway["token_path"]] == {"200": 2}
    assert counted["most_a_minute"]["companies"] == {"CP00010": 2}
    assert counted["defects"] == []
