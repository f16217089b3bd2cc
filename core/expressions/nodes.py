"""The tree of a formula. A node knows its place, and once it is checked its type."""

from dataclasses import dataclass, field
from decimal import Decimal

from core.expressions.refusal import START, Place
from core.expressions.types import Type


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One part of a formula. Two are equal when they say the same, wherever they stand."""

    place: Place = field(default=START, compare=False)
    type: Type | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number as typed; 15% holds 15. `unit` is a currency or `days`."""

    value: Decimal
    percent: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A text in quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class YesNo(Node):
    """yes or no."""

    value: bool


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A value that comes from outside."""

    name: str


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """`-` or `not` before something."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """Operators of one rank in a row, from left to right: however long, it is one level deep."""

    operands: tuple[Node, ...]
    operators: tuple[str, ...]  # one fewer
    places: tuple[Place, ...] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """Two values beside one another."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Power(Node):
    """base ^ exponent."""

    base: Node
    exponent: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function and what it is given."""

    function: str
    arguments: tuple[Node, ...]
