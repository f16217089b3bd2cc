"""The daily rollup against plain Python on the same rows."""

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date, timedelta
from decimal import Decimal
from time import sleep

import pytest
from django.db import connection, transaction

from finance.ledger.models import CostRecord, OrderLine, Refund
from finance.metrics.models import DailySales, ProductSummary
from finance.metrics.recompute import (
    MEASURES,
    recompute_all_customers,
    recompute_all_sales,
    recompute_customers,
    recompute_sales,
)
from tests.factories.catalog import ChannelFactory, VariantFactory
from tests.factories.ledger import (
    CostRecordFactory,
    CustomerFactory,
    ExchangeRateFactory,
    OrderFactory,
    OrderLineFactory,
    RefundFactory,
)

DAY = date(2026, 3, 2)


def rollup(workspace):
    names = ("day", "variant_id", "channel_id", "market_id", "account_id", "currency", *MEASURES)
    rows = DailySales.objects.in_workspace(workspace.pk).values_list(*names)
    return sorted(rows, key=str)


def by_hand(workspace):
    """Units, gross, refunds and cost per (day, variant), the long way round."""
    found = defaultdict(lambda: defaultdict(Decimal))
    for line in OrderLine.objects.in_workspace(workspace.pk).filter(counts=True):
        row = found[line.day, line.variant_id]
        row["units"] += line.quantity
        row["gross"] += line.gross
        row["discounts"] += line.discount
        cost = (
            CostRecord.objects.in_workspace(workspace.pk)
            .filter(variant=line.variant_id, kind="landed", valid_from__lte=line.day)
            .order_by("-valid_from")
            .first()
        )
        if cost:
            row["cogs"] += line.quantity * cost.amount
            row["units_costed"] += line.quantity
    for refund in Refund.objects.in_workspace(workspace.pk):
        found[refund.day, refund.variant_id]["refunded"] += refund.amount
        if refund.ordered_day:
            found[refund.ordered_day, refund.variant_id]["returned_units"] += refund.quantity
    return {
        key: {name: value for name, value in row.items() if value} for key, row in found.items()
    }


def from_rollup(workspace, names=("units", "gross", "discounts", "cogs", "units_costed")):
    found = defaultdict(lambda: defaultdict(Decimal))
    for row in DailySales.objects.in_workspace(workspace.pk):
        for name in (*names, "refunded", "returned_units"):
            if getattr(row, name):
                found[row.day, row.variant_id][name] += getattr(row, name)
    return {key: dict(row) for key, row in found.items()}


@pytest.fixture
def shop(workspace):
    """Two variants, a cost that rises, an order that does not count, a refund a week later."""
    first, second = VariantFactory.create_batch(2, workspace=workspace)
    channel = ChannelFactory(workspace=workspace)
    CostRecordFactory(workspace=workspace, variant=first, amount=4, valid_from=date(2026, 1, 1))
    CostRecordFactory(workspace=workspace, variant=first, amount=5, valid_from=date(2026, 3, 3))
    for offset in range(4):
        order = OrderFactory(workspace=workspace, channel=channel, day=DAY + timedelta(days=offset))
        OrderLineFactory(workspace=workspace, order=order, variant=first, quantity=2, gross=20)
        OrderLineFactory(
            workspace=workspace, order=order, variant=second, gross=Decimal("9.99"), discount=1
        )
    test_order = OrderFactory(workspace=workspace, channel=channel, status="test")
    OrderLineFactory(workspace=workspace, order=test_order, variant=first, counts=False)
    line = OrderLine.objects.in_workspace(workspace.pk).filter(variant=first, counts=True).first()
    RefundFactory(
        workspace=workspace,
        order_line=line,
        amount=10,
        day=DAY + timedelta(days=7),
        ordered_day=DAY,
    )
    RefundFactory(
        workspace=workspace,
        order_line=None,
        variant=second,
        channel=channel,
        market=None,
        account=None,
        amount=3,
        day=DAY,
        ordered_day=None,
    )
    return workspace


def test_the_rollup_equals_the_rows_it_is_made_of(shop):
    recompute_all_sales(shop.pk)
    assert from_rollup(shop) == by_hand(shop)
    assert DailySales.objects.in_workspace(shop.pk).get(unlinked_units=1).day == DAY


def test_the_cost_of_the_order_s_day_counts(shop):
    recompute_all_sales(shop.pk)
    costed = DailySales.objects.in_workspace(shop.pk).filter(units_costed__gt=0).order_by("day")
    assert [row.cogs for row in costed] == [8, 10, 10, 10]


@pytest.mark.parametrize("by", ["day", "variant"])
def test_a_few_keys_give_what_everything_gives(shop, by):
    recompute_all_sales(shop.pk)
    line = OrderLine.objects.in_workspace(shop.pk).filter(counts=True).last()
    OrderLine.objects.filter(pk=line.pk).update(quantity=7, gross=70)
    refund = Refund.objects.in_workspace(shop.pk).get(order_line=None)
    refund.delete()
    touched = {
        "day": [f"day:{line.day}", f"day:{refund.day}"],
        "variant": [f"variant:{line.variant_id}", f"variant:{refund.variant_id}"],
    }
    recompute_sales(shop.pk, touched[by])
    incremental = rollup(shop)
    recompute_all_sales(shop.pk)
    assert rollup(shop) == incremental
    assert any(row[6] == 7 for row in incremental)


