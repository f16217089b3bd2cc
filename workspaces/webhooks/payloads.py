"""What an endpoint is told: no more than its maker may read at that moment."""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from workspaces.access.actor import Actor
from workspaces.audit.models import ActivityEvent
from workspaces.records import refs
from workspaces.records.describing import fields_of
from workspaces.records.kinds import KINDS, RecordKind
from workspaces.webhooks.models import Delivery

LONGEST = 1_000_000  # bytes; a larger record is sent without its values


def payload_of(actor: Actor, delivery: Delivery) -> bytes | None:
    """The body of a delivery; None when there is nothing left that the maker may read."""
    if delivery.event is None:
        return _written(_head(actor, delivery) | {"test": True})
    event = (
        ActivityEvent.objects.visible_to(actor)
        .filter(pk=delivery.event)
        .select_related("actor")
        .first()
    )
    kind = KINDS.get(event.model) if event else None
    if event is None or kind is None or not actor.can(kind.reads):
        return None
    row = kind.rows(actor).filter(pk=event.object_id).first()
    gone = event.verb.endswith(".deleted")
    if row is None and not gone:
        return None
    body = _head(actor, delivery) | {
        "at": event.at,
        "actor": {"id": event.actor.pk, "name": str(event.actor)} if event.actor else None,
        "channel": event.channel,
        "record": _record(actor, kind, event, row),
        "changes": _changes(actor, kind, event.changes),
    }
    written = _written(body)
    if len(written) > LONGEST:
        body["record"]["values"] = None
        body["changes"] = dict.fromkeys(body["changes"], None)
        written = _written(body)
    return written


def _head(actor: Actor, delivery: Delivery) -> dict[str, Any]:
    return {
        "id": str(delivery.uid),
        "event": delivery.verb,
        "at": timezone.now(),
        "workspace": actor.workspace.slug,
    }


def _record(actor: Actor, kind: RecordKind, event: ActivityEvent, row: Any) -> dict[str, Any]:
    """The record as it is now; without values once it is in the trash."""
    values = None
    if row is not None:
        values = {one.name: one.value_of(row) for one in fields_of(actor, kind)}
    url = refs.url_of(actor, kind, event.object_id) if row is not None else ""
    return {
        "kind": kind.name,
        "id": event.object_id,
        "label": str(row) if row is not None else event.label,
        "url": f"{settings.SITE_URL}{url}" if url else None,
        "values": values,
    }


def _changes(actor: Actor, kind: RecordKind, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes of fields that this actor may see."""
    seen = {one.name for one in fields_of(actor, kind)}
    secret = ({one.name for one in kind.fields} | kind.hidden) - (seen - kind.hidden)
    return {
        name: pair
        for name, pair in changes.items()
        if name not in secret and (not name.startswith("custom.") or name in seen)
    }


def _written(body: dict[str, Any]) -> bytes:
    return json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False).encode()
