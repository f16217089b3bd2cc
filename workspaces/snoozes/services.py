"""Putting reminders off, and taking that back. Each member does so for themselves alone."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from core.errors import DomainError
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.snoozes.models import Snooze

DAYS = 7
MOST_AT_ONCE = 100
LONGEST_KEY = 120


def snooze(actor: Actor, keys: Sequence[str]) -> int:
    """Put these reminders off for DAYS days. Says how many."""
    actor.require(Perm.WORKSPACE_VIEW)
    wanted = list(dict.fromkeys(key for key in keys if key))
    if not wanted:
        raise DomainError("Say what to put off.")
    if len(wanted) > MOST_AT_ONCE or any(len(key) > LONGEST_KEY for key in wanted):
        raise DomainError("That is more than can be put off at once.")
    if not all(key.isprintable() for key in wanted):
        raise DomainError("There is no such reminder.")
    until = timezone.now() + timedelta(days=DAYS)
    with transaction.atomic():
        Snooze.objects.bulk_create(
            [
                Snooze(workspace=actor.workspace, user=actor.user, key=key, until=until)
                for key in wanted
            ],
            update_conflicts=True,
            unique_fields=["workspace", "user", "key"],
            update_fields=["until"],
        )
    return len(wanted)


def wake(actor: Actor, keys: Sequence[str]) -> None:
    """Show these reminders again."""
    actor.require(Perm.WORKSPACE_VIEW)
    known = [key for key in keys if key.isprintable()]
    Snooze.objects.visible_to(actor).filter(user=actor.user, key__in=known).delete()


def snoozed(actor: Actor) -> set[str]:
    """What the actor put off and whose time has not come."""
    mine = Snooze.objects.visible_to(actor).filter(user=actor.user, until__gt=timezone.now())
    return set(mine.values_list("key", flat=True))
