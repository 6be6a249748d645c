"""The console's page about the gateway, and what its forms ask for."""

from html import escape
from typing import TYPE_CHECKING, Any

from sandbox.gateway.faults import AMOUNTS, CHOICES, KINDS, SCOPE
from sandbox.markup import choice_field, form, page, table, text_field

if TYPE_CHECKING:
    from sandbox.gateway.desk import GatewayDesk

PATH = "/gateway"
_LABELS = {
    "slow": "Slow",
    "status": "Answer with an error status",
    "cut": "Cut the line",
    "answer": "Answer with something else",
    "refuse_tokens": "Refuse tokens",
    "record_errors": "Record errors",
    "skew": "Clock stands off",
}
_HINTS = {
    "path": "only on paths like (empty: all)",
    "times": "times (empty: until lifted)",
    "counts": "the work is done all the same",
    "every": "every how many entries",
    "ref": "only this ownRef or transactionRef (empty: all)",
    "error_code": "error code (empty: SBX199)",
    "bytes": "bytes, if huge (empty: 200 MB)",
    "stage": "when",
}
_FUNDING = {
    "transaction_ref": "transactionRef",
    "company_id": "Company ID",
    "ipo_id": "ipoID",
    "firm_id": "Firm ID",
    "bank": "Bank",
    "currency": "Currency",
    "amount": "Amount",
    "deadline": "Deadline",
    "status": "preFundingStatus",
}


def whole_page(desk: "GatewayDesk", csrf: str) -> str:
    """Profiles, IPOs, funding lists, what was counted, and the switches."""
    if not desk.is_there:
        told = "<p>This sandbox was made without one: run its <code>init</code>.</p>"
        return page("FINI API Gateway", told)
    view = desk.view()
    sections = (
        f"<p>{escape(view['url'])}, certified by <code>{escape(view['ca'])}</code> of"
        " the state folder.</p>",
        _companies(view["companies"]),
        _ipos(view["ipos"], csrf),
        _fundings(view["fundings"]),
        _counters(view["counters"], csrf),
        _limits(view["counters"]["limits"], csrf),
        _switches(view["faults"], csrf),
    )
    return page("FINI API Gateway", "".join(sections))


def change(desk: "GatewayDesk", path: str, fields: dict[str, str]) -> bool:
    """What a form asks for; whether `path` is one of those here."""
    if not path.startswith(f"{PATH}/"):
        return False
    wish = path.removeprefix(f"{PATH}/")
    kind = wish.removeprefix("faults/")
    if wish == "faults":
        desk.gateway.faults.reset()
    elif kind in KINDS and wish != kind:
        desk.merge_faults({kind: None if "off" in fields else _parameters(fields)})
    elif wish == "status":
        desk.set_status({name: fields.get(name, "") for name in ("ipo_id", "status")})
    elif wish == "limits":
        desk.set_limits({name: int(fields[name]) for name in fields})
    elif wish == "key":
        desk.replace_key()
    elif wish == "counters":
        desk.forget()
    else:
        return False
    return True


def _companies(companies: list[dict[str, Any]]) -> str:
    rows = (
        (
            one["company_id"],
            one["agent_issuer"],
            ", ".join(one["agent_kids"]),
            "; ".join(f"{u}: {', '.join(kids)}" for u, kids in one["machines"].items()),
            ", ".join(one["entitlements"]),
            ", ".join(one["firm_ids"]),
        )
        for one in companies
    )
    head = ("Company ID", "Agent issuer", "Agent's keys", "Machines and their keys")
    return table("Companies", (*head, "Entitlements", "Firm IDs"), rows)


def _ipos(ipos: list[dict[str, Any]], csrf: str) -> str:
    names = ("ipo_id", "stk_code", "isin", "status", "records")
    rows = ([one[name] for name in names] for one in ipos)
    shown = table("IPOs", ("ipoID", "Stock code", "ISIN", "Status", "Records"), rows)
    fields = choice_field("ipo", "ipo_id", "IPO", [one["ipo_id"] for one in ipos])
    fields += text_field("ipo-status", "status", "Status, two digits")
    return shown + form(f"{PATH}/status", csrf, fields, ("Move the IPO", ""))


def _fundings(fundings: list[dict[str, Any]]) -> str:
    rows = ([one[name] for name in _FUNDING] for one in fundings)
    return table("Funding lists", _FUNDING.values(), rows)


def _counters(counted: dict[str, Any], csrf: str) -> str:
    rows = (
        (path, sum(calls.values()), _told(calls))
        for path, calls in counted["calls"].items()
    )
    most = counted["most_a_minute"]
    told = (
        f"Tokens issued: {counted['tokens_issued']}; expired ones sent:"
        f" {counted['expired_tokens']}; calls refused with 429: {counted['throttled']}."
        f" Most calls in a minute: {_told(most['companies']) or 'none'}"
        f" ({_told(most['machines']) or 'no machine'})."
    )
    again = form(f"{PATH}/counters", csrf, "", ("Count anew", ""))
    shown = table("Calls", ("Path", "Calls", "By status"), rows)
    return f"{shown}<p>{escape(told)}</p>{again}"


def _limits(limits: dict[str, int], csrf: str) -> str:
    fields = "".join(
        text_field(
            f"limit-{name}", name, f"Calls a minute of a {name} (0: no limit)", value
        )
        for name, value in limits.items()
    )
    key = form(f"{PATH}/key", csrf, "", ("Replace the gateway's RSA key", ""))
    limit = form(f"{PATH}/limits", csrf, fields, ("Set limits", ""))
    return f"<h2>Limits and key</h2>{limit}{key}"


def _switches(on: dict[str, Any], csrf: str) -> str:
    forms = "".join(_switch(kind, on.get(kind), csrf) for kind in KINDS)
    everything = form(f"{PATH}/faults", csrf, "", ("All switches off", ""))
    return f"<h2>Switches</h2>{everything}<div class='switches'>{forms}</div>"


def _switch(kind: str, now: dict[str, Any] | None, csrf: str) -> str:
    main, others = KINDS[kind]
    names = [name for name in (main, *others, *SCOPE) if name != "on"]
    fields = "".join(_field(kind, name, (now or {}).get(name, "")) for name in names)
    standing = f"<strong>On</strong> {escape(_told(now))}" if now else "Off"
    return (
        f"<section><h3>{_LABELS[kind]}</h3><p>{standing}</p>"
        + form(f"{PATH}/faults/{kind}", csrf, fields, ("Switch on", ""), ("Off", "off"))
        + "</section>"
    )


def _field(kind: str, name: str, value: Any) -> str:
    number = f"{kind}-{name}"
    words = _HINTS.get(name, name.replace("_", " "))
    choices = CHOICES.get((kind, name))
    if name == "counts":
        choices = ("true", "false") if kind == "answer" else ("false", "true")
    if choices is None:
        return text_field(number, name, words, value)
    return choice_field(number, name, words, choices, value)


def _told(shown: dict[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {shown[name]}" for name in shown)


def _parameters(fields: dict[str, str]) -> dict[str, Any]:
    """A form's text as JSON would have it; an empty field is not given."""
    given = {name: text.strip() for name, text in fields.items() if text.strip()}
    return {name: _value(name, text) for name, text in given.items()}


def _value(name: str, text: str) -> Any:
    if name == "counts":
        return text == "true"
    if name not in AMOUNTS:
        return text
    return float(text) if "." in text else int(text)
