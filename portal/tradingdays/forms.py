"""What the page of the trading days posts: a day, what it is, from when, and why."""

import datetime as dt
from typing import Any

from django import forms

from portal.form_days import check_reach
from portal.tradingdays.calendar import DayKind, Override
from portal.tradingdays.models import OverrideKind

DAY = {
    "required": "Enter the day, such as 2026-11-23.",
    "invalid": "Write the day as 2026-11-23.",
}
TIME = "Write the time as 14:00, Hong Kong time."
KIND = "Choose what the day is."


class DayForm(forms.Form):
    """`override` of a valid form is what the day becomes."""

    day = forms.DateField(
        input_formats=["%Y-%m-%d"], error_messages=DAY, validators=[check_reach]
    )
    kind = forms.ChoiceField(
        choices=OverrideKind.choices,
        error_messages={"required": KIND, "invalid_choice": KIND},
    )
    at = forms.TimeField(
        input_formats=["%H:%M"], required=False, error_messages={"invalid": TIME}
    )
    reason = forms.CharField(
        max_length=200,
        error_messages={"required": "Enter the reason, such as HKEX’s notice."},
    )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        kind = said.get("kind")
        if kind and DayKind(kind).has_time and "at" in said and said["at"] is None:
            self.add_error("at", "Enter the time, such as 14:00.")
        return said

    @property
    def override(self) -> Override:
        said = self.cleaned_data
        kind = DayKind(said["kind"])
        at: dt.time | None = said["at"] if kind.has_time else None
        return Override(kind, at, said["reason"])


class YearForm(forms.Form):
    year = forms.IntegerField(min_value=2014, max_value=2099)


class PreviewForm(DayForm):
    """Before it is all filled in: the reason may come last."""

    reason = forms.CharField(max_length=200, required=False)
