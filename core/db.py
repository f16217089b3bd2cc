"""Database helpers that every app's migrations and services share."""

from django.db import connection, migrations


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
    what the first committed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(k, 0)) "
            "FROM (SELECT DISTINCT unnest(%s::text[]) AS k ORDER BY k) AS ordered",
            [[f"{namespace}:{key}" for key in keys]],
        )
