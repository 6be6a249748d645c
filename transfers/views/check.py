"""The rules' answer before a byte of the body is sent, and again on the whole file."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role
from transfers.forms import CheckForm
from transfers.selectors import uploads as selectors
from transfers.views import answers
from transfers.zips import NeedsTail


@guards.member(Role.OPERATOR)
@require_POST
def check(request: ActingRequest) -> HttpResponse:
    form = CheckForm(request.POST, selectors.senders(request.acting), request.FILES)
    try:
        answer = answers.of_check(request.acting, form)
    except NeedsTail as more:
        return HttpResponse(headers={"X-Needs-Tail": str(more.size)})
    response = render(request, "transfers/_check.html", {"answer": answer})
    if answer.may_upload:
        response["X-May-Upload"] = "yes"
    return response
