"""The timeline: its scale, what of it stands in the address, and moving bars."""

import json
from datetime import date, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Denied, EditConflict
from roadmaps.items.models import Item
from roadmaps.timeline.scale import MONTHS, Zoom, months_later, scale_of
from roadmaps.timeline.services import Move, move_bars
from tests.factories.roadmaps import (
    DependencyFactory,
    ItemFactory,
    ItemProductFactory,
    KeyResultFactory,
    ObjectiveFactory,
)
from workspaces.audit.models import ActivityEvent
from workspaces.records.undo_many import undo_batch

JANUARY = date(2026, 1, 1)


@given(st.dates(date(1800, 1, 1), date(2300, 1, 1)), st.sampled_from(list(Zoom)))
def test_every_day_has_its_place_and_ticks_go_on(day, zoom):
    scale = scale_of(zoom, day)
    lefts = [one.left for one in scale.ticks]
    assert lefts[0] == 0
    assert lefts == sorted(set(lefts))
    assert lefts[-1] < 100
    assert scale.left(scale.first) == 0
    assert scale.left(scale.end) == 100
    if date(1900, 1, 1) <= day <= date(2150, 1, 1):
        assert 0 <= scale.left(day) < 100
    assert scale.earlier < scale.first < scale.later


def test_a_year_by_months_begins_with_this_one():
    scale = scale_of(Zoom.MONTH, date(2026, 11, 24))
    assert [one.label for one in scale.ticks[:3]] == ["Nov", "Dec", "Jan 2027"]
    assert (scale.days, scale.width(date(2026, 11, 1), date(2026, 11, 30))) == (365, 8.219)
    assert months_later(date(2026, 11, 1), MONTHS[Zoom.YEAR]) == date(2031, 11, 1)


@pytest.fixture
def url(workspace):
    return reverse("roadmaps:roadmap", args=[workspace.slug])


@pytest.fixture
def pair(workspace):
    """An item of January and one of February that waits for it."""
    before = ItemFactory(
        workspace=workspace, title="First", start_on=JANUARY, end_on=date(2026, 1, 31)
    )
    after = ItemFactory(
        workspace=workspace, title="Then", start_on=date(2026, 2, 1), end_on=date(2026, 2, 28)
    )
    DependencyFactory(workspace=workspace, before=before, after=after)
    return before, after


def later(item, days, version=None):
    shift = timedelta(days=days)
    return Move(item.pk, version or item.version, item.start_on + shift, item.end_on + shift)


pytestmark = pytest.mark.django_db


def test_followers_move_with_it_and_come_back_with_it(member, pair):
    before, after = pair
    done = move_bars(member.actor, [later(before, 10)], followers=True)

    assert done.followers == {after.pk: 10}
    after.refresh_from_db()
    assert (after.start_on, after.end_on) == (date(2026, 2, 11), date(2026, 3, 10))
    assert set(ActivityEvent.objects.values_list("batch", flat=True)) == {done.batch}
    undo_batch(member.actor, done.batch)
    assert [one.start_on for one in Item.objects.order_by("pk")] == [JANUARY, date(2026, 2, 1)]


def test_it_moves_alone_where_nobody_asked_for_followers(member, pair):
    before, after = pair
    assert move_bars(member.actor, [later(before, 10)]).followers == {}
    after.refresh_from_db()
    assert after.version == 1


def test_all_or_nothing(member, viewer, pair):
    before, after = pair
    with pytest.raises(EditConflict):
        move_bars(member.actor, [later(before, 3), later(after, 3, version=9)])
    with pytest.raises(Denied):
        move_bars(viewer.actor, [later(before, 3)])
    assert {one.version for one in Item.objects.all()} == {1}


def test_the_effect_is_said_without_moving_anything(member, viewer, pair, client_of, workspace):
    before, after = pair
    url = reverse("roadmaps:roadmap_effect", args=[workspace.slug])
    asked = {"pk": before.pk, "start_on": "2026-01-10", "end_on": "2026-02-09"}
    for someone in (member, viewer):
        said = client_of(someone).get(url, asked).json()
        assert said == {"words": "Moves “Then” by 9 days.", "moves": {str(after.pk): 9}}
    assert {one.version for one in Item.objects.all()} == {1}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"changes": [{}]}',
        b'{"changes": [7]}',
        b'{"changes": [{"pk": 1, "version": 1, "start_on": 5, "end_on": "x"}]}',
        b'{"changes": []}',
        b'{"changes": [{"pk": 9e30, "start_on": "2026-01-01", "end_on": "2026-01-02"}]}',
    ],
)
def test_what_is_no_move_is_refused_in_words(member, client_of, workspace, body):
    url = reverse("roadmaps:roadmap_move", args=[workspace.slug])
    said = client_of(member).post(url, body, content_type="application/json")
    assert said.status_code == 200
    assert said.json()["refused"]


