"""What ideas are worth by their customers' orders, in set-based SQL.

Of one customer's links to an idea, and to what was merged into it, the newest counts. Money of the
last twelve months is split equally over the ideas a customer asks for and rounded down, so that
stakes never add up to more than those customers brought.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from core.clock import today
from finance.metrics.rates import RATES, factor, join_rate
from workspaces.members.models import Workspace

STAKES, ALL = "stakes", "all"
DAYS = 365

# Every idea and the one that stands for it; what lies in the trash on the way stands for nothing.
_ROOTS = """
climb AS (
    SELECT id AS idea_id, id AS at_id, merged_into_id FROM feedback_idea
    WHERE workspace_id = %(workspace)s AND deleted_at IS NULL
    UNION
    SELECT c.idea_id, i.id, i.merged_into_id FROM climb c
    JOIN feedback_idea i ON i.id = c.merged_into_id AND i.deleted_at IS NULL
), roots AS MATERIALIZED (
    SELECT idea_id, at_id AS root_id FROM climb WHERE merged_into_id IS NULL
), heard AS MATERIALIZED (
    SELECT l.id, r.root_id, l.customer_id, l.importance
    FROM feedback_feedbacklink l JOIN roots r ON r.idea_id = l.idea_id
    LEFT JOIN feedback_note n ON n.id = l.note_id
    WHERE l.workspace_id = %(workspace)s AND l.deleted_at IS NULL AND n.deleted_at IS NULL
), asked AS MATERIALIZED (
    SELECT DISTINCT ON (root_id, customer_id) root_id, customer_id, importance
    FROM heard WHERE customer_id IS NOT NULL ORDER BY root_id, customer_id, id DESC
)
"""
_NARROWED = f"""
WITH RECURSIVE {_ROOTS}, named AS (
    SELECT root_id FROM roots WHERE idea_id = ANY(%(ideas)s)
    UNION SELECT root_id FROM asked WHERE customer_id = ANY(%(customers)s)
)
SELECT root_id FROM named
UNION SELECT b.root_id FROM named JOIN asked a USING (root_id)
    JOIN asked b ON b.customer_id = a.customer_id
"""


def _cost_join(kind: str) -> str:
    alias = f"c_{kind}"
    return (
        f"LEFT JOIN costs {alias} ON {alias}.kind = '{kind}' AND {alias}.variant_id = m.variant_id "
        f"AND m.day >= {alias}.valid_from AND m.day < {alias}.valid_to "
        + join_rate(f"{alias}.currency", "m.currency", "m.day", f"r_{kind}")
    )


def _unit_cost(kind: str) -> str:
    return f"(c_{kind}.amount * {factor(f'c_{kind}.currency', 'm.currency', f'r_{kind}')})"


def _share(amount: str) -> str:
    """An idea's part of what a customer brought, never more than that."""
    return f"floor({amount} * 10000 / s.ideas) / 10000"


