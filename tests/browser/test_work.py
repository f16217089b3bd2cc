"""Tasks, approvals and the calendar in a real browser, by keyboard first."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from core.clock import today
from tests.approvals.asking import ask, step
from tests.factories.catalog import ProductFactory
from tests.factories.work import TaskFactory
from workspaces.approvals.models import Approval
from workspaces.todo.models import Task

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("pm_workspace.gallery.site"),
]


def url(member, name, *args):
    return reverse(f"workspaces:{name}", args=[member.workspace.slug, *args])


@pytest.mark.parametrize("at", ["desk", "phone"])
def test_my_tasks_by_keyboard_alone(at, member, tab_of, axe, keep, fits):
    now = today(member.workspace.timezone)
    for title in ("Late", "Later"):
        TaskFactory(
            workspace=member.workspace,
            title=title,
            assignee=member.user,
            due_on=now - timedelta(days=1),
        )
    tab = tab_of(member, at=at)
    tab.goto(url(member, "tasks"))

    tab.keyboard.press("n")
    line = tab.get_by_role("textbox", name="What is to be done")
    expect(line).to_be_focused()
    line.press_sequentially("Call the printer tomorrow")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("region", name="Upcoming")).to_contain_text("Call the printer")
    expect(line).to_be_focused()
    keep(tab, f"my-tasks-{at}")
    fits(tab)
    axe(tab)

    line.evaluate("element => element.blur()")
    tab.keyboard.press("j")
    expect(tab.get_by_role("link", name="Late", exact=True)).to_be_focused()
    tab.keyboard.press("x")
    expect(tab.get_by_role("link", name="Late", exact=True)).to_have_count(0)
    expect(tab.get_by_role("link", name="Later", exact=True)).to_be_focused()
    tab.keyboard.press("s")
    expect(tab.get_by_text("1 put off until later.")).to_be_visible()
    tab.keyboard.press("e")
    expect(tab.get_by_role("textbox", name="Title")).to_have_value("Call the printer")
    assert Task.objects.get(title="Late").state == "done"


def test_my_tasks_work_without_javascript(member, tab_of):
    TaskFactory(workspace=member.workspace, title="Weigh it", assignee=member.user)
    tab = tab_of(member, js=False)
    tab.goto(url(member, "tasks"))

    tab.get_by_role("button", name="Done: Weigh it").click()

    expect(tab.get_by_text("Nothing is left to do.")).to_be_visible()
    assert Task.objects.get().state == "done"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_an_approval_is_decided(dark, member, viewer, tab_of, axe, keep, fits):
    product = ProductFactory(workspace=member.workspace)
    ask(member, product, step(viewer))
    tab = tab_of(viewer, dark=dark)
    tab.goto(url(viewer, "approvals"))
    axe(tab)

    tab.keyboard.press("j")
    tab.keyboard.press("e")
    conditions = tab.get_by_role("textbox", name=re.compile("Conditions"))
    conditions.fill("Weigh it\nPrint it")
    keep(tab, f"approval-{'dark' if dark else 'light'}", whole=True)
    fits(tab)
    axe(tab)
    tab.get_by_role("button", name="Approve with conditions").click()

    expect(tab.get_by_text("Condition: Print it · Open")).to_be_visible()
    expect(tab.get_by_text("Your decision")).to_have_count(0)
    assert Approval.objects.get().state == "conditional"


@pytest.mark.parametrize(
    ("at", "dark"), [("desk", False), ("desk", True), ("phone", False), ("phone", True)]
)
def test_the_calendar_reads_well(at, dark, member, tab_of, axe, keep, fits):
    now = today(member.workspace.timezone)
    for n in range(6):
        TaskFactory(workspace=member.workspace, title=f"Task {n}", due_on=now)
    tab = tab_of(member, at=at, dark=dark)
    for view in ("month", "week", "agenda"):
        tab.goto(f"{url(member, 'calendar')}?view={view}")
        expect(tab.get_by_role("link", name="Task: Task 0").locator("visible=true")).to_have_count(
            1
        )
        keep(tab, f"calendar-{view}-{at}-{'dark' if dark else 'light'}")
        fits(tab)
        axe(tab)


def test_a_task_is_put_on_another_day_by_mouse_and_by_keys(member, tab_of):
    now = today(member.workspace.timezone)
    task = TaskFactory(workspace=member.workspace, title="Weigh it", due_on=now)
    tab = tab_of(member)
    tab.goto(f"{url(member, 'calendar')}?view=week")
    entry = tab.get_by_role("table").get_by_role("link", name="Task: Weigh it")

    def day():
        task.refresh_from_db()
        return task.due_on

    other = now + timedelta(days=1 if now.weekday() < 6 else -1)
    entry.drag_to(tab.get_by_role("table").locator(f"[data-day='{other.isoformat()}']"))
    expect(tab.get_by_text("It is on")).to_be_visible()
    assert day() == other

    entry.focus()
    tab.keyboard.press("Alt+ArrowLeft" if other > now else "Alt+ArrowRight")
    expect(tab.locator(f"td[data-day='{now.isoformat()}']")).to_contain_text("Weigh it")
    assert day() == now

    entry.focus()
    tab.keyboard.press("m")
    box = tab.get_by_label("Day of Weigh it")
    expect(box).to_be_focused()
    box.fill(other.isoformat())
    tab.get_by_role("button", name="Move", exact=True).click()
    expect(tab.locator(f"td[data-day='{other.isoformat()}']")).to_contain_text("Weigh it")
    tab.get_by_role("button", name="Undo").last.click()
    expect(tab.locator(f"td[data-day='{now.isoformat()}']")).to_contain_text("Weigh it")
    assert day() == now
