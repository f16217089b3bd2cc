"""Taking an import back: what it made goes, what it changed returns, people's edits stay."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.db import connection, models

from core.errors import Refused
from workspaces.access.actor import Actor
from workspaces.imports.kinds import Outcome
from workspaces.imports.merging import count, counted, db, name_of
from workspaces.imports.models import ImportChange
from workspaces.records.models import Record

Model = type[models.Model]
# An import that changed a row and was undone has counted its version up twice and left no trace.
UNDONE = (
    "2 * (SELECT count(*) FROM workspaces_importchange o JOIN workspaces_importrun r "
    "ON r.id = o.run_id AND r.state = 'undone' WHERE o.workspace_id = t.workspace_id "
    "AND o.object_id = t.id AND o.model = %(model)s)"
)

EDITED = (
    f"(t.version > 1 AND t.version > 1 + {UNDONE} AND NOT EXISTS "
    "(SELECT FROM workspaces_importchange c WHERE c.workspace_id = t.workspace_id AND "
    "c.run_id = %(run)s AND c.object_id = t.id AND c.model = %(model)s))"
)


def undo(actor: Actor, run_id: int, made: Sequence[Model], lists: Sequence[Model]) -> Outcome:
    """Undo a run. `made` are the models it may have created rows of, children first; `lists` are
    small lists whose rows stay when something else uses them.

    Created rows that were edited, or that others were built on, refuse the whole undo: nothing
    changes then. An updated row that somebody has changed since keeps the newer value.
    """
    outcome = Outcome()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('merge:' || %s, 0))",
            [actor.workspace.pk],
        )
    undoing = Undoing(actor.workspace.pk, run_id)
    for model in made:
        undoing.refuse_edited(model)
    undoing.restore(outcome)
    for model in made:
        undoing.remove(model, made, outcome)
    for model in lists:
        undoing.remove_unused(model, outcome)
    return outcome


class Undoing:
    """The statements of one undo. In its outcome `created` counts what was removed again,
    `updated` what got its old values back, `skipped` what kept newer ones."""

    def __init__(self, workspace_id: int, run_id: int) -> None:
        self.workspace_id, self.run_id = workspace_id, run_id

    def _run(self, sql: str, **values: Any) -> int:
        with connection.cursor() as cursor:
            cursor.execute(sql, {"w": self.workspace_id, "run": self.run_id} | values)
            return int(cursor.rowcount)

    def _names(self, sql: str, **values: Any) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(sql, {"w": self.workspace_id, "run": self.run_id, **values})
            return [str(row[0]) for row in cursor.fetchall()]

    def refuse_edited(self, model: Model) -> None:
        """Somebody's edit is never lost to an undo."""
        edited = self._names(
            f"SELECT {_label(model)} FROM {db(model)} t WHERE t.workspace_id = %(w)s AND "
            f"t.import_run_id = %(run)s AND {EDITED} ORDER BY t.id LIMIT 4",
            model=model._meta.label_lower,
        )
        if edited:
            raise Refused(
                f"{_some(edited)} changed after this import ({name_of(model)}). Undoing would "
                "lose that. Delete or put back what changed first."
            )

    def restore(self, outcome: Outcome) -> None:
        """Old values return wherever the imported ones still stand; added rows go."""
        changed = ImportChange.objects.in_workspace(self.workspace_id).filter(run_id=self.run_id)
        for label in changed.order_by().values_list("model", flat=True).distinct():
            model = apps.get_model(label)
            self._hold(model)
            self._remove_added(model, outcome)
            self._restore(model, label, outcome)

    def _hold(self, model: Model) -> None:
        """Lock what the run changed, so that what is compared next is what is written."""
        self._run(
            f"SELECT FROM {db(model)} WHERE workspace_id = %(w)s AND id IN (SELECT object_id FROM "
            "workspaces_importchange WHERE workspace_id = %(w)s AND run_id = %(run)s AND "
            "model = %(model)s) ORDER BY id FOR NO KEY UPDATE",
            model=model._meta.label_lower,
        )

    def _remove_added(self, model: Model, outcome: Outcome) -> None:
        """Rows added to what was there go, unless somebody has changed them since."""
        columns = self._columns(model, "before IS NULL")
        if not columns:
            return
        then, now = (", ".join(f"{alias}.{c}" for c in columns) for alias in ("a", "t"))
        added = (
            "c.workspace_id = %(w)s AND c.run_id = %(run)s AND c.model = %(model)s "
            "AND c.before IS NULL AND t.id = c.object_id AND t.workspace_id = %(w)s"
        )
        label = model._meta.label_lower
        removed = self._run(
            f"DELETE FROM {db(model)} t USING workspaces_importchange c WHERE {added} AND (SELECT "
            f"({then}) IS NOT DISTINCT FROM ({now}) FROM jsonb_populate_record(t, c.after) a)",
            model=label,
        )
        kept = self._names(
            f"SELECT count(*) FROM {db(model)} t, workspaces_importchange c WHERE {added}",
            model=label,
        )
        count(outcome.created, model, removed)
        outcome.skipped += int(kept[0])

    def _columns(self, model: Model, where: str) -> list[str]:
        """The columns that the run is known to have written."""
        keys = self._names(
            "SELECT DISTINCT jsonb_object_keys(after) FROM workspaces_importchange WHERE "
            f"workspace_id = %(w)s AND run_id = %(run)s AND model = %(model)s AND {where}",
            model=model._meta.label_lower,
        )
        return [str(f.column) for f in model._meta.concrete_fields if f.column in keys]

    def _restore(self, model: Model, label: str, outcome: Outcome) -> None:
        columns = self._columns(model, "before IS NOT NULL")
        if not columns:
            return
        table = db(model)
        version = (
            ", version = t.version + 1, updated_at = now()" if issubclass(model, Record) else ""
        )
        assigned = ", ".join(f"{column} = r.{column}" for column in columns)
        old, now = (", ".join(f"{alias}.{c}" for c in columns) for alias in ("a", "t"))
        listed = ", ".join(columns)
        restored = self._run(
            f"UPDATE {table} t SET {assigned}{version} FROM (SELECT t.id, b.* FROM "
            f"workspaces_importchange c JOIN {table} t ON t.id = c.object_id "
            "AND t.workspace_id = %(w)s, "
            f"LATERAL (SELECT {listed} FROM jsonb_populate_record(t, c.after)) a, "
            f"LATERAL (SELECT {listed} FROM jsonb_populate_record(t, c.before)) b "
            "WHERE c.workspace_id = %(w)s AND c.run_id = %(run)s AND c.model = %(model)s "
            f"AND c.before IS NOT NULL AND ({old}) IS NOT DISTINCT FROM ({now})) r "
            "WHERE t.id = r.id AND t.workspace_id = %(w)s",
            model=label,
        )
        known = self._names(
            "SELECT count(*) FROM workspaces_importchange WHERE workspace_id = %(w)s AND "
            f"run_id = %(run)s AND model = '{label}' AND before IS NOT NULL"
        )
        count(outcome.updated, model, restored)
        outcome.skipped += int(known[0]) - restored

    def remove(self, model: Model, made: Sequence[Model], outcome: Outcome) -> None:
        """Take away what the run created. Raises Refused when others were built on it."""
        ours = f"SELECT id FROM {db(model)} WHERE workspace_id = %(w)s AND import_run_id = %(run)s"
        for child, column, derived in _children(model):
            link = f"FROM {db(child)} c WHERE c.workspace_id = %(w)s AND c.{column} IN ({ours})"
            if derived:
                self._run(f"DELETE {link}")
                continue
            built = self._names(f"SELECT count(*) {link}")
            if int(built[0]):
                raise Refused(
                    f"{counted(int(built[0]), name_of(child))} added since to {name_of(model)} of "
                    "this import: undo or delete first what was added."
                )
        removed = self._run(
            f"DELETE FROM {db(model)} t WHERE t.workspace_id = %(w)s AND t.import_run_id = %(run)s "
            f"AND NOT {EDITED}",
            model=model._meta.label_lower,
        )
        self.refuse_edited(model)  # by whoever saved while the rows were being taken away
        count(outcome.created, model, removed)

    def remove_unused(self, model: Model, outcome: Outcome) -> None:
        """A channel or brand that something else has come to use stays."""
        used = "".join(
            f" AND NOT EXISTS (SELECT FROM {db(child)} c WHERE c.workspace_id = t.workspace_id "
            f"AND c.{column} = t.id)"
            for child, column, derived in _children(model)
            if not derived
        )
        derived_links = [link for link in _children(model) if link[2]]
        gone = (
            f"FROM {db(model)} t WHERE t.workspace_id = %(w)s AND "
            f"t.import_run_id = %(run)s AND t.version = 1{used}"
        )
        for child, column, _ in derived_links:
            self._run(
                f"DELETE FROM {db(child)} c WHERE c.workspace_id = %(w)s AND c.{column} IN "
                f"(SELECT t.id {gone})"
            )
        removed = 1
        while removed:  # a tree loses its leaves first
            removed = self._run(f"DELETE {gone}")
            count(outcome.created, model, removed)


def _children(model: Model) -> list[tuple[Model, str, bool]]:
    """Who links to `model`: (child, column, derived). Derived rows are worked out again."""
    found = []
    for child in apps.get_models():
        for field in child._meta.concrete_fields:
            if field.related_model is model and isinstance(field, models.ForeignKey):
                found.append((child, field.column, _derived(child, field)))
    return found


def _derived(child: Model, field: models.Field) -> bool:
    """Goes with its parent, and is nothing a person entered."""
    on_delete = field.remote_field.on_delete if field.remote_field else None
    return on_delete is models.CASCADE and not issubclass(child, Record)


def _label(model: Model) -> str:
    names = {field.name for field in model._meta.concrete_fields}
    for name in ("name", "sku", "number", "external_id"):
        if name in names:
            return f"t.{name}"
    return "t.id::text"


def _some(names: list[str]) -> str:
    shown = ", ".join(f"“{name}”" for name in names[:3])
    return f"{shown} and more" if len(names) > 3 else shown
