"""Launches: made from templates, moved, re-dated, scored by two, and no circle in what waits."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from core.errors import Denied, NotFound, ReasonNeeded, Refused
from roadmaps.launches import services
from roadmaps.launches.models import Launch, LaunchTask, TaskOrder, TemplateTask
from roadmaps.launches.offers import offers_for, presets
from roadmaps.launches.records import CLOSED, LAUNCH, TASK, TEMPLATE_TASK
from roadmaps.launches.services_templates import adopt_preset, make_launch, take_offers
from roadmaps.launches.states import CRITERIA, Tier, tier_of, tier_score
from roadmaps.readiness.workdays import is_working, moved
from tests.factories.catalog import MarketFactory, ProductFactory
from tests.factories.launches import LaunchTaskFactory, LaunchTemplateFactory, TemplateTaskFactory
from tests.launches.conftest import small
from workspaces.audit.models import ActivityEvent
from workspaces.records.services import change_record, create_record, delete_record
from workspaces.records.undo_many import undo_batch


@pytest.fixture
def made(member, planned_on):
    template = adopt_preset(member.actor, "tier-2")
    return make_launch(member.actor, {"title": "Jacket", "planned_on": planned_on}, template)


def tasks_of(launch):
    return {one.key: one for one in LaunchTask.objects.filter(launch=launch)}


@pytest.mark.parametrize("word", ["tier-1", "tier-2", "tier-3"])
def test_every_template_that_comes_along_makes_a_launch(member, planned_on, word):
    template = adopt_preset(member.actor, word)
    launch = make_launch(member.actor, {"title": "x", "planned_on": planned_on}, template)

    tasks = tasks_of(launch)
    assert launch.tier == presets()[word]["tier"]
    assert set(tasks) == {one["key"] for one in presets()[word]["tasks"]}
    assert all(is_working(one.due_on) for one in tasks.values())
    assert tasks["brief"].due_on == moved(planned_on, tasks["brief"].day)
    named = {
        (before, one["key"])
        for one in presets()[word]["tasks"]
        for before in one["after"].split(", ")
        if before
    }
    kept = TaskOrder.objects.values_list("before__key", "after__key")
    assert set(kept) == named
    assert adopt_preset(member.actor, word) == template


def test_tasks_follow_the_launchs_day_and_leave_out_holidays(made, member):
    before = tasks_of(made)["go"].due_on
    later = made.planned_on + timedelta(days=28)
    change_record(member.actor, TASK, tasks_of(made)["brief"].pk, 1, {"done_on": date(2026, 1, 5)})
    kept = tasks_of(made)["brief"].due_on

    services.change_launch(member.actor, made.pk, seen_version=made.version, planned_on=later)

    after = tasks_of(made)
    assert after["go"].due_on == before + timedelta(days=28)
    assert after["brief"].due_on == kept
    closed = after["go"].due_on
    create_record(member.actor, CLOSED, {"title": "x", "start_on": closed, "end_on": closed})
    go = after["go"]
    change_record(member.actor, TASK, go.pk, go.version, {"day": go.day - 1})
    assert tasks_of(made)["go"].due_on < closed


def test_a_changed_template_is_offered_and_what_was_started_is_left(made, member):
    rows = {one.key: one for one in TemplateTask.objects.filter(template=made.template)}
    tasks = tasks_of(made)
    assert offers_for(member.actor, made) == []
    photos, brief, review = rows["photos"], rows["brief"], rows["review"]
    change_record(member.actor, TEMPLATE_TASK, photos.pk, photos.version, {"day": -15})
    change_record(member.actor, TEMPLATE_TASK, brief.pk, brief.version, {"day": -40})
    change_record(member.actor, TASK, tasks["brief"].pk, 1, {"started_on": date(2026, 1, 5)})
    delete_record(member.actor, TEMPLATE_TASK, review.pk, review.version)
    delete_record(member.actor, TASK, tasks["support"].pk, 1)
    TemplateTaskFactory(workspace=made.workspace, template=made.template, key="film", after="brief")

    found = {one.name: one for one in offers_for(member.actor, made)}

    assert set(found) == {"change:photos", "remove:review", "add:film"}
    assert found["change:photos"].says == ("T±: -12 → -15",)
    with pytest.raises(Refused, match="Choose"):
        take_offers(member.actor, made.pk, [])
    batch = take_offers(member.actor, made.pk, found)
    after = tasks_of(made)
    assert after["photos"].day == -15
    assert after["photos"].due_on == moved(made.planned_on, -15)
    assert after["review"].deleted_at
    assert TaskOrder.objects.filter(before=after["brief"], after=after["film"]).exists()
    assert offers_for(member.actor, made) == []
    undo_batch(member.actor, batch)
    assert tasks_of(made)["photos"].day == -12


def test_a_circle_of_tasks_is_refused_and_named(made, member):
    tasks = tasks_of(made)
    with pytest.raises(Refused, match=r"circle: “Write the launch brief” before “Agree on"):
        services.wait_for(member.actor, tasks["brief"].pk, tasks["specification"].pk)
    with pytest.raises(Refused, match="itself"):
        services.wait_for(member.actor, tasks["brief"].pk, tasks["brief"].pk)
    stranger = LaunchTaskFactory(workspace=made.workspace)
    with pytest.raises(Refused, match="own launch"):
        services.wait_for(member.actor, tasks["brief"].pk, stranger.pk)


def test_a_circle_in_a_template_is_refused_and_named(member, workspace):
    template = LaunchTemplateFactory(workspace=workspace)
    values = {"template": template, "title": "Photos", "key": "photos", "after": "texts"}
    create_record(member.actor, TEMPLATE_TASK, values)
    back = {"template": template, "title": "Texts", "key": "texts", "after": "photos"}
    with pytest.raises(Refused, match=r"“(Photos|Texts)” before “(Photos|Texts)” before"):
        create_record(member.actor, TEMPLATE_TASK, back)
    own = {"title": "Own", "key": "own", "after": "own"}
    with pytest.raises(Refused, match="“Own” before “Own”"):
        create_record(member.actor, TEMPLATE_TASK, {"template": template, **own})
    with pytest.raises(ValidationError, match="has that key"):
        create_record(member.actor, TEMPLATE_TASK, values)


def test_states_go_their_ways_and_ask_why(launch, member, move):
    with pytest.raises(Refused, match="It can go to: Build, Paused, Cancelled"):
        move(launch, "verify")
    with pytest.raises(ReasonNeeded, match="What does it wait for"):
        move(launch, "paused", reason="")
    move(launch, "paused", reason="The mill burned down.")
    event = ActivityEvent.objects.filter(verb="launch.moved").latest("pk")
    assert event.changes["reason"] == [None, "The mill burned down."]
    move(launch, "cancelled")
    with pytest.raises(Refused, match="nothing changes now"):
        create_record(member.actor, TASK, {"launch": launch, "title": "x"})


def test_the_tier_is_weighed_and_confirmed_by_two_and_other_points_begin_anew(
    launch, member, owner
):
    assert (tier_score(small(3)), tier_score(small(0))) == (100, 0)
    assert [tier_of(small(one)) for one in (3, 2, 1)] == [Tier.ONE, Tier.ONE, Tier.THREE]
    with pytest.raises(Refused, match="Score the tier first"):
        services.confirm_tier(member.actor, launch.pk)
    with pytest.raises(Refused, match="every criterion"):
        services.set_points(member.actor, launch.pk, {CRITERIA[0].key: 3})
    services.set_points(member.actor, launch.pk, small(3))
    with pytest.raises(Refused, match="Another person"):
        services.confirm_tier(member.actor, launch.pk)
    assert services.confirm_tier(owner.actor, launch.pk)
    services.set_points(owner.actor, launch.pk, small(0))
    launch.refresh_from_db()
    assert launch.tier == Tier.THREE
    assert [one.user for one in launch.confirmations.all()] == [owner.user]


def test_what_a_launch_is_about_is_of_its_workspace(launch, member, workspace):
    product, market = ProductFactory(workspace=workspace), MarketFactory(workspace=workspace)
    services.set_links(member.actor, launch.pk, "products", [product.pk])
    services.set_links(member.actor, launch.pk, "markets", [market.pk])
    with pytest.raises(NotFound):
        services.set_links(member.actor, launch.pk, "products", [ProductFactory().pk])
    assert [one.product for one in launch.brings.all()] == [product]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"low": 5, "likely": 2, "high": 3}, "likely"),
        ({"done_on": date(2100, 1, 1)}, "done_on"),
        ({"started_on": date(2026, 2, 2), "done_on": date(2026, 2, 1)}, "done_on"),
    ],
)
def test_a_task_that_cannot_be_is_refused(launch, member, values, field):
    with pytest.raises(ValidationError) as refused:
        create_record(member.actor, TASK, {"launch": launch, "title": "x", **values})
    assert field in refused.value.message_dict


def test_a_viewer_reads_and_changes_nothing(viewer, launch, client_of):
    with pytest.raises(Denied):
        services.set_points(viewer.actor, launch.pk, small())
    with pytest.raises(Denied):
        create_record(viewer.actor, LAUNCH, {"title": "x", "planned_on": launch.planned_on})
    assert Launch.objects.count() == 1
    url = f"/w/{launch.workspace.slug}/launches/{launch.pk}/"
    assert client_of(viewer).get(url).status_code == 200
    assert client_of(viewer).post(f"{url}move/", {"state": "build"}).status_code == 403


def test_pages_name_the_field_that_is_wrong_and_the_task_to_wait_for(made, member, client_of):
    client, slug = client_of(member), made.workspace.slug

    def said(name, **sent):
        answer = client.post(reverse(name, args=[slug, made.pk]), sent, follow=True)
        return " ".join(str(one) for one in answer.context["messages"])

    assert said("roadmaps:launch_lines", title=" ").startswith("Title: ")
    assert said("roadmaps:launch_runs", title=" ", result="passed").startswith("Title: ")
    points = {"low": "5", "likely": "1", "high": "1"}
    assert said("roadmaps:launch_tasks", title="x", **points).startswith("Days: At best")
    assert said("roadmaps:launch_tasks", title="x", low="a").startswith("Days at best: ")
    tasks = tasks_of(made)
    for title in ("Twin", "Twin"):
        create_record(member.actor, TASK, {"launch": made, "title": title})
    wait = {"task": tasks["brief"].pk}
    assert "Several tasks are called “twin”" in said("roadmaps:launch_waits", before="twin", **wait)
    assert "is called “None”" in said("roadmaps:launch_waits", before="None", **wait)
    film = create_record(member.actor, TASK, {"launch": made, "title": "Make a film"})
    assert said("roadmaps:launch_waits", before=" make a film", **wait) == ""
    assert TaskOrder.objects.filter(before=film, after=tasks["brief"]).exists()


def test_a_move_that_asks_why_opens_the_form_with_the_state_chosen(made, member, client_of):
    client, slug = client_of(member), made.workspace.slug
    page = client.get(reverse("roadmaps:launch", args=[slug, made.pk])).content.decode()
    url = reverse("workspaces:record_edit", args=[slug, "launches", made.pk])
    assert f'href="{url}?state=cancelled"' in page
    form = client.get(f"{url}?state=cancelled&title=Other").content.decode()
    assert '<option value="cancelled" selected>' in form
    assert 'value="Jacket"' in form


def test_a_new_launch_says_beside_its_day_what_is_wrong_and_opens_there(
    member, workspace, client_of
):
    url = reverse("roadmaps:launch_new", args=[workspace.slug])
    answer = client_of(member).post(url, {"title": "Jacket", "planned_on": "2060-01-01"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["planned_on"] == ["Give a day within ten years."]
    assert 'role="alert" tabindex="-1" autofocus' in answer.content.decode()
