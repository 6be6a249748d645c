"""What the pages of keys post; none of the forms gives a private key back."""

from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict

from keys.exposure import holds_private_key
from keys.models import Facility, SftpAccount
from keys.platform_rules import rules_of
from keys.privatekeys import LIMIT
from keys.publickeys import PrivateKeyGiven
from portal.form_days import check_reach
from portal.people.models import Identity, Participant

DAY = {
    "required": "Enter the day, such as 2024-03-01.",
    "invalid": "Write the day as 2024-03-01.",
}


class ScrubbedForm(forms.Form):
    """A private key in any of its fields is gone before anything reads them, and the
    person is told to treat it as exposed."""

    def __init__(self, data: QueryDict | None = None, **more: Any) -> None:
        self.exposed = data is not None and any(
            holds_private_key(value.encode(errors="replace"))
            for _, values in data.lists()
            for value in values
        )
        super().__init__(QueryDict() if self.exposed else data, **more)

    def full_clean(self) -> None:
        super().full_clean()
        if self.exposed:
            self._errors = ErrorDict()
            self.add_error(None, str(PrivateKeyGiven()))


class AccountForm(ScrubbedForm):
    """A login at a facility, and the identities whose files it may send."""

    facility = forms.ModelChoiceField(
        Facility.objects.order_by("name"),
        error_messages={
            "required": "Choose the facility.",
            "invalid_choice": "There is no such facility: choose one of the list.",
        },
    )
    login_id = forms.CharField(
        max_length=80, error_messages={"required": "Type the login ID that HKEX gave."}
    )
    identities = forms.ModelMultipleChoiceField(
        Identity.objects.none(),
        error_messages={
            "required": "Choose at least one identity.",
            "invalid_choice": "An identity is not yours: choose of the list.",
            "invalid_pk_value": "An identity is not yours: choose of the list.",
        },
    )

    def __init__(self, participant: Participant, data: QueryDict | None = None) -> None:
        super().__init__(data)
        field = self.fields["identities"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101  (type)
        field.queryset = Identity.objects.filter(participant=participant).order_by(
            "kind", "code"
        )


class MakeForm(ScrubbedForm):
    """The size of a new key, of those that the platform takes."""

    bits = forms.TypedChoiceField(
        coerce=int, error_messages={"required": "Choose the size of the key."}
    )

    def __init__(self, account: SftpAccount, data: QueryDict | None = None) -> None:
        super().__init__(data)
        takes = rules_of(account.facility.platform).bits
        field = self.fields["bits"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (for the type only)
        field.choices = [(n, f"{n} bits") for n in (4096, 3072, 2048) if n in takes]


class BringForm(forms.Form):
    """A private key as text or file; it leaves the form by `content` alone."""

    text = forms.CharField(required=False, strip=False)
    file = forms.FileField(required=False, allow_empty_file=True)
    passphrase = forms.CharField(required=False, strip=False, max_length=1000)

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if not cleaned.get("text") and not cleaned.get("file"):
            self.add_error("file", "Choose the private key’s file, or paste it.")
        return cleaned

    @property
    def content(self) -> bytes:
        """One byte more than any key has says that it is too large."""
        file = self.cleaned_data.get("file")
        if file:
            return bytes(file.read(LIMIT + 1))
        text: str = self.cleaned_data["text"]
        return text[: LIMIT + 1].encode()


class DayForm(ScrubbedForm):
    """The Hong Kong day on which HKEX did something."""

    on = forms.DateField(error_messages=DAY, validators=[check_reach])


class CompareForm(forms.Form):
    """What HKEX shows, or the public file that is to go there."""

    shown = forms.CharField(required=False)
    file = forms.FileField(required=False, allow_empty_file=True)

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if not cleaned.get("shown") and not cleaned.get("file"):
            self.add_error("shown", "Paste the fingerprint that HKEX shows.")
        return cleaned


class AddressesForm(DayForm):
    """The whole set of an account's addresses, as typed: `keys.addresses` judges."""

    def __init__(self, most: int, data: QueryDict | None = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.names = [f"address_{n}" for n in range(1, most + 1)]
        for name in self.names:
            self.fields[name] = forms.CharField(required=False, max_length=200)

    @property
    def texts(self) -> list[str]:
        return [self.cleaned_data.get(name) or "" for name in self.names]

    @property
    def address_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.names]

    def tell(self, sentences: tuple[str, ...] | list[str]) -> None:
        """Each sentence at the field whose text it names; else above all."""
        for sentence in sentences:
            named = [
                name
                for name in self.names
                if (text := self.cleaned_data.get(name, "").strip())
                and sentence.startswith((f"“{text}”", f"{text} is "))
            ]
            self.add_error(named[-1] if named else None, sentence)


class CircuitsForm(ScrubbedForm):
    """One text a kind of circuit: a subnet a line."""

    sdnet = forms.CharField(required=False, max_length=2000)
    hsn = forms.CharField(required=False, max_length=2000)
    sdnet_test = forms.CharField(required=False, max_length=2000)
    hstn = forms.CharField(required=False, max_length=2000)


class PolicyForm(ScrubbedForm):
    is_enabled = forms.BooleanField(required=False)
    days_before = forms.IntegerField(
        min_value=0,
        max_value=9999,
        error_messages={
            "required": "Say how many days before the end.",
            "invalid": "Write the days as a whole number, such as 30.",
        },
    )
    approval_required = forms.BooleanField(required=False)


class PasswordForm(forms.Form):
    """Typed twice and never given back: `keys.passwords` judges."""

    password = forms.CharField(strip=False, required=False)
    again = forms.CharField(strip=False, required=False)
