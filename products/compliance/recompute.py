"""Working obligations out anew: batch by batch, the same however often it is done."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from core.clock import today
from core.db import lock_keys
from products.catalog.models import Market
from products.compliance.evidence import Proof, proofs
from products.compliance.facts import Known, Ruling, known_of, markets, rulings, sold
from products.compliance.following import tell
from products.compliance.logic import MARKET, Predicate, evaluate
from products.compliance.models import Obligation
from products.compliance.packs import Rule
from products.compliance.standing import Duty, stand
from products.compliance.wording import basis, because
from workspaces.members.models import Workspace

TOPIC, ALL, WORKED_OUT = "obligations", "all", "obligations worked out"
AT_ONCE = 200
WRITTEN = (
    "pack_id", "title", "gate", "applies", "effective_from", "effective_to", "accepts", "asks",
    "why", "basis", "status", "reason", "evidence_id", "covered_until", "changes_on",
)  # fmt: skip
COLUMNS = [name.removesuffix("_id") for name in WRITTEN]
Key = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Ground:
    """What is the same for all products of a workspace."""

    workspace_id: int
    day: date
    moment: datetime | None  # until when answers count; empty: those of now
    markets: Sequence[Market]
    rulings: Sequence[Ruling]
    rules: dict[int, list[tuple[Ruling, Rule]]] = field(default_factory=dict)  # by market


@transaction.atomic(savepoint=False)
def recompute_obligations(workspace_id: int, keys: Sequence[str]) -> None:
    """Bring the obligations of these products up to date; `all` is every product.

    Whoever follows is told in any case: what they worked out meanwhile was made of older ones.
    """
    if ALL in keys:
        recompute_all_obligations(workspace_id)
        tell(workspace_id, None, WORKED_OUT)
        return
    lock_keys(TOPIC, [str(workspace_id)])  # one product and all of them write the same rows
    products = sorted({int(key) for key in keys})
    _in_turns(ground_of(workspace_id), products)
    tell(workspace_id, products, WORKED_OUT)


@transaction.atomic(savepoint=False)
def recompute_all_obligations(workspace_id: int) -> None:
    """Bring every obligation of a workspace up to date."""
    lock_keys(TOPIC, [str(workspace_id)])
    ground = ground_of(workspace_id)
    held = Obligation.objects.with_trash(workspace_id)
    gone = held.exclude(product__in=sold(workspace_id).values("pk"))
    gone.delete()
    pks = list(sold(workspace_id).values_list("pk", flat=True))
    _in_turns(ground, pks)


def _in_turns(ground: Ground, products: list[int]) -> None:
    for begin in range(0, len(products), AT_ONCE):
        _recompute(ground, products[begin : begin + AT_ONCE])


def ground_of(workspace_id: int, as_of: date | None = None) -> Ground:
    """The day it is, where the workspace sells, and which rules can matter there.

    `as_of` is a day that is past: answers count as they were at its end.
    """
    zone = Workspace.objects.get(pk=workspace_id).timezone
    every = rulings(workspace_id)
    moment = datetime.combine(as_of, time.max, ZoneInfo(zone)) if as_of else None
    ground = Ground(workspace_id, as_of or today(zone), moment, markets(workspace_id), every)
    for market in ground.markets:
        here = {MARKET: market.sells_in or None}
        ground.rules[market.pk] = [
            (ruling, rule)
            for ruling in every
            for rule in ruling.pack.rules
            if _may_hold(rule.when, here)
        ]
    return ground


def _may_hold(predicate: Predicate, facts: dict[str, Any]) -> bool:
    return evaluate(predicate, facts).value is not False


def _recompute(ground: Ground, products: list[int]) -> None:
    """Insert, change and delete just the rows that differ from what follows now."""
    due = due_rows(ground, products)
    rows = Obligation.objects.with_trash(ground.workspace_id).filter(product__in=products)
    held = {(row.product_id, row.market_id, row.rule): row for row in rows}
    changed, made = [], []
    for key, values in due.items():
        row = held.pop(key, None)
        if row is None:
            product, market, rule = key
            made.append(
                Obligation(
                    workspace_id=ground.workspace_id,
                    product_id=product,
                    market_id=market,
                    rule=rule,
                    **values,
                )
            )
        elif any(getattr(row, name) != values[name] for name in WRITTEN):
            for name in WRITTEN:
                setattr(row, name, values[name])
            row.version += 1
            changed.append(row)
    rows.filter(pk__in=[row.pk for row in held.values()]).delete()
    Obligation.objects.bulk_update(changed, [*COLUMNS, "version"], batch_size=500)
    Obligation.objects.bulk_create(made, batch_size=1_000)


def due_rows(ground: Ground, products: list[int]) -> dict[Key, dict[str, Any]]:
    """What follows now for these products, by product, market and rule."""
    known = known_of(ground.workspace_id, products, ground.moment)
    held = proofs(ground.workspace_id, products)
    found: dict[Key, dict[str, Any]] = {}
    for pk, one in known.items():
        for market in ground.markets:
            for ruling, rule in ground.rules[market.pk]:
                name = f"{ruling.pack.key}/{rule.key}"
                values = _values(ground, ruling, rule, one, market, held[pk, market.pk, name])
                if values is not None:
                    found[pk, market.pk, name] = values
    return found


def _values(
    ground: Ground, ruling: Ruling, rule: Rule, one: Known, market: Market, proof: Proof
) -> dict[str, Any] | None:
    """An obligation's columns; None where the rule does not hold or has ended."""
    facts = one.facts(market, ruling.known)
    verdict = evaluate(rule.when, facts)
    if verdict.value is False:
        return None
    missing = [leaf for leaf in verdict.because if facts.get(leaf.fact) is None]
    asks = list(dict.fromkeys(leaf.fact for leaf in missing if leaf.fact in ruling.known))
    duty = Duty(
        verdict.value,
        rule.effective_from,
        rule.effective_to,
        rule.evidence,
        because(missing, facts, ruling.known).replace(" Not answered.", ""),
    )
    now = stand(duty, proof.docs, proof.waivers, ground.day, proof.hint)
    if now is None:
        return None
    source = f"{rule.source.act} {rule.source.article}".strip()
    row = ruling.row
    return {
        "pack_id": row.pk,
        "title": rule.obligation,
        "gate": rule.gate,
        "applies": verdict.value,
        "effective_from": rule.effective_from,
        "effective_to": rule.effective_to,
        "accepts": list(rule.evidence),
        "asks": asks,
        "why": because(verdict.because, facts, ruling.known)[:600],
        "basis": basis(ruling.pack, source, row.owner, row.reviewed_on)[:500],
        "status": now.status.value,
        "reason": now.reason[:400],
        "evidence_id": now.doc,
        "covered_until": now.until,
        "changes_on": now.changes_on,
    }
