"""What is known of products, gathered in a few statements whatever their number."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from products.catalog.models import Category, Market, Product
from products.catalog.states import Assortment
from products.compliance.attributes import Vocabulary
from products.compliance.logic import CATEGORY, MARKET
from products.compliance.models import ProductAttribute, RulePack
from products.compliance.packs import Pack, Rule, read, vocabulary


@dataclass(frozen=True, slots=True)
class Ruling:
    """A pack as it rules in a workspace."""

    row: RulePack
    pack: Pack

    @property
    def known(self) -> Vocabulary:
        return {**vocabulary(), **self.pack.attributes}


@dataclass(frozen=True, slots=True)
class Held:
    """An answer that counts for a product, and where it was given."""

    value: Any
    place: str  # product, category or workspace
    by: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one product."""

    product: int
    answers: Mapping[str, Held] = field(default_factory=dict)
    category: str = ""

    def facts(self, market: Market, known: Vocabulary) -> dict[str, Any]:
        """As rules ask for it. An answer that no longer fits its question is not known."""
        found = {
            key: held.value
            for key, held in self.answers.items()
            if key in known and known[key].holds(held.value)
        }
        return found | {CATEGORY: self.category or None, MARKET: market.sells_in or None}


def rulings(workspace_id: int) -> list[Ruling]:
    """The packs that rule in a workspace now."""
    rows = RulePack.objects.in_workspace(workspace_id).active().order_by("key")
    return [Ruling(row, read(row.body)) for row in rows]


def rules_of(every: Iterable[Ruling]) -> dict[str, tuple[Ruling, Rule]]:
    """Every rule by its full key, `pack/rule`."""
    return {f"{one.pack.key}/{rule.key}": (one, rule) for one in every for rule in one.pack.rules}


def markets(workspace_id: int) -> list[Market]:
    """Where the workspace sells."""
    return list(Market.objects.in_workspace(workspace_id).order_by("name", "pk"))


def sold(workspace_id: int) -> Any:
    """The products rules are asked about: all that are not discontinued."""
    rows = Product.objects.in_workspace(workspace_id)
    return rows.exclude(state=Assortment.DISCONTINUED).order_by("pk")


def known_of(
    workspace_id: int, products: Collection[int], moment: datetime | None = None
) -> dict[int, Known]:
    """What is known of these products, or was at a moment: the nearest answer counts."""
    rows = sold(workspace_id).filter(pk__in=products)
    paths = dict(rows.values_list("pk", "category__path"))
    answers = ProductAttribute.objects.in_workspace(workspace_id).known_by(moment)
    given = answers.exclude(value=None).values_list(
        "product", "category__path", "category", "key", "value", "answered_by__name"
    )
    own: dict[int, dict[str, Held]] = defaultdict(dict)
    general: list[tuple[str, str, Held]] = []
    for product, _, _, key, value, by in given.filter(product__in=products):
        own[product][key] = Held(value, "product", by or "")
    for _, path, category, key, value, by in given.filter(product=None):
        place = "category" if category else "workspace"
        general.append((path or "", key, Held(value, place, by or "")))
    general.sort(key=lambda one: len(one[0]))
    found = {}
    for pk, path in paths.items():
        mine = {key: held for above, key, held in general if _below(path or "", above)}
        found[pk] = Known(pk, mine | own[pk], path or "")
    return found


def _below(path: str, above: str) -> bool:
    return not above or path == above or path.startswith(f"{above}{Category.SEPARATOR}")
