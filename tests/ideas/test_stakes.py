"""What an idea is worth: each customer once, and never more than they brought."""

from datetime import timedelta
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.clock import today
from feedback.ideas import services
from feedback.ideas.models import FeedbackLink, Idea, Stake
from feedback.ideas.recompute import recompute_all_stakes, recompute_stakes
from finance.ledger.models import CostRecord, Customer, ExchangeRate, Order, OrderLine, Refund
from tests.factories.ideas import FeedbackLinkFactory, IdeaFactory
from tests.factories.ledger import (
    CostRecordFactory,
    CustomerFactory,
    ExchangeRateFactory,
    OrderFactory,
    OrderLineFactory,
    RefundFactory,
)
from workspaces.access.roles import Role
from workspaces.staleness.models import StaleMark


def bought(workspace, customer, gross, *, days_ago=10, units=1, variant=None, currency="EUR"):
    """One order of one line, so many days ago."""
    day = today(workspace.timezone) - timedelta(days=days_ago)
    order = OrderFactory(workspace=workspace, customer=customer, day=day, currency=currency)
    more = {"variant": variant} if variant else {}
    return OrderLineFactory(
        workspace=workspace, order=order, gross=gross, quantity=units, day=day, **more
    )


def stakes(workspace):
    recompute_all_stakes(workspace.pk)
    rows = Stake.objects.in_workspace(workspace.pk)
    return {row.idea.title: row for row in rows.select_related("idea")}


@pytest.fixture
def shop(workspace):
    """Two customers, three ideas: Ada asks for two, Bo for one of them; a cost and a rate."""
    ada, bo = CustomerFactory.create_batch(2, workspace=workspace)
    zips, hood, bags = (IdeaFactory(workspace=workspace, title=t) for t in ("zip", "hood", "bag"))
    for idea, customer in ((zips, ada), (hood, ada), (zips, bo)):
        FeedbackLinkFactory(workspace=workspace, idea=idea, customer=customer, importance=2)
    line = bought(workspace, ada, Decimal("100.01"), units=2)
    cost = {"workspace": workspace, "variant": line.variant}
    CostRecordFactory(**cost, amount=Decimal(20))
    CostRecordFactory(**cost, amount=Decimal("1.5"), kind="payment", currency="USD")
    ExchangeRateFactory(workspace=workspace)
    bought(workspace, bo, Decimal(50), variant=line.variant, currency="USD")
    bought(workspace, ada, Decimal(999), days_ago=366)
    RefundFactory(
        workspace=workspace,
        order_line=line,
        customer=ada,
        amount=Decimal("10.5"),
        day=today(workspace.timezone),
    )
    return {"ada": ada, "bo": bo, "zip": zips, "hood": hood, "bag": bags}


def test_money_is_split_over_what_a_customer_asks_for(workspace, shop):
    found = stakes(workspace)
    # Ada: 100.01 − 10.50 = 89.51; less 2 × (20 + 1.5 × 0.9) = 46.81. Bo: 50 $ = 45 €; less 21.35.
    assert (found["zip"].customers, found["zip"].importance, found["zip"].orders) == (2, 4, 2)
    assert found["zip"].revenue == Decimal("44.755") + 45
    assert found["zip"].contribution == Decimal("46.81") / 2 + Decimal("23.65")
    assert (found["hood"].revenue, found["hood"].orders) == (Decimal("44.755"), 1)
    assert (found["bag"].customers, found["bag"].revenue) == (0, 0)


def test_the_newest_link_of_a_customer_counts_once_and_merged_ideas_count_with_theirs(
    workspace, shop, member
):
    FeedbackLinkFactory(workspace=workspace, idea=shop["zip"], customer=shop["ada"], importance=0)
    FeedbackLinkFactory(workspace=workspace, idea=shop["bag"], customer=shop["bo"])
    assert stakes(workspace)["zip"].importance == 0 + 2
    services.merge(member.actor, shop["hood"].pk, shop["zip"].pk)
    found = stakes(workspace)
    assert set(found) == {"zip", "bag"}
    assert (found["zip"].customers, found["zip"].importance) == (2, 0 + 2)
    assert found["zip"].revenue == Decimal("89.51") + Decimal("22.5")


