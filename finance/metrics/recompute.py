"""Working out the daily rollup, the products' last 90 days and the customers' first orders.

Each statement is set-based, idempotent, and writes only rows that differ. The same statements run
for a few keys and for everything, so that both must agree.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import connection

from core.clock import today
from finance.metrics.models import ProductSummary
from finance.metrics.rates import RATES, factor, join_rate
from workspaces.members.models import Workspace

SALES, CUSTOMERS = "sales", "customers"
SALES_BATCH = 15  # under half a second at a million order lines: a person waits behind one
ALL = "all"

KEY = "day, variant_id, channel_id, market_id, account_id, currency"
MEASURES = (
    "units",
    "gross",
    "discounts",
    "tax",
    "refunded_units",
    "refunded",
    "returned_units",
    "returned",
    "unlinked_units",
    "cogs",
    "fulfilment",
    "payment",
    "units_costed",
    "net_costed",
    "refunded_costed",
    "units_fulfilment",
    "units_payment",
)

# Sales on the order's day; refunds on their own day and on the order's. One row a key. Sales are
# many and refunds few, so each is summed up alone before they meet.
_MOVED = """
sold AS (
    SELECT {key}, sum(quantity) AS units, sum(gross) AS gross, sum(discount) AS discounts,
        sum(tax) AS tax
    FROM finance_orderline
    WHERE workspace_id = %(workspace)s AND counts {of_sale}
    GROUP BY {key}
), back AS MATERIALIZED (
    SELECT {key}, sum(refunded_units)::bigint AS refunded_units, sum(refunded) AS refunded,
        sum(returned_units)::bigint AS returned_units, sum(returned) AS returned,
        sum(unlinked_units)::bigint AS unlinked_units
    FROM (
        SELECT r.day, r.variant_id, r.channel_id, r.market_id, r.account_id, r.currency,
            r.quantity AS refunded_units, r.amount AS refunded, 0 AS returned_units, 0 AS returned,
            CASE WHEN r.ordered_day IS NULL THEN r.quantity ELSE 0 END AS unlinked_units
        FROM finance_refund r LEFT JOIN finance_orderline l ON l.id = r.order_line_id
        WHERE r.workspace_id = %(workspace)s AND r.deleted_at IS NULL AND l.counts IS NOT FALSE
            {of_refund}
        UNION ALL
        SELECT r.ordered_day, r.variant_id, r.channel_id, r.market_id, r.account_id, r.currency,
            0, 0, r.quantity, r.amount, 0
        FROM finance_refund r LEFT JOIN finance_orderline l ON l.id = r.order_line_id
        WHERE r.workspace_id = %(workspace)s AND r.deleted_at IS NULL AND l.counts IS NOT FALSE
            AND r.ordered_day IS NOT NULL {of_return}
    ) parts
    GROUP BY {key}
), moved AS (
    SELECT coalesce(s.day, b.day) AS day, coalesce(s.variant_id, b.variant_id) AS variant_id,
        coalesce(s.channel_id, b.channel_id) AS channel_id,
        coalesce(s.market_id, b.market_id) AS market_id,
        coalesce(s.account_id, b.account_id) AS account_id,
        coalesce(s.currency, b.currency) AS currency,
        coalesce(units, 0) AS units, coalesce(gross, 0) AS gross,
        coalesce(discounts, 0) AS discounts, coalesce(tax, 0) AS tax,
        coalesce(refunded_units, 0) AS refunded_units, coalesce(refunded, 0) AS refunded,
        coalesce(returned_units, 0) AS returned_units, coalesce(returned, 0) AS returned,
        coalesce(unlinked_units, 0) AS unlinked_units
    FROM sold s FULL JOIN back b ON s.variant_id = b.variant_id AND s.day = b.day
        AND s.channel_id = b.channel_id AND s.currency = b.currency
        AND coalesce(s.market_id, 0) = coalesce(b.market_id, 0)
        AND coalesce(s.account_id, 0) = coalesce(b.account_id, 0)
)
"""

# What a unit cost from a day on, until the next record of its kind.
_COSTS = """
costs AS MATERIALIZED (
    SELECT variant_id, kind, amount, currency, valid_from,
        lead(valid_from, 1, 'infinity') OVER (PARTITION BY variant_id, kind ORDER BY valid_from)
            AS valid_to
    FROM finance_costrecord
    WHERE workspace_id = %(workspace)s AND deleted_at IS NULL {of_cost}
)
"""


def _cost_join(kind: str) -> str:
    alias, rate = f"c_{kind}", f"r_{kind}"
    return (
        f"LEFT JOIN costs {alias} ON {alias}.kind = '{kind}' AND {alias}.variant_id = m.variant_id "
        f"AND m.day >= {alias}.valid_from AND m.day < {alias}.valid_to "
        + join_rate(f"{alias}.currency", "m.currency", "m.day", rate)
    )


def _unit_cost(kind: str) -> str:
    return f"(c_{kind}.amount * {factor(f'c_{kind}.currency', 'm.currency', f'r_{kind}')})"


_FRESH = f"""
fresh AS (
    SELECT m.*, v.product_id,
        coalesce(round(m.units * {_unit_cost("landed")}, 4), 0) AS cogs,
        coalesce(round(m.units * {_unit_cost("fulfilment")}, 4), 0) AS fulfilment,
        coalesce(round(m.units * {_unit_cost("payment")}, 4), 0) AS payment,
        CASE WHEN {_unit_cost("landed")} IS NULL THEN 0 ELSE m.units END AS units_costed,
        CASE WHEN {_unit_cost("landed")} IS NULL THEN 0 ELSE m.gross - m.discounts END
            AS net_costed,
        CASE WHEN {_unit_cost("landed")} IS NULL THEN 0 ELSE m.refunded END AS refunded_costed,
        CASE WHEN {_unit_cost("fulfilment")} IS NULL THEN 0 ELSE m.units END AS units_fulfilment,
        CASE WHEN {_unit_cost("payment")} IS NULL THEN 0 ELSE m.units END AS units_payment
    FROM moved m JOIN products_variant v ON v.id = m.variant_id
    {_cost_join("landed")} {_cost_join("fulfilment")} {_cost_join("payment")}
)
"""

# What is there beside what should be: most of it agrees, and is neither locked nor written again.
_WRITE = f"""
, compared AS MATERIALIZED (
    SELECT t.id AS old_id, t.product_id AS old_product_id, f.*
    FROM fresh f FULL JOIN (
        SELECT * FROM finance_dailysales t WHERE t.workspace_id = %(workspace)s {{of_row}}
    ) t ON f.variant_id = t.variant_id AND f.day = t.day AND f.channel_id = t.channel_id
        AND f.currency = t.currency AND coalesce(f.market_id, 0) = coalesce(t.market_id, 0)
        AND coalesce(f.account_id, 0) = coalesce(t.account_id, 0)
    WHERE f.variant_id IS NULL OR t.id IS NULL
        OR (t.product_id, {", ".join(f"t.{name}" for name in MEASURES)}) IS DISTINCT FROM
            (f.product_id, {", ".join(f"f.{name}" for name in MEASURES)})
), gone AS (
    DELETE FROM finance_dailysales t USING compared c
    WHERE t.id = c.old_id AND c.variant_id IS NULL AND t.workspace_id = %(workspace)s
), changed AS (
    UPDATE finance_dailysales t SET product_id = c.product_id,
        {", ".join(f"{name} = c.{name}" for name in MEASURES)}
    FROM compared c
    WHERE t.id = c.old_id AND c.variant_id IS NOT NULL AND t.workspace_id = %(workspace)s
), added AS (
    INSERT INTO finance_dailysales (workspace_id, product_id, {KEY}, {", ".join(MEASURES)})
    SELECT %(workspace)s, product_id, {KEY}, {", ".join(MEASURES)} FROM compared
    WHERE old_id IS NULL ORDER BY day, variant_id
)
SELECT product_id FROM compared WHERE product_id IS NOT NULL
UNION SELECT old_product_id FROM compared WHERE old_product_id IS NOT NULL
"""

_OF_DAYS = "AND {day} = ANY(%(days)s::date[])"
_OF_VARIANTS = "AND {variant} = ANY(%(variants)s)"


def _daily_sales(narrowing: str) -> str:
    """The statement that refreshes the rows that `narrowing` selects, and gives their products."""

    def of(day: str, variant: str) -> str:
        return narrowing.format(day=day, variant=variant)

    moved = _MOVED.format(
        key=KEY,
        of_sale=of("day", "variant_id"),
        of_refund=of("r.day", "r.variant_id"),
        of_return=of("r.ordered_day", "r.variant_id"),
    )
    of_cost = "AND variant_id IN (SELECT variant_id FROM moved)" if narrowing else ""
    costs = _COSTS.format(of_cost=of_cost)
    return f"WITH {RATES}, {moved}, {costs}, {_FRESH}" + _WRITE.format(
        of_row=of("t.day", "t.variant_id")
    )


BY_DAYS = _daily_sales(_OF_DAYS)
BY_VARIANTS = _daily_sales(_OF_VARIANTS)
WHOLE = _daily_sales("")

# A product's window in the workspace's currency. A day without a rate leaves money unknown.
SUMMARY = f"""
WITH {RATES}, sums AS (
    SELECT s.product_id, sum(units) AS units, sum(returned_units) AS returned_units,
        sum(unlinked_units) AS unlinked_units, sum(returned) AS returned,
        bool_and(rate IS NOT NULL) AS convertible,
        sum((gross - discounts - refunded) * rate) AS net,
        sum((net_costed - refunded_costed) * rate) AS net_costed, sum(cogs * rate) AS cogs,
        sum((fulfilment + payment) * rate) AS handling, sum(units_costed) AS units_costed,
        least(sum(units_costed), sum(units_fulfilment), sum(units_payment)) AS units_known
    FROM (
        SELECT s.*, {factor("s.currency", "%(currency)s", "r")} AS rate
        FROM finance_dailysales s {join_rate("s.currency", "%(currency)s", "s.day", "r")}
        WHERE s.workspace_id = %(workspace)s AND s.day BETWEEN %(start)s AND %(end)s {{of_product}}
    ) s
    GROUP BY s.product_id
), fresh AS (
    SELECT p.id AS product_id, coalesce(s.units, 0) AS units,
        CASE WHEN s.convertible THEN round(s.net, 4) END AS net_revenue,
        CASE WHEN s.convertible AND s.units_costed > 0 AND s.net_costed > 0
            THEN round((s.net_costed - s.cogs) / s.net_costed, 6) END AS gross_margin_rate,
        CASE WHEN s.convertible AND s.units_known > 0
            THEN round(s.net_costed - s.cogs - s.handling, 4) END AS contribution,
        CASE WHEN s.units > 0 THEN round(s.units_costed / s.units, 6) END AS cost_coverage,
        CASE WHEN s.units > 0 AND NOT (s.returned_units = 0
                AND (s.unlinked_units > 0 OR s.returned > 0))
            THEN round(s.returned_units / s.units, 6) END AS return_rate
    FROM products_product p LEFT JOIN sums s ON s.product_id = p.id
    WHERE p.workspace_id = %(workspace)s {{of_all}}
        AND (s.product_id IS NOT NULL OR EXISTS (
            SELECT 1 FROM finance_productsummary o WHERE o.product_id = p.id))
)
INSERT INTO finance_productsummary AS t (workspace_id, product_id, currency, window_end, units,
    net_revenue, gross_margin_rate, contribution, cost_coverage, return_rate, notes, computed_at)
