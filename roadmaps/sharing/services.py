"""Audiences, and what is shared with them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict

from core.clock import day_of
from core.errors import EditConflict, NotFound, Refused
from core.typed import one_line
from roadmaps.items.records import ITEM
from roadmaps.sharing.allowed import OWN, WORDS, Precision, Shown
from roadmaps.sharing.building import Builder
from roadmaps.sharing.models import LONGEST_NAME, LONGEST_TITLE, Audience, RoadmapShare
from roadmaps.sharing.own_fields import offered_own
from roadmaps.sharing.plan import Plan, kept, read
from roadmaps.snapshots.models import RoadmapSnapshot
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm, Role
from workspaces.audit import services as audit
from workspaces.guests import services as guests
from workspaces.guests.models import GuestLink
from workspaces.guests.services import Gate
from workspaces.members.models import User, Workspace
from workspaces.records.fields import FieldType
from workspaces.views import services as views

KIND = "roadmaps.share"
MOST_AUDIENCES = 50


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to share: an address of the roadmap, or a snapshot of it."""

    title: str
    audience: int
    query: str = ""
    view: int | None = None
    snapshot: int | None = None
    frozen: bool = False
    watermark: bool = False
    comments: bool = False
    files: bool = True


@transaction.atomic
def save_audience(
    actor: Actor,
    name: str,
    fields: Sequence[str],
    precision: str,
    *,
    pk: int | None = None,
    seen_version: int = 0,
) -> Audience:
    """Make an audience, or give one another list; its live links show that at once.

    Raises Denied, NotFound, EditConflict, Refused, or ValidationError naming the fields.
    """
    actor.require(Perm.ROADMAP_EDIT)
    actor.require(Perm.SHARE_OUTSIDE)
    row = _audience(actor, pk) if pk else Audience(workspace=actor.workspace, made_by=actor.user)
    if pk and row.version != seen_version:
        raise EditConflict(f"“{row}” changed while you were editing it.")
    before = {"name": row.name, "fields": row.fields, "precision": row.precision}
    row.name = one_line(name, LONGEST_NAME)
    own = offered_own(nobody(actor.workspace))
    row.fields, row.precision = [one for one in (*WORDS, *own) if one in fields], precision
    if any(own[one].type is FieldType.MONEY for one in row.fields if one in own):
        actor.require(Perm.MONEY_VIEW)
    _check_audience(actor, row)
    row.version += 1 if pk else 0
    row.save()
    changes = {key: (old, getattr(row, key)) for key, old in before.items()}
    audit.record(actor, "audience.changed" if pk else "audience.made", row, changes)
    _settle(actor, row)
    return row


@transaction.atomic
def delete_audience(actor: Actor, pk: int) -> Audience:
    """Delete an audience nothing is shared with. Raises Denied, NotFound or Refused."""
    actor.require(Perm.ROADMAP_EDIT)
    actor.require(Perm.SHARE_OUTSIDE)
    row = _audience(actor, pk)
    if RoadmapShare.objects.visible_to(actor).filter(audience=row).exists():
        raise Refused(f"“{row}” has links. Delete them first.")
    audit.record(actor, "audience.deleted", row, {"name": (row.name, None)})
    row.delete()
    return row


@transaction.atomic
def share_roadmap(actor: Actor, wish: Wish, gate: Gate) -> tuple[RoadmapShare, str]:
    """A link to the roadmap for an audience, and its secret, which is told this once.

    Raises Denied, NotFound, Refused, or ValidationError naming the fields.
    """
    actor.require(Perm.ROADMAP_EDIT)
    actor.require(Perm.SHARE_OUTSIDE)
    title = one_line(wish.title, LONGEST_TITLE)
    if not title:
        raise ValidationError({"title": ["Give it a title."]})
    link, secret = guests.make_link(actor, KIND, gate)
    share = RoadmapShare(
        workspace=actor.workspace,
        link=link,
        audience=_audience(actor, wish.audience),
        title=title,
        watermark=wish.watermark,
        comments=wish.comments,
        files=wish.files,
    )
    _of(actor, share, wish)
    share.save()
    audit.record(actor, "roadmap.shared", share, {"audience": (None, share.audience.name)})
    _settle(actor, share.audience)
    return share, secret


