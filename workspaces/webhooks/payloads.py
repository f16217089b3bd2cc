"""What an endpoint is told: no more than its maker may read at that moment."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse
from django.utils import timezone

from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit.models import ActivityEvent
from workspaces.discussion.models import Comment
from workspaces.imports import touched
from workspaces.imports.kinds import KINDS as IMPORTED
from workspaces.imports.models import ImportRun
from workspaces.records import refs
from workspaces.records.describing import fields_of
from workspaces.records.kinds import KINDS, RecordKind
from workspaces.webhooks.models import COMMENTS, Delivery

News = dict[str, Any]
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
    if event is None:
        return None
    news = TOLD.get(event.model, _of_record)(actor, event)
    if news is None:
        return None
    body = _head(actor, delivery) | {
        "at": event.at,
        "actor": {"id": event.actor.pk, "name": str(event.actor)} if event.actor else None,
        "channel": event.channel,
        **news,
    }
    written = _written(body)
    if len(written) > LONGEST and "changes" in body:
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


def _of_record(actor: Actor, event: ActivityEvent) -> News | None:
    """The record as it is now, and what of it changed."""
    kind = KINDS.get(event.model)
    if kind is None or not actor.can(kind.reads):
        return None
    row = kind.rows(actor).filter(pk=event.object_id).first()
    if row is None and not event.verb.endswith(".deleted"):
        return None
    return {
        "record": _record(actor, kind, event, row),
        "changes": _changes(actor, kind, event.changes),
    }


def _of_comment(actor: Actor, event: ActivityEvent) -> News | None:
    """What was said, of which record. `internal` says that it is meant for members alone."""
    said = Comment.objects.visible_to(actor).filter(pk=event.object_id)
    comment = said.select_related("author").first() if actor.can(Perm.DISCUSS) else None
    named = refs.named(actor, [comment.ref]).get(comment.ref) if comment else None
    if comment is None or named is None:
        return None
    author = {"id": comment.author.pk, "name": str(comment.author)} if comment.author else None
    url = reverse("workspaces:comment", args=[actor.workspace.slug, comment.pk])
    return {
        "record": {
            "kind": named.kind.name,
            "id": named.pk,
            "label": named.label,
            "url": f"{settings.SITE_URL}{named.url}",
        },
        "comment": {
            "id": comment.pk,
            "parent": comment.parent_id,
            "anchor": comment.anchor,
            "internal": comment.internal,
            "author": author,
            "body": None if comment.deleted_at else comment.body,
            "resolved_at": comment.resolved_at,
            "url": f"{settings.SITE_URL}{url}",
        },
    }


def _of_import(actor: Actor, event: ActivityEvent) -> News | None:
    """What an import did, in numbers, and where its rows are listed."""
    run = ImportRun.objects.visible_to(actor).filter(pk=event.object_id).first()
    known = IMPORTED.get(run.kind) if run else None
    if run is None or known is None or not actor.can(Perm.IMPORTS_RUN) or not actor.can(known.perm):
        return None
    here = f"{settings.SITE_URL}/api/v1/workspaces/{actor.workspace.slug}/imports/{run.pk}/"
    kinds = [KINDS[name] for name in sorted(touched.kinds_of(run))]
    return {
        "import": {
            "id": run.pk,
            "kind": run.kind,
            "file": run.filename,
            "state": run.state,
            "url": here,
            "records": [
                {"kind": kind.name, **touched.counts_of(run, kind)}
                | {"rows": f"{here}rows/?kind={kind.name}"}
                for kind in kinds
                if actor.can(kind.reads)
            ],
        }
    }


TOLD: dict[str, Callable[[Actor, ActivityEvent], News | None]] = {
    COMMENTS: _of_comment,
    "workspaces.importrun": _of_import,
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
