"""What we write imports back and changes nothing, formulas and odd texts included."""

from datetime import date
from decimal import Decimal

import pytest

from core.csv import neutralise
from feedback.inbox.models import Note
from finance.ledger.models import CostRecord, Customer, Order, OrderLine, Refund
from products.catalog.models import Product, Variant
from tests.factories.catalog import (
    BrandFactory,
    CategoryFactory,
    MarketFactory,
    ProductFactory,
    VariantFactory,
)
from tests.factories.feedback import NoteFactory
from tests.factories.ledger import (
    AccountFactory,
    CostRecordFactory,
    CustomerFactory,
    OrderFactory,
    OrderLineFactory,
    RefundFactory,
)

MODELS = (Product, Variant, Customer, CostRecord, Order, OrderLine, Refund, Note)


@pytest.fixture
def shop(member):
    """A little of everything, with texts that files like to break."""
    here = {"workspace": member.workspace}
    product = ProductFactory(
        **here,
        name='=HYPERLINK("x")',
        description='Says "hi",\nthen 1;2',
        brand=BrandFactory(**here, name="Ünder & Söhne"),
        category=CategoryFactory(**here, name="Shoes", path="Shoes"),
        launched_on=date(2026, 1, 1),
    )
    first = VariantFactory(**here, product=product, sku="00012", price=None, weight_grams="1.5")
    second = VariantFactory(**here, product=product, sku="-5", gtin="4006381333931")
    CostRecordFactory(**here, variant=first)
    customer = CustomerFactory(**here, external_id="+49", name="'quoted", email="a@example.com")
    order = OrderFactory(
        **here,
        customer=customer,
        market=MarketFactory(**here),
        account=AccountFactory(**here),
        shipping=Decimal("4.9"),
    )
    line = OrderLineFactory(**here, order=order, variant=first, position=1, discount=Decimal("1.1"))
    OrderLineFactory(**here, order=order, variant=second, position=4, quantity=3, tax=2)
    RefundFactory(**here, order_line=line, customer=customer, reason="@too small")
    RefundFactory(
        **here, order_line=None, variant=second, channel=order.channel, market=None, account=None
    )
    NoteFactory(**here, product=product, customer=customer, rating=Decimal("3.5"), title="@all")
    NoteFactory(**here, product=None, rating=2, text=" two\r\nlines ")
    return member


@pytest.mark.parametrize("kind", ["products", "customers", "costs", "orders", "feedback"])
def test_an_export_imports_back_as_it_is(shop, client_of, import_files, tmp_path, kind):
    before = {model: list(model.objects.order_by("pk").values()) for model in MODELS}
    url = f"/w/{shop.workspace.slug}/exports/{kind}.csv"
    response = client_of(shop).get(url)
    assert response.status_code == 200
    path = tmp_path / f"{kind}.csv"
    path.write_bytes(b"".join(response.streaming_content))
    run = import_files(shop.actor, kind, path)
    assert (run.state, run.counts["created"], run.counts["updated"]) == ("done", {}, {})
    assert run.counts["rows"] == run.counts["unchanged"] > 0
    assert {model: list(model.objects.order_by("pk").values()) for model in MODELS} == before
    assert kind != "products" or neutralise("=HYPERLINK(") in path.read_text()


def test_who_may_not_see_money_gets_no_ledger(shop, viewer, client_of):
    client = client_of(viewer)
    for kind in ("orders", "costs", "customers"):
        assert client.get(f"/w/{shop.workspace.slug}/exports/{kind}.csv").status_code == 403
    response = client.get(f"/w/{shop.workspace.slug}/exports/feedback.csv")
    assert b"Customer" not in b"".join(response.streaming_content)
    assert client.get(f"/w/{shop.workspace.slug}/exports/nothing.csv").status_code == 404
