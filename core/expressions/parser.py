"""From text to a tree, by Pratt's method: each operator binds as strongly as its rank says."""

from dataclasses import dataclass
from decimal import Decimal

from core.expressions.lexer import Token, tokens
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
from core.expressions.refusal import ExpressionError, Place
from core.expressions.types import CURRENCY

DEEPEST = 100
OR, AND, NOT, COMPARED, ADDED, MULTIPLIED, NEGATED, POWER = range(1, 9)
RANKS = {"or": OR, "and": AND, "+": ADDED, "-": ADDED, "*": MULTIPLIED, "/": MULTIPLIED, "^": POWER}
RANKS |= dict.fromkeys(("=", "<>", "<", "<=", ">", ">="), COMPARED)
TRUTH = {"yes": True, "true": True, "no": False, "false": False}
KEYWORDS = frozenset({"and", "or", "not", *TRUTH})


def parse(text: str) -> Node:
    """The tree of a formula. Raises ExpressionError and nothing else, whatever the text."""
    reader = _Reader(tokens(text))
    node = reader.expression(0)
    if reader.now.kind != "end":
        raise reader.unexpected()
    return node


@dataclass
class _Reader:
    """Where we are in the text, and how deep."""

    found: list[Token]
    at: int = 0
    depth: int = 0

    @property
    def now(self) -> Token:
        return self.found[self.at]

    def take(self) -> Token:
        token = self.now
        self.at += 1
        return token

    @property
    def operator(self) -> str:
        """The operator that stands here; nothing where there is none."""
        token = self.now
        word = token.text.lower() if token.kind == "word" else token.text
        return word if token.kind in ("sign", "word") and word in RANKS else ""

    def expression(self, above: int) -> Node:
        """Everything that binds more strongly than `above`."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError(
                self.now.place,
                f"The formula is nested more than {DEEPEST} levels deep.",
                "Take parentheses away, or split it into two fields.",
            )
        left = self.prefix()
        while (sign := self.operator) and RANKS[sign] > above:
            left = self.infix(left, RANKS[sign])
        self.depth -= 1
        return left

    def infix(self, left: Node, rank: int) -> Node:
        if rank == POWER:
            place = self.take().place
            return Power(left, self.expression(POWER - 1), place=place)
        if rank == COMPARED:
            return self.comparison(left)
        operands, signs, places = [left], [], []
        while self.operator and RANKS[self.operator] == rank:
            signs.append(self.operator)
            places.append(self.take().place)
            operands.append(self.expression(rank))
        return Chain(tuple(operands), tuple(signs), tuple(places), place=places[0])

    def comparison(self, left: Node) -> Node:
        sign = self.take()
        right = self.expression(COMPARED)
        if self.operator and RANKS[self.operator] == COMPARED:
            fault = "Only two values can be compared at a time."
            raise ExpressionError(self.now.place, fault, "Join two comparisons with “and”.")
        return Compare(sign.text, left, right, place=sign.place)

    def prefix(self) -> Node:
        token = self.now
        if token.kind == "number":
            return self.number()
        if token.kind == "text":
            self.take()
            quote = token.text[0]
            return Text(token.text[1:-1].replace(quote * 2, quote), place=token.place)
        if token.kind == "word":
            return self.word()
        if token.text == "(":
            return self.group()
        if token.text == "-":
            self.take()
            return Unary("-", self.expression(NEGATED), place=token.place)
        raise self.unexpected()

    def number(self) -> Node:
        """A number, with a percent sign, a currency or days behind it."""
        token = self.take()
        value, then = Decimal(token.text), self.now
        if then.text == "%":
            self.take()
            return Number(value, True, place=token.place)
        if then.kind == "word" and then.text.lower() in ("day", "days"):
            self.take()
            return Number(value, False, "days", place=token.place)
        if CURRENCY.match(then.text) and then.text.lower() not in KEYWORDS:
            self.take()
            return Number(value, False, then.text, place=token.place)
        return Number(value, place=token.place)

    def word(self) -> Node:
        token = self.take()
        word = token.text.lower()
        if self.now.text == "(" and word not in KEYWORDS:
            return Call(word, self.arguments(), place=token.place)
        if word == "not":
            return Unary("not", self.expression(NOT), place=token.place)
        if word in TRUTH:
            return YesNo(TRUTH[word], place=token.place)
        if word in KEYWORDS:
            self.at -= 1
            raise self.unexpected()
        return Name(token.text, place=token.place)

    def group(self) -> Node:
        opening = self.take().place
        inner = self.expression(0)
        self.close(opening)
        return inner

    def arguments(self) -> tuple[Node, ...]:
        opening = self.take().place
        found: list[Node] = []
        if self.now.text != ")":
            found.append(self.expression(0))
            while self.now.text == "," and self.now.kind == "sign":
                self.take()
                found.append(self.expression(0))
        self.close(opening)
        return tuple(found)

    def close(self, opening: Place) -> None:
        if self.now.kind == "end":
            fault = "A parenthesis is opened here and never closed."
            raise ExpressionError(opening, fault, "Add “)”.")
        if self.now.text != ")":
            raise self.unexpected()
        self.take()

    def unexpected(self) -> ExpressionError:
        token = self.now
        if token.kind == "end":
            return ExpressionError(token.place, "The formula stops too early.", "Go on after this.")
        if token.text == ",":
            remedy = "Write 1000 without a separator, and commas only between a function's values."
            return ExpressionError(token.place, "A comma has no meaning here.", remedy)
        if token.text == ")":
            fault, remedy = "A parenthesis is closed that nothing opened.", "Take it out."
            return ExpressionError(token.place, fault, remedy)
        fault = f"“{token.text[:40]}” cannot stand here."
        return ExpressionError(token.place, fault, "Put an operator before it, or take it out.")
