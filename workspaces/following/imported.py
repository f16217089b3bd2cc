"""What an import says to followers: by its one event, whatever its size.

Its rows leave their own history, which nobody is told of one by one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, OuterRef

from workspaces.access.actor import Actor
from workspaces.audit.models import ActivityEvent, Channel
from workspaces.following.models import WHOLE_KIND, Level, Notification, Watch
from workspaces.imports.models import ImportChange, ImportRun
from workspaces.imports.touched import counts_of, kinds_of
from workspaces.records.changes import CUSTOM
from workspaces.records.history import Entry, entries
from workspaces.records.kinds import KINDS, RecordKind
from workspaces.records.refs import Ref

IMPORT = "workspaces.importrun"
UNDONE = "import.undone"
_WORDS = ("imported “{}”, which changed", "undid the import of “{}”, which had changed")
MOST_APART = 20  # records of one import and kind that a person is told of one by one
Pair = tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class Hit:
    """What one person is told of an import: of one record, or of `many` of a kind.

    Those beyond the ones told one by one have no `label`.
    """

    person: int
    ref: Ref
    label: str
    many: int = 1


def is_row(event: ActivityEvent) -> bool:
    """A row of an import, of which the import itself tells."""
    return event.channel == Channel.IMPORT and event.batch is not None and event.model != IMPORT


def is_end(event: ActivityEvent) -> bool:
    """The end of an import, with its counts, or of its undo."""
    ended = event.verb == UNDONE or "created" in event.changes
    return event.model == IMPORT and event.batch is not None and ended


def hits(workspace_id: int, event: ActivityEvent) -> Iterator[Hit]:
    """Whom this import or its undo concerns: who watches a record it changed, or a whole kind."""
    run = ImportRun.objects.in_workspace(workspace_id).filter(pk=event.object_id).first()
    if run is None:
        return
    undone = event.verb == UNDONE
    kinds = {name: counts_of(run, KINDS[name], undone=undone) for name in kinds_of(run)}
    kinds = {name: counts for name, counts in kinds.items() if any(counts.values())}
    watches = Watch.objects.in_workspace(workspace_id).filter(kind__in=kinds, level=Level.ALL)
    others = watches.exclude(user=event.actor_id)
    whole = set(others.filter(object_id=WHOLE_KIND).values_list("user_id", "kind"))
    for person, kind in sorted(whole):
        yield Hit(person, (kind, WHOLE_KIND), event.label, sum(kinds[kind].values()))
    changes = ImportChange.objects.in_workspace(workspace_id).filter(run=run, before__isnull=False)
    here = changes.filter(model=OuterRef("kind"), object_id=OuterRef("object_id"))
    found = others.exclude(object_id=WHOLE_KIND).filter(Exists(here)).order_by("object_id")
    watched: dict[tuple[int, str], list[int]] = defaultdict(list)
    for person, kind, pk in found.values_list("user_id", "kind", "object_id"):
        watched[person, kind].append(pk)
    labels = _labels(changes, watched.values())
    for (person, kind), pks in watched.items():
        yield from (Hit(person, (kind, pk), labels[kind, pk]) for pk in pks[:MOST_APART])
        if len(pks) > MOST_APART and (person, kind) not in whole:
            yield Hit(person, (kind, WHOLE_KIND), "", len(pks) - MOST_APART)


def _labels(changes: Any, watched: Iterable[list[int]]) -> dict[Ref, str]:
    """What the records that are told of were called; one look through the import's changes."""
    pks = {pk for some in watched for pk in some[:MOST_APART]}
    rows = changes.filter(object_id__in=pks) if pks else changes.none()
    return {
        (kind, pk): label for kind, pk, label in rows.values_list("model", "object_id", "label")
    }


def worded(
    actor: Actor, rows: Sequence[Notification], events: Mapping[int, ActivityEvent]
) -> dict[tuple[int, int], Entry]:
    """What imports did, as the history would tell it, by notification and event."""
    wanted = [
        (row, events[pk])
        for row in rows
        for pk in row.events
        if pk in events and is_end(events[pk])
    ]
    changes = _changes(actor, wanted)
    told = entries(actor, [_as_own(row, event, changes) for row, event in wanted])
    return {
        (row.pk, event.pk): replace(
            entry, event=event, words=_WORDS[event.verb == UNDONE].format(event.label)
        )
        for (row, event), entry in zip(wanted, told, strict=True)
    }


def _changes(
    actor: Actor, wanted: Sequence[tuple[Notification, ActivityEvent]]
) -> dict[tuple[int, Ref], dict[str, Pair]]:
    runs = {event.object_id for _, event in wanted}
    pks = {row.object_id for row, _ in wanted if row.object_id != WHOLE_KIND}
    if not pks:
        return {}
    rows = ImportChange.objects.visible_to(actor).filter(
        run__in=runs, object_id__in=pks, before__isnull=False
    )
    return {
        (row.run_id, (row.model, row.object_id)): _pairs(KINDS[row.model], row)
        for row in rows
        if row.model in KINDS
    }


def _pairs(kind: RecordKind, row: ImportChange) -> dict[str, Pair]:
    """The changed columns as the history calls them."""
    names = {str(field.column): str(field.name) for field in kind.model._meta.concrete_fields}
    before: dict[str, Any] = dict(row.before or {})
    after: dict[str, Any] = dict(row.after or {})
    own = (before.pop("custom", None) or {}, after.pop("custom", None) or {})
    found: dict[str, Pair] = {
        names.get(column, column): (value, after.get(column)) for column, value in before.items()
    }
    return found | {
        f"{CUSTOM}{key}": (own[0].get(key), own[1].get(key))
        for key in own[0].keys() | own[1].keys()
        if own[0].get(key) != own[1].get(key)
    }


def _as_own(
    row: Notification,
    event: ActivityEvent,
    changes: Mapping[tuple[int, Ref], dict[str, Pair]],
) -> ActivityEvent:
    """The event as if it had happened to the record alone."""
    pairs, undone = changes.get((event.object_id, row.ref), {}), event.verb == UNDONE
    return ActivityEvent(
        workspace_id=event.workspace_id,
        at=event.at,
        actor=event.actor,
        channel=event.channel,
        verb=f"{KINDS[row.kind].noun}.updated",
        model=row.kind,
        object_id=row.object_id,
        label=row.label,
        changes={n: [*reversed(pair)] if undone else [*pair] for n, pair in pairs.items()},
    )
