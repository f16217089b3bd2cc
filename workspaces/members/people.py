"""The people of a workspace: whom one may choose, and who may read what."""

from django.db.models import QuerySet

from workspaces.access.actor import Actor
from workspaces.access.roles import GRANTS, Perm, Role
from workspaces.members.models import Membership, User, Workspace


def people_of(actor: Actor) -> QuerySet[User]:
    """The members of the actor's workspace who can still act, by name."""
    members = Membership.objects.visible_to(actor).active().values("user")
    return User.objects.filter(pk__in=members).order_by("name", "email")


def readers_of(actor: Actor, perm: Perm) -> QuerySet[User]:
    """Those of them whose role has this permission."""
    roles = [role.value for role in Role if perm in GRANTS[role]]
    members = Membership.objects.visible_to(actor).active().filter(role__in=roles)
    return User.objects.filter(pk__in=members.values("user")).order_by("name", "email")


def actor_of(user: User, workspace: Workspace, channel: str) -> Actor | None:
    """This person acting there; None when they are no member any more."""
    mine = Membership.objects.in_workspace(workspace.pk).active().filter(user=user).first()
    return Actor(user, workspace, Role(mine.role), channel) if mine else None