SELECT %(workspace)s, product_id, %(currency)s, %(end)s, units, net_revenue, gross_margin_rate,
    contribution, cost_coverage, return_rate, 0, now()
FROM fresh
ON CONFLICT (product_id) DO UPDATE SET currency = excluded.currency,
    window_end = excluded.window_end, units = excluded.units, net_revenue = excluded.net_revenue,
    gross_margin_rate = excluded.gross_margin_rate, contribution = excluded.contribution,
    cost_coverage = excluded.cost_coverage, return_rate = excluded.return_rate, computed_at = now()
WHERE (t.currency, t.window_end, t.units, t.net_revenue, t.gross_margin_rate, t.contribution,
        t.cost_coverage, t.return_rate)
    IS DISTINCT FROM (excluded.currency, excluded.window_end, excluded.units, excluded.net_revenue,
        excluded.gross_margin_rate, excluded.contribution, excluded.cost_coverage,
        excluded.return_rate)
"""
NARROWED_SUMMARY = SUMMARY.format(
    of_product="AND s.product_id = ANY(%(products)s)", of_all="AND p.id = ANY(%(products)s)"
)
WHOLE_SUMMARY = SUMMARY.format(of_product="", of_all="")

EMPTY_SUMMARY = """
DELETE FROM finance_productsummary WHERE workspace_id = %(workspace)s AND units = 0
    AND net_revenue IS NULL AND return_rate IS NULL AND notes = 0 AND rating IS NULL
