"""{% load fetching %}: how fetching stands for an account, on pages of other rooms."""

from typing import Any

from django import template

from keys.models import SftpAccount
from portal import clock
from portal.people.models import Role
from transfers.selectors.fetching import state_of

register = template.Library()


@register.inclusion_tag("transfers/fetching/_card.html", takes_context=True)
def fetching_card(context: dict[str, Any], account: SftpAccount) -> dict[str, Any]:
    """{% fetching_card account %}: state, why nothing is fetched now, visit now."""
    request = context["request"]
    return {
        "request": request,
        "account": account,
        "state": state_of(account, clock.now()),
        "may_ask": bool(request.acting.roles & {Role.OPERATOR, Role.ADMIN}),
        "csrf_token": context.get("csrf_token"),
    }
