"""Set-based SQL that every kind's check and merge is made of.

Names of tables and columns come from models and `Column`s alone; what files say travels as values.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.db import connection, models

from core.errors import Refused
from workspaces.imports.accounting import account
from workspaces.imports.kinds import Kind, Outcome, Stage
from workspaces.imports.models import ImportRun

NEWLY_SAID = "2000-01-01"  # a cost without a day holds from before the first order


class Work:
    """One stage being checked or merged: its SQL, its values, its temporary tables."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.batch = uuid4()
        workspace = stage.actor.workspace
        self.values: dict[str, Any] = {
            "w": workspace.pk,
            "run": stage.run_id,
            "zone": workspace.timezone,
            "currency": stage.options.get("currency") or workspace.currency,
            "user": stage.actor.user.pk,
            "via": stage.actor.channel,
            "batch": str(self.batch),
            "existing": stage.on_existing,
        }

    def run(self, sql: str, **values: Any) -> int:
        """Execute; how many rows it touched."""
        with connection.cursor() as cursor:
            cursor.execute(sql, self.values | values)
            return int(cursor.rowcount)

    def rows(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """Execute and fetch."""
        with connection.cursor() as cursor:
            cursor.execute(sql, self.values | values)
            return list(cursor.fetchall())

    def number(self, sql: str, **values: Any) -> int:
        """The one number a statement answers with."""
        return int(self.rows(sql, **values)[0][0] or 0)

    def table(self, name: str, select: str, index: str = "", **values: Any) -> str:
        """A temporary table of this transaction, indexed and analysed. Returns its name."""
        self.run(f"DROP TABLE IF EXISTS pg_temp.{name}")
        self.run(f"CREATE TEMP TABLE {name} ON COMMIT DROP AS {select}", **values)
        if index:
            self.run(f"CREATE INDEX ON {name} ({index})")
        self.run(f"ANALYZE {name}")
        return name

    def said(self, *names: str) -> bool:
        """The file has at least one of these columns."""
        return any(name in self.stage.mapped for name in names)

    def alone(self) -> None:
        """One merge at a time in a workspace: the second sees what the first made."""
        self.run("SELECT pg_advisory_xact_lock(hashtextextended('merge:' || %(w)s, 0))")


class Check(Work):
    """Refusals of rows, each with words and a remedy."""

    def refuse(
        self, field: str, message: str, remedy: str, where: str, join: str = "", value: str = ""
    ) -> None:
        """Refuse staged rows `s` for which `where` holds. `message` is a SQL expression."""
        shown = value or f"s.{field}::text"
        self.run(
            f"INSERT INTO {self.stage.issues} (row_no, field, value, message, remedy) "
            f"SELECT DISTINCT s.row_no, %(field)s, left(coalesce({shown}, ''), 200), "
            f"{message}, %(remedy)s FROM {self.stage.table} s {join} WHERE {where}",
            field=field,
            remedy=remedy,
        )

    def needed(self, field: str, where: str, label: str) -> None:
        """`field` must not be empty where `where` holds."""
        self.refuse(
            field,
            f"'{label} is missing.'",
            "Fill the cell, or match the column.",
            f"s.{field} IS NULL AND {where}",
        )

    def trashed(self, field: str, model: type[models.Model], key: str) -> None:
        """What lies in the trash is not changed behind anybody's back."""
        self.refuse(
            field,
            "'This is in the trash.'",
            "Restore it there first, or leave the row out.",
            "t.workspace_id = %(w)s AND t.deleted_at IS NOT NULL",
            f"JOIN {db(model)} t ON t.{key} = s.{field}",
        )

    def close(self) -> None:
        """Rows with an issue are not ok."""
        self.run(f"ANALYZE {self.stage.issues}")
        self.run(
            f"UPDATE {self.stage.table} s SET ok = false FROM "
            f"(SELECT DISTINCT row_no FROM {self.stage.issues}) i "
            "WHERE i.row_no = s.row_no AND s.ok"
        )


def db(model: type[models.Model]) -> str:
    """The table of a model."""
    return str(model._meta.db_table)


def name_of(model: type[models.Model]) -> str:
    """What counts call a model's rows: “order lines”."""
    return str(model._meta.verbose_name_plural)


def counted(number: int, label: str) -> str:
    """“1 order line”, “2,000 order lines”; `label` as `name_of` says it."""
    return f"{number:,} {_singulars().get(label, label) if number == 1 else label}"


def told(numbers: Mapping[str, int], verb: str) -> list[str]:
    """“2 order lines created” and so on; nothing is not mentioned."""
    return [f"{counted(number, label)} {verb}" for label, number in numbers.items() if number]


@lru_cache
def _singulars() -> dict[str, str]:
    singulars = {name_of(model): str(model._meta.verbose_name) for model in apps.get_models()}
    return singulars | {"rows": "row"}


def staged_columns(kind: Kind) -> str:
    """The generic columns in order, for statements that repeat a stage."""
    return ", ".join(column.name for column in kind.columns)


def named(work: Work, model: type[models.Model], names: str, outcome: Outcome) -> None:
    """Make sure that every name of the select `names` exists, whatever its case.

    One that lies in the trash comes back. The first spelling wins.
    """
    table = db(model)
    work.table(
        "m_names", f"SELECT DISTINCT ON (lower(name)) name FROM ({names}) n ORDER BY lower(name)"
    )
    back = work.table(
        "m_back",
        f"SELECT t.id, t.name AS label, NULL::timestamptz AS deleted_at FROM {table} t "
        "JOIN m_names n ON lower(t.name) = lower(n.name) "
        "WHERE t.workspace_id = %(w)s AND t.deleted_at IS NOT NULL",
    )
    if work.number(f"SELECT count(*) FROM {back}"):
        update(work, model, back, ("deleted_at",), outcome)
    extra = _blank_columns(model)
    columns = "".join(f", {column}" for column in extra)
    blanks = ", ''" * len(extra)
    added = work.run(
        f"INSERT INTO {table} (workspace_id, import_run_id, name{columns}) "
        f"SELECT %(w)s, %(run)s, n.name{blanks} FROM m_names n "
        f"WHERE NOT EXISTS (SELECT FROM {table} t WHERE t.workspace_id = %(w)s "
        "AND lower(t.name) = lower(n.name)) ORDER BY lower(n.name) ON CONFLICT DO NOTHING"
    )
    count(outcome.created, model, added)


def _blank_columns(model: type[models.Model]) -> list[str]:
    """Text columns of a small list besides its name; they start empty."""
    return [
        str(field.column)
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField) and field.name != "name" and not field.null
    ]


