"""What each customer bought so far, in set-based SQL."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from finance.metrics.rates import RATES, factor, join_rate
from workspaces.members.models import Workspace

FIGURES, ALL = "customer figures", "all"

_FRESH = f"""
WITH {RATES}, ordered AS MATERIALIZED (
    SELECT customer_id, count(*) AS orders, min(day) AS first_day, max(day) AS last_day
    FROM finance_order
    WHERE workspace_id = %(workspace)s AND deleted_at IS NULL AND status = 'placed'
        AND customer_id IS NOT NULL {{of_order}}
    GROUP BY customer_id
), moved AS (
    SELECT o.customer_id, l.day, l.currency, l.gross - l.discount AS net
    FROM finance_order o JOIN finance_orderline l
        ON l.workspace_id = o.workspace_id AND l.order_id = o.id
    WHERE o.workspace_id = %(workspace)s AND l.counts AND o.customer_id IS NOT NULL {{of_line}}
    UNION ALL
    SELECT coalesce(o.customer_id, r.customer_id), r.day, r.currency, -r.amount
    FROM finance_refund r
    LEFT JOIN finance_orderline l ON l.id = r.order_line_id
    LEFT JOIN finance_order o ON o.id = l.order_id
    WHERE r.workspace_id = %(workspace)s AND r.deleted_at IS NULL AND l.counts IS NOT FALSE
        AND coalesce(o.customer_id, r.customer_id) IS NOT NULL {{of_refund}}
), valued AS (
    SELECT m.customer_id, m.net * {factor("m.currency", "%(currency)s", "r")} AS amount
    FROM moved m {join_rate("m.currency", "%(currency)s", "m.day", "r")}
), money AS MATERIALIZED (
    SELECT customer_id, CASE WHEN bool_and(amount IS NOT NULL) THEN sum(amount) END AS revenue
    FROM valued GROUP BY customer_id
), fresh AS MATERIALIZED (
    SELECT customer_id, coalesce(o.orders, 0) AS orders, o.first_day, o.last_day,
        CASE WHEN m.customer_id IS NULL THEN 0 ELSE m.revenue END AS revenue
    FROM ordered o FULL JOIN money m USING (customer_id)
), gone AS (
    DELETE FROM feedback_customerfigures t WHERE t.workspace_id = %(workspace)s {{of_row}}
        AND NOT EXISTS (SELECT 1 FROM fresh f WHERE f.customer_id = t.customer_id)
)
INSERT INTO feedback_customerfigures AS t
    (workspace_id, customer_id, orders, first_day, last_day, revenue, currency)
SELECT %(workspace)s, customer_id, orders, first_day, last_day, revenue, %(currency)s FROM fresh
ORDER BY customer_id
ON CONFLICT (customer_id) DO UPDATE SET orders = excluded.orders,
    first_day = excluded.first_day, last_day = excluded.last_day, revenue = excluded.revenue,
    currency = excluded.currency
WHERE (t.orders, t.first_day, t.last_day, t.revenue, t.currency)
    IS DISTINCT FROM (excluded.orders, excluded.first_day, excluded.last_day, excluded.revenue,
        excluded.currency)
"""
_NARROWED = {
    "of_order": "AND customer_id = ANY(%(customers)s)",
    "of_line": "AND o.customer_id = ANY(%(customers)s)",
    "of_refund": "AND (o.customer_id = ANY(%(customers)s) OR r.customer_id = ANY(%(customers)s))",
    "of_row": "AND t.customer_id = ANY(%(customers)s)",
}


def recompute_figures(workspace_id: int, keys: Sequence[str]) -> None:
    """Refresh the customers named by `keys`: their ids, or `all`."""
    if ALL in keys:
        recompute_all_figures(workspace_id)
        return
    _write(workspace_id, _NARROWED, sorted(int(key) for key in keys))


def recompute_all_figures(workspace_id: int) -> None:
    """Refresh every customer."""
    _write(workspace_id, dict.fromkeys(_NARROWED, ""), [])


def _write(workspace_id: int, narrowed: dict[str, str], customers: list[int]) -> None:
    workspace = Workspace.objects.get(pk=workspace_id)
    values: dict[str, Any] = {
        "workspace": workspace_id,
        "currency": workspace.currency,
        "customers": customers,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [f"{workspace_id}:{FIGURES}"]
        )
        cursor.execute(_FRESH.format(**narrowed), values)
