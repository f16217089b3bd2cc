"""Snapshots of the roadmap, and what changed between any two moments."""

from datetime import date

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Denied, NotFound, Refused
from roadmaps.items.models import Item
from roadmaps.snapshots import services
from roadmaps.snapshots.comparing import FIELDS, differences
from roadmaps.snapshots.models import RoadmapLook, RoadmapSnapshot
from tests.factories.roadmaps import ItemFactory, ObjectiveFactory
from workspaces.audit.models import ActivityEvent

said = st.fixed_dictionaries({name: st.sampled_from(["a", "b", None]) for name in FIELDS})
roadmaps = st.dictionaries(st.integers(1, 6).map(str), said)


@given(roadmaps, roadmaps)
def test_differences_turn_the_one_into_the_other(before, after):
    built = {key: dict(one) for key, one in before.items()}
    for one in differences(before, after):
        key = str(one.pk)
        if one.what == "removed":
            del built[key]
        elif one.what == "added":
            built[key] = dict(after[key])
        else:
            assert all(built[key][name] == old for name, (old, _) in one.fields.items())
            built[key] |= {name: new for name, (_, new) in one.fields.items()}
    assert built == after
    assert differences(after, after) == []


def test_an_end_that_moved_is_counted_in_days():
    before, after = ({"1": {"title": "x", "end_on": f"2026-03-{day}"}} for day in ("03", "17"))
    (one,) = differences(before, after)
    assert one.days == 14


pytestmark = pytest.mark.django_db


@pytest.fixture
def url(workspace):
    return reverse("roadmaps:changes", args=[workspace.slug])


@pytest.mark.time_machine("2026-11-28T12:00:00+00:00")
def test_any_two_moments_are_compared_in_words(member, workspace, client_of, url):
    aim = ObjectiveFactory(workspace=workspace, title="Cut returns")
    item = ItemFactory(workspace=workspace, title="Size advisor", end_on=date(2026, 3, 3))
    gone = ItemFactory(workspace=workspace, title="Gift cards")
    first = services.publish_snapshot(member.actor, " Plan  of March ")
    Item.objects.filter(pk=item.pk).update(end_on=date(2026, 3, 17), objective=aim, state="ready")
    gone.delete()
    ItemFactory(workspace=workspace, title="Wallet")
    second = services.publish_snapshot(member.actor, "Plan of April")
    Item.objects.all().delete()

    page = client_of(member).get(url, {"since": first.pk, "until": second.pk}).content.decode()

    for words in (
        "Plan of March",
        "14 days later",
        "Ends: 3 Mar → 17 Mar",
        "State: Parking lot → Ready",
        "Objective: — → Cut returns",
        "Gift cards",
        "Wallet",
    ):
        assert words in page
    assert len(first.items) == 2


def test_each_member_sees_what_changed_since_they_looked(member, viewer, workspace, client_of, url):
    ItemFactory(workspace=workspace, title="Size advisor")
    clients = [client_of(one) for one in (member, viewer)]
    assert "nothing to compare with yet" in clients[1].get(url).content.decode()
    clients[1].post(reverse("roadmaps:changes_seen", args=[workspace.slug]))
    assert "Nothing changed." in clients[1].get(url).content.decode()
    ItemFactory(workspace=workspace, title="Wallet")

    assert "Wallet" in clients[1].get(url).content.decode()
    assert "Wallet" not in clients[0].get(url).content.decode()
    clients[1].post(reverse("roadmaps:changes_seen", args=[workspace.slug]))
    assert "Nothing changed." in clients[1].get(url).content.decode()
    assert RoadmapLook.objects.count() == 1


def test_who_may_publish_and_take_back(member, viewer, outsider, workspace):
    with pytest.raises(Denied):
        services.publish_snapshot(viewer.actor, "Plan")
    for name in ("", "  ", "x" * 121):
        with pytest.raises(Refused, match="name"):
            services.publish_snapshot(member.actor, name)
    made = services.publish_snapshot(member.actor, "Plan")
    with pytest.raises(Denied):
        services.delete_snapshot(viewer.actor, made.pk)
    with pytest.raises(NotFound):
        services.delete_snapshot(outsider.actor, made.pk)
    assert RoadmapSnapshot.objects.count() == 1
    services.delete_snapshot(member.actor, made.pk)
    verbs = ActivityEvent.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["roadmap.published", "roadmap.unpublished"]


def test_thirty_changes_cost_no_more_queries_than_three(member, workspace, client_of, url, queries):
    client = client_of(member)
    services.publish_snapshot(member.actor, "Empty")
    asked = {"since": RoadmapSnapshot.objects.get().pk}

    def more(many):
        for _ in range(many):
            aim = ObjectiveFactory(workspace=workspace)
            ItemFactory(workspace=workspace, objective=aim, owner=member.user)

    more(3)
    client.get(url, asked)
    few = queries(lambda: client.get(url, asked))
    more(27)
    assert queries(lambda: client.get(url, asked)) == few


def test_what_is_no_moment_compares_nothing(member, client_of, url):
    for asked in ({"since": "x"}, {"since": "9" * 40}, {"until": "-1"}, {"since": "now"}):
        assert client_of(member).get(url, asked).status_code == 200
