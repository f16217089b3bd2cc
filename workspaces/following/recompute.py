"""Notifications made and joined, in one statement however many people are told."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from workspaces.following.hearing import News

KEPT_EVENTS = 50  # the newest that a notification can show; `count` knows of all

_TOLD = """
    INSERT INTO workspaces_notification AS mine (workspace_id, user_id, kind, object_id, batch,
        reason, label, events, count, last_event, mailed_through, at)
    SELECT %(workspace)s, n.person, n.kind, n.object, n.batch, n.reason, n.label,
        (ARRAY(SELECT e::bigint FROM jsonb_array_elements_text(n.events) e))
            [GREATEST(1, jsonb_array_length(n.events) - %(kept)s + 1):],
        n.count, (n.events ->> -1)::bigint, 0, n.at
    FROM jsonb_to_recordset(%(news)s::jsonb) AS n(person bigint, kind text, object bigint,
        batch uuid, reason smallint, label text, events jsonb, count integer,
        at timestamptz)
    ORDER BY n.person, n.kind, n.object
"""
_JOINED = """
        reason = LEAST(mine.reason, excluded.reason), label = excluded.label,
        events = (mine.events || excluded.events)
            [GREATEST(1, cardinality(mine.events || excluded.events) - %(kept)s + 1):],
        count = mine.count + excluded.count, last_event = excluded.last_event, at = excluded.at
"""
_ONE = (
    f"{_TOLD} ON CONFLICT (workspace_id, user_id, kind, object_id) "
    f"WHERE read_at IS NULL AND batch IS NULL DO UPDATE SET {_JOINED}"
)
_MANY = (
    f"{_TOLD} ON CONFLICT (workspace_id, user_id, batch, kind) WHERE batch IS NOT NULL "
    f"DO UPDATE SET {_JOINED}, read_at = NULL, "
    "object_id = CASE WHEN mine.object_id = excluded.object_id THEN mine.object_id ELSE 0 END"
)


def notify(workspace_id: int, news: "Sequence[News]") -> None:
    """Tell people of one record each; what they have not read yet takes the new in."""
    _run(_ONE, workspace_id, news)


def notify_of_batches(workspace_id: int, news: "Sequence[News]") -> None:
    """Tell people of acts on many records: one notification an act."""
    _run(_MANY, workspace_id, news)


def _run(statement: str, workspace_id: int, news: "Sequence[News]") -> None:
    if not news:
        return
    rows = [
        {
            "person": one.user_id,
            "kind": one.kind,
            "object": one.object_id,
            "batch": str(one.batch) if one.batch else None,
            "reason": int(one.reason),
            "label": one.label,
            "events": one.events,
            "count": one.count,
            "at": one.at.isoformat(),
        }
        for one in news
    ]
    values: dict[str, int | str] = {
        "workspace": workspace_id,
        "kept": KEPT_EVENTS,
        "news": json.dumps(rows),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
