"""Database helpers that every app's migrations and services share."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, connection, migrations
from django.db.transaction import TransactionManagementError

NEEDS_APPROVAL = "needs_approval"  # the constraint our own triggers name; they speak to people


def same_workspace(child: str, column: str, parent: str) -> migrations.RunSQL:
    """Make PostgreSQL refuse a `child` row that points at another workspace's `parent`.

    This is the only foreign key behind `column`: the Django field has `db_constraint=False`.
    """
    return migrations.RunSQL(*_key(child, column, parent))


def without_key(child: str, column: str, parent: str) -> migrations.RunSQL:
    """Take back what `same_workspace` added, where another key already says the same.

    Each such link stands, with its reason, in the guards' list of links without a key.
    """
    add, drop = _key(child, column, parent)
    return migrations.RunSQL(drop, add)


def _key(child: str, column: str, parent: str) -> tuple[str, str]:
    """The statements that add the key and that drop it."""
    name = f"{child}_{column}_same_workspace"
    return (
        f"ALTER TABLE {child} ADD CONSTRAINT {name} FOREIGN KEY (workspace_id, {column}) "
        f"REFERENCES {parent} (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {child} DROP CONSTRAINT {name}",
    )


def lock_keys(namespace: str, keys: list[str]) -> None:
    """Hold an advisory lock per key until the transaction ends, taken in one order.

    Two workers that recompute the same key then follow one another, and the second reads
    what the first committed. Outside a transaction it would hold nothing: that raises
    TransactionManagementError.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("A lock by key needs a transaction to last for.")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(k, 0)) "
            "FROM (SELECT DISTINCT unnest(%s::text[]) AS k ORDER BY k) AS ordered",
            [[f"{namespace}:{key}" for key in keys]],
        )


def needs_approval(
    table: str,
    *,
    kind: str,
    gate: str,
    label: str,
    column: str,
    values: Sequence[str],
    least: int = 1,
    same: Sequence[str] = (),
) -> migrations.RunSQL:
    """Make PostgreSQL refuse `column` one of `values` until the record's gate is approved.

    The same words as the kind's `Gate` (workspaces.approvals.gates), which says what they mean.
    """
    return migrations.RunSQL(
        *gate_statements(table, kind, gate, label, column, values, least, same)
    )


def gate_statements(
    table: str,
    kind: str,
    gate: str,
    label: str,
    column: str,
    values: Sequence[str],
    least: int,
    same: Sequence[str],
) -> tuple[str, str]:
    """The statements that put a gate's trigger on a table and that take it off."""
    name = f"{table}_{gate}_gate"
    words = (kind, gate, column, str(least), ",".join(values), ",".join(same), label)
    arguments = ", ".join("'" + word.replace("'", "''") + "'" for word in words)
    return (
        f"CREATE TRIGGER {name} AFTER INSERT OR UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION workspaces_needs_approval({arguments})",
        f"DROP TRIGGER {name} ON {table}",
    )


def refusal_in(error: IntegrityError) -> str:
    """What one of our own triggers says to people; empty for every other clash."""
    diagnosis: Any = getattr(error.__cause__, "diag", None)
    if diagnosis is None or diagnosis.constraint_name != NEEDS_APPROVAL:
        return ""
    return str(diagnosis.message_primary)
