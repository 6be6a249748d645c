"""The filters of Activity Enquiry: every wrong value gets its own clear sentence."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.http import QueryDict

from portal.activity.models import Kind, Status
from portal.activity.selectors import Key, Query
from portal.clock import HONG_KONG

DAYS_SHOWN = 30  # as ECP does (Guide A §3.4)
FORMAT = "%Y-%m-%d %H:%M"
YEARS = range(2000, 2200)
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d))?", re.ASCII)
KEY = re.compile(r"(\d{1,16})\.(\d{1,18})", re.ASCII)
MICROSECOND = dt.timedelta(microseconds=1)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
NO_MOMENT = (
    "What stands in {label} is no date and time that exists. Nothing was searched. "
    "Type it as 2024-03-01 15:04, or 2024-03-01 for the whole day."
)
NO_CHOICE = (
    "What stands in {label} is none of the list. Nothing was searched. "
    "Choose one of the list, or All."
)
NO_KEY = (
    "The address of this page of the list is damaged. Nothing was searched. "
    "Search again, and go on from the first page."
)

NUL = {"null_characters_not_allowed": NO_KEY}


class Moment(forms.Field):
    """A minute of Hong Kong time, or a whole day; `last` is its end, not its start."""

    def __init__(self, *, label: str, last: bool = False) -> None:
        super().__init__(label=label, required=False)
        self.last = last

    def to_python(self, value: object) -> dt.datetime | None:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return self._read(text)
        except ValueError:
            raise forms.ValidationError(
                NO_MOMENT.format(label=self.label), code="moment"
            ) from None

    def _read(self, text: str) -> dt.datetime:
        match = MOMENT.fullmatch(text)
        if match is None:
            raise ValueError(text)
        day, time = match.groups()
        naive = dt.datetime.strptime(f"{day} {time or '00:00'}", FORMAT)
        if naive.year not in YEARS:
            raise ValueError(text)
        span = dt.timedelta(minutes=1) if time else dt.timedelta(days=1)
        return (naive + span * self.last).replace(tzinfo=HONG_KONG)


class EnquiryForm(forms.Form):
    """activity, status, from, to; `page_key` is `older` or `newer` of the pager."""

    activity = forms.ChoiceField(
        choices=[("", "All"), *Kind.choices],
        required=False,
        error_messages={"invalid_choice": NO_CHOICE.format(label="Activity")},
    )
    status = forms.ChoiceField(
        choices=[("", "All"), *Status.choices],
        required=False,
        error_messages={"invalid_choice": NO_CHOICE.format(label="Status")},
    )
    older = forms.CharField(required=False, error_messages=NUL)
    newer = forms.CharField(required=False, error_messages=NUL)

    def __init__(self, data: QueryDict, today: dt.date) -> None:
        super().__init__(_with_defaults(data, today))
        # "from" is a word of Python's, so these two can not be class attributes.
        self.fields["from"] = Moment(label="From")
        self.fields["to"] = Moment(label="To", last=True)

    def clean_older(self) -> Key | None:
        return _key(self.cleaned_data["older"])

    def clean_newer(self) -> Key | None:
        return _key(self.cleaned_data["newer"])

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if since and until and since >= until:
            self.add_error(
                "from",
                "From is later than To. No entry can lie between them. "
                "Set From to the earlier time.",
            )
        return self.cleaned_data

    def query(self) -> Query:
        """Of a valid form."""
        given = self.cleaned_data
        return Query(
            kind=given["activity"],
            status=given["status"],
            since=given["from"],
            until=given["to"],
            older_than=given["older"],
            newer_than=given["newer"],
        )

    def address(self, **key: str) -> str:
        """The query string of these filters, at another page of the list."""
        found = QueryDict(mutable=True)
        for name in ("activity", "status", "from", "to"):
            found[name] = self.data[name]
        found.update(key)
        return found.urlencode()


def written(key: Key) -> str:
    """A key as it stands in an address: microseconds since 1970, dot, number."""
    return f"{(key.at - EPOCH) // MICROSECOND}.{key.seq}"


def _key(text: str) -> Key | None:
    if not text:
        return None
    match = KEY.fullmatch(text)
    if match is None:
        raise forms.ValidationError(NO_KEY, code="key")
    return Key(EPOCH + int(match[1]) * MICROSECOND, int(match[2]))


def _with_defaults(data: QueryDict, today: dt.date) -> dict[str, str]:
    """What the address leaves out: all activities of the last 30 days. What it gives
    and leaves empty is no limit."""
    start = today - dt.timedelta(days=DAYS_SHOWN)
    defaults = {"from": f"{start} 00:00", "to": f"{today} 23:59"}
    names = ("activity", "status", "from", "to", "older", "newer")
    return {name: data.get(name, defaults.get(name, "")) for name in names}
