"""What the pages of batches post: a file, its columns, one record, filters."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings

from fini.batches.columns import OPTIONAL, Column, propose
from fini.batches.problems import Problem
from fini.models import Batch, Profile
from fini.selectors import records

Choices = Sequence[tuple[str, str]]
# Django's own sentence quotes what was sent.
NO_CHOICE = {"invalid_choice": "Choose one of the list."}
NOT_THERE = "Not in the file"
WORDS = {
    Column.OWN_REF: "Own reference",
    Column.IPO_ID: "IPO",
    Column.FIRM_ID: "Firm ID",
    Column.QUANTITY: "Quantity",
    Column.ID_TYPE: "Type of document",
    Column.JURISDICTION: "Issued by",
    Column.ID_NUMBER: "Number",
    Column.NAME_ENGLISH: "Name in English",
    Column.NAME_CHINESE: "Name in Chinese",
}
NOT_CHOSEN = {
    Column.IPO_ID: "The file names no IPO: choose it.",
    Column.FIRM_ID: "The file names no firm: choose its Firm ID.",
}
# How a row's problem begins that does not say of which field it is.
OF_A_CELL = re.compile(r"\AThe (cell|text) ")
TOO_LARGE = (
    "The file is larger than 32 MB. Nothing was kept. Divide it into several batches."
)


class UploadForm(forms.Form):
    """A whole file; the profile only where there are several."""

    profile = forms.ChoiceField(
        error_messages={
            "required": "Choose the profile that sends it.",
            "invalid_choice": "This profile may not subscribe. Choose another.",
        }
    )
    file = forms.FileField(
        allow_empty_file=True, error_messages={"required": "Choose the file."}
    )

    def __init__(
        self, profiles: Sequence[Profile], data: Any = None, files: Any = None
    ) -> None:
        super().__init__(data, files)
        _offer(self.fields["profile"], of_profiles(profiles))

    def clean_file(self) -> Any:
        sent = self.cleaned_data["file"]
        if sent.size > settings.BATCH_FILE_LIMIT:
            raise forms.ValidationError(TOO_LARGE)
        return sent


class ColumnsForm(forms.Form):
    """Which column is which field, and what stands for those the file has not."""

    ipo_id = forms.ChoiceField(required=False)
    firm_id = forms.ChoiceField(required=False)

    def __init__(
        self, batch: Batch, ipos: Choices, firms: Choices, data: Any = None
    ) -> None:
        proposal = propose(batch.heading)
        initial: dict[str, object] = {
            f"column-{column}": at for column, at in proposal.layout.items()
        }
        if len(firms) == 1:
            initial["firm_id"] = firms[0][0]
        if len(ipos) == 1:
            initial["ipo_id"] = ipos[0][0]
        super().__init__(data, initial=initial)
        self.proposal = proposal
        _offer(self.fields["ipo_id"], [("", "Choose"), *ipos])
        _offer(self.fields["firm_id"], [("", "Choose"), *firms])
        for column in Column:
            self.fields[f"column-{column}"] = self._field(column, batch.heading)

    def _field(self, column: Column, heading: Sequence[str]) -> forms.ChoiceField:
        titles = [(str(at), f"{at + 1}. {title}") for at, title in enumerate(heading)]
        return forms.ChoiceField(
            label=f"{WORDS[column]}, {column}",
            required=column not in OPTIONAL,
            choices=[("", NOT_THERE), *titles],
            error_messages={
                "required": f"Choose the column of {column}.",
                "invalid_choice": f"The file has no such column for {column}.",
            },
        )

    def clean(self) -> None:
        """What no column says is chosen, and told to be with everything else."""
        told = self.cleaned_data
        for name, column in (("ipo_id", Column.IPO_ID), ("firm_id", Column.FIRM_ID)):
            is_there = told.get(f"column-{column}")
            if not is_there and told.get(name) == "":
                self.add_error(name, NOT_CHOSEN[column])

    @property
    def columns(self) -> list[tuple[forms.BoundField, str]]:
        """Each field and what to say beside it."""
        return [(self[f"column-{column}"], self._beside(column)) for column in Column]

    def _beside(self, column: Column) -> str:
        if column in self.proposal.doubled:
            return "Several columns have this title: choose one."
        if column in self.proposal.missing:
            return "No column has this title: choose one."
        if column in OPTIONAL and column not in self.proposal.layout:
            return "The file may leave it out."
        return ""

    @property
    def chosen(self) -> dict[Column, int]:
        told = {c: self.cleaned_data[f"column-{c}"] for c in Column}
        return {column: int(at) for column, at in told.items() if at}


class AskForm(forms.Form):
    """Whether the rows with problems stay behind."""

    leave_out = forms.BooleanField(required=False)


class ListForm(forms.Form):
    """The filters of the records; an unknown value lists all."""

    kind = forms.ChoiceField(
        required=False,
        choices=[
            ("", "Exceptions first"),
            *((kind, kind.capitalize()) for kind in records.KINDS),
        ],
    )
    q = forms.CharField(required=False, max_length=60)
    flow = forms.CharField(required=False, max_length=10)
    after = forms.CharField(required=False, max_length=20)

    @property
    def wanted(self) -> records.Wanted:
        told = self.cleaned_data.get
        return records.Wanted(
            kind=told("kind") or "",
            text=told("q") or "",
            sub_flow_status=told("flow") or "",
            after=told("after") or "",
        )


class RecordForm(forms.Form):
    """One record; what is wrong with it is the rows' own check, so that a form takes
    nothing that a file may not have. Never shown again as it was typed."""

    profile = forms.ChoiceField(required=False)
    ipo_id = forms.ChoiceField(required=False, error_messages=NO_CHOICE)
    firm_id = forms.ChoiceField(required=False, error_messages=NO_CHOICE)
    own_ref = forms.CharField(required=False, max_length=200)
    quantity = forms.CharField(required=False, max_length=40)
    id_type = forms.ChoiceField(required=False, error_messages=NO_CHOICE)
    jurisdiction = forms.CharField(required=False, max_length=10)
    number = forms.CharField(required=False, max_length=200)
    name_english = forms.CharField(required=False, max_length=400)
    name_chinese = forms.CharField(required=False, max_length=400)
    COLUMNS: Mapping[str, Column] = {
        "ipo_id": Column.IPO_ID,
        "firm_id": Column.FIRM_ID,
        "own_ref": Column.OWN_REF,
        "quantity": Column.QUANTITY,
        "id_type": Column.ID_TYPE,
        "jurisdiction": Column.JURISDICTION,
        "number": Column.ID_NUMBER,
        "name_english": Column.NAME_ENGLISH,
        "name_chinese": Column.NAME_CHINESE,
    }

    def __init__(
        self,
        profiles: Sequence[Profile],
        ipos: Choices,
        firms: Choices,
        id_types: Choices,
        data: Any = None,
    ) -> None:
        super().__init__(data)
        _offer(self.fields["profile"], of_profiles(profiles))
        _offer(self.fields["ipo_id"], ipos)
        _offer(self.fields["firm_id"], firms)
        _offer(self.fields["id_type"], id_types)

    @property
    def cells(self) -> dict[Column, str]:
        told = self.cleaned_data.get
        return {column: told(name) or "" for name, column in self.COLUMNS.items()}

    def blame(self, problems: Iterable[Problem]) -> None:
        names = {str(column): name for name, column in self.COLUMNS.items()}
        for problem in problems:
            word = WORDS[Column(problem.column)]
            said = OF_A_CELL.sub(f"{word} ", problem.what)
            self.add_error(names[problem.column], said)


def of_profiles(profiles: Sequence[Profile]) -> Choices:
    return [
        (str(p.pk), f"{p.company_id.code}, {p.get_environment_display()}")
        for p in profiles
    ]


def _offer(field: forms.Field, choices: Choices) -> None:
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  (for the type only)
    field.choices = choices
