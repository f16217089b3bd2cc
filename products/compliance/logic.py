"""Three-valued logic over what is known of a product: true, false, or not known yet.

Pure arithmetic. Kleene's strong logic: what is settled stays settled, whatever is learned later.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

Truth = bool | None  # None is unknown
Op = Literal["is", "in", "has", "at_least", "at_most"]
CATEGORY, MARKET = "category", "market"
SEPARATOR = " > "
EU = frozenset(
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
        "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    }
)  # fmt: skip
ALIASES = {"UK": "GB", "EL": "GR", "USA": "US"}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One comparison of a fact. A missing fact makes it unknown."""

    fact: str
    op: Op
    value: Any


@dataclass(frozen=True, slots=True)
class All:
    """True when every part is, false as soon as one part is."""

    parts: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True)
class Any_:
    """True as soon as one part is, false when none is."""

    parts: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; the opposite of unknown is unknown."""

    part: "Predicate"


Predicate = Leaf | All | Any_ | Not
Facts = Mapping[str, Any]  # what is known; absent or None is unknown


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a predicate says, and the comparisons that decided it, or that are still missing."""

    value: Truth
    because: tuple[Leaf, ...]


def evaluate(predicate: Predicate, facts: Facts) -> Verdict:
    """Whether `predicate` holds for what is known, with what decided that."""
    if isinstance(predicate, Leaf):
        return Verdict(compare(predicate, facts.get(predicate.fact)), (predicate,))
    if isinstance(predicate, Not):
        inner = evaluate(predicate.part, facts)
        return Verdict(None if inner.value is None else not inner.value, inner.because)
    settles = isinstance(predicate, Any_)  # the value of one part that settles the whole
    verdicts = [evaluate(part, facts) for part in predicate.parts]
    decisive = [one for one in verdicts if one.value is settles]
    if decisive:
        return decisive[0]
    open_ones = [one for one in verdicts if one.value is None]
    value = None if open_ones else not settles
    because = (leaf for one in open_ones or verdicts for leaf in one.because)
    return Verdict(value, tuple(dict.fromkeys(because)))


def compare(leaf: Leaf, known: Any) -> Truth:
    """One comparison; None where the fact is not known."""
    if known is None:
        return None
    if leaf.fact == MARKET:
        codes = places(str(known))
        return any(place in codes for place in _listed(leaf))
    if leaf.fact == CATEGORY:
        return _in_category(leaf, str(known))
    if leaf.op == "in":
        return known in leaf.value
    if leaf.op == "at_least":
        return Decimal(str(known)) >= leaf.value
    if leaf.op == "at_most":
        return Decimal(str(known)) <= leaf.value
    if isinstance(leaf.value, Decimal):
        return Decimal(str(known)) == leaf.value
    return bool(known == leaf.value)


def _listed(leaf: Leaf) -> tuple[str, ...]:
    return leaf.value if leaf.op == "in" else (leaf.value,)


def places(country: str) -> frozenset[str]:
    """The codes a market answers to: its country, and the union it belongs to.

    What is sold in the whole union is sold in each of its states.
    """
    code = ALIASES.get(country.upper(), country.upper())
    if code == "EU":
        return EU | {"EU"}
    return frozenset({code, "EU"}) if code in EU else frozenset({code})


def _in_category(leaf: Leaf, path: str) -> bool:
    """`is` and `in` mean that node or below it; `has` looks for a word in any name of the path."""
    here = path.casefold()
    if leaf.op == "has":
        return str(leaf.value).casefold() in here
    wanted = (str(one).casefold() for one in _listed(leaf))
    return any(here == one or here.startswith(one + SEPARATOR) for one in wanted)


def leaves(predicate: Predicate) -> list[Leaf]:
    """Every comparison of a predicate, in order."""
    if isinstance(predicate, Leaf):
        return [predicate]
    parts = (predicate.part,) if isinstance(predicate, Not) else predicate.parts
    return [leaf for part in parts for leaf in leaves(part)]


def asked_facts(predicate: Predicate) -> set[str]:
    """The product attributes a predicate asks for: neither category nor market."""
    return {leaf.fact for leaf in leaves(predicate)} - {CATEGORY, MARKET}
