"""Formulas as the database works them out, so that lists can be asked for them.

The rules are those of `core.expressions`: null is a missing value, numbers have 34 digits, and a
formula has one value whoever works it out; a property test holds the two to each other. Letters are
made small and large by the database, letter by letter.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from json import dumps
from typing import Any

from django.db.models import (
    BooleanField,
    DateField,
    DecimalField,
    F,
    Func,
    JSONField,
    TextField,
    Value,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from core.expressions import Kind, Type
from core.expressions.checking import type_of
from core.expressions.evaluating import HUNDRED, arithmetic
from core.expressions.nodes import (
    Call,
    Chain,
    Compare,
    Name,
    Node,
    Number,
    Power,
    Text,
    Unary,
    YesNo,
)
from workspaces.records.fields import Field, FieldType

EXTREME = "(SELECT CASE WHEN count(*) = count(v) THEN {name}(v) END FROM unnest(ARRAY[{{*}}]) AS v)"
FORMS = {
    "if": "CASE {0} WHEN true THEN {1} WHEN false THEN {2} END",
    "coalesce": "COALESCE({*})",
    "min": EXTREME.format(name="min"),
    "max": EXTREME.format(name="max"),
    "abs": "abs({0})",
}
PART = re.compile(r"\{(\d+|\*)\}")


class Numeric(DecimalField):
    """Any number whatever its length, so that a cast never overflows."""

    def cast_db_type(self, connection: Any) -> str:
        return "numeric"


FIELDS: dict[Kind, Any] = {
    Kind.NUMBER: Numeric(),
    Kind.TEXT: TextField(),
    Kind.CHOICE: TextField(),
    Kind.YES_NO: BooleanField(),
    Kind.DAY: DateField(),
    Kind.LIST: JSONField(),
}


class Sql(Func):
    """An expression written out, its parts in braces: `{0} + {1}`; `{*}` are all of them."""

    def __init__(self, form: str, *parts: Any, kind: Kind = Kind.NUMBER) -> None:
        super().__init__(*parts, output_field=FIELDS[kind])
        self.form = form

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> Any:  # type: ignore[override]
        made = [compiler.compile(part) for part in self.source_expressions]
        params: list[Any] = []

        def part(found: re.Match[str]) -> str:
            chosen = made if found[1] == "*" else [made[int(found[1])]]
            for _, own in chosen:
                params.extend(own)
            return ", ".join(text for text, _ in chosen)

        return PART.sub(part, self.form), params


def expression_of(tree: Node, inputs: Mapping[str, Any], today: date) -> Any:
    """A checked formula's value. `inputs` are the expressions of its names."""
    return _Writer(inputs, today).write(tree)


def input_of(field: Field, zone: str, *, currency: str = "", held_in: str = "") -> Any:
    """A field's value as a formula reads it, null for none.

    With `currency`, an amount only where the column `held_in` says that it is in this one.
    """
    if field.is_custom:
        return _own_input(field, zone)
    column = F(field.path)
    match field.type:
        case FieldType.MONEY if held_in:
            form = "CASE WHEN {0} = {1} THEN ({2})::numeric END"
            return Sql(form, F(held_in), Value(currency), column)
        case FieldType.NUMBER | FieldType.MONEY | FieldType.PERCENT:
            return Sql("({0})::numeric", column)
        case FieldType.YES_NO:
            return Sql("({0})", column, kind=Kind.YES_NO)
        case FieldType.DAY:
            return Sql("({0})", column, kind=Kind.DAY)
        case FieldType.MOMENT:
            return Sql("({0} AT TIME ZONE {1})::date", column, Value(zone), kind=Kind.DAY)
        case FieldType.CHOICES:
            return Sql("NULLIF(to_jsonb({0}), '[]'::jsonb)", column, kind=Kind.LIST)
    return Sql("NULLIF(({0})::text, '')", column, kind=Kind.TEXT)


