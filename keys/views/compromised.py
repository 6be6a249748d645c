"""Mark a key as compromised: asks first, then it is never used again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from keys.models import Platform, SshKey
from keys.platform_rules import rules_of
from keys.refusals import Refusal
from keys.services import ssh_keys
from keys.views.lookups import page_of, with_key
from portal import clock
from portal.approvals.services import CannotRequest
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role

RENEWING = (
    "The key is marked as compromised and is not used any more. A new one is made and "
    "goes to HKEX in the next visit. The mark goes when the new key has logged in."
)
REGISTER = (
    "The key is marked as compromised and is not used any more. Make a new key, and "
    "register it with HKEX at once."
)


@guards.member(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
@with_key
def compromised(request: ActingRequest, key: SshKey) -> HttpResponse:
    account = key.account
    if request.method == "POST":
        try:
            renewal = ssh_keys.compromised(key, request.acting, clock.now())
        except (Refusal, CannotRequest) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.warning(request, RENEWING if renewal else REGISTER)
        return page_of(account)
    context = {
        "key": key,
        "account": account,
        "renews": account.facility.platform == Platform.ECP,
        "rules": rules_of(account.facility.platform),
    }
    return render(request, "keys/compromised.html", context)
