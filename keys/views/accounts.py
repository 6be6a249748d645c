"""All accounts of the participant, with the state of each at a glance."""

import datetime as dt
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from keys.selectors import accounts as selectors
from keys.selectors.accounts import AccountRow
from keys.selectors.wings import wings_identities
from keys.views.glances import Glance, of_account
from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role


@dataclass(frozen=True, slots=True)
class Line:
    row: AccountRow
    glance: Glance

    @property
    def last_day(self) -> dt.date | None:
        return self.row.expires_on and self.row.expires_on - dt.timedelta(1)


@guards.member()
@require_safe
def accounts(request: ActingRequest) -> HttpResponse:
    participant, today = request.acting.participant, clock.today()
    context = {
        "lines": [
            Line(row, of_account(row))
            for row in selectors.accounts_of(participant, today)
        ],
        "can_manage": Role.ADMIN in request.acting.roles,
        "wings": wings_identities(participant),
    }
    part = "X-Partial" in request.headers  # an open page asks for the list alone
    template = "_accounts.html" if part else "accounts.html"
    return render(request, f"keys/{template}", context)
