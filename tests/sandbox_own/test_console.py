"""The console in a browser: a cookie for the token, forms that only it can send."""

import re
from datetime import timedelta
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode, urlsplit

import pytest

from sandbox.inthread import SandboxThread
from tests.sandbox_own.builders import a_zip
from tests.sandbox_own.client import Client
from tests.sandbox_own.conftest import line, mapping
from tests.sandbox_own.keykit import RAP_ACCOUNT, at, pair
from tests.sandbox_own.test_mailbox import send


class Browser:
    """Keeps the cookie, follows nothing."""

    def __init__(self, sandbox: SandboxThread) -> None:
        self.netloc = urlsplit(sandbox.control_url).netloc
        self.cookie = ""

    def request(
        self, method: str, path: str, fields: dict[str, str] | None = None
    ) -> tuple[HTTPResponse, str]:
        """The answer and its body."""
        connection = HTTPConnection(self.netloc, timeout=5)
        headers = {"Cookie": self.cookie} if self.cookie else {}
        body = urlencode(fields) if fields is not None else None
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        if cookie := answer.getheader("Set-Cookie"):
            self.cookie = cookie.partition(";")[0]
        return answer, text


@pytest.fixture
def stranger(sandbox: SandboxThread) -> Browser:
    return Browser(sandbox)


@pytest.fixture
def browser(sandbox: SandboxThread, stranger: Browser) -> Browser:
    """Signed in by the token's address."""
    stranger.request("GET", f"/?token={sandbox.token}")
    return stranger


def csrf(page: str) -> str:
    found = re.search(r'name="csrf" value="(\w+)"', page)
    assert found
    return found[1]


def test_the_tokens_address_sets_a_strict_cookie_without_the_token(
    sandbox: SandboxThread, stranger: Browser
) -> None:
    answer, _ = stranger.request("GET", f"/?token={sandbox.token}")
    cookie = answer.getheader("Set-Cookie") or ""
    assert (answer.status, answer.getheader("Location")) == (303, "/")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert sandbox.token not in cookie


@pytest.mark.parametrize("path", ["/", "/?token=wrong", "/mails/1", "/faults"])
def test_a_stranger_sees_nothing(stranger: Browser, path: str) -> None:
    answer, page = stranger.request("GET", path)
    assert answer.status == 401
    assert "csrf" not in page


def test_every_page_forbids_scripts_and_frames(browser: Browser) -> None:
    answer, page = browser.request("GET", "/")
    policy = answer.getheader("Content-Security-Policy") or ""
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<script" not in page
    assert "style=" not in page


def test_the_console_shows_a_reception(
    sandbox: SandboxThread, browser: Browser, client: Client
) -> None:
    client.upload(mapping(sandbox), a_zip())
    _, page = browser.request("GET", "/")
    assert mapping(sandbox) in page
    assert sandbox.receptions()[0]["sha256"] in page


def test_the_console_shows_platforms_and_keys_with_their_dates(
    sandbox: SandboxThread, browser: Browser
) -> None:
    sandbox.register(**RAP_ACCOUNT, public_keys=[line(pair(1)), line(pair(2))])
    _, page = browser.request("GET", "/")
    slots = sandbox.account("DCXYZ001")["slots"]
    assert "<td>DCXYZ001</td>" in page
    assert "<td>rrs-s2</td>" in page
    for slot in ("current", "renewed"):
        assert slots[slot]["expires_on"] in page
        assert slots[slot]["fingerprint"] in page


def test_an_empty_form_of_site_down_is_for_all_platforms(
    sandbox: SandboxThread, browser: Browser
) -> None:
    page = browser.request("GET", "/")[1]
    fields = {"csrf": csrf(page), "site": "primary", "how": "closed", "platform": ""}
    browser.request("POST", "/faults/site_down", fields)
    expected = {"site_down": {"site": "primary", "how": "closed"}}
    assert sandbox.exchange.faults.view() == expected


def test_a_form_turns_a_switch_on_and_off(
    sandbox: SandboxThread, browser: Browser
) -> None:
    token = csrf(browser.request("GET", "/")[1])
    fields = {"csrf": token, "kind": "late", "seconds": "5", "times": "2", "code": ""}
    answer, _ = browser.request("POST", "/faults/result", fields)
    assert answer.status == 303
    assert sandbox.exchange.faults.view() == {
        "result": {"kind": "late", "seconds": 5, "times": 2}
    }
    browser.request("POST", "/faults/result", {"csrf": token, "off": "1"})
    assert sandbox.exchange.faults.view() == {}


