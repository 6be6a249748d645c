"""The Remote IP addresses of an account: the whole set, as HKEX has it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from keys.forms import AddressesForm
from keys.models import RemoteIp, SftpAccount, Subnet
from keys.platform_rules import rules_of
from keys.refusals import Refusal
from keys.services import addresses as services
from keys.views.lookups import page_of, with_account
from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role


@guards.member(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
@with_account
def addresses(request: ActingRequest, account: SftpAccount) -> HttpResponse:
    rules = rules_of(account.facility.platform)
    posted, most = request.method == "POST", rules.addresses[-1]
    form = (
        AddressesForm(most, request.POST)
        if posted
        else AddressesForm(most, initial=_now(account))
    )
    if posted and form.is_valid():
        try:
            services.set_remote_ips(
                account,
                form.texts,
                form.cleaned_data["on"],
                request.acting,
                clock.now(),
            )
        except Refusal as refusal:
            form.tell(refusal.sentences)
        else:
            messages.success(request, "The addresses are recorded.")
            return page_of(account)
    subnets = Subnet.objects.filter(participant=account.participant)
    context = {
        "account": account,
        "form": form,
        "rules": rules,
        "subnets": subnets.order_by("circuit", "network"),
    }
    status = 422 if posted else 200
    return render(request, "keys/addresses.html", context, status=status)


def _now(account: SftpAccount) -> dict[str, object]:
    rows = RemoteIp.objects.filter(account=account, removed_on=None)
    found = rows.order_by("registered_on", "address").values_list("address", flat=True)
    numbered = {f"address_{n}": address for n, address in enumerate(found, 1)}
    return {"on": clock.today(), **numbered}