def count(counts: dict[str, int], model: type[models.Model], number: int) -> None:
    """Add to a count; nothing is not mentioned."""
    if number:
        counts[name_of(model)] = counts.get(name_of(model), 0) + number


def insert(
    work: Work,
    model: type[models.Model],
    rows: str,
    columns: Sequence[str],
    outcome: Outcome,
    *,
    verb: str = "",
    order: str = "label",
    run: bool = True,
) -> int:
    """Insert the rows of `rows` whose id is NULL; with `verb`, each leaves an event."""
    names = ", ".join(columns)
    values = ", ".join(f"m.{column}" for column in columns)
    own, mark = (", import_run_id", ", %(run)s") if run else ("", "")
    statement = (
        f"INSERT INTO {db(model)} (workspace_id{own}, {names}) SELECT %(w)s{mark}, {values} "
        f"FROM {rows} m WHERE m.id IS NULL ORDER BY {order} ON CONFLICT DO NOTHING"
    )
    if verb:
        label = "sku" if "sku" in columns else "name"
        added = work.run(
            f"WITH added AS ({statement} RETURNING id, {label} AS label) {EVENT} "
            "SELECT %(w)s, now(), %(user)s, %(via)s, %(verb)s, %(model)s, id, left(label, 200), "
            "'{}'::jsonb, %(batch)s::uuid FROM added ORDER BY id",
            verb=verb,
            model=model._meta.label_lower,
        )
    else:
        added = work.run(statement)
    count(outcome.created, model, added)
    return added


EVENT = (
    "INSERT INTO workspaces_activityevent (workspace_id, at, actor_id, channel, verb, model, "
    "object_id, label, changes, batch)"
)


