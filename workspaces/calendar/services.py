"""The verbs of the calendar: an address for one's calendar program, and another day."""

import hashlib
import secrets
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from core.errors import NotFound, Refused
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.audit.models import Channel
from workspaces.calendar.models import CalendarFeed
from workspaces.members.people import actor_of
from workspaces.records import refs
from workspaces.records.services import change_record

READ_AGAIN = timedelta(hours=1)


@transaction.atomic
def make_feed(actor: Actor, *, mine_only: bool = False) -> str:
    """A new secret for the actor's feed; one that was there before opens nothing any more."""
    actor.require(Perm.WORK_VIEW)
    secret = secrets.token_urlsafe(32)
    feed, _ = CalendarFeed.objects.visible_to(actor).update_or_create(
        workspace=actor.workspace,
        user=actor.user,
        defaults={
            "token_hash": hash_of(secret),
            "mine_only": mine_only,
            "created_at": timezone.now(),
            "read_at": None,
        },
    )
    audit.record(actor, "calendarfeed.made", feed, {})
    return secret


@transaction.atomic
def drop_feed(actor: Actor) -> None:
    """Close the actor's feed."""
    actor.require(Perm.WORK_VIEW)
    feed = CalendarFeed.objects.visible_to(actor).filter(user=actor.user).first()
    if feed is not None:
        audit.record(actor, "calendarfeed.closed", feed, {})
        feed.delete()


def reader_of(secret: str) -> tuple[Actor, CalendarFeed]:
    """Whose calendar this secret opens, as they are now. Raises NotFound for every other.

    A member who was removed, whose account is closed or whose role changed sees what they may see
    at this moment: nothing, or less.
    """
    rows = CalendarFeed.objects.filter(
        token_hash=hash_of(secret), workspace__deleted_at=None
    ).select_related("user", "workspace")
    feed = rows.first()
    actor = actor_of(feed.user, feed.workspace, Channel.API) if feed else None
    if feed is None or actor is None or not actor.can(Perm.WORK_VIEW):
        raise NotFound("There is no such calendar.")
    if feed.read_at is None or feed.read_at < timezone.now() - READ_AGAIN:
        CalendarFeed.objects.in_workspace(feed.workspace_id).filter(pk=feed.pk).update(
            read_at=timezone.now()
        )
    return actor, feed


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def put_on_day(actor: Actor, kind_name: str, pk: int, field: str, version: int, day: date) -> None:
    """Put a record on another day of the calendar. Raises like `change_record`."""
    actor.require(Perm.WORK_VIEW)
    kind = refs.readable(actor, kind_name)
    described = kind.field(field)
    if field not in kind.dated or described is None or not described.editable:
        raise Refused("That cannot be put on another day here.")
    if described.perm is not None and not actor.can(described.perm):
        raise NotFound("There is no such day.")
    change_record(actor, kind, pk, version, {field: day})
