"""The verbs of links: whoever may change a record may say what it belongs to."""

from django.db import transaction
from django.utils import timezone

from core.errors import NotFound, Refused
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.links.models import RecordLink, Relation
from workspaces.records import refs
from workspaces.records.refs import Ref

MOST = 200
TWICE = "These two are linked that way already."


@transaction.atomic
def add_link(actor: Actor, ref: Ref, relation: str, to: Ref) -> RecordLink:
    """Link a record to another that the actor may read. Raises Denied, NotFound or Refused."""
    actor.require(Perm.WORKSPACE_VIEW)
    actor.require(refs.readable(actor, ref[0]).writes)
    row, other = refs.find(actor, *ref), refs.find(actor, *to)
    if relation not in Relation.values:
        raise Refused("Say how the two belong together.")
    if ref == to:
        raise Refused("A record is not linked to itself.")
    links = RecordLink.objects.in_workspace(actor.workspace.pk).kept()
    if links.about(*ref).filter(to_kind=to[0], to_id=other.pk, relation=relation).exists():
        raise Refused(TWICE)
    if links.about(*ref).count() >= MOST:
        raise Refused(f"A record has {MOST} links at most. Take one away first.")
    link = RecordLink.objects.create(
        workspace=actor.workspace,
        kind=ref[0],
        object_id=row.pk,
        to_kind=to[0],
        to_id=other.pk,
        relation=relation,
        created_by=actor.user,
    )
    audit.record(actor, "link.created", link, {})
    return link


@transaction.atomic
def remove_link(actor: Actor, pk: int) -> RecordLink:
    """Take a link away; it can be brought back. Raises Denied or NotFound."""
    actor.require(Perm.WORKSPACE_VIEW)
    link = _held(actor, pk)
    if link.deleted_at is not None:
        raise NotFound("That link was taken away already.")
    link.deleted_at = timezone.now()
    link.save(update_fields=["deleted_at"])
    audit.record(actor, "link.deleted", link, {})
    return link


@transaction.atomic
def restore_link(actor: Actor, pk: int) -> RecordLink:
    """Bring a link back. Raises Denied, NotFound, or Refused when it was drawn anew meanwhile."""
    actor.require(Perm.WORKSPACE_VIEW)
    link = _held(actor, pk)
    if link.deleted_at is None:
        return link
    rows = RecordLink.objects.in_workspace(actor.workspace.pk).kept().about(*link.ref)
    if rows.filter(to_kind=link.to_kind, to_id=link.to_id, relation=link.relation).exists():
        raise Refused(TWICE)
    link.deleted_at = None
    link.save(update_fields=["deleted_at"])
    audit.record(actor, "link.restored", link, {})
    return link


def _held(actor: Actor, pk: int) -> RecordLink:
    """The link, locked, if both ends may be read and one of them be changed."""
    rows = RecordLink.objects.in_workspace(actor.workspace.pk).select_for_update(no_key=True)
    link = rows.filter(pk=pk).first()
    if link is None:
        raise NotFound("There is no such link here.")
    one, other = refs.readable(actor, link.kind), refs.readable(actor, link.to_kind)
    refs.find(actor, *link.ref)
    refs.find(actor, *link.to)
    if not actor.can(other.writes):
        actor.require(one.writes)
    return link
