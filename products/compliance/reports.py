"""What other rooms ask of compliance: where products stand in markets, on any day."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q
from django.urls import reverse

from products.compliance.evidence import proofs
from products.compliance.listening import unheard
from products.compliance.models import Obligation, RulePack
from products.compliance.recompute import ALL, TOPIC
from products.compliance.standing import Duty, stand
from products.compliance.states import RED, STATUS_ORDER, Status
from workspaces.members.models import Workspace
from workspaces.staleness.models import StaleMark


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one obligation of a product in a market stands on a day.

    `title` is what has to be done; `gate` whether it holds up a launch while it is red. `reason`
    says in words why it stands so. `documents` are the evidence that was accepted for it, whatever
    its days. `until` is the last day of the evidence or waiver it rests on,
    empty where there is none or it has no end. `url` is where it is mended.
    """

    product_id: int
    market_id: int
    title: str
    gate: bool
    status: Status
    reason: str
    until: date | None
    url: str
    rule: str
    basis: str
    documents: tuple[int, ...] = ()

    @property
    def red(self) -> bool:
        """Not met: open, expired, or not known whether it applies."""
        return self.status in RED


class Standings:
    """Obligations of products in markets with what proves them, read once: four statements.

    Any day can be asked about then. Rules, evidence and waivers count by their own days; answers
    about products and the packs that are active are those of now.
    """

    def __init__(
        self, workspace_id: int, product_ids: Collection[int], market_ids: Collection[int]
    ) -> None:
        rows = Obligation.objects.in_workspace(workspace_id).filter(
            product__in=product_ids, market__in=market_ids, product__deleted_at=None
        )
        self._rows: dict[tuple[int, int], list[Obligation]] = defaultdict(list)
        for row in rows.order_by("product", "market", "rule"):
            self._rows[row.product_id, row.market_id].append(row)
        self._held = proofs(workspace_id, product_ids)
        self._slug = Workspace.objects.get(pk=workspace_id).slug

    def on(self, as_of: date, pairs: Iterable[tuple[int, int]] | None = None) -> list[Standing]:
        """As they stand on that day, the worst first; of all, or of these products in markets.

        A pair without an entry has no obligation by the packs that are active.
        """
        found = []
        for pair in self._rows if pairs is None else pairs:
            for row in self._rows.get(pair, ()):
                entry = self._stands(row, as_of)
                if entry is not None:
                    found.append(entry)
        return sorted(found, key=lambda one: (STATUS_ORDER[one.status], not one.gate))

    def _stands(self, row: Obligation, as_of: date) -> Standing | None:
        duty = Duty(row.applies, row.effective_from, row.effective_to, row.accepts, row.why)
        proof = self._held[row.product_id, row.market_id, row.rule]
        now = stand(duty, proof.docs, proof.waivers, as_of, proof.hint)
        if now is None:
            return None
        fitting = tuple(sorted(doc.pk for doc in proof.docs if doc.type in duty.accepts))
        entry = _entry(row, now.status, now.reason, now.until, self._slug)
        return replace(entry, documents=fitting)


def standing(
    workspace_id: int,
    product_ids: Collection[int],
    market_ids: Collection[int],
    as_of: date,
) -> list[Standing]:
    """Every obligation of these products in these markets as it stands on the day `as_of`."""
    return Standings(workspace_id, product_ids, market_ids).on(as_of)


def rules_at_all(workspace_id: int) -> bool:
    """Whether any pack is active: without one nothing is asked of a product."""
    found: bool = RulePack.objects.in_workspace(workspace_id).active().exists()
    return found


def _entry(row: Obligation, status: Status, reason: str, until: date | None, slug: str) -> Standing:
    tab = reverse("products:product", args=[slug, row.product_id, "compliance"])
    return Standing(
        product_id=row.product_id,
        market_id=row.market_id,
        title=row.title,
        gate=row.gate,
        status=status,
        reason=reason,
        until=until,
        url=f"{tab}?market={row.market_id}#{anchor(row.rule)}",
        rule=row.rule,
        basis=row.basis,
    )


def anchor(rule: str) -> str:
    """The id of a rule's row on the product's tab."""
    return "rule-" + rule.replace("/", "-")


def stale_products(workspace_id: int, product_ids: Collection[int]) -> set[int]:
    """Those of these products about which something changed that obligations do not show yet."""
    marks = StaleMark.objects.in_workspace(workspace_id).filter(topic=TOPIC)
    wanted = Q(key=ALL) | Q(key__in=[str(pk) for pk in product_ids])
    keys = set(marks.filter(wanted).values_list("key", flat=True))
    if ALL in keys:
        return set(product_ids)
    return {int(key) for key in keys} | unheard(workspace_id, product_ids)
