"""What speaks against the days of a launch: other launches, closed days, a team that cannot."""

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse

from core.errors import Refused
from feedback.segments.records import SEGMENT
from roadmaps.launches import services as launches
from roadmaps.launches.models import LaunchMarket
from roadmaps.slots.conflicts import Closed, Load, Slot, conflicts
from roadmaps.slots.reports import conflicts_of_slot
from roadmaps.slots.services import approve_slot, propose_slot
from tests.factories.catalog import CategoryFactory, MarketFactory, ProductFactory
from tests.factories.launches import ClosedDaysFactory, LaunchFactory, LaunchTaskFactory
from tests.factories.outside import SegmentFactory
from tests.factories.roadmaps import TeamFactory
from tests.launches.conftest import approvals_url
from workspaces.records.services import delete_record


def test_days_that_speak_against_a_launch_are_named(planned_on):
    day = planned_on + timedelta(days=(7 - planned_on.weekday()) % 7)
    mine = Slot(1, "Mine", day, 5, "Outdoor", frozenset({7}))
    near = Slot(2, "Near", day + timedelta(days=3), 5, "Outdoor", frozenset())
    same = Slot(3, "Same", day, None, "", frozenset({7, 8}))
    far = Slot(4, "Far", day + timedelta(days=30), 5, "Outdoor", frozenset({7}))
    closed = [
        Closed("Sales", day, day, None, "", True),
        Closed("Unity Day", day, day, 7, "Germany", False),
        Closed("Elsewhere", day, day, 9, "Spain", False),
    ]

    found = conflicts(mine, [mine, near, same, far], closed)
    assert [str(one) for one in found] == [
        "Blackout: Sales.",
        "Public holiday in Germany: Unity Day.",
        "Outdoor launches “Near” within a week of it.",
        "“Same” comes to the same market on that day.",
    ]
    sunday = Slot(1, "Mine", day - timedelta(days=1))
    assert [str(one) for one in conflicts(sunday, [], [])] == ["It is a Sunday."]


def test_what_speaks_against_a_slot_is_said_with_where_it_comes_from(
    launch, member, owner, later, workspace, client_of
):
    inside = {"workspace": workspace}
    market = MarketFactory(**inside, name="Germany")
    jackets = CategoryFactory(**inside, name="Jackets", path="Clothing > Jackets")
    mine, theirs = (ProductFactory(**inside, category=jackets) for _ in range(2))
    launches.set_links(member.actor, launch.pk, "markets", [market.pk])
    launches.set_links(member.actor, launch.pk, "products", [mine.pk])
    other = LaunchFactory(**inside, title="Parka", planned_on=later + timedelta(days=3))
    LaunchMarket.objects.create(**inside, launch=other, market=market)
    launches.set_links(member.actor, other.pk, "products", [theirs.pk])
    ClosedDaysFactory(**inside, title="Unity Day", market=market, start_on=later, end_on=later)
    elsewhere = MarketFactory(**inside)
    ClosedDaysFactory(**inside, title="Elsewhere", market=elsewhere, start_on=later, end_on=later)
    third = LaunchFactory(**inside, title="Gloves", planned_on=later + timedelta(days=300))
    propose_slot(member.actor, third.pk, later, note="x")
    slot = propose_slot(member.actor, launch.pk, later)

    words = [str(one) for one in conflicts_of_slot(owner.actor, slot) if one.kind != "weekend"]

    assert words == [
        "Public holiday in Germany: Unity Day.",
        "“Parka” brings Jackets to the same customers within a week of it.",
    ]
    page = client_of(owner).get(approvals_url(launch)).content.decode()
    assert all(one in page for one in words)
    assert reverse("roadmaps:launch", args=[workspace.slug, other.pk]) in page
    assert "Approve nevertheless" in page
    with pytest.raises(Refused, match="since you looked"):
        approve_slot(owner.actor, slot.pk, seen=[words[0], "Something else.", "And more."])
    shown = re.findall(r'name="seen" value="([^"]*)"', page)
    approve_slot(owner.actor, slot.pk, seen=[unescape(one) for one in shown])
    slot.refresh_from_db()
    assert set(words) <= set(slot.conflicts)


def test_two_launches_for_one_segment_within_a_week_speak_against_each_other(
    launch, member, owner, later, workspace
):
    inside = {"workspace": workspace}
    loyal, new = (SegmentFactory(**inside, name=name) for name in ("Loyal", "New"))
    launches.set_links(member.actor, launch.pk, "segments", [loyal.pk, new.pk])
    other = LaunchFactory(**inside, title="Black Week", planned_on=later + timedelta(days=6))
    launches.set_links(member.actor, other.pk, "segments", [loyal.pk])
    slot = propose_slot(member.actor, launch.pk, later)

    def said() -> list[str]:
        return [str(one) for one in conflicts_of_slot(owner.actor, slot) if one.kind == "segment"]

    assert said() == ["“Black Week” is for Loyal too, within a week of it."]
    mine, theirs = (MarketFactory(**inside) for _ in range(2))
    launches.set_links(member.actor, launch.pk, "markets", [mine.pk])
    assert said()
    launches.set_links(member.actor, other.pk, "markets", [theirs.pk])
    assert not said()
    launches.set_links(member.actor, other.pk, "markets", [mine.pk, theirs.pk])
    assert said()
    delete_record(owner.actor, SEGMENT, loyal.pk, loyal.version)
    assert not said()


def test_what_is_for_others_takes_no_customers_away(later):
    mine = Slot(1, "Parka", later, categories=frozenset({"Jackets"}), segments=frozenset({"Loyal"}))
    beside = replace(mine, pk=2, title="Coat", day=later + timedelta(days=2))

    def kinds(other: Slot) -> list[str]:
        return [one.kind for one in conflicts(mine, [other], []) if one.launch]

    assert kinds(beside) == ["segment"]
    assert kinds(replace(beside, segments=frozenset({"New"}))) == []
    assert kinds(replace(beside, segments=frozenset())) == ["category"]


def test_a_team_that_cannot_do_what_is_due_is_a_conflict(workspace, member, owner, later):
    team = TeamFactory(workspace=workspace, name="Outdoor")
    team.members.add(member.user, through_defaults={"workspace": workspace})
    launch = LaunchFactory(workspace=workspace, planned_on=later, team=team)
    LaunchTaskFactory(
        workspace=workspace, launch=launch, day=-5, low=15, likely=21, high=30, due_on=later
    )
    slot = propose_slot(member.actor, launch.pk, later)
    found = [one for one in conflicts_of_slot(owner.actor, slot) if one.kind == "capacity"]
    assert [str(one) for one in found] == [
        "Outdoor has 21 days of work due in the 20 working days before it, more than 1 person can "
        "do."
    ]
    one = Slot(1, "Mine", date(2027, 3, 3))
    assert conflicts(one, [], [], Load("Outdoor", 20, 1)) == []
    assert conflicts(one, [], [], Load("Outdoor", 99, 0)) == []
