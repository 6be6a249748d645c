"""The console's part about the exchange itself: clock, accounts, keys, host keys."""

from datetime import datetime
from html import escape
from typing import Any

from sandbox.markup import area_field, choice_field, form, moment, text_field


def clock(state: dict[str, Any], csrf: str) -> str:
    """Date and time in Hong Kong, and how the portal's clock is moved as well."""
    now = datetime.fromisoformat(state["now"])
    fields = text_field(
        "clock-at", "at", "Hong Kong date and time", f"{now:%Y-%m-%d %H:%M}"
    )
    ahead = f"{state['offset_seconds']:+.0f} s from the machine's clock"
    return (
        f"<h2>Clock</h2><p>{escape(moment(state['now']))} in Hong Kong, {ahead}. The "
        "portal has a clock of its own, which this form leaves alone. Move both with "
        f"<code>.venv/bin/python manage.py clock &quot;{now:%Y-%m-%d %H:%M}&quot;"
        "</code>.</p>"
        + form("/clock", csrf, fields, ("Set", ""), ("Machine's time", "reset"))
    )


def host_keys(hosts: list[dict[str, Any]], csrf: str) -> str:
    """Which host shows another key from now on."""
    names = [host["name"] for host in hosts]
    fields = choice_field("host-key-host", "host", "Host", names)
    return (
        "<details><summary>Change a host's key</summary><p>The host shows another key "
        "from the next connection on, and HKEX tells nobody: the portal must refuse "
        "it until two people have confirmed it.</p>"
        + form("/host-keys", csrf, fields, ("Show another host key", ""))
        + "</details>"
    )


def accounts(shown: list[dict[str, Any]], csrf: str) -> str:
    """What a participant does on ECP's web, or by HKEX's form, one part a login."""
    parts = "".join(_account(number, one, csrf) for number, one in enumerate(shown))
    return f"<h2>Keys, addresses and encryption</h2>{parts}"


def _account(number: int, account: dict[str, Any], csrf: str) -> str:
    login = escape(account["login"])
    title = f"{escape(account['platform'])} {login}"
    hidden = f'<input type="hidden" name="login" value="{login}">'
    forms = _key(number, account, hidden, csrf) + _addresses(
        number, account, hidden, csrf
    )
    if account["platform"] == "ECP":
        forms += _encryption(number, account, hidden, csrf)
    return (
        f"<details><summary>{title}</summary>"
        f"<div class='switches'>{forms}</div></details>"
    )


def _key(number: int, account: dict[str, Any], hidden: str, csrf: str) -> str:
    words = "The .pub file's text, RFC 4716 or OpenSSH"
    fields = hidden + area_field(f"key-{number}", "public_key", words)
    has = "has a key" if account["public_keys"] else "waits for its first key"
    buttons = ("Register", ""), ("Renew", "renew"), ("Revoke all keys", "revoke")
    return _card(
        "Public key", f"The login {has}.", form("/keys", csrf, fields, *buttons)
    )


def _addresses(number: int, account: dict[str, Any], hidden: str, csrf: str) -> str:
    words = "IPv4, separated by blanks"
    known = " ".join(account["remote_ips"])
    fields = hidden + text_field(f"addresses-{number}", "remote_ips", words, known)
    said = "From where the login may come; at RAP and RRS for the whole CP."
    made = form("/addresses", csrf, fields, ("Register addresses", ""))
    return _card("Registered addresses", said, made)


def _encryption(number: int, account: dict[str, Any], hidden: str, csrf: str) -> str:
    """As ECP's web has it: Enable File Encryption, and the password."""
    is_set = account["encryption_password"]
    enabled = "Yes" if account["encryption_enabled"] else "No"
    fields = (
        hidden
        + choice_field(
            f"encryption-{number}",
            "enabled",
            "Enable File Encryption",
            ("No", "Yes"),
            enabled,
        )
        + text_field(f"password-{number}", "password", "Password (empty: as it is)", "")
    )
    said = f"Enabled: {enabled}. Password: {'registered' if is_set else 'none'}."
    return _card(
        "File encryption", said, form("/encryption", csrf, fields, ("Save", ""))
    )


def _card(title: str, said: str, made: str) -> str:
    return f"<section><h3>{title}</h3><p>{escape(said)}</p>{made}</section>"
