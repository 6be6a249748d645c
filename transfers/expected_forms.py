"""What the pages of expected files post: a rule, a reason, a habit."""

import datetime as dt
from typing import Any

from django import forms

from keys.models import Platform
from portal.form_days import check_reach
from transfers.habits import Habit
from transfers.models import ExpectedDays, ExpectedRule

PATTERN = "Enter a name or a pattern, such as TP001*."
TIME = "Write the time as 19:30, Hong Kong time."


def check_pattern(pattern: str) -> str:
    """The same pattern. Raises ValidationError."""
    if not pattern.strip("*?. "):
        raise forms.ValidationError(
            "That would fit every file. Enter a part of the name as well."
        )
    if "/" in pattern or not pattern.isprintable():
        raise forms.ValidationError("A file’s name has no / and no control signs.")
    return pattern


class RuleForm(forms.Form):
    """`rule` of a valid form is one that is not saved yet."""

    platform = forms.ChoiceField(choices=Platform.choices)
    name_pattern = forms.CharField(max_length=120, error_messages={"required": PATTERN})
    days = forms.ChoiceField(choices=ExpectedDays.choices)
    due = forms.TimeField(
        input_formats=["%H:%M"],
        error_messages={"required": "Enter the time.", "invalid": TIME},
    )
    on_next_day = forms.BooleanField(required=False)
    warn_minutes = forms.IntegerField(
        min_value=0,
        max_value=720,
        error_messages={"required": "Enter how many minutes before."},
    )
    count = forms.IntegerField(
        min_value=1, max_value=500, error_messages={"required": "Enter how many."}
    )

    def clean_name_pattern(self) -> str:
        return check_pattern(str(self.cleaned_data["name_pattern"]))

    def rule(self, from_day: dt.date) -> ExpectedRule:
        return ExpectedRule(from_day=from_day, **self.cleaned_data)


class ExcuseForm(forms.Form):
    reason = forms.CharField(
        max_length=300,
        error_messages={"required": "Enter the reason: the board shows it."},
    )


class HabitForm(forms.Form):
    """Which of the habits that were shown."""

    platform = forms.CharField(max_length=3)
    pattern = forms.CharField(max_length=120)

    def chosen(self, found: list[Habit]) -> Habit | None:
        said: dict[str, Any] = self.cleaned_data
        wanted = said["platform"], said["pattern"]
        return next((h for h in found if (h.platform, h.pattern) == wanted), None)


class DayForm(forms.Form):
    day = forms.DateField(
        input_formats=["%Y-%m-%d"], required=False, validators=[check_reach]
    )

    def day_or(self, today: dt.date) -> dt.date:
        day: dt.date | None = self.cleaned_data.get("day") if self.is_valid() else None
        return day or today
