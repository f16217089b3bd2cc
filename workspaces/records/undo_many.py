"""Taking back what one act did to many records: a few statements for each kind, however many."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.errors import DomainError, NotFound, Refused
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.audit.models import ActivityEvent
from workspaces.audit.reports import events_for
from workspaces.fields import known
from workspaces.fields import values as custom
from workspaces.records.changes import CUSTOM, assign, check, columns_of
from workspaces.records.kinds import HOUSE_RULES, Changes, RecordKind
from workspaces.records.models import Record, WorkspaceLink
from workspaces.records.undo import as_value, kind_of, old_values, undo_one

AT_ONCE = 1_000


class Way(StrEnum):
    """What taking an act back does to its record."""

    CHANGE = "changed"
    DELETE = "deleted"
    RESTORE = "restored"


@dataclass(slots=True)
class Undone:
    """What became of an undo: how many acts are taken back, and why others are not.

    The undo is a batch of its own, so that it can be taken back too.
    """

    batch: UUID = field(default_factory=uuid4)
    count: int = 0
    left: Counter[str] = field(default_factory=Counter)

    def leave(self, refusal: DomainError | ValidationError, row: Any = "") -> None:
        """Count why an act stays, the same reason together whatever the record is called."""
        words = str(refusal)
        if isinstance(refusal, ValidationError):
            words = " ".join(refusal.messages)
        self.left[words.replace(f"“{row}” ", "It ")] += 1


def batch_events(actor: Actor, batch: UUID) -> list[ActivityEvent]:
    """The acts of a batch, last first. Raises NotFound when there is none."""
    events = list(events_for(actor).filter(batch=batch).order_by("-pk"))
    if not events:
        raise NotFound("That change is not in the history.")
    return events


def undo_batch(
    actor: Actor,
    batch: UUID,
    events: Sequence[ActivityEvent] | None = None,
    into: UUID | None = None,
) -> Undone:
    """Take back what one act did to many records; what changed since is left and counted."""
    actor.require(Perm.WORKSPACE_VIEW)
    found = Undone(into or uuid4())
    together: dict[tuple[str, Way], list[ActivityEvent]] = defaultdict(list)
    events = batch_events(actor, batch) if events is None else events
    seen = Counter((event.model, event.object_id) for event in events)
    for event in events:
        way = _way(actor, event) if seen[event.model, event.object_id] == 1 else None
        if way is None:
            _alone(actor, event, found)
        else:
            together[event.model, way].append(event)
    for (_, way), some in together.items():
        _at_once(actor, kind_of(some[0]), way, some, found)
    return found


def _alone(actor: Actor, event: ActivityEvent, found: Undone) -> None:
    try:
        with transaction.atomic(), audit.in_batch(found.batch):
            undo_one(actor, event)
    except DomainError as refusal:
        found.leave(refusal, event.label)
    else:
        found.count += 1


def _way(actor: Actor, event: ActivityEvent) -> Way | None:
    """How an act can be taken back together with others; None where it must be by itself."""
    try:
        kind = kind_of(event)
    except Refused:
        return None
    deleted = event.changes.get("deleted_at")
    if deleted and deleted[0] is None and kind.restores:
        return Way.RESTORE if kind.restore is None or kind.plain_verbs else None
    if kind.deletes and (deleted or event.verb.endswith(".created")):
        return Way.DELETE if kind.delete is None or kind.plain_verbs else None
    if kind.change is not None and not kind.plain_verbs:
        return None
    own = known.fields_of_kind(actor.workspace, kind.name)
    alone = {*kind.together, *(one.name for one in own if one.unique)}
    return Way.CHANGE if kind.changes and not alone & set(event.changes) else None


@transaction.atomic
def _at_once(
    actor: Actor, kind: RecordKind, way: Way, events: Sequence[ActivityEvent], found: Undone
) -> None:
    """Locks in one order. Each record's version, history and marks are as if it were alone."""
    try:
        actor.require(kind.writes)
    except DomainError as refusal:
        found.left[str(refusal)] += len(events)
        return
    manager: Any = kind.model.objects  # type: ignore[attr-defined]
    alive = kind.rows(actor) if way is not Way.RESTORE else manager.trashed_in(actor.workspace.pk)
    rows = alive.filter(pk__in=[event.object_id for event in events]).order_by("pk")
    locked = {row.pk: row for row in rows.select_for_update(no_key=True, of=("self",))}
    taking = _Taking(actor, kind, way)
    changed: list[tuple[Record, Changes]] = []
    for event in events:
        row = locked.get(event.object_id)
        try:
            if row is None:
                raise NotFound(f"That {kind.label.lower()} no longer exists.")
            changed.append((row, taking.back(row, event)))
        except (DomainError, ValidationError) as refusal:
            found.leave(refusal, row)
    if changed:
        _save(actor, kind, way, changed, found.batch)
        found.count += len(changed)


