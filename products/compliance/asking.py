"""What to ask next: the attribute whose answer settles most.

Pure arithmetic. Each answer that is missing is taken to be equally likely and independent of the
others. A rule's uncertainty is the entropy of “does it apply?”; the gain of a question is how much
of it, over all rules that are open, its answer is expected to take away (in bits).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from math import log2

from products.compliance.attributes import Vocabulary
from products.compliance.logic import CATEGORY, MARKET, Facts, Predicate, evaluate, leaves


@dataclass(frozen=True, slots=True)
class Question:
    """An attribute to ask for: the bits it is worth, and how many open rules ask for it."""

    key: str
    gain: float
    rules: int


def entropy(share: float) -> float:
    """Bits of doubt about something that is so with this probability."""
    if share <= 0 or share >= 1:
        return 0.0
    return -share * log2(share) - (1 - share) * log2(1 - share)


def questions(cases: Iterable[tuple[Predicate, Facts]], vocabulary: Vocabulary) -> list[Question]:
    """What can be asked about these open rules, what settles most first.

    A case is a rule with the facts of one product in one market. Equal gains go by the number of
    rules, then by key, so that the order is always the same.
    """
    gains: dict[str, float] = defaultdict(float)
    rules: dict[str, int] = defaultdict(int)
    for predicate, facts in cases:
        for key, gain in _gains(predicate, facts, vocabulary).items():
            gains[key] += gain
            rules[key] += 1
    found = [Question(key, round(gain, 9), rules[key]) for key, gain in gains.items()]
    return sorted(found, key=lambda one: (-one.gain, -one.rules, one.key))


def _gains(predicate: Predicate, facts: Facts, vocabulary: Vocabulary) -> dict[str, float]:
    """The gain of each missing attribute for one rule, over all answers there could be."""
    verdict = evaluate(predicate, facts)
    if verdict.value is not None:
        return {}
    asked = {leaf.fact for leaf in verdict.because} - {CATEGORY, MARKET}
    found = leaves(predicate)
    missing = sorted(
        {leaf.fact for leaf in found if facts.get(leaf.fact) is None} - {CATEGORY, MARKET}
    )
    domains = [vocabulary[key].domain(found) for key in missing]
    yes: dict[tuple[str, object], int] = defaultdict(int)
    many: dict[tuple[str, object], int] = defaultdict(int)
    true = total = 0
    for answers in product(*domains):
        learned = dict(zip(missing, answers, strict=True))
        applies = bool(evaluate(predicate, {**facts, **learned}).value)
        true, total = true + applies, total + 1
        for pair in learned.items():
            yes[pair] += applies
            many[pair] += 1
    before = entropy(true / total)
    return {
        key: before
        - sum(
            many[key, answer] / total * entropy(yes[key, answer] / many[key, answer])
            for answer in domain
        )
        for key, domain in zip(missing, domains, strict=True)
        if key in asked
    }
