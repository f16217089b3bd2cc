"""Working a checked formula out. What cannot be worked out is missing, with the reason."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import (
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import Any

from core.expressions.checking import Expression, type_of
from core.expressions.inputs import as_value
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
from core.expressions.types import Missing, Value

STEPS = 20_000
LONGEST_TEXT = 10_000
HUNDRED = Decimal(100)
ZERO = "divided by zero"
TOO_LARGE = Missing("the number is too large")
Found = Value | Missing


def arithmetic() -> Context:
    """34 digits, halves away from zero; whatever is no number is trapped."""
    traps = [InvalidOperation, DivisionByZero, Overflow]
    return Context(prec=34, rounding=ROUND_HALF_UP, Emin=-400, Emax=400, traps=traps)


def evaluate(
    expression: Expression, values: Mapping[str, Any], *, today: date | None = None
) -> Found:
    """The formula's value, or Missing with the reason. It never raises.

    A value that is not there, that is None, or that does not fit its type is missing.
    """
    day = today or datetime.now(UTC).date()
    return Run(expression, values, day).work_out(expression.tree)


class Run:
    """One working out: its inputs, and how much was done."""

    def __init__(self, expression: Expression, values: Mapping[str, Any], today: date) -> None:
        self.values = {name: values.get(name) for name in expression.names}
        self.context, self.today, self.steps = arithmetic(), today, 0

    def work_out(self, node: Node) -> Found:
        """The value of a part of the formula."""
        self.steps += 1
        if self.steps > STEPS:
            return Missing("it takes too many steps")
        match node:
            case Number():
                return self.context.divide(node.value, HUNDRED) if node.percent else node.value
            case Text() | YesNo():
                return node.value
            case Name():
                return as_value(node.name, type_of(node), self.values[node.name])
            case Chain() if node.operators[0] in ("and", "or"):
                return self._joined(node)
            case Call():
                from core.expressions.calling import call

                return call(self, node)
        return self._operated(node)

    def _operated(self, node: Node) -> Found:
        match node:
            case Unary():
                operand = self.work_out(node.operand)
                if isinstance(operand, Missing):
                    return operand
                if node.operator == "not":
                    return not operand
                return self.context.minus(_number(operand))
            case Compare():
                left, right = self.work_out(node.left), self.work_out(node.right)
                return compared(node.operator, left, right)
            case Power():
                base, exponent = self.work_out(node.base), self.work_out(node.exponent)
                return self._power(base, exponent)
            case Chain():
                return self._chain(node)
        raise TypeError(f"{type(node).__name__} has no value")

    def _chain(self, node: Chain) -> Found:
        left = self.work_out(node.operands[0])
        for sign, operand in zip(node.operators, node.operands[1:], strict=True):
            right = self.work_out(operand)
            if isinstance(left, Missing):
                return left
            if isinstance(right, Missing):
                return right
            left = self._step(sign, left, right)
        return left

    def _step(self, sign: str, left: Value, right: Value) -> Found:
        if isinstance(left, date) or isinstance(right, date):
            return moved(sign, left, right)
        one, other = _number(left), _number(right)
        if sign == "/" and not other:
            return Missing(ZERO)
        act = {
            "+": self.context.add,
            "-": self.context.subtract,
            "*": self.context.multiply,
            "/": self.context.divide,
        }[sign]
        return self.guarded(lambda: act(one, other))

    def _power(self, base: Found, exponent: Found) -> Found:
        if isinstance(base, Missing) or isinstance(exponent, Missing):
            return base if isinstance(base, Missing) else exponent
        one, other = _number(base), _number(exponent)
        if not one and other < 0:
            return Missing(ZERO)
        if not one and not other:
            return Decimal(1)
        if one < 0 and other != other.to_integral_value():
            return Missing("a root of a negative number")
        return self.guarded(lambda: self.context.power(one, other))

    def _joined(self, node: Chain) -> Found:
        """`and` is no as soon as one part is no, `or` yes as soon as one is yes; else missing."""
        decides = node.operators[0] == "or"
        missing: Missing | None = None
        for operand in node.operands:
            found = self.work_out(operand)
            if isinstance(found, Missing):
                missing = missing or found
            elif found is decides:
                return decides
        return missing or (not decides)

    def guarded(self, act: Callable[[], Decimal]) -> Found:
        """The number, or why there is none."""
        try:
            return act()
        except Overflow:
            return TOO_LARGE
        except (InvalidOperation, DivisionByZero, ValueError):
            return Missing("the number cannot be worked out")


def compared(sign: str, left: Found, right: Found) -> Found:
    """Two known values beside one another."""
    if isinstance(left, Missing):
        return left
    if isinstance(right, Missing):
        return right
    one: Any = left
    return {
        "=": lambda: one == right,
        "<>": lambda: one != right,
        "<": lambda: one < right,
        "<=": lambda: one <= right,
        ">": lambda: one > right,
        ">=": lambda: one >= right,
    }[sign]()


def moved(sign: str, left: Value, right: Value) -> Found:
    """A day moved by days, or the days between two."""
    if isinstance(left, date) and isinstance(right, date):
        return Decimal((left - right).days)
    day, length = (left, right) if isinstance(left, date) else (right, left)
    days = int(_number(length))
    try:
        start: Any = day
        moved_to: date = start + timedelta(days=-days if sign == "-" else days)
        return moved_to
    except (OverflowError, ValueError):
        return Missing("the day is out of the calendar")


def _number(value: Any) -> Decimal:
    """A value whose type was checked to be a number."""
    found: Decimal = value
    return found
