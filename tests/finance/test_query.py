"""Asking for figures: groups, totals, periods, currencies, what is unknown and what is hidden."""

from datetime import date
from decimal import Decimal

import pytest

from core.errors import DomainError
from finance.metrics.query import Query, run
from finance.metrics.recompute import recompute_all_customers, recompute_all_sales
from tests.factories.catalog import (
    BrandFactory,
    CategoryFactory,
    ChannelFactory,
    ProductFactory,
    VariantFactory,
)
from tests.factories.ledger import (
    AdSpendFactory,
    CostRecordFactory,
    CustomerFactory,
    ExchangeRateFactory,
    OrderFactory,
    OrderLineFactory,
    RefundFactory,
)

MARCH = {"start": date(2026, 3, 1), "end": date(2026, 3, 31)}
D = Decimal


@pytest.fixture
def shop(workspace):
    """Two products in a tree of categories, three orders in March and one in February."""
    outer = CategoryFactory(workspace=workspace, name="Outer")
    jackets = CategoryFactory(workspace=workspace, name="Jackets", parent=outer)
    brand = BrandFactory(workspace=workspace, name="North")
    shell = ProductFactory(workspace=workspace, name="Shell", category=jackets, brand=brand)
    socks = ProductFactory(workspace=workspace, name="Socks")
    shell_m = VariantFactory(workspace=workspace, product=shell)
    socks_m = VariantFactory(workspace=workspace, product=socks)
    for kind, amount in (("landed", 40), ("fulfilment", 5), ("payment", 2)):
        CostRecordFactory(workspace=workspace, variant=shell_m, kind=kind, amount=amount)
    channel = ChannelFactory(workspace=workspace, name="Web")
    customer = CustomerFactory(workspace=workspace)
    for day, sold in (
        (date(2026, 2, 10), [(shell_m, 1, 100, 0)]),
        (date(2026, 3, 2), [(shell_m, 2, 200, 20), (socks_m, 1, 10, 0)]),
        (date(2026, 3, 9), [(shell_m, 1, 100, 0)]),
        (date(2026, 3, 10), [(socks_m, 1, 10, 10)]),
    ):
        who = customer if day.day != 9 else None
        order = OrderFactory(workspace=workspace, channel=channel, day=day, customer=who)
        for variant, quantity, gross, discount in sold:
            line = OrderLineFactory(
                workspace=workspace,
                order=order,
                variant=variant,
                quantity=quantity,
                gross=gross,
                discount=discount,
            )
            if day == date(2026, 3, 9):
                RefundFactory(
                    workspace=workspace,
                    order_line=line,
                    amount=100,
                    day=date(2026, 4, 2),
                    ordered_day=day,
                )
    recompute_all_customers(workspace.pk)
    recompute_all_sales(workspace.pk)
    workspace.shell, workspace.socks, workspace.outer = shell, socks, outer
    return workspace


def ask(member, *metrics, **more):
    return run(member.actor, Query(metrics=metrics, **{**MARCH, **more}))


def values(row, *names):
    return [row.figures[name].value for name in names]


def test_a_month_by_hand(shop, member):
    total = ask(
        member, "units", "gross_revenue", "net_revenue", "orders", "aov", "return_rate"
    ).total
    assert values(total, "units", "gross_revenue", "net_revenue") == [5, D("320.00"), D("290.00")]
    # the order of the 10th is worth nothing and does not count
    assert values(total, "orders", "aov") == [3, D("145.00")]
    assert total.figures["return_rate"].value == D("0.200000")


def test_refunds_stand_on_their_day_and_on_the_order_s(shop, member):
    march = ask(member, "returns", "returns_by_order_date").total
    april = ask(
        member, "returns", "returns_by_order_date", start=date(2026, 4, 1), end=date(2026, 4, 30)
    ).total
    assert values(march, "returns", "returns_by_order_date") == [0, D("100.00")]
    assert values(april, "returns", "returns_by_order_date") == [D("100.00"), 0]


def test_margin_counts_what_has_a_cost_and_says_how_much(shop, member):
    total = ask(member, "gross_margin", "gross_margin_rate", "contribution_2").total
    # net of the shell 280, three units at 40, 5 and 2
    assert values(total, "gross_margin", "contribution_2") == [D("160.00"), D("139.00")]
    assert total.figures["gross_margin"].coverage == D("0.600000")
    assert total.figures["gross_margin_rate"].value == D("0.571429")


