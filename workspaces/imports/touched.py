"""Which records an import made or changed, kind by kind."""

from typing import Any

from django.db.models import QuerySet

from workspaces.access.actor import Actor
from workspaces.imports.merging import name_of
from workspaces.imports.models import ImportChange, ImportRun
from workspaces.records.kinds import KINDS, RecordKind
from workspaces.records.models import Record

DONE = ("created", "updated")


def kinds_of(run: ImportRun) -> frozenset[str]:
    """The kinds of record whose rows it made or changed; rows within records belong to those."""
    names = {name for done in DONE for name in run.counts.get(done, {})}
    return frozenset(
        kind.name
        for kind in KINDS.values()
        if issubclass(kind.model, Record) and name_of(kind.model) in names
    )


def counts_of(run: ImportRun, kind: RecordKind, *, undone: bool = False) -> dict[str, int]:
    """How many records of a kind it created and updated; of its undo, how many it took back."""
    counts = run.counts.get("undo", {}) if undone else run.counts
    return {done: int(counts.get(done, {}).get(name_of(kind.model), 0)) for done in DONE}


def created(actor: Actor, run: ImportRun, kind: RecordKind) -> QuerySet[Any]:
    """The records it made, as far as the actor may see them."""
    return kind.rows(actor).filter(import_run=run)


def updated(actor: Actor, run: ImportRun, kind: RecordKind) -> QuerySet[Any]:
    """The records that were there and that it changed, as far as the actor may see them."""
    changes = ImportChange.objects.visible_to(actor).filter(
        run=run, model=kind.name, before__isnull=False
    )
    return kind.rows(actor).filter(pk__in=changes.values("object_id"))
