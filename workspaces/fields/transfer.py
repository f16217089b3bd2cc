"""Custom fields in files: their columns, the check of their cells, and the values to merge.

A cell is read as its field reads any value. A record link is `#` and its id; a person is an e-mail
address; choices are labels. What can be said set-based is; each different text is read once.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from psycopg2.extras import execute_values

from workspaces.access.actor import Actor
from workspaces.fields import known
from workspaces.fields.models import CustomField
from workspaces.fields.storing import DIGITS, as_stored
from workspaces.fields.values import claim_all, sees
from workspaces.imports.kinds import Cell, Column, simple
from workspaces.imports.merging import Check, Work
from workspaces.members.models import Membership, Workspace
from workspaces.records import refs
from workspaces.records.fields import FieldType
from workspaces.records.kinds import KINDS

PREFIX = "custom_"
LARGEST = 10**DIGITS
CHUNK = 2_000
CELLS: dict[str, Cell] = {
    FieldType.NUMBER: Cell.DECIMAL,
    FieldType.MONEY: Cell.DECIMAL,
    FieldType.PERCENT: Cell.DECIMAL,
    FieldType.DAY: Cell.DATE,
    FieldType.MOMENT: Cell.MOMENT,
    FieldType.YES_NO: Cell.YES_NO,
}
HELP: dict[str, str] = {
    FieldType.PERCENT: "In percent: 12.5.",
    FieldType.PERSON: "A member's e-mail address.",
    FieldType.LINK: "# and the record's id: #12.",
    FieldType.CHOICES: "Separated by commas.",
}


def fields_in_files(workspace: Workspace, kind: str) -> list[CustomField]:
    """The fields that a file can hold: all but formulas."""
    fields = known.fields_of_kind(workspace, kind)
    return [one for one in fields if one.type != FieldType.FORMULA]


def columns(workspace: Workspace, kind: str, taken: Sequence[Column]) -> tuple[Column, ...]:
    """Their columns, behind the kind's own. No header can be taken for another."""
    labels = {simple(one.label) for one in taken}
    labels |= {simple(one.label) for one in KINDS[kind].fields}
    found = []
    for one in fields_in_files(workspace, kind):
        name = f"{PREFIX}{one.key}"
        spellings = (one.label, f"{one.label} ({one.key})", name)
        label = next((each for each in spellings if simple(each) not in labels), name)
        labels.add(simple(label))
        cell, told = CELLS.get(one.type, Cell.TEXT), HELP.get(one.type, one.help)
        found.append(
            Column(name, label, cell, help=told, aliases=(one.key, one.name), largest=LARGEST)
        )
    return tuple(found)


def allowed(actor: Actor, kind: str, given: Sequence[Column]) -> tuple[Column, ...]:
    """The columns without those of fields that this role may not see."""
    fields = fields_in_files(actor.workspace, kind)
    hidden = {f"{PREFIX}{one.key}" for one in fields if not sees(actor, one)}
    return tuple(column for column in given if column.name not in hidden)


def said(work: Work, kind: str) -> list[CustomField]:
    """The fields that the file has a column for, and this role may set."""
    actor = work.stage.actor
    fields = fields_in_files(actor.workspace, kind)
    return [one for one in fields if work.said(f"{PREFIX}{one.key}") and sees(actor, one)]


def check(work: Check, kind: str, new: str) -> None:
    """Refuse cells that do not fit, and new records (where `new` holds) without what is needed."""
    present = said(work, kind)
    for one in present:
        column = f"{PREFIX}{one.key}"
        values = _read(work, one)
        wrong = [(raw, words, False) for raw, (_, words) in values.items() if words]
        gone = _gone(work, one, [raw for raw, (_, words) in values.items() if not words])
        wrong += [(raw, _none_such(one), True) for raw in gone]
        work.run(
            "CREATE TEMP TABLE IF NOT EXISTS own_wrong (raw text, words text, if_new boolean) "
            "ON COMMIT DROP"
        )
        work.run("TRUNCATE own_wrong")
        _fill("own_wrong", wrong)
        work.refuse(
            column,
            "o.words",
            "Correct the cell, or leave it empty.",
            f"s.{column} IS NOT NULL AND (NOT o.if_new OR ({new}))",
            f"JOIN own_wrong o ON o.raw = s.{column}::text",
        )
    for one in fields_in_files(work.stage.actor.workspace, kind):
        if not one.required or one.default is not None or not sees(work.stage.actor, one):
            continue
        column, empty = f"{PREFIX}{one.key}", "true"
        if one in present:
            empty = f"s.{column} IS NULL"
        elif work.stage.on_existing == "only_update":
            continue
        shown = "" if one in present else "''"
        work.values["own_label"] = one.label
        work.refuse(
            column if one in present else "",
            "%(own_label)s || ' is needed.'",
            "Fill in the cell, or add the column.",
            f"{empty} AND ({new})",
            value=shown,
        )


