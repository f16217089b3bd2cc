"""Segments: the same customers as a plain computation finds, and money for those who may see it."""

import json
from datetime import timedelta
from decimal import Decimal
from random import Random

import pandas as pd
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from core.clock import today
from core.errors import Denied, Refused
from feedback.ideas.recompute import recompute_all_stakes, stakes_of_customers
from feedback.segments.asking import conditions_of, customers_who, members_of
from feedback.segments.building import in_words
from feedback.segments.models import CustomerFigures, Segment
from feedback.segments.recompute import recompute_all_figures, recompute_figures
from feedback.segments.services import change_segment, create_segment
from finance.ledger.models import Customer, Order, OrderLine, Refund
from tests.factories.catalog import CategoryFactory, ProductFactory, VariantFactory
from tests.factories.ideas import FeedbackLinkFactory, IdeaFactory
from tests.factories.ledger import (
    AccountFactory,
    CustomerFactory,
    ExchangeRateFactory,
    OrderFactory,
    OrderLineFactory,
    RefundFactory,
)
from tests.ideas.test_stakes import bought


def where(*conditions, join="and"):
    return json.dumps(
        {join: [{"field": f, "op": op, "value": value} for f, op, value in conditions]}
    )


@pytest.fixture
def shop(workspace):
    """Forty customers with some orders of two currencies, refunds, accounts and categories."""
    random = Random(7)
    ExchangeRateFactory(workspace=workspace)
    account = AccountFactory(workspace=workspace)
    products = [
        ProductFactory(workspace=workspace, category=CategoryFactory(workspace=workspace))
        for _ in range(3)
    ]
    variants = [VariantFactory(workspace=workspace, product=one) for one in products]
    for number in range(40):
        customer = CustomerFactory(
            workspace=workspace,
            country=random.choice(["DE", "FR", ""]),
            account=account if number % 5 == 0 else None,
        )
        for _ in range(random.choice([0, 1, 1, 3])):
            line = bought(
                workspace,
                customer,
                Decimal(random.randint(5, 200)),
                days_ago=random.randint(1, 900),
                variant=random.choice(variants),
                currency=random.choice(["EUR", "EUR", "USD"]),
            )
            if random.random() < 0.3:
                RefundFactory(workspace=workspace, order_line=line, amount=Decimal(3), day=line.day)
            if random.random() < 0.15:
                Order.objects.in_workspace(workspace.pk).filter(pk=line.order_id).update(
                    status="cancelled"
                )
                OrderLine.objects.in_workspace(workspace.pk).filter(pk=line.pk).update(counts=False)
    recompute_all_figures(workspace.pk)
    return {"products": products, "account": account}


def plain(workspace):
    """The same in pandas, from the rows: what each customer is and bought."""
    lines = pd.DataFrame(
        OrderLine.objects.in_workspace(workspace.pk)
        .filter(counts=True)
        .values(
            "pk",
            "order",
            "order__customer",
            "day",
            "currency",
            "gross",
            "discount",
            "variant__product",
            "channel",
        )
    )
    back = pd.DataFrame(
        Refund.objects.in_workspace(workspace.pk)
        .filter(order_line__counts=True)
        .values("order_line__order__customer", "amount", "currency")
    )
    rate = {"EUR": Decimal(1), "USD": Decimal("0.9")}
    found = {}
    for one in Customer.objects.in_workspace(workspace.pk):
        mine = lines[lines["order__customer"] == one.pk]
        gone = back[back["order_line__order__customer"] == one.pk]
        revenue = sum(
            ((r.gross - r.discount) * rate[r.currency] for r in mine.itertuples()), Decimal(0)
        )
        revenue -= sum((r.amount * rate[r.currency] for r in gone.itertuples()), Decimal(0))
        found[one.pk] = {
            "country": one.country,
            "account": one.account_id,
            "orders": mine["order"].nunique(),
            "first": mine["day"].min() if len(mine) else None,
            "last": mine["day"].max() if len(mine) else None,
            "revenue": revenue,
            "products": set(mine["variant__product"]),
        }
    return found