def test_what_is_unknown_is_unknown_and_not_zero(workspace, shop):
    ExchangeRate.objects.all().delete()
    found = stakes(workspace)
    assert (found["zip"].revenue, found["zip"].contribution) == (None, None)
    assert found["hood"].revenue == Decimal("44.755")
    CostRecord.objects.all().delete()
    found = stakes(workspace)
    assert (found["hood"].contribution, found["hood"].costed) == (None, 0)


def test_a_few_keys_give_what_everything_gives(workspace, shop):
    recompute_stakes(workspace.pk, [f"customer:{shop['bo'].pk}", f"idea:{shop['bag'].pk}"])
    columns = ("idea", "customers", "orders", "revenue", "contribution", "costed")
    few = set(Stake.objects.values_list(*columns))
    recompute_all_stakes(workspace.pk)
    assert set(Stake.objects.values_list(*columns)) == few
    assert len(few) == 3


def test_linking_and_ordering_mark_what_became_older(workspace, shop, member):
    StaleMark.objects.all().delete()
    services.vote(member.actor, shop["bag"].pk, customer=shop["bo"])
    keys = set(StaleMark.objects.filter(topic="stakes").values_list("key", flat=True))
    assert keys == {f"idea:{shop['bag'].pk}", f"customer:{shop['bo'].pk}"}


LINKS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 3)), max_size=14)
ORDERS = st.lists(
    st.tuples(
        st.integers(0, 4), st.decimals(0, 900, places=2), st.integers(0, 380), st.integers(1, 4)
    ),
    max_size=12,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(links=LINKS, orders=ORDERS)
def test_stakes_never_add_up_to_more_and_agree_with_pandas_to_the_cent(workspace, links, orders):
    Stake.objects.all().delete()
    FeedbackLink.objects.all().delete()
    Idea.objects.all().delete()
    for model in (Refund, OrderLine, Order, CostRecord, Customer):
        model.objects.all().delete()
    people = CustomerFactory.create_batch(5, workspace=workspace)
    ideas = IdeaFactory.create_batch(5, workspace=workspace)
    for who, what, much in links:
        FeedbackLinkFactory(
            workspace=workspace, customer=people[who], idea=ideas[what], importance=much
        )
    variant = None
    for who, gross, ago, units in orders:
        line = bought(workspace, people[who], gross, days_ago=ago, units=units, variant=variant)
        variant = line.variant
    if variant:
        CostRecordFactory(workspace=workspace, variant=variant, amount=Decimal("7.31"))
    recompute_all_stakes(workspace.pk)

    said = pd.DataFrame(links, columns=["who", "what", "much"])
    said = said.drop_duplicates(["who", "what"], keep="last")
    said["ideas"] = said.groupby("who")["what"].transform("size") if len(said) else 0
    sold = pd.DataFrame(orders, columns=["who", "gross", "ago", "units"])
    # The window ends today, or with the last sale of a shop that sold nothing for a year.
    end = min(sold["ago"]) if len(sold) and min(sold["ago"]) >= 365 else 0
    sold = sold[(sold["ago"] >= end) & (sold["ago"] < end + 365)]
    sold["left"] = [row.gross - row.units * Decimal("7.31") for row in sold.itertuples()]
    for column, name in (("gross", "revenue"), ("left", "contribution")):
        brought = {who: sum(part[column]) for who, part in sold.groupby("who")}
        parts = [
            (row.what, Decimal(brought.get(row.who, 0)) / row.ideas) for row in said.itertuples()
        ]
        for number, idea in enumerate(ideas):
            expected = sum((part for what, part in parts if what == number), Decimal(0))
            value = getattr(Stake.objects.get(idea=idea), name)
            assert abs(value - expected) < Decimal("0.005"), (name, number)
        askers = sum((Decimal(brought.get(who, 0)) for who in set(said["who"])), Decimal(0))
        total = sum(getattr(one, name) for one in Stake.objects.all())
        assert total <= askers


def test_money_is_masked_for_those_who_may_not_see_it(member_as, workspace, shop, client_of):
    recompute_all_stakes(workspace.pk)
    url = f"/w/{workspace.slug}/records/ideas/{shop['zip'].pk}/"
    seen = client_of(member_as(Role.PRODUCT)).get(url).content.decode()
    hidden = client_of(member_as(Role.VIEWER)).get(url).content.decode()
    assert "€89.76" in seen
    assert "Anecdotal" in seen
    assert "89.76" not in hidden
    assert "Customers who ask" in hidden