def test_a_product_without_cost_has_no_margin(shop, member):
    rows = ask(member, "gross_margin", "units", by=("product",)).rows
    socks = next(row for row in rows if row.labels["product"] == "Socks")
    assert socks.figures["gross_margin"].value is None
    assert socks.figures["gross_margin"].coverage == 0


def test_customers_are_counted_once(shop, member):
    total = ask(member, "customers", "new_customers", "repeat_customers").total
    assert values(total, "customers", "new_customers", "repeat_customers") == [1, 0, 1]
    assert total.figures["customers"].coverage == D("0.666667")


def test_the_period_before_is_as_long_and_lies_before(shop, member):
    result = ask(member, "gross_revenue", compare=True)
    assert result.total.previous["gross_revenue"].value == D("100.00")


def test_weeks_of_the_period_before_lie_beside_those_of_now(shop, member):
    result = ask(
        member,
        "gross_revenue",
        by=("day",),
        compare=True,
        start=date(2026, 3, 10),
        end=date(2026, 3, 10),
    )
    (row,) = result.rows
    assert row.keys == {"day": date(2026, 3, 10)}
    assert row.previous["gross_revenue"].value == D("100.00")


@pytest.mark.parametrize("by", ["brand", "category", "channel", "market", "account", "variant"])
def test_groups_add_up_to_the_total(shop, member, by):
    result = ask(member, "gross_revenue", "units", by=(by,))
    assert sum(row.figures["gross_revenue"].value for row in result.rows) == D("320.00")
    assert all(row.labels[by] for row in result.rows)


def test_a_category_takes_in_what_is_below_it(shop, member):
    total = ask(member, "units", "orders", filters={"category": (shop.outer.pk,)}).total
    assert values(total, "units", "orders") == [3, 2]


def test_advertising_by_account_is_unknown_not_nothing(shop, member):
    AdSpendFactory(workspace=shop, product=shop.shell, day=date(2026, 3, 5), amount=9)
    assert ask(member, "contribution_3").total.figures["contribution_3"].value == D("130.00")
    rows = ask(member, "contribution_3", by=("account",)).rows
    assert [row.figures["contribution_3"].value for row in rows] == [None]


def test_a_currency_without_a_rate_is_left_out_and_said(shop, member):
    OrderLineFactory(workspace=shop, gross=50, currency="USD", day=date(2026, 3, 4))
    recompute_all_sales(shop.pk)
    figure = ask(member, "gross_revenue").total.figures["gross_revenue"]
    assert (figure.value, figure.coverage) == (D("320.00"), D("0.833333"))
    ExchangeRateFactory(workspace=shop, currency="USD", quote="EUR", rate=D("0.9"))
    figure = ask(member, "gross_revenue").total.figures["gross_revenue"]
    assert (figure.value, figure.coverage) == (D("365.00"), 1)
    dollars = ask(member, "gross_revenue", currency="USD").total.figures["gross_revenue"]
    assert dollars.value == D("405.56")  # 320 ÷ 0.9 + 50


def test_money_is_hidden_from_a_role_without_it(shop, viewer):
    total = ask(viewer, "net_revenue", "units").total
    assert (total.figures["net_revenue"].value, total.figures["net_revenue"].masked) == (None, True)
    assert total.figures["units"].value == 5
    assert "gross" not in total.figures["units"].measures


def test_another_workspace_has_its_own_figures(shop, outsider):
    assert ask(outsider, "units").total.figures["units"].value == 0


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"metrics": ("revenue",)}, "no metric “revenue”"),
        ({"metrics": ("units",), "by": ("colour",)}, "no dimension “colour”"),
        ({"metrics": ("units",), "by": ("day", "week")}, "only one of day"),
        ({"metrics": ("units",), "end": date(2025, 1, 1)}, "ends before"),
        ({"metrics": ("units",), "currency": "EURO"}, "not a currency"),
        ({"metrics": ("units",), "order": "orders"}, "metrics asked for"),
    ],
)
def test_what_cannot_be_answered_is_said(shop, member, query, words):
    with pytest.raises(DomainError, match=words):
        run(member.actor, Query(**{**MARCH, **query}))


def test_any_question_costs_a_few_statements(shop, member, queries):
    asked = ("net_revenue", "orders", "contribution_3", "return_rate", "new_customers")
    assert queries(lambda: ask(member, *asked, by=("product", "month"), compare=True)) <= 6
