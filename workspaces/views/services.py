"""Keeping views. One's own needs nothing but membership; sharing needs `views.share`."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from core.errors import Denied, EditConflict, NotFound, Refused
from core.typed import one_line
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.lists.asking import Asked
from workspaces.members.models import Membership, Team
from workspaces.records.changes import assign
from workspaces.records.kinds import KINDS, RecordKind
from workspaces.records.models import ListChoice
from workspaces.views.models import Audience, SavedView

MOST, MOST_FAVOURITES, LONGEST_NAME = 500, 20, 120


@transaction.atomic
def save_view(
    actor: Actor,
    kind: RecordKind,
    name: str,
    query: str,
    *,
    audience: str = Audience.PRIVATE,
    team: int | None = None,
) -> SavedView:
    """Keep a list by name. Raises Denied, Refused or ValidationError."""
    actor.require(Perm.WORKSPACE_VIEW)
    actor.require(kind.reads)
    mine = SavedView.objects.visible_to(actor).filter(owner=actor.user)
    if mine.count() >= MOST:
        raise Refused(f"You keep {MOST} views already. Delete some first.")
    view = SavedView(workspace=actor.workspace, kind=kind.name, owner=actor.user)
    _fill(actor, kind, view, {"name": name, "query": query, "audience": audience, "team": team})
    view.save()
    if view.audience != Audience.PRIVATE:
        audit.record(actor, "savedview.shared", view, {"audience": (None, view.audience)})
    return view


@transaction.atomic
def change_view(actor: Actor, pk: int, *, seen_version: int, **values: Any) -> SavedView:
    """Rename a view, keep another list under it, or share it otherwise. Only its owner may,
    and whoever manages the workspace.

    Raises Denied, NotFound, EditConflict, Refused or ValidationError.
    """
    actor.require(Perm.WORKSPACE_VIEW)
    view = _own(actor, pk)
    if view.version != seen_version:
        raise EditConflict(f"“{view}” changed meanwhile. Look at it again.")
    before = view.audience
    _fill(actor, KINDS[view.kind], view, values)
    view.version += 1
    view.save()
    if view.audience != before:
        audit.record(actor, "savedview.shared", view, {"audience": (before, view.audience)})
    _rename_favourites(view)
    return view


@transaction.atomic
def set_redaction(actor: Actor, pk: int, fields: list[str] | None) -> SavedView:
    """Say what of a view people without an account may see at most; None is nothing at all."""
    actor.require(Perm.SHARE_OUTSIDE)
    rows = SavedView.objects.in_workspace(actor.workspace.pk).select_for_update(no_key=True)
    view = rows.get(pk=pk)
    before, view.redaction = view.redaction, fields
    if before != fields:
        view.save(update_fields=["redaction", "updated_at"])
        audit.record(actor, "savedview.redacted", view, {"redaction": (before, fields)})
    return view


@transaction.atomic
def duplicate_view(actor: Actor, pk: int) -> SavedView:
    """A copy of one's own of any view one may open."""
    actor.require(Perm.WORKSPACE_VIEW)
    view = find_view(actor, pk)
    name = f"{view.name[: LONGEST_NAME - 8]} (copy)"
    return save_view(actor, KINDS[view.kind], name, view.query)


@transaction.atomic
def delete_view(actor: Actor, pk: int) -> SavedView:
    """Throw a view away; `restore_view` brings it back."""
    actor.require(Perm.WORKSPACE_VIEW)
    view = _own(actor, pk)
    view.deleted_at, view.version = timezone.now(), view.version + 1
    view.save()
    for membership in _with_favourite(view):
        membership.favourites = [one for one in membership.favourites if one["view"] != pk]
        membership.save(update_fields=["favourites"])
    return view


@transaction.atomic
def restore_view(actor: Actor, pk: int) -> SavedView:
    """Bring one's own view back."""
    actor.require(Perm.WORKSPACE_VIEW)
    rows = SavedView.objects.in_workspace(actor.workspace.pk).filter(owner=actor.user)
    view = rows.filter(pk=pk).exclude(deleted_at=None).first()
    if view is None:
        raise NotFound("That view is not there any more.")
    taken = SavedView.objects.in_workspace(actor.workspace.pk).filter(
        kind=view.kind, team=view.team_id, team_default=True, deleted_at=None
    )
    view.team_default = view.team_default and not taken.exists()
    view.deleted_at, view.version = None, view.version + 1
    view.save()
    return view