def _own_input(field: Field, zone: str) -> Any:
    """A custom value; one of another type than its field's is none."""
    held, text = KeyTransform(field.key, "custom"), KeyTextTransform(field.key, "custom")
    typed = "CASE WHEN jsonb_typeof({{0}}) = '{0}' THEN {1} END".format
    match field.type:
        case FieldType.NUMBER | FieldType.MONEY | FieldType.PERCENT:
            return Sql(typed("number", "({1})::numeric"), held, text)
        case FieldType.YES_NO:
            return Sql(typed("boolean", "({1})::boolean"), held, text, kind=Kind.YES_NO)
        case FieldType.DAY:
            return Sql("workspaces_formula_day({0})", text, kind=Kind.DAY)
        case FieldType.MOMENT:
            form = "(NULLIF({0}, '')::timestamptz AT TIME ZONE {1})::date"
            return Sql(form, text, Value(zone), kind=Kind.DAY)
        case FieldType.CHOICES:
            form = "NULLIF(" + typed("array", "{0}") + ", '[]'::jsonb)"
            return Sql(form, held, kind=Kind.LIST)
    return Sql("NULLIF({0}, '')", text, kind=Kind.TEXT)


class _Writer:
    """Writes a tree, part by part. No part stands twice in what is written."""

    def __init__(self, inputs: Mapping[str, Any], today: date) -> None:
        self.inputs, self.today = inputs, today

    def write(self, node: Node) -> Any:
        match node:
            case Name():
                return self.inputs[node.name]
            case Unary(operator="not"):
                return Sql("(NOT {0})", self.write(node.operand), kind=Kind.YES_NO)
            case Unary():
                return Sql("(-{0})", self.write(node.operand))
            case Compare():
                form = f"({{0}} {node.operator} {{1}})"
                return Sql(form, self.write(node.left), self.write(node.right), kind=Kind.YES_NO)
            case Power():
                return _function("power", self.write(node.base), self.write(node.exponent))
            case Chain():
                return self._chain(node)
            case Call():
                return self._call(node, [self.write(one) for one in node.arguments])
        return _literal(node)

    def _chain(self, node: Chain) -> Any:
        if node.operators[0] in ("and", "or"):
            parts = [self.write(one) for one in node.operands]
            word = node.operators[0].upper()
            form = f" {word} ".join(f"{{{at}}}" for at in range(len(parts)))
            return Sql(f"({form})", *parts, kind=Kind.YES_NO)
        is_day, steps = _is_day(node.operands[0]), []
        for sign, operand in zip(node.operators, node.operands[1:], strict=True):
            other_is_day = _is_day(operand)
            steps.append(_step(sign, is_day, other_is_day))
            is_day = is_day != other_is_day
        kind = Kind.DAY if is_day else Kind.NUMBER
        return _in_turn(steps, [self.write(one) for one in node.operands], kind)

    def _call(self, node: Call, parts: list[Any]) -> Any:
        kind = type_of(node).kind
        if node.function in FORMS:
            return Sql(FORMS[node.function], *parts, kind=kind)
        match node.function, len(parts):
            case "sum", _:
                return _in_turn([_step("+")] * (len(parts) - 1), parts)
            case "days", 1:
                return parts[0]
            case "days", _:
                return Sql("({1} - {0})::numeric", *parts)
            case "today", _:
                return Sql("({0})::date", Value(self.today), kind=Kind.DAY)
            case "log", 1:
                return _function("ln", *parts)
            case "log", _:
                return _function("divide", *(_function("ln", one) for one in parts))
            case "round", 1:
                return Sql("round({0})", *parts)
            case "round" | "sqrt" | "exp" | "day", _:
                return _function(node.function, *parts, kind=kind)
        return _of_words(node, parts)


def _of_words(node: Call, parts: list[Any]) -> Any:
    """The functions of texts and lists."""
    first = type_of(node.arguments[0])
    match node.function, first.kind:
        case "count", Kind.LIST if len(parts) == 1:
            return Sql("COALESCE(jsonb_array_length({0}), 0)::numeric", *parts)
        case "count", _:
            return Sql("num_nonnulls({*})::numeric", *parts)
        case "len", Kind.LIST:
            return Sql("jsonb_array_length({0})::numeric", *parts)
        case "len", _:
            return Sql("char_length({0})::numeric", *parts)
        case "contains", Kind.LIST:
            return _holds(first, *parts)
        case "contains", _:
            return Sql("(strpos(lower({0}), lower({1})) > 0)", *parts, kind=Kind.YES_NO)
        case "concat", _:
            both = zip(node.arguments, parts, strict=True)
            words = [_as_text(type_of(one), part) for one, part in both]
            form = " || ".join(f"{{{at}}}" for at in range(len(words)))
            return _function("text", Sql(form, *words, kind=Kind.TEXT), kind=Kind.TEXT)
    if node.function not in ("lower", "upper"):
        raise TypeError(f"{node.function} cannot be asked for")
    made = Sql(f"{node.function}({{0}})", *parts, kind=Kind.TEXT)
    return _function("text", made, kind=Kind.TEXT)


