"""Figures worked out apart from the product: pandas over the raw files, exact to the last digit,
and how a British reader sees them written."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pandas

NBSP = "\u00a0"


@dataclass(frozen=True)
class Apart:
    """The figures of some lines."""

    net: Fraction
    units: int
    orders: int
    back: int
    repaid: bool

    @classmethod
    def of(cls, lines: pandas.DataFrame) -> "Apart":
        return cls(
            sum(lines["net"], Fraction(0)),
            int(lines["units"].sum()),
            lines["number"].nunique(),
            int(lines["back"].sum()),
            bool((lines["repaid"] > 0).any()),
        )

    def written(self, currency: str) -> dict[str, str]:
        """Each figure as its own page writes it; money back without units is an unknown rate."""
        unknown = self.repaid and not self.back
        return {
            "net_revenue": money(self.net, currency),
            "units": f"{self.units:,}",
            "orders": f"{self.orders:,}",
            "aov": money(self.net / self.orders, currency),
            "return_rate": "—" if unknown else percent(Fraction(self.back, self.units)),
        }


def table(path: Path) -> pandas.DataFrame:
    return pandas.read_csv(path, dtype=str, keep_default_na=False)


def shopify(path: Path) -> pandas.DataFrame:
    """Lines of a short export: an order's total less refunds, shared by quantity."""
    rows = table(path)
    heads = rows[rows["Total"] != ""].set_index("Name")
    rows["units"] = rows["Lineitem quantity"].astype(int)
    whole = rows.groupby("Name")["units"].transform("sum")
    total = rows["Name"].map(heads["Total"]).map(Fraction)
    refund = rows["Name"].map(heads["Refunded Amount"]).map(Fraction)
    kept = [
        (paid - back) * Fraction(int(n), int(of))
        for paid, back, n, of in zip(total, refund, rows["units"], whole, strict=True)
    ]
    return pandas.DataFrame(
        {
            "number": rows["Name"],
            "month": rows["Name"].map(heads["Created at"]).str[:7],
            "product": rows["Lineitem name"],
            "units": rows["units"],
            "net": kept,
            "back": rows["units"].where(refund >= total, 0),
            "repaid": refund,
        }
    )


def olist(items: Path, orders: Path) -> pandas.DataFrame:
    """Items of orders that count; nothing comes back in these files."""
    both = table(items).merge(table(orders), on="order_id")
    both = both[~both["order_status"].isin(["canceled", "unavailable"])]
    return pandas.DataFrame(
        {
            "number": both["order_id"],
            "month": both["order_purchase_timestamp"].str[:7],
            "product": both["product_id"],
            "units": 1,
            "net": both["price"].map(Fraction),
            "back": 0,
            "repaid": 0,
        }
    )


def mean(ratings: Iterable[str]) -> Fraction:
    given = [Fraction(text) for text in ratings]
    return sum(given, Fraction(0)) / len(given)


def money(amount: Fraction, currency: str) -> str:
    return f"{currency}{_rounded(amount, 2, ROUND_HALF_UP):,}"


def short_money(amount: Fraction, currency: str) -> str:
    """For a tile: whole units below ten thousand, then thousands."""
    if amount < 10_000:
        return f"{currency}{_rounded(amount, 0, ROUND_HALF_EVEN):,}"
    places = 1 if amount < 99_950 else 0
    thousands = f"{_rounded(amount / 1000, places, ROUND_HALF_EVEN)}".removesuffix(".0")
    return f"{currency}{thousands}{NBSP}k"


def percent(rate: Fraction) -> str:
    return f"{_rounded(rate * 100, 1, ROUND_HALF_EVEN)}{NBSP}%"


def stars(rating: Fraction) -> str:
    return f"{_rounded(rating, 1, ROUND_HALF_UP)} ★"


def _rounded(value: Fraction, places: int, how: str) -> Decimal:
    """Exactly rounded: a fraction is cut far behind the digit that decides."""
    long = Decimal(value.numerator) / Decimal(value.denominator)
    return long.quantize(Decimal(1).scaleb(-places), rounding=how)
