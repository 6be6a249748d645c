"""What the console changes at the exchange: encryption, keys, addresses, host keys."""

import re
from pathlib import Path

import paramiko
import pytest

from sandbox.founding import found, read_host_key
from sandbox.inthread import SandboxThread
from tests.sandbox_own.conftest import REFUSED, Connect
from tests.sandbox_own.keykit import pair, ssh2
from tests.sandbox_own.test_console import Browser, csrf

LOGIN = {"login": "hkidr.aaa000"}
PASSWORD = "Harbour-2026!"


@pytest.fixture
def browser(sandbox: SandboxThread) -> Browser:
    """Signed in by the token's address."""
    made = Browser(sandbox)
    made.request("GET", f"/?token={sandbox.token}")
    return made


def post(browser: Browser, path: str, **fields: str) -> int:
    token = csrf(browser.request("GET", "/")[1])
    return browser.request("POST", path, {"csrf": token} | fields)[0].status


def encrypt(browser: Browser, enabled: str, password: str = "") -> int:
    fields = LOGIN | {"enabled": enabled, "password": password}
    return post(browser, "/encryption", **fields)


def test_encryption_is_enabled_with_a_password_and_keeps_it(
    sandbox: SandboxThread, browser: Browser
) -> None:
    assert encrypt(browser, "Yes", PASSWORD) == 303
    assert encrypt(browser, "No") == 303
    account = sandbox.exchange.accounts.get(LOGIN["login"])
    assert (account.encryption_enabled, account.encryption_password) == (
        False,
        PASSWORD,
    )
    page = browser.request("GET", "/")[1]
    assert "Enabled: No. Password: registered." in page
    assert PASSWORD not in page


@pytest.mark.parametrize(
    "password", ["", "short-A1", "no-upper-case-1", "With blank 1A"]
)
def test_encryption_needs_a_password_that_ecp_takes(
    browser: Browser, password: str
) -> None:
    assert encrypt(browser, "Yes", password) == 400
    assert "Enabled: No. Password: none." in browser.request("GET", "/")[1]


def test_a_first_key_is_pasted_once_the_old_ones_are_revoked(
    sandbox: SandboxThread,
    browser: Browser,
    connect: Connect,
    key: paramiko.RSAKey,
) -> None:
    text = ssh2(pair(1)).decode().replace("\n", "\r\n")
    assert post(browser, "/keys", **LOGIN, public_key=text) == 400
    assert post(browser, "/keys", **LOGIN, public_key="", revoke="1") == 303
    assert "waits for its first key" in browser.request("GET", "/")[1]
    assert post(browser, "/keys", **LOGIN, public_key=text) == 303
    connect(sandbox, key=pair(1))
    with pytest.raises(REFUSED):
        connect(sandbox, key=key)


def test_a_renewal_is_pasted_beside_the_current_key(
    sandbox: SandboxThread,
    browser: Browser,
    connect: Connect,
    key: paramiko.RSAKey,
) -> None:
    text = f"ssh-rsa {pair(1).get_base64()} somebody"
    assert post(browser, "/keys", **LOGIN, public_key=text, renew="1") == 303
    connect(sandbox, key=pair(1))
    connect(sandbox, key=key)


def test_addresses_are_registered(
    sandbox: SandboxThread, browser: Browser, connect: Connect
) -> None:
    assert post(browser, "/addresses", **LOGIN, remote_ips="127.0.0.9") == 303
    connect(sandbox, source="127.0.0.9")
    with pytest.raises(REFUSED):
        connect(sandbox)
    assert post(browser, "/addresses", **LOGIN, remote_ips="127.0.0.09") == 400


def test_a_host_shows_another_key_from_the_next_connection_on(
    sandbox: SandboxThread, browser: Browser, connect: Connect, state: Path
) -> None:
    shown = [
        connect(sandbox, host).transport.get_remote_server_key() for host in (0, 1)
    ]
    assert post(browser, "/host-keys", host=sandbox.hosts[0]["name"]) == 303
    now = [connect(sandbox, host).transport.get_remote_server_key() for host in (0, 1)]
    assert now[0] != shown[0]
    assert now[1] == shown[1]
    assert found(state)["hosts"][0]["host_key"].split()[1] == now[0].get_base64()
    name = sandbox.hosts[0]["name"]
    assert (state / "host_keys" / name).stat().st_mode & 0o777 == 0o600
    assert read_host_key(state, name).get_algorithm() == "ssh-rsa"


@pytest.mark.parametrize("path", ["/keys", "/addresses", "/encryption", "/host-keys"])
def test_what_is_not_there_is_refused(browser: Browser, path: str) -> None:
    assert post(browser, path, login="../x", host="x", public_key="x") == 400


def test_every_account_has_its_forms_and_only_ecp_encryption(browser: Browser) -> None:
    page = browser.request("GET", "/")[1]
    ids = re.findall(r'<textarea id="([\w-]+)"', page)
    assert ids == ["key-0"]
    assert page.count("<h3>File encryption</h3>") == 1