@dataclass(frozen=True, slots=True)
class Part:
    """What a merge takes of custom fields: nothing where the kind has none.

    `value` is the end of a select that names it `custom`, `joins` what that needs, `written` and
    `inserted` are the columns of known and of new records, `cells` the staged columns.
    """

    value: str = ""
    joins: str = ""
    written: tuple[str, ...] = ()
    inserted: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()


def part_of(work: Work, kind: str, old: str, is_new: str, row: str) -> Part:
    """Custom fields for a merge whose rows are `row`; `old` is what a record of `is_new` lacks."""
    if not fields_in_files(work.stage.actor.workspace, kind):
        return Part()
    present = said(work, kind)
    joins, value = tables(work, kind, row), f", {merged(work, kind, old, is_new)} AS custom"
    written = ("custom",) if present else ()
    cells = tuple(f"{PREFIX}{one.key}" for one in present)
    return Part(value, joins, written, ("custom",), cells)


def tables(work: Work, kind: str, row: str = "g") -> str:
    """`m_own_<key>`: each different text and the JSON it becomes. Returns the joins to `row`."""
    joins = ""
    for one in said(work, kind):
        name, column = f"m_own_{one.key}", f"{PREFIX}{one.key}"
        work.run(f"DROP TABLE IF EXISTS pg_temp.{name}")
        work.run(f"CREATE TEMP TABLE {name} (raw text, value jsonb) ON COMMIT DROP")
        values = _read(work, one)
        _fill(name, [(raw, json.dumps(v)) for raw, (v, words) in values.items() if not words])
        joins += f" LEFT JOIN {name} ON {name}.raw = {row}.{column}::text"
    return joins


def merged(work: Work, kind: str, old: str, is_new: str) -> str:
    """The record's `custom` in SQL: what was there, less emptied cells, with what the file says.

    New records begin with the defaults.
    """
    present = said(work, kind)
    keys = [one.key for one in present]
    defaults = {
        one.key: one.default
        for one in fields_in_files(work.stage.actor.workspace, kind)
        if one.default is not None and one.key not in keys
    }
    work.values |= {"own_keys": keys, "own_defaults": json.dumps(defaults)}
    pairs = ", ".join(f"'{key}', m_own_{key}.value" for key in keys)
    said_now = f"jsonb_strip_nulls(jsonb_build_object({pairs}))" if pairs else "'{}'::jsonb"
    kept = f"(coalesce({old}, '{{}}'::jsonb) - %(own_keys)s::text[])"
    return f"CASE WHEN {is_new} THEN %(own_defaults)s::jsonb ELSE {kept} END || {said_now}"


def claim(work: Work, model: Any, kind: str, found: str) -> None:
    """Hold the unique values of the merged records, whose ids `found` selects.

    Raises ValidationError.
    """
    unique = [one for one in said(work, kind) if one.unique]
    pks = [row[0] for row in work.rows(found)] if unique else []
    for one in unique:
        rows = model.objects.in_workspace(work.values["w"]).filter(pk__in=pks)
        held = dict(rows.values_list("pk", f"custom__{one.key}"))
        taken = claim_all(work.stage.actor.workspace, model, one, held)
        if taken:
            words = f"{one}: “{held[min(taken)]}” is already used by another record."
            raise ValidationError(words)


