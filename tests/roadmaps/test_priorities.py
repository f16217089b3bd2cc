"""Priorities: inputs, scores in the background, versions, ranks, and why one is above another."""

from datetime import timedelta
from decimal import Decimal
from itertools import combinations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from core.errors import Denied, EditConflict
from finance.metrics.recompute import recompute_all_customers, recompute_all_sales
from roadmaps.items.records import ESTIMATE, ITEM
from roadmaps.items.services import set_products
from roadmaps.priorities import services
from roadmaps.priorities.models import ModelVersion, Score, ScoreInput
from roadmaps.priorities.recompute import recompute_all_scores
from roadmaps.priorities.records import INPUT, MODEL
from tests.factories.catalog import ProductFactory, VariantFactory
from tests.factories.ledger import CustomerFactory, OrderFactory, OrderLineFactory
from tests.factories.roadmaps import (
    EstimateFactory,
    ItemFactory,
    ScoreInputFactory,
    ScoringModelFactory,
    TeamFactory,
)
from workspaces.records.services import change_record, create_record, delete_record
from workspaces.records.undo_many import undo_batch
from workspaces.staleness.recompute import recompute_next

pytestmark = pytest.mark.django_db


def worked_off():
    """Everything that was marked stale is recomputed, as a worker does it."""
    while recompute_next():
        pass


def give(member, item, scoring, **values):
    typed = {key: {"likely": Decimal(str(value))} for key, value in values.items()}
    return services.set_inputs(member.actor, item.pk, scoring.pk, typed)


def current(item):
    return Score.objects.get(item=item, current=True)


@pytest.fixture
def rice(member):
    values = {"name": "RICE", "method": "rice"}
    return create_record(member.actor, MODEL, values)


@pytest.fixture
def two(workspace, member, rice):
    """Two items with all inputs; the first scores 800, the second 320."""
    items = [ItemFactory(workspace=workspace, title=title) for title in ("Advisor", "Wallet")]
    give(member, items[0], rice, reach=2000, impact=2, confidence="0.8", effort=4)
    give(member, items[1], rice, reach=800, impact=1, confidence="0.8", effort=2)
    worked_off()
    return items


def test_scores_are_worked_out_in_the_background_with_their_formula(two):
    first, second = (current(item) for item in two)
    assert (first.value, first.filled) == (800, "2000 × 2 × 0.8 ÷ 4")
    assert (first.rank, first.best, first.worst, first.percentile) == (1, 1, 1, 100)
    assert (second.value, second.rank, second.percentile) == (320, 2, 0)


def test_no_score_moves_because_another_item_was_edited(member, two, rice):
    held = Score.objects.filter(item=two[1]).values_list("pk", "value", "filled", "computed_at")
    before = list(held)
    row = ScoreInput.objects.get(item=two[0], key="reach")
    change_record(member.actor, INPUT, row.pk, row.version, {"likely": Decimal(1)})
    worked_off()

    assert list(held.all()) == before
    assert [current(item).rank for item in two] == [2, 1]


def test_a_new_formula_is_a_new_version_and_rewrites_nothing(member, two, rice):
    old = current(two[0])
    rice.refresh_from_db()
    change_record(member.actor, MODEL, rice.pk, rice.version, {"formula": "reach / effort"})
    worked_off()

    assert list(ModelVersion.objects.order_by("number").values_list("number", "formula")) == [
        (1, "reach * impact * confidence / effort"),
        (2, "reach / effort"),
    ]
    kept = Score.objects.get(pk=old.pk)
    assert (kept.value, kept.filled, kept.version_id, kept.current) == (
        old.value,
        old.filled,
        old.version_id,
        False,
    )
    assert (current(two[0]).value, current(two[0]).version.number) == (500, 2)


def test_another_name_makes_no_version(member, rice):
    change_record(member.actor, MODEL, rice.pk, rice.version, {"name": "Ours"})
    assert ModelVersion.objects.count() == 1


