"""Approvals: who is asked, in which order, what counts, and what was said."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Denied, NotFound, Refused
from tests.approvals.asking import ask, step
from tests.conftest import Member
from tests.factories.catalog import ProductFactory
from tests.factories.ledger import OrderFactory
from tests.factories.work import TaskFactory
from tests.factories.workspaces import MembershipFactory
from workspaces.access.roles import Role
from workspaces.approvals import services
from workspaces.approvals.counting import NO, OPEN, YES, Counted, outcomes, verdict_of
from workspaces.approvals.models import Approval, Approver, Decision
from workspaces.audit.models import ActivityEvent
from workspaces.records.kinds import KINDS
from workspaces.records.services import change_record, create_record, delete_record
from workspaces.todo.models import Task

KIND = "workspaces.approval"


@pytest.fixture
def task(workspace):
    return TaskFactory(workspace=workspace)


@pytest.fixture
def people(member_as):
    return [member_as(Role.PRODUCT) for _ in range(3)]


def state_of(approval):
    approval.refresh_from_db()
    return approval.state


def test_all_of_a_step_must_say_yes(task, member, people):
    approval = ask(member, task, step(*people))
    for one in people[:2]:
        assert services.decide(one.actor, approval.pk, "approve").state == "pending"
    assert services.decide(people[2].actor, approval.pk, "approve").state == "approved"
    assert state_of(approval) == "approved"
    assert approval.decided_at is not None


def test_two_of_three_are_enough_and_one_no_changes_nothing(task, member, people):
    approval = ask(member, task, step(*people, needed=2))
    services.decide(people[0].actor, approval.pk, "reject", reason="Too early")
    assert state_of(approval) == "pending"
    services.decide(people[1].actor, approval.pk, "approve")
    services.decide(people[2].actor, approval.pk, "approve")
    assert state_of(approval) == "approved"


def test_it_is_rejected_once_enough_yes_cannot_be_reached(task, member, people):
    approval = ask(member, task, step(*people, needed=2))
    services.decide(people[0].actor, approval.pk, "reject", reason="No")
    services.decide(people[1].actor, approval.pk, "reject", reason="No")
    assert state_of(approval) == "rejected"
    with pytest.raises(Refused, match="rejected already"):
        services.decide(people[2].actor, approval.pk, "approve")


def test_a_later_step_waits_for_the_earlier_one(task, member, people):
    first, second, third = people
    approval = ask(member, task, step(first, place=1), step(second, place=2), step(third, place=1))
    with pytest.raises(Refused, match="not your turn yet"):
        services.decide(second.actor, approval.pk, "approve")
    assert not Decision.objects.exists()
    services.decide(third.actor, approval.pk, "approve")
    services.decide(first.actor, approval.pk, "approve")
    assert state_of(approval) == "pending"
    services.decide(second.actor, approval.pk, "approve")
    assert state_of(approval) == "approved"


def test_nobody_decides_twice_or_unasked(task, member, people, owner):
    approval = ask(member, task, step(*people[:2]))
    services.decide(people[0].actor, approval.pk, "approve")
    with pytest.raises(Refused, match="have decided"):
        services.decide(people[0].actor, approval.pk, "reject", reason="No")
    with pytest.raises(Denied):
        services.decide(owner.actor, approval.pk, "approve")
    assert Decision.objects.count() == 1


def test_a_viewer_who_is_asked_decides_and_nothing_else(task, member, viewer):
    approval = ask(member, task, step(viewer))
    with pytest.raises(Denied):
        ask(viewer, task, step(member))
    with pytest.raises(Denied):
        change_record(viewer.actor, KINDS[KIND], approval.pk, 1, {"title": "Mine"})
    services.decide(viewer.actor, approval.pk, "conditions", conditions=["Weigh it"])
    assert state_of(approval) == "conditional"
    assert Task.objects.filter(title="Weigh it", object_id=task.pk).exists()


def test_each_condition_becomes_a_task_about_the_record(task, member, people):
    approval = ask(member, task, step(people[0]))
    said = ["Weigh  it", "", "Print it"]
    services.decide(people[0].actor, approval.pk, "conditions", conditions=said)
    made = Task.objects.filter(kind="workspaces.task", object_id=task.pk).order_by("pk")
    assert [one.title for one in made] == ["Weigh it", "Print it"]
    assert {one.assignee for one in made} == {member.user}
    assert state_of(approval) == "conditional"


@pytest.mark.parametrize(
    ("verdict", "words", "said"),
    [
        ("reject", {"reason": "  "}, "Say why"),
        ("conditions", {"conditions": [" "]}, "one condition a line"),
        ("conditions", {"conditions": ["x" * 201]}, "At most"),
        ("maybe", {}, "whether you approve"),
    ],
)
def test_half_a_decision_is_none(task, member, people, verdict, words, said):
    approval = ask(member, task, step(people[0]))
    with pytest.raises(Refused, match=said):
        services.decide(people[0].actor, approval.pk, verdict, **words)
    assert state_of(approval) == "pending"
    assert not Decision.objects.exists()
    assert Task.objects.count() == 1


def test_only_whoever_may_read_the_record_is_asked(workspace, member, viewer, outsider, owner):
    order = OrderFactory(workspace=workspace)
    for stranger in (viewer, outsider):
        with pytest.raises(Refused, match="may open this record"):
            ask(member, order, step(stranger))
    gone = Member(MembershipFactory(workspace=workspace, active=False))
    with pytest.raises(Refused):
        ask(member, order, step(gone))
    with pytest.raises(NotFound):
        ask(member, OrderFactory(workspace=outsider.workspace), step(owner))
    assert not Approval.objects.exists()
    assert ask(member, order, step(owner)).state == "pending"


def test_an_approval_about_what_one_may_not_read_is_not_there(workspace, member, viewer, owner):
    approval = ask(member, OrderFactory(workspace=workspace), step(owner))
    assert not Approval.objects.visible_to(viewer.actor).exists()
    with pytest.raises(NotFound):
        services.decide(viewer.actor, approval.pk, "approve")


@pytest.mark.parametrize("needed", [0, 4, -1])
def test_a_step_needs_no_more_than_it_asks(task, member, people, needed):
    with pytest.raises(Refused):
        services.request_approval(
            member.actor,
            ("workspaces.task", task.pk),
            "May it?",
            [services.StepAsked(1, needed, [one.user for one in people])],
        )
    with pytest.raises(Refused, match="who is to approve"):
        ask(member, task)
    assert not Approval.objects.exists()


def test_a_say_is_passed_on_to_a_reader_and_the_chain_stays(task, member, people, outsider):
    first, second, third = people
    approval = ask(member, task, step(first))
    services.delegate(first.actor, approval.pk, second.user.pk)
    services.delegate(second.actor, approval.pk, third.user.pk)
    with pytest.raises(Refused, match="asked in that step already"):
        services.delegate(third.actor, approval.pk, first.user.pk)
    with pytest.raises(Refused, match="may open this record"):
        services.delegate(third.actor, approval.pk, outsider.user.pk)
    for one in (first, second):
        with pytest.raises(Refused):
            services.decide(one.actor, approval.pk, "approve")
    services.decide(third.actor, approval.pk, "approve")
    assert state_of(approval) == "approved"
    last = Approver.objects.get(user=third.user)
    assert last.passed_from.user == second.user
    assert last.passed_from.passed_from.user == first.user


def test_what_is_decided_is_passed_on_no_more(task, member, people):
    approval = ask(member, task, step(*people[:2]))
    services.decide(people[0].actor, approval.pk, "approve")
    with pytest.raises(Refused, match="nothing of yours"):
        services.delegate(people[0].actor, approval.pk, people[2].user.pk)


def test_an_approver_who_is_gone_is_replaced_by_an_admin(task, member, people, admin_member):
    approval = ask(member, task, step(*people[:2]))
    gone = Approver.objects.get(user=people[0].user)
    with pytest.raises(Refused, match="still here"):
        services.reassign(admin_member.actor, approval.pk, gone.pk, people[2].user.pk)
    people[0].membership.active = False
    people[0].membership.save()
    with pytest.raises(Denied):
        services.reassign(member.actor, approval.pk, gone.pk, people[2].user.pk)
    services.reassign(admin_member.actor, approval.pk, gone.pk, people[2].user.pk)
    for one in people[1:]:
        services.decide(one.actor, approval.pk, "approve")
    assert state_of(approval) == "approved"


def test_an_approver_whose_account_is_deleted_is_replaced_too(task, member, people, admin_member):
    approval = ask(member, task, step(people[0]))
    people[0].user.delete()
    gone = Approver.objects.get()
    assert gone.user is None
    services.reassign(admin_member.actor, approval.pk, gone.pk, people[1].user.pk)
    assert services.decide(people[1].actor, approval.pk, "approve").state == "approved"


def test_only_whoever_asked_or_manages_withdraws(task, member, people, admin_member):
    approval = ask(member, task, step(people[0]))
    with pytest.raises(Denied):
        services.withdraw(people[0].actor, approval.pk)
    services.withdraw(member.actor, approval.pk)
    with pytest.raises(Refused, match="withdrawn already"):
        services.decide(people[0].actor, approval.pk, "approve")
    with pytest.raises(Refused):
        services.withdraw(admin_member.actor, approval.pk)
    assert state_of(approval) == "withdrawn"


def test_nothing_that_approvers_say_is_set_by_hand(task, member, people, owner):
    approval, kind = ask(member, task, step(people[0])), KINDS[KIND]
    for values in ({"state": "approved"}, {"gate": "x"}, {"object_id": 1}, {"covered": {"a": 1}}):
        with pytest.raises(Refused, match="by hand"):
            change_record(owner.actor, kind, approval.pk, 1, values)
    with pytest.raises(Refused, match="on the page of the record"):
        create_record(owner.actor, kind, {"title": "Free", "state": "approved"})
    with pytest.raises(Denied):
        change_record(people[1].actor, kind, approval.pk, 1, {"title": "Hers"})
    change_record(member.actor, kind, approval.pk, 1, {"title": "May it really?"})
    services.decide(people[0].actor, approval.pk, "approve")
    with pytest.raises(Refused, match="decided"):
        change_record(member.actor, kind, approval.pk, 3, {"title": "Other"})
    with pytest.raises(Refused, match="evidence"):
        delete_record(member.actor, kind, approval.pk, 3)
    assert state_of(approval) == "approved"


def test_the_database_believes_no_approval_without_its_approvers(task, member, people):
    approval = ask(member, task, step(*people[:2]))
    services.decide(people[0].actor, approval.pk, "approve")
    rows = Approval.objects.filter(pk=approval.pk)
    for state in ("approved", "conditional"):
        with pytest.raises(IntegrityError, match="have not said yes"), transaction.atomic():
            rows.update(state=state)
    with pytest.raises(IntegrityError, match="have not said yes"), transaction.atomic():
        Approval.objects.create(
            workspace=task.workspace, kind="workspaces.task", object_id=task.pk, state="approved"
        )
    services.decide(people[1].actor, approval.pk, "approve")
    assert state_of(approval) == "approved"


def test_the_history_says_who_decided_what(task, member, people):
    approval = ask(member, task, step(people[0]))
    services.decide(people[0].actor, approval.pk, "reject", reason="Too early")
    event = ActivityEvent.objects.of(approval).first()
    assert (event.verb, event.actor) == ("approval.reject", people[0].user)
    assert event.changes["state"] == ["pending", "rejected"]
    assert event.changes["reason"] == ["", "Too early"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_both_count():
    asker = Member(MembershipFactory(role=Role.PRODUCT))
    workspace = asker.workspace
    people = [Member(MembershipFactory(workspace=workspace, role=Role.VIEWER)) for _ in range(4)]
    approval = ask(asker, TaskFactory(workspace=workspace), step(*people))
    start, failures = threading.Barrier(8), []

    def decide(one):
        start.wait()
        try:
            services.decide(one.actor, approval.pk, "approve")
        except Refused as refusal:
            failures.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=[one]) for one in [*people, *people]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert Decision.objects.count() == 4
    assert len(failures) == 4
    assert state_of(approval) == "approved"


steps_strategy = st.lists(
    st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 4), st.integers(0, 4)),
    min_size=1,
    max_size=5,
)


@given(steps_strategy)
def test_counting_never_says_yes_with_a_step_short(drawn):
    steps = [
        Counted(place, min(needed, asked), asked, min(yes, asked), 0)
        for place, needed, asked, yes in drawn
    ]
    whole = verdict_of(steps)
    assert (whole == YES) == all(one.yes >= one.needed for one in steps)
    if whole == OPEN:
        assert OPEN in outcomes(steps)


def test_one_no_too_many_ends_it_whatever_the_others_say():
    steps = [Counted(1, 1, 1, 1, 0), Counted(2, 2, 2, 1, 1)]
    assert verdict_of(steps) == NO


def test_products_too_are_approved(workspace, member, owner):
    approval = ask(member, ProductFactory(workspace=workspace), step(owner))
    assert services.decide(owner.actor, approval.pk, "approve").state == "approved"
