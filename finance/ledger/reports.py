"""What the ledger is asked in one statement: costs in force, and costs that are missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from finance.metrics.rates import RATES, factor, join_rate

_UNIT_COSTS = f"""
WITH {RATES}
SELECT DISTINCT ON (c.variant_id) c.variant_id,
    c.amount * {factor("c.currency", "%(currency)s", "r")} AS cost
FROM finance_costrecord c {join_rate("c.currency", "%(currency)s", "%(day)s", "r")}
WHERE c.workspace_id = %(workspace)s AND c.deleted_at IS NULL AND c.kind = 'landed'
    AND c.variant_id = ANY(%(variants)s) AND c.valid_from <= %(day)s
ORDER BY c.variant_id, c.valid_from DESC
"""


def unit_costs(
    workspace_id: int, variants: Sequence[int], day: date, currency: str
) -> dict[int, Decimal | None]:
    """{variant: landed cost of a unit on that day}; None where no rate leads to the currency.

    A variant without a cost is left out. The figures count costs by the same rates.
    """
    values: dict[str, Any] = {"workspace": workspace_id, "variants": list(variants), "day": day}
    with connection.cursor() as cursor:
        cursor.execute(_UNIT_COSTS, values | {"currency": currency})
        return dict(cursor.fetchall())


_MISSING = f"""
WITH {RATES}, sold AS (
    SELECT s.variant_id, sum(s.units - s.units_costed) AS units, max(s.day) AS last_day,
        min(s.day) AS first_day,
        sum((s.gross - s.discounts - s.net_costed)
            * {factor("s.currency", "%(currency)s", "r")}) AS revenue
    FROM finance_dailysales s {join_rate("s.currency", "%(currency)s", "s.day", "r")}
    WHERE s.workspace_id = %(workspace)s AND s.units_costed < s.units
    GROUP BY s.variant_id
)
SELECT v.id, v.sku, p.id, p.name, sold.units, sold.revenue, sold.first_day, sold.last_day,
    count(*) OVER ()
FROM sold JOIN products_variant v ON v.id = sold.variant_id
JOIN products_product p ON p.id = v.product_id
WHERE v.deleted_at IS NULL
ORDER BY sold.revenue DESC NULLS LAST, v.id
LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class MissingCost:
    """A variant that sold on days without a landed cost, and what that leaves unknown."""

    variant: int
    sku: str
    product: int
    name: str
    units: int
    revenue: Decimal | None
    first_day: date
    last_day: date


def missing_costs(workspace_id: int, currency: str, limit: int) -> tuple[list[MissingCost], int]:
    """The variants that sold without a cost, most revenue first, and how many there are in all."""
    values: dict[str, Any] = {"workspace": workspace_id, "currency": currency, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_MISSING, values)
        rows = cursor.fetchall()
    return [MissingCost(*row[:8]) for row in rows], rows[0][8] if rows else 0
