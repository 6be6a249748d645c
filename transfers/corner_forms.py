"""The filters of the Download Corner, and which files a person wants as one zip."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.http import QueryDict

from keys.models import Platform
from portal.exchange.hktime import HONG_KONG
from portal.form_days import check_reach
from portal.people.models import Identity, Participant
from transfers.selectors.corner_filters import PURGED, Wanted

SIZES = (10, 50)
MOST_WORDS = 8
NAMES = ("subject", "platform", "identity", "state", "from", "to", "q")
STATES = [
    ("", "Any"),
    ("kept", "Kept"),
    ("fetching", "Being fetched"),
    ("seen", "Queued"),
    ("vanished", "Vanished"),
    (PURGED, "Purged"),
]
NO_CHOICE = (
    "What stands in {} is none of the list. Nothing was searched. "
    "Choose one of the list, or all."
)
NO_DAY = (
    "What stands in {} is no day that exists. Nothing was searched. "
    "Write it as 2024-03-01."
)
NO_WORD = (
    "The search holds a letter that no name can hold. Nothing was searched. "
    "Type a part of the name, such as HBCNMPRP."
)
NO_KEY = (
    "The address of this page of the list is damaged. Nothing was searched. "
    "Search again, and go on from the first page."
)


class CornerForm(forms.Form):
    """subject, platform, identity, state, from, to, q; size; older or newer."""

    subject = forms.CharField(required=False, max_length=80)
    platform = forms.ChoiceField(
        required=False,
        choices=[("", "All platforms"), *Platform.choices],
        error_messages={"invalid_choice": NO_CHOICE.format("Platform")},
    )
    identity = forms.ChoiceField(
        required=False,
        error_messages={"invalid_choice": NO_CHOICE.format("Identity")},
    )
    state = forms.ChoiceField(
        required=False,
        choices=STATES,
        error_messages={"invalid_choice": NO_CHOICE.format("In our store")},
    )
    q = forms.CharField(
        required=False,
        max_length=200,
        error_messages={"null_characters_not_allowed": NO_WORD},
    )
    size = forms.TypedChoiceField(
        required=False,
        coerce=int,
        choices=[(size, f"{size} a page") for size in SIZES],
        error_messages={"invalid_choice": NO_CHOICE.format("Files a page")},
    )
    older, newer, seen = (
        forms.IntegerField(
            required=False,
            min_value=0,
            max_value=2**63 - 1,
            error_messages={
                name: NO_KEY for name in ("invalid", "min_value", "max_value")
            },
        )
        for _ in range(3)
    )

    def __init__(self, data: QueryDict, participant: Participant) -> None:
        super().__init__(data)
        self.participant = participant
        self.identities: list[Identity] = list(
            participant.identities.order_by("kind", "code")
        )
        field = self.fields["identity"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (for the type only)
        field.choices = [
            ("", "All identities"),
            *((str(one.pk), str(one)) for one in self.identities),
        ]
        # "from" is a word of Python's, so it can not be a class attribute.
        for name in ("from", "to"):
            self.fields[name] = forms.DateField(
                required=False,
                input_formats=["%Y-%m-%d"],
                error_messages={"invalid": NO_DAY.format(f"Received {name}")},
                validators=[check_reach],
            )

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if since and until and since > until:
            self.add_error(
                "from",
                "Received from is later than Received to. No file can lie between "
                "them. Set Received from to the earlier day.",
            )
        return self.cleaned_data

    def wanted(self) -> Wanted:
        """Of a valid form."""
        given = self.cleaned_data
        until = given["to"] and given["to"] + dt.timedelta(days=1)
        return Wanted(
            self.participant.pk,
            given["subject"],
            given["platform"],
            uuid.UUID(given["identity"]) if given["identity"] else None,
            given["state"],
            _midnight(given["from"]),
            _midnight(until),
            tuple(given["q"].split()[:MOST_WORDS]),
        )

    def address(self, **more: object) -> str:
        """The query string of these filters, at another page of the list."""
        found = QueryDict(mutable=True)
        for name in (*NAMES, "size"):
            if value := self.data.get(name):
                found[name] = value
        found.update({name: str(value) for name, value in more.items() if value})
        return found.urlencode()


class ChosenForm(forms.Form):
    """The files of a zip: those that were marked, or all that fit the filters."""

    everything = forms.BooleanField(required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.marked = data.getlist("file")

    def clean(self) -> dict[str, Any]:
        try:
            self.cleaned_data["files"] = [uuid.UUID(one) for one in self.marked]
        except ValueError:
            raise forms.ValidationError(NO_KEY) from None
        return self.cleaned_data


def _midnight(day: dt.date | None) -> dt.datetime | None:
    """The day's beginning in Hong Kong."""
    if day is None:
        return None
    return dt.datetime.combine(day, dt.time(), tzinfo=HONG_KONG)