def _literal(node: Node) -> Any:
    match node:
        case Number():
            value = arithmetic().divide(node.value, HUNDRED) if node.percent else node.value
            return Sql("({0})::numeric", Value(value, output_field=FIELDS[Kind.NUMBER]))
        case Text():
            return _text(node.value)
        case YesNo():
            return Sql("({0})::boolean", Value(node.value), kind=Kind.YES_NO)
    raise TypeError(f"{type(node).__name__} cannot be asked for")


def _text(value: str) -> Any:
    return Sql("({0})::text", Value(value), kind=Kind.TEXT)


def _function(name: str, *parts: Any, kind: Kind = Kind.NUMBER) -> Any:
    """One of ours, from the migration."""
    return Sql(f"workspaces_formula_{name}({{*}})", *parts, kind=kind)


def _step(sign: str, is_day: bool = False, other_is_day: bool = False) -> tuple[str, str]:
    """One sum of a row of them: what stands before all that came so far, and what behind it.

    `{}` is where its own part stands.
    """
    if is_day and other_is_day:
        return "(", " - {})::numeric"
    if is_day or other_is_day:
        if other_is_day:
            return "workspaces_formula_moved({}, ", ")"
        return "workspaces_formula_moved(", f", {'(-{})' if sign == '-' else '{}'})"
    if sign == "/":
        return "workspaces_formula_divide(", ", {})"
    return "workspaces_formula_fit((", f" {sign} {{}}))"


def _in_turn(
    steps: Sequence[tuple[str, str]], parts: Sequence[Any], kind: Kind = Kind.NUMBER
) -> Any:
    """The first part with each of the others in turn, however many: no call for each is nested."""
    form = "".join(before.format(f"{{{at}}}") for at, (before, _) in _backwards(steps)) + "{0}"
    form += "".join(after.format(f"{{{at}}}") for at, (_, after) in enumerate(steps, start=1))
    return Sql(form, *parts, kind=kind)


def _backwards(steps: Sequence[tuple[str, str]]) -> list[tuple[int, tuple[str, str]]]:
    return list(enumerate(steps, start=1))[::-1]


def _is_day(node: Node) -> bool:
    return type_of(node).kind is Kind.DAY


def _holds(of: Type, items: Any, part: Any) -> Any:
    """Whether a list has a value, by its name or its label."""
    labels = Value(dumps(dict(of.item.options if of.item else ())))
    form = (
        "(SELECT bool_or(lower({2}) IN (lower(v), lower(COALESCE(({1})::jsonb ->> v, '')))) "
        "FROM jsonb_array_elements_text({0}) AS v)"
    )
    return Sql(form, items, labels, part, kind=Kind.YES_NO)


def _as_text(kind: Type, part: Any) -> Any:
    """A value as `concat` writes it."""
    match kind.kind:
        case Kind.CHOICE:
            labels = Value(dumps(dict(kind.options)))
            return Sql("COALESCE(({1})::jsonb ->> {0}, {0})", part, labels, kind=Kind.TEXT)
        case Kind.YES_NO:
            form = "CASE {0} WHEN true THEN 'yes' WHEN false THEN 'no' END"
            return Sql(form, part, kind=Kind.TEXT)
        case Kind.DAY:
            return Sql("to_char({0}, 'YYYY-MM-DD')", part, kind=Kind.TEXT)
        case Kind.NUMBER if kind.percent:
            return Sql("trim_scale({0} * 100)::text || {1}", part, _text("%"), kind=Kind.TEXT)
        case Kind.NUMBER:
            unit = _text(f" {kind.unit}" if kind.units else "")
            return Sql("trim_scale({0})::text || {1}", part, unit, kind=Kind.TEXT)
    return part
