"""Orders: the list, the page, and changing them by hand."""

from decimal import Decimal

import pytest
from django.urls import reverse

from finance.ledger import services_orders as services
from finance.ledger.models import Order, OrderLine, Refund
from finance.metrics.models import DailySales
from finance.metrics.recompute import recompute_sales
from tests.factories.catalog import VariantFactory
from tests.factories.ledger import (
    CostRecordFactory,
    CustomerFactory,
    ExchangeRateFactory,
    OrderFactory,
    OrderLineFactory,
    RefundFactory,
)
from workspaces.audit.models import ActivityEvent
from workspaces.staleness.models import StaleMark

LIST_BUDGET = 6
PAGE_BUDGET = 7 + 3  # who watches it, how many comments, its approvals: as beside every record


def address(workspace, name, *args):
    return reverse(f"finance:{name}", args=[workspace.slug, *args])


@pytest.fixture
def line(workspace):
    """Three units for 30.00, of which 3.00 were taken off."""
    customer = CustomerFactory(workspace=workspace, name="Ada Lang")
    order = OrderFactory(workspace=workspace, number="#1001", customer=customer)
    values = {"position": 1, "quantity": 3, "gross": Decimal(30), "discount": Decimal(3)}
    return OrderLineFactory(workspace=workspace, order=order, **values)


@pytest.fixture
def edited(line):
    """What a line's form holds when it is opened."""
    names = ("quantity", "gross", "discount", "tax")
    return {name: getattr(line, name) for name in names} | {"seen_version": 1}


def state():
    """Everything an act on an order may touch."""
    return (
        list(Order.objects.order_by("pk").values()),
        list(OrderLine.objects.order_by("pk").values()),
        list(Refund.objects.order_by("pk").values()),
        ActivityEvent.objects.count(),
        StaleMark.objects.count(),
    )


def follow(workspace):
    """Work out what was marked, as a worker does."""
    marks = StaleMark.objects.filter(workspace=workspace, topic="sales")
    recompute_sales(workspace.pk, sorted(set(marks.values_list("key", flat=True))))
    rows = DailySales.objects.in_workspace(workspace.pk)
    return [(row.units, row.gross, row.refunded_units) for row in rows]


def test_thirty_orders_cost_no_more_statements_than_three(member, client_of, queries):
    url, client = address(member.workspace, "orders"), client_of(member)
    client.get(url)
    OrderLineFactory.create_batch(3, workspace=member.workspace)
    for_three = queries(lambda: client.get(url))
    OrderLineFactory.create_batch(27, workspace=member.workspace)

    assert queries(lambda: client.get(url)) == for_three <= LIST_BUDGET


@pytest.mark.parametrize(
    "query",
    [
        {"q": "#100"},
        {"q": "ada lang"},
        {"q": "known-sku"},
        {"refunds": "refund"},
        {"cost": "missing"},
        {"status": "test"},
        {"from": "2026-03-02", "to": "2026-03-02", "account": "none"},
    ],
)
def test_each_filter_finds_the_order_it_names(query, member, client_of, line):
    line.variant.sku = "KNOWN-SKU"
    line.variant.save()
    RefundFactory(workspace=member.workspace, order_line=line, amount=1)
    Order.objects.filter(pk=line.order_id).update(status="test")
    other = VariantFactory(workspace=member.workspace)
    CostRecordFactory(workspace=member.workspace, variant=other)
    away = OrderFactory(
        workspace=member.workspace, number="W-7", placed_at="2026-01-05T12:00Z", day="2026-01-05"
    )
    OrderLineFactory(workspace=member.workspace, order=away, variant=other)

    listing = client_of(member).get(address(member.workspace, "orders"), query).context["listing"]

    assert [one.row.number for one in listing.lines] == ["#1001"]


@pytest.mark.parametrize(
    "query", [{"channel": "x"}, {"from": "9"}, {"product": "-"}, {"after": "%"}]
)
def test_an_address_made_up_by_hand_is_still_answered(query, member, client_of, line):
    assert client_of(member).get(address(member.workspace, "orders"), query).status_code == 200


def test_an_order_shows_cost_and_margin_by_the_days_rate(member, client_of, line, queries):
    rate = {"currency": "USD", "quote": "EUR", "rate": Decimal("0.5")}
    ExchangeRateFactory(workspace=member.workspace, **rate)
    CostRecordFactory(
        workspace=member.workspace, variant=line.variant, amount=Decimal(8), currency="USD"
    )
    url, client = address(member.workspace, "order", line.order_id), client_of(member)
    client.get(url)

    assert queries(lambda: client.get(url)) <= PAGE_BUDGET
    context = client.get(url).context
    (row,) = context["rows"]
    assert (row.net, row.cost, row.margin) == (27, 12, 15)
    assert (context["net"], context["back"], context["left"]) == (27, 0, 27)


def test_a_cost_without_a_rate_is_unknown_not_zero(member, client_of, line):
    CostRecordFactory(workspace=member.workspace, variant=line.variant, currency="USD")
    url = address(member.workspace, "order", line.order_id)
    (row,) = client_of(member).get(url).context["rows"]
    assert (row.cost, row.margin) == (None, None)


