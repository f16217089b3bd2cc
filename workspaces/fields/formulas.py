"""Formulas of custom fields: which names they may use, and working them out for a row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from core.clock import today
from core.expressions import (
    DAY,
    DAYS,
    PERCENT,
    TEXT,
    YES_NO,
    Expression,
    Kind,
    Missing,
    Type,
    Value,
    check,
    choice,
    evaluate,
    list_of,
    money,
    number,
)
from workspaces.fields.formula_queries import expression_of, input_of
from workspaces.fields.models import CustomField
from workspaces.members.models import Workspace
from workspaces.records.fields import Choice, Field, FieldType
from workspaces.records.kinds import KINDS

Read = Callable[[str], Any]
PLAIN: dict[str, Type] = {
    FieldType.TEXT: TEXT,
    FieldType.LONG_TEXT: TEXT,
    FieldType.URL: TEXT,
    FieldType.PERCENT: PERCENT,
    FieldType.DAY: DAY,
    FieldType.MOMENT: DAY,  # the day it falls on in the workspace's zone
    FieldType.YES_NO: YES_NO,
}
RESULTS = {
    Kind.TEXT: FieldType.TEXT,
    Kind.YES_NO: FieldType.YES_NO,
    Kind.DAY: FieldType.DAY,
    Kind.CHOICE: FieldType.CHOICE,
    Kind.LIST: FieldType.CHOICES,
}


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of a workspace's kind, ready to be worked out for many rows."""

    expression: Expression
    zone: str
    currency: str
    amounts: Mapping[str, str]  # money of the kind's own, and the field that says its currency
    moments: frozenset[str]

    def value(self, read: Read) -> Value | Missing:
        """The value for the row whose fields `read(name)` gives."""
        values = {name: self._input(name, read) for name in self.expression.names}
        return evaluate(self.expression, values, today=today(self.zone))

    def _input(self, name: str, read: Read) -> Any:
        value = read(name)
        if name in self.moments and value is not None:
            moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
            return moment.astimezone(ZoneInfo(self.zone)).date()
        if value is not None and (by := self.amounts.get(name)):
            found = read(by)
            if found != self.currency:
                return Missing(f"“{name}” is in {found}, not {self.currency}")
        return value


def names_for(workspace: Workspace, kind: str, fields: Sequence[CustomField]) -> dict[str, Type]:
    """What a formula of this kind may be made of: its own fields, then the custom ones.

    Formulas, links and people are not among them.
    """
    names = {}
    found = KINDS.get(kind)
    for own in found.fields if found else ():
        kept = _type(own.type, own.unit, [(c.value, c.label) for c in own.choices], workspace)
        if kept is not None:
            names[own.name] = kept
    for one in fields:
        options = [(each["value"], each["label"]) for each in one.options]
        unit = one.currency if one.type == FieldType.MONEY else one.unit
        kept = _type(one.type, unit, options, workspace)
        if kept is not None:
            names.setdefault(one.key, kept)
    return names


def _type(
    kind: str, unit: str, options: list[tuple[str, str]], workspace: Workspace
) -> Type | None:
    if kind == FieldType.MONEY:
        return money(unit or workspace.currency)
    if kind == FieldType.NUMBER:
        return DAYS if unit.lower() in ("day", "days") else number(unit)
    if kind == FieldType.CHOICE:
        return choice(options)
    if kind == FieldType.CHOICES:
        return list_of(choice(options))
    return PLAIN.get(kind)


def compiled(workspace: Workspace, kind: str, text: str, fields: Sequence[CustomField]) -> Formula:
    """The formula over the fields of a kind. Raises ExpressionError, which says where and why."""
    found = KINDS.get(kind)
    amounts = {
        one.name: one.currency
        for one in (found.fields if found else ())
        if one.type is FieldType.MONEY and one.currency
    }
    moments = {one.name for one in (found.fields if found else ()) if one.type == FieldType.MOMENT}
    moments |= {one.key for one in fields if one.type == FieldType.MOMENT}
    expression = check(text, names_for(workspace, kind, fields))
    zone, currency = workspace.timezone, workspace.currency
    return Formula(expression, zone, currency, amounts, frozenset(moments))


def result_of(kind: Type) -> tuple[FieldType, str]:
    """How the values of this type are shown, and in which unit."""
    if not kind.numeric:
        return RESULTS[kind.kind], ""
    if kind.currency:
        return FieldType.MONEY, kind.currency
    if kind.percent:
        return FieldType.PERCENT, ""
    return FieldType.NUMBER, kind.unit


def described(formula: Formula, by_name: Mapping[str, Field]) -> dict[str, Any]:
    """What a description of the formula's field says besides its name."""
    kind = formula.expression.type
    result, unit = result_of(kind)
    options = (kind.item or kind).options

    def work_out(row: Any) -> Value | Missing:
        return formula.value(lambda name: _read(row, by_name.get(name), name))

    def compute(row: Any) -> Any:
        found = work_out(row)
        return None if isinstance(found, Missing) else found

    def why(row: Any) -> str:
        found = work_out(row)
        return found.reason if isinstance(found, Missing) else ""

    def ask() -> Any:
        amounts = formula.amounts
        inputs = {
            name: input_of(
                by_name[name],
                formula.zone,
                currency=formula.currency,
                held_in=amounts.get(name, ""),
            )
            for name in formula.expression.names
        }
        return expression_of(formula.expression.tree, inputs, today(formula.zone))

    own = [name for name in formula.expression.names if not by_name[name].is_custom]
    read = [by_name[name].path for name in own]
    read += [formula.amounts[name] for name in own if name in formula.amounts]
    return {
        "result": result,
        "choices": tuple(Choice(value, label) for value, label in options),
        "ask": ask,
        "unit": unit,
        "compute": compute,
        "why": why,
        "made_of": tuple(sorted(read)),
    }


def _read(row: Any, field: Field | None, name: str) -> Any:
    if isinstance(row, Mapping):
        if field is not None and field.is_custom:
            return (row["custom"] or {}).get(name)
        return row.get(field.path if field is not None else name)
    if field is not None:
        return field.value_of(row)
    return getattr(row, name, None)


def as_json(value: Value | Missing | None) -> Any:
    """A worked out value for the API, where a number is as one that was typed."""
    if value is None or isinstance(value, Missing):
        return None
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value