def test_a_sale_that_vanished_leaves_no_row(shop):
    recompute_all_sales(shop.pk)
    OrderLine.objects.in_workspace(shop.pk).filter(day=DAY + timedelta(days=3)).delete()
    recompute_sales(shop.pk, [f"day:{DAY + timedelta(days=3)}"])
    assert not DailySales.objects.in_workspace(shop.pk).filter(day=DAY + timedelta(days=3)).exists()


def test_a_cost_in_another_currency_needs_a_rate(workspace):
    variant = VariantFactory(workspace=workspace)
    CostRecordFactory(workspace=workspace, variant=variant, amount=10, currency="USD")
    line = OrderLineFactory(workspace=workspace, variant=variant, gross=100, quantity=1)
    recompute_all_sales(workspace.pk)
    row = DailySales.objects.in_workspace(workspace.pk).get()
    assert (row.units_costed, row.cogs) == (0, 0)
    ExchangeRateFactory(workspace=workspace, currency="USD", quote="EUR", rate=Decimal("0.9"))
    recompute_sales(workspace.pk, [f"variant:{variant.pk}"])
    row = DailySales.objects.in_workspace(workspace.pk).get(day=line.day)
    assert (row.units_costed, row.cogs) == (1, Decimal("9.0000"))


def test_another_workspace_is_left_alone(shop, outsider):
    other = OrderLineFactory(workspace=outsider.workspace)
    recompute_all_sales(outsider.workspace.pk)
    recompute_all_sales(shop.pk)
    assert (
        DailySales.objects.in_workspace(outsider.workspace.pk).get().variant_id == other.variant_id
    )


def test_the_window_of_a_product_knows_what_it_does_not_know(workspace, time_machine):
    time_machine.move_to("2026-03-10T12:00:00Z", tick=False)
    known = OrderLineFactory(workspace=workspace, gross=100, quantity=2)
    CostRecordFactory(workspace=workspace, variant=known.variant, amount=30)
    unknown = OrderLineFactory(workspace=workspace, gross=50)
    foreign = OrderLineFactory(workspace=workspace, gross=50, currency="USD")
    recompute_all_sales(workspace.pk)
    window = {
        row.product_id: row for row in ProductSummary.objects.in_workspace(workspace.pk).all()
    }
    first = window[known.variant.product_id]
    assert (first.net_revenue, first.gross_margin_rate, first.cost_coverage) == (
        100,
        Decimal("0.4"),
        1,
    )
    assert window[unknown.variant.product_id].gross_margin_rate is None
    assert window[unknown.variant.product_id].cost_coverage == 0
    assert window[foreign.variant.product_id].net_revenue is None


def test_the_first_order_day_is_the_earliest_that_counts(workspace):
    customer = CustomerFactory(workspace=workspace)
    OrderFactory(workspace=workspace, customer=customer, day=date(2026, 1, 1), status="cancelled")
    OrderFactory(workspace=workspace, customer=customer, day=date(2026, 2, 1))
    OrderFactory(workspace=workspace, customer=customer, day=date(2026, 3, 1))
    recompute_all_customers(workspace.pk)
    customer.refresh_from_db()
    assert customer.first_order_day == date(2026, 2, 1)
    customer.first_order_day = None
    customer.save()
    recompute_customers(workspace.pk, [f"customer:{customer.pk}"])
    customer.refresh_from_db()
    assert customer.first_order_day == date(2026, 2, 1)


def test_the_window_of_a_shop_that_stopped_ends_with_its_last_sale(workspace, time_machine):
    time_machine.move_to("2026-11-01T12:00:00Z", tick=False)
    old = OrderLineFactory(workspace=workspace, gross=100, day=date(2018, 8, 1))
    recompute_all_sales(workspace.pk)
    summary = ProductSummary.objects.in_workspace(workspace.pk).get()
    assert (summary.window_end, summary.net_revenue) == (date(2018, 8, 1), 100)
    OrderLineFactory(workspace=workspace, gross=7, day=date(2018, 8, 2))
    recompute_sales(workspace.pk, ["day:2018-08-02"])
    ends = ProductSummary.objects.in_workspace(workspace.pk).values_list("window_end", flat=True)
    assert set(ends) == {date(2018, 8, 2)}
    assert old.variant.product_id in {
        row.product_id for row in ProductSummary.objects.in_workspace(workspace.pk)
    }


@pytest.mark.django_db(transaction=True)
def test_an_edit_is_not_overwritten_by_a_batch_that_read_before_it():
    first = OrderLineFactory()
    workspace, day = first.workspace, first.day
    second = OrderLineFactory(workspace=workspace, order=first.order)
    recompute_all_sales(workspace.pk)
    OrderLine.objects.filter(pk=first.pk).update(quantity=11)

    def recompute(key):
        try:
            with transaction.atomic():
                recompute_sales(workspace.pk, [key])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        with transaction.atomic():
            # the batch of the day has read, and waits to write this row
            DailySales.objects.select_for_update().get(variant_id=first.variant_id)
            batch = workers.submit(recompute, f"day:{day}")
            wait_until_blocked()
            edit = connection_of_its_own(second.pk, quantity=77)
            edited = workers.submit(recompute, f"variant:{second.variant_id}")
            wait([edited], timeout=1.5)
        batch.result(timeout=30)
        edited.result(timeout=30)
    assert edit == 1
    assert DailySales.objects.get(variant_id=second.variant_id).units == 77


def wait_until_blocked():
    """Until another session waits for a row this one holds."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        sleep(0.05)
    raise AssertionError("the batch never reached the row")


def connection_of_its_own(pk, **changes):
    """Commit a change while this session's transaction is still open."""

    def change():
        try:
            return OrderLine.objects.filter(pk=pk).update(**changes)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        return other.submit(change).result(timeout=30)
