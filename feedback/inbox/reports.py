"""What the customer behind a note ordered, in one statement."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from finance.metrics.rates import RATES, factor, join_rate

_BOUGHT = f"""
WITH {RATES}, lines AS MATERIALIZED (
    SELECT l.id, l.order_id, o.day, l.day AS line_day, l.currency, l.gross - l.discount AS net
    FROM finance_order o JOIN finance_orderline l
        ON l.workspace_id = o.workspace_id AND l.order_id = o.id
    WHERE o.workspace_id = %(workspace)s AND o.customer_id = %(customer)s AND l.counts
), moved AS (
    SELECT order_id, line_day AS day, currency, net FROM lines
    WHERE day BETWEEN %(start)s AND %(end)s
    UNION ALL
    SELECT NULL, r.day, r.currency, -r.amount
    FROM lines l JOIN finance_refund r
        ON r.workspace_id = %(workspace)s AND r.order_line_id = l.id
    WHERE r.deleted_at IS NULL AND r.day BETWEEN %(start)s AND %(end)s
    UNION ALL
    SELECT NULL, r.day, r.currency, -r.amount
    FROM finance_refund r
    LEFT JOIN finance_orderline l ON l.id = r.order_line_id
    LEFT JOIN finance_order o ON o.id = l.order_id
    WHERE r.workspace_id = %(workspace)s AND r.customer_id = %(customer)s
        AND r.deleted_at IS NULL AND r.day BETWEEN %(start)s AND %(end)s
        AND l.counts IS NOT FALSE AND o.customer_id IS NULL
)
SELECT count(DISTINCT m.order_id),
    sum(m.net * {factor("m.currency", "%(currency)s", "r")}),
    bool_and({factor("m.currency", "%(currency)s", "r")} IS NOT NULL)
FROM moved m {join_rate("m.currency", "%(currency)s", "m.day", "r")}
"""


@dataclass(frozen=True, slots=True)
class Bought:
    """Orders of some days, and what was paid for them less discounts and refunds; None where no
    rate leads to the currency."""

    orders: int
    revenue: Decimal | None


def bought(workspace_id: int, customer: int, start: date, end: date, currency: str) -> Bought:
    """What a customer bought, by the rule stakes go by."""
    values: dict[str, Any] = {"workspace": workspace_id, "customer": customer, "start": start}
    with connection.cursor() as cursor:
        cursor.execute(_BOUGHT, values | {"end": end, "currency": currency})
        orders, revenue, known = cursor.fetchone()
    return Bought(orders, (revenue or Decimal(0)) if known is not False else None)