@transaction.atomic
def favour_view(actor: Actor, pk: int, *, on: bool) -> SavedView:
    """Show a view in one's navigation, or no longer."""
    actor.require(Perm.WORKSPACE_VIEW)
    view = find_view(actor, pk)
    mine = Membership.objects.visible_to(actor).select_for_update(no_key=True)
    membership = mine.get(user=actor.user)
    kept = [one for one in membership.favourites if one["view"] != pk]
    if on and len(kept) >= MOST_FAVOURITES:
        raise Refused(f"There is room for {MOST_FAVOURITES} favourites. Take one away first.")
    if on:
        kept.append({"view": view.pk, "name": view.name, "kind": view.kind})
    membership.favourites = kept
    membership.save(update_fields=["favourites"])
    return view


@transaction.atomic
def begin_with(actor: Actor, kind: RecordKind, pk: int | None) -> None:
    """Begin this kind's list with a view, or with everything again."""
    actor.require(Perm.WORKSPACE_VIEW)
    if pk is not None:
        find_view(actor, pk)
    choice, _ = ListChoice.objects.get_or_create(
        workspace=actor.workspace, user=actor.user, name=kind.address
    )
    choice.view = pk
    choice.save(update_fields=["view"])


def find_view(actor: Actor, pk: int) -> SavedView:
    """A view this member may open. Raises NotFound."""
    actor.require(Perm.WORKSPACE_VIEW)
    view = SavedView.objects.visible_to(actor).filter(pk=pk).first()
    if view is None or view.kind not in KINDS or not actor.can(KINDS[view.kind].reads):
        raise NotFound("That view is not there any more, or is not shared with you.")
    return view


def _own(actor: Actor, pk: int) -> SavedView:
    find_view(actor, pk)
    view = SavedView.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=pk)
    manages = view.audience != Audience.PRIVATE and actor.can(Perm.WORKSPACE_MANAGE)
    if view.owner_id != actor.user.pk and not manages:
        raise Denied("This view belongs to somebody else. Make a copy of your own.")
    return view


def _fill(actor: Actor, kind: RecordKind, view: SavedView, values: dict[str, Any]) -> None:
    given = dict(values)
    if "name" in given:
        given["name"] = one_line(str(given["name"]), LONGEST_NAME)
        if not given["name"]:
            raise ValidationError({"name": ["Give the view a name."]})
    if "query" in given:
        asked = Asked(actor, kind, QueryDict(given["query"]))
        if asked.problem:
            raise Refused(asked.problem)
        given["query"], given["layout"] = asked.address(view=""), asked.layout
    if "team" in given:
        team = given.pop("team")
        given["team_id"] = None if team is None else _team(actor, team)
    _assign_all(view, given)
    _check_audience(actor, view)
    if view.team_default:
        others = SavedView.objects.in_workspace(actor.workspace.pk).exclude(pk=view.pk)
        others.filter(kind=view.kind, team=view.team_id).update(team_default=False)


def _check_audience(actor: Actor, view: SavedView) -> None:
    if view.audience not in Audience.values:
        raise ValidationError({"audience": ["Choose who may see it."]})
    if view.audience != Audience.PRIVATE:
        actor.require(Perm.VIEWS_SHARE)
    if view.audience == Audience.TEAM and view.team_id is None:
        raise ValidationError({"team": ["Choose the team."]})
    if view.audience != Audience.TEAM:
        view.team_id, view.team_default = None, False


def _assign_all(view: SavedView, values: dict[str, Any]) -> None:
    """Set plain values of a view."""
    team = values.pop("team_id", ...)
    if team is not ...:
        view.team_id = team
    assign(view, **values)


def _team(actor: Actor, pk: int) -> int:
    teams = Team.objects.visible_to(actor)
    if not actor.can(Perm.WORKSPACE_MANAGE):
        teams = teams.of(actor.user)
    if not teams.filter(pk=pk).exists():
        raise ValidationError({"team": ["Choose a team you belong to."]})
    return pk


def _with_favourite(view: SavedView) -> list[Membership]:
    rows = Membership.objects.in_workspace(view.workspace_id).select_for_update(no_key=True)
    return list(rows.filter(favourites__contains=[{"view": view.pk}]).order_by("pk"))


def _rename_favourites(view: SavedView) -> None:
    for membership in _with_favourite(view):
        for one in membership.favourites:
            if one["view"] == view.pk:
                one["name"] = view.name
        membership.save(update_fields=["favourites"])
