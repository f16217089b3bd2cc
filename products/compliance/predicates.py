"""Reading predicates from data, and saying where and how a broken one is to be mended.

Pure arithmetic. What is read may come from anybody: everything is checked, nothing is guessed.
"""

import re
from decimal import Decimal
from math import prod
from typing import Any, cast

from products.compliance.attributes import Attribute, Kind, Vocabulary
from products.compliance.logic import (
    CATEGORY,
    MARKET,
    All,
    Any_,
    Leaf,
    Not,
    Op,
    Predicate,
    asked_facts,
    leaves,
)

OPS = ("is", "in", "has", "at_least", "at_most")
DEEPEST, MOST_PARTS, MOST_CASES, LONGEST = 8, 60, 256, 200
PLACE = re.compile(r"[A-Z]{2}")
ALLOWED: dict[str, tuple[str, ...]] = {
    CATEGORY: ("is", "in", "has"),
    MARKET: ("is", "in"),
    Kind.YES_NO: ("is",),
    Kind.CHOICE: ("is", "in"),
    Kind.NUMBER: ("is", "at_least", "at_most"),
}


class Broken(ValueError):
    """Data that cannot be read: `pointer` is the place (RFC 6901), `remedy` what to do there."""

    def __init__(self, pointer: str, remedy: str) -> None:
        super().__init__(f"{pointer or '/'}: {remedy}")
        self.pointer, self.remedy = pointer, remedy


def parse(data: Any, vocabulary: Vocabulary, pointer: str = "") -> Predicate:
    """A predicate of parsed JSON. Raises Broken, which names the place and the remedy."""
    predicate = _parse(data, vocabulary, pointer, 0)
    found = leaves(predicate)
    if len(found) > MOST_PARTS:
        raise Broken(pointer, f"Split this rule: it compares more than {MOST_PARTS} things.")
    cases = prod(len(vocabulary[key].domain(found)) for key in asked_facts(predicate))
    if cases > MOST_CASES:
        raise Broken(pointer, "Split this rule: it asks for too many attributes at once.")
    return predicate


def _parse(data: Any, vocabulary: Vocabulary, at: str, depth: int) -> Predicate:
    if depth > DEEPEST:
        raise Broken(at, f"Nest no deeper than {DEEPEST} levels.")
    if not isinstance(data, dict):
        raise Broken(at, 'Write an object such as {"fact": "toy", "is": true}.')
    if "fact" in data:
        return _leaf(data, vocabulary, at)
    if len(data) != 1 or next(iter(data)) not in ("all", "any", "not"):
        raise Broken(at, "Use exactly one of all, any, not, or name a fact.")
    ((word, inner),) = data.items()
    if word == "not":
        return Not(_parse(inner, vocabulary, f"{at}/not", depth + 1))
    if not isinstance(inner, list) or not 1 <= len(inner) <= MOST_PARTS:
        raise Broken(f"{at}/{word}", f"List 1 to {MOST_PARTS} conditions.")
    parts = tuple(
        _parse(part, vocabulary, f"{at}/{word}/{place}", depth + 1)
        for place, part in enumerate(inner)
    )
    return All(parts) if word == "all" else Any_(parts)


def _leaf(data: dict[str, Any], vocabulary: Vocabulary, at: str) -> Leaf:
    fact = data["fact"]
    if not isinstance(fact, str) or (fact not in (CATEGORY, MARKET) and fact not in vocabulary):
        raise Broken(f"{at}/fact", "Name category, market, or an attribute that is described.")
    ops = [key for key in data if key != "fact"]
    if len(ops) != 1 or ops[0] not in OPS:
        raise Broken(at, f"Compare with exactly one of: {', '.join(OPS)}.")
    op, attribute = ops[0], vocabulary.get(fact)
    allowed = ALLOWED[fact if attribute is None else attribute.kind]
    if op not in allowed:
        raise Broken(f"{at}/{op}", f"“{fact}” can be compared with: {', '.join(allowed)}.")
    return Leaf(fact, cast(Op, op), _value(data[op], fact, op, attribute, f"{at}/{op}"))


def _value(value: Any, fact: str, op: str, attribute: Attribute | None, at: str) -> Any:
    if op == "in":
        if not isinstance(value, list) or not 1 <= len(value) <= MOST_PARTS:
            raise Broken(at, f"List 1 to {MOST_PARTS} values.")
        return tuple(
            _single(one, fact, attribute, f"{at}/{place}") for place, one in enumerate(value)
        )
    return _single(value, fact, attribute, at)


def _single(value: Any, fact: str, attribute: Attribute | None, at: str) -> Any:
    if fact == MARKET:
        if not isinstance(value, str) or not PLACE.fullmatch(value):
            raise Broken(at, "Name a country by its two capital letters, or EU.")
    elif attribute is None:
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
            raise Broken(at, "Name a category by its path, such as Toys > Puzzles.")
    elif attribute.kind is Kind.YES_NO:
        if not isinstance(value, bool):
            raise Broken(at, "Write true or false.")
    elif attribute.kind is Kind.CHOICE:
        if not isinstance(value, str) or not attribute.holds(value):
            known = ", ".join(one for one, _ in attribute.choices)
            raise Broken(at, f"Write one of: {known}.")
    else:
        return _threshold(value, at)
    return value


def _threshold(value: Any, at: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 10**12:
        raise Broken(at, "Write a number of usual size.")
    return Decimal(str(value))
