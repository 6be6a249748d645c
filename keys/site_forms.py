"""What the site admin's pages post, and the declaration of client consent."""

from typing import Any

from django import forms
from django.conf import settings

from keys import presets
from portal.form_days import check_reach

MEGABIT = 1_000_000
DAY = {
    "required": "Enter the day, such as 2024-03-01.",
    "invalid": "Write the day as 2024-03-01.",
}
MOMENT = {
    "required": "Enter when it came, such as 2024-03-01 14:20.",
    "invalid": "Write day and time as 2024-03-01 14:20, Hong Kong time.",
}


class PresetForm(forms.Form):
    """One of the facilities that this deployment may have."""

    name = forms.ChoiceField(
        error_messages={
            "required": "Choose a facility.",
            "invalid_choice": "There is no such facility. Choose one of the list.",
        }
    )

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.presets = {p.name: p for p in presets.offered(settings.DEPLOYMENT)}
        field = self.fields["name"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (for the type only)
        field.choices = [(name, name) for name in self.presets]

    @property
    def preset(self) -> presets.FacilityPreset:
        return self.presets[self.cleaned_data["name"]]


class BandwidthForm(forms.Form):
    """In megabits a second, as the line's contract names it."""

    megabits = forms.DecimalField(
        max_digits=9,
        decimal_places=3,
        error_messages={
            "required": "Enter the line’s speed.",
            "invalid": "Write the speed as a number of Mbit/s, such as 10.",
        },
    )

    @property
    def bits_per_second(self) -> int:
        return int(self.cleaned_data["megabits"] * MEGABIT)


NO_SWITCH = "Nothing was changed. Press one of the buttons of this page."


class FingerprintForm(forms.Form):
    fingerprint = forms.CharField(
        max_length=100,
        error_messages={"required": "Type the fingerprint from HKEX’s notice."},
    )


class NoticeForm(forms.Form):
    """HKEX's notice that the secondary site is to be used."""

    reference = forms.CharField(
        max_length=120,
        error_messages={"required": "Enter the reference of HKEX’s notice."},
    )
    noticed_at = forms.DateTimeField(
        input_formats=["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"],
        error_messages=MOMENT,
        validators=[check_reach],
    )


class ConsentForm(forms.Form):
    """Who declared it on ECP's web, and when."""

    declared_on = forms.DateField(
        input_formats=["%Y-%m-%d"], error_messages=DAY, validators=[check_reach]
    )
    declared_by = forms.CharField(
        max_length=120,
        error_messages={"required": "Enter who made the declaration."},
    )


class SourceForm(forms.Form):
    """The address that the worker connects from; empty: as the machine routes."""

    source_address = forms.CharField(max_length=15, required=False)


class SwitchForm(forms.Form):
    """The state that is wanted, so that a second click does not turn it back."""

    wanted = forms.TypedChoiceField(
        choices=(("on", "on"), ("off", "off")),
        coerce=lambda value: value == "on",
        error_messages={"required": NO_SWITCH, "invalid_choice": NO_SWITCH},
    )


class MarkForm(forms.Form):
    item = forms.CharField(max_length=40)
    held = forms.BooleanField(required=False)


class AcknowledgeForm(forms.Form):
    subject = forms.UUIDField()
    expires_on = forms.DateField(input_formats=["%Y-%m-%d"], validators=[check_reach])
