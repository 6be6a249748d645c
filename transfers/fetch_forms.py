"""What the pages of fetching post: a schedule."""

import datetime as dt
import re

from django import forms

from transfers.models import ScheduleKind
from transfers.services.schedules import Wish

TIME = "Write the time as 19:30, Hong Kong time."
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
MOST_TIMES = 24


class ScheduleForm(forms.Form):
    """`wish` of a valid form is what the service takes."""

    kind = forms.ChoiceField(choices=ScheduleKind.choices)
    every_minutes = forms.IntegerField(required=False, min_value=1, max_value=1440)
    opens_at = forms.CharField(required=False, max_length=5)
    closes_at = forms.CharField(required=False, max_length=5)
    times = forms.CharField(required=False, max_length=200)
    name_pattern = forms.CharField(required=False, max_length=120)
    on_trading_days_only = forms.BooleanField(required=False)

    def clean_opens_at(self) -> dt.time | None:
        return _time(self.cleaned_data["opens_at"])

    def clean_closes_at(self) -> dt.time | None:
        """24:00 is the next day's midnight."""
        text = str(self.cleaned_data["closes_at"])
        return dt.time(0) if text.strip() == "24:00" else _time(text)

    def clean_times(self) -> tuple[str, ...]:
        words = str(self.cleaned_data["times"]).replace(",", " ").split()
        if len(words) > MOST_TIMES:
            raise forms.ValidationError(f"Write {MOST_TIMES} times at most.")
        found = {time for word in words if (time := _time(word))}
        return tuple(f"{time:%H:%M}" for time in sorted(found))

    def wish(self) -> Wish:
        said = dict(self.cleaned_data)
        return Wish(kind=ScheduleKind(said.pop("kind")), **said)


def _time(text: str) -> dt.time | None:
    """None for an empty field."""
    if not text.strip():
        return None
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        raise forms.ValidationError(TIME)
    return dt.time(int(match[1]), int(match[2]))
