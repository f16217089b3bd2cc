"""What stands behind a note: its customer's orders and money, and how its product comes back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from finance.metrics.recompute import recompute_all_sales
from tests.factories.catalog import ProductFactory, VariantFactory
from tests.factories.feedback import NoteFactory
from tests.factories.ledger import (
    CustomerFactory,
    OrderFactory,
    OrderLineFactory,
    RefundFactory,
)
from workspaces.access.roles import Role

LINES = ((10, 3, "40.00"), (10, 1, "19.50"), (60, 4, "25.00"), (400, 9, "999.00"))


@pytest.fixture
def note(workspace):
    """A note of somebody who bought its product, once over a year ago, and sent some back."""
    here, now = {"workspace": workspace}, timezone.now()
    customer = CustomerFactory(**here, name="Ada Keller")
    product = ProductFactory(**here)
    variant = VariantFactory(**here, product=product)
    made = []
    for days, units, gross in LINES:
        order = OrderFactory(**here, customer=customer, placed_at=now - timedelta(days=days))
        more = {"order": order, "variant": variant, "quantity": units, "gross": Decimal(gross)}
        made.append(OrderLineFactory(**here, **more, discount=Decimal("1.25")))
    sent = {"refunded_at": now - timedelta(days=2), "customer": customer, "quantity": 2}
    RefundFactory(**here, **sent, order_line=made[0], amount=Decimal("12.00"))
    loose = {"order_line": None, "market": None, "account": None, "channel": order.channel}
    RefundFactory(**here, **sent, **loose, variant=variant, amount=Decimal("3.00"))
    OrderLineFactory(**here, variant=variant, order__placed_at=now, gross=Decimal(70))
    recompute_all_sales(workspace.pk)
    return NoteFactory(**here, customer=customer, product=product)


def context(client, note):
    url = reverse("feedback:inbox", args=[note.workspace.slug])
    page = client.get(url, {"note": note.pk})
    return page.context, " ".join(page.content.decode().split())


def test_it_says_what_the_customer_bought_and_how_much_came_back(note, member, client_of):
    found, page = context(client_of(member), note)

    paid = sum(Decimal(gross) - Decimal("1.25") for days, _, gross in LINES if days < 365)
    assert (found["bought"].orders, found["bought"].revenue) == (3, paid - 15)
    assert "<dt>Their revenue, 12 months</dt><dd>€65.75</dd>" in page
    units = 3 + 1 + 4 + 1
    returns = found["returns"]
    assert (returns.units, returns.returned) == (units, 2)
    assert round(returns.rate, 6) == round(Decimal(2) / units, 6)
    assert len(returns.weeks) in (13, 14)
    assert len(returns.known) in (2, 3)  # unknown in a week whose one refund names no order
    assert 'class="sparkline"' in page


def test_money_and_customers_are_for_those_who_may_see_them(note, member_as, client_of):
    roles = {role: context(client_of(member_as(role)), note) for role in Role}

    for role, (found, page) in roles.items():
        actor = member_as(role).actor
        sees = found["bought"] is not None
        assert sees == ("Ada Keller" in page)
        assert ("€65.75" in page) == (sees and actor.sees_money)
        assert "9" in page
    assert {found["bought"] is None for found, _ in roles.values()} == {True, False}
    assert {"€65.75" in page for _, page in roles.values()} == {True, False}


def test_nothing_is_said_of_nobody_and_of_what_never_sold(workspace, member, client_of, queries):
    client = client_of(member)
    note = NoteFactory(workspace=workspace)
    found, page = context(client, note)
    assert (found["bought"], found["returns"]) == (None, None)
    assert 'aria-label="Behind this"' not in page

    note.customer = CustomerFactory(workspace=workspace, name="Ada Keller")
    note.product = ProductFactory(workspace=workspace)
    note.save()
    found, page = context(client, note)
    assert (found["bought"].orders, found["bought"].revenue) == (0, 0)
    assert found["returns"] is None
