"""Which figures an import of the ledger makes stale."""

from collections.abc import Callable, Iterable

from django.db import connection

from workspaces.access.actor import Actor
from workspaces.imports.merging import Work
from workspaces.staleness.services import BULK, mark_stale

MANY = 5_000
CAUSE = "orders import"


def mark_days(workspace_id: int, days: Iterable[object], cause: str) -> None:
    """Sales of these days are worked out again."""
    keys = [f"day:{day}" for day in days if day]
    mark_stale(workspace_id, "sales", keys, cause, urgency=BULK)


def mark_customers(workspace_id: int, ids: list[int], cause: str) -> None:
    """First order days of these customers; of all when there are many."""
    keys = ["all"] if len(ids) > MANY else [f"customer:{pk}" for pk in ids]
    mark_stale(workspace_id, "customers", keys, cause, urgency=BULK)


def mark_variants(workspace_id: int, ids: list[int], cause: str) -> None:
    """Sales of these variants; of every day sold when there are many."""
    if len(ids) <= MANY:
        keys = [f"variant:{pk}" for pk in ids]
        mark_stale(workspace_id, "sales", keys, cause, urgency=BULK)
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT day FROM finance_orderline WHERE workspace_id = %s", [workspace_id]
        )
        mark_days(workspace_id, [row[0] for row in cursor.fetchall()], cause)


def marked(work: Work) -> None:
    """Mark what an orders merge touched, old days and new."""
    changed = (
        "(SELECT object_id FROM workspaces_importchange WHERE workspace_id = %(w)s "
        "AND run_id = %(run)s AND model = '{}')"
    )
    days = work.rows(
        "SELECT day FROM m_lines WHERE id IS NULL "
        f"UNION SELECT day FROM m_lines WHERE id IN {changed.format('finance.orderline')} "
        "UNION SELECT day FROM m_old_days "
        "UNION SELECT unnest(ARRAY[day, ordered_day, old_day]) FROM m_refunds "
        f"WHERE id IS NULL OR id IN {changed.format('finance.refund')}"
        + (
            " UNION SELECT unnest(ARRAY[ordered_day, old_day]) FROM m_following"
            if work.number("SELECT count(*) FROM m_orders WHERE NOT fresh")
            else ""
        )
    )
    mark_days(work.values["w"], sorted({row[0] for row in days if row[0]}), CAUSE)
    customers = work.rows(
        "SELECT DISTINCT customer_id FROM m_orders WHERE customer_id IS NOT NULL "
        f"AND (fresh OR id IN {changed.format('finance.order')}) "
        "UNION SELECT (before->>'customer_id')::bigint FROM workspaces_importchange "
        "WHERE workspace_id = %(w)s AND run_id = %(run)s AND model = 'finance.order' "
        "AND before->>'customer_id' IS NOT NULL"
    )
    mark_customers(work.values["w"], [row[0] for row in customers], CAUSE)


def marks_of_run(actor: Actor, run_id: int) -> Callable[[], None]:
    """What undoing a run will touch, read before; call the answer after."""
    workspace_id = actor.workspace.pk
    values = {"w": workspace_id, "run": run_id}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT day FROM finance_order WHERE workspace_id = %(w)s AND import_run_id = %(run)s "
            "UNION SELECT unnest(ARRAY[day, ordered_day]) FROM finance_refund "
            "WHERE workspace_id = %(w)s AND import_run_id = %(run)s "
            "UNION SELECT unnest(ARRAY[before->>'day', after->>'day', before->>'ordered_day', "
            "after->>'ordered_day'])::date FROM workspaces_importchange "
            "WHERE workspace_id = %(w)s AND run_id = %(run)s "
            "UNION SELECT l.day FROM workspaces_importchange c JOIN finance_orderline l "
            "ON l.workspace_id = %(w)s AND l.id = c.object_id WHERE c.workspace_id = %(w)s "
            "AND c.run_id = %(run)s AND c.model = 'finance.orderline' "
            "UNION SELECT unnest(ARRAY[f.day, f.ordered_day]) FROM workspaces_importchange c "
            "JOIN finance_refund f ON f.workspace_id = %(w)s AND f.id = c.object_id "
            "WHERE c.workspace_id = %(w)s AND c.run_id = %(run)s AND c.model = 'finance.refund'",
            values,
        )
        days = sorted({row[0] for row in cursor.fetchall() if row[0]})

    def mark() -> None:
        mark_days(workspace_id, days, "import undone")
        mark_stale(workspace_id, "customers", ["all"], "import undone", urgency=BULK)

    return mark