def update(
    work: Work,
    model: type[models.Model],
    rows: str,
    columns: Iterable[str],
    outcome: Outcome,
    *,
    verb: str = "",
    versioned: bool = True,
) -> int:
    """Write `columns` of the rows of `rows` that have an id and differ, and remember both sides.

    Rows are locked in the order of their ids. With `verb`, each change is also history. The
    temporary table `changed_rows` holds the ids until the next update.
    """
    columns = tuple(columns)
    if not columns:
        return 0
    table = db(model)
    old = ", ".join(f"t.{column}" for column in columns)
    new = ", ".join(f"m.{column}" for column in columns)
    work.table(
        "changed_rows",
        f"SELECT t.id, m.label, {_pairs('t', columns)} AS b, {_pairs('m', columns)} AS a "
        f"FROM {table} t JOIN {rows} m ON m.id = t.id WHERE t.workspace_id = %(w)s "
        f"AND ({old}) IS DISTINCT FROM ({new})",
    )
    touched = work.number("SELECT count(*) FROM changed_rows")
    if not touched:
        return 0
    work.run(
        f"SELECT 1 FROM {table} WHERE workspace_id = %(w)s AND id IN (SELECT id FROM changed_rows) "
        "ORDER BY id FOR NO KEY UPDATE"
    )
    _remember(work, model, verb)
    assigned = ", ".join(f"{column} = m.{column}" for column in columns)
    if versioned:
        assigned += ", version = t.version + 1, updated_at = now()"
    work.run(
        f"UPDATE {table} t SET {assigned} FROM {rows} m JOIN changed_rows c ON c.id = m.id "
        "WHERE t.id = m.id AND t.workspace_id = %(w)s"
    )
    count(outcome.updated, model, touched)
    return touched


def _remember(work: Work, model: type[models.Model], verb: str) -> None:
    """Keep both sides of `changed_rows` for undo and, with `verb`, as history."""
    work.run(
        "INSERT INTO workspaces_importchange (workspace_id, run_id, model, object_id, label, "
        f"before, after) SELECT %(w)s, %(run)s, %(model)s, c.id, left(c.label, 200), d.before, "
        f"d.after FROM changed_rows c, {DIFFERENCE} ORDER BY c.id",
        model=model._meta.label_lower,
    )
    if verb:
        work.run(
            f"{EVENT} SELECT %(w)s, now(), %(user)s, %(via)s, %(verb)s, %(model)s, c.id, "
            f"left(c.label, 200), {CHANGES}, %(batch)s::uuid FROM changed_rows c, {DIFFERENCE} "
            "ORDER BY c.id",
            verb=verb,
            model=model._meta.label_lower,
        )


DIFFERENCE = (
    "LATERAL (SELECT jsonb_object_agg(b.key, b.value) AS before, "
    "jsonb_object_agg(b.key, a.value) AS after, jsonb_object_agg(regexp_replace(b.key, "
    "'(brand|category|supplier|product)_id$', '\\1'), jsonb_build_array(b.value, a.value)) "
    "AS changes FROM jsonb_each(c.b) b JOIN jsonb_each(c.a) a USING (key) "
    "WHERE b.value IS DISTINCT FROM a.value) d"
)


# The history speaks of each custom field by itself.
CHANGES = (
    "(d.changes - 'custom') || coalesce((SELECT jsonb_object_agg('custom.' || o.key, "
    "jsonb_build_array(c.b -> 'custom' -> o.key, c.a -> 'custom' -> o.key)) FROM "
    "(SELECT jsonb_object_keys(c.b -> 'custom') UNION SELECT jsonb_object_keys(c.a -> 'custom')) "
    "AS o(key) WHERE c.b -> 'custom' -> o.key IS DISTINCT FROM c.a -> 'custom' -> o.key), '{}')"
)


def _pairs(alias: str, columns: Iterable[str]) -> str:
    pairs = ", ".join(f"'{column}', {alias}.{column}" for column in columns)
    return f"jsonb_build_object({pairs})"


def traced(outcome: Outcome, model: type[models.Model], rows: str) -> None:
    """The rows of a temporary table, or of a select, were taken, each with a record of `model`."""
    select = rows if " " in rows else f"SELECT row_no, id FROM {rows}"
    outcome.traces.append((select, model._meta.label_lower))


def finished(work: Work, outcome: Outcome, label: str) -> Outcome:
    """Account for every row, and leave one event for the whole run, with its counts."""
    from workspaces.audit import services as audit

    account(work, outcome)
    run = ImportRun.objects.in_workspace(work.values["w"]).filter(pk=work.stage.run_id).first()
    if run is None:
        raise Refused("This import no longer exists.")
    counts: dict[str, tuple[Any, Any]] = {
        "created": (None, outcome.created),
        "updated": (None, outcome.updated),
        "unchanged": (None, outcome.unchanged),
        "skipped": (None, outcome.skipped),
    }
    audit.record(work.stage.actor, f"import.{label}", run, counts, work.batch)
    return outcome
