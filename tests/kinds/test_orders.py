"""Orders files: lines, refunds, changes, undo, refusals."""

from datetime import date
from decimal import Decimal

import pytest

from finance.ledger.models import Customer, Order, OrderLine, Refund
from products.catalog.models import Channel, Product, Variant
from tests.factories.catalog import VariantFactory
from tests.kinds.running import bring
from workspaces.imports.kinds import KINDS
from workspaces.staleness.models import StaleMark

MODELS = (Customer, Order, OrderLine, Refund, Product, Variant, Channel)


def tables():
    """Everything an orders import can touch, apart from who changed it last."""
    left_out = {"updated_at", "version", "first_order_day"}
    return {
        model: [
            {key: value for key, value in row.items() if key not in left_out}
            for row in model.objects.order_by("pk").values()
        ]
        for model in MODELS
    }


@pytest.fixture
def skus(member):
    return [VariantFactory(workspace=member.workspace, sku=sku).sku for sku in ("A", "B")]


def line(**cells):
    return {
        "number": "#1",
        "placed_at": "2026-03-02 23:30+00",
        "sku": "A",
        "quantity": 2,
        "unit_price": "10.50",
        "customer": "C1",
        "channel": "Shop",
        **cells,
    }


def test_rows_with_one_number_become_one_order(member, skus):
    rows = [line(discount="1"), line(sku="B", quantity=1), line(number="#2")]
    done = bring(member.actor, "orders", rows)
    assert done.issues == []
    assert done.outcome.created == {
        "channels": 1,
        "customers": 1,
        "orders": 2,
        "order lines": 3,
    }
    order = Order.objects.get(number="#1")
    assert order.day == date(2026, 3, 3)  # half past midnight in Berlin
    first, second = order.lines.order_by("position")
    assert (first.position, first.gross, first.discount) == (1, Decimal(21), Decimal(1))
    assert (second.position, second.variant.sku, second.day) == (2, "B", order.day)
    marks = set(StaleMark.objects.values_list("topic", "key"))
    customer = Customer.objects.get()
    assert marks == {("sales", "day:2026-03-03"), ("customers", f"customer:{customer.pk}")}


def test_the_same_file_again_changes_nothing(member, skus):
    rows = [line(), line(sku="B"), line(quantity=-1, number="#1"), line(number="X", quantity=-1)]
    bring(member.actor, "orders", rows)
    before = tables()
    StaleMark.objects.all().delete()
    again = bring(member.actor, "orders", rows)
    assert (again.outcome.created, again.outcome.updated) == ({}, {})
    assert again.outcome.unchanged == 4
    assert tables() == before
    assert not StaleMark.objects.exists()


def test_a_negative_quantity_is_a_return_of_the_sale_it_names(member, skus):
    rows = [
        line(),
        line(number="R1", quantity=-1, refund_of="#1", placed_at="2026-04-01"),
        line(number="R2", quantity=-1, refund_of="unknown", placed_at="2026-04-01"),
        line(number="R3", quantity=0, unit_price=None, gross="-5", refund_of="#1"),
    ]
    done = bring(member.actor, "orders", rows)
    assert done.issues == []
    linked, unlinked, money = Refund.objects.order_by("number")
    assert linked.order_line == OrderLine.objects.get()
    assert (linked.quantity, linked.amount, linked.ordered_day) == (
        1,
        Decimal("10.5"),
        date(2026, 3, 3),
    )
    assert (unlinked.order_line, unlinked.ordered_day) == (None, None)
    assert (money.quantity, money.amount) == (0, Decimal(5))
    assert linked.customer.external_id == "C1"


def test_refund_columns_beside_a_line(member, skus):
    bring(member.actor, "orders", [line(refunded_quantity=1, refunded_at="2026-03-09")])
    refund = Refund.objects.get()
    assert (refund.quantity, refund.amount, refund.day) == (1, Decimal("10.5"), date(2026, 3, 9))


def test_a_change_moves_lines_and_refunds_along_and_undo_brings_all_back(member, skus):
    bring(member.actor, "orders", [line(refunded_quantity=1), line(sku="B")])
    before = tables()
    StaleMark.objects.all().delete()
    changed = [line(placed_at="2026-05-05", quantity=3, market="France"), line(number="#9")]
    done = bring(member.actor, "orders", changed)
    assert done.outcome.updated == {"orders": 1, "order lines": 2, "refunds": 1}
    assert {row.day for row in OrderLine.objects.filter(order__number="#1")} == {date(2026, 5, 5)}
    assert Refund.objects.get().ordered_day == date(2026, 5, 5)
    days = {f"day:{day}" for day in ("2026-03-03", "2026-05-05")}
    assert set(StaleMark.objects.filter(topic="sales").values_list("key", flat=True)) >= days
    StaleMark.objects.all().delete()
    KINDS["orders"].undo(member.actor, done.run.pk)
    assert tables() == before
    assert set(StaleMark.objects.filter(topic="sales").values_list("key", flat=True)) >= days


