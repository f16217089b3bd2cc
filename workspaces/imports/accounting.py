"""Every row of a file accounted for: it made something, changed something, was there, or stays out.

A merge says which rows it took by `Outcome.traces`; what no trace names was left out, and why is
kept beside the problems that the check found.
"""

from typing import TYPE_CHECKING, Any

from django.db import connection
from psycopg2 import sql

from workspaces.imports.kinds import Outcome, Stage
from workspaces.imports.models import OnExisting

if TYPE_CHECKING:
    from workspaces.imports.merging import Work

TOLD = "m_told"
_REASONS = {
    OnExisting.SKIP: (
        "What this row speaks of was there already, or an earlier row made it.",
        "Rows that are there were to be skipped. Import them with “Update what is there”.",
    ),
    OnExisting.ONLY_UPDATE: (
        "What this row speaks of is not there yet.",
        "Nothing was to be created. Import the row with “create what is new”.",
    ),
    OnExisting.UPDATE: (
        "An earlier row speaks of the same.",
        "Give it a key of its own if it is something else.",
    ),
}


def account(work: "Work", outcome: Outcome) -> None:
    """Count what became of each row, and write down why rows were left out."""
    _trace(work, outcome)
    table = work.stage.table
    read, refused, skipped, made, changed = work.rows(
        "SELECT count(*), count(*) FILTER (WHERE NOT s.ok), "
        "count(*) FILTER (WHERE s.ok AND f.row_no IS NULL), "
        "count(*) FILTER (WHERE s.ok AND f.made), "
        "count(*) FILTER (WHERE s.ok AND NOT f.made AND f.changed) "
        f"FROM (SELECT row_no, bool_and(ok) AS ok FROM {table} GROUP BY row_no) s "
        "LEFT JOIN m_fates f ON f.row_no = s.row_no"
    )[0]
    outcome.skipped = skipped
    outcome.unchanged = read - refused - skipped - made - changed
    outcome.rows = {
        "read": read,
        "made": made,
        "changed": changed,
        "unchanged": outcome.unchanged,
        "left_out": refused + skipped,
    }
    if skipped:
        _explain(work)


def _trace(work: "Work", outcome: Outcome) -> None:
    """`m_fates`: for each row that was taken, whether it made or changed something."""
    parts = [
        "SELECT t.row_no, t.id IS NULL AS made, c.object_id IS NOT NULL AS changed "
        f"FROM ({rows}) t LEFT JOIN m_touched c ON c.object_id = t.id AND c.model = '{model}' "
        "WHERE t.row_no IS NOT NULL"
        for rows, model in outcome.traces
    ]
    work.table(
        "m_touched",
        "SELECT DISTINCT model, object_id FROM workspaces_importchange WHERE workspace_id = %(w)s "
        "AND run_id = %(run)s AND before IS NOT NULL",
    )
    work.table(
        "m_fates",
        "SELECT row_no, bool_or(made) AS made, bool_or(changed) AS changed "
        f"FROM ({' UNION ALL '.join(parts)}) p GROUP BY row_no",
    )


def _explain(work: "Work") -> None:
    """A reason for each row left out that the merge gave none for."""
    message, remedy = _REASONS[OnExisting(work.stage.on_existing)]
    issues = work.stage.issues
    work.run(
        f"INSERT INTO {issues} (row_no, message, remedy) "
        f"SELECT DISTINCT s.row_no, %(message)s, %(remedy)s FROM {work.stage.table} s "
        "WHERE s.ok AND NOT EXISTS (SELECT FROM m_fates f WHERE f.row_no = s.row_no) "
        f"AND NOT EXISTS (SELECT FROM {issues} i WHERE i.row_no = s.row_no)",
        message=message,
        remedy=remedy,
    )


def told(stage: Stage, outcome: Outcome, model: str, rows: list[tuple[int, Any]]) -> None:
    """Trace rows that were brought in one by one: their numbers, and the ids of what was there."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{TOLD}")
        cursor.execute(f"CREATE TEMP TABLE {TOLD} (row_no bigint, id bigint) ON COMMIT DROP")
        cursor.execute(
            sql.SQL("INSERT INTO {} SELECT * FROM unnest(%s::bigint[], %s::bigint[])").format(
                sql.Identifier(TOLD)
            ),
            [[number for number, _ in rows], [pk for _, pk in rows]],
        )
    outcome.traces.append((f"SELECT row_no, id FROM {TOLD}", model))