def _save(
    actor: Actor,
    kind: RecordKind,
    way: Way,
    changed: Sequence[tuple[Record, Changes]],
    batch: UUID,
) -> None:
    now = timezone.now()
    for row, _ in changed:
        row.version += 1
        row.updated_at = now
    columns = columns_of({name for _, changes in changed for name in changes})
    manager: Any = kind.model._base_manager
    saved = [row for row, _ in changed]
    manager.bulk_update(saved, [*columns, "version", "updated_at"], batch_size=AT_ONCE)
    audit.record_many(actor, f"{kind.noun}.{way}", changed, batch)
    if kind.after is not None:
        for row, changes in changed:
            kind.after(actor, row, changes)


class _Taking:
    """One kind's acts on their way back: what is the same for many records is asked once."""

    def __init__(self, actor: Actor, kind: RecordKind, way: Way) -> None:
        self.actor, self.kind, self.way = actor, kind, way
        self._now = timezone.now()
        self._checked: dict[tuple[str, str], Any] = {}

    def back(self, row: Any, event: ActivityEvent) -> Changes:
        """Give the row its old values and say what that changed. Raises what refuses it."""
        if self.way is not Way.CHANGE:
            return assign(row, deleted_at=None if self.way is Way.RESTORE else self._now)
        values = {
            name: self._fitting(name, before) for name, before in old_values(self.kind, row, event)
        }
        held = {name: getattr(row, name) for name in columns_of(values)}
        changes = assign(row, **values)
        try:
            self._obey(row, changes)
        except (DomainError, ValidationError):
            for name, value in held.items():
                setattr(row, name, value)
            raise
        return changes

    def _obey(self, row: Any, changes: Changes) -> None:
        for rule in HOUSE_RULES.values():
            rule(self.actor, self.kind, row, changes)
        if self.kind.rules is not None and self.kind.revert is None:
            self.kind.rules(self.actor, row, changes)
        links = {name for name in changes if not name.startswith(CUSTOM) and self._is_link(name)}
        check(row, {name: pair for name, pair in changes.items() if name not in links})

    def _is_link(self, name: str) -> bool:
        return isinstance(self.kind.model._meta.get_field(name), WorkspaceLink)

    def _fitting(self, name: str, before: Any) -> Any:
        """An old value as it is stored now, looked up once. Raises where it fits no more."""
        key = name, repr(before)
        if key not in self._checked:
            try:
                self._checked[key] = self._looked_up(name, before)
            except (DomainError, ValidationError) as refusal:
                self._checked[key] = refusal
        found = self._checked[key]
        if isinstance(found, Exception):
            raise found
        return found

    def _looked_up(self, name: str, before: Any) -> Any:
        probe = self.kind.model(workspace=self.actor.workspace)
        probe._state.adding = False
        values: Mapping[str, Any] = {name: as_value(self.kind, name, before)}
        values = custom.cleaned(self.actor, probe, values)
        if not name.startswith(CUSTOM) and self._is_link(name):
            assign(probe, **values)
            check(probe, {name: (None, before)})
        return values[name]
