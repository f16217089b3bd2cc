"""A formula as text: as it would be typed, or with its numbers filled in."""

from collections.abc import Callable, Mapping
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any

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
from core.expressions.parser import COMPARED, NEGATED, NOT, POWER, RANKS
from core.expressions.types import Missing, Type

if TYPE_CHECKING:
    from core.expressions.checking import Expression

Writer = Callable[[Type, Any], str]
ATOM = POWER + 1
_WHOLE = Context(prec=40)  # more digits than a number has


def printed(node: Node) -> str:
    """The formula as it would be typed; reading it again gives the same tree."""
    return _Printer(lambda name: name.name).write(node, 0)


def filled_in(
    expression: "Expression", values: Mapping[str, Any], write: Writer | None = None
) -> str:
    """The formula with its inputs in place of their names; `write` says how a value is shown."""
    show = write or plain

    def named(name: Name) -> str:
        value = values.get(name.name)
        if value is None or isinstance(value, Missing) or name.type is None:
            return f"{name.name}?"
        return show(name.type, value)

    return _Printer(named).write(expression.tree, 0)


def plain(kind: Type, value: Any) -> str:
    """A value without a locale."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    if not kind.numeric:
        return quoted(str(value)) if isinstance(value, str) else str(value)
    amount = Decimal(str(value))
    if kind.percent:
        return f"{_digits(amount.scaleb(2, _WHOLE))}%"
    return f"{_digits(amount)} {kind.unit}" if kind.units else _digits(amount)


def quoted(text: str) -> str:
    """A text as it is typed."""
    return '"' + text.replace('"', '""') + '"'


def _digits(value: Decimal) -> str:
    text = f"{abs(value) if value.is_zero() else value:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


class _Printer:
    """Writes a tree, with parentheses where its ranks need them."""

    def __init__(self, named: Callable[[Name], str]) -> None:
        self.named = named

    def write(self, node: Node, above: int) -> str:
        text, rank = self._bare(node)
        return f"({text})" if rank <= above else text

    def _bare(self, node: Node) -> tuple[str, int]:
        match node:
            case Number():
                sign = "%" if node.percent else f" {node.unit}" if node.unit else ""
                return f"{node.value:f}{sign}", ATOM
            case Text():
                return quoted(node.value), ATOM
            case YesNo():
                return ("yes" if node.value else "no"), ATOM
            case Name():
                return self.named(node), ATOM
            case Call():
                inner = ", ".join(self.write(one, 0) for one in node.arguments)
                return f"{node.function}({inner})", ATOM
        return self._operators(node)

    def _operators(self, node: Node) -> tuple[str, int]:
        match node:
            case Unary(operator="not"):
                return f"not {self.write(node.operand, NOT)}", NOT
            case Unary():
                return f"-{self.write(node.operand, NEGATED)}", NEGATED
            case Power():
                exponent = self.write(node.exponent, POWER - 1)
                return f"{self.write(node.base, POWER)} ^ {exponent}", POWER
            case Compare():
                left, right = self.write(node.left, COMPARED), self.write(node.right, COMPARED)
                return f"{left} {node.operator} {right}", COMPARED
            case Chain():
                rank = RANKS[node.operators[0]]
                parts = [self.write(node.operands[0], rank)]
                for sign, operand in zip(node.operators, node.operands[1:], strict=True):
                    parts += [sign, self.write(operand, rank)]
                return " ".join(parts), rank
        raise TypeError(f"{type(node).__name__} cannot be written")
