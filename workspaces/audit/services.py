"""Writing the history. Called inside the transaction of the change it records."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from core.tasks import after_commit
from workspaces.access.actor import Actor
from workspaces.audit.models import ActivityEvent

Changes = Mapping[str, tuple[Any, Any]]
BATCH = 1_000
_batch: ContextVar[UUID | None] = ContextVar("batch", default=None)


@contextmanager
def in_batch(batch: UUID) -> Iterator[None]:
    """Everything recorded inside belongs to one act and is undone together."""
    token = _batch.set(batch)
    try:
        yield
    finally:
        _batch.reset(token)


def record(
    actor: Actor, verb: str, row: models.Model, changes: Changes, batch: UUID | None = None
) -> ActivityEvent:
    """One act on one record."""
    event = _event(actor, verb, row, changes, batch)
    event.save()
    _ring()
    return event


def record_many(
    actor: Actor,
    verb: str,
    changed: Iterable[tuple[models.Model, Changes]],
    batch: UUID,
) -> None:
    """One act on many records; they can be undone together by `batch`."""
    events = [_event(actor, verb, row, changes, batch) for row, changes in changed]
    ActivityEvent.objects.bulk_create(events, batch_size=BATCH)
    _ring()


def _ring() -> None:
    from workspaces.audit.tasks import relay_events

    after_commit(relay_events)


def _event(
    actor: Actor, verb: str, row: models.Model, changes: Changes, batch: UUID | None
) -> ActivityEvent:
    return ActivityEvent(
        workspace_id=actor.workspace.pk,
        actor=actor.user,
        channel=actor.channel,
        verb=verb,
        model=row._meta.label_lower,
        object_id=row.pk,
        label=str(row)[:200],
        changes=json.loads(json.dumps(dict(changes), cls=DjangoJSONEncoder)),
        batch=batch or _batch.get(),
    )