def test_recomputing_twice_changes_nothing(workspace, two):
    before = list(Score.objects.order_by("pk").values())
    recompute_all_scores(workspace.pk)
    assert list(Score.objects.order_by("pk").values()) == before


def test_uncertain_inputs_make_uncertain_ranks(member, two, rice):
    typed = {"reach": {"likely": Decimal(2000), "low": Decimal(500), "high": Decimal(4000)}}
    services.set_inputs(member.actor, two[0].pk, rice.pk, typed)
    worked_off()
    score = current(two[0])
    assert (score.value, score.low, score.high) == (800, 200, 1600)
    assert (score.rank, score.best, score.worst) == (1, 1, 2)


def test_effort_comes_from_estimates_until_somebody_says_why_not(member, workspace, rice):
    item = ItemFactory(workspace=workspace)
    give(member, item, rice, reach=100, impact=1, confidence=1)
    worked_off()
    assert current(item).missing == "“effort” has none"
    team = TeamFactory(workspace=workspace)
    points = {"item": item, "team": team, "low": 13, "likely": 13, "high": 13}
    create_record(member.actor, ESTIMATE, points)
    worked_off()
    assert current(item).filled == "100 × 1 × 1 ÷ 3"

    with pytest.raises(ValidationError, match="It is computed as 3"):
        give(member, item, rice, effort=2)
    typed = {"effort": {"likely": Decimal(2), "reason": "Half of it is done."}}
    services.set_inputs(member.actor, item.pk, rice.pk, typed)
    worked_off()
    assert current(item).value == 50


def test_reach_comes_from_who_bought_its_products(member, workspace, rice):
    here = {"workspace": workspace}
    item = ItemFactory(**here)
    products = [ProductFactory(**here) for _ in range(2)]
    for product, many in zip(products, (2, 1), strict=True):
        variant = VariantFactory(**here, product=product)
        for _ in range(many):
            order = OrderFactory(**here, customer=CustomerFactory(**here), placed_at=timezone.now())
            OrderLineFactory(**here, order=order, variant=variant)
    recompute_all_customers(workspace.pk)
    recompute_all_sales(workspace.pk)
    give(member, item, rice, impact=1, confidence=1, effort=1)

    set_products(member.actor, item.pk, [products[0].pk])
    worked_off()
    assert (current(item).value, current(item).low, current(item).high) == (2, 2, 2)
    set_products(member.actor, item.pk, [one.pk for one in products])
    worked_off()
    assert (current(item).value, current(item).low, current(item).high) == (Decimal("2.5"), 2, 3)
    with pytest.raises(ValidationError, match=r"It is computed as 2\.5"):
        give(member, item, rice, reach=9)


@pytest.mark.parametrize(("zone", "days_ago"), [("Pacific/Auckland", 0), ("Pacific/Honolulu", 89)])
def test_reach_counts_days_as_the_shop_does(member, workspace, rice, time_machine, zone, days_ago):
    """At 22:30 in London it is tomorrow already in Auckland, and the quarter is Honolulu's."""
    time_machine.move_to("2026-11-28T22:30:00+00:00", tick=False)
    workspace.timezone = zone
    workspace.save()
    here = {"workspace": workspace}
    variant, item = VariantFactory(**here), ItemFactory(**here)
    for age in (days_ago, 90):
        placed = timezone.now() - timedelta(days=age)
        order = OrderFactory(**here, customer=CustomerFactory(**here), placed_at=placed)
        OrderLineFactory(**here, order=order, variant=variant)
    recompute_all_customers(workspace.pk)
    recompute_all_sales(workspace.pk)
    set_products(member.actor, item.pk, [variant.product_id])
    give(member, item, rice, impact=1, confidence=1, effort=1)
    worked_off()
    assert current(item).value == 1


