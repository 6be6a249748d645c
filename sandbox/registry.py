"""What is changed at the exchange on request: clock, accounts, keys, host keys."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sandbox.accountrules import check
from sandbox.founding import new_host_key
from sandbox.hktime import moment_of
from sandbox.keydesk import turn_key
from sandbox.layout import SandboxError, write_config

if TYPE_CHECKING:
    from sandbox.accounts import Account, Accounts
    from sandbox.exchange import Exchange

_PASSWORD = re.compile(r"[!-~]{10,128}")  # Guide A §3.6
_OUGHT_TO_HAVE = ("[A-Z]", "[a-z]", "[0-9]", "[^A-Za-z0-9]")


def set_clock(exchange: "Exchange", fields: dict[str, str]) -> None:
    """To a moment of Hong Kong, or back to the machine's time."""
    offset = 0.0
    if "reset" not in fields:
        ahead = moment_of(fields.get("at", "")) - datetime.now(UTC)
        offset = ahead.total_seconds()
    exchange.shift_clock(offset)


def change(exchange: "Exchange", path: str, fields: dict[str, str]) -> bool:
    """What a form asks for; whether `path` is one of those here."""
    accounts, login = exchange.accounts, fields.get("login", "")
    if path == "/clock":
        set_clock(exchange, fields)
    elif path == "/host-keys":
        change_host_key(exchange, fields.get("host", ""))
    elif path == "/encryption":
        is_on = fields.get("enabled") == "Yes"
        set_encryption(accounts, login, is_on=is_on, password=fields.get("password"))
    elif path == "/keys" and "revoke" in fields:
        turn_key(accounts, {"login": login, "action": "revoke"})
    elif path == "/keys":
        action = "renew" if "renew" in fields else "register"
        key = fields.get("public_key", "").strip() + "\n"
        turn_key(accounts, {"login": login, "action": action, "public_key": key})
    elif path == "/addresses":
        accounts.set_addresses(login, fields.get("remote_ips", "").split())
    else:
        return False
    return True


def set_encryption(
    accounts: "Accounts", login: str, *, is_on: bool, password: str | None
) -> "Account":
    """File encryption of an ECP account, as on ECP's web; raises SandboxError.

    Without a password the registered one stays.
    """
    account = accounts.get(login)
    if account.platform != "ECP":
        raise SandboxError("File encryption is ECP's alone.")
    if password and not _is_strong(password):
        raise SandboxError(
            "A password has 10 to 128 printable characters without a blank: upper"
            " and lower case, a digit and a symbol."
        )
    changed = replace(
        account,
        encryption_enabled=is_on,
        encryption_password=password or account.encryption_password,
    )
    check(changed)
    return accounts.save(changed)


def change_host_key(exchange: "Exchange", name: str) -> str:
    """The host shows another key from the next connection on; its public line."""
    for host, entry in zip(exchange.hosts, exchange.config["hosts"], strict=True):
        if host.name == name:
            line = new_host_key(exchange.state, name)
            host.host_key = entry["host_key"] = line
            host.signatures = ()  # so that `adjust` tells the listener
            write_config(exchange.state, exchange.config)
            return line
    raise SandboxError("There is no such host.")


def _is_strong(password: str) -> bool:
    return _PASSWORD.fullmatch(password) is not None and all(
        re.search(members, password) for members in _OUGHT_TO_HAVE
    )
