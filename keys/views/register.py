"""First registration, step by step; recording that HKEX has done it; or discarding."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from keys.comparison import Comparison
from keys.comparison import compare as compared
from keys.forms import CompareForm, DayForm
from keys.models import SshKey
from keys.platform_rules import rules_of
from keys.refusals import Refusal
from keys.rfc4716 import LIMIT
from keys.selectors.keys import key_file
from keys.selectors.packs import customer_code
from keys.selectors.registrations import pending_registration
from keys.services import ssh_keys
from keys.views.lookups import page_of, with_key
from portal import clock
from portal.approvals.services import CannotRequest
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role

SAID = "The registration waits for an approver."
BACK_SAID = "Taking the record back waits for an approver."
BACK = "The record is taken back. The old key stays in use."
TAKEN = "The registration is recorded. A test login is tried in the next visit."


@guards.member(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
@with_key
def register(request: ActingRequest, key: SshKey) -> HttpResponse:
    if request.method != "POST":
        form = DayForm(initial={"on": clock.today()})
        return _page(request, key, form)
    form = DayForm(request.POST)
    if form.is_valid():
        try:
            said = ssh_keys.record_registration(
                key, form.cleaned_data["on"], request.acting, clock.now()
            )
        except (Refusal, CannotRequest) as refusal:
            form.add_error("on", str(refusal))
        else:
            messages.success(request, TAKEN if said.effective_at else SAID)
            return page_of(key.account)
    return _page(request, key, form, status=422)


@guards.member(Role.ADMIN)
@sensitive_post_parameters()
@require_POST
@with_key
def compare(request: ActingRequest, key: SshKey) -> HttpResponse:
    """Shows a verdict and keeps nothing of what was given."""
    given = CompareForm(request.POST, request.FILES)
    verdict = Comparison("bad", "Nothing was given to compare: paste it, or choose it.")
    if given.is_valid():
        file, text = given.cleaned_data.get("file"), given.cleaned_data["shown"]
        content = file.read(LIMIT + 1) if file else text[: LIMIT + 1].encode()
        verdict = compared(
            *(file.name if file else key_file(key)[0], content),
            key.account.facility.platform,
            key.fingerprint_md5,
            key.fingerprint_sha256,
        )
    form = DayForm(initial={"on": clock.today()})
    status = 200 if verdict.status == "ok" else 422
    return _page(request, key, form, verdict, status)


@guards.member(Role.ADMIN)
@require_POST
@with_key
def take_back(request: ActingRequest, key: SshKey) -> HttpResponse:
    """HKEX has not registered it, whatever was recorded."""
    try:
        asked = ssh_keys.ask_back(key, request.acting, clock.now())
    except (Refusal, CannotRequest) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, BACK_SAID if asked else BACK)
    return page_of(key.account)


@guards.member(Role.ADMIN)
@require_POST
@with_key
def discard(request: ActingRequest, key: SshKey) -> HttpResponse:
    try:
        ssh_keys.discard(key, request.acting, clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The key is discarded. HKEX never had it.")
    return page_of(key.account)


def _page(
    request: ActingRequest,
    key: SshKey,
    form: DayForm,
    verdict: Comparison | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "key": key,
        "account": key.account,
        "facility": key.account.facility,
        "rules": rules_of(key.account.facility.platform),
        "file_name": key_file(key)[0],
        "pack_name": f"{customer_code(key.account)}.zip",
        "form": form,
        "verdict": verdict,
        "waits": pending_registration(key),
        "is_registered": key.registered_on is not None,
        "is_discarded": not key.sealed_private,
    }
    return render(request, "keys/register.html", context, status=status)
