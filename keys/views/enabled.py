"""Enable an account, or disable it: asks first, with what then stops."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from keys.models import SftpAccount
from keys.refusals import Refusal
from keys.services import switches
from keys.site_forms import SwitchForm
from keys.views.lookups import page_of, with_account
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role


@guards.member(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
@with_account
def enabled(request: ActingRequest, account: SftpAccount) -> HttpResponse:
    if request.method != "POST":
        return _answer(request, account, SwitchForm(), 200)
    form = SwitchForm(request.POST)
    if not form.is_valid():
        return _answer(request, account, form, 422)
    wanted = form.cleaned_data["wanted"]
    try:
        switches.set_enabled(account, wanted, request.acting)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        words = "enabled. It is visited now." if wanted else "disabled."
        messages.success(request, f"{account.login_id} is {words}")
    return page_of(account)


def _answer(
    request: ActingRequest, account: SftpAccount, form: SwitchForm, status: int
) -> HttpResponse:
    context = {"account": account, "form": form}
    return render(request, "keys/enabled.html", context, status=status)
