"""What the functions do."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from core.expressions.checking import type_of
from core.expressions.evaluating import LONGEST_TEXT, STEPS, TOO_LARGE, Found, Run
from core.expressions.nodes import Call, Node
from core.expressions.printing import plain
from core.expressions.types import Kind, Missing, Value

MOST_DECIMALS = 12
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


def call(run: Run, node: Call) -> Found:
    """The value of a call. Only what is needed of `if` and `coalesce` is worked out."""
    if node.function == "if":
        condition = run.work_out(node.arguments[0])
        if isinstance(condition, Missing):
            return condition
        return run.work_out(node.arguments[1 if condition else 2])
    found: list[Found] = []
    for argument in node.arguments:
        value = run.work_out(argument)
        if node.function == "coalesce" and not isinstance(value, Missing):
            return value
        found.append(value)
    if node.function == "coalesce":
        return found[0]
    if node.function == "count":
        return _count(found)
    known = [value for value in found if not isinstance(value, Missing)]
    missing = [value for value in found if isinstance(value, Missing)]
    return missing[0] if missing else FUNCTIONS[node.function](run, node.arguments, known)


def _count(found: Sequence[Found]) -> Found:
    """How many values are known; of one list, how many it holds. It is never missing."""
    if len(found) == 1 and isinstance(found[0], tuple):
        return Decimal(len(found[0]))
    return Decimal(sum(not isinstance(value, Missing) for value in found))


def _items(run: Run, values: Sequence[Value]) -> list[Any]:
    if len(values) == 1 and isinstance(values[0], tuple):
        run.steps += len(values[0])
        return list(values[0])
    return list(values)


def _least(run: Run, nodes: Sequence[Node], values: Sequence[Value]) -> Found:
    items = _items(run, values)
    return min(items) if items else Missing("the list is empty")


def _most(run: Run, nodes: Sequence[Node], values: Sequence[Value]) -> Found:
    items = _items(run, values)
    return max(items) if items else Missing("the list is empty")


def _sum(run: Run, nodes: Sequence[Node], values: Sequence[Value]) -> Found:
    total = Decimal(0)
    for item in _items(run, values):
        part = run.guarded(lambda total=total, item=item: run.context.add(total, item))  # type: ignore[misc]
        if not isinstance(part, Decimal):
            return part
        total = part
    return total if run.steps <= STEPS else TOO_LARGE


def _round(run: Run, nodes: Sequence[Node], values: Sequence[Any]) -> Found:
    places = values[1] if len(values) > 1 else Decimal(0)
    if places != places.to_integral_value() or abs(places) > MOST_DECIMALS:
        return Missing(f"there are at most {MOST_DECIMALS} decimals")
    unit = Decimal(1).scaleb(-int(places))
    if values[0].is_zero() or values[0].adjusted() + int(places) < run.context.prec - 1:
        return run.guarded(lambda: run.context.quantize(values[0], unit))
    return values[0]


def _sqrt(run: Run, nodes: Sequence[Node], values: Sequence[Any]) -> Found:
    if values[0] < 0:
        return Missing("a root of a negative number")
    return run.guarded(lambda: run.context.sqrt(values[0]))


def _log(run: Run, nodes: Sequence[Node], values: Sequence[Any]) -> Found:
    if any(value <= 0 for value in values):
        return Missing("a logarithm of zero or less")
    if len(values) == 1:
        return run.guarded(lambda: run.context.ln(values[0]))
    if values[1] == 1:
        return Missing("a logarithm to the base of one")
    return run.guarded(
        lambda: run.context.divide(run.context.ln(values[0]), run.context.ln(values[1]))
    )


def _days(run: Run, nodes: Sequence[Node], values: Sequence[Any]) -> Found:
    if len(values) == 2:
        return Decimal((values[1] - values[0]).days)
    found: Decimal = values[0]
    return found


def _day(run: Run, nodes: Sequence[Node], values: Sequence[Any]) -> Found:
    try:
        return date.fromisoformat(values[0] if ISO_DAY.match(values[0]) else "")
    except ValueError:
        return Missing(f"“{values[0][:40]}” is no day")


def _concat(run: Run, nodes: Sequence[Node], values: Sequence[Any]) -> Found:
    parts = [_as_text(node, value) for node, value in zip(nodes, values, strict=True)]
    return _short("".join(parts))


def _as_text(node: Node, value: Any) -> str:
    kind = type_of(node)
    if kind.kind is Kind.CHOICE:
        return next((label for option, label in kind.options if option == value), value)
    return value if isinstance(value, str) else plain(kind, value)


def _contains(run: Run, nodes: Sequence[Node], values: Sequence[Any]) -> Found:
    holder, part = values
    if isinstance(holder, tuple):
        run.steps += len(holder)
        item = type_of(nodes[0]).item
        labels = dict(item.options) if item else {}
        words = {each.lower() for one in holder for each in (str(one), labels.get(one, ""))}
        return part.lower() in words
    return part.lower() in holder.lower()


def _short(text: str) -> Found:
    return text if len(text) <= LONGEST_TEXT else Missing("the text is too long")


def _one(act: Callable[[Run, Any], Found]) -> Callable[..., Found]:
    return lambda run, nodes, values: act(run, values[0])


FUNCTIONS: dict[str, Callable[[Run, Sequence[Node], Sequence[Any]], Found]] = {
    "min": _least,
    "max": _most,
    "abs": _one(lambda run, value: run.context.abs(value)),
    "round": _round,
    "sqrt": _sqrt,
    "log": _log,
    "exp": _one(lambda run, value: run.guarded(lambda: run.context.exp(value))),
    "days": _days,
    "day": _day,
    "today": lambda run, nodes, values: run.today,
    "concat": _concat,
    "contains": _contains,
    "lower": _one(lambda run, value: _short(value.lower())),
    "upper": _one(lambda run, value: _short(value.upper())),
    "sum": _sum,
    "len": _one(lambda run, value: Decimal(len(value))),
}