def test_inputs_are_one_act_and_undone_as_one(member, workspace, rice):
    item = ItemFactory(workspace=workspace)
    batch = give(member, item, rice, reach=100, impact=1)
    undo_batch(member.actor, batch)
    assert not ScoreInput.objects.visible_to(member.actor).exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"mood": {"likely": Decimal(1)}}, "RICE takes: reach, impact, confidence, effort"),
        ({"effort": {"likely": Decimal(0)}}, "At least 0.01"),
        ({"confidence": {"likely": Decimal(80)}}, "At most 1"),
        ({"reach": {"likely": Decimal(5), "low": Decimal(6)}}, "not more than the value"),
        ({"reach": {"likely": Decimal(5), "high": Decimal(4)}}, "not less than the value"),
    ],
)
def test_inputs_that_cannot_be_are_refused(member, workspace, rice, typed, words):
    item = ItemFactory(workspace=workspace)
    with pytest.raises(ValidationError, match=words):
        services.set_inputs(member.actor, item.pk, rice.pk, typed)
    assert not ScoreInput.objects.exists()


def test_of_two_who_edit_an_input_the_second_is_told(member, two, rice):
    typed = {"reach": {"likely": Decimal(7), "version": 9}}
    with pytest.raises(EditConflict):
        services.set_inputs(member.actor, two[0].pk, rice.pk, typed)


def test_who_may_only_look_changes_nothing(viewer, workspace, rice):
    item = ItemFactory(workspace=workspace)
    with pytest.raises(Denied):
        services.set_inputs(viewer.actor, item.pk, rice.pk, {"reach": {"likely": Decimal(1)}})
    with pytest.raises(Denied):
        services.shift_inputs(viewer.actor, item.pk, rice.pk, {"reach": Decimal(1)})
    with pytest.raises(Denied):
        services.keep_version(viewer.actor, rice)
    assert not ScoreInput.objects.exists()


@pytest.mark.parametrize(
    ("formula", "words"),
    [("a / ", ""), ("(" * 990 + "a" + ")" * 990, "nested"), ("a > 1", "is a number")],
    ids=["unfinished", "nested", "no number"],
)
def test_a_formula_that_makes_no_score_is_refused(member, formula, words):
    values = {"name": "Own", "method": "own", "formula": formula}
    with pytest.raises(ValidationError, match=words):
        create_record(member.actor, MODEL, values)
    assert not ModelVersion.objects.exists()


def test_what_ends_or_goes_is_ranked_no_more(member, two):
    item = two[0]
    item.refresh_from_db()
    values = {"state": "not_doing", "reason": "Nobody asked."}
    item = change_record(member.actor, ITEM, item.pk, item.version, values)
    worked_off()
    assert current(two[1]).rank == 1
    assert not Score.objects.filter(item=item, current=True).exists()
    delete_record(member.actor, ITEM, two[1].pk, two[1].version)
    worked_off()
    assert not Score.objects.filter(current=True).exists()


def test_the_page_explains_each_row_and_any_two(member, viewer, two, rice, client_of, workspace):
    url = reverse("roadmaps:priorities", args=[workspace.slug])
    for someone in (member, viewer):
        page = client_of(someone).get(url, {"a": two[0].pk, "b": two[1].pk}).content.decode()
        assert "2000 × 2 × 0.8 ÷ 4" in page
        assert "“Advisor” has 800, “Wallet” has 320." in page
        assert "For it speaks its reach: 2,000 against 800. With 800 it would have 320." in page
        assert "Against it speaks its effort: 4 against 2. With 2 it would have 1,600." in page
    found = client_of(member).get(url, {"q": "wallet"}).content.decode()
    assert "Wallet" in found
    assert "Advisor" not in found


