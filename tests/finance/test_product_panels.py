"""A product's page says what it earns, to whoever may know."""

import re
from datetime import date

import pytest

from finance.metrics.recompute import recompute_all_sales
from tests.factories.catalog import ChannelFactory, ProductFactory, VariantFactory
from tests.factories.ledger import (
    CostRecordFactory,
    OrderFactory,
    OrderLineFactory,
    RefundFactory,
)

DAYS = "?range=custom&from=2026-03-01&to=2026-03-31"


@pytest.fixture
def product(workspace):
    """Sold for 1,234 less 34, of which 100 went back; every cost known."""
    found = ProductFactory(workspace=workspace, name="Shell")
    variant = VariantFactory(workspace=workspace, product=found)
    for kind, amount in (("landed", 300), ("fulfilment", 20), ("payment", 5)):
        CostRecordFactory(workspace=workspace, variant=variant, kind=kind, amount=amount)
    order = OrderFactory(
        workspace=workspace, day=date(2026, 3, 2), channel=ChannelFactory(workspace=workspace)
    )
    line = OrderLineFactory(
        workspace=workspace, order=order, variant=variant, quantity=2, gross=1234, discount=34
    )
    RefundFactory(workspace=workspace, order_line=line, amount=100, day=date(2026, 3, 9))
    recompute_all_sales(workspace.pk)
    return found


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_money_flows_from_gross_to_contribution(product, member, client_of):
    url = f"/w/{product.workspace.slug}/products/{product.pk}/{DAYS}"
    text = text_of(client_of(member).get(url))
    for amount in ("1,234.00", "34.00", "100.00", "1,100.00", "600.00", "40.00", "10.00", "450.00"):
        assert amount in text, amount


def test_the_finance_tab_adds_up(product, member, client_of):
    url = f"/w/{product.workspace.slug}/products/{product.pk}/finance/{DAYS}"
    text = text_of(client_of(member).get(url))
    assert "By variant" in text
    assert text.count("1,100.00") >= 4  # a row and the total of each table


def test_a_role_without_money_sees_units_alone(product, viewer, client_of):
    client = client_of(viewer)
    base = f"/w/{product.workspace.slug}/products/{product.pk}/"
    for page in (base, f"{base}finance/"):
        response = client.get(page + DAYS)
        body = response.content.decode()
        assert response.status_code == 200
        assert "Units sold" in body
        assert not re.search(r"1,234|1,100|450\.00|1\.1\s?k", body)


def test_a_product_that_never_sold_has_no_finance_tab(workspace, member, client_of):
    idle = ProductFactory(workspace=workspace)
    text = text_of(client_of(member).get(f"/w/{workspace.slug}/products/{idle.pk}/"))
    assert "Overview" in text
    assert "Finance" not in text
    assert "Where the money goes" not in text
