"""Tasks: moves, people, records they are about, waiting for each other, ticking."""

import threading
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from core.errors import Denied, NotFound, Refused
from tests.conftest import Member
from tests.factories.catalog import ProductFactory
from tests.factories.work import ChecklistItemFactory, TaskFactory
from tests.factories.workspaces import MembershipFactory, UserFactory
from workspaces.access.roles import Role
from workspaces.audit.models import ActivityEvent
from workspaces.records.kinds import KINDS
from workspaces.records.services import change_record, delete_record
from workspaces.todo import services
from workspaces.todo.models import MOVES, ChecklistItem, Task, TaskDependency, TaskState

PRODUCT = "products.product"


@pytest.fixture
def task(workspace):
    return TaskFactory(workspace=workspace, title="Proofs")


@pytest.mark.parametrize("old", TaskState.values)
@pytest.mark.parametrize("new", TaskState.values)
def test_a_task_moves_only_where_its_state_leads(workspace, member, old, new):
    task = TaskFactory(workspace=workspace, state=old)
    if new in MOVES[old] or new == old:
        assert services.move_task(member.actor, task.pk, new).state == new
        return
    with pytest.raises(Refused, match="From here it goes to"):
        services.move_task(member.actor, task.pk, new)
    task.refresh_from_db()
    assert (task.state, task.version) == (old, 1)


def test_when_it_was_done_is_kept_and_forgotten_when_it_opens_again(task, member):
    services.move_task(member.actor, task.pk, "done")
    task.refresh_from_db()
    assert task.done_at is not None
    services.move_task(member.actor, task.pk, "open")
    task.refresh_from_db()
    assert task.done_at is None


def test_only_members_are_given_tasks(task, member, outsider):
    gone = MembershipFactory(workspace=task.workspace, active=False).user
    for stranger in (outsider.user, gone, UserFactory()):
        with pytest.raises(ValidationError, match="no member here"):
            change_record(
                member.actor, KINDS["workspaces.task"], task.pk, 1, {"assignee": stranger}
            )
    task.refresh_from_db()
    assert task.assignee is None
    change_record(member.actor, KINDS["workspaces.task"], task.pk, 1, {"assignee": member.user})
    task.refresh_from_db()
    assert task.assignee == member.user


def test_nothing_is_due_before_it_starts(task, member):
    kind = KINDS["workspaces.task"]
    days = {"start_on": date(2026, 12, 2), "due_on": date(2026, 12, 1)}
    with pytest.raises(ValidationError, match="before it starts"):
        change_record(member.actor, kind, task.pk, 1, days)
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(**days)
    days["due_on"] = days["start_on"]
    assert change_record(member.actor, kind, task.pk, 1, days).due_on == days["due_on"]


def test_a_task_is_about_a_record_one_may_read(workspace, member, outsider):
    product = ProductFactory(workspace=workspace)
    theirs = ProductFactory(workspace=outsider.workspace)
    task = services.add_task(member.actor, "Ask", about=(PRODUCT, product.pk))
    assert (task.kind, task.object_id) == (PRODUCT, product.pk)
    for about in ((PRODUCT, theirs.pk), (PRODUCT, 999_999), ("no.kind", product.pk)):
        with pytest.raises(NotFound):
            services.add_task(member.actor, "Ask", about=about)
    assert Task.objects.count() == 1


def test_viewers_add_and_move_nothing(task, viewer):
    for act in (
        lambda: services.add_task(viewer.actor, "Ask"),
        lambda: services.add_in_one_line(viewer.actor, "Ask"),
        lambda: services.move_task(viewer.actor, task.pk, "done"),
        lambda: services.put_due(viewer.actor, task.pk, "fri"),
        lambda: services.add_item(viewer.actor, task.pk, "x"),
    ):
        with pytest.raises(Denied):
            act()
    assert Task.objects.get().state == "open"


