"""The marketing of a launch: three lanes, and tasks whose day follows the lane they are put in."""

import re

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from roadmaps.launches.models import LaunchTask
from roadmaps.launches.records import TASK, TEMPLATE_TASK
from roadmaps.launches.states import MARKETING, Lane, day_in
from roadmaps.readiness.workdays import moved
from tests.factories.launches import LaunchTaskFactory, TemplateTaskFactory
from workspaces.lists.services_bulk import act_of, bulk_change
from workspaces.records.services import change_record


@pytest.fixture
def task(launch, workspace):
    return LaunchTaskFactory(
        workspace=workspace, launch=launch, title="Newsletter", lane="before", day=-7
    )


@pytest.fixture
def put(launch, workspace, client_of):
    def into(who, task, lane, **more):
        task.refresh_from_db()
        url = reverse("roadmaps:launch_marketing", args=[workspace.slug, launch.pk])
        given = {"task": task.pk, "version": task.version, "lane": lane}
        answer = client_of(who).post(url, given | more, follow=True)
        task.refresh_from_db()
        return answer

    return into


@given(st.sampled_from(MARKETING), st.integers(-730, 730))
def test_a_lane_says_on_which_side_of_the_launch_a_task_is(lane, day):
    found = day_in(lane, day)
    side = {Lane.BEFORE: found < 0, Lane.DURING: found == 0, Lane.AFTER: found > 0}
    assert side[lane]
    assert day_in(lane, found) == found
    assert lane == Lane.DURING or abs(found) == max(abs(day), 1)


def test_a_task_put_into_another_lane_is_due_on_that_side_and_undo_brings_it_back(
    launch, task, put, member, client_of
):
    for lane, day in (("after", 7), ("during", 0), ("before", -1)):
        put(member, task, lane)
        assert (task.lane, task.day) == (lane, day)
        assert task.due_on == moved(launch.planned_on, day)
    page = put(member, task, "after")
    assert "is T+1, due" in page.content.decode()
    (undo,) = re.findall(r'"(/w/[^"]*/undo/)"', page.content.decode())
    client_of(member).post(undo)
    task.refresh_from_db()
    assert (task.lane, task.day) == ("before", -1)


@pytest.mark.parametrize(
    ("given", "day"), [({"lane": "after"}, 7), ({"lane": "after", "day": 3}, 3), ({"day": 4}, 4)]
)
def test_a_lane_typed_as_a_field_says_the_day_unless_one_is_given(launch, task, member, given, day):
    change_record(member.actor, TASK, task.pk, task.version, given)
    task.refresh_from_db()
    assert task.day == day
    assert task.due_on == moved(launch.planned_on, day)


def test_many_tasks_at_once_and_those_of_templates_follow_their_lane(
    launch, task, workspace, member
):
    other = LaunchTaskFactory(workspace=workspace, launch=launch, lane="during", day=0)
    act = act_of(member.actor, TASK, "set:lane", "after")
    bulk_change(member.actor, TASK, [task.pk, other.pk], act)
    rows = LaunchTask.objects.in_workspace(workspace.pk).order_by("pk")
    assert list(rows.values_list("day", "due_on")) == [
        (day, moved(launch.planned_on, day)) for day in (7, 1)
    ]
    planned = TemplateTaskFactory(workspace=workspace, lane="before", day=-7)
    change_record(member.actor, TEMPLATE_TASK, planned.pk, planned.version, {"lane": "after"})
    planned.refresh_from_db()
    assert planned.day == 7


def test_what_changed_meanwhile_or_is_no_marketing_stays(launch, task, put, member, workspace):
    put(member, task, "after", version=99)
    assert task.lane == "before"
    assert put(member, task, "product").status_code == 200
    assert task.lane == "before"
    own = LaunchTaskFactory(workspace=workspace, launch=launch, title="Build", lane="product")
    put(member, own, "after")
    elsewhere = LaunchTaskFactory(lane="before", day=-3)
    put(member, elsewhere, "after")
    assert (own.lane, elsewhere.lane) == ("product", "before")


def test_who_may_not_sees_the_lanes_and_moves_nothing(launch, task, put, viewer, client_of):
    url = reverse("roadmaps:launch", args=[launch.workspace.slug, launch.pk, "marketing"])
    page = client_of(viewer).get(url).content.decode()
    assert "Newsletter" in page
    assert "draggable" not in page
    assert put(viewer, task, "after").status_code == 403
    assert task.lane == "before"


def test_the_tab_begins_empty_and_adds_where_it_is_asked(launch, member, client_of):
    client, slug = client_of(member), launch.workspace.slug
    url = reverse("roadmaps:launch", args=[slug, launch.pk, "marketing"])
    assert "No marketing task yet" in client.get(url).content.decode()
    sent = {"act": "add", "tab": "marketing", "lane": "after", "day": "5", "title": "Thank you"}
    answer = client.post(reverse("roadmaps:launch_tasks", args=[slug, launch.pk]), sent)
    assert answer["Location"] == url
    task = LaunchTask.objects.get()
    assert (task.lane, task.day) == ("after", 5)
    assert "0 of 1 done" in client.get(url).content.decode()
