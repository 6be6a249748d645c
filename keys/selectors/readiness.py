"""The checklist of an account: what is there, what is missing, what to do about it."""

import datetime as dt
from dataclasses import dataclass

from keys.addresses import is_loopback, set_faults
from keys.models import (
    Consent,
    Login,
    LoginOutcome,
    Platform,
    PreFlight,
    ReadinessMark,
    SftpAccount,
)
from keys.platform_rules import rules_of
from keys.readiness import MARKED, business_functions, circuits
from keys.selectors.addresses import registered_for
from keys.selectors.keys import confirmed_hosts
from keys.selectors.timelines import timeline_of
from portal import clock
from portal.alerts.models import Alert
from portal.pages.words import hk_when

_FAILED: dict[str, str] = {
    LoginOutcome.REFUSED: (
        "HKEX refused the login at {}. Check with HKEX that the key and the addresses "
        "are registered, then ask for a test login again."
    ),
    LoginOutcome.NOT_REACHED: (
        "The host was not reached at {}. Check the circuit and the hosts, then ask "
        "for a test login again."
    ),
}
SOURCE = "source-address"  # the alert of a worker at another address


@dataclass(frozen=True)
class Line:
    """`can_mark`: a person says so (`services.accounts.mark` with `item`)."""

    item: str
    label: str
    is_green: bool
    what_to_do: str
    can_mark: bool = False


def checklist(account: SftpAccount, today: dt.date) -> list[Line]:
    """Of ECP-73 and ECP-76, in the order in which one gets them; constant queries."""
    marked = set(
        ReadinessMark.objects.filter(account=account).values_list("item", flat=True)
    )
    registered = registered_for(account)
    last = Login.objects.filter(account=account).order_by("-at").first()
    return [
        *_marks(account, marked),
        _addresses(account, registered),
        _source(account, registered, last),
        _key(account, today),
        _host_keys(account),
        _algorithms(account),
        *_consent(account),
        _test_login(last),
    ]


def is_ready(account: SftpAccount, today: dt.date) -> bool:
    return all(line.is_green for line in checklist(account, today))


def _marks(account: SftpAccount, marked: set[str]) -> list[Line]:
    participant, facility = account.participant, account.facility
    words = " or ".join(circuits(facility.environment, is_ep=participant.is_ep))
    todo = {
        "circuit": f"Order {words} and mark it when it is up.",
        "login": f"Get the {facility.login_is or 'login ID'} with the SFTP right.",
    }
    items = ["circuit", "login"]
    if facility.platform == Platform.ECP:
        items += business_functions(
            is_ep=participant.is_ep, uses_wings=participant.uses_wings
        )
    return [
        Line(
            item,
            MARKED[item],
            item in marked,
            todo.get(item, f"Ask your delegated administrator for {item}."),
            can_mark=True,
        )
        for item in items
    ]


def _addresses(account: SftpAccount, registered: set[str]) -> Line:
    told = "Register the addresses you connect from with HKEX, and record them here."
    faults = set_faults(registered, account.facility.platform) if registered else []
    return Line(
        "addresses",
        "Addresses registered",
        bool(registered) and not faults,
        " ".join([*faults, "Correct what is recorded here."]) if faults else told,
    )


def _source(account: SftpAccount, registered: set[str], last: Login | None) -> Line:
    """The web process cannot know from where the worker connects: it is what was set
    here, or what the worker's last visit found (`notices.wrong_source`)."""
    todo = _source_fault(account, registered, last)
    return Line("source", "Portal connects from such an address", not todo, todo)


def _source_fault(
    account: SftpAccount, registered: set[str], last: Login | None
) -> str:
    source = account.source_address
    if not registered:
        if _is_here(account):
            return (
                "No address is recorded. The exchange on this machine needs none; for "
                "HKEX itself, record the addresses."
            )
        return (
            "No address is recorded, so nothing can be checked, and no login is made "
            "at HKEX. Record the addresses."
        )
    if source:
        return "" if source in registered else f"{source} is not registered."
    if Alert.objects.filter(
        kind=SOURCE, key=str(account.pk), resolved_at=None
    ).exists():
        return (
            "The last visit would have come from an address that is not registered. "
            "Register it, or set the source address below."
        )
    if last is None:
        return "The first visit checks it: ask for a test login."
    return ""


def _is_here(account: SftpAccount) -> bool:
    """All hosts are on this machine, as those of the sandbox."""
    hosts = account.facility.hosts.values_list("address", flat=True)
    found = list(hosts)
    return bool(found) and all(is_loopback(address) for address in found)


def _key(account: SftpAccount, today: dt.date) -> Line:
    where = rules_of(account.facility.platform).registers_at
    return Line(
        "key",
        "Key registered",
        bool(timeline_of(account).usable(today)),
        f"Make a key here, register it {where}, and record it.",
    )


def _host_keys(account: SftpAccount) -> Line:
    return Line(
        "host_keys",
        "Host key confirmed",
        bool(confirmed_hosts(account.facility)),
        "A site administrator proposes the host key, and a second one confirms it.",
    )


def _algorithms(account: SftpAccount) -> Line:
    last = (
        PreFlight.objects.filter(host__facility=account.facility_id)
        .order_by("-at")
        .first()
    )
    shared = last is not None and not last.missing and bool(last.shared.get("kex"))
    told = last.missing if last and last.missing else ""
    return Line(
        "algorithms",
        "Algorithms shared",
        shared,
        told or "Ask a site administrator for a pre-flight.",
    )


def _consent(account: SftpAccount) -> list[Line]:
    if account.facility.platform != Platform.ECP:
        return []
    return [
        Line(
            "consent",
            "Client consent declared",
            Consent.objects.filter(participant=account.participant_id).exists(),
            "Declare it on ECP’s web, and let an administrator record it here.",
        )
    ]


def _test_login(last: Login | None) -> Line:
    let_in = last is not None and last.outcome == LoginOutcome.LET_IN
    return Line("test_login", "Login works", let_in, _why_no_login(last))


def _why_no_login(last: Login | None) -> str:
    told = _FAILED.get(last.outcome) if last else None
    if last is None or told is None:
        return "Ask for a test login on this page."
    return told.format(hk_when(last.at, clock.today()))
