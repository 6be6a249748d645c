"""The gateway's page of the console, and its forms."""

import re

import pytest

from sandbox.gateway.faults import KINDS
from sandbox.inthread import SandboxThread
from tests.sandbox_own.gateway_client import MACHINE, GatewayClient, company
from tests.sandbox_own.test_console import Browser, csrf


@pytest.fixture
def browser(sandbox: SandboxThread) -> Browser:
    """Signed in by the token's address."""
    made = Browser(sandbox)
    made.request("GET", f"/?token={sandbox.token}")
    return made


def shown(browser: Browser) -> str:
    return browser.request("GET", "/gateway")[1]


def post(browser: Browser, path: str, /, **fields: str) -> int:
    token = csrf(shown(browser))
    answer, _ = browser.request("POST", f"/gateway/{path}", fields | {"csrf": token})
    if answer.status == 303:
        assert answer.getheader("Location") == "/gateway"
    return answer.status


def test_the_console_leads_to_it(browser: Browser) -> None:
    assert 'href="/gateway"' in browser.request("GET", "/")[1]


def test_it_shows_profiles_ipos_lists_and_counters_but_no_person(
    browser: Browser, fini: GatewayClient
) -> None:
    fini.add("ref-1")
    page = shown(browser)
    for text in (MACHINE, "EU_finiPOSubAPI", "KYG017191142", "6398340114921"):
        assert text in page
    assert "/api/eipo/subscriptions/add/v1" in page
    assert "Tokens issued: 1;" in page
    assert "A123456" not in page


def test_what_a_client_chose_is_escaped(
    browser: Browser, sandbox: SandboxThread
) -> None:
    sandbox.register_company(**company(agent_issuer="<script>alert(1)</script>"))
    page = shown(browser)
    assert "&lt;script&gt;" in page
    assert "<script" not in page


def test_every_field_has_a_label_and_a_name_of_its_own(browser: Browser) -> None:
    page = shown(browser)
    fields = re.findall(r'<(?:input|select|textarea) id="([\w-]+)"', page)
    labels = re.findall(r'<label for="([\w-]+)"', page)
    assert sorted(fields) == sorted(labels)
    assert len(set(fields)) == len(fields) > 20


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        ("slow", {"seconds": "0.5", "stage": "after"}, {"seconds": 0.5}),
        ("status", {"code": "503", "counts": "false", "times": "2"}, {"times": 2}),
        ("cut", {"stage": "middle", "path": "*add*"}, {"path": "*add*"}),
        ("answer", {"kind": "huge", "bytes": "", "counts": "true"}, {"counts": True}),
        ("refuse_tokens", {}, {"on": True}),
        ("record_errors", {"every": "3", "ref": ""}, {"every": 3}),
        ("skew", {"milliseconds": "-500"}, {"milliseconds": -500}),
    ],
)
def test_each_switch_is_laid_and_lifted_by_its_form(
    browser: Browser,
    sandbox: SandboxThread,
    kind: str,
    fields: dict[str, str],
    expected: dict[str, object],
) -> None:
    faults = sandbox.exchange.gateway.gateway.faults
    assert post(browser, f"faults/{kind}", **fields) == 303
    assert faults.view()[kind].items() >= expected.items()
    assert "<strong>On</strong>" in shown(browser)
    assert post(browser, f"faults/{kind}", off="1") == 303
    assert faults.view() == {}


def test_there_is_a_form_for_every_switch(browser: Browser) -> None:
    page = shown(browser)
    assert all(f'action="/gateway/faults/{kind}"' in page for kind in KINDS)


def test_an_ipo_is_moved_limits_set_the_key_replaced_and_counters_begun_anew(
    browser: Browser, fini: GatewayClient
) -> None:
    gateway = fini.sandbox.exchange.gateway.gateway
    assert post(browser, "status", ipo_id="1234", status="60") == 303
    assert post(browser, "limits", company="100", machine="0") == 303
    assert post(browser, "key") == 303
    assert post(browser, "counters") == 303
    assert gateway.budget.view()["limits"] == {"company": 100, "machine": 0}
    assert gateway.key.public != fini.public_key
    assert gateway.tokens.issued == 0
    assert "<td>60</td>" in shown(browser)


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("status", {"ipo_id": "1", "status": "60"}, 400),
        ("limits", {"company": "many"}, 400),
        ("limits", {"other": "1"}, 400),
        ("faults/skew", {"milliseconds": "soon"}, 400),
        ("faults/slow", {"seconds": "-1"}, 400),
        ("faults/none", {}, 404),
        ("slow", {}, 404),
    ],
)
def test_a_form_that_makes_no_sense_is_refused(
    browser: Browser, path: str, fields: dict[str, str], status: int
) -> None:
    assert post(browser, path, **fields) == status


def test_a_form_from_elsewhere_is_refused(
    browser: Browser, sandbox: SandboxThread
) -> None:
    before = sandbox.exchange.gateway.gateway.key.public
    answer, _ = browser.request("POST", "/gateway/key", {"csrf": ""})
    assert answer.status == 403
    assert sandbox.exchange.gateway.gateway.key.public == before
