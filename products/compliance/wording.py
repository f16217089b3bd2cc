"""Saying in words what decided a rule, and what a rule asks for.

Pure arithmetic.
"""

from collections.abc import Iterable

from products.compliance.attributes import Vocabulary
from products.compliance.logic import CATEGORY, MARKET, All, Facts, Leaf, Not, Predicate
from products.compliance.packs import Pack

NOT_ADVICE = "Rule template, not legal advice"
JOINED = {"is": "is", "in": "is one of", "has": "has", "at_least": "≥", "at_most": "≤"}


def because(leaves: Iterable[Leaf], facts: Facts, known: Vocabulary) -> str:
    """What is known that decided a rule, such as “Sold in DE. Is it a toy? Yes.”"""
    return " ".join(dict.fromkeys(_fact(leaf, facts, known) for leaf in leaves))


def _fact(leaf: Leaf, facts: Facts, known: Vocabulary) -> str:
    value = facts.get(leaf.fact)
    if leaf.fact == MARKET:
        return f"Sold in {value}." if value else "The market has no country."
    if leaf.fact == CATEGORY:
        return f"Category: {value}." if value else "The product has no category."
    attribute = known[leaf.fact]
    answer = attribute.words(value).capitalize() if value is not None else "Not answered."
    return f"{attribute.question} {answer.rstrip('.')}."


def condition(predicate: Predicate, known: Vocabulary) -> str:
    """A predicate as people read it."""
    if isinstance(predicate, Leaf):
        return _condition(predicate, known)
    if isinstance(predicate, Not):
        return f"not ({condition(predicate.part, known)})"
    word = " and " if isinstance(predicate, All) else " or "
    parts = [condition(part, known) for part in predicate.parts]
    return word.join(f"({one})" if " or " in one and word == " and " else one for one in parts)


def _condition(leaf: Leaf, known: Vocabulary) -> str:
    values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    if leaf.fact == MARKET:
        return f"sold in {', '.join(values)}"
    if leaf.fact == CATEGORY:
        return f"category {JOINED[leaf.op]} {', '.join(values)}"
    attribute = known[leaf.fact]
    words = ", ".join(attribute.words(value) for value in values)
    sign = "" if leaf.op in ("is", "in") else f"{JOINED[leaf.op]} "
    return f"“{attribute.question}” {sign}{words}"


def basis(pack: Pack, source: str, owner: str, reviewed_on: object) -> str:
    """Where a rule comes from and who looks after it: stands on every screen and export."""
    return f"{source}. {NOT_ADVICE}. {pack.title} v{pack.version}, {owner}, reviewed {reviewed_on}."
