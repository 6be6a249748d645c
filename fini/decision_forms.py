"""What a person knows of unconfirmed records, as the page posts it."""

from collections.abc import Sequence
from typing import Any

from django import forms

from fini.models import RecordDecisionKind
from fini.selectors.undecided import Line
from fini.services.sending.consequences import MOVED

WRONG_ID = (
    "A record ID has 1 to 40 letters and digits. Nothing was decided. Write it as FINI "
    "shows it."
)


class DecisionForm(forms.Form):
    """The rows that are ticked, and a recordID for each of those that are shown."""

    kind = forms.ChoiceField(
        choices=RecordDecisionKind.choices,
        error_messages={
            "required": "Choose what you know.",
            "invalid_choice": "Choose what you know, out of the list.",
        },
    )
    reason = forms.CharField(
        max_length=2000,
        error_messages={"required": "Say how you know. It is kept for the audit."},
    )
    row = forms.TypedMultipleChoiceField(
        required=False, coerce=int, error_messages={"invalid_choice": MOVED}
    )

    def __init__(self, lines: Sequence[Line], data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.lines = lines
        rows = [line.masked.row.row for line in lines]
        field = self.fields["row"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (for the type only)
        field.choices = [(str(row), str(row)) for row in rows]
        for row in rows:
            self.fields[f"record-{row}"] = forms.RegexField(
                r"\A[0-9A-Za-z]{1,40}\Z",
                required=False,
                error_messages={"invalid": WRONG_ID},
            )

    @property
    def chosen(self) -> dict[int, str]:
        told = self.cleaned_data
        return {row: told[f"record-{row}"] for row in told["row"]}

    @property
    def rows(self) -> list[tuple[Line, bool, forms.BoundField]]:
        """Each line, whether it is ticked, and the field of its recordID."""
        ticked = {str(row) for row in self["row"].value() or ()}
        numbers = [line.masked.row.row for line in self.lines]
        return [
            (line, str(row) in ticked, self[f"record-{row}"])
            for line, row in zip(self.lines, numbers, strict=True)
        ]