def test_a_segment_holds_whom_a_plain_computation_finds(workspace, shop, member):
    people, day = plain(workspace), today(workspace.timezone) - timedelta(days=400)
    first = shop["products"][0]
    cases = [
        (where(("country", "is", "DE")), lambda c: c["country"] == "DE"),
        (where(("orders", "gte", 2)), lambda c: c["orders"] >= 2),
        (where(("orders", "is", 0)), lambda c: c["orders"] == 0),
        (where(("orders", "lt", 2)), lambda c: c["orders"] < 2),
        (where(("last_day", "after", str(day))), lambda c: c["last"] and c["last"] > day),
        (where(("first_day", "before", str(day))), lambda c: c["first"] and c["first"] < day),
        (where(("revenue", "gt", 150)), lambda c: c["revenue"] > 150),
        (where(("revenue", "lte", 0)), lambda c: c["revenue"] <= 0),
        (where(("bought", "is", [first.pk])), lambda c: first.pk in c["products"]),
        (where(("bought", "not", [first.pk])), lambda c: first.pk not in c["products"]),
        (
            where(("bought_category", "is", [first.category_id])),
            lambda c: first.pk in c["products"],
        ),
        (where(("bought", "empty", [])), lambda c: not c["products"]),
        (where(("account", "is", [shop["account"].pk])), lambda c: c["account"] is not None),
        (
            where(("country", "is", "DE"), ("orders", "gt", 1), join="or"),
            lambda c: c["country"] == "DE" or c["orders"] > 1,
        ),
        (
            where(*(("bought", "is", [one.pk]) for one in shop["products"][:2])),
            lambda c: {one.pk for one in shop["products"][:2]} <= c["products"],
        ),
    ]
    for text, holds in cases:
        rows = customers_who(member.actor, conditions_of(member.actor, text))
        got = list(rows.values_list("pk", flat=True))
        assert sorted(got) == [pk for pk in sorted(people) if holds(people[pk])], text
    figures = {
        row.customer_id: (row.orders, row.first_day, row.last_day, row.revenue)
        for row in CustomerFigures.objects.in_workspace(workspace.pk)
    }
    assert figures == {
        pk: (c["orders"], c["first"], c["last"], c["revenue"])
        for pk, c in people.items()
        if c["orders"]
    }


def test_refreshing_one_customer_equals_refreshing_all(workspace, shop):
    row = CustomerFigures.objects.in_workspace(workspace.pk).filter(orders=3).first()
    Order.objects.in_workspace(workspace.pk).filter(customer=row.customer_id).update(customer=None)
    bought(workspace, Customer.objects.in_workspace(workspace.pk).last(), Decimal(9))
    last = Customer.objects.in_workspace(workspace.pk).last().pk
    recompute_figures(workspace.pk, [str(row.customer_id), str(last)])
    columns = ("customer_id", "orders", "first_day", "last_day", "revenue")
    rows = CustomerFigures.objects.in_workspace(workspace.pk).order_by("customer_id")
    narrow = list(rows.values_list(*columns))
    recompute_all_figures(workspace.pk)

    assert list(rows.values_list(*columns)) == narrow
    assert row.customer_id not in {one[0] for one in narrow}


def test_the_parts_of_segments_add_up_to_the_stake(workspace, member):
    ideas = IdeaFactory.create_batch(2, workspace=workspace)
    customers = CustomerFactory.create_batch(4, workspace=workspace)
    for number, customer in enumerate(customers):
        bought(workspace, customer, Decimal(100 + number))
        for idea in ideas[: 1 + number % 2]:
            FeedbackLinkFactory(workspace=workspace, idea=idea, customer=customer)
    recompute_all_stakes(workspace.pk)
    ids = [one.pk for one in customers]
    halves = [
        *stakes_of_customers(workspace.pk, ids[:2]),
        *stakes_of_customers(workspace.pk, ids[2:]),
    ]

    for idea in ideas:
        mine = [one for one in halves if one.idea_id == idea.pk]
        idea.refresh_from_db()
        assert sum(one.revenue for one in mine) == idea.stake.revenue
        assert sum(one.customers for one in mine) == idea.stake.customers
    assert stakes_of_customers(workspace.pk, []) == []


def test_whom_a_segment_holds_does_not_hang_on_who_looks(workspace, shop, member, viewer):
    segment = create_segment(member.actor, name="Big", where=where(("revenue", "gt", 150)))
    seen = set(members_of(viewer.actor, segment).values_list("pk", flat=True))

    assert seen == set(members_of(member.actor, segment).values_list("pk", flat=True)) != set()
    assert in_words(viewer.actor, segment) == ["It asks for figures you may not see."]
    assert "150" in in_words(member.actor, segment)[0]


def test_a_segment_must_ask_something_by_a_name_of_its_own(member, contributor):
    create_segment(member.actor, name="Germany", where=where(("country", "is", "DE")))
    for name, text in (
        ("germany", where(("country", "is", "DE"))),
        ("Empty", ""),
        ("None", '{"and":[]}'),
        ("Odd", where(("shoe_size", "is", "4"))),
    ):
        with pytest.raises(ValidationError):
            create_segment(member.actor, name=name, where=text)
    with pytest.raises(Denied):
        create_segment(contributor.actor, name="Mine", where=where(("country", "is", "DE")))
    assert Segment.objects.visible_to(member.actor).count() == 1


