"""Teams: made, named, filled, and taken away with a way back. Audited, one transaction each."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.errors import EditConflict, NotFound
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.members.models import Membership, Team, TeamMember
from workspaces.records.changes import assign

LONGEST = 80


@transaction.atomic
def create_team(actor: Actor, name: str, members: Iterable[int] = ()) -> Team:
    """Make a team of these members, by their users' ids. A deleted one of that name comes back.

    Raises Denied, or ValidationError naming the fields.
    """
    actor.require(Perm.MEMBERS_MANAGE)
    called = _named(actor, name)
    team = _deleted(actor).filter(name__iexact=called).first()
    team = team or Team(workspace=actor.workspace)
    changes = assign(team, name=called, deleted_at=None)
    team.save()
    changes |= _fill(actor, team, members)
    audit.record(actor, "team.created", team, changes)
    return team


@transaction.atomic
def change_team(
    actor: Actor,
    pk: int,
    *,
    seen_version: int,
    name: str | None = None,
    members: Iterable[int] | None = None,
) -> Team:
    """Name a team anew, and say who is in it; what is left out stays.

    Raises Denied, NotFound, EditConflict, or ValidationError naming the fields.
    """
    actor.require(Perm.MEMBERS_MANAGE)
    team = _locked(actor, pk, seen_version)
    changes: dict[str, tuple[Any, Any]] = {}
    if name is not None:
        changes |= assign(team, name=_named(actor, name, team))
    if members is not None:
        changes |= _fill(actor, team, members)
    if changes:
        team.version += 1
        team.save(update_fields=["name", "version"])
        audit.record(actor, "team.changed", team, changes)
    return team


@transaction.atomic
def delete_team(actor: Actor, pk: int, *, seen_version: int) -> Team:
    """Take a team away; who was in it is kept for its way back. Raises as `change_team` does."""
    actor.require(Perm.MEMBERS_MANAGE)
    team = _locked(actor, pk, seen_version)
    return _set_deleted(actor, team, timezone.now(), "team.deleted")


@transaction.atomic
def restore_team(actor: Actor, pk: int) -> Team:
    """Bring a deleted team back with its members. Raises Denied or NotFound."""
    actor.require(Perm.MEMBERS_MANAGE)
    team = _deleted(actor).select_for_update(no_key=True).filter(pk=pk).first()
    if team is None:
        raise NotFound("That team is not deleted.")
    return _set_deleted(actor, team, None, "team.restored")


def _deleted(actor: Actor) -> Any:
    return Team.objects.with_trash(actor.workspace.pk).filter(deleted_at__isnull=False)


def _locked(actor: Actor, pk: int, seen_version: int) -> Team:
    rows = Team.objects.visible_to(actor).select_for_update(no_key=True)
    team: Team | None = rows.filter(pk=pk).first()
    if team is None:
        raise NotFound("That team no longer exists.")
    if team.version != seen_version:
        raise EditConflict(f"“{team}” changed while you were editing it.")
    return team


def _named(actor: Actor, name: str, team: Team | None = None) -> str:
    """The name as it is kept. Raises ValidationError for none, or one that is taken."""
    called = " ".join(name.split())
    if not called or len(called) > LONGEST:
        raise ValidationError({"name": [f"A team's name has 1 to {LONGEST} characters."]})
    others = Team.objects.with_trash(actor.workspace.pk).filter(name__iexact=called)
    if team is None:
        others = others.filter(deleted_at=None)
    elif found := others.exclude(pk=team.pk).first():
        words = "It is deleted: make a new team of that name and it comes back."
        text = words if found.deleted_at else "Choose another name."
        raise ValidationError({"name": [f"There is a team “{called}” already. {text}"]})
    if team is None and others.exists():
        raise ValidationError({"name": [f"There is a team “{called}” already."]})
    return called


def _fill(actor: Actor, team: Team, users: Iterable[int]) -> dict[str, tuple[Any, Any]]:
    """Make these the team's members. Raises ValidationError for somebody who is none here."""
    wanted = set(users)
    active = Membership.objects.visible_to(actor).active().filter(user__in=wanted)
    if wanted - set(active.values_list("user", flat=True)):
        raise ValidationError({"members": ["Choose members of this workspace."]})
    rows = TeamMember.objects.visible_to(actor).filter(team=team)
    before = set(rows.values_list("user", flat=True))
    if before == wanted:
        return {}
    rows.exclude(user__in=wanted).delete()
    TeamMember.objects.bulk_create(
        TeamMember(workspace=actor.workspace, team=team, user_id=pk)
        for pk in sorted(wanted - before)
    )
    return {"members": (sorted(before), sorted(wanted))}


def _set_deleted(actor: Actor, team: Team, moment: Any, verb: str) -> Team:
    before, team.deleted_at = team.deleted_at, moment
    team.version += 1
    team.save(update_fields=["deleted_at", "version"])
    audit.record(actor, verb, team, {"deleted_at": (before, moment)})
    return team
