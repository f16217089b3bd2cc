"""Refunds that name no order: said beside the return rate, and matched to a sale by hand."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import EditConflict, Refused
from finance.ledger import services_orders as services
from finance.ledger.models import Refund
from finance.metrics.models import ProductSummary
from finance.metrics.periods import last_days
from finance.metrics.query import Query, run
from finance.metrics.recompute import recompute_all_sales
from tests.factories.catalog import VariantFactory
from tests.factories.ledger import OrderFactory, OrderLineFactory, RefundFactory
from workspaces.staleness.models import StaleMark


@pytest.fixture
def sold(workspace):
    """Ten units sold ten days ago."""
    placed = timezone.now() - timedelta(days=10)
    order = OrderFactory(workspace=workspace, number="#1001", placed_at=placed)
    values = {"quantity": 10, "gross": Decimal(100), "discount": Decimal(0)}
    return OrderLineFactory(workspace=workspace, order=order, **values)


@pytest.fixture
def refund(workspace, sold):
    """Two of them came back, and nobody said of which order."""
    loose = {"order_line": None, "market": None, "account": None, "channel": sold.channel}
    found = RefundFactory(
        workspace=workspace,
        variant=sold.variant,
        quantity=2,
        amount=Decimal(20),
        refunded_at=timezone.now() - timedelta(days=1),
        **loose,
    )
    recompute_all_sales(workspace.pk)
    return found


def rate(member):
    period = last_days(30, member.workspace.timezone)
    asked = Query(("return_rate", "returned_units"), period.start, period.end)
    return run(member.actor, asked).total.figures


def test_a_rate_is_unknown_while_all_that_came_back_names_no_order(member, refund):
    found = rate(member)
    assert (found["return_rate"].value, found["returned_units"].value) == (None, None)
    assert found["return_rate"].coverage == 0
    assert ProductSummary.objects.get().return_rate is None


def test_it_is_said_beside_the_figure_with_a_way_to_match(member, client_of, refund):
    client, slug = client_of(member), member.workspace.slug
    home = client.get(reverse("home:home", args=[slug])).content.decode()
    assert "2 returned units not linked</a>" in home
    assert "rows=unlinked#rows" in home
    page = client.get(reverse("finance:metric", args=[slug, "return_rate"]), {"rows": "unlinked"})
    shown = page.content.decode()
    assert "2 units that came back in these days name no order." in shown
    assert reverse("finance:refund_match", args=[slug, refund.pk]) in shown
    assert "? ÷ 10" in shown


def test_matched_by_one_of_the_likely_sales(member, client_of, refund, sold):
    url = reverse("finance:refund_match", args=[member.workspace.slug, refund.pk])
    assert "#1001" in client_of(member).get(url).content.decode()

    answer = client_of(member).post(url, {"seen_version": refund.version, "line": sold.pk})

    assert answer.url == reverse("finance:order_of_refund", args=[member.workspace.slug, refund.pk])
    refund.refresh_from_db()
    assert (refund.order_line, refund.ordered_day) == (sold, sold.day)
    marks = StaleMark.objects.filter(topic="sales").values_list("key", flat=True)
    assert f"variant:{sold.variant_id}" in set(marks)
    recompute_all_sales(member.workspace.pk)
    assert rate(member)["return_rate"].value == Decimal("0.2")
    assert rate(member)["return_rate"].coverage == 1
    assert ProductSummary.objects.get().return_rate == Decimal("0.2")


def test_matched_by_the_number_of_an_order(member, refund, sold):
    linked = services.link_refund(member.actor, refund.pk, seen_version=1, number="1001")
    assert linked.order_line == sold


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("#9", "No order of this number"),
        ("#late", "placed after"),
        ("#other", "No order of this number"),
        ("#one", "2 units would have come back of 1 sold"),
    ],
)
def test_what_cannot_be_the_sale_is_refused_and_nothing_changes(
    member, workspace, refund, number, words
):
    now, variant = timezone.now(), refund.variant
    before = now - timedelta(days=5)
    for name, placed, what, units in (
        ("#late", now, variant, 5),
        ("#other", before, VariantFactory(workspace=workspace), 5),
        ("#one", before, variant, 1),
    ):
        order = OrderFactory(workspace=workspace, number=name, placed_at=placed)
        values = {"quantity": units, "gross": Decimal(100), "discount": Decimal(0)}
        OrderLineFactory(workspace=workspace, order=order, variant=what, **values)

    with pytest.raises(Refused, match=words):
        services.link_refund(member.actor, refund.pk, seen_version=1, number=number)

    held = Refund.objects.get()
    assert (held.order_line, held.version) == (None, 1)


def test_somebody_elses_change_is_not_lost(member, refund, sold):
    services.link_refund(member.actor, refund.pk, seen_version=1, line=sold.pk)
    with pytest.raises(EditConflict):
        services.link_refund(member.actor, refund.pk, seen_version=1, line=sold.pk)
