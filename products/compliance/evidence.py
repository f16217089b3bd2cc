"""Which documents and waivers count for which obligation, gathered in two statements."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from products.compliance.models import EvidenceCover, Waiver
from products.compliance.standing import ONE_DAY, Doc, Span
from products.compliance.states import ACCEPTED, WAITING, WaiverState


@dataclass(slots=True)
class Proof:
    """What there is for one rule of one product in one market."""

    docs: list[Doc] = field(default_factory=list)
    waivers: list[Span] = field(default_factory=list)
    waiting: int = 0
    outdated: int = 0  # they are from a supplier the product no longer has

    @property
    def hint(self) -> str:
        """What there is besides that counts for nothing."""
        words = []
        if self.waiting:
            words.append(f"{self.waiting} waiting for review.")
        if self.outdated:
            words.append(f"{self.outdated} from the supplier before: confirm or renew.")
        return " ".join(words)


class Proofs:
    """What there is by product, market and rule. A document without markets is for all."""

    def __init__(self) -> None:
        self._docs: dict[tuple[int, str], list[tuple[Doc, EvidenceCover]]] = defaultdict(list)
        self._waivers: dict[tuple[int, int, str], list[Span]] = defaultdict(list)

    def __getitem__(self, key: tuple[int, int, str]) -> Proof:
        product, market, rule = key
        proof = Proof(waivers=self._waivers.get(key, []))
        counting: list[tuple[Doc, EvidenceCover]] = []
        for doc, cover in self._docs.get((product, rule), ()):
            if cover.evidence.markets and market not in cover.evidence.markets:
                continue
            if cover.supplier_id and cover.supplier_id != cover.product.supplier_id:
                proof.outdated += 1
            elif cover.evidence.state in ACCEPTED:
                counting.append((doc, cover))
            else:
                proof.waiting += 1
        proof.docs += _without_replaced(counting)
        return proof

    def add_cover(self, cover: EvidenceCover) -> None:
        row = cover.evidence
        doc = Doc(row.pk, row.title, row.type, row.valid_from, row.valid_to)
        self._docs[cover.product_id, cover.rule].append((doc, cover))

    def add_waiver(self, row: Waiver) -> None:
        if row.starts_on is not None:
            span = Span(row.starts_on, row.until, row.reason)
            self._waivers[row.product_id, row.market_id, row.rule].append(span)


def _without_replaced(counting: Sequence[tuple[Doc, EvidenceCover]]) -> Iterator[Doc]:
    """The documents as long as they count: one that is replaced ends the day before the other."""
    begins: dict[int, date] = {}
    for doc, cover in counting:
        older = cover.evidence.replaces_id
        if older is not None:
            begins[older] = min(doc.begins, begins.get(older, doc.begins))
    for doc, _ in counting:
        last = begins[doc.pk] - ONE_DAY if doc.pk in begins else doc.last
        if last >= doc.begins:
            yield doc if last >= doc.last else replace(doc, ends=last)


def proofs(workspace_id: int, products: Collection[int]) -> Proofs:
    """The documents and approved waivers of these products."""
    found = Proofs()
    covers = EvidenceCover.objects.in_workspace(workspace_id).filter(
        product__in=products,
        evidence__deleted_at=None,
        evidence__state__in=[*ACCEPTED, *WAITING],
    )
    for cover in covers.select_related("evidence", "product").order_by("pk"):
        found.add_cover(cover)
    waivers = Waiver.objects.in_workspace(workspace_id).filter(
        product__in=products, state=WaiverState.APPROVED
    )
    for waiver in waivers.order_by("pk"):
        found.add_waiver(waiver)
    return found
