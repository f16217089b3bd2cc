"""What is typed on the import pages: parsed here, decided by the services."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from workspaces.access.actor import Actor
from workspaces.imports.generic import reading_options
from workspaces.imports.kinds import Kind
from workspaces.imports.matching import preset_of, presets_of
from workspaces.imports.models import ImportRun, OnExisting
from workspaces.imports.registered import FIRST, known

DATE_ORDERS = [
    ("", "Recognise it"),
    ("dmy", "Day first: 31/03/2024"),
    ("mdy", "Month first: 03/31/2024"),
]
DECIMALS = [("", "Recognise it"), (".", "Point: 1,234.50"), (",", "Comma: 1.234,50")]
DELIMITERS = [("", "Recognise it"), (",", "Comma"), (";", "Semicolon"), ("\t", "Tab"), ("|", "Bar")]
ENCODINGS = [
    ("", "Recognise it"),
    ("utf-8", "UTF-8"),
    ("cp1252", "Western European (Windows)"),
    ("cp1250", "Central European (Windows)"),
    ("cp1251", "Cyrillic (Windows)"),
    ("mac_roman", "Western European (Mac)"),
    ("utf-16", "UTF-16"),
    ("shift_jis", "Japanese"),
    ("gb18030", "Chinese"),
]

START, REST = "What a shop starts with", "More of the shop"


def kinds_for(actor: Actor) -> list[Kind]:
    """What this member may import, in the order a new shop needs it."""
    return [kind for kind in known().values() if actor.can(kind.perm)]


def grouped(kinds: list[Kind]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices under headings: what a shop starts with, the rest of it, then its sections."""
    groups: dict[str, list[tuple[str, str]]] = {START: [], REST: []}
    for kind in kinds:
        heading = START if kind.name in FIRST else kind.section or REST
        groups.setdefault(heading, []).append((kind.name, kind.label))
    return [(heading, choices) for heading, choices in groups.items() if choices]


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or several files; cleans to a list."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        single = super().clean
        given = data if isinstance(data, list | tuple) else [data]
        return [single(each, initial) for each in given]


class UploadForm(forms.Form):
    """What the file holds, and the file."""

    kind = forms.ChoiceField(label="What is in the file?")
    upload = FilesField(
        label="File",
        help_text="CSV, XLSX or JSON. Choose several at once where a system exports several.",
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        if isinstance(field, forms.ChoiceField):
            field.choices = grouped(kinds_for(actor))

    def uploads(self) -> list[tuple[str, Any]]:
        """(name, file) of each; once valid."""
        files: list[UploadedFile] = self.cleaned_data["upload"]
        return [(file.name or "file", file) for file in files]


class MappingForm(forms.Form):
    """Which column is which field, and how the file is written."""

    preset = forms.ChoiceField(required=False, label="Written by")
    date_order = forms.ChoiceField(choices=DATE_ORDERS, required=False, label="Dates")
    decimal = forms.ChoiceField(choices=DECIMALS, required=False, label="Decimal sign")

    def __init__(self, run: ImportRun, kind: Kind, sheets: list[str], *args: Any) -> None:
        super().__init__(*args)
        presets = [("", "Something else: match the columns by hand")]
        presets += [(preset.name, preset.label) for preset in presets_of(kind.name)]
        self._choose("preset", presets, run.preset)
        for name in ("date_order", "decimal"):
            self.fields[name].initial = run.options.get(name, "")
        if run.delimiter:
            self._add("encoding", "Encoding", ENCODINGS, run.options.get("encoding", ""))
            self._add("delimiter", "Separator", DELIMITERS, run.options.get("delimiter", ""))
        if len(sheets) > 1:
            self._add("sheet", "Sheet", [(name, name) for name in sheets], run.sheet)
        answers = reading_options(run, preset_of(run.preset, run.kind))
        for asked in kind.asks:
            chosen = answers.get(asked.name, asked.choices[0][0])
            self._add(asked.name, asked.label, list(asked.choices), chosen)
        self.asked = [asked.name for asked in kind.asks]
        headers = [("", "— not in the file —"), *((name, name) for name in run.columns)]
        for column in kind.columns:
            chosen = run.mapping.get(column.name, "")
            self._add(f"field_{column.name}", column.label, headers, chosen)
        self._fields = [column.name for column in kind.columns]

    def _add(self, name: str, label: str, choices: list[tuple[str, str]], initial: str) -> None:
        self.fields[name] = forms.ChoiceField(
            choices=choices, required=False, label=label, initial=initial
        )

    def _choose(self, name: str, choices: list[tuple[str, str]], initial: str) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices
        field.initial = initial

    def mapping(self) -> dict[str, str]:
        """{field: column}; once valid."""
        chosen = {name: self.cleaned_data.get(f"field_{name}", "") for name in self._fields}
        return {name: header for name, header in chosen.items() if header}

    def options(self) -> dict[str, str]:
        """Reading options that were chosen; once valid."""
        names = ("date_order", "decimal", "encoding", "delimiter", "sheet", *self.asked)
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}


class ChoiceForm(forms.Form):
    """What happens to rows that exist, and to good rows beside bad ones."""

    on_existing = forms.ChoiceField(choices=OnExisting.choices, label="Rows that are there already")
    keep_good = forms.BooleanField(
        required=False, label="Import the rows without problems and leave the others out"
    )


class CellForm(forms.Form):
    """A corrected cell."""

    row_no = forms.IntegerField(min_value=1, max_value=2**62)
    field = forms.CharField(max_length=60)
    text = forms.CharField(required=False, max_length=10_000, strip=False)
