"""What a person sees of an import: first rows, examples, and what it changed."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.apps import apps
from django.db.models import Model

from core.csv import neutralise, plain
from core.templatetags import ui
from workspaces.access.actor import Actor
from workspaces.fields.providing import hidden_from
from workspaces.imports import checking
from workspaces.imports.generic import generic_of, source_of
from workspaces.imports.kinds import Kind
from workspaces.imports.models import ImportChange, ImportRun
from workspaces.records.changes import CUSTOM
from workspaces.records.models import Record

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}[0-9:.]*(Z|[+-]\d{2}:\d{2})")
SAMPLES, PREVIEW, PAGE, SHORT = 3, 10, 50, 60


@dataclass(frozen=True, slots=True)
class Table:
    """A few rows to look at."""

    headers: list[str]
    rows: list[list[str]]


def samples(run: ImportRun) -> dict[str, list[str]]:
    """Some different cells of every column of the file, to recognise it by."""
    source = source_of(run)
    found: dict[str, list[str]] = {header: [] for header in source.headers}
    for line in islice(source.lines(), 50):
        for header, cell in zip(source.headers, line.cells, strict=True):
            text = _shown(cell)
            if text and len(found[header]) < SAMPLES and text not in found[header]:
                found[header].append(text)
    return found


def preview(run: ImportRun) -> Table:
    """The first rows as the import understands them: only the columns that hold something."""
    generic = generic_of(run)
    rows = [[_shown(cell) for cell in cells] for _, cells in _first(generic.rows)]
    used = [place for place in range(len(generic.columns)) if any(row[place] for row in rows)]
    headers = [generic.columns[place].label for place in used]
    return Table(headers, [[row[place] for place in used] for row in rows])


def _first(rows: Any) -> Iterator[tuple[int, list[str]]]:
    return islice(rows(lambda line: None), PREVIEW)


def _shown(cell: str) -> str:
    text = plain(" ".join(cell.split()))
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"


def example_csv(kind: Kind) -> str:
    """A file of the kind with one row of examples, ready to be filled in and imported."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.name for column in kind.columns])
    writer.writerow([neutralise(column.example) for column in kind.columns])
    return out.getvalue()


def issues_csv(run: ImportRun, kind: Kind) -> Iterator[str]:
    """Every problem as CSV, streamed; nothing in it can run as a formula."""
    yield _row(["line", "field", "value", "problem", "what to do"])
    labels = {column.name: column.label for column in kind.columns}
    offset = 0
    while batch := checking.issues_of_rows(run, offset=offset, limit=2_000):
        offset += len(batch)
        for issue in batch:
            field = labels.get(issue.field, issue.field)
            yield _row([str(issue.line), field, issue.value, issue.message, issue.remedy])


def _row(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([neutralise(cell) for cell in cells])
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Change:
    """One row that an import touched, for the result page."""

    label: str
    kind: str
    fields: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Made:
    """How many rows of one model an import created."""

    model: str
    label: str
    count: int


def made_by(run: ImportRun) -> list[Made]:
    """What the import created and is still there, by kind of record."""
    found = []
    for model in _record_models():
        count = _created(model, run).count()
        if count:
            names = model._meta.verbose_name_plural
            found.append(Made(model._meta.label_lower, str(names).capitalize(), count))
    return found


def created_rows(run: ImportRun, model_label: str, after: int) -> list[tuple[int, str]]:
    """A page of created rows (id and name), in the order they were created."""
    for model in _record_models():
        if model._meta.label_lower == model_label:
            rows = _created(model, run).filter(pk__gt=after).order_by("pk")[: PAGE + 1]
            return [(row.pk, str(row)) for row in rows]
    return []


def _record_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if issubclass(model, Record)]


def _created(model: type[Model], run: ImportRun) -> Any:
    manager: Any = model._default_manager
    return manager.in_workspace(run.workspace_id).filter(import_run_id=run.pk)


def changes(actor: Actor, run: ImportRun, after: int) -> tuple[list[Change], int]:
    """A page of updated rows with old and new values, and where the next page starts (or 0)."""
    found = ImportChange.objects.visible_to(actor).filter(
        run=run, pk__gt=after, before__isnull=False
    )
    rows = list(found.order_by("pk")[: PAGE + 1])
    shown = rows[:PAGE]
    following = shown[-1].pk if len(rows) > PAGE else 0
    return [_change(actor, row) for row in shown], following


def _change(actor: Actor, row: ImportChange) -> Change:
    before, after = _held(actor, row, row.before), _held(actor, row, row.after)
    fields = [
        (
            name.removeprefix(CUSTOM).replace("_", " ").removesuffix(" id"),
            _plain(before.get(name)),
            _plain(after.get(name)),
        )
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    ]
    model = apps.get_model(row.model)._meta.verbose_name
    return Change(row.label, str(model), fields)


def _held(actor: Actor, row: ImportChange, columns: dict[str, Any] | None) -> dict[str, Any]:
    """One side of a change: the workspace's own fields beside the others, none of them hidden."""
    held = dict(columns or {})
    held |= {f"{CUSTOM}{key}": value for key, value in (held.pop("custom", None) or {}).items()}
    hidden = hidden_from(actor, row.model)
    return {name: value for name, value in held.items() if name not in hidden}


def _named(field: str) -> str:
    return field.removesuffix("_id").replace("_", " ")


def _plain(value: object) -> str:
    """What a column held; days and moments, which JSON keeps in ISO, as pages write them."""
    if value in (None, ""):
        return "—"
    text = str(value)
    if _MOMENT.fullmatch(text):
        return ui.moment(datetime.fromisoformat(text))
    return ui.day(date.fromisoformat(text)) if _DAY.fullmatch(text) else _shown(text)
