"""Rows of a file brought into records of a kind by the verbs of the kind, each in a savepoint."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, transaction
from django.db.models import F, UniqueConstraint
from django.db.models.functions import Lower
from psycopg2.extras import execute_values

from core.db import refusal_in
from core.errors import DomainError, Refused
from workspaces.fields.transfer import PREFIX
from workspaces.imports.cells import ID, cells_of, column_of, in_files, same
from workspaces.imports.kinds import Outcome, Stage
from workspaces.imports.merging import count
from workspaces.imports.models import ImportChange
from workspaces.records.changes import CUSTOM
from workspaces.records.describing import fields_of
from workspaces.records.fields import Field, FieldType
from workspaces.records.kinds import RecordKind
from workspaces.records.parsing import Parser, nothing
from workspaces.records.services import change_record, create_record

BATCH = 500
CLASH = "It clashes with something that is there."
CORRECT = "Correct the cell, or leave the row out."
READ = (FieldType.LINK, FieldType.PERSON, FieldType.CHOICE, FieldType.CHOICES)
UNTOLD = ("version", "updated_at", "created_at", "import_run_id")
Cells = Mapping[str, Any]
Values = dict[str, Any]


def known_by(record: RecordKind) -> str:
    """The field by which people call a record, if no two in a workspace share it."""
    unique = [set(record.together)] if record.together else []
    for constraint in record.model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.condition is None:
            named = [one for each in constraint.expressions for one in _columns_in(each)]
            unique.append({*constraint.fields, *named} - {"workspace"})
    return next((name for name in record.naming if {name} in unique), "")


def _columns_in(expression: Any) -> list[str]:
    """The columns that an expression of a constraint is made of: Lower("name")."""
    if isinstance(expression, F):
        return [str(expression.name)]  # type: ignore[attr-defined]
    return [one for each in expression.get_source_expressions() for one in _columns_in(each)]


def tried(act: Callable[[], object]) -> list[tuple[str, str]]:
    """Do it in a savepoint of its own; (field, words) of what it was refused for, if it was."""
    try:
        with transaction.atomic():
            act()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what links to nothing is told now
    except ValidationError as wrong:
        found = getattr(wrong, "error_dict", None)
        if found is None:
            return [("", " ".join(wrong.messages))]
        return [
            ("" if name == NON_FIELD_ERRORS else name, " ".join(message))
            for name, message in wrong.message_dict.items()
        ]
    except DomainError as refusal:
        return [("", str(refusal))]
    except IntegrityError as clash:
        return [("", refusal_in(clash) or CLASH)]
    return []


class RecordRows:
    """The staged rows of one file on their way into records of one kind.

    `issues` are (row, column, value, message, remedy) of what was refused, `taken` the others:
    their number, and the id of the record that was there.
    """

    def __init__(self, record: RecordKind, stage: Stage, outcome: Outcome) -> None:
        self.record, self.stage, self.outcome = record, stage, outcome
        self.actor, self._known_by = stage.actor, known_by(record)
        self.issues: list[tuple[int, str, str, str, str]] = []
        self.taken: list[tuple[int, int | None]] = []
        self._parser = Parser(stage.actor)
        fields = [one for one in fields_of(stage.actor, record) if in_files(one) and one.editable]
        self._fields = {column_of(one): one for one in fields if column_of(one) in stage.mapped}

    def bring(self, phase: str) -> None:
        """Take every row through the verbs."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {self.stage.table} WHERE ok")  # noqa: S608 - ours
            total = cursor.fetchone()[0]
        done, last = 0, -1
        while part := self._part(last):
            last = part[-1][0]
            self._bring_part(part)
            done += len(part)
            self.stage.progress(done, total, f"{phase}: {done:,} of {total:,} rows")

    def report(self) -> None:
        """Write what was refused into the stage's issues."""
        columns = "(row_no, field, value, message, remedy)"
        into = f"INSERT INTO {self.stage.issues} {columns} VALUES %s"  # noqa: S608 - our own names
        if self.issues:
            with connection.cursor() as cursor:
                execute_values(cursor.cursor, into, self.issues, page_size=1_000)

    def _part(self, after: int) -> list[tuple[int, Cells]]:
        keys = {ID, self._known_by} & self.stage.mapped
        names = [*keys, *(name for name in self._fields if name not in keys)]
        columns = "".join(f', "{name}"' for name in names)  # one may be a word of SQL
        statement = (
            f"SELECT row_no{columns} FROM {self.stage.table} "  # noqa: S608 - our own names
            "WHERE ok AND row_no > %s ORDER BY row_no LIMIT %s"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [after, BATCH])
            return [(row[0], dict(zip(names, row[1:], strict=True))) for row in cursor.fetchall()]

    def _bring_part(self, part: Sequence[tuple[int, Cells]]) -> None:
        for name, field in self._fields.items():
            if field.type in (FieldType.LINK, FieldType.PERSON):
                self._parser.look_up(field, [cells[name] for _, cells in part if cells[name]])
        by_id, by_name = self._there(part)
        held = cells_of(self.actor, self.record, [*by_id.values(), *by_name.values()])
        for number, cells in part:
            pk = cells.get(ID)
            row = by_name.get(self._name(cells)) if pk is None else by_id.get(pk)
            if row is not None:
                self._change(number, cells, row, held[row.pk])
            elif pk is not None:
                self._issue(number, ID, pk, f"There is no #{pk} here, or it is in the trash.")
            else:
                self._create(number, cells)

    def _there(self, part: Sequence[tuple[int, Cells]]) -> tuple[dict[int, Any], dict[str, Any]]:
        """The records that rows speak of, by id and by name."""
        rows = self.record.rows(self.actor)
        by_id = rows.in_bulk([pk for _, cells in part if (pk := cells.get(ID)) is not None])
        names = {name for _, cells in part if (name := self._name(cells))}
        if not names:
            return by_id, {}
        named = rows.alias(file_name=Lower(self._known_by)).filter(file_name__in=names)
        return by_id, {str(getattr(row, self._known_by)).lower(): row for row in named}

    def _name(self, cells: Cells) -> str:
        """What the row calls its record, where names are given once."""
        return str(cells.get(self._known_by) or "").lower()

    def _create(self, number: int, cells: Cells) -> None:
        if self.stage.on_existing == "only_update":
            return
        said = {name: field for name, field in self._fields.items() if cells[name] is not None}
        needed = [one for one in self.record.fields if one.required and one.editable]
        lacks = [one for one in needed if one.name not in said]
        for one in lacks:
            column = one.name if one.name in self._fields else ""
            self._issue(number, column, "", f"{one.label} is needed.")
        values = self._values(number, cells, said)
        if values is None or lacks:
            return
        made: list[Any] = []
        if self._refused(
            number, cells, lambda: made.append(create_record(self.actor, self.record, values))
        ):
            return
        rows: Any = self.record.model.objects  # type: ignore[attr-defined]
        ours = rows.in_workspace(self.actor.workspace.pk).filter(pk=made[0].pk)
        ours.update(import_run=self.stage.run_id)
        self.taken.append((number, None))
        count(self.outcome.created, self.record.model, 1)

    def _change(self, number: int, cells: Cells, row: Any, held: Cells) -> None:
        if self.stage.on_existing == "skip":
            return
        differs = {
            name: field
            for name, field in self._fields.items()
            if not same(cells[name], held.get(name))
        }
        if not differs:
            self.taken.append((number, row.pk))
            return
        values = self._values(number, cells, differs)
        if values is None:
            return
        before, after = _columns_of(row), []

        def change() -> None:
            done = change_record(self.actor, self.record, row.pk, row.version, values)
            after.append(_columns_of(done))

        if not self._refused(number, cells, change):
            self.taken.append((number, row.pk))
            self._remember(row, before, after[0])

    def _remember(self, row: Any, before: Values, after: Values) -> None:
        """Keep both sides of what a row changed, for the import's page."""
        differs = [name for name, value in after.items() if before.get(name) != value]
        if not differs:
            return
        ImportChange.objects.create(
            workspace=self.actor.workspace,
            run_id=self.stage.run_id,
            model=self.record.name,
            object_id=row.pk,
            label=str(row)[:200],
            before={name: before.get(name) for name in differs},
            after={name: after[name] for name in differs},
        )
        count(self.outcome.updated, self.record.model, 1)

    def _values(self, number: int, cells: Cells, said: Mapping[str, Field]) -> Values | None:
        """The cells as the verbs take them; None when one cannot be read."""
        found: Values = {}
        before = len(self.issues)
        for name, field in said.items():
            try:
                found[field.name] = self._value(field, cells[name])
            except Refused as refusal:
                self._issue(number, name, cells[name], str(refusal))
        return found if len(self.issues) == before else None

    def _value(self, field: Field, said: Any) -> Any:
        if said is None:
            return self._emptied(field)
        if field.type in READ:
            return self._parser.value(field, said)
        return said / 100 if field.type is FieldType.PERCENT else said

    def _emptied(self, field: Field) -> Any:
        """What an empty cell means. Raises Refused where something must stand."""
        empty = nothing(field)
        if not field.is_custom:
            column: Any = self.record.model._meta.get_field(field.name)
            if not (column.null if empty is None else column.blank):
                raise Refused(f"{field.label} is needed.")
        return empty

    def _refused(self, number: int, cells: Cells, act: Callable[[], object]) -> bool:
        refusals = tried(act)
        for name, words in refusals:
            column = f"{PREFIX}{name.removeprefix(CUSTOM)}" if name.startswith(CUSTOM) else name
            column = column if column in self._fields else ""
            self._issue(number, column, cells.get(column), words)
        return bool(refusals)

    def _issue(self, number: int, column: str, value: Any, words: str) -> None:
        shown = "" if value is None else str(value)[:200]
        self.issues.append((number, column, shown, words, CORRECT))


def _columns_of(row: Any) -> Values:
    """What a record holds, by column, as JSON keeps it."""
    held = {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields}
    plain = {name: value for name, value in held.items() if name not in UNTOLD}
    return dict(json.loads(json.dumps(plain, cls=DjangoJSONEncoder)))
