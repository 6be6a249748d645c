"""Bring a key that was made elsewhere; it is sealed at once and never shown again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from keys.forms import BringForm
from keys.models import SftpAccount
from keys.platform_rules import rules_of
from keys.refusals import Refusal
from keys.services import ssh_keys
from keys.views.lookups import with_account
from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role

BROUGHT = (
    "The key is in the store. Destroy every other copy of its private half. Register "
    "it with HKEX as below."
)


@guards.member(Role.ADMIN)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@with_account
def bring(request: ActingRequest, account: SftpAccount) -> HttpResponse:
    posted = request.method == "POST"
    form = BringForm(request.POST, request.FILES) if posted else BringForm()
    if posted and form.is_valid():
        try:
            key = ssh_keys.bring_key(
                account,
                form.content,
                form.cleaned_data["passphrase"],
                clock.now(),
                by=request.acting.user,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, BROUGHT)
            return redirect("keys_register", account.participant.code, key.pk)
    context = {
        "account": account,
        "rules": rules_of(account.facility.platform),
        # Of the form only its errors reach the page: it has the key in it.
        "errors": [str(e) for errors in form.errors.values() for e in errors],
    }
    return render(request, "keys/bring.html", context, status=422 if posted else 200)
