"""The views of a list as its page shows them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.lists.listing import KindList
from workspaces.members.models import Team
from workspaces.views.models import Audience, SavedView
from workspaces.views.opening import Opened


@dataclass(frozen=True, slots=True)
class ViewTab:
    """A view among the tabs of its list."""

    name: str
    url: str
    chosen: bool
    shared: bool


class ViewBar:
    """Tabs of views, and what this member may do to the one that is open."""

    def __init__(self, actor: Actor, listing: KindList, opened: Opened) -> None:
        self.actor, self.listing, self.view = actor, listing, opened.view
        self._opened = opened

    @property
    def tabs(self) -> list[ViewTab]:
        plural = self.listing.kind.plural.lower()
        found = [ViewTab(f"All {plural}", "?view=none", self.view is None, False)]
        for one in self._opened.views:
            shared = one.audience != Audience.PRIVATE
            chosen = self.view is not None and one.pk == self.view.pk
            found.append(ViewTab(one.name, f"?view={one.pk}", chosen, shared))
        return found

    @property
    def changed(self) -> bool:
        return self._opened.changed(self.listing.asked.parts())

    @property
    def savable(self) -> bool:
        """Whether there is something to keep: more than the bare list."""
        parts = self.listing.asked.parts()
        parts.pop("view", None)
        return bool(parts)

    @property
    def query(self) -> str:
        return self.listing.asked.address(view="")

    @property
    def mine(self) -> bool:
        view: SavedView | None = self.view
        if view is None:
            return False
        manages = view.audience != Audience.PRIVATE and self.actor.can(Perm.WORKSPACE_MANAGE)
        return bool(view.owner_id == self.actor.user.pk or manages)

    @property
    def is_favourite(self) -> bool:
        pk = self.view.pk if self.view else None
        return any(one["view"] == pk for one in self.actor.favourites)

    @property
    def begins(self) -> bool:
        return self.view is not None and self._opened.begins == self.view.pk

    @cached_property
    def audiences(self) -> list[tuple[str, str, bool]]:
        """Who a view may be shown to: (value, words, chosen)."""
        if not self.actor.can(Perm.VIEWS_SHARE):
            return []
        now = "" if self.view is None else self.view.audience
        if self.view is not None and self.view.team_id:
            now = f"team:{self.view.team_id}"
        teams = Team.objects.visible_to(self.actor).order_by("name")
        if not self.actor.can(Perm.WORKSPACE_MANAGE):
            teams = teams.of(self.actor.user)
        pairs: list[tuple[Any, str]] = [("private", "Only me"), ("shared", "Everybody here")]
        pairs += [(f"team:{team.pk}", f"Team {team.name}") for team in teams]
        return [(value, words, value == now) for value, words in pairs]
