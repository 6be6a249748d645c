"""Make a key in the portal: its private half never leaves the store."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from keys.forms import MakeForm
from keys.models import SftpAccount
from keys.platform_rules import rules_of
from keys.refusals import Refusal
from keys.services import ssh_keys
from keys.views.lookups import with_account
from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role

MADE = "The key is made. Register it with HKEX as below."


@guards.member(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
@with_account
def make(request: ActingRequest, account: SftpAccount) -> HttpResponse:
    posted = request.method == "POST"
    form = MakeForm(account, request.POST if posted else None)
    if posted and form.is_valid():
        bits: int = form.cleaned_data["bits"]
        try:
            key = ssh_keys.make_key(
                account, clock.now(), bits=bits, by=request.acting.user
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, MADE)
            return redirect("keys_register", account.participant.code, key.pk)
    rules = rules_of(account.facility.platform)
    context = {"account": account, "form": form, "rules": rules}
    status = 422 if posted else 200
    return render(request, "keys/make.html", context, status=status)