@pytest.mark.parametrize("given", ["", "0" * 64])
def test_a_form_from_elsewhere_is_refused(
    sandbox: SandboxThread, browser: Browser, given: str
) -> None:
    answer, _ = browser.request("POST", "/faults/refuse_open", {"csrf": given})
    assert answer.status == 403
    assert sandbox.exchange.faults.view() == {}


def test_every_switch_has_a_form_with_a_label_for_each_field(browser: Browser) -> None:
    _, page = browser.request("GET", "/")
    fields = re.findall(r'<(?:input|select|textarea) id="([\w-]+)"', page)
    labels = re.findall(r'<label for="([\w-]+)"', page)
    assert sorted(fields) == sorted(labels)
    assert len(set(fields)) == len(fields) > 12


def test_a_mail_is_shown_as_text_and_its_html_never_rendered(
    sandbox: SandboxThread, browser: Browser
) -> None:
    send(sandbox, html="<img src=x onerror=alert(1)>")
    (mail,) = sandbox.mails()
    _, page = browser.request("GET", f"/mails/{mail['id']}")
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<img" not in page


def test_the_daily_script_is_switched_on_and_off(
    sandbox: SandboxThread, browser: Browser
) -> None:
    at(sandbox, "2026-03-06 23:00")
    sandbox.register(**RAP_ACCOUNT, public_keys=[line(pair(1))])
    page = browser.request("GET", "/")[1]
    fields = {"csrf": csrf(page), "on": "1", "days_back": "1"}
    assert "The daily script is off." in page
    browser.request("POST", "/script", fields)
    page = browser.request("GET", "/")[1]
    assert "The daily script is on; next at 2026-03-07 01:" in page
    assert "Distributed (latest of 60)" in page
    assert "/download/DCASS/MS011_CXYZ_20260306.txt" in page
    browser.request("POST", "/script", {"csrf": csrf(page), "off": "1"})
    assert "The daily script is off." in browser.request("GET", "/")[1]


def test_what_was_distributed_is_there_or_removed(
    sandbox: SandboxThread, browser: Browser
) -> None:
    sandbox.publish("CP00010", "HBCNMAPP", "HBCNMPRP_<b>", b"x")
    page = browser.request("GET", "/")[1]
    assert "<td>/download/HBCNMAPP/HBCNMPRP_&lt;b&gt;</td>" in page
    assert "<td>there</td>" in page
    sandbox.shift_clock(sandbox.exchange.clock.offset.total_seconds() + 86_400)
    assert "<td>removed</td>" in browser.request("GET", "/")[1]


def test_the_console_shows_the_counters(browser: Browser, client: Client) -> None:
    client.sftp.listdir("/")
    page = browser.request("GET", "/")[1]
    row = "<td>hkidr.aaa000</td><td>1</td><td>1</td><td>1</td><td>0</td><td>none</td>"
    assert row in page


def test_an_outage_is_added_and_taken_away(
    sandbox: SandboxThread, browser: Browser
) -> None:
    page = browser.request("GET", "/")[1]
    times = {"since": "2026-03-06 12:00", "until": "2026-03-06 13:00"}
    fields = {"csrf": csrf(page), "site": "primary", "platform": ""} | times
    browser.request("POST", "/outages", fields)
    page = browser.request("GET", "/")[1]
    assert "<td>2026-03-06 12:00:00</td><td>2026-03-06 13:00:00</td>" in page
    wrong = fields | {"until": "soon"}
    assert browser.request("POST", "/outages", wrong)[0].status == 400
    browser.request("POST", "/outages", {"csrf": csrf(page), "off": "1"})
    assert sandbox.exchange.outages == []


def test_the_clock_is_set_to_a_moment_and_back(
    sandbox: SandboxThread, browser: Browser
) -> None:
    page = browser.request("GET", "/")[1]
    assert page.index("<h2>Clock</h2>") < page.index("<caption>Hosts</caption>")
    assert "manage.py clock" in page
    fields = {"csrf": csrf(page), "at": "2026-03-06 15:00"}
    assert browser.request("POST", "/clock", fields)[0].status == 303
    assert "2026-03-06 15:00:" in browser.request("GET", "/")[1]
    browser.request("POST", "/clock", fields | {"reset": "1"})
    assert sandbox.exchange.clock.offset == timedelta(0)


@pytest.mark.parametrize("odd", ["", "soon", "0001-01-01", "9999-12-31 23:59", "2026"])
def test_an_odd_moment_moves_no_clock(
    sandbox: SandboxThread, browser: Browser, odd: str
) -> None:
    before = sandbox.exchange.clock.offset
    fields = {"csrf": csrf(browser.request("GET", "/")[1]), "at": odd}
    assert browser.request("POST", "/clock", fields)[0].status == 400
    assert sandbox.exchange.clock.offset == before