def test_a_line_added_to_a_known_order_goes_with_the_undo(member, skus):
    bring(member.actor, "orders", [line()])
    before = tables()
    done = bring(member.actor, "orders", [line(), line(sku="B")])
    assert done.outcome.created == {"order lines": 1}
    KINDS["orders"].undo(member.actor, done.run.pk)
    assert tables() == before


def test_products_are_made_only_when_asked_for(member):
    rows = [line(sku="NEW", product_name="New thing")]
    refused = bring(member.actor, "orders", rows)
    assert [issue[1] for issue in refused.issues] == ["sku"]
    assert not Order.objects.exists()
    done = bring(member.actor, "orders", rows, options={"create_products": "yes"})
    assert Product.objects.get().name == "New thing"
    KINDS["orders"].undo(member.actor, done.run.pk)
    assert not Product.objects.exists()
    assert not Channel.objects.filter(import_run=done.run).exists()


def test_an_order_with_one_wrong_row_stays_out_as_a_whole(member, skus):
    done = bring(member.actor, "orders", [line(), line(sku="gone"), line(number="#2")])
    assert [issue[:2] for issue in done.issues] == [(2, "sku")]
    assert [order.number for order in Order.objects.all()] == ["#2"]
    assert done.outcome.skipped == 1


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"quantity": 0}, "quantity"),
        ({"unit_price": None}, "unit_price"),
        ({"gross": "-1"}, "gross"),
        ({"discount": "22"}, "discount"),
        ({"refunded_quantity": 3}, "refunded_quantity"),
    ],
)
def test_a_bad_cell_is_named_and_changes_nothing(member, skus, cells, field):
    done = bring(member.actor, "orders", [line(**cells)])
    assert [issue[:2] for issue in done.issues] == [(1, field)]
    assert not Order.objects.exists()


def test_rows_of_one_order_must_agree(member, skus):
    rows = [line(currency="EUR", line=1), line(currency="USD", line=1)]
    done = bring(member.actor, "orders", rows)
    assert {issue[1] for issue in done.issues} == {"currency", "line"}
    assert not Order.objects.exists()


def test_skip_and_only_update(member, skus):
    bring(member.actor, "orders", [line()])
    rows = [line(quantity=5), line(number="#2")]
    bring(member.actor, "orders", rows, on_existing="skip")
    assert OrderLine.objects.get(order__number="#1").quantity == 2
    assert Order.objects.filter(number="#2").exists()
    rows = [line(quantity=5), line(number="#3")]
    bring(member.actor, "orders", rows, on_existing="only_update")
    assert OrderLine.objects.get(order__number="#1").quantity == 5
    assert not Order.objects.filter(number="#3").exists()


def test_cancelled_orders_do_not_count(member, skus):
    bring(member.actor, "orders", [line(status="cancelled")])
    assert not OrderLine.objects.get().counts
    bring(member.actor, "orders", [line(status="placed")])
    assert OrderLine.objects.get().counts


def test_an_added_line_that_was_corrected_since_is_kept(member, skus):
    bring(member.actor, "orders", [line()])
    done = bring(member.actor, "orders", [line(), line(sku="B")])
    OrderLine.objects.filter(variant__sku="B").update(quantity=7)
    outcome = KINDS["orders"].undo(member.actor, done.run.pk)
    assert outcome.skipped == 1
    assert OrderLine.objects.get(variant__sku="B").quantity == 7


def test_what_became_of_each_row_is_counted(member, skus):
    bring(member.actor, "orders", [line(), line(number="#2")])
    rows = [
        line(),  # as it was
        line(number="#2", quantity=5),  # changed
        line(number="#3"),  # new
        line(number="#4", sku="gone"),  # refused
        line(number="#4"),  # stays out with its order
        line(number="#1", quantity=-1, refund_number="R1"),  # a new refund
    ]
    done = bring(member.actor, "orders", rows)
    assert done.outcome.rows == {
        "read": 6,
        "made": 2,
        "changed": 1,
        "unchanged": 1,
        "left_out": 2,
    }
