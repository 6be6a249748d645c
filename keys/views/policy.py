"""Whether and when an account's key is renewed by itself."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from keys.forms import PolicyForm
from keys.models import SftpAccount
from keys.refusals import Refusal
from keys.services import accounts
from keys.views.lookups import page_of, with_account
from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role


@guards.member(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
@with_account
def policy(request: ActingRequest, account: SftpAccount) -> HttpResponse:
    posted = request.method == "POST"
    form = PolicyForm(request.POST) if posted else PolicyForm(initial=_now(account))
    if posted and form.is_valid():
        try:
            accounts.set_policy(
                account, acting=request.acting, now=clock.now(), **form.cleaned_data
            )
        except Refusal as refusal:
            form.add_error("days_before", str(refusal))
        else:
            messages.success(request, "The renewal policy is saved.")
            return page_of(account)
    context = {"account": account, "form": form}
    return render(request, "keys/policy.html", context, status=422 if posted else 200)


def _now(account: SftpAccount) -> dict[str, object]:
    row = getattr(account, "renewal_policy", None)
    if row is None:
        return {"is_enabled": False, "days_before": 30, "approval_required": False}
    return {
        "is_enabled": row.is_enabled,
        "days_before": row.days_before,
        "approval_required": row.approval_required,
    }
