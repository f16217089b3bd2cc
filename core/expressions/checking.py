"""Giving every part of a formula its type, or refusing it by place and remedy."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TypeVar

from core.expressions import functions
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
from core.expressions.parser import parse
from core.expressions.refusal import ExpressionError, Place
from core.expressions.types import (
    DAY,
    DAYS,
    NUMBER,
    PERCENT,
    TEXT,
    YES_NO,
    Kind,
    Type,
    inverse,
    joined,
    money,
    too_many,
)

N = TypeVar("N", bound=Node)
LARGEST_POWER = 1_000
ORDERED = ("<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class Expression:
    """A formula that is known to work: its type, and the names it is worked out from."""

    text: str
    tree: Node
    type: Type
    names: frozenset[str]


def check(text: str, names: Mapping[str, Type]) -> Expression:
    """Read a formula over these names. Raises ExpressionError and nothing else."""
    checker = _Checker(names)
    tree = checker.typed(parse(text))
    return Expression(text, tree, type_of(tree), frozenset(checker.used))


def type_of(node: Node) -> Type:
    """The type of a node that was checked."""
    if node.type is None:
        raise TypeError("This tree was not checked.")
    return node.type


class _Checker:
    def __init__(self, names: Mapping[str, Type]) -> None:
        self.names, self.used = names, set[str]()

    def typed(self, node: Node) -> Node:
        """The same tree with types."""
        match node:
            case Number():
                return _as(node, _literal(node))
            case Text():
                return _as(node, TEXT)
            case YesNo():
                return _as(node, YES_NO)
            case Name():
                return _as(node, self._named(node))
            case Unary():
                return self._unary(node)
            case Chain():
                return self._chain(node)
            case Compare():
                return self._compare(node)
            case Power():
                return self._power(node)
            case Call():
                return self._call(node)
        raise TypeError(f"{type(node).__name__} cannot be checked")

    def _named(self, node: Name) -> Type:
        if node.name not in self.names:
            near = get_close_matches(node.name, self.names, 1)
            known = ", ".join(sorted(self.names)[:12]) or "none"
            remedy = f"Did you mean “{near[0]}”?" if near else f"Known names: {known}."
            raise ExpressionError(node.place, f"There is no “{node.name[:60]}”.", remedy)
        self.used.add(node.name)
        return self.names[node.name]

    def _unary(self, node: Unary) -> Node:
        operand = self.typed(node.operand)
        found = type_of(operand)
        if node.operator == "not":
            _need(operand, found.kind is Kind.YES_NO, "“not” turns yes into no.", "yes or no")
        else:
            _need(operand, found.numeric, "Only a number can be negative.", "a number")
        return _as(replace(node, operand=operand), found)

    def _chain(self, node: Chain) -> Node:
        operands = tuple(self.typed(one) for one in node.operands)
        found = type_of(operands[0])
        if node.operators[0] in ("and", "or"):
            for one in operands:
                is_truth = type_of(one).kind is Kind.YES_NO
                _need(one, is_truth, f"“{node.operators[0]}” joins yes and no.", "yes or no")
        else:
            parts = zip(node.operators, node.places, operands[1:], strict=True)
            for sign, place, right in parts:
                found = _arithmetic(sign, place, found, type_of(right))
        return _as(replace(node, operands=operands), found)

    def _compare(self, node: Compare) -> Node:
        left, right = self.typed(node.left), self.typed(node.right)
        left, right = _as_option(left, right), _as_option(right, left)
        one, other = type_of(left), type_of(right)
        if not _comparable(one, other):
            fault = f"{_capital(one.words)} cannot be compared with {other.words}."
            raise ExpressionError(node.place, fault, _remedy(one, other))
        if node.operator in ORDERED and one.kind not in (Kind.NUMBER, Kind.DAY):
            fault = f"{_capital(one.words)} has no order."
            raise ExpressionError(node.place, fault, "Use = or <>.")
        return _as(replace(node, left=left, right=right), YES_NO)

    def _power(self, node: Power) -> Node:
        base, exponent = self.typed(node.base), self.typed(node.exponent)
        _need(base, type_of(base).numeric, "Only a number can be raised.", "a number")
        plain = type_of(exponent).plain
        _need(exponent, plain, "The exponent must be a plain number.", "a plain number")
        number = exponent.operand if isinstance(exponent, Unary) else exponent
        if isinstance(number, Number) and number.value > LARGEST_POWER:
            remedy = f"The largest is {LARGEST_POWER}."
            raise ExpressionError(exponent.place, "This exponent is too large.", remedy)
        units = _powered(node.place, type_of(base), exponent)
        return _as(replace(node, base=base, exponent=exponent), Type(Kind.NUMBER, units))

    def _call(self, node: Call) -> Node:
        arguments = tuple(self.typed(one) for one in node.arguments)
        if node.function in ("if", "coalesce"):
            first = 1 if node.function == "if" else 0
            arguments = _aligned(arguments, first)
        given = [(one.place, type_of(one)) for one in arguments]
        found = functions.result_of(node.function, node.place, given)
        return _as(replace(node, arguments=arguments), found)


def _as(node: N, kind: Type) -> N:
    return replace(node, type=kind)


def _literal(node: Number) -> Type:
    if node.percent:
        return PERCENT
    if node.unit == "days":
        return DAYS
    return money(node.unit) if node.unit else NUMBER


def _need(node: Node, fits: bool, fault: str, wanted: str) -> None:
    if not fits:
        raise ExpressionError(node.place, fault, f"This is {type_of(node).words}, not {wanted}.")


def _arithmetic(sign: str, place: Place, left: Type, right: Type) -> Type:
    """The type of `left sign right`."""
    if sign in ("+", "-") and left.kind is Kind.DAY:
        if right.units == DAYS.units and right.numeric:
            return DAY
        if sign == "-" and right.kind is Kind.DAY:
            return DAYS
    if sign == "+" and right.kind is Kind.DAY and left.numeric and left.units == DAYS.units:
        return DAY
    if not (left.numeric and right.numeric):
        fault = f"“{sign}” does not go with {left.words} and {right.words}."
        raise ExpressionError(place, fault, _remedy(left, right))
    if sign in ("+", "-"):
        if left.units != right.units:
            word = "added to" if sign == "+" else "reduced by"
            fault = f"{_capital(left.words)} cannot be {word} {right.words}."
            raise ExpressionError(place, fault, _remedy(left, right))
        return Type(Kind.NUMBER, left.units, left.percent and right.percent)
    return _scaled(sign, place, left, right)


def _scaled(sign: str, place: Place, left: Type, right: Type) -> Type:
    units = joined(left.units, right.units if sign == "*" else inverse(right.units))
    if wrong := too_many(units):
        fault = f"{_capital(left.words)} {sign} {right.words} has no meaning: {wrong} squared."
        raise ExpressionError(place, fault, "Multiply and divide amounts by plain numbers.")
    kept = left.percent and right.percent if sign == "*" else left.percent and not right.percent
    return Type(Kind.NUMBER, units, kept and not units)


def _powered(place: Place, base: Type, exponent: Node) -> tuple[tuple[str, int], ...]:
    if not base.units:
        return ()
    whole = isinstance(exponent, Number) and exponent.value == int(exponent.value)
    power = int(exponent.value) if isinstance(exponent, Number) and whole else 0
    units = tuple((name, each * power) for name, each in base.units)
    if not power or too_many(units):
        fault = f"{_capital(base.words)} cannot be raised to this."
        raise ExpressionError(place, fault, "Divide it by its unit first, such as / 1 EUR.")
    return units


def _comparable(one: Type, other: Type) -> bool:
    if one.numeric and other.numeric:
        return one.units == other.units
    worded = {Kind.TEXT, Kind.CHOICE}
    return one.kind is other.kind or {one.kind, other.kind} <= worded


def _as_option(node: Node, other: Node) -> Node:
    """A text beside a choice as that choice's value. Raises ExpressionError for a word it lacks."""
    if not isinstance(node, Text) or type_of(other).kind is not Kind.CHOICE:
        return node
    options = type_of(other).options
    for value, label in options:
        if node.value.casefold() in (value.casefold(), label.casefold()):
            return replace(node, value=value)
    labels = ", ".join(label for _, label in options[:12])
    fault = f"“{node.value[:60]}” is none of the choices."
    raise ExpressionError(node.place, fault, f"There are: {labels}.")


def _aligned(arguments: tuple[Node, ...], first: int) -> tuple[Node, ...]:
    """The values one of which is chosen: texts beside a choice become its values."""
    chosen = arguments[first:]
    choices = [one for one in chosen if type_of(one).kind is Kind.CHOICE]
    if not choices:
        return arguments
    return (*arguments[:first], *(_as_option(one, choices[0]) for one in chosen))


def _remedy(left: Type, right: Type) -> str:
    """What to do when two types do not go together."""
    if left.currency and right.currency:
        rate = f"{left.currency}/{right.currency}"
        return f"Multiply one by an exchange rate in {rate}."
    amounts = [one for one in (left, right) if one.currency]
    if amounts and (left.plain or right.plain):
        return f"Write the number with its currency, such as 5 {amounts[0].currency}."
    if {left.kind, right.kind} == {Kind.DAY, Kind.NUMBER} and (left.plain or right.plain):
        return "Write the number with its unit, such as 14 days."
    if left.kind is Kind.TEXT or right.kind is Kind.TEXT:
        return "Use concat() to join texts."
    return "Make both the same kind first."


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
