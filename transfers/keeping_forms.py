"""What the pages of hand-over and retention post."""

from django import forms
from django.http import QueryDict

from keys.models import Platform
from portal.form_days import check_reach
from transfers import hand_over_names
from transfers.expected_forms import PATTERN, check_pattern
from transfers.models import HandOverRule, HandOverStatus

DAYS_BACK = {"required": "Enter 0 to take only what comes from now on."}


class HandOverForm(forms.Form):
    """`rule` of a valid form is one that is not saved yet."""

    title = forms.CharField(
        max_length=80, error_messages={"required": "Enter who or what it is for."}
    )
    platform = forms.ChoiceField(choices=Platform.choices)
    name_pattern = forms.CharField(max_length=120, error_messages={"required": PATTERN})
    template = forms.CharField(max_length=hand_over_names.LONGEST)
    days_back = forms.IntegerField(
        min_value=0, max_value=3650, error_messages=DAYS_BACK
    )

    def __init__(
        self, destinations: list[str], posted: QueryDict | None = None
    ) -> None:
        first = {"template": hand_over_names.DEFAULT, "days_back": "0"}
        super().__init__(posted, initial=first)
        self.fields["destination"] = forms.ChoiceField(
            choices=[(name, name) for name in destinations],
            error_messages={"required": "Choose one of the destinations."},
        )

    def clean_name_pattern(self) -> str:
        pattern = str(self.cleaned_data["name_pattern"])
        return pattern if pattern == "*" else check_pattern(pattern)

    def clean_template(self) -> str:
        template = str(self.cleaned_data["template"])
        try:
            hand_over_names.check(template)
        except hand_over_names.WrongTemplate as fault:
            raise forms.ValidationError(str(fault)) from None
        return template

    def rule(self) -> HandOverRule:
        fields = ("title", "platform", "name_pattern", "destination", "template")
        return HandOverRule(**{name: self.cleaned_data[name] for name in fields})


class ListForm(forms.Form):
    """Which of a rule's files, and from where on."""

    status = forms.ChoiceField(choices=HandOverStatus.choices, required=False)
    after = forms.CharField(max_length=100, required=False)

    def wanted(self) -> tuple[str, str]:
        self.is_valid()  # what is none filters nothing
        return (
            str(self.cleaned_data.get("status") or ""),
            str(self.cleaned_data.get("after") or ""),
        )


class PurgeForm(forms.Form):
    before = forms.DateField(
        validators=[check_reach],
        input_formats=["%Y-%m-%d"],
        error_messages={
            "required": "Enter the day.",
            "invalid": "Write the day as 2019-01-31.",
        },
    )