def test_any_two_items_are_told_apart(member, workspace, rice, client_of):
    items = [ItemFactory(workspace=workspace, title=f"Item {number}") for number in range(5)]
    for item, reach in zip(items, (900, 500, 500), strict=False):
        give(member, item, rice, reach=reach, impact=1, confidence=1, effort=1)
    give(member, items[3], rice, reach=10)  # the others are not known: neither has a score
    recompute_all_scores(workspace.pk)
    client, url = client_of(member), reverse("roadmaps:priorities", args=[workspace.slug])
    for one, other in combinations(items, 2):
        told = [
            client.get(url, {"a": a.pk, "b": b.pk, "q": "Item 0"}).context["page"].explanation
            for a, b in ((one, other), (other, one))
        ]
        assert told[0] == told[1], "whichever is named first"
        words = " ".join(told[0])
        assert one.title in words
        assert other.title in words
    last = client.get(url, {"a": items[0].pk, "b": items[4].pk})
    assert "“Item 4” has no score: " in last.text
    assert "What has no score stands last." in last.text
    assert "Item 4 (no score)" in client.get(url).text
    same = client.get(url, {"a": items[2].pk, "b": items[1].pk}).text
    assert "neither is above" in same
    assert client.get(url, {"a": items[0].pk, "b": 9**9}).context["page"].explanation
    assert not client.get(url, {"a": 9**9, "b": items[0].pk}).context["page"].explanation


def test_thirty_items_cost_no_more_queries_than_three(member, workspace, client_of, queries):
    scoring = ScoringModelFactory(workspace=workspace, method="ice")
    client, url = client_of(member), reverse("roadmaps:priorities", args=[workspace.slug])

    def more(many):
        for item in [ItemFactory(workspace=workspace) for _ in range(many)]:
            EstimateFactory(workspace=workspace, item=item)
            for key in ("impact", "confidence", "ease"):
                ScoreInputFactory(
                    workspace=workspace, item=item, scoring=scoring, key=key, likely=3
                )
        recompute_all_scores(workspace.pk)

    more(3)
    for asked in ({}, {"show": "matrix"}):
        client.get(url, asked)
    few = [queries(lambda: client.get(url, asked)) for asked in ({}, {"show": "matrix"})]  # noqa: B023
    more(27)
    many = [queries(lambda: client.get(url, asked)) for asked in ({}, {"show": "matrix"})]  # noqa: B023
    assert many == few


def test_an_items_inputs_are_typed_on_its_page(member, workspace, rice, client_of):
    item = ItemFactory(workspace=workspace)
    client, args = client_of(member), [workspace.slug, rice.pk, item.pk]
    assert client.get(reverse("roadmaps:score", args=args)).status_code == 200
    url = reverse("roadmaps:score_inputs", args=args)
    refused = client.post(url, {"reach-likely": "many"})
    assert (refused.status_code, "“many” is no number for Reach" in refused.content.decode()) == (
        422,
        True,
    )
    sent = {"reach-likely": "100", "reach-low": "50", "impact-likely": "1", "effort-likely": "2"}
    assert client.post(url, sent | {"confidence-likely": "0.5"}).status_code == 302
    worked_off()
    assert (current(item).value, current(item).low) == (25, Decimal("12.5"))
    client.post(url, {"reach-likely": ""})
    assert not ScoreInput.objects.visible_to(member.actor).exists()


def test_a_dot_moves_its_range_along(member, two, rice, client_of, workspace):
    typed = {"reach": {"likely": Decimal(100), "low": Decimal(50), "high": Decimal(200)}}
    services.set_inputs(member.actor, two[0].pk, rice.pk, typed)
    url = reverse("roadmaps:score_dot", args=[workspace.slug, rice.pk, two[0].pk])
    client = client_of(member)
    said = client.post(url, {"reach": 300}, content_type="application/json").json()
    assert said["undo"]
    row = ScoreInput.objects.get(item=two[0], key="reach")
    assert (row.low, row.likely, row.high) == (250, 300, 400)
    for body in ({"impact": 9}, {"impact": "x"}, [1], {"mood": 1}):
        assert client.post(url, body, content_type="application/json").json()["refused"]