@pytest.mark.time_machine("2026-11-28T12:00:00+00:00")
def test_a_clash_shows_both_versions(member, client_of, workspace, pair):
    before, _ = pair
    url = reverse("roadmaps:roadmap_move", args=[workspace.slug])
    Item.objects.filter(pk=before.pk).update(version=2, end_on=date(2026, 1, 20))
    change = {"pk": before.pk, "version": 1, "start_on": "2026-01-05", "end_on": "2026-02-04"}
    body = json.dumps({"changes": [change], "here": ""})

    said = client_of(member).post(url, body, content_type="application/json").json()

    assert "changed while you were editing" in said["refused"]
    theirs = said["theirs"]
    assert (theirs["version"], theirs["words"], theirs["yours"]) == (
        2,
        "1 Jan – 20 Jan",
        "5 Jan – 4 Feb",
    )


def test_the_lists_filters_are_the_timelines(member, client_of, workspace, url):
    here = {"workspace": workspace}
    wanted = ItemFactory(**here, title="Size advisor", horizon="now")
    ItemFactory(**here, title="Gift cards")
    ItemFactory(**here, title="Not this", state="not_doing", horizon="now")
    about = ItemProductFactory(**here, item=wanted)
    client = client_of(member)
    where = json.dumps({"and": [{"field": "horizon", "op": "is", "value": "now"}]})
    for asked in (
        {"q": "size"},
        {"horizon": "now"},
        {"product": about.product_id},
        {"where": where},
    ):
        page = client.get(url, asked).content.decode()
        assert "Size advisor" in page
        assert "Gift cards" not in page
        assert "Not this" not in page
    assert client.get(url, {"where": "{"}).status_code == 422


def test_what_the_address_cannot_mean_is_as_usual(member, client_of, url):
    ItemFactory(workspace=member.workspace, start_on=JANUARY, end_on=JANUARY)
    client = client_of(member)
    for asked in (
        {"zoom": "century", "colour": "mood", "from": "never", "selected": "x"},
        {"from": "0001-01-01", "zoom": "year"},
        {"from": "9999-12-31", "zoom": "week"},
        {"group": "description", "selected": "9" * 40},
    ):
        assert client.get(url, asked).status_code == 200


@pytest.mark.parametrize("group", ["objective", "owner", "state", "horizon", "confidence", "type"])
def test_rows_are_gathered_by_any_field(member, client_of, url, group):
    ItemFactory(workspace=member.workspace, owner=member.user)
    page = client_of(member).get(url, {"group": group}).content.decode()
    assert page.count('class="tl-row"') == 1


@pytest.mark.time_machine("2026-11-28T12:00:00+00:00")
def test_late_is_said_in_words(member, client_of, workspace, url, pair):
    before, _ = pair
    page = client_of(member).get(url).content.decode()
    assert "1 Jan – 31 Jan · exploring · late" in page
    Item.objects.filter(pk=before.pk).update(state="shipped")
    page = client_of(member).get(url).content.decode()
    assert "1 Jan – 31 Jan · shipped<" in page


def test_thirty_items_cost_no_more_queries_than_three(member, client_of, url, queries):
    client, here = client_of(member), {"workspace": member.workspace}

    def more(many):
        for _ in range(many):
            aim = ObjectiveFactory(**here)
            KeyResultFactory(**here, objective=aim)
            items = [
                ItemFactory(**here, objective=aim, owner=member.user, start_on=JANUARY)
                for _ in range(2)
            ]
            DependencyFactory(**here, before=items[0], after=items[1])

    more(2)
    client.get(url)
    few = queries(lambda: client.get(url))
    more(13)
    assert queries(lambda: client.get(url)) == few


def test_the_heads_of_groups_get_their_figures_later(member, viewer, client_of, workspace):
    row = KeyResultFactory(workspace=workspace)
    money = KeyResultFactory(workspace=workspace, metric="net_revenue", target=616161)
    url = reverse("roadmaps:roadmap_figures", args=[workspace.slug])
    asked = {"objective": [row.objective_id, money.objective_id, "x"]}
    page = client_of(member).get(url, asked).content.decode()
    assert f'id="aim-{row.objective_id}"' in page
    assert f'id="aim-{money.objective_id}"' in page
    assert "616" not in client_of(viewer).get(url, asked).content.decode()
