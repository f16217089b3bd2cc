"""Custom fields as everything else knows fields: the descriptions a member sees of a kind."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.expressions import ExpressionError
from workspaces.access.actor import Actor
from workspaces.access.roles import Role
from workspaces.fields import known
from workspaces.fields.formulas import as_json, compiled, described
from workspaces.fields.models import CustomField
from workspaces.fields.storing import LONGEST
from workspaces.members.models import Workspace
from workspaces.records.fields import Choice, Field, FieldType
from workspaces.records.kinds import KINDS, RecordKind

_seen: known.Remembered[tuple[Field, ...]] = known.Remembered(1_000)


def custom_fields(actor: Actor, kind: RecordKind) -> Sequence[Field]:
    """The custom fields of a kind that this member may see. What a formula needs hidden, hides it.

    Worked out once a process for each state of the fields, role and currency.
    """
    workspace = actor.workspace
    if not workspace.fields_stamp:
        return ()
    seen = frozenset(one.name for one in kind.fields if one.perm is None or actor.can(one.perm))
    state = workspace.pk, workspace.fields_stamp, workspace.currency, workspace.timezone
    key = (*state, kind.name, actor.role, seen)
    return _seen.get(key, lambda: _described(workspace, kind, actor.role, seen))


def _described(
    workspace: Workspace, kind: RecordKind, role: Role, seen: frozenset[str]
) -> tuple[Field, ...]:
    all_of_kind = known.fields_of_kind(workspace, kind.name)
    visible = [one for one in all_of_kind if not one.roles or role.value in one.roles]
    by_name = {one.name: one for one in kind.fields if one.name in seen}
    by_name |= {one.key: plain_field(one) for one in visible if one.type != FieldType.FORMULA}
    found = []
    for one in visible:
        if one.type != FieldType.FORMULA:
            found.append(by_name[one.key])
        elif formula := _formula(workspace, one, all_of_kind, by_name):
            found.append(formula)
    return tuple(found)


def plain_field(one: CustomField) -> Field:
    """A custom field's description."""
    return Field(
        name=one.name,
        label=one.label,
        type=FieldType(one.type),
        required=one.required,
        editable=one.type != FieldType.FORMULA,
        unique=one.unique,
        help=one.help,
        choices=tuple(Choice(o["value"], o["label"], o.get("tone", "grey")) for o in one.options),
        to=one.to,
        unit=one.currency if one.type == FieldType.MONEY else one.unit,
        max_length=LONGEST.get(FieldType(one.type)),
        default=one.default,
        formula=one.formula,
    )


def _formula(
    workspace: Workspace,
    one: CustomField,
    fields: Sequence[CustomField],
    by_name: Mapping[str, Field],
) -> Field | None:
    """The formula's description; None when this member may not see all that it is made of."""
    try:
        formula = compiled(workspace, one.kind, one.formula, fields)
    except ExpressionError as error:  # what it was made of is gone: say so, in every row
        broken = str(error)
        return replace(
            plain_field(one),
            result=FieldType.TEXT,
            compute=lambda row: None,
            why=lambda row: f"the formula no longer works: {broken}",
        )
    if not formula.expression.names <= set(by_name):
        return None
    return replace(plain_field(one), **described(formula, by_name))


def wire(fields: Sequence[Field], row: Mapping[str, Any]) -> dict[str, Any]:
    """The custom values of a row as the API gives them: every field by its key, null for none.

    The row is its columns by their paths: `custom`, and what the formulas are made of.
    """
    held = row["custom"] or {}
    return {
        one.key: as_json(one.compute(row)) if one.compute else held.get(one.key) for one in fields
    }


def hidden_from(actor: Actor, kind_name: str) -> set[str]:
    """The names of this kind's fields, retired ones included, that this actor may not see."""
    kind = KINDS.get(kind_name)
    masked = kind.masked_for(actor) if kind is not None else set()
    return masked | {
        one.name
        for one in known.every(actor.workspace)
        if one.kind == kind_name and one.roles and actor.role.value not in one.roles
    }


def held_now(actor: Actor, row: Any) -> dict[str, Any]:
    """What a record holds, by column, as far as this member may see: for a conflict of edits."""
    hidden = hidden_from(actor, row._meta.label_lower)
    columns = (one for one in row._meta.concrete_fields if one.name not in hidden)
    held = {one.name: getattr(row, one.attname) for one in columns}
    return held | {"custom": visible_values(actor, row)}


def visible_values(actor: Actor, row: Any) -> dict[str, Any]:
    """What a row holds in the fields this member may see."""
    kind = KINDS.get(row._meta.label_lower)
    fields = custom_fields(actor, kind) if kind is not None else ()
    return {one.key: row.custom[one.key] for one in fields if one.key in row.custom}