def exported(actor: Actor, kind: str, rows: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """The cells of some records' `custom`, in the order of `names`."""
    fields = [one for one in fields_in_files(actor.workspace, kind) if sees(actor, one)]
    people = _addresses(actor, fields)
    return [[_cell(one, (row or {}).get(one.key), people) for one in fields] for row in rows]


def beside(
    actor: Actor, kind: str, rows: Iterator[tuple[Any, ...]]
) -> Iterator[tuple[object, ...]]:
    """Rows whose last value is a record's `custom`, with the cells of `names` in its place."""
    while part := list(islice(rows, CHUNK)):
        cells = exported(actor, kind, [row[-1] for row in part])
        for row, mine in zip(part, cells, strict=True):
            yield (*row[:-1], *mine)


def names(actor: Actor, kind: str) -> tuple[str, ...]:
    """The columns of an export, those this role may not see left out."""
    fields = fields_in_files(actor.workspace, kind)
    return tuple(f"{PREFIX}{one.key}" for one in fields if sees(actor, one))


def _cell(field: CustomField, value: Any, people: Mapping[int, str]) -> Any:
    if value is None:
        return None
    match field.type:
        case FieldType.NUMBER | FieldType.MONEY:
            return Decimal(str(value))
        case FieldType.PERCENT:
            return Decimal(str(value)).scaleb(2)
        case FieldType.CHOICE:
            return _label(field, value)
        case FieldType.CHOICES:
            return ", ".join(_label(field, one) for one in value)
        case FieldType.PERSON:
            return people.get(value, "")
        case FieldType.LINK:
            return f"#{value}"
        case FieldType.YES_NO:
            return "yes" if value else "no"
    return value


def _label(field: CustomField, value: str) -> str:
    """A choice's label, or its value where the label is what another choice is kept as."""
    labels = {one["value"]: one["label"] for one in field.options}
    label = str(labels.get(value, value))
    taken = {one.casefold() for one in labels if one != value}
    return value if label.casefold() in taken else label


def _addresses(actor: Actor, fields: Sequence[CustomField]) -> dict[int, str]:
    if all(one.type != FieldType.PERSON for one in fields):
        return {}
    members = Membership.objects.visible_to(actor)
    return dict(members.values_list("user_id", "user__email"))


def _read(work: Work, field: CustomField) -> dict[str, tuple[Any, str]]:
    """{text: (value, refusal)} of the different texts in a field's column."""
    column = f"{PREFIX}{field.key}"
    rows = work.rows(
        f"SELECT DISTINCT s.{column}::text FROM {work.stage.table} s WHERE s.{column} IS NOT NULL"
    )
    texts = [row[0] for row in rows]
    known_ids = _ids(work.stage.actor, field, texts) | _gone(work, field, texts)
    return {text: _value(work, field, text, known_ids) for text in texts}


def _value(work: Work, field: CustomField, text: str, ids: Mapping[str, int]) -> tuple[Any, str]:
    if field.type in (FieldType.PERSON, FieldType.LINK):
        found = ids.get(text.strip().lower())
        return (found, "") if found else (None, _none_such(field))
    raw: Any = text
    try:
        if field.type == FieldType.PERCENT:
            raw = _hundredth(text)
        return as_stored(field, raw, work.stage.actor.workspace.timezone), ""
    except ValidationError as error:
        return None, " ".join(error.messages)


def _none_such(field: CustomField) -> str:
    what = "member with this address" if field.type == FieldType.PERSON else "such record"
    return f"There is no {what} here."


def _hundredth(text: str) -> str:
    return format(Decimal(text).scaleb(-2), "f")


def _ids(actor: Actor, field: CustomField, texts: Sequence[str]) -> dict[str, int]:
    """The ids that the texts of a link or person stand for."""
    if field.type == FieldType.PERSON:
        members = Membership.objects.visible_to(actor).active()
        return {mail.lower(): pk for pk, mail in members.values_list("user_id", "user__email")}
    if field.type != FieldType.LINK:
        return {}
    ids = _numbers(texts)
    found = {pk for _, pk in refs.named(actor, [(field.to, pk) for pk in ids.values()])}
    return {text: pk for text, pk in ids.items() if pk in found}


def _numbers(texts: Sequence[str]) -> dict[str, int]:
    asked = {t.strip().lower(): t.strip().lstrip("#") for t in texts}
    return {text: int(word[:18]) for text, word in asked.items() if word.isdecimal()}


def _gone(work: Work, field: CustomField, texts: Sequence[str]) -> dict[str, int]:
    """Texts for members who left and records in the trash that records still hold: such a value
    stays as it is, and is given to no new record.
    """
    actor = work.stage.actor
    if field.type == FieldType.PERSON:
        left = Membership.objects.visible_to(actor).filter(active=False)
        named = {mail.lower(): pk for pk, mail in left.values_list("user_id", "user__email")}
    elif field.type == FieldType.LINK:
        present = _ids(actor, field, texts)
        named = {text: pk for text, pk in _numbers(texts).items() if text not in present}
    else:
        return {}
    asked = {key: named[key] for text in texts if (key := text.strip().lower()) in named}
    if not asked:
        return {}
    rows: Any = KINDS[field.kind].model.objects  # type: ignore[attr-defined]
    held = rows.in_workspace(actor.workspace.pk).filter(
        **{f"custom__{field.key}__in": list(asked.values())}
    )
    known_there = set(held.values_list(f"custom__{field.key}", flat=True).distinct())
    return {text: pk for text, pk in asked.items() if pk in known_there}


def _fill(table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            execute_values(cursor.cursor, f"INSERT INTO {table} VALUES %s", rows, page_size=1_000)