@transaction.atomic
def delete_share(actor: Actor, pk: int) -> RoadmapShare:
    """Delete a link for good, with its log. Raises Denied or NotFound."""
    actor.require(Perm.ROADMAP_EDIT)
    actor.require(Perm.SHARE_OUTSIDE)
    share = find_share(actor, pk)
    audit.record(actor, "roadmap.unshared", share, {"title": (share.title, None)})
    view, audience = share.view_id, share.audience
    GuestLink.objects.visible_to(actor).filter(pk=share.link_id).delete()
    if view and not RoadmapShare.objects.visible_to(actor).filter(view=view).exists():
        views.set_redaction(actor, view, None)
    else:
        _settle(actor, audience)
    return share


def find_share(actor: Actor, pk: int) -> RoadmapShare:
    """A share of this workspace. Raises NotFound."""
    actor.require(Perm.ROADMAP_VIEW)
    rows = RoadmapShare.objects.visible_to(actor).select_related("link", "audience", "view")
    share = rows.filter(pk=pk).first()
    if share is None:
        raise NotFound("That link no longer exists.")
    return share


def shown(share: RoadmapShare, workspace: Workspace) -> Plan:
    """What a share shows now. Raises NotFound when its view is gone."""
    if share.frozen is not None:
        return read(share.frozen)
    view = share.view
    if view is None or view.deleted_at is not None:
        raise NotFound("What was shared is not there any more.")
    allow = share.audience.allow.within(view.redaction or ())
    reader = nobody(workspace)
    return Builder(reader, allow, share.title, f"{share.link_id}").of_view(QueryDict(view.query))


def nobody(workspace: Workspace) -> Actor:
    """Whoever comes by a link: may read the roadmap, and is nobody in particular."""
    scopes = frozenset({Perm.ROADMAP_VIEW})
    return Actor(User(name="Guest"), workspace, Role.VIEWER, "guest", scopes)


def _of(actor: Actor, share: RoadmapShare, wish: Wish) -> None:
    """What is shown: a snapshot, the view as it is at this moment, or as it is whenever opened."""
    share.query = wish.query
    names = f"{share.link_id}"
    builder = Builder(nobody(actor.workspace), share.audience.allow, share.title, names)
    if wish.snapshot is not None:
        rows = RoadmapSnapshot.objects.visible_to(actor)
        share.snapshot = rows.filter(pk=wish.snapshot).first()
        if share.snapshot is None:
            raise NotFound("That snapshot no longer exists.")
        day = day_of(share.snapshot.published_at, actor.workspace.timezone)
        asked = QueryDict(wish.query)
        share.frozen = kept(builder.of_snapshot(share.snapshot.items, asked, day))
    elif wish.frozen:
        share.frozen = kept(builder.of_view(QueryDict(wish.query)))
    elif wish.view is not None:
        share.view = views.find_view(actor, wish.view)
        if share.view.kind != ITEM.name:
            raise NotFound("That view is not of the roadmap.")
    else:
        share.view = views.save_view(actor, ITEM, share.title, wish.query)


def _audience(actor: Actor, pk: int) -> Audience:
    rows = Audience.objects.visible_to(actor).select_for_update(no_key=True)
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound("That audience no longer exists.")
    return row


def _check_audience(actor: Actor, row: Audience) -> None:
    others = Audience.objects.visible_to(actor).exclude(pk=row.pk)
    if not row.name:
        raise ValidationError({"name": ["Give it a name."]})
    if others.filter(name__iexact=row.name).exists():
        raise ValidationError({"name": ["There is an audience of this name."]})
    if row.precision not in Precision.values:
        raise ValidationError({"precision": ["Choose how closely days are shown."]})
    if Shown.MONEY in row.fields:
        actor.require(Perm.MONEY_VIEW)
    if row.pk is None and others.count() >= MOST_AUDIENCES:
        raise Refused(f"There are {MOST_AUDIENCES} audiences already. Delete one first.")


def _settle(actor: Actor, audience: Audience) -> None:
    """Let views give outside what their links' audiences may see, and not one field more."""
    rows = RoadmapShare.objects.visible_to(actor).filter(view__deleted_at=None)
    touched = rows.filter(audience=audience).exclude(view=None).values_list("view", flat=True)
    for view in sorted(set(touched)):
        lists = rows.filter(view=view).values_list("audience__fields", flat=True)
        fields = {one for each in lists for one in each}
        own = sorted(one for one in fields if one.startswith(OWN))
        views.set_redaction(actor, view, [*(one for one in WORDS if one in fields), *own])