_FRESH = f"""
WITH RECURSIVE {_ROOTS}, {RATES}, costs AS MATERIALIZED (
    SELECT variant_id, kind, amount, currency, valid_from,
        lead(valid_from, 1, 'infinity') OVER (PARTITION BY variant_id, kind ORDER BY valid_from)
            AS valid_to
    FROM finance_costrecord WHERE workspace_id = %(workspace)s AND deleted_at IS NULL
), split AS MATERIALIZED (
    SELECT a.*, count(*) OVER (PARTITION BY customer_id) AS ideas FROM asked a
), wanted AS MATERIALIZED (
    SELECT DISTINCT customer_id FROM split {{of_root}}
), moved AS MATERIALIZED (
    SELECT o.customer_id, o.id AS order_id, l.variant_id, l.day, l.currency, l.quantity AS units,
        l.gross - l.discount AS net
    FROM finance_order o JOIN finance_orderline l
        ON l.workspace_id = o.workspace_id AND l.order_id = o.id
    WHERE o.workspace_id = %(workspace)s AND o.customer_id IN (SELECT customer_id FROM wanted)
        AND o.day BETWEEN %(start)s AND %(end)s AND l.counts
    UNION ALL
    SELECT coalesce(o.customer_id, r.customer_id), NULL, r.variant_id, r.day, r.currency, 0,
        -r.amount
    FROM finance_refund r
    LEFT JOIN finance_orderline l ON l.id = r.order_line_id
    LEFT JOIN finance_order o ON o.id = l.order_id
    WHERE r.workspace_id = %(workspace)s AND r.deleted_at IS NULL AND l.counts IS NOT FALSE
        AND coalesce(o.customer_id, r.customer_id) IN (SELECT customer_id FROM wanted)
        AND r.day BETWEEN %(start)s AND %(end)s
), valued AS (
    SELECT m.*, {factor("m.currency", "%(currency)s", "r")} AS rate,
        {_unit_cost("landed")} AS landed, {_unit_cost("fulfilment")} AS fulfilment,
        {_unit_cost("payment")} AS payment
    FROM moved m {join_rate("m.currency", "%(currency)s", "m.day", "r")}
    {_cost_join("landed")} {_cost_join("fulfilment")} {_cost_join("payment")}
), worth AS MATERIALIZED (
    SELECT customer_id, count(DISTINCT order_id) AS orders, bool_and(rate IS NOT NULL) AS known,
        sum(net * rate) AS revenue, sum(units) AS units,
        sum(units) FILTER (WHERE landed IS NOT NULL) AS costed,
        sum((net - units * (landed + coalesce(fulfilment, 0) + coalesce(payment, 0))) * rate)
            FILTER (WHERE landed IS NOT NULL) AS contribution
    FROM valued GROUP BY customer_id
), voices AS (
    SELECT root_id, count(*) AS voices FROM heard WHERE customer_id IS NULL GROUP BY root_id
), summed AS (
    SELECT r.idea_id, count(s.customer_id) AS customers,
        coalesce(sum(s.importance), 0) AS importance,
        coalesce(sum(w.orders), 0) AS orders, bool_and(w.known) IS NOT FALSE AS known,
        sum({_share("w.revenue")}) AS revenue, sum({_share("w.contribution")}) AS contribution,
        coalesce(sum(w.costed), 0) AS costed, coalesce(sum(w.units), 0) AS units
    FROM roots r LEFT JOIN split s ON s.root_id = r.root_id {{of_member}}
    LEFT JOIN worth w ON w.customer_id = s.customer_id
    WHERE r.idea_id = r.root_id {{of_idea}}
    GROUP BY r.idea_id
), fresh AS (
    SELECT s.idea_id, s.customers, coalesce(v.voices, 0) AS voices, s.importance, s.orders,
        CASE WHEN s.known THEN coalesce(s.revenue, 0) END AS revenue,
        CASE WHEN s.known AND s.units = 0 THEN 0 WHEN s.known THEN s.contribution END
            AS contribution,
        CASE WHEN s.units > 0 THEN round(s.costed::numeric / s.units, 6) ELSE 1 END AS costed
    FROM summed s LEFT JOIN voices v ON v.root_id = s.idea_id
)
"""
_WRITE = """
INSERT INTO feedback_stake AS t (workspace_id, idea_id, customers, voices, importance, orders,
    revenue, contribution, costed, currency, window_end, computed_at)
SELECT %(workspace)s, idea_id, customers, voices, importance, orders, revenue, contribution, costed,
    %(currency)s, %(end)s, now() FROM fresh
ON CONFLICT (idea_id) DO UPDATE SET customers = excluded.customers, voices = excluded.voices,
    importance = excluded.importance, orders = excluded.orders, revenue = excluded.revenue,
    contribution = excluded.contribution, costed = excluded.costed, currency = excluded.currency,
    window_end = excluded.window_end, computed_at = now()
WHERE (t.customers, t.voices, t.importance, t.orders, t.revenue, t.contribution, t.costed,
        t.currency, t.window_end)
    IS DISTINCT FROM (excluded.customers, excluded.voices, excluded.importance, excluded.orders,
        excluded.revenue, excluded.contribution, excluded.costed, excluded.currency,
        excluded.window_end)
"""
_OF_CUSTOMERS = """
SELECT idea_id, customers, importance, orders, revenue, contribution FROM fresh
WHERE customers > 0
"""
_GONE = """
DELETE FROM feedback_stake t USING feedback_idea i
WHERE t.workspace_id = %(workspace)s AND i.id = t.idea_id
    AND (i.deleted_at IS NOT NULL OR i.merged_into_id IS NOT NULL)
"""
_LAST = (
    "SELECT max(day) FROM finance_order WHERE workspace_id = %(workspace)s AND deleted_at IS NULL"
)


