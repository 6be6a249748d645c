"""One account: keys and their ends, its renewal live, addresses, password, policy."""

import uuid
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from keys.approvals import REGISTRATION_BACK
from keys.charts import Chart, Life, chart
from keys.models import (
    KeyRenewal,
    KeyResult,
    Login,
    LoginOutcome,
    Platform,
    SftpAccount,
)
from keys.platform_rules import rules_of
from keys.renewal_states import TO_PROVE, RenewalStatus
from keys.selectors import accounts as selectors
from keys.selectors import hours, passwords
from keys.selectors.accounts import AccountPage
from keys.selectors.passwords import EncryptionView
from keys.selectors.registrations import pending_approvals
from keys.selectors.wings import has_sftp
from keys.views.glances import REPLACED, Glance, of_account, of_key
from keys.views.renewal_steps import Step, is_open, steps, words
from portal import clock
from portal.approvals import selectors as approvals
from portal.approvals.models import Approval
from portal.people import guards
from portal.people.guards import Acting, ActingRequest
from portal.people.models import Role

SHOWN = 2_000  # characters of an answer of HKEX
_LOGINS = {
    LoginOutcome.TRYING: ("run", "Sending"),
    LoginOutcome.LET_IN: ("ok", "Successful"),
    LoginOutcome.REFUSED: ("bad", "Failed: refused"),
    LoginOutcome.NOT_REACHED: ("bad", "Not reachable"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class ShownRenewal:
    row: KeyRenewal
    status: str
    word: str
    steps: list[Step]
    results: list[Answer]
    can_try: bool
    can_withdraw: bool


@dataclass(frozen=True, slots=True)
class ShownLogin:
    row: Login
    status: str
    word: str


@dataclass(frozen=True, slots=True)
class Asked:
    approval: Approval
    can_decide: bool
    is_first: bool


@guards.member()
@require_safe
def account(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    acting = request.acting
    page = found(acting, pk)
    rows = selectors.accounts_of(acting.participant, clock.today())
    tabs = [(row, of_account(row)) for row in rows]
    context = {**shown(acting, page), "tabs": tabs}
    return render(request, "keys/account.html", context)


@guards.member()
@require_safe
def state(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    """The part of the page that changes by itself."""
    page = found(request.acting, pk)
    return render(request, "keys/_state.html", shown(request.acting, page))


def found(acting: Acting, pk: uuid.UUID) -> AccountPage:
    """Raises Http404 for another participant's."""
    try:
        return selectors.account_page(acting.participant, pk, clock.today())
    except SftpAccount.DoesNotExist:
        raise Http404 from None


def shown(acting: Acting, page: AccountPage) -> dict[str, object]:
    renewal = page.renewal or page.last_renewal
    asked = _asked(acting, page)
    offered = has_sftp(page.account)
    can_manage = Role.ADMIN in acting.roles and offered
    drawn = _renewal(renewal) if renewal else None
    rules = rules_of(page.account.facility.platform)
    most = rules.addresses[-1]
    return {
        "page": page,
        "rules": rules,
        "chart": _chart(page),
        "current_glance": _current_glance(page),
        "renewed_glance": of_key(page.renewed) if page.renewed else None,
        "approvals": asked,
        "is_asked_back": any(one.approval.kind == REGISTRATION_BACK for one in asked),
        "renewal": drawn,
        "is_renewing": page.renewal is not None,
        "has_sftp": offered,
        "can_manage": can_manage,
        "primary": _primary(page, drawn, asked) if can_manage else "",
        "most": most,
        "addresses": [*page.addresses, *[None] * (most - len(page.addresses))],
        "differences": _differences(page),
        "view": _encryption(page),
        "login": _login(page),
        **_hours(page),
    }


def _hours(page: AccountPage) -> dict[str, str]:
    """Why nothing is fetched just now, or why only what is to be tried waits."""
    now = clock.now()
    if closed := hours.closed_because(page.account, now):
        return {"closed": closed}
    if page.renewal is None and page.account.test_asked_at is None:
        return {}
    return {"waits": hours.keys_wait_because(page.account, now)}


def _encryption(page: AccountPage) -> EncryptionView | None:
    """Only ECP takes mapping files."""
    account = page.account
    if account.facility.platform != Platform.ECP:
        return None
    return passwords.encryption(
        account.participant, account.facility.environment, clock.today()
    )


def _current_glance(page: AccountPage) -> Glance | None:
    """As the list of what expires says it."""
    line, after = page.current, page.renewed
    if line is None:
        return None
    if (
        after
        and after.key.proved_at
        and not (after.is_compromised or line.is_compromised)
    ):
        return REPLACED
    return of_key(line)


def _chart(page: AccountPage) -> Chart | None:
    named = (("Current key", page.current), ("Renewed key", page.renewed))
    lives = [
        Life(name, line.created_on, line.expires_on)
        for name, line in named
        if line and not line.is_compromised
    ]
    return chart(lives, clock.today())


def _asked(acting: Acting, page: AccountPage) -> list[Asked]:
    said = [page.said.key] if page.said else []
    pending = pending_approvals([*page.waiting, *said], page.renewal)
    decidable = [approvals.can_decide(one, acting) for one in pending]
    first = decidable.index(True) if True in decidable else -1
    return [
        Asked(one, may, n == first)
        for n, (one, may) in enumerate(zip(pending, decidable, strict=True))
    ]


def _renewal(row: KeyRenewal) -> ShownRenewal:
    results = KeyResult.objects.filter(renewal=row).order_by("seen_at")
    status, word = words(row)
    return ShownRenewal(
        row,
        status,
        word,
        steps(row, clock.today()),
        [Answer(one.name, _text(bytes(one.content))) for one in results],
        can_try=row.status in TO_PROVE,
        can_withdraw=row.status in (RenewalStatus.DRAFTED, RenewalStatus.QUEUED),
    )


def _text(content: bytes) -> str:
    return content[:SHOWN].decode("utf-8", "replace")


def _primary(
    page: AccountPage, renewal: ShownRenewal | None, asked: list[Asked]
) -> str:
    """The one button that is the page's first: what is next for this account."""
    if any(one.is_first for one in asked):
        return "approve"
    if renewal and renewal.can_try:
        return "try"
    if page.waiting:
        return "register"
    if page.current is None:
        return "make"
    under_way = page.renewal is not None and is_open(page.renewal)
    renews = page.self_service and page.account.is_enabled and not under_way
    return "renew" if renews else ""


def _differences(page: AccountPage) -> list[dict[str, str]]:
    return list(page.warning.differences) if page.warning else []


def _login(page: AccountPage) -> ShownLogin | None:
    row = page.last_login
    if row is None:
        return None
    return ShownLogin(row, *_LOGINS[LoginOutcome(row.outcome)])