def test_a_product_that_is_gone_leaves_a_segment_that_says_so(member, shop):
    segment = create_segment(member.actor, name="Big", where=where(("orders", "gt", 1)))
    Segment.objects.visible_to(member.actor).update(where=where(("custom.gone", "is", "x")))
    segment.refresh_from_db()
    with pytest.raises(Refused):
        members_of(member.actor, segment)
    assert "no field" in in_words(member.actor, segment)[0]


def test_the_preview_counts_before_anything_is_kept(client_of, member, shop, workspace):
    url = reverse("feedback:segment_new", args=[workspace.slug])
    typed = {
        "w-0-field": "orders",
        "w-0-op": "gte",
        "w-0-value": "2",
        "w-0-in": "0",
        "name": "Loyal",
    }
    page = client_of(member).get(url, typed)
    many = sum(1 for one in plain(workspace).values() if one["orders"] >= 2)

    assert f"<strong>{many}</strong> customer" in page.content.decode()
    assert not Segment.objects.visible_to(member.actor).exists()

    kept = client_of(member).post(url, typed)
    segment = Segment.objects.visible_to(member.actor).get()
    assert kept.url == reverse("feedback:segment", args=[workspace.slug, segment.pk])
    assert members_of(member.actor, segment).count() == many


def test_two_people_who_edit_one_segment(client_of, member, workspace):
    segment = create_segment(member.actor, name="Germany", where=where(("country", "is", "DE")))
    change_segment(member.actor, segment.pk, seen_version=1, name="Deutschland")
    url = reverse("feedback:segment_edit", args=[workspace.slug, segment.pk])
    typed = {"w-0-field": "country", "w-0-op": "is", "w-0-value": "FR", "w-0-in": "0"}
    answer = client_of(member).post(url, typed | {"name": "France", "seen_version": "1"})

    assert answer.status_code == 422
    assert Segment.objects.visible_to(member.actor).get().name == "Deutschland"


@pytest.fixture
def asked(workspace, member):
    """Two customers of different countries ask for one idea; a segment holds one of them."""
    german, french = (
        CustomerFactory(workspace=workspace, country=c, name=f"{c} person") for c in ("DE", "FR")
    )
    idea, other = IdeaFactory.create_batch(2, workspace=workspace)
    FeedbackLinkFactory(workspace=workspace, idea=idea, customer=german)
    FeedbackLinkFactory(workspace=workspace, idea=idea, customer=french)
    FeedbackLinkFactory(workspace=workspace, idea=other, customer=french)
    bought(workspace, german, Decimal("77.25"))
    segment = create_segment(member.actor, name="Germany", where=where(("country", "is", "DE")))
    return {"idea": idea, "other": other, "segment": segment}


def test_pages_by_segment_show_money_to_those_who_may_see_it(
    client_of, member, viewer, asked, workspace
):
    slug, segment = workspace.slug, asked["segment"].pk
    pages = (
        reverse("feedback:segment", args=[slug, segment]),
        reverse("feedback:idea_voices", args=[slug, asked["idea"].pk]) + f"?segment={segment}",
    )
    for url in pages:
        seen = client_of(member).get(url).content.decode()
        masked = client_of(viewer).get(url).content.decode()
        assert "77.25" in seen
        assert "DE person" in seen
        assert "FR person" not in seen
        assert "77.25" not in masked
        assert "person" not in masked
    listed = client_of(viewer).get(reverse("feedback:ideas", args=[slug]) + f"?segment={segment}")
    assert asked["idea"].title in listed.content.decode()
    assert asked["other"].title not in listed.content.decode()


def test_an_order_makes_its_customers_figures_older(workspace, member):
    from feedback.segments.listening import hear
    from workspaces.audit.models import ActivityEvent
    from workspaces.staleness.models import StaleMark

    order = OrderFactory(workspace=workspace, customer=CustomerFactory(workspace=workspace))
    OrderLineFactory(workspace=workspace, order=order)
    event = ActivityEvent(
        model="finance.order", object_id=order.pk, changes={"customer": [9, None]}
    )
    hear(workspace.pk, [event])
    marks = StaleMark.objects.filter(workspace=workspace, topic="customer figures")
    assert set(marks.values_list("key", flat=True)) == {str(order.customer_id), "9"}