def test_a_line_is_corrected_the_figures_follow_and_undo_takes_it_back(
    member, client_of, line, edited
):
    client = client_of(member)
    form = address(member.workspace, "order_line", line.order_id, line.pk)
    assert client.get(form).status_code == 200

    answer = client.post(form, edited | {"quantity": 2, "gross": "20.00"}, follow=True)

    line.refresh_from_db()
    assert (line.quantity, line.gross, line.order.version) == (2, 20, 2)
    assert follow(member.workspace) == [(2, 20, 0)]
    (said,) = answer.context["messages"]
    client.post(said.extra_tags)
    line.refresh_from_db()
    assert (line.quantity, line.gross, line.order.version) == (3, 30, 3)


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"quantity": 0}, 422),
        ({"discount": "30.01"}, 422),
        ({"gross": "many"}, 422),
        ({"quantity": 1}, 422),  # two came back
        ({"quantity": 4, "seen_version": 9}, 422),  # somebody else was faster
    ],
)
def test_a_refused_correction_changes_nothing(typed, status, member, client_of, line, edited):
    RefundFactory(workspace=member.workspace, order_line=line, quantity=2, amount=1)
    url, before = address(member.workspace, "order_line", line.order_id, line.pk), state()

    answer = client_of(member).post(url, edited | typed)

    assert (answer.status_code, state()) == (status, before)
    assert client_of(member).post(url, edited | {"quantity": 4}).status_code == 302


@pytest.mark.parametrize("who", ["viewer", "contributor", "outsider"])
def test_whom_the_ledger_is_closed_to_changes_nothing(who, request, client_of, line, edited):
    someone, before = request.getfixturevalue(who), state()
    client, workspace = client_of(someone), line.workspace
    expected = 404 if who == "outsider" else 403
    pages = [("orders",), ("order", line.order_id)]
    acts = [("order_line", line.order_id, line.pk), ("order_delete", line.order_id)]

    assert {client.get(address(workspace, *page)).status_code for page in pages} == {expected}
    assert {client.post(address(workspace, *act), edited).status_code for act in acts} == {expected}
    assert state() == before


def test_a_cancelled_order_counts_no_more_and_comes_back_by_undo(member, client_of, line):
    client = client_of(member)
    url = address(member.workspace, "order_status", line.order_id)

    answer = client.post(url, {"status": "cancelled", "seen_version": 1}, follow=True)

    assert follow(member.workspace) == []
    keys = set(StaleMark.objects.filter(topic="customers").values_list("key", flat=True))
    assert keys == {f"customer:{line.order.customer_id}"}
    (said,) = answer.context["messages"]
    client.post(said.extra_tags)
    assert follow(member.workspace) == [(3, 30, 0)]


def test_a_refund_is_added_thrown_away_and_comes_back(member, client_of, line):
    client, typed = client_of(member), {"quantity": 1, "amount": "9.00", "reason": "Too small"}
    create = address(member.workspace, "refund_create", line.order_id, line.pk)

    client.post(create, typed | {"day": "2026-03-05", "seen_version": 1})

    refund = Refund.objects.get()
    assert (refund.day.isoformat(), refund.ordered_day) == ("2026-03-05", line.day)
    assert (refund.reason, refund.amount, refund.number) == ("Too small", 9, "#1001-R1")
    assert sorted(follow(member.workspace)) == [(0, 0, 1), (3, 30, 0)]
    remove = address(member.workspace, "refund_delete", line.order_id, refund.pk)
    answer = client.post(remove, {"seen_version": 1}, follow=True)
    assert follow(member.workspace) == [(3, 30, 0)]
    client.post(list(answer.context["messages"])[-1].extra_tags)
    assert sorted(follow(member.workspace)) == [(0, 0, 1), (3, 30, 0)]


@pytest.mark.parametrize(
    "typed",
    [
        {"quantity": 4},
        {"amount": "27.01"},
        {"quantity": 0, "amount": 0},
        {"day": "soon"},
        {"seen_version": 0},
    ],
)
def test_no_more_goes_back_than_was_sold(typed, member, client_of, line):
    fits = {"quantity": 3, "amount": "27.00", "day": "2026-03-05", "seen_version": 1}
    url, before = address(member.workspace, "refund_create", line.order_id, line.pk), state()

    assert client_of(member).post(url, fits | typed).status_code == 422
    assert state() == before
    assert client_of(member).post(url, fits).status_code == 302


def test_an_order_goes_to_the_trash_with_its_refunds_and_comes_back_with_them(
    member, client_of, line
):
    earlier, refund = RefundFactory.create_batch(
        2, workspace=member.workspace, order_line=line, amount=1
    )
    services.delete_refund(member.actor, earlier.pk, seen_version=1)
    client = client_of(member)

    url = address(member.workspace, "order_delete", line.order_id)
    stale = client.post(url, {"seen_version": 9}, follow=True)
    assert "changed while" in stale.content.decode()
    answer = client.post(url, {"seen_version": 1}, follow=True)

    assert follow(member.workspace) == []
    assert not Refund.objects.filter(deleted_at=None).exists()
    with pytest.raises(services.Refused):
        services.restore_refund(member.actor, refund.pk)
    said = list(answer.context["messages"])[-1]
    client.post(said.extra_tags)
    assert follow(member.workspace) == [(3, 30, 1)]
    assert list(Refund.objects.filter(deleted_at=None)) == [refund]
