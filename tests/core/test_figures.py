"""How figures read on a page: what is unknown is never zero, and the reader's locale decides."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.http import HttpResponse
from django.template import Context, Template
from django.utils import timezone

from core.reader import ReaderMiddleware
from workspaces.members.models import User


def shown(expression: str, value: object = None) -> str:
    page = Template("{% load ui %}{{ value|" + expression + " }}").render(Context({"value": value}))
    return page.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("expression", "value", "reads"),
    [
        ("number", 1204, "1,204"),
        ("number:2", Decimal("1.5"), "1.50"),
        ("money:'EUR'", Decimal("1284.5"), "€1,284.50"),
        ("money:'JPY'", Decimal("1284.5"), "JP¥1,285"),
        ("money_short:'EUR'", Decimal("812.50"), "€812"),
        ("money_short:'EUR'", Decimal(254_400), "€254 k"),
        ("money_short:'EUR'", Decimal(-1_284_000), "-€1.284 M"),
        ("money_short:'EUR'", Decimal(999_999), "€1 M"),
        ("percent", Decimal("0.416"), "41.6 %"),
        ("points", Decimal("0.009"), "+0.9 pt"),
        ("points", Decimal("-0.012"), "−1.2 pt"),
        ("day", date(2019, 12, 8), "8 Dec 2019"),
        ("delta_way", "−0.9 pt", "down"),
        ("delta_way", "+0.0 pt", "flat"),
        ("share_of:3", 2, "66"),
        ("share_of:0", 2, "0"),
    ],
)
def test_a_figure_reads(expression, value, reads):
    assert shown(expression, value) == reads


@pytest.mark.parametrize(
    "expression", ["number", "money:'EUR'", "money_short:'EUR'", "percent", "points", "day", "ago"]
)
def test_what_is_unknown_says_so_and_is_not_zero(expression):
    page = shown(expression, None)

    assert "unknown" in page
    assert "0" not in page


def test_an_age_is_short_and_exact_on_demand():
    assert ">3 min ago</time>" in shown("ago", timezone.now() - timedelta(minutes=3, seconds=5))


def test_the_reader_decides_the_locale(rf):
    request = rf.get("/")
    request.user = User(email="a@example.com", locale="de-DE")

    answer = ReaderMiddleware(lambda _: HttpResponse(shown("money:'EUR'", Decimal("1284.5"))))

    assert answer(request).content.decode() == "1.284,50 €"
    assert shown("money:'EUR'", Decimal("1284.5")) == "€1,284.50"
