"""The console's HTML: plain, without scripts, every value escaped."""

from html import escape
from typing import Any

from sandbox import registrypages
from sandbox.faults import CHOICES, KINDS
from sandbox.journal import Reception
from sandbox.markup import Html, choice_field, form, moment, page, table, text_field

_LABELS = {
    "site_down": "Site down",
    "refuse_login": "Refuse logins",
    "refuse_open": "Refuse OPEN",
    "slow": "Slow uploads",
    "cut_after_bytes": "Cut after bytes",
    "stall_after_bytes": "Stall after bytes",
    "partial_counts": "A cut upload counts as received",
    "fail_write": "Fail the n-th WRITE",
    "fail_close": "Fail CLOSE",
    "cut_after_close": "Cut before CLOSE is answered",
    "result": "Result",
    "result_bytes": "Result with these bytes",
    "key_result": "Result of a key upload",
    "standby": "Secondary sites wait until the primary fails",
    "sha1_only": "RRS: SHA-1 signatures only",
    "service_hours": "Keep the service hours of RAP and RRS",
    "deny_read": "Deny a file",
    "vanish_on_open": "A file vanishes before OPEN",
    "vanish_while_read": "A file vanishes after bytes",
    "grow_while_read": "A file grows while read",
    "stall_read_after_bytes": "Stall a download after bytes",
    "cut_read_after_bytes": "Cut a download after bytes",
    "kick_while_reading": "Another login takes over after bytes",
    "fail_read": "Fail the n-th READ",
    "short_reads": "READs give at most so many bytes",
    "slow_reads": "Slow downloads",
    "listing": "Listing with garbage",
}
_HINTS = {
    "times": "times (empty: until switched off)",
    "login": "only for login (empty: all)",
    "host": "only on host (empty: all)",
    "n": "which one of a file",
    "name": "only files named (pattern, empty: all)",
    "counts": "the file counts as received",
    "second": "second result, if double",
    "platform": "only this platform (empty: all)",
}
_SHOWN = 50


def signed_out() -> str:
    """For a browser without the cookie."""
    return page(
        "Not signed in",
        "<p>Open the console with the address that <code>python -m sandbox init"
        "</code> prints: it carries the token.</p>",
    )


def overview(
    state: dict[str, Any],
    receptions: list[Reception],
    mails: list[dict[str, Any]],
    distributed: str,
    csrf: str,
) -> str:
    """Hosts, accounts, what came in and what goes out, mails and switches.

    `distributed` is that part of the page, made by `distributionpages`.
    """
    latest = receptions[: -_SHOWN - 1 : -1]
    sections = (
        f"<p>Environment {escape(state['environment'])}."
        ' <a href="/gateway">FINI API Gateway</a></p>',
        registrypages.clock(state, csrf),
        _hosts(state["hosts"]),
        registrypages.host_keys(state["hosts"], csrf),
        _accounts(state["accounts"], state["sessions"]),
        registrypages.accounts(state["accounts"], csrf),
        _receptions(latest, len(receptions)),
        distributed,
        _mails(mails, csrf),
        _switches(state["faults"], csrf),
    )
    return page("The exchange in a box", "".join(sections))


def mail(shown: dict[str, Any]) -> str:
    """One mail; its HTML is shown as text, never rendered."""
    rows = [(name.capitalize(), shown[name]) for name in ("from", "to", "received_at")]
    body = table("Envelope", ("Field", "Value"), rows)
    for name, title in (("text", "Text"), ("html", "HTML source")):
        if shown[name]:
            body += f"<h2>{title}</h2><pre tabindex='0'>{escape(shown[name])}</pre>"
    return page(shown["subject"] or "(no subject)", body)


def _hosts(hosts: list[dict[str, Any]]) -> str:
    rows = (
        (
            h["platform"],
            h["name"],
            h["site"],
            f"{h['address']}:{h['port']}",
            "listening" if h["listening"] else "down",
        )
        for h in hosts
    )
    return table("Hosts", ("Platform", "Name", "Site", "Address", "State"), rows)


def _accounts(accounts: list[dict[str, Any]], sessions: list[str]) -> str:
    rows = (
        (
            a["platform"],
            a["login"],
            a["participant"],
            ", ".join(f"{kind} {code}" for kind, code in a["identities"]),
            ", ".join(a["file_ids"] if a["platform"] == "ECP" else a["subscriptions"]),
            ", ".join(a["remote_ips"]),
            *(_slot(a["slots"][slot]) for slot in ("current", "renewed")),
            "yes" if a["consent"] else "no",
            "yes" if a["login"] in sessions else "no",
        )
        for a in accounts
    )
    head = ("Platform", "Login", "Participant", "Identities", "Entitled to")
    keys = ("Remote IPs", "Current key", "Renewed key", "Consent", "Logged in")
    return table("Accounts", (*head, *keys), rows)


def _slot(key: dict[str, str] | None) -> str:
    if key is None:
        return "none"
    return f"{key['created_on']} to before {key['expires_on']}, {key['fingerprint']}"


def _receptions(latest: list[Reception], total: int) -> str:
    rows = (
        (
            moment(r.received_at),
            r.login,
            r.path,
            r.size,
            r.sha256,
            " ".join(filter(None, (r.outcome, r.code, r.reason))),
        )
        for r in latest
    )
    head = ("Received", "Login", "Path", "Bytes", "SHA-256", "Outcome")
    return table(f"Receptions (latest of {total})", head, rows)


def _mails(mails: list[dict[str, Any]], csrf: str) -> str:
    rows = (
        (
            moment(m["received_at"]),
            m["to"],
            Html(
                f'<a href="/mails/{m["id"]}">'
                f"{escape(m['subject'] or '(no subject)')}</a>"
            ),
        )
        for m in mails[: -_SHOWN - 1 : -1]
    )
    shown = table("Mails", ("Received", "To", "Subject"), rows)
    return shown + form("/mails", csrf, "", ("Throw all mails away", ""))


def _switches(on: dict[str, Any], csrf: str) -> str:
    forms = "".join(_switch(kind, on.get(kind), csrf) for kind in KINDS)
    everything = form("/faults", csrf, "", ("All switches off", ""))
    return f"<h2>Switches</h2>{everything}<div class='switches'>{forms}</div>"


def _switch(kind: str, now: dict[str, Any] | None, csrf: str) -> str:
    main, others = KINDS[kind]
    names = [name for name in (main, *others, "times", "login", "host") if name != "on"]
    fields = "".join(_field(kind, name, (now or {}).get(name, "")) for name in names)
    standing = f"<strong>On</strong> {_standing(now)}" if now else "Off"
    return (
        f"<section><h3>{_LABELS[kind]}</h3><p>{standing}</p>"
        + form(f"/faults/{kind}", csrf, fields, ("Switch on", ""), ("Off", "off"))
        + "</section>"
    )


def _standing(now: dict[str, Any]) -> str:
    told = (f"{name.replace('_', ' ')} {now[name]}" for name in now if name != "on")
    return escape(", ".join(told))


def _field(kind: str, name: str, value: Any) -> str:
    number = f"{kind}-{name}"
    choices = _choices(kind, name)
    words = _HINTS.get(name, name.replace("_", " "))
    if choices is None:
        return text_field(number, name, words, value)
    return choice_field(number, name, words, choices, value)


def _choices(kind: str, name: str) -> tuple[str, ...] | None:
    """What a field is chosen from, the usual first; None for free text."""
    if name == "counts":
        return ("true", "false") if kind == "key_result" else ("false", "true")
    if name == "platform":
        return "", *CHOICES[kind, name]
    return CHOICES.get((kind, name))