"""

FIRST_ORDERS = """
UPDATE finance_customer c SET first_order_day = found.first
FROM (
    SELECT k.id, min(o.day) AS first FROM finance_customer k
    LEFT JOIN finance_order o ON o.workspace_id = k.workspace_id AND o.customer_id = k.id
        AND o.status = 'placed' AND o.deleted_at IS NULL
    WHERE k.workspace_id = %(workspace)s {of_customer}
    GROUP BY k.id
) found
WHERE c.id = found.id AND c.first_order_day IS DISTINCT FROM found.first
"""


def recompute_sales(workspace_id: int, keys: Sequence[str]) -> None:
    """Refresh the days and variants named by `keys` (`day:2026-03-02`, `variant:7`, `all`)."""
    if ALL in keys:
        recompute_all_sales(workspace_id)
        return
    _one_at_a_time(workspace_id)
    days = [key.removeprefix("day:") for key in keys if key.startswith("day:")]
    variants = [int(key.removeprefix("variant:")) for key in keys if key.startswith("variant:")]
    products: set[int] = set()
    if days:
        values = {"workspace": workspace_id, "days": days}
        products |= _touched(BY_DAYS, values)
    if variants:
        products |= _touched(BY_VARIANTS, {"workspace": workspace_id, "variants": variants})
    if products:
        summarise(workspace_id, sorted(products))


def recompute_all_sales(workspace_id: int) -> None:
    """Refresh every day of every variant, and every product's window."""
    _one_at_a_time(workspace_id)
    _touched(WHOLE, {"workspace": workspace_id})
    summarise(workspace_id, None)


