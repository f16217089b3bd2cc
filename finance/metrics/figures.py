"""The figures of the ledger, each defined once.

Formulas follow the field's definitions (net sales, margins, contribution levels, average order
value, return rate); the words say where ours differ from what other tools call by the same name.
"""

from decimal import Decimal

from finance.metrics.catalogue import (
    COUNT,
    DOWN,
    MONEY,
    NONE,
    RATE,
    Measures,
    Metric,
    known,
    least,
    plain,
    ratio,
    register_metric,
    total,
)

CM1 = ("net_costed", "-cogs")
CM2 = (*CM1, "-fulfilment", "-payment")
CM3 = (*CM2, "-ads")
NET = ("gross", "-discounts", "-refunded")
_COSTED = ("units_costed",)
_HANDLED = ("units_costed", "units_fulfilment", "units_payment")
_RATED = least("units_rated")
_CONVERTED = "of units are in a currency with a known rate"
BACK = ("returned_units", "unlinked_units", "returned")
NAMED = "of the units that came back name their order"


def _returned(m: Measures) -> Decimal | None:
    """Units that came back. Missing is not zero: unknown where all that came back names no order,
    or where money went back and no file said how many units did."""
    back = m.get("returned_units")
    return None if not back and (m.get("unlinked_units") or m.get("returned")) else back


def _linked(m: Measures) -> Decimal | None:
    """Of all units that came back the share that names its order; None where none came back."""
    back, unlinked = m.get("returned_units") or Decimal(0), m.get("unlinked_units") or Decimal(0)
    return back / (back + unlinked) if back + unlinked else None


