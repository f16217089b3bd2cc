"""What another version of a pack would change over the catalogue, before it counts."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from products.catalog.models import Market
from products.compliance.facts import Known, known_of, markets, sold
from products.compliance.logic import evaluate
from products.compliance.packs import Pack, Rule, vocabulary

AT_ONCE, MOST_PRODUCTS = 500, 5_000


class Effect(StrEnum):
    """What becomes of an obligation."""

    GAINED = "gained"
    LOST = "lost"
    ASKED = "to be answered"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One product in one market gains, loses or has a changed obligation."""

    product: int
    market: int
    rule: str
    title: str
    gate: bool
    effect: Effect


def impact(
    workspace_id: int, before: Pack | None, after: Pack | None, on: date
) -> tuple[list[Change], bool]:
    """Which product × market gains or loses what, and whether the catalogue was too large for all.

    The difference of what applies by the two versions; a rule of the same key whose gate, evidence
    or days are others is changed. What has ended by that day is left out.
    """
    pks = list(sold(workspace_id).values_list("pk", flat=True)[: MOST_PRODUCTS + 1])
    everywhere = markets(workspace_id)
    found: list[Change] = []
    for begin in range(0, min(len(pks), MOST_PRODUCTS), AT_ONCE):
        known = known_of(workspace_id, pks[begin : min(begin + AT_ONCE, MOST_PRODUCTS)])
        for one in known.values():
            for market in everywhere:
                found += difference(before, after, one, market, on)
    return found, len(pks) > MOST_PRODUCTS


def difference(
    before: Pack | None, after: Pack | None, one: Known, market: Market, on: date
) -> Iterator[Change]:
    """The same for one product in one market."""
    old, new = _applying(before, one, market, on), _applying(after, one, market, on)
    for key in sorted(old.keys() | new.keys()):
        effect = _effect(old.get(key), new.get(key))
        if effect is not None:
            rule, _ = new.get(key) or old[key]
            yield Change(one.product, market.pk, key, rule.obligation, rule.gate, effect)


def _applying(
    pack: Pack | None, one: Known, market: Market, on: date
) -> dict[str, tuple[Rule, bool]]:
    """The rules that apply, or may, each with whether that is settled."""
    if pack is None:
        return {}
    facts = one.facts(market, {**vocabulary(), **pack.attributes})
    found = {}
    for rule in pack.rules:
        if rule.effective_to is not None and rule.effective_to < on:
            continue
        value = evaluate(rule.when, facts).value
        if value is not False:
            found[rule.key] = (rule, value is True)
    return found


def _effect(old: tuple[Rule, bool] | None, new: tuple[Rule, bool] | None) -> Effect | None:
    if new is None:
        return Effect.LOST
    if old is None or old[1] != new[1]:
        return Effect.GAINED if new[1] else Effect.ASKED
    return Effect.CHANGED if _says(old[0]) != _says(new[0]) else None


def _says(rule: Rule) -> tuple[object, ...]:
    days = (rule.effective_from, rule.effective_to)
    return (rule.obligation, rule.gate, set(rule.evidence), days)


def summary(changes: list[Change]) -> list[tuple[Effect, int]]:
    """How many of each effect, in their order."""
    many = Counter(change.effect for change in changes)
    return [(effect, many[effect]) for effect in Effect if many[effect]]
