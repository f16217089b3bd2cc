"""What stands on an item's page: its moves, products, estimates, and what it waits for."""

from typing import Any

from roadmaps.items import planning
from roadmaps.items.effort import pert, together
from roadmaps.items.models import (
    Dependency,
    DependencyType,
    Estimate,
    Item,
    ItemProduct,
)
from roadmaps.items.records import DEPENDENCY, ITEM
from roadmaps.items.states import MOVES, ItemState, why_needed
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest
from workspaces.members.models import Team
from workspaces.records import refs
from workspaces.records.kinds import KINDS, RecordKind
from workspaces.records.tabs import RecordPanel, register_record_panel

PRODUCT = "products.product"
SHOWN = 50


def is_item(kind: RecordKind) -> bool:
    return kind.name == ITEM.name


def moves_panel(request: WorkspaceRequest, kind: RecordKind, row: Item) -> dict[str, Any] | None:
    """The states an item can go to, as buttons; those that ask for a reason open the form."""
    if not request.actor.can(kind.writes):
        return None
    ways = [one for one in ItemState if one in MOVES[row.state]]
    return {
        "item": row,
        "moves": [(one.value, one.label, why_needed(row.state, one)) for one in ways],
    }


def side_panel(request: WorkspaceRequest, kind: RecordKind, row: Item) -> dict[str, Any]:
    """Beside an item: products, estimates, dependencies, and the answers about its days."""
    actor = request.actor
    about = ItemProduct.objects.visible_to(actor).filter(item=row)
    links = about.order_by("product__name").select_related("product")[:SHOWN]
    rows = Dependency.objects.visible_to(actor)
    waits, holds = list(rows.filter(after=row)[:SHOWN]), list(rows.filter(before=row)[:SHOWN])
    product = KINDS[PRODUCT]
    return {
        "item": row,
        "edits": actor.can(kind.writes),
        "products": [(one.product, refs.url_of(actor, product, one.product_id)) for one in links],
        "waits": [_line(actor, one, one.before_id, one.before) for one in waits],
        "holds": [_line(actor, one, one.after_id, one.after) for one in holds],
        "types": DependencyType.choices,
        "answers": _answers(actor, row) if waits or holds else [],
        **_effort(actor, row),
    }


def _answers(actor: Actor, row: Item) -> list[tuple[str, str]]:
    return planning.answers(planning.planned(actor), row)


def _effort(actor: Actor, row: Item) -> dict[str, Any]:
    """What each team thinks, and all of them together."""
    known = Estimate.objects.visible_to(actor).filter(item=row).select_related("team")
    estimates = list(known.order_by("team__name"))
    found = {
        "estimates": estimates,
        "effort": together(pert(one.low, one.likely, one.high) for one in estimates),
    }
    if actor.can(ITEM.writes):
        used = [one.team_id for one in estimates]
        found["teams"] = list(Team.objects.visible_to(actor).exclude(pk__in=used).order_by("name"))
    return found


def _line(actor: Actor, row: Dependency, pk: int, item: Item) -> dict[str, Any]:
    """A dependency as it is said from one of its ends."""
    lag = f", {planning.days(row.lag)} later" if row.lag > 0 else ""
    if row.lag < 0:
        lag = f", up to {planning.days(-row.lag)} earlier"
    words = f"{DependencyType(row.type).label.lower()}{lag}"
    edit = refs.url_of(actor, DEPENDENCY, row.pk)
    return {"row": row, "item": item, "url": refs.url_of(actor, ITEM, pk), "words": words} | {
        "edit": edit
    }


def register() -> None:
    """Called from the app's ready()."""
    view, write = ITEM.reads, ITEM.writes
    register_record_panel(
        RecordPanel(10, write, "roadmaps/item_moves.html", moves_panel, "head", is_item)
    )
    register_record_panel(
        RecordPanel(10, view, "roadmaps/item_side.html", side_panel, kinds=is_item)
    )
