"""Bringing what is stale up to date: batch by batch, in any number of workers, twice if need be."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from django.db import connection, transaction

from core.db import lock_keys
from workspaces.staleness.models import StaleMark
from workspaces.staleness.registry import TOPICS, Topic, in_order
from workspaces.staleness.services import BULK

log = logging.getLogger(__name__)
Told = Callable[[int, int, str], None]
LAST_URGENCY = 9  # where marks end up whose recompute keeps failing: after everybody else's


@dataclass(frozen=True, slots=True)
class Batch:
    """Marks of one topic in one workspace, locked by this transaction."""

    workspace_id: int
    topic: Topic
    ids: list[int]
    keys: list[str]
    cause: str
    as_of: datetime


def recompute_next(only: Sequence[str] | None = None) -> bool:
    """Recompute the most urgent batch and clear exactly its marks. False when nothing is left.

    `only` these topics, where something must not wait behind the others. A failing topic is pushed
    behind the others and tried again with the next sweep.
    """
    batch: Batch | None = None
    try:
        with transaction.atomic():
            batch = _take(list(TOPICS) if only is None else list(only))
            if batch is None:
                return False
            _refresh(batch)
    except Exception:  # the outermost frame of this work: one poisoned topic must not stop the rest
        if batch is None:
            raise
        log.exception(
            "recompute of %s failed in workspace %s", batch.topic.name, batch.workspace_id
        )
        _push_back(batch.ids)
    return True


def is_stale() -> bool:
    """Whether anything waits to be worked out."""
    return StaleMark.objects.exists()


def recompute_everything(workspace_id: int, cause: str, told: Told = lambda *_: None) -> None:
    """Work out every derived row of a workspace anew; incremental work waits meanwhile.

    `told(done, total, what)` hears of each topic, and of waiting for whoever works on it now.
    """
    topics = in_order()
    for number, topic in enumerate(topics):
        with transaction.atomic():
            _patience(wait="15min")  # whoever works a large shop out now is let finish
            if not _whole_topic_free(workspace_id, topic.name):
                told(number, len(topics), f"{topic.label}: waiting for other work to end")
                _whole_topic_lock(workspace_id, topic.name, shared=False)
            told(number, len(topics), topic.label)
            as_of = _now()
            started = monotonic()
            topic.everything(workspace_id)
            _note(workspace_id, topic.name, as_of, cause, 0, started)


def _take(topics: list[str]) -> Batch | None:
    """Lock the most urgent mark nobody holds, and its likes of the same urgency.

    Bulk loads are worked off by one worker at a time, so that another is free for a person.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT workspace_id, topic, urgency FROM workspaces_stalemark WHERE topic = ANY(%s) "
            "ORDER BY urgency, id LIMIT 1 FOR UPDATE SKIP LOCKED",
            [topics],
        )
        first = cursor.fetchone()
        if first is None or (first[2] >= BULK and not _bulk_is_ours(cursor)):
            return None
        topic = TOPICS[first[1]]
        cursor.execute(
            "SELECT id, key, cause FROM workspaces_stalemark "
            "WHERE workspace_id = %s AND topic = %s AND urgency = %s ORDER BY id LIMIT %s "
            "FOR UPDATE SKIP LOCKED",
            [*first, topic.batch],
        )
        rows = cursor.fetchall()
    keys = sorted({key for _, key, _ in rows})
    ids = [pk for pk, _, _ in rows]
    return Batch(first[0], topic, ids, keys, rows[-1][2], _now()) if rows else None


def _bulk_is_ours(cursor: Any) -> bool:
    """Nobody else works a bulk load off; whoever does goes on until nothing is left."""
    cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('bulk recompute', 0))")
    return bool(cursor.fetchone()[0])


def _refresh(batch: Batch) -> None:
    started = monotonic()
    _patience()
    _whole_topic_lock(batch.workspace_id, batch.topic.name, shared=True)
    lock_keys(f"{batch.workspace_id}:{batch.topic.name}", batch.keys)
    batch.topic.recompute(batch.workspace_id, batch.keys)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM workspaces_stalemark WHERE id = ANY(%s)", [batch.ids])
    _note(batch.workspace_id, batch.topic.name, batch.as_of, batch.cause, len(batch.keys), started)


def _push_back(ids: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE workspaces_stalemark SET urgency = least(urgency + 1, %s) WHERE id = ANY(%s)",
            [LAST_URGENCY, list(ids)],
        )


def _whole_topic_free(workspace_id: int, topic: str) -> bool:
    """Take the lock of all of a topic if nobody works on it now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 1))", [f"{workspace_id}:{topic}"]
        )
        return bool(cursor.fetchone()[0])


def _whole_topic_lock(workspace_id: int, topic: str, *, shared: bool) -> None:
    """Batches of a topic may run side by side; recomputing all of it excludes them."""
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {function}(hashtextextended(%s, 1))",
            [f"{workspace_id}:{topic}"],
        )


def _patience(wait: str = "2min") -> None:
    """Set-based statements over a whole shop may take longer than a page may, or `wait` for one."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '15min'")
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [wait])


def _now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def _note(
    workspace_id: int, topic: str, as_of: datetime, cause: str, keys: int, started: float
) -> None:
    """Leave the age of the topic for the pages."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO workspaces_refresh (workspace_id, topic, as_of, cause, keys, duration_ms) "
            "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (workspace_id, topic) DO UPDATE SET "
            "as_of = greatest(workspaces_refresh.as_of, excluded.as_of), cause = excluded.cause, "
            "keys = excluded.keys, duration_ms = excluded.duration_ms",
            [workspace_id, topic, as_of, cause, keys, int((monotonic() - started) * 1_000)],
        )
