"""Watching, and reading what one is told. Each person does so for themselves alone."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.errors import NotFound, Refused
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.following import mailing
from workspaces.following.models import (
    WHOLE_KIND,
    Letter,
    LetterState,
    Level,
    MailChoice,
    Notification,
    Watch,
)
from workspaces.following.schedule import Every, next_digest
from workspaces.records import refs

BY_LETTER = ("mentions", "assignments", "approvals")


@transaction.atomic
def watch(actor: Actor, kind: str, pk: int, level: str) -> str:
    """Say how much one wants to hear of a record, or with `pk` 0 of every record of a kind.

    Returns what one had said of it before, or nothing.
    Raises NotFound for a record one may not read, Refused for an unknown level.
    """
    actor.require(Perm.WORKSPACE_VIEW)
    if level not in Level.values:
        raise Refused("Choose how much you want to hear: everything, what names you, or nothing.")
    refs.readable(actor, kind)
    if pk != WHOLE_KIND:
        refs.find(actor, kind, pk)
    mine = Watch.objects.visible_to(actor).filter(user=actor.user, kind=kind, object_id=pk)
    before = mine.values_list("level", flat=True).first()
    Watch.objects.bulk_create(
        [Watch(workspace=actor.workspace, user=actor.user, kind=kind, object_id=pk, level=level)],
        update_conflicts=True,
        unique_fields=["workspace", "kind", "object_id", "user"],
        update_fields=["level"],
    )
    return before or ""


@transaction.atomic
def unwatch(actor: Actor, kind: str, pk: int) -> None:
    """Forget what one said of a record or a kind: what names one is still told.

    A kind that is watched as a whole would go on telling, so the record is then taken out of it.
    Raises NotFound for a record one neither watches nor may read.
    """
    actor.require(Perm.WORKSPACE_VIEW)
    refs.readable(actor, kind)
    mine = Watch.objects.visible_to(actor).filter(user=actor.user, kind=kind)
    if pk != WHOLE_KIND and mine.filter(object_id=WHOLE_KIND, level=Level.ALL).exists():
        watch(actor, kind, pk, Level.MENTIONS)
        return
    here = mine.filter(object_id=pk)
    if pk != WHOLE_KIND and not here.exists():
        refs.find(actor, kind, pk)
    here.delete()


@transaction.atomic
def mark_read(actor: Actor, pk: int) -> Notification:
    """Take a notification as read. Doing so twice changes nothing. Raises NotFound."""
    actor.require(Perm.WORKSPACE_VIEW)
    found = _mine(actor, pk)
    if found.read_at is None:
        found.read_at = timezone.now()
        found.save(update_fields=["read_at"])
    return found


@transaction.atomic
def mark_unread(actor: Actor, pk: int) -> Notification:
    """Keep a notification for later. One that is open already takes it in. Raises NotFound."""
    actor.require(Perm.WORKSPACE_VIEW)
    found = _mine(actor, pk)
    if found.read_at is None:
        return found
    same = Notification.objects.mine(actor).unread().filter(batch=None, object_id=found.object_id)
    newer = same.filter(kind=found.kind).select_for_update(no_key=True).first()
    if found.batch is None and newer is not None:
        newer.events = sorted({*found.events, *newer.events})
        newer.count += found.count
        newer.save(update_fields=["events", "count"])
        found.delete()
        return newer
    found.read_at = None
    found.save(update_fields=["read_at"])
    return found


@transaction.atomic
def mark_all_read(actor: Actor, through: int) -> int:
    """Take all as read that the person could have seen: those up to the event `through`."""
    actor.require(Perm.WORKSPACE_VIEW)
    seen = Notification.objects.mine(actor).unread().filter(last_event__lte=through)
    return seen.update(read_at=timezone.now())


@transaction.atomic
def mute(actor: Actor, pk: int) -> tuple[Notification, str]:
    """Hear nothing more of what a notification is about, and take it as read.

    Returns it, and how much one wanted to hear before. Raises NotFound, or Refused for a
    notification of many records.
    """
    actor.require(Perm.WORKSPACE_VIEW)
    found = mark_read(actor, pk)
    if found.object_id == WHOLE_KIND:
        raise Refused("This tells of many records. Open one of them to mute it.")
    return found, watch(actor, found.kind, found.object_id, Level.NONE)


@transaction.atomic
def choose_letters(actor: Actor, values: Mapping[str, Any]) -> MailChoice:
    """Say when letters come. What waits is put off, or brought forward, to the new moment.

    Raises ValidationError naming the fields.
    """
    actor.require(Perm.WORKSPACE_VIEW)
    choice = mailing.choice_of(actor.workspace.pk, actor.user.pk)
    for name, value in values.items():
        setattr(choice, name, value)
    choice.full_clean(exclude=["workspace", "user"], validate_unique=False)
    choice.save()
    waiting = Letter.objects.visible_to(actor).filter(
        user=actor.user, state=LetterState.WAITING, at_once=False
    )
    due = next_digest(choice.rhythm(actor.user.timezone), timezone.now())
    if due is None:
        waiting.delete()
    elif not waiting.update(due_at=due) and _unmailed(actor).exists():
        Letter.objects.create(workspace=actor.workspace, user=actor.user, due_at=due)
    return choice


def stop_letters(actor: Actor) -> None:
    """No more letters about this workspace: what the link in every letter does."""
    actor.require(Perm.WORKSPACE_VIEW)
    choose_letters(actor, {"every": Every.NEVER, **dict.fromkeys(BY_LETTER, False)})


def _unmailed(actor: Actor) -> QuerySet[Notification]:
    return Notification.objects.mine(actor).unmailed()


def _mine(actor: Actor, pk: int) -> Notification:
    rows = Notification.objects.mine(actor).select_for_update(no_key=True)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound("That notification is no longer there.")
    return found
