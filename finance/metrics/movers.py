"""Which products moved most between a period and the one before."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from finance.metrics.periods import Period
from finance.metrics.rates import RATES, factor, join_rate
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm

# Net revenue in the workspace's currency, or units, of each product in both periods. What cannot
# be converted is left out of both. Sorted by the size of the change, largest first: every product
# costs one sum, and only the few that moved most are told apart by period.
_NET = f"(s.gross - s.discounts - s.refunded) * {factor('s.currency', '%(currency)s', 'r')}"
MOVERS = """
WITH {rates}, top AS (
    SELECT s.product_id AS id,
        sum(CASE WHEN s.day >= %(start)s THEN {measure} ELSE -({measure}) END) AS moved
    FROM finance_dailysales s {join}
    WHERE s.workspace_id = %(workspace)s AND s.day BETWEEN %(first)s AND %(end)s
        AND s.product_id NOT IN (
            SELECT t.id FROM products_product t
            WHERE t.workspace_id = %(workspace)s AND t.deleted_at IS NOT NULL)
    GROUP BY s.product_id
    HAVING sum(CASE WHEN s.day >= %(start)s THEN {measure} ELSE -({measure}) END) <> 0
    ORDER BY abs(sum(CASE WHEN s.day >= %(start)s THEN {measure} ELSE -({measure}) END)) DESC,
        s.product_id
    LIMIT %(limit)s
)
SELECT p.id, p.name,
    coalesce(sum({measure}) FILTER (WHERE s.day >= %(start)s), 0) AS now,
    coalesce(sum({measure}) FILTER (WHERE s.day < %(start)s), 0) AS before
FROM top JOIN products_product p ON p.id = top.id
JOIN finance_dailysales s ON s.workspace_id = %(workspace)s AND s.product_id = top.id
    AND s.day BETWEEN %(first)s AND %(end)s
{join}
GROUP BY p.id, p.name, top.moved
ORDER BY abs(top.moved) DESC, p.id
"""


@dataclass(frozen=True, slots=True)
class Mover:
    """A product, and its measure in both periods."""

    pk: int
    name: str
    now: Decimal
    before: Decimal

    @property
    def moved(self) -> Decimal:
        return self.now - self.before


def movers(actor: Actor, period: Period, limit: int) -> list[Mover]:
    """The products with the largest change: of net revenue, or of units for roles without money."""
    actor.require(Perm.METRICS_VIEW)
    values: dict[str, Any] = {
        "workspace": actor.workspace.pk,
        "currency": actor.workspace.currency,
        "first": period.before().start,
        "start": period.start,
        "end": period.end,
        "limit": limit,
    }
    join = join_rate("s.currency", "%(currency)s", "s.day", "r")
    statement = MOVERS.format(
        rates=RATES, join=join, measure=_NET if actor.sees_money else "s.units"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    return [Mover(pk, name, Decimal(now), Decimal(before)) for pk, name, now, before in rows]
