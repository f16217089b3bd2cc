"""The metric catalogue: each figure of the product, defined once.

Formulas follow the field's definitions (net sales, margins, contribution levels, average order
value, return rate); the words say where ours differ from what other tools call by the same name.
Measures are what sources sum or count; metrics are made of them, ratios last.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

Measures = Mapping[str, Decimal | None]
Arithmetic = Callable[[Measures], Decimal | None]

MONEY, COUNT, RATE, RATING = "money", "count", "rate", "rating"
UP, DOWN, NONE = "up", "down", "none"


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure.

    `formula` is the arithmetic in words, each measure as `{measure}`, so that a page can fill the
    numbers in. `compute` gives None for what is unknown. `coverage` is the share of what was
    counted for which everything needed is known, None where that question does not arise. `money`
    figures are masked for roles that may not see money. `better` says which direction is good.
    """

    name: str
    label: str
    unit: str
    formula: str
    reads: tuple[str, ...]
    compute: Arithmetic
    description: str
    money: bool = False
    better: str = UP
    coverage: Arithmetic | None = None
    coverage_reads: tuple[str, ...] = ()
    coverage_label: str = ""


# Measures in words, for formulas; apps above add theirs.
MEASURES: dict[str, tuple[str, str]] = {
    "units": ("units sold", COUNT),
    "gross": ("gross revenue", MONEY),
    "discounts": ("discounts", MONEY),
    "tax": ("tax", MONEY),
    "refunded": ("refunds", MONEY),
    "refunded_units": ("refunded units", COUNT),
    "returned": ("refunds of these orders", MONEY),
    "returned_units": ("returned units of these orders", COUNT),
    "unlinked_units": ("refunded units without a known order", COUNT),
    "cogs": ("cost of goods", MONEY),
    "fulfilment": ("fulfilment", MONEY),
    "payment": ("payment and marketplace fees", MONEY),
    "net_costed": ("net revenue with known cost", MONEY),
    "units_costed": ("units with known landed cost", COUNT),
    "units_fulfilment": ("units with known fulfilment cost", COUNT),
    "units_payment": ("units with known payment fees", COUNT),
    "units_rated": ("units in a currency with a known rate", COUNT),
    "orders": ("orders", COUNT),
    "valued_orders": ("orders above zero", COUNT),
    "known_orders": ("orders with a known customer", COUNT),
    "customers": ("customers", COUNT),
    "new_customers": ("new customers", COUNT),
    "repeat_customers": ("returning customers", COUNT),
    "ads": ("ad spend", MONEY),
}
METRICS: dict[str, Metric] = {}


def register_metric(metric: Metric) -> None:
    """Called from an AppConfig's ready()."""
    METRICS[metric.name] = metric


def plain(measure: str) -> Arithmetic:
    """The measure itself."""
    return lambda m: m.get(measure)


def total(*signed: str) -> Arithmetic:
    """The sum of measures, each with its sign (`-discounts`); unknown when one is."""

    def compute(m: Measures) -> Decimal | None:
        found = Decimal(0)
        for part in signed:
            value = m.get(part.lstrip("-"))
            if value is None:
                return None
            found += -value if part.startswith("-") else value
        return found

    return compute


def ratio(above: Arithmetic, below: Arithmetic) -> Arithmetic:
    """One over the other; unknown when either is, or when there is nothing to divide by."""

    def compute(m: Measures) -> Decimal | None:
        upper, lower = above(m), below(m)
        return upper / lower if upper is not None and lower is not None and lower > 0 else None

    return compute


def known(compute: Arithmetic, *counts: str) -> Arithmetic:
    """Unknown unless something was counted in each of `counts`: no cost at all is not cost zero."""
    return lambda m: compute(m) if all(m.get(count) for count in counts) else None


def least(*counts: str) -> Arithmetic:
    """The share of units for which all of `counts` are known."""

    def compute(m: Measures) -> Decimal | None:
        units = m.get("units")
        return min(m.get(count) or Decimal(0) for count in counts) / units if units else None

    return compute
