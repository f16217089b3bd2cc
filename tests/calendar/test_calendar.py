"""The calendar: everything with a day, on the right day, and put on another one."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from products.catalog.models import Product
from tests.approvals.asking import ask, step
from tests.factories.catalog import ProductFactory
from tests.factories.work import MeetingFactory, TaskFactory
from workspaces.calendar.sources import entries_between
from workspaces.meetings import services as meetings
from workspaces.meetings.services import Again, Guests

DAY = date(2026, 11, 18)
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


def url(workspace, name="calendar"):
    return reverse(f"workspaces:{name}", args=[workspace.slug])


def titles(member, person=None, only=frozenset(), days=NOVEMBER):
    found = entries_between(member.actor, *days, only=only, person=person)
    return [(entry.day, entry.title) for entry in found]


def test_everything_that_has_a_day_stands_there(workspace, member, owner):
    TaskFactory(workspace=workspace, title="Task", due_on=DAY)
    TaskFactory(workspace=workspace, title="No day")
    TaskFactory(workspace=workspace, title="Other month", due_on=date(2026, 12, 1))
    product = ProductFactory(workspace=workspace, name="Jacket", launched_on=DAY)
    ask(member, product, step(owner), due_on=DAY)
    MeetingFactory(
        workspace=workspace, title="Review", starts_at=datetime(2026, 11, 18, 9, tzinfo=UTC)
    )
    assert titles(member) == [(DAY, "May it?"), (DAY, "Jacket"), (DAY, "Task"), (DAY, "Review")]
    assert titles(member, only=frozenset({"workspaces.task"})) == [(DAY, "Task")]


def test_a_meeting_stands_on_its_day_in_the_workspaces_zone(workspace, member):
    late = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)  # 00:30 on the 19th in Berlin
    MeetingFactory(workspace=workspace, title="Late", starts_at=late)
    assert titles(member) == [(date(2026, 11, 19), "Late")]
    only_18 = (DAY, DAY)
    assert titles(member, days=only_18) == []


def test_a_series_shows_the_meetings_to_come_once(workspace, member):
    meeting = meetings.call_meeting(
        member.actor,
        "Review",
        datetime(2026, 11, 3, 9, tzinfo=UTC),
        again=Again("weekly", count=3),
    )
    days = [3, 10, 17]
    assert [day.day for day, _ in titles(member)] == days
    meetings.move_meeting(member.actor, meeting.pk, "closed")
    assert [day.day for day, _ in titles(member)] == days


def test_a_persons_calendar_has_what_is_theirs(workspace, member, owner):
    TaskFactory(workspace=workspace, title="Mine", due_on=DAY, assignee=member.user)
    TaskFactory(workspace=workspace, title="Hers", due_on=DAY, assignee=owner.user)
    at = datetime(2026, 11, 18, 9, tzinfo=UTC)
    meetings.call_meeting(member.actor, "Ours", at, guests=Guests([member.user]))
    meetings.call_meeting(member.actor, "Theirs", at, guests=Guests([owner.user]))
    assert titles(member, person=member.user.pk) == [(DAY, "Mine"), (DAY, "Ours")]


def test_nobody_sees_another_workspaces_days(workspace, member, outsider):
    TaskFactory(workspace=outsider.workspace, due_on=DAY)
    MeetingFactory(workspace=outsider.workspace, starts_at=datetime(2026, 11, 18, 9, tzinfo=UTC))
    assert titles(member) == []
    assert len(titles(outsider)) == 2


@pytest.mark.parametrize(
    ("view", "start", "end"),
    [
        ("month", date(2026, 10, 26), date(2026, 12, 6)),
        ("week", date(2026, 11, 16), date(2026, 11, 22)),
    ],
)
def test_months_and_weeks_are_whole(workspace, member, client_of, view, start, end):
    page = client_of(member).get(url(workspace), {"view": view, "on": "2026-11-18"})
    weeks = page.context["weeks"]
    assert (weeks[0][0].day, weeks[-1][-1].day) == (start, end)
    assert {len(week) for week in weeks} == {7}


@pytest.mark.parametrize("on", ["", "soon", "1800-01-01", "9999-12-31", "2026-02-30"])
def test_a_day_that_is_none_is_today(workspace, member, client_of, on):
    page = client_of(member).get(url(workspace), {"on": on, "view": "nothing", "kind": "nothing"})
    assert page.status_code == 200
    assert page.context["asked"].view == "month"


def move(client, workspace, row, day, field="due_on", kind="workspaces.task"):
    sent = {"kind": kind, "pk": row.pk, "field": field, "version": row.version, "day": day}
    return client.post(url(workspace, "calendar_move"), sent, follow=True)


def test_a_task_is_put_on_another_day_and_undo_puts_it_back(workspace, member, client_of):
    task = TaskFactory(workspace=workspace, due_on=DAY)
    client = client_of(member)
    page = move(client, workspace, task, "2026-11-20")
    task.refresh_from_db()
    assert (task.due_on, task.version) == (date(2026, 11, 20), 2)
    (toast,) = page.context["messages"]
    client.post(toast.extra_tags)
    task.refresh_from_db()
    assert task.due_on == DAY


def test_what_changed_meanwhile_or_is_no_day_stays(workspace, member, viewer, client_of):
    task = TaskFactory(workspace=workspace, due_on=DAY)
    assert move(client_of(viewer), workspace, task, "2026-11-20").status_code == 403
    move(client_of(member), workspace, task, "soon")
    move(client_of(member), workspace, task, "2026-11-20", field="title")
    task.version = 9
    move(client_of(member), workspace, task, "2026-11-20")
    task.refresh_from_db()
    assert (task.due_on, task.version) == (DAY, 1)


def test_a_product_is_moved_through_its_own_verb(workspace, member, client_of):
    product = ProductFactory(workspace=workspace, launched_on=DAY)
    move(client_of(member), workspace, product, "2026-11-20", "launched_on", "products.product")
    assert Product.objects.get().launched_on == date(2026, 11, 20)


def test_thirty_entries_cost_what_three_cost(workspace, member, client_of, queries):
    client = client_of(member)
    asked = {"on": "2026-11-18"}

    def more(count):
        for n in range(count):
            TaskFactory(workspace=workspace, due_on=DAY)
            meetings.call_meeting(
                member.actor, f"M{n}", datetime(2026, 11, 18, 9, tzinfo=UTC), again=Again("weekly")
            )

    more(3)
    client.get(url(workspace), asked)
    for_three = queries(lambda: client.get(url(workspace), asked))
    more(27)
    assert queries(lambda: client.get(url(workspace), asked)) == for_three
