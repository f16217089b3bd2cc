"""A formula has one value, whether Python works it out or PostgreSQL does."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from products.catalog.models import Product
from tests.factories.catalog import ProductFactory
from workspaces.fields.formulas import compiled, described
from workspaces.fields.known import fields_of_kind
from workspaces.fields.providing import plain_field
from workspaces.fields.services import create_field
from workspaces.records.kinds import KINDS

PRODUCT = KINDS["products.product"]
OPTIONS = ["idea", "won", "lost"]
TYPES = {
    "a": "number",
    "b": "number",
    "price": "money",
    "share": "percent",
    "begins": "day",
    "ends": "day",
    "seen": "moment",
    "title": "text",
    "ready": "yes_no",
    "stage": "choice",
    "sizes": "choices",
}
NUMBERS = [0, 1, -1, 3, 7, 2.5, 0.1, 1e-15, 123456789012345, 999.999, -0.005, 10**14]
LEFT = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=120
)


@pytest.fixture
def shop(owner):
    """Products with every value there is, and with none of some."""
    for key, type in TYPES.items():
        more = {"options": OPTIONS} if type.startswith("choice") else {}
        create_field(owner.actor, PRODUCT.name, label=key, key=key, type=type, **more)
    day = date(2026, 2, 25)
    for n in range(36):
        custom = {
            "a": NUMBERS[n % 12],
            "b": NUMBERS[(n * 5 + 1) % 12],
            "price": [19.9, 0, 5, 1e12][n % 4],
            "share": [0, 0.15, 1, 0.333][n % 4],
            "begins": (day + timedelta(days=n)).isoformat(),
            "ends": ["2026-03-31", "1900-01-01", "2200-12-31"][n % 3],
            "seen": ["2026-02-28T23:30:00+00:00", "2026-03-29T00:30:00+00:00"][n % 2],
            "title": ["Trail Jacket", "2026-03-01", "été", "x" * 300][n % 4],
            "ready": n % 2 == 0,
            "stage": OPTIONS[n % 3],
            "sizes": OPTIONS[: 1 + n % 3],
        }
        kept = {key: v for at, (key, v) in enumerate(custom.items()) if (n * 7 + at * 3) % 5}
        ProductFactory(
            workspace=owner.workspace,
            name=f"P {n}",
            custom=kept,
            launched_on=day if n % 2 else None,
            state=["live", "ready"][n % 2],
            product_type=["", "Tent"][n % 2],
        )
    return owner


def both(shop, text):
    """The formula's value for every product: as Python has it, as PostgreSQL has it."""
    fields = fields_of_kind(shop.workspace, PRODUCT.name)
    formula = compiled(shop.workspace, PRODUCT.name, text, fields)
    by_name = {one.name: one for one in PRODUCT.fields}
    by_name |= {one.key: plain_field(one) for one in fields}
    known = described(formula, by_name)
    rows = list(Product.objects.annotate(worked_out=known["ask"]()).order_by("pk"))
    return [known["compute"](row) for row in rows], [row.worked_out for row in rows]


def plain(value):
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize(
    "text",
    [
        "a + b * 2 - -a / b",
        "a / b",
        "a / b * b = a",
        "1 / 3 * 3",
        "a * a * a * a",
        "a * 123456789012345 * 987654321098765 + 1",
        "round(a / 3, 2) + round(b)",
        "round(a, b)",
        "round(a, 13)",
        "round(a, -2)",
        "min(a, b, 3) + max(a, b)",
        "sum(a, b, 1)",
        "count(a, b, title, sizes)",
        "count(sizes)",
        "abs(a - b)",
        "if(a > b, a, b)",
        'if(ready, stage, "won")',
        "coalesce(a, b, 0)",
        "a > 1 and b > 1 or not ready",
        "a = b or ready",
        'stage = "Won" and title <> "x"',
        "ready = no",
        "sizes = coalesce(sizes)",
        "coalesce(sizes)",
        "if(ready, sizes, sizes)",
        "begins - ends",
        "begins + 14 days - 3 days",
        "begins + days(a)",
        "14 days + begins",
        "days(begins, ends)",
        "begins > seen",
        "seen",
        "launched_on - begins",
        "today() - begins",
        "day(title)",
        'day("2026-02-30")',
        'concat(title, " ", a, stage, ready, begins, share, price, days(3), b / 3)',
        "concat(0 * -1)",
        'contains(title, "JACK")',
        'contains(title, "")',
        'contains(sizes, "Won")',
        'contains(state, "iv")',
        "len(title) + len(sizes)",
        "lower(title)",
        "upper(concat(title, product_type))",
        f"concat({', '.join(['title'] * 40)})",
        "price * share / 2 EUR",
        "price / 3",
        "15%",
        "share + 10%",
        "a ^ 400",
        "a ^ 3 / a ^ 2",
        "0 ^ a",
        "10 ^ 400 * 10",
        "10 ^ 401",
    ],
)
def test_the_database_agrees(shop, text):
    python, database = both(shop, text)
    assert database == [plain(value) for value in python]


@pytest.mark.parametrize(
    "text",
    [
        "a ^ b",
        "a ^ 0.5",
        "a ^ -7",
        "sqrt(a)",
        "log(a)",
        "log(a, 10)",
        "log(a, b)",
        "exp(b)",
        "exp(a / 1000)",
        "exp(-a)",
        "sqrt(a ^ 20)",
        "log(exp(b))",
        "sqrt(a) * log(b) / exp(0.1)",
    ],
)
def test_the_database_agrees_on_what_has_no_end(shop, text):
    python, database = both(shop, text)
    assert len(python) == len(database)
    for one, other in zip(python, database, strict=True):
        if one is None or other is None:
            assert one is other
        else:
            assert abs(one - other) <= abs(one) * Decimal("1e-32")


numbers = st.recursive(
    st.sampled_from(["a", "b", "0", "1", "2.5", "15%", "share", "0.1", "(price / 1 EUR)"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        inner.map(lambda one: f"(-{one})"),
        inner.map(lambda one: f"abs({one})"),
        st.tuples(inner, inner).map(lambda p: f"min({p[0]}, {p[1]})"),
        st.tuples(inner, inner, inner, inner).map(lambda p: f"if({p[0]} < {p[1]}, {p[2]}, {p[3]})"),
        st.tuples(inner, inner).map(lambda p: f"coalesce({p[0]}, {p[1]})"),
        st.tuples(inner, st.integers(0, 4)).map(lambda p: f"round({p[0]}, {p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"count({p[0]}, {p[1]}, title)"),
    ),
    max_leaves=10,
)
truths = st.recursive(
    st.one_of(
        st.just("ready"),
        st.tuples(numbers, st.sampled_from(["=", "<>", "<", ">="]), numbers).map(" ".join),
        st.sampled_from(['stage = "won"', "begins < ends", 'contains(title, "a")', "no"]),
    ).map("({})".format),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(" ".join).map("({})".format),
        inner.map("(not {})".format),
        st.tuples(inner, inner, inner).map(lambda p: f"if({p[0]}, {p[1]}, {p[2]})"),
    ),
    max_leaves=4,
)


@LEFT
@given(
    text=st.one_of(numbers, truths, st.tuples(truths, numbers).map("concat({0[0]}, {0[1]})".format))
)
def test_the_database_agrees_on_any_formula(shop, text):
    python, database = both(shop, text)
    assert database == python
