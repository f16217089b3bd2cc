"""What other rooms ask of compliance: where products stand in markets, on any day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse

from products.compliance.evidence import proofs
from products.compliance.models import Obligation
from products.compliance.recompute import ALL, TOPIC
from products.compliance.standing import Duty, stand
from products.compliance.states import RED, STATUS_ORDER, Status
from workspaces.members.models import Workspace
from workspaces.staleness.models import StaleMark


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one obligation of a product in a market stands on a day.

    `title` is what has to be done; `gate` whether it holds up a launch while it is red. `reason`
    says in words why it stands so. `until` is the last day of the evidence or waiver it rests on,
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

    @property
    def red(self) -> bool:
        """Not met: open, expired, or not known whether it applies."""
        return self.status in RED


def standing(
    workspace_id: int,
    product_ids: Collection[int],
    market_ids: Collection[int],
    as_of: date,
) -> list[Standing]:
    """Every obligation of these products in these markets as it stands on the day `as_of`.

    Four statements, whatever their number. The worst come first. Rules, evidence and waivers count
    by their own days; answers about products and the packs that are active are those of now. A pair
    without an entry has no obligation by the packs that are active.
    """
    rows = Obligation.objects.in_workspace(workspace_id).filter(
        product__in=product_ids, market__in=market_ids, product__deleted_at=None
    )
    held = proofs(workspace_id, product_ids)
    slug = Workspace.objects.get(pk=workspace_id).slug
    found = []
    for row in rows.order_by("product", "market", "rule"):
        duty = Duty(row.applies, row.effective_from, row.effective_to, row.accepts, row.why)
        proof = held[row.product_id, row.market_id, row.rule]
        now = stand(duty, proof.docs, proof.waivers, as_of, proof.hint)
        if now is not None:
            found.append(_entry(row, now.status, now.reason, now.until, slug))
    return sorted(found, key=lambda one: (STATUS_ORDER[one.status], not one.gate))


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


def is_stale(workspace_id: int, product_ids: Collection[int]) -> bool:
    """Whether something about these products changed that obligations do not show yet."""
    marks = StaleMark.objects.in_workspace(workspace_id).filter(topic=TOPIC)
    wanted = Q(key=ALL) | Q(key__in=[str(pk) for pk in product_ids])
    return marks.filter(wanted).exists()