def summarise(workspace_id: int, products: Sequence[int] | None) -> None:
    """Refresh the last 90 days of some products, or of all, as when the window has moved on."""
    values = _window(workspace_id)
    if products is not None and _window_moved(values):
        products = None
    values["products"] = list(products or [])
    statement = WHOLE_SUMMARY if products is None else NARROWED_SUMMARY
    narrowed = "" if products is None else " AND product_id = ANY(%(products)s)"
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.execute(EMPTY_SUMMARY + narrowed, values)


def recompute_customers(workspace_id: int, keys: Sequence[str]) -> None:
    """Refresh the first order day of the customers named by `keys` (`customer:7`, `all`)."""
    if ALL in keys:
        recompute_all_customers(workspace_id)
        return
    wanted = [int(key.removeprefix("customer:")) for key in keys]
    _first_orders("AND k.id = ANY(%(customers)s)", workspace_id, wanted)


def recompute_all_customers(workspace_id: int) -> None:
    """Refresh the first order day of every customer."""
    _first_orders("", workspace_id, [])


def _first_orders(narrowing: str, workspace_id: int, customers: list[int]) -> None:
    values: dict[str, Any] = {"workspace": workspace_id, "customers": customers}
    with connection.cursor() as cursor:
        cursor.execute(FIRST_ORDERS.format(of_customer=narrowing), values)


def _touched(statement: str, values: dict[str, Any]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")  # a shop's rollup is joined with itself
        cursor.execute(statement, values)
        return {row[0] for row in cursor.fetchall()}


def _one_at_a_time(workspace_id: int) -> None:
    """A day and a variant meet in the same row: who writes last must also have read last."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [f"{workspace_id}:{SALES}"]
        )


def _window(workspace_id: int) -> dict[str, Any]:
    """The workspace's last 90 days and its currency.

    They end today, or with the last sale of a shop that has sold nothing for as long as that.
    """
    workspace = Workspace.objects.get(pk=workspace_id)
    length = timedelta(days=ProductSummary.WINDOW_DAYS - 1)
    end = today(workspace.timezone)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(day) FROM finance_dailysales WHERE workspace_id = %s", [workspace_id]
        )
        last = cursor.fetchone()[0]
    if last and last < end - length:
        end = last
    return {
        "workspace": workspace_id,
        "currency": workspace.currency,
        "start": end - length,
        "end": end,
    }


def _window_moved(values: dict[str, Any]) -> bool:
    """Whether some product was last summed up over another window or in another currency."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM finance_productsummary WHERE "
            "workspace_id = %(workspace)s AND (window_end, currency) <> (%(end)s, %(currency)s))",
            values,
        )
        return bool(cursor.fetchone()[0])
