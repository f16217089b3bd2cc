"""What was thrown away: kept for 30 days, then gone where nothing else needs it."""

import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import CharField, ProtectedError, Value
from django.utils import timezone

from core.errors import NotFound
from workspaces.access.actor import Actor
from workspaces.records import services
from workspaces.records.kinds import KINDS, RecordKind

log = logging.getLogger(__name__)
KEPT = timedelta(days=30)
MOST = 200
AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Trashed:
    """A record in the trash."""

    kind: RecordKind
    pk: int
    label: str
    deleted_at: datetime
    restores: bool

    @property
    def days_left(self) -> int:
        return max(0, (self.deleted_at + KEPT - timezone.now()).days)


def trash_of(actor: Actor, only: str = "") -> list[Trashed]:
    """The newest of what lies in the trash, of the kinds this role may see."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for name, pk in _newest(actor, only):
        wanted[name].append(pk)
    found = []
    for name, pks in wanted.items():
        kind = KINDS[name]
        can = actor.can(kind.writes)
        found += [
            Trashed(kind, row.pk, str(row), row.deleted_at, can)
            for row in _trash(actor, kind).filter(pk__in=pks).order_by("-deleted_at", "-pk")
        ]
    return sorted(found, key=lambda each: each.deleted_at, reverse=True)


def _newest(actor: Actor, only: str) -> list[tuple[str, int]]:
    """The kind and id of the newest of all kinds: one statement, however many kinds there are."""
    since = timezone.now() - KEPT
    parts = [
        _trash(actor, kind)
        .filter(deleted_at__gt=since)
        .order_by("-deleted_at", "-pk")
        .values_list(Value(name, CharField()), "pk", "deleted_at")[:MOST]
        for name, kind in KINDS.items()
        if kind.restores and actor.can(kind.reads) and only in ("", name)
    ]
    if not parts:
        return []
    whole = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    rows = sorted(whole, key=lambda row: row[2], reverse=True)[:MOST]
    return [(name, pk) for name, pk, _ in rows]


def restore(actor: Actor, name: str, pk: int) -> RecordKind:
    """Bring a record back. Raises NotFound for a kind or row that is not there."""
    kind = KINDS.get(name)
    if kind is None or not kind.restores:
        raise NotFound("There is no such kind of record.")
    actor.require(kind.writes)
    services.restore_record(actor, kind, pk)
    return kind


def purge_trash() -> None:
    """Delete for good what lay there for 30 days; what orders or notes still need is kept."""
    until = timezone.now() - KEPT
    for kind in KINDS.values():
        if not kind.deletes:
            continue
        rows: Any = kind.model._base_manager.filter(deleted_at__lt=until).order_by("deleted_at")
        kept = 0
        for row in rows[:AT_ONCE]:
            try:
                with transaction.atomic():
                    row.delete()
            except ProtectedError:
                kept += 1
        if kept:
            log.info("%s %s in the trash are still referred to", kept, kind.plural)


def _trash(actor: Actor, kind: RecordKind) -> Any:
    rows: Any = kind.model.objects  # type: ignore[attr-defined]
    return rows.trashed_for(actor)
