"""What the pages post: the choice of file and identity, a decision, a filter."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils.datastructures import MultiValueDict

from portal.exchange.hktime import HONG_KONG
from portal.form_days import check_reach
from transfers.models import DecisionKind
from transfers.selectors.uploads import Sender
from transfers.spec import catalogue
from transfers.spec.catalogue import FILE_IDS, MENUS, FileId
from transfers.states import SubmissionStatus
from transfers.zips.endings import END_REACH, MOST_DIRECTORY


class ChoiceForm(forms.Form):
    """Menu, File ID and identity: everything about a submission but its file."""

    menu = forms.TypedChoiceField(
        choices=[(menu.number, menu.title) for menu in MENUS],
        coerce=int,
        error_messages={"required": "Choose the submission menu."},
    )
    file_id = forms.ChoiceField(
        choices=[(file_id, file_id) for file_id in FILE_IDS],
        error_messages={
            "required": "Choose the File ID.",
            "invalid_choice": "HKEX takes no such File ID. Choose one of the list.",
        },
    )
    sender = forms.ChoiceField(
        error_messages={
            "required": "Choose the identity that you submit for.",
            "invalid_choice": "You are not authorised for this identity. Choose one "
            "of the list.",
        }
    )

    def __init__(
        self,
        data: Any,
        senders: list[Sender],
        files: MultiValueDict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, files)
        self.senders = {sender.key: sender for sender in senders}
        choices = [(key, sender.words) for key, sender in self.senders.items()]
        field = self.fields["sender"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (for the type only)
        field.choices = choices

    @property
    def entry(self) -> FileId:
        return catalogue.entry(self.cleaned_data["file_id"])

    @property
    def menu_title(self) -> str:
        number: int = self.cleaned_data["menu"]
        return MENUS[number - 1].title

    @property
    def chosen(self) -> Sender:
        return self.senders[self.cleaned_data["sender"]]


class CheckForm(ChoiceForm):
    """What the page knows of a file before it is sent, or the upload that has it."""

    name = forms.CharField(required=False, strip=False, max_length=1000)
    size = forms.IntegerField(required=False, min_value=0, max_value=10**15)
    tail = forms.FileField(required=False, allow_empty_file=True)
    upload = forms.UUIDField(required=False)

    def clean_tail(self) -> Any:
        """Read into memory as a whole, so no more of it than a zip can need."""
        tail = self.cleaned_data["tail"]
        if tail and tail.size > MOST_DIRECTORY + 2 * END_REACH:
            raise forms.ValidationError(
                "The zip’s directory is larger than 4 MB. HKEX would reject it. Make "
                "the zip again with fewer files in it."
            )
        return tail

    @property
    def has_file(self) -> bool:
        return bool(self.cleaned_data["name"])


class SubmitForm(ChoiceForm):
    """The submission itself: an upload that is here, or a whole file in the form."""

    upload = forms.UUIDField(required=False)
    file = forms.FileField(required=False, allow_empty_file=True)
    replaces = forms.UUIDField(required=False)

    def clean_file(self) -> Any:
        sent = self.cleaned_data["file"]
        if sent and sent.size > settings.PLAIN_FORM_LIMIT:
            raise forms.ValidationError(
                "The file is larger than 100 MB. Nothing was stored. Switch JavaScript "
                "on, which sends it in parts."
            )
        return sent

    def clean(self) -> dict[str, Any]:
        if "file" in self.errors or self.cleaned_data.get("upload"):
            return self.cleaned_data
        if not self.cleaned_data.get("file"):
            self.add_error("file", "Choose the file.")
        return self.cleaned_data


class DecisionForm(forms.Form):
    """What a person knows of an unconfirmed submission."""

    kind = forms.ChoiceField(
        choices=DecisionKind.choices,
        error_messages={"required": "Choose what you know."},
    )
    reason = forms.CharField(
        max_length=4000,
        error_messages={"required": "Say how you know. It is kept for the audit."},
    )
    wait_until = forms.TimeField(
        required=False,
        error_messages={"invalid": "Write the time as 16:00."},
    )

    def clean(self) -> dict[str, Any]:
        waits = self.cleaned_data.get("kind") == DecisionKind.KEEP_WAITING
        empty = self.cleaned_data.get("wait_until") is None
        if waits and empty and "wait_until" not in self.errors:
            self.add_error("wait_until", "Say until when to wait, such as 16:00.")
        return self.cleaned_data

    def waits_until(self, now: dt.datetime) -> dt.datetime | None:
        """The next moment at which Hong Kong's clocks show the time."""
        time = self.cleaned_data["wait_until"]
        if time is None or self.cleaned_data["kind"] != DecisionKind.KEEP_WAITING:
            return None
        today = now.astimezone(HONG_KONG).date()
        at = dt.datetime.combine(today, time, tzinfo=HONG_KONG)
        return at if at > now else at + dt.timedelta(days=1)


class ListForm(forms.Form):
    """The filters of the list of submissions; an unknown value lists all."""

    status = forms.ChoiceField(
        required=False, choices=[("", "All"), *SubmissionStatus.choices]
    )
    file_id = forms.ChoiceField(
        required=False, choices=[("", "All"), *((name, name) for name in FILE_IDS)]
    )
    day = forms.DateField(
        required=False,
        error_messages={"invalid": "Write the day as 2024-03-01."},
        validators=[check_reach],
    )
    after = forms.CharField(required=False, max_length=120)
