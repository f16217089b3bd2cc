"""Where measures come from: tables that can be summed by dimensions over days.

A source declares its FROM clause, the SQL of each measure and of each dimension it knows. Apps
above register theirs, so that one query can speak of revenue and ratings together.
"""

from collections.abc import Mapping
from dataclasses import dataclass

# Every dimension there is; what a source does not know of these it cannot be grouped or cut by.
DIMENSIONS = {
    "product": "Product",
    "variant": "Variant",
    "category": "Category",
    "brand": "Brand",
    "account": "Account",
    "channel": "Channel",
    "market": "Market",
    "day": "Day",
    "week": "Week",
    "month": "Month",
}
TIMES = ("day", "week", "month")


@dataclass(frozen=True, slots=True)
class Source:
    """`tables` is a FROM clause whose rows have a workspace and a day.

    `measures` is {measure: aggregate SQL}. A money aggregate multiplies by `{rate}`, the factor
    into the currency asked for, which is null where no rate is known. `currency` is the SQL of the
    rows' currency, or empty. `joins` are added when their dimension is grouped or filtered by.
    `by_time` gives the same measures from fewer rows when nothing but time is asked for.
    """

    name: str
    tables: str
    workspace: str
    day: str
    measures: Mapping[str, str]
    dimensions: Mapping[str, str]
    joins: Mapping[str, str]
    currency: str = ""
    where: str = ""
    by_time: "Source | None" = None


SOURCES: dict[str, Source] = {}


def register_source(source: Source) -> None:
    """Called from an AppConfig's ready()."""
    SOURCES[source.name] = source


def source_of(measure: str) -> Source:
    """The source that has a measure. Raises StopIteration when none has."""
    return next(source for source in SOURCES.values() if measure in source.measures)


def _money(column: str) -> str:
    return f"sum(({column}) * {{rate}})"


register_source(
    Source(
        name="sales",
        tables="finance_dailysales s",
        workspace="s.workspace_id",
        day="s.day",
        currency="s.currency",
        measures={
            "units": "sum(s.units)",
            "gross": _money("s.gross"),
            "discounts": _money("s.discounts"),
            "tax": _money("s.tax"),
            "refunded": _money("s.refunded"),
            "refunded_units": "sum(s.refunded_units)",
            "returned": _money("s.returned"),
            "returned_units": "sum(s.returned_units)",
            "unlinked_units": "sum(s.unlinked_units)",
            "cogs": _money("s.cogs"),
            "fulfilment": _money("s.fulfilment"),
            "payment": _money("s.payment"),
            "net_costed": _money("s.net_costed - s.refunded_costed"),
            "units_costed": "sum(s.units_costed)",
            "units_fulfilment": "sum(s.units_fulfilment)",
            "units_payment": "sum(s.units_payment)",
            "units_rated": "sum(s.units) FILTER (WHERE {rate} IS NOT NULL)",
        },
        dimensions={
            "product": "s.product_id",
            "variant": "s.variant_id",
            "category": "p.category_id",
            "brand": "p.brand_id",
            "account": "s.account_id",
            "channel": "s.channel_id",
            "market": "s.market_id",
        },
        joins=dict.fromkeys(
            ("category", "brand"), "JOIN products_product p ON p.id = s.product_id"
        ),
    )
)

# A row for each order: orders are then counted without telling their lines apart.
_ORDERS = """(
    SELECT l.workspace_id, l.day, l.order_id, o.customer_id,
        bool_or(l.gross > l.discount) AS valued
    FROM finance_orderline l JOIN finance_order o ON o.id = l.order_id
        AND o.workspace_id = %(workspace)s AND o.day BETWEEN %(first)s AND %(end)s
    WHERE l.workspace_id = %(workspace)s AND l.day BETWEEN %(first)s AND %(end)s AND l.counts
    GROUP BY l.workspace_id, l.day, l.order_id, o.customer_id
) l LEFT JOIN finance_customer c ON c.id = l.customer_id"""
_ORDERS_BY_TIME = Source(
    name="orders",
    tables=_ORDERS,
    workspace="l.workspace_id",
    day="l.day",
    measures={
        "orders": "count(*)",
        "valued_orders": "count(*) FILTER (WHERE l.valued)",
        "known_orders": "count(l.customer_id)",
        "customers": "count(DISTINCT l.customer_id)",
        "new_customers": "count(DISTINCT l.customer_id) FILTER (WHERE c.first_order_day = l.day)",
        "repeat_customers": "count(DISTINCT l.customer_id) "
        "FILTER (WHERE c.first_order_day < l.day)",
    },
    dimensions={},
    joins={},
)

# Orders and customers cannot be added up over days or products: they are counted where they stand.
register_source(
    Source(
        name="orders",
        # A line stands on its order's day: said twice, so that the orders are found by their index.
        tables="finance_orderline l JOIN finance_order o ON o.id = l.order_id "
        "AND o.workspace_id = %(workspace)s AND o.day BETWEEN %(first)s AND %(end)s "
        "LEFT JOIN finance_customer c ON c.id = o.customer_id",
        workspace="l.workspace_id",
        day="l.day",
        where="AND l.counts",
        by_time=_ORDERS_BY_TIME,
        measures={
            "orders": "count(DISTINCT l.order_id)",
            "valued_orders": "count(DISTINCT l.order_id) FILTER (WHERE l.gross > l.discount)",
            "known_orders": "count(DISTINCT l.order_id) FILTER (WHERE o.customer_id IS NOT NULL)",
            "customers": "count(DISTINCT o.customer_id)",
            "new_customers": "count(DISTINCT o.customer_id) "
            "FILTER (WHERE c.first_order_day = l.day)",
            "repeat_customers": "count(DISTINCT o.customer_id) "
            "FILTER (WHERE c.first_order_day < l.day)",
        },
        dimensions={
            "product": "v.product_id",
            "variant": "l.variant_id",
            "category": "p.category_id",
            "brand": "p.brand_id",
            "account": "l.account_id",
            "channel": "l.channel_id",
            "market": "l.market_id",
        },
        joins={
            "product": "JOIN products_variant v ON v.id = l.variant_id",
            **dict.fromkeys(
                ("category", "brand"),
                "JOIN products_variant vp ON vp.id = l.variant_id "
                "JOIN products_product p ON p.id = vp.product_id",
            ),
        },
    )
)

register_source(
    Source(
        name="ads",
        tables="finance_adspend a",
        workspace="a.workspace_id",
        day="a.day",
        currency="a.currency",
        where="AND a.deleted_at IS NULL",
        measures={"ads": _money("a.amount")},
        dimensions={
            "product": "a.product_id",
            "category": "p.category_id",
            "brand": "p.brand_id",
            "channel": "a.channel_id",
        },
        joins=dict.fromkeys(
            ("category", "brand"), "LEFT JOIN products_product p ON p.id = a.product_id"
        ),
    )
)
