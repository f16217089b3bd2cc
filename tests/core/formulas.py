"""The names and values that formulas of the tests are made of."""

from datetime import date
from decimal import Decimal

from core.expressions import DAY, NUMBER, PERCENT, TEXT, YES_NO, choice, list_of, money, number

STAGE = choice([("idea", "Idea"), ("won", "Won it")])
NAMES = {
    "a": NUMBER,
    "b": NUMBER,
    "none": NUMBER,
    "price": money("EUR"),
    "dollars": money("USD"),
    "rate": number("EUR/USD"),
    "weight": number("kg"),
    "pieces": number("pcs"),
    "share": PERCENT,
    "begin": DAY,
    "end": DAY,
    "title": TEXT,
    "ready": YES_NO,
    "stage": STAGE,
    "tags": list_of(STAGE),
    "amounts": list_of(money("EUR")),
}
VALUES = {
    "a": 7,
    "b": Decimal("2.5"),
    "price": "19.90",
    "dollars": 10,
    "rate": Decimal("0.9"),
    "weight": 4,
    "pieces": 3,
    "share": Decimal("0.15"),
    "begin": date(2026, 3, 1),
    "end": "2026-03-31",
    "title": "Trail Jacket",
    "ready": True,
    "stage": "won",
    "tags": ["idea", "won"],
    "amounts": [Decimal("1.5"), 2],
}
TODAY = date(2026, 11, 25)
