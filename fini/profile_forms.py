"""What the pages of profiles post; a private key in any field is gone unread."""

import datetime as dt

from django import forms
from django.http import QueryDict

from fini import gateways
from fini.jwks_comparison import holds_private_members
from fini.models import CodeKind, Profile
from fini.selectors.ipos import ALL, GONE, LISTED
from fini.services.jwks import USUAL_DAYS
from fini.services.profiles import Particulars
from keys.forms import DAY, ScrubbedForm
from keys.models import Environment
from portal.form_days import check_reach
from portal.people.models import Identity, IdentityKind, Participant

FIRST = {
    "company_id": "Choose the Company ID.",
    "environment": "Choose the environment.",
    "agent_issuer": "Type the agent’s issuer.",
}
STRANGE = "There is no such choice: choose one of the list."


class ProfileForm(ScrubbedForm):
    """`environment` is asked for only when the profile is new."""

    environment = forms.ChoiceField(
        error_messages={"required": FIRST["environment"], "invalid_choice": STRANGE}
    )
    company_id = forms.ModelChoiceField(
        Identity.objects.none(),
        error_messages={"required": FIRST["company_id"], "invalid_choice": STRANGE},
    )
    agent_issuer = forms.CharField(
        max_length=200, error_messages={"required": FIRST["agent_issuer"]}
    )
    machine_uuid = forms.UUIDField(
        required=False,
        error_messages={
            "invalid": "A UUID is such as ec1a3544-aca1-4adf-9d7a-9d82a4a597ad."
        },
    )
    may_reference = forms.BooleanField(required=False)
    may_subscribe = forms.BooleanField(required=False)
    may_fund = forms.BooleanField(required=False)

    def __init__(
        self,
        participant: Participant,
        data: QueryDict | None = None,
        profile: Profile | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(profile))
        companies, places = self.fields["company_id"], self.fields["environment"]
        assert isinstance(companies, forms.ModelChoiceField)  # noqa: S101  (type)
        assert isinstance(places, forms.ChoiceField)  # noqa: S101  (type)
        companies.queryset = Identity.objects.filter(
            participant=participant, kind=IdentityKind.COMPANY_ID
        ).order_by("code")
        places.choices = [
            (name, Environment(name).label) for name in gateways.environments()
        ]
        if profile is not None:
            del self.fields["environment"]

    @property
    def particulars(self) -> Particulars:
        given = self.cleaned_data
        return Particulars(
            given["company_id"],
            given["agent_issuer"],
            str(given["machine_uuid"] or ""),
            given["may_reference"],
            given["may_subscribe"],
            given["may_fund"],
        )


class MakeForm(ScrubbedForm):
    """The first Hong Kong day on which the new key no longer works."""

    ends_on = forms.DateField(error_messages=DAY, validators=[check_reach])

    def __init__(self, today: dt.date, data: QueryDict | None = None) -> None:
        usual = today + dt.timedelta(USUAL_DAYS)
        super().__init__(data, initial={"ends_on": usual})


class CompareForm(ScrubbedForm):
    """A JWKS as Client Connect shows it, to be compared and forgotten."""

    shown = forms.CharField(
        strip=False,
        error_messages={"required": "Paste the JWKS that Client Connect shows."},
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        holds = data is not None and any(
            holds_private_members(text) for text in data.getlist("shown")
        )
        super().__init__(QueryDict() if holds else data)
        self.exposed = self.exposed or holds


class LabelForm(ScrubbedForm):
    """A code of FINI's and what the participant calls it; "" for the portal's word."""

    kind = forms.ChoiceField(
        choices=CodeKind,
        error_messages={"required": STRANGE, "invalid_choice": STRANGE},
    )
    code = forms.RegexField(
        r"^[0-9A-Za-z._-]{1,10}\Z",
        error_messages={
            "required": "Type the code.",
            "invalid": "A code is 1 to 10 letters or digits, such as 30.",
        },
    )
    label = forms.CharField(
        max_length=80,
        required=False,
        error_messages={"max_length": "A label has 80 characters at most."},
    )


def _initial(profile: Profile | None) -> dict[str, object]:
    if profile is None:
        return {"may_reference": True}
    names = ("company_id", "agent_issuer", "machine_uuid")
    rights = ("may_reference", "may_subscribe", "may_fund")
    return {name: getattr(profile, name) for name in (*names, *rights)}


class BoardForm(forms.Form):
    """The board's filters; what cannot be read filters nothing."""

    environment = forms.ChoiceField(required=False, choices=Environment)
    text = forms.CharField(required=False, max_length=40)
    status = forms.CharField(required=False, max_length=40)
    which = forms.ChoiceField(
        required=False,
        choices=[(LISTED, "Listed"), (GONE, "No longer listed"), (ALL, "All")],
    )
    after = forms.CharField(required=False, max_length=40)
