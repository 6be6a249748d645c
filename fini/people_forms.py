"""What the pages of personal data post; a typed number is never shown again."""

from django import forms
from django.http import QueryDict

from fini import names
from fini.models import CodeKind
from fini.selectors import codes
from fini.services import reveals
from portal.form_days import check_reach
from portal.people.models import Participant

ANY = ""
# Django's own sentence quotes what was sent.
NO_CHOICE = {"invalid_choice": "Choose one of the list."}
NUMBER = "Enter the number as it stands on the document."
COUNTRY = "Enter the country or place that issued it, such as HKG."
LETTERS = "A country or place is written in three letters, such as HKG."


class ReasonForm(forms.Form):
    """The service says what is wrong with it."""

    reason = forms.CharField(required=False, max_length=reveals.MOST)


class SearchForm(forms.Form):
    """One identity document. `id_types` of a valid form: one, or all that are known."""

    id_type = forms.ChoiceField(required=False, error_messages=NO_CHOICE)
    jurisdiction = forms.RegexField(
        r"[A-Za-z]{3}",
        max_length=3,
        error_messages={"required": COUNTRY, "invalid": LETTERS, "max_length": LETTERS},
    )
    number = forms.CharField(max_length=40, error_messages={"required": NUMBER})

    def __init__(
        self, participant: Participant, posted: QueryDict | None = None
    ) -> None:
        super().__init__(posted, initial={"id_type": names.HKID, "jurisdiction": "HKG"})
        known = [
            (one.code, f"{one.code} {one.label}".strip())
            for one in codes.known(participant)
            if one.kind == CodeKind.ID_TYPE
        ]
        self.fields["id_type"].choices = [(ANY, "Any type"), *known]  # type: ignore[attr-defined]
        self._known = tuple(code for code, _ in known)

    @property
    def id_types(self) -> tuple[str, ...]:
        chosen = str(self.cleaned_data["id_type"])
        return (chosen,) if chosen else self._known


class MoreForm(forms.Form):
    """A further page of a search: what the page before it gave."""

    found = forms.CharField(max_length=2000)
    # A RegexField searches: without its ends it finds a place in what is none.
    after = forms.RegexField(r"\A[0-9]{1,9}\.[0-9]{1,9}\Z", max_length=19)


class ErasureForm(forms.Form):
    before = forms.DateField(
        validators=[check_reach],
        input_formats=["%Y-%m-%d"],
        error_messages={
            "required": "Enter the day.",
            "invalid": "Write the day as 2024-01-31.",
        },
    )
