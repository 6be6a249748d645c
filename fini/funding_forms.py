"""What people send of funding: filters, a selection, a decision."""

import uuid

from django import forms
from django.http import QueryDict

from fini import names
from fini.refusals import Refusal
from fini.selectors.funding.lines import PAGE, Filters
from fini.services.funding.selection import NOTHING, Wanted

BANK = "="  # before a bank's name, which may be empty


class FilterForm(forms.Form):
    """Of the list; what makes no sense filters nothing."""

    environment = forms.CharField(required=False, max_length=10)
    ipo = forms.CharField(required=False, max_length=40)
    bank = forms.CharField(required=False, max_length=81)
    status = forms.CharField(required=False, max_length=10)
    after = forms.CharField(required=False, max_length=40)

    def filters(self) -> Filters:
        self.is_valid()
        told = self.cleaned_data
        bank = told.get("bank", "")
        return Filters(
            bank=bank[1:] if bank.startswith(BANK) else None,
            status=told.get("status", ""),
            after=told.get("after", ""),
        )

    def told(self, name: str) -> str:
        self.is_valid()
        return str(self.cleaned_data.get(name, ""))


class ReasonForm(forms.Form):
    reason = forms.CharField(
        required=False,
        max_length=2000,
        error_messages={
            "max_length": "The reason is longer than 2,000 characters. Nothing was "
            "changed. Say it shorter.",
            "null_characters_not_allowed": "The reason holds a character that cannot "
            "be stored. Nothing was changed. Type it again.",
        },
    )


class ApprovalForm(forms.Form):
    """The total as it was typed; the code has a form of its own."""

    total = forms.CharField(
        max_length=40,
        error_messages={
            "required": "Type the total, to the cent.",
            "max_length": "Type the total alone, to the cent.",
            "null_characters_not_allowed": "Type the total, to the cent.",
        },
    )


def wanted(posted: QueryDict) -> Wanted:
    """The selection of the list's form. Raises Refusal for what no form of ours
    sends."""
    code, _, bank = posted.get("rest", "").partition("|")
    known = ("", names.FUNDING_CONFIRMED, names.FUNDING_REJECTED)
    if code not in known or "\0" in bank:  # which no database is asked about
        raise _unreadable()
    return Wanted(
        confirm=_keys(posted.getlist("confirm")),
        reject=_keys(posted.getlist("reject")),
        rest_of=bank[:80] if code else None,
        rest_code=code or names.FUNDING_CONFIRMED,
    )


def fields_of(posted: QueryDict) -> list[tuple[str, str]]:
    """The same selection as hidden fields of the next page."""
    kept = ("environment", "ipo", "confirm", "reject", "rest")
    return [(name, value) for name in kept for value in posted.getlist(name)]


def _keys(values: list[str]) -> list[uuid.UUID]:
    if len(values) > PAGE:
        raise _unreadable()
    try:
        return [uuid.UUID(value) for value in values]
    except ValueError:
        raise _unreadable() from None


def _unreadable() -> Refusal:
    return Refusal(
        "The selection cannot be read.",
        NOTHING,
        "Load the list again, and select anew.",
    )
