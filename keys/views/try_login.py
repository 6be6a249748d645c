"""Ask for a login that only shows whether it works: a worker makes it, in a visit."""

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from keys.models import SftpAccount
from keys.refusals import Refusal
from keys.services import accounts
from keys.views.lookups import page_of, with_account
from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role

ASKED = "A login is tried in the next visit. What came of it shows below."


@guards.member(Role.ADMIN)
@require_POST
@with_account
def try_login(request: ActingRequest, account: SftpAccount) -> HttpResponse:
    try:
        accounts.ask_test_login(account, request.acting, clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.info(request, ASKED)
    return page_of(account)
