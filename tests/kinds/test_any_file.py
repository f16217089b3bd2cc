"""Whatever a file says: twice changes nothing, and undo gives the tables back as they were."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance.ledger.models import Customer, Order, OrderLine, Refund
from products.catalog.models import Brand, Category, Product, Variant
from tests.factories.catalog import VariantFactory
from tests.kinds.running import bring
from workspaces.imports.kinds import KINDS

MODELS = (Brand, Category, Product, Variant, Customer, Order, OrderLine, Refund)
words = st.sampled_from(["a", "B", "b", "ü > x", "A > y", "'quoted", "=1+1", "Ö"])
amounts = st.decimals(0, 500, places=2, allow_nan=False)
maybe = st.none()
order_rows = st.fixed_dictionaries(
    {
        "number": st.sampled_from(["1", "2", "3"]),
        "placed_at": st.sampled_from(["2026-01-31 23:30+00", "2026-02-01", "2026-03-05 10:00+02"]),
        "sku": st.sampled_from(["A", "B"]),
        "quantity": st.integers(-3, 3),
        "unit_price": amounts,
        "discount": maybe | st.just(Decimal(0)) | amounts,
        "customer": maybe | words,
        "market": maybe | words,
        "refunded_quantity": maybe | st.integers(0, 2),
        "status": maybe | st.sampled_from(["placed", "cancelled"]),
    }
)
product_rows = st.fixed_dictionaries(
    {
        "sku": words,
        "handle": maybe | st.sampled_from(["p", "q"]),
        "title": words,
        "brand": maybe | words,
        "category": maybe | words,
        "price": maybe | amounts,
        "state": maybe | st.sampled_from(["proposed", "live"]),
    }
)


def tables():
    left_out = {"updated_at", "version", "first_order_day"}
    return {
        model: [
            {key: value for key, value in row.items() if key not in left_out}
            for row in model.objects.order_by("pk").values()
        ]
        for model in MODELS
    }


def twice_and_back(actor, kind, first, second):
    """Import `first` for good; import `second` twice; undo it."""
    bring(actor, kind, first)
    before = tables()
    done = bring(actor, kind, second)
    after = tables()
    again = bring(actor, kind, second)
    assert (again.outcome.created, again.outcome.updated) == ({}, {})
    assert tables() == after
    KINDS[kind].undo(actor, done.run.pk)
    assert tables() == before


@pytest.fixture
def skus(member):
    return [VariantFactory(workspace=member.workspace, sku=sku) for sku in ("A", "B")]


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(first=st.lists(order_rows, max_size=5), second=st.lists(order_rows, min_size=1, max_size=6))
def test_orders(member, skus, first, second):
    twice_and_back(member.actor, "orders", first, second)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    first=st.lists(product_rows, max_size=4, unique_by=lambda row: row["sku"]),
    second=st.lists(product_rows, min_size=1, max_size=5, unique_by=lambda row: row["sku"]),
)
def test_products(member, first, second):
    twice_and_back(member.actor, "products", first, second)
