"""“My tasks”, the tasks of a record, and what needs a member."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core.clock import today
from tests.factories.catalog import ProductFactory
from tests.factories.work import ChecklistItemFactory, TaskFactory
from workspaces.records.needs import needs_of
from workspaces.snoozes.models import Snooze
from workspaces.todo.models import Task


@pytest.fixture
def now(workspace):
    return today(workspace.timezone)


def url(workspace, name="tasks", *args):
    return reverse(f"workspaces:{name}", args=[workspace.slug, *args])


def shown(page):
    return {
        section.name: [line.task.title for line in section.lines]
        for section in page.context["sections"]
    }


def test_my_tasks_stand_by_when_they_are_due(workspace, member, owner, client_of, now):
    for title, due in (
        ("late", now - timedelta(days=1)),
        ("now", now),
        ("later", now + timedelta(days=1)),
        ("some day", None),
    ):
        TaskFactory(workspace=workspace, title=title, due_on=due, assignee=member.user)
    TaskFactory(workspace=workspace, title="done", state="done", assignee=member.user)
    TaskFactory(workspace=workspace, title="hers", assignee=owner.user)

    page = client_of(member).get(url(workspace))

    assert shown(page) == {
        "overdue": ["late"],
        "today": ["now"],
        "upcoming": ["later"],
        "someday": ["some day"],
    }


def test_one_line_adds_a_task_of_mine_and_undo_takes_it_away(workspace, member, client_of, now):
    client = client_of(member)
    page = client.post(
        url(workspace, "task_add"), {"line": "Call the printer tomorrow"}, follow=True
    )
    task = Task.objects.visible_to(member.actor).get()
    assert (task.title, task.assignee) == ("Call the printer", member.user)
    assert task.due_on == now + timedelta(days=1)
    (toast,) = page.context["messages"]
    client.post(toast.extra_tags)
    assert not Task.objects.visible_to(member.actor).exists()


@pytest.mark.parametrize("line", ["", "   ", "x" * 201])
def test_a_line_that_is_no_task_is_refused_on_the_page(workspace, member, client_of, line):
    page = client_of(member).post(url(workspace, "task_add"), {"line": line})
    assert page.status_code == 422
    assert page.context["error"]
    assert not Task.objects.exists()


def test_a_tick_is_done_and_undo_opens_it_again(workspace, member, client_of):
    task = TaskFactory(workspace=workspace, assignee=member.user)
    client = client_of(member)
    page = client.post(url(workspace, "task_move", task.pk), {"state": "done"}, follow=True)
    task.refresh_from_db()
    assert (task.state, shown(page)) == ("done", {})
    (toast,) = page.context["messages"]
    client.post(toast.extra_tags)
    task.refresh_from_db()
    assert task.state == "open"


def test_a_move_that_leads_nowhere_is_said_and_changes_nothing(workspace, member, client_of):
    task = TaskFactory(workspace=workspace, state="blocked")
    page = client_of(member).post(
        url(workspace, "task_move", task.pk), {"state": "done"}, follow=True
    )
    task.refresh_from_db()
    assert task.state == "blocked"
    assert "cannot become done" in page.content.decode()


def test_snoozing_hides_a_task_from_me_alone_and_keeps_its_day(
    workspace, member, owner, client_of, now
):
    task = TaskFactory(workspace=workspace, assignee=member.user, due_on=now)
    client = client_of(member)
    assert [need.title for need in needs_of(member.actor)[0]] == [task.title]
    page = client.post(url(workspace, "task_snooze", task.pk), follow=True)
    task.refresh_from_db()
    assert (shown(page), page.context["put_off"], task.due_on) == ({}, 1, now)
    assert needs_of(member.actor) == ([], 1)
    assert Snooze.objects.get().user == member.user
    (toast,) = page.context["messages"]
    assert shown(client.post(toast.extra_tags, follow=True)) == {"today": [task.title]}


def test_a_due_day_is_said_in_words(workspace, member, client_of, now):
    task = TaskFactory(workspace=workspace)
    client, to = client_of(member), url(workspace, "task_due", task.pk)
    client.post(to, {"due": "+3d"})
    task.refresh_from_db()
    assert task.due_on == now + timedelta(days=3)
    client.post(to, {"due": "soonish"})
    task.refresh_from_db()
    assert task.due_on == now + timedelta(days=3)
    client.post(to, {"due": ""})
    task.refresh_from_db()
    assert task.due_on is None


def test_only_what_is_due_needs_its_assignee(workspace, member, owner, now):
    TaskFactory(workspace=workspace, title="now", assignee=member.user, due_on=now)
    late = now - timedelta(days=2)
    TaskFactory(workspace=workspace, title="late", assignee=member.user, due_on=late)
    tomorrow = now + timedelta(days=1)
    TaskFactory(workspace=workspace, title="not yet", assignee=member.user, due_on=tomorrow)
    assert [(need.title, need.note) for need in needs_of(member.actor)[0]] == [
        ("late", "2 d overdue"),
        ("now", "Due today"),
    ]
    assert needs_of(owner.actor) == ([], 0)


def test_every_record_has_its_tasks_and_takes_new_ones(workspace, member, viewer, client_of):
    product = ProductFactory(workspace=workspace)
    tab = reverse("products:product", args=[workspace.slug, product.pk, "tasks"])
    about = {"kind": "products.product", "object_id": product.pk, "next": tab, "line": "Weigh it"}
    page = client_of(member).post(url(workspace, "task_add"), about, follow=True)
    assert [line.task.title for line in page.context["lines"]] == ["Weigh it"]
    assert client_of(viewer).post(url(workspace, "task_add"), about).status_code == 403
    page = client_of(viewer).get(tab)
    assert [line.task.title for line in page.context["lines"]] == ["Weigh it"]
    assert not page.context["adds"]


def test_a_task_about_what_one_may_not_read_does_not_name_it(workspace, member, viewer, client_of):
    from tests.factories.ledger import OrderFactory

    order = OrderFactory(workspace=workspace, number="SECRET-1")
    TaskFactory(
        workspace=workspace,
        assignee=viewer.user,
        kind="finance.order",
        object_id=order.pk,
        title="Look",
    )
    body = client_of(viewer).get(url(workspace)).content.decode()
    assert "Look" in body
    assert "SECRET-1" not in body


def test_the_form_adds_a_task_with_everything(workspace, member, client_of):
    product = ProductFactory(workspace=workspace)
    client, to = client_of(member), url(workspace, "task_new")
    sent = {
        "title": "Weigh it",
        "priority": "high",
        "due_on": "2026-12-02",
        "start_on": "2026-12-03",
        "kind": "products.product",
        "object_id": product.pk,
    }
    page = client.post(to, sent)
    assert page.status_code == 422
    assert "before it starts" in page.content.decode()
    assert client.post(to, sent | {"start_on": "2026-12-01"}).status_code == 302
    task = Task.objects.get()
    assert (task.priority, task.object_id) == ("high", product.pk)


def test_the_page_of_a_task_shows_what_it_waits_for_and_ticks(workspace, member, client_of):
    task, other = TaskFactory(workspace=workspace), TaskFactory(workspace=workspace, title="Paper")
    client, to = (
        client_of(member),
        reverse("workspaces:record", args=[workspace.slug, "tasks", task.pk]),
    )
    client.post(url(workspace, "task_waits", task.pk), {"blocker": "paper"})
    client.post(url(workspace, "task_items", task.pk), {"text": "First line"})
    body = client.get(to).content.decode()
    assert "First line" in body
    assert f"/tasks/{other.pk}/" in body
    item = task.checklist.get()
    client.post(url(workspace, "task_item", task.pk, item.pk), {"act": "tick"})
    item.refresh_from_db()
    assert item.done
    client.post(url(workspace, "task_waits", task.pk), {"remove": other.pk})
    assert not task.waits_for.exists()


def test_thirty_tasks_cost_what_three_cost(workspace, member, client_of, queries, now):
    client = client_of(member)
    product = ProductFactory(workspace=workspace)
    about = {"kind": "products.product", "object_id": product.pk, "assignee": member.user}
    TaskFactory.create_batch(3, workspace=workspace, due_on=now, **about)
    client.get(url(workspace))
    for_three = queries(lambda: client.get(url(workspace)))
    TaskFactory.create_batch(27, workspace=workspace, due_on=now, **about)
    assert queries(lambda: client.get(url(workspace))) == for_three


def test_a_checklist_line_belongs_to_its_workspace(workspace, member, outsider, client_of):
    item = ChecklistItemFactory(workspace=outsider.workspace)
    to = url(workspace, "task_item", item.task_id, item.pk)
    assert client_of(member).post(to, {"act": "remove"}).status_code == 404


def test_editing_a_task_tells_whoever_comes_second(workspace, member, viewer, client_of):
    task = TaskFactory(workspace=workspace, title="Old")
    to = url(workspace, "task_edit", task.pk)
    sent = {"title": "New", "priority": "normal", "seen_version": 1}
    assert client_of(viewer).post(to, sent).status_code == 403
    assert client_of(member).post(to, sent).status_code == 302
    page = client_of(member).post(to, sent | {"title": "Mine"})
    assert page.status_code == 422
    assert "changed while you were editing" in page.content.decode()
    task.refresh_from_db()
    assert (task.title, task.version) == ("New", 2)
