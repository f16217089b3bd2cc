"""What a product's page says about its money, and to whom."""

from decimal import Decimal

from django.urls import reverse

from finance.metrics.panels import waterfall
from finance.metrics.periods import last_days
from finance.metrics.query import Query, run
from tests.finance.shops import selling


def page_of(product, *tab):
    return reverse("products:product", args=[product.workspace.slug, product.pk, *tab])


def test_the_steps_lead_from_gross_to_contribution(workspace, member):
    product = selling(workspace)
    period = last_days(90, workspace.timezone)
    asked = Query(("net_revenue", "contribution_3"), period.start, period.end)
    steps = {name: amount for name, _, amount in waterfall(run(member.actor, asked))}
    assert steps["gross"] == Decimal("601.11")
    assert steps["cogs"] == -240
    assert steps["contribution"] == Decimal("269.11")
    between = [amount for name, amount in steps.items() if name not in ("net", "contribution")]
    assert sum(between) == steps["contribution"]
    assert product.name == "Trail Jacket"


def test_the_overview_and_the_finance_tab_agree(workspace, member, client_of):
    product = selling(workspace)
    client = client_of(member)
    overview = client.get(page_of(product)).content.decode()
    assert "Where the money goes" in overview
    assert "€269.11" in overview
    tab = client.get(page_of(product, "finance")).content.decode()
    assert tab.count("€551.11") >= 4


def test_a_role_without_money_sees_units_alone(workspace, viewer, client_of):
    product = selling(workspace)
    client = client_of(viewer)
    for tab in ((), ("finance",)):
        body = client.get(page_of(product, *tab)).content.decode()
        assert "551" not in body
        assert "Where the money goes" not in body
