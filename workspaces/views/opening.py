"""Which view a list's address means, and what differs from it."""

from dataclasses import dataclass

from django.http import QueryDict

from workspaces.access.actor import Actor
from workspaces.lists.asking import PLACE, listed_fields, query
from workspaces.lists.conditions import redacted
from workspaces.members.models import Team
from workspaces.records.kinds import RecordKind
from workspaces.records.lists import whole_number
from workspaces.records.models import ListChoice
from workspaces.views.models import SavedView

MOST = 200
BESIDE = ("view", "filters", *PLACE)
NONE = "none"  # ?view=none is everything, whatever one begins with


@dataclass(slots=True)
class Opened:
    """The views of a list, the one that is open, and the list's address with it filled in.

    `columns` are those this member chose last, `begins` the view they begin with.
    """

    views: list[SavedView]
    view: SavedView | None
    query: QueryDict
    columns: list[str]
    begins: int | None = None

    def changed(self, parts: dict[str, str]) -> bool:
        """Whether the list differs from the view that is open."""
        if self.view is None:
            return False
        kept = {name: text for name, text in parts.items() if name != "view"}
        return kept != QueryDict(self.view.query).dict()


def open_list(actor: Actor, kind: RecordKind, asked: QueryDict) -> Opened:
    """The list as its address means it: a bare address is what one begins with.

    A view alone stands for all it keeps; whatever else is asked replaces it.
    """
    rows = SavedView.objects.visible_to(actor).filter(kind=kind.name)
    views = list(rows.select_related("owner").order_by("name", "pk")[:MOST])
    columns, begins = ListChoice.of(actor, kind.address)
    named = asked.get("view", "")
    wanted = whole_number(named)
    if not asked:
        wanted = begins or _of_team(actor, views)
    view = next((one for one in views if one.pk == wanted), None)
    if view is None or any(name not in BESIDE for name in asked):
        return Opened(views, view, asked, columns, begins)
    filled = QueryDict(view.query, mutable=True)
    if where := filled.get("where", ""):
        filled["where"] = redacted(listed_fields(actor, kind), str(where))
    for name in BESIDE:
        if name in asked:
            filled[name] = asked.get(name, "")
    filled["view"] = str(view.pk)
    return Opened(views, view, filled, columns, begins)


def _of_team(actor: Actor, views: list[SavedView]) -> int | None:
    """What one of this member's teams begins with."""
    kept = {one.team_id: one.pk for one in views if one.team_default and one.team_id}
    if not kept:
        return None
    mine = Team.objects.visible_to(actor).of(actor.user).filter(pk__in=list(kept)).order_by("name")
    return next((kept[pk] for pk in mine.values_list("pk", flat=True)), None)


def address_of(view: SavedView) -> str:
    """The query that opens a view."""
    return query({"view": str(view.pk)})
