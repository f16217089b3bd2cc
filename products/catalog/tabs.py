"""What stands on a product's page: apps above register their tabs and panels here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from products.catalog.models import Product
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest
from workspaces.access.roles import Perm
from workspaces.records.kinds import RecordKind
from workspaces.records.tabs import RecordTab

Context = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of the product page.

    `render` returns the template that is included below the tabs, and its context. `count` says how
    much there is: a tab with 0 is not shown, one without a count always is. `perm` is who sees it.
    `counted` says the same as an expression over products: it is read along with the product, and
    costs no statement of its own.
    """

    name: str
    label: str
    order: int
    perm: Perm
    render: Callable[[WorkspaceRequest, Product], tuple[str, Context]]
    count: Callable[[Product], int] | None = None
    shows_count: bool = True
    counted: Callable[[Actor], Any] | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """A piece of the Overview. `context` returns None where there is nothing to show."""

    order: int
    perm: Perm
    template: str
    context: Callable[[WorkspaceRequest, Product], Context | None]


TABS: dict[str, Tab] = {}
PANELS: dict[str, Panel] = {}


def register_tab(tab: Tab) -> None:
    """Called from an AppConfig's ready()."""
    TABS[tab.name] = tab


def register_panel(panel: Panel) -> None:
    """Called from an AppConfig's ready(). One template is one panel."""
    PANELS[panel.template] = panel


def tabs_in_order() -> list[Tab]:
    return sorted(TABS.values(), key=lambda tab: (tab.order, tab.name))


def how_many(rows: QuerySet[Any], of: str = "product") -> Coalesce:
    """How many of `rows`, which name a product each in `of`, name the product being read."""
    own = rows.filter(**{of: OuterRef("pk")}).order_by().values(of)
    return Coalesce(Subquery(own.annotate(many=Count("*")).values("many")), 0)


def panels_in_order() -> list[Panel]:
    return sorted(PANELS.values(), key=lambda panel: (panel.order, panel.template))


def shared(tab: RecordTab, kind: RecordKind) -> Tab:
    """A tab that records of every kind have, as one of a product."""

    def render(request: WorkspaceRequest, product: Product) -> tuple[str, Context]:
        return tab.render(request, kind, product)

    return Tab(tab.name, tab.label, tab.order, tab.perm, render)
