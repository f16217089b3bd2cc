"""The door: who acts, in which workspace, and what they may do there."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.errors import Denied
from workspaces.access.roles import GRANTS, Perm, Role

if TYPE_CHECKING:
    from workspaces.members.models import User, Workspace


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone acting in one workspace. Nothing else in the code base decides who may do what.

    `channel` says how they act and is written into the history: ui, api, import, command, worker.
    `scopes` narrows an API token: None is everything the role may do. `favourites` are the views
    in this member's navigation, which come along with the membership.
    """

    user: "User"
    workspace: "Workspace"
    role: Role
    channel: str = "ui"
    scopes: frozenset[Perm] | None = None
    favourites: tuple[dict[str, Any], ...] = field(default=(), compare=False)

    def can(self, perm: Perm) -> bool:
        """The role grants it, and the token (if one is used) was made for it."""
        return perm in GRANTS[self.role] and (self.scopes is None or perm in self.scopes)

    def require(self, perm: Perm) -> None:
        """Raise Denied unless `can`."""
        if not self.can(perm):
            raise Denied(f"Your role here ({self.role.label}) does not allow this.")

    @property
    def sees_money(self) -> bool:
        """Revenue, cost and margin are shown; otherwise they are masked everywhere."""
        return self.can(Perm.MONEY_VIEW)