def recompute_stakes(workspace_id: int, keys: Sequence[str]) -> None:
    """Refresh the ideas named by `keys` (`idea:7`, `customer:3`, `all`), and all that share
    customers with them."""
    if ALL in keys:
        recompute_all_stakes(workspace_id)
        return
    ideas = [int(key.removeprefix("idea:")) for key in keys if key.startswith("idea:")]
    customers = [int(key.removeprefix("customer:")) for key in keys if key.startswith("customer:")]
    _one_at_a_time(workspace_id)
    values: dict[str, Any] = {"workspace": workspace_id, "ideas": ideas, "customers": customers}
    with connection.cursor() as cursor:
        cursor.execute(_NARROWED, values)
        roots = sorted(row[0] for row in cursor.fetchall())
    _write(workspace_id, "WHERE root_id = ANY(%(roots)s)", "AND r.idea_id = ANY(%(roots)s)", roots)


def recompute_all_stakes(workspace_id: int) -> None:
    """Refresh every idea."""
    _one_at_a_time(workspace_id)
    _write(workspace_id, "", "", [])


@dataclass(frozen=True, slots=True)
class SegmentStake:
    """What some of an idea's customers have at stake, by the rule of `Stake`."""

    idea_id: int
    customers: int
    importance: int
    orders: int
    revenue: Decimal | None
    contribution: Decimal | None
    currency: str


def stakes_of_customers(workspace_id: int, customers: list[int]) -> list[SegmentStake]:
    """The part of these customers in every idea they ask for. Parts add up to the whole stake."""
    workspace = Workspace.objects.get(pk=workspace_id)
    values = _values(workspace) | {"members": customers}
    fresh = _FRESH.format(
        of_root="WHERE customer_id = ANY(%(members)s)",
        of_idea="",
        of_member="AND s.customer_id = ANY(%(members)s)",
    )
    with connection.cursor() as cursor:
        cursor.execute(fresh + _OF_CUSTOMERS, values)
        return [
            SegmentStake(idea, many, weight, orders, revenue, contribution, workspace.currency)
            for idea, many, weight, orders, revenue, contribution in cursor.fetchall()
        ]


def window(workspace: Workspace) -> tuple[date, date]:
    """The twelve months that stakes count: up to today, or to the last order of a shop that has
    sold nothing for as long as that."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST, {"workspace": workspace.pk})
        last = cursor.fetchone()[0]
    now = today(workspace.timezone)
    end = last if last is not None and last <= now - timedelta(days=DAYS) else now
    return end - timedelta(days=DAYS - 1), end


def _values(workspace: Workspace) -> dict[str, Any]:
    start, end = window(workspace)
    return {
        "workspace": workspace.pk,
        "currency": workspace.currency,
        "start": start,
        "end": end,
    }


def _write(workspace_id: int, of_root: str, of_idea: str, roots: list[int]) -> None:
    values = _values(Workspace.objects.get(pk=workspace_id)) | {"roots": roots}
    with connection.cursor() as cursor:
        fresh = _FRESH.format(of_root=of_root, of_idea=of_idea, of_member="")
        cursor.execute(fresh + _WRITE, values)
        cursor.execute(_GONE, values)


def _one_at_a_time(workspace_id: int) -> None:
    """Ideas share customers: who writes last must also have read last."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [f"{workspace_id}:{STAKES}"]
        )
