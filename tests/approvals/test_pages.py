"""Approvals on pages, on Home, and the reminders."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core.clock import today
from tests.approvals.asking import ask, step
from tests.factories.catalog import ProductFactory
from tests.factories.work import TaskFactory
from workspaces.approvals import services
from workspaces.approvals.models import Approval, Reminder
from workspaces.approvals.tasks import remind_approvers
from workspaces.audit.models import ActivityEvent
from workspaces.records.needs import needs_of


@pytest.fixture
def now(workspace):
    return today(workspace.timezone)


@pytest.fixture
def product(workspace):
    return ProductFactory(workspace=workspace)


def url(workspace, name, *args):
    return reverse(f"workspaces:{name}", args=[workspace.slug, *args])


def record(approval):
    return reverse("workspaces:record", args=[approval.workspace.slug, "approvals", approval.pk])


def test_the_page_says_what_waits_for_me_and_what_i_asked(product, member, owner, client_of):
    approval = ask(member, product, step(owner))

    def shown(someone, show):
        page = client_of(someone).get(url(product.workspace, "approvals"), {"show": show})
        return [line.approval.pk for line in page.context["lines"]]

    assert shown(owner, "waiting") == [approval.pk]
    assert shown(owner, "asked") == []
    assert shown(member, "waiting") == []
    assert shown(member, "asked") == [approval.pk]
    assert shown(member, "all") == [approval.pk]
    services.decide(owner.actor, approval.pk, "approve")
    assert shown(owner, "waiting") == []


def test_asking_and_deciding_on_the_pages(product, member, viewer, client_of):
    asking = url(product.workspace, "approval_ask")
    address = f"{asking}?kind=products.product&object_id={product.pk}"
    sent = {"title": "May it be sold?", "needed_1": "all"}
    assert client_of(member).post(address, sent).status_code == 422
    assert not Approval.objects.exists()
    client_of(member).post(address, sent | {"people_1": [viewer.user.pk]})
    approval = Approval.objects.get()
    body = client_of(viewer).get(record(approval)).content.decode()
    assert "Your decision" in body
    assert "Your decision" not in client_of(member).get(record(approval)).content.decode()
    deciding = url(product.workspace, "approval_decide", approval.pk)
    client_of(viewer).post(deciding, {"verdict": "reject"})
    approval.refresh_from_db()
    assert approval.state == "pending"
    client_of(viewer).post(deciding, {"verdict": "reject", "reason": "Too <b>early</b>"})
    approval.refresh_from_db()
    assert approval.state == "rejected"
    body = client_of(member).get(record(approval)).content.decode()
    assert "Too &lt;b&gt;early" in body


def test_whoever_is_not_asked_decides_nothing_on_the_page(product, member, owner, client_of):
    approval = ask(member, product, step(owner))
    answer = client_of(member).post(
        url(product.workspace, "approval_decide", approval.pk), {"verdict": "approve"}
    )
    approval.refresh_from_db()
    assert (answer.status_code, approval.state) == (403, "pending")


def test_a_record_shows_its_approvals_and_that_it_changed_since(product, member, owner, client_of):
    approval = ask(member, product, step(owner))
    page = reverse("products:product", args=[product.workspace.slug, product.pk])
    body = client_of(member).get(page).content.decode()
    assert "May it?" in body
    assert "changed since" not in body
    product.version += 1
    product.save()
    assert "changed since they were asked" in client_of(member).get(page).content.decode()
    assert (
        "It changed since you were asked" in client_of(owner).get(record(approval)).content.decode()
    )


def test_an_approver_who_is_gone_is_said_and_an_admin_asks_another(
    product, member, owner, admin_member, viewer, client_of
):
    approval = ask(member, product, step(viewer))
    viewer.membership.active = False
    viewer.membership.save()
    assert "is no longer here" in client_of(member).get(record(approval)).content.decode()
    gone = approval.steps.get().approvers.get()
    sent = {"approver": gone.pk, "to": owner.user.pk}
    to = url(product.workspace, "approval_reassign", approval.pk)
    assert client_of(member).post(to, sent).status_code == 403
    client_of(admin_member).post(to, sent)
    assert Approval.objects.visible_to(owner.actor).waiting_for(owner.user).get() == approval


def test_what_waits_for_me_needs_me_until_i_decide(product, member, owner, now):
    approval = ask(member, product, step(owner), due_on=now + timedelta(days=2))
    (need,) = needs_of(owner.actor)[0]
    assert (need.title, need.tone) == ("May it?", "indigo")
    assert need.note.endswith("due in 2 d")
    assert needs_of(member.actor) == ([], 0)
    services.decide(owner.actor, approval.pk, "approve")
    assert needs_of(owner.actor) == ([], 0)


def test_nothing_waits_for_me_before_my_turn(product, member, owner, viewer):
    approval = ask(member, product, step(owner), step(viewer, place=2))

    def waiting(someone):
        return list(Approval.objects.visible_to(someone.actor).waiting_for(someone.user))

    assert (waiting(owner), waiting(viewer)) == ([approval], [])
    services.decide(owner.actor, approval.pk, "approve")
    assert (waiting(owner), waiting(viewer)) == ([], [approval])


def test_approvers_are_reminded_once_a_window(product, member, owner, viewer, now):
    approval = ask(member, product, step(owner, viewer), due_on=now + timedelta(days=2))
    ask(member, product, step(owner), due_on=now + timedelta(days=3))
    ask(member, product, step(owner))
    services.decide(viewer.actor, approval.pk, "approve")
    remind_approvers()
    remind_approvers()
    (reminder,) = Reminder.objects.all()
    assert (reminder.approver.user, reminder.window) == (owner.user, "near")
    events = ActivityEvent.objects.filter(verb="approval.reminded")
    assert [event.changes["reminded"] for event in events] == [[None, [owner.user.pk]]]

    Approval.objects.filter(pk=approval.pk).update(due_on=now - timedelta(days=1))
    remind_approvers()
    remind_approvers()
    assert Reminder.objects.filter(window="overdue").count() == 1
    assert events.all().count() == 2


def test_nobody_is_reminded_before_their_turn_or_after_a_decision(
    product, member, owner, viewer, now
):
    approval = ask(member, product, step(owner), step(viewer, place=2), due_on=now)
    remind_approvers()
    assert {one.approver.user for one in Reminder.objects.all()} == {owner.user}
    services.decide(owner.actor, approval.pk, "reject", reason="No")
    remind_approvers()
    assert Reminder.objects.count() == 1


def test_thirty_approvals_cost_what_three_cost(workspace, member, owner, client_of, queries):
    def more(count):
        for task in TaskFactory.create_batch(count, workspace=workspace):
            ask(member, task, step(owner))

    client, to = client_of(owner), url(workspace, "approvals")
    more(3)
    client.get(to)
    for_three = queries(lambda: client.get(to))
    more(27)
    assert queries(lambda: client.get(to)) == for_three