def test_a_circle_of_waiting_is_refused_and_named(workspace, member):
    a, b, c = (TaskFactory(workspace=workspace, title=name) for name in "ABC")
    services.add_dependency(member.actor, a.pk, b.pk)
    services.add_dependency(member.actor, b.pk, c.pk)
    words = "“C” waits for “A” waits for “B” waits for “C”"
    with pytest.raises(Refused, match=words):
        services.add_dependency(member.actor, c.pk, a.pk)
    with pytest.raises(Refused, match="wait for itself"):
        services.add_dependency(member.actor, a.pk, a.pk)
    assert TaskDependency.objects.count() == 2
    services.add_dependency(member.actor, a.pk, c.pk)
    assert TaskDependency.objects.count() == 3


def test_waiting_for_the_same_task_twice_is_once(workspace, member):
    a, b = (TaskFactory(workspace=workspace) for _ in range(2))
    first = services.add_dependency(member.actor, a.pk, b.pk)
    assert services.add_dependency(member.actor, a.pk, b.pk) == first
    services.remove_dependency(member.actor, a.pk, b.pk)
    assert not TaskDependency.objects.exists()
    with pytest.raises(NotFound):
        services.remove_dependency(member.actor, a.pk, b.pk)


def test_a_task_of_another_workspace_is_nothing_to_wait_for(task, member, outsider):
    theirs = TaskFactory(workspace=outsider.workspace)
    with pytest.raises(NotFound):
        services.add_dependency(member.actor, task.pk, theirs.pk)
    TaskDependency.objects.create(workspace=task.workspace, blocked=task, blocker=theirs)
    with pytest.raises(IntegrityError):
        connection.check_constraints()


@pytest.mark.django_db(transaction=True)
def test_two_halves_of_a_circle_at_once_are_not_both_added():
    member = Member(MembershipFactory(role=Role.PRODUCT))
    a, b = (TaskFactory(workspace=member.workspace) for _ in range(2))
    start, refused = threading.Barrier(2), []

    def add(blocked, blocker):
        start.wait()
        try:
            services.add_dependency(member.actor, blocked, blocker)
        except Refused as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=add, args=pair) for pair in ((a.pk, b.pk), (b.pk, a.pk))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert len(refused) == 1
    assert "circle" in refused[0]
    assert TaskDependency.objects.count() == 1


def test_moving_a_line_of_a_checklist_writes_that_line_alone(task, member):
    a, b, c = (services.add_item(member.actor, task.pk, text) for text in "abc")
    before = dict(ChecklistItem.objects.values_list("pk", "position"))
    services.move_item(member.actor, c.pk, a.pk)
    after = dict(ChecklistItem.objects.values_list("pk", "position"))
    in_order = ChecklistItem.objects.order_by("position").values_list("text", flat=True)
    assert list(in_order) == ["a", "c", "b"]
    assert {pk for pk in after if after[pk] != before[pk]} == {c.pk}
    services.move_item(member.actor, b.pk, None)
    assert list(in_order.all()) == ["b", "a", "c"]


def test_lines_are_ticked_and_removed_and_the_task_remembers(task, member, outsider):
    item = services.add_item(member.actor, task.pk, "Paper")
    assert services.tick_item(member.actor, item.pk, True).done
    with pytest.raises(NotFound):
        services.tick_item(outsider.actor, item.pk, False)
    services.remove_item(member.actor, item.pk)
    assert not ChecklistItem.objects.exists()
    verbs = ActivityEvent.objects.of(task).values_list("verb", flat=True)
    assert list(verbs) == ["task.item_removed", "task.item_ticked", "task.item_added"]


def test_a_line_is_never_put_behind_one_of_another_task(task, member):
    mine = services.add_item(member.actor, task.pk, "Paper")
    other = ChecklistItemFactory(workspace=task.workspace)
    with pytest.raises(NotFound):
        services.move_item(member.actor, mine.pk, other.pk)


def test_what_waited_for_a_deleted_task_waits_no_longer(workspace, member, client_of):
    a, b = (TaskFactory(workspace=workspace, assignee=member.user) for _ in range(2))
    services.add_dependency(member.actor, a.pk, b.pk)
    client = client_of(member)
    assert b"waits for 1" in client.get(f"/w/{workspace.slug}/tasks/").content
    delete_record(member.actor, KINDS["workspaces.task"], b.pk, 1)
    assert b"waits for" not in client.get(f"/w/{workspace.slug}/tasks/").content