FIGURES = (
    Metric(
        "units",
        "Units sold",
        COUNT,
        "{units}",
        ("units",),
        plain("units"),
        "Units of orders that were placed, by order date, before anything came back.",
    ),
    Metric(
        "gross_revenue",
        "Gross revenue",
        MONEY,
        "{gross}",
        ("gross",),
        plain("gross"),
        "Quantity times price of the lines, without tax, before discounts and returns.",
        money=True,
        coverage=_RATED,
        coverage_reads=("units", "units_rated"),
        coverage_label=_CONVERTED,
    ),
    Metric(
        "discounts",
        "Discounts",
        MONEY,
        "{discounts}",
        ("discounts",),
        plain("discounts"),
        "Every discount of the lines, an order's discount shared among its lines.",
        money=True,
        better=DOWN,
        coverage=_RATED,
        coverage_reads=("units", "units_rated"),
        coverage_label=_CONVERTED,
    ),
    Metric(
        "tax",
        "Tax",
        MONEY,
        "{tax}",
        ("tax",),
        plain("tax"),
        "Tax of the lines. No other figure contains it.",
        money=True,
        better=NONE,
    ),
    Metric(
        "returns",
        "Returns",
        MONEY,
        "{refunded}",
        ("refunded",),
        plain("refunded"),
        "Paid back in this period, whenever the order was placed. Without tax.",
        money=True,
        better=DOWN,
    ),
    Metric(
        "returns_by_order_date",
        "Returns of these orders",
        MONEY,
        "{returned}",
        ("returned",),
        plain("returned"),
        "Paid back until today for orders placed in this period. Refunds whose order is unknown "
        "are not in it.",
        money=True,
        better=DOWN,
    ),
    Metric(
        "net_revenue",
        "Net revenue",
        MONEY,
        "{gross} − {discounts} − {refunded}",
        ("gross", "discounts", "refunded"),
        total(*NET),
        "What remains of sales after discounts and after what was paid back in this period. "
        "Without tax and shipping.",
        money=True,
        coverage=_RATED,
        coverage_reads=("units", "units_rated"),
        coverage_label=_CONVERTED,
    ),
    Metric(
        "returned_units",
        "Returned units",
        COUNT,
        "{returned_units}",
        BACK,
        _returned,
        "Units that came back until today of orders placed in this period. Unknown while all that "
        "came back names no order, or money went back without a number of units.",
        better=DOWN,
        coverage=_linked,
        coverage_label=NAMED,
    ),
    Metric(
        "return_rate",
        "Return rate",
        RATE,
        "{returned_units} ÷ {units}",
        (*BACK, "units"),
        ratio(_returned, plain("units")),
        "Share of the units ordered in this period that have come back so far. Recent weeks still "
        "rise. Refunds that name no order are not in it: link them to one. Unknown while money "
        "went back without a number of units.",
        better=DOWN,
        coverage=_linked,
        coverage_label=NAMED,
    ),
    Metric(
        "return_rate_by_refund_date",
        "Return rate, by refund date",
        RATE,
        "{refunded_units} ÷ {units}",
        ("refunded_units", "units"),
        ratio(plain("refunded_units"), plain("units")),
        "Units that came back in this period over units sold in it: other orders above and below.",
        better=DOWN,
    ),
    Metric(
        "cogs",
        "Cost of goods",
        MONEY,
        "{cogs}",
        ("cogs", "units_costed"),
        known(plain("cogs"), *_COSTED),
        "Landed cost of the units sold, as valid on the day of the order. What came back is not "
        "put back into stock.",
        money=True,
        better=DOWN,
        coverage=least(*_COSTED),
        coverage_reads=("units", *_COSTED),
        coverage_label="of units have a known cost",
    ),
    Metric(
        "gross_margin",
        "Gross margin",
        MONEY,
        "{net_costed} − {cogs}",
        ("net_costed", "cogs", "units_costed"),
        known(total(*CM1), *_COSTED),
        "Net revenue less cost of goods, over the sales whose cost is known.",
        money=True,
        coverage=least(*_COSTED),
        coverage_reads=("units", *_COSTED),
        coverage_label="of units have a known cost",
    ),
    Metric(
        "gross_margin_rate",
        "Gross margin",
        RATE,
        "({net_costed} − {cogs}) ÷ {net_costed}",
        ("net_costed", "cogs", "units_costed"),
        known(ratio(total(*CM1), plain("net_costed")), *_COSTED),
        "Share of net revenue that is left after cost of goods. Markup, which divides by cost, is "
        "another figure.",
        money=True,
        coverage=least(*_COSTED),
        coverage_reads=("units", *_COSTED),
        coverage_label="of units have a known cost",
    ),
    Metric(
        "contribution_1",
        "Contribution 1",
        MONEY,
        "{net_costed} − {cogs}",
        ("net_costed", "cogs", "units_costed"),
        known(total(*CM1), *_COSTED),
        "Net revenue less landed cost, over the sales whose cost is known.",
        money=True,
        coverage=least(*_COSTED),
        coverage_reads=("units", *_COSTED),
        coverage_label="of units have a known cost",
    ),
    Metric(
        "contribution_2",
        "Contribution 2",
        MONEY,
        "{net_costed} − {cogs} − {fulfilment} − {payment}",
        ("net_costed", "cogs", "fulfilment", "payment", *_HANDLED),
        known(total(*CM2), *_HANDLED),
        "Contribution 1 less fulfilment and payment fees, as far as they are known.",
        money=True,
        coverage=least(*_HANDLED),
        coverage_reads=("units", *_HANDLED),
        coverage_label="of units have every cost known",
    ),
    Metric(
        "contribution_3",
        "Contribution 3",
        MONEY,
        "{net_costed} − {cogs} − {fulfilment} − {payment} − {ads}",
        ("net_costed", "cogs", "fulfilment", "payment", "ads", *_HANDLED),
        known(total(*CM3), *_HANDLED),
        "Contribution 2 less advertising. Advertising is known by product, category, brand and "
        "channel; by anything else this figure is unknown.",
        money=True,
        coverage=least(*_HANDLED),
        coverage_reads=("units", *_HANDLED),
        coverage_label="of units have every cost known",
    ),
    Metric(
        "contribution_rate",
        "Contribution",
        RATE,
        "({net_costed} − {cogs} − {fulfilment} − {payment}) ÷ {net_costed}",
        ("net_costed", "cogs", "fulfilment", "payment", *_HANDLED),
        known(ratio(total(*CM2), plain("net_costed")), *_HANDLED),
        "Contribution 2 as a share of net revenue.",
        money=True,
        coverage=least(*_HANDLED),
        coverage_reads=("units", *_HANDLED),
        coverage_label="of units have every cost known",
    ),
    Metric(
        "orders",
        "Orders",
        COUNT,
        "{orders}",
        ("orders",),
        plain("orders"),
        "Orders that were placed and neither cancelled nor tests. By product: orders that contain "
        "it; such counts overlap and do not add up.",
    ),
    Metric(
        "aov",
        "Average order value",
        MONEY,
        "({gross} − {discounts} − {refunded}) ÷ {valued_orders}",
        ("gross", "discounts", "refunded", "valued_orders"),
        ratio(total(*NET), plain("valued_orders")),
        "Net revenue over orders. Orders worth nothing are not counted.",
        money=True,
    ),
    Metric(
        "customers",
        "Customers",
        COUNT,
        "{customers}",
        ("customers",),
        plain("customers"),
        "Different customers with an order in this period.",
        coverage=ratio(plain("known_orders"), plain("orders")),
        coverage_reads=("known_orders", "orders"),
        coverage_label="of orders name a customer",
    ),
    Metric(
        "new_customers",
        "New customers",
        COUNT,
        "{new_customers}",
        ("new_customers",),
        plain("new_customers"),
        "Customers whose first order ever is in this period.",
        coverage=ratio(plain("known_orders"), plain("orders")),
        coverage_reads=("known_orders", "orders"),
        coverage_label="of orders name a customer",
    ),
    Metric(
        "repeat_customers",
        "Returning customers",
        COUNT,
        "{repeat_customers}",
        ("repeat_customers",),
        plain("repeat_customers"),
        "Customers with an order in this period who had ordered on an earlier day.",
        coverage=ratio(plain("known_orders"), plain("orders")),
        coverage_reads=("known_orders", "orders"),
        coverage_label="of orders name a customer",
    ),
    Metric(
        "repeat_rate",
        "Returning customers",
        RATE,
        "{repeat_customers} ÷ {customers}",
        ("repeat_customers", "customers"),
        ratio(plain("repeat_customers"), plain("customers")),
        "Share of the period's customers who had ordered on an earlier day.",
        coverage=ratio(plain("known_orders"), plain("orders")),
        coverage_reads=("known_orders", "orders"),
        coverage_label="of orders name a customer",
    ),
    Metric(
        "ad_spend",
        "Ad spend",
        MONEY,
        "{ads}",
        ("ads",),
        plain("ads"),
        "Advertising of the period.",
        money=True,
        better=NONE,
    ),
)


def register() -> None:
    """Called from the app's ready()."""
    for metric in FIGURES:
        register_metric(metric)
