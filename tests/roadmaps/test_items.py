"""Items: their moves, their days, what they wait for, what they take."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.errors import Denied, EditConflict, ReasonNeeded, Refused
from roadmaps.items.models import Dependency, Estimate, Item, ItemProduct
from roadmaps.items.records import DEPENDENCY, ESTIMATE, ITEM
from roadmaps.items.services import set_products
from tests.factories.catalog import ProductFactory
from tests.factories.roadmaps import (
    DependencyFactory,
    EstimateFactory,
    ItemFactory,
    TeamFactory,
)
from workspaces.audit.models import ActivityEvent
from workspaces.records.services import (
    change_record,
    create_record,
    delete_record,
    restore_record,
    revert_record,
)
from workspaces.records.undo import undo_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(workspace):
    return ItemFactory(workspace=workspace, title="Size advisor")


def move(actor, item, **values):
    item.refresh_from_db()
    return change_record(actor, ITEM, item.pk, item.version, values)


def test_it_moves_along_its_states_alone(member, item):
    move(member.actor, item, state="ready")
    with pytest.raises(Refused, match="from Ready to Shipped"):
        move(member.actor, item, state="shipped")
    move(member.actor, item, state="delivery")
    moved = move(member.actor, item, state="shipped")

    assert moved.state == "shipped"
    verbs = ActivityEvent.objects.filter(model=ITEM.name).values_list("verb", flat=True)
    assert list(verbs) == ["item.moved"] * 3


def test_a_move_that_needs_a_reason_says_so_and_keeps_it(member, item):
    with pytest.raises(ReasonNeeded, match="Why is it not done"):
        move(member.actor, item, state="not_doing", reason=" ")
    item.refresh_from_db()
    assert (item.state, item.version) == ("parked", 1)

    move(member.actor, item, state="not_doing", reason="Nobody asked for it.")

    event = ActivityEvent.objects.get(model=ITEM.name)
    assert event.changes["reason"] == [None, "Nobody asked for it."]
    undo_event(member.actor, event.pk)
    item.refresh_from_db()
    assert item.state == "parked"


def test_undo_goes_back_the_way_no_move_leads(member, item):
    for state in ("ready", "delivery"):
        move(member.actor, item, state=state)
    move(member.actor, item, state="shipped")
    item.refresh_from_db()

    revert_record(member.actor, ITEM, item.pk, item.version, {"state": "ready"})

    item.refresh_from_db()
    assert item.state == "ready"


@pytest.mark.parametrize(
    ("end", "words"),
    [("2026-02-28", "ends before it starts"), ("2046-04-01", "more than 20 years")],
)
def test_days_that_cannot_be_are_refused_in_words(member, item, end, words):
    with pytest.raises(ValidationError, match=words):
        move(member.actor, item, start_on=date(2026, 3, 1), end_on=date.fromisoformat(end))
    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.filter(pk=item.pk).update(start_on="2026-03-01", end_on=end)
    item.refresh_from_db()
    assert item.start_on is None


def test_twenty_years_and_a_single_day_are_fine(member, item):
    first = date(2026, 3, 1)
    move(member.actor, item, start_on=first, end_on=date(2046, 2, 28))
    assert move(member.actor, item, end_on=first).end_on == first


def test_who_may_only_look_changes_nothing(viewer, finance_member, item):
    for someone in (viewer, finance_member):
        with pytest.raises(Denied):
            move(someone.actor, item, title="Other")
        with pytest.raises(Denied):
            set_products(someone.actor, item.pk, [])
    item.refresh_from_db()
    assert (item.title, item.version) == ("Size advisor", 1)


def test_of_two_who_edit_the_second_is_told(member, item):
    change_record(member.actor, ITEM, item.pk, 1, {"end_on": date(2026, 5, 1)})
    with pytest.raises(EditConflict) as conflict:
        change_record(member.actor, ITEM, item.pk, 1, {"end_on": date(2026, 6, 1)})
    assert conflict.value.theirs["end_on"].isoformat() == "2026-05-01"


def test_a_circle_is_refused_and_named(member, workspace):
    one, two, three = (ItemFactory(workspace=workspace, title=f"T{n}") for n in (1, 2, 3))
    create_record(member.actor, DEPENDENCY, {"before": one, "after": two})
    create_record(member.actor, DEPENDENCY, {"before": two, "after": three})
    with pytest.raises(Refused, match="“T1” before “T2” before “T3” before “T1”"):
        create_record(member.actor, DEPENDENCY, {"before": three, "after": one})
    with pytest.raises(Refused, match="cannot wait for itself"):
        create_record(member.actor, DEPENDENCY, {"before": one, "after": one})
    with pytest.raises(Refused, match="already"):
        create_record(member.actor, DEPENDENCY, {"before": one, "after": two, "type": "SS"})
    assert Dependency.objects.count() == 2


def test_a_dependency_that_comes_back_closes_no_circle_either(member, workspace):
    one, two = (ItemFactory(workspace=workspace) for _ in range(2))
    held = create_record(member.actor, DEPENDENCY, {"before": one, "after": two})
    delete_record(member.actor, DEPENDENCY, held.pk, held.version)
    create_record(member.actor, DEPENDENCY, {"before": two, "after": one})

    with pytest.raises(Refused, match="circle"):
        restore_record(member.actor, DEPENDENCY, held.pk)

    assert Dependency.objects.visible_to(member.actor).count() == 1


def test_estimates_are_in_order_and_once_a_team(member, workspace, item):
    team = TeamFactory(workspace=workspace)
    points = {"item": item, "team": team, "low": 2, "likely": 3, "high": 10}
    made = create_record(member.actor, ESTIMATE, points)
    assert made.mean == Decimal("4.00")
    with pytest.raises(ValidationError, match="At best is the least"):
        change_record(member.actor, ESTIMATE, made.pk, made.version, {"low": 4})
    with pytest.raises(ValidationError, match="estimated it already"):
        create_record(member.actor, ESTIMATE, points)
    assert Estimate.objects.count() == 1


def test_the_page_says_effort_and_answers_the_three_questions(member, workspace, client_of, item):
    first = ItemFactory(
        workspace=workspace, title="Jacket", start_on="2026-03-01", end_on="2026-03-10"
    )
    Item.objects.filter(pk=item.pk).update(start_on="2026-03-11", end_on="2026-03-20")
    last = ItemFactory(
        workspace=workspace, title="Launch", start_on="2026-03-26", end_on="2026-03-31"
    )
    DependencyFactory(workspace=workspace, before=first, after=item)
    DependencyFactory(workspace=workspace, before=item, after=last)
    EstimateFactory(workspace=workspace, item=item, low=2, likely=3, high=10)

    page = client_of(member).get(f"/w/{workspace.slug}/records/items/{item.pk}/").content.decode()

    assert "4.0 ± 1.3 person-weeks" in page
    assert "Any slip of “Jacket”." in page
    assert "It is not on it: it may slip 5 days." in page
    assert "A week: moves “Launch” by 2 days." in page


def test_products_are_said_beside_it_and_in_the_filter(member, workspace, client_of, item):
    product = ProductFactory(workspace=workspace, name="Trail Jacket", handle="trail-jacket")
    other = ItemFactory(workspace=workspace, title="Other")
    url = reverse("roadmaps:item_products", args=[workspace.slug, item.pk])
    client = client_of(member)

    client.post(url, {"product": "trail-jacket"})

    assert ItemProduct.objects.get().product == product
    listed = f"/api/v1/workspaces/{workspace.slug}/items/"
    assert [one["id"] for one in client.get(listed, {"product": product.pk}).json()["results"]] == [
        item.pk
    ]
    found = client.get(listed, {"product": "none"}).json()["results"]
    assert [one["id"] for one in found] == [other.pk]
    client.post(url, {"remove": product.pk})
    assert not ItemProduct.objects.exists()
    events = ActivityEvent.objects.filter(verb="item.about").order_by("pk")
    assert [one.changes["products"] for one in events] == [
        ["", "Trail Jacket"],
        ["Trail Jacket", ""],
    ]


def test_what_is_typed_beside_it_is_refused_in_words(member, client_of, workspace, item):
    client = client_of(member)
    for name, sent, words in (
        ("item_waits", {"before": "Nothing"}, "No item is called “Nothing”."),
        ("item_waits", {"before": item.title}, "An item cannot wait for itself."),
        ("item_estimates", {"team": "7"}, "Team: "),
        ("item_products", {"product": "Nothing"}, "No product is called “Nothing”."),
        ("item_move", {"state": "closed"}, "cannot go from Parking lot to Closed"),
    ):
        url = reverse(f"roadmaps:{name}", args=[workspace.slug, item.pk])
        assert words in client.post(url, sent, follow=True).content.decode()
    assert not Dependency.objects.exists()
