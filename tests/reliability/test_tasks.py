"""R3, R8: every task may come twice, at once and late; every task ends, and none loops."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.utils import timezone

from feedback.announcements.services import announce, publish
from feedback.inbox.models import Note
from feedback.sources.services import create_source
from pm_workspace.celery import app
from products.catalog.services import change_product, create_product
from tests.factories.catalog import MarketFactory, ProductFactory
from tests.factories.compliance import EvidenceCoverFactory, RulePackFactory
from tests.factories.feedback import NoteFactory
from tests.factories.ideas import FeedbackLinkFactory
from tests.factories.ledger import CustomerFactory, OrderFactory, OrderLineFactory
from tests.factories.work import ApproverFactory
from tests.feedback.sources import samples
from tests.feedback.sources.imap_server import serving
from tests.reliability.delivering import deliver, our_tasks
from workspaces.access.roles import Role
from workspaces.approvals.models import Reminder
from workspaces.audit import relay
from workspaces.audit.models import ActivityEvent
from workspaces.audit.relay import Listener, relay_next
from workspaces.discussion.services import add_comment
from workspaces.fields.models import CustomField
from workspaces.following.models import Letter
from workspaces.following.services import watch
from workspaces.guests.models import GuestCode
from workspaces.guests.services import Gate, make_link
from workspaces.guests.services_entering import ask_for_code
from workspaces.jobs import registry, services
from workspaces.jobs.models import Job, JobState
from workspaces.members.invitations import invite
from workspaces.members.services import change_role
from workspaces.search.models import SearchEntry
from workspaces.staleness.models import Refresh, StaleMark
from workspaces.staleness.services import mark_stale
from workspaces.webhooks.models import Delivery
from workspaces.webhooks.services import Wishes, create_endpoint


@pytest.fixture
def figures(db, member) -> list[tuple[object, ...]]:
    """An order whose figures are stale."""
    order = OrderFactory(workspace=member.workspace)
    OrderLineFactory(workspace=member.workspace, order=order)
    mark_stale(member.workspace.pk, "sales", [f"day:{order.day}"], "a test")
    return []


@pytest.fixture
def counting(monkeypatch):
    """A kind of job that adds one line to its result each time it really runs."""
    runs: list[int] = []
    kind = registry.JobKind("counting", "Counting", lambda job: runs.append(job.job.pk))
    monkeypatch.setitem(registry.KINDS, "counting", kind)
    return runs


def rows(table: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
        return cursor.fetchall()


@pytest.mark.django_db(transaction=True)
def test_a_recompute_delivered_five_times_at_once_equals_one(figures, member):
    tasks = our_tasks()
    deliver(tasks["workspaces.staleness.tasks.recompute_stale"], times=5)
    assert not StaleMark.objects.in_workspace(member.workspace.pk).exists()
    once = rows("finance_dailysales")
    assert len(once) == 1

    mark_stale(member.workspace.pk, "sales", ["day:2026-03-02"], "again")
    deliver(tasks["workspaces.staleness.tasks.recompute_stale"], times=5)

    assert rows("finance_dailysales") == once


@pytest.mark.django_db(transaction=True)
def test_the_night_is_worked_once_however_often_it_is_rung(figures, member):
    nightly = our_tasks()["workspaces.staleness.tasks.recompute_everything_nightly"]
    before = timezone.now() - timedelta(days=3)
    Refresh.objects.create(
        workspace=member.workspace, topic="nightly", as_of=before, cause="nights ago"
    )
    deliver(nightly, times=3)
    deliver(nightly, times=2)

    assert Refresh.objects.filter(topic="nightly").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["run_job", "run_bulk_job"])
def test_a_job_delivered_four_times_runs_once(counting, member, name):
    job = services.start(member.actor, "counting", "Counting", {})
    deliver(our_tasks()[f"workspaces.jobs.tasks.{name}"], job.pk, times=4)
    deliver(our_tasks()["workspaces.jobs.tasks.sweep_jobs"])

    assert counting == [job.pk]
    assert Job.objects.get(pk=job.pk).state == JobState.SUCCEEDED
    assert Job.objects.get(pk=job.pk).attempts == 1


@pytest.mark.django_db(transaction=True)
def test_cleaning_up_twice_at_once_is_cleaning_up_once(figures, member):
    before = rows("finance_order")
    deliver(our_tasks()["workspaces.jobs.tasks.clean_up"], times=3)

    assert rows("finance_order") == before


@pytest.mark.django_db(transaction=True)
def test_an_invitation_is_mailed_once_however_often_it_is_rung(owner):
    invitation = invite(owner.actor, "new@example.com", Role.VIEWER)
    deliver(our_tasks()["workspaces.members.tasks.send_invitation"], invitation.pk, times=4)
    deliver(our_tasks()["workspaces.members.tasks.send_invitation"], 10**9)

    assert [letter.to for letter in mail.outbox] == [["new@example.com"]]


@pytest.mark.django_db(transaction=True)
def test_telling_a_member_twice_changes_nothing(owner, viewer):
    membership = viewer.membership
    change_role(owner.actor, membership.pk, Role.FINANCE, seen_version=membership.version)
    event = ActivityEvent.objects.get(verb="member.role_changed")
    before = rows("workspaces_membership"), rows("workspaces_activityevent")
    deliver(our_tasks()["workspaces.members.tasks.tell_member"], event.pk)

    assert (rows("workspaces_membership"), rows("workspaces_activityevent")) == before
    assert {letter.to[0] for letter in mail.outbox} == {viewer.user.email}


@pytest.mark.django_db(transaction=True)
def test_what_happened_is_told_once_however_often_it_is_rung(owner, monkeypatch):
    heard: list[int] = []
    ears = Listener("ears", lambda workspace, events: heard.extend(e.pk for e in events))
    monkeypatch.setattr(relay, "LISTENERS", {"ears": ears})
    create_product(owner.actor, name="Tent")
    create_product(owner.actor, name="Stove")
    deliver(our_tasks()["workspaces.audit.tasks.relay_events"], times=4)

    assert sorted(heard) == sorted(ActivityEvent.objects.values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_digest_is_mailed_once_however_often_it_is_rung(owner, viewer):
    product = create_product(owner.actor, name="Tent")
    watch(viewer.actor, "products.product", product.pk, "all")
    change_product(owner.actor, product.pk, seen_version=1, name="Big Tent")
    deliver(our_tasks()["workspaces.audit.tasks.relay_events"])
    Letter.objects.filter(user=viewer.user).update(due_at=timezone.now())
    deliver(our_tasks()["workspaces.following.tasks.send_letters"], times=4)
    deliver(our_tasks()["workspaces.following.tasks.send_letters"], times=2)

    assert [letter.to for letter in mail.outbox] == [[viewer.user.email]]


@pytest.mark.django_db(transaction=True)
def test_a_public_reply_is_mailed_once_however_often_it_is_rung(owner):
    ada = CustomerFactory(workspace=owner.workspace, email="ada@shopper.example")
    note = NoteFactory(workspace=owner.workspace, customer=ada)
    add_comment(owner.actor, "feedback.note", note.pk, "A new zip is on its way.", internal=False)
    deliver(our_tasks()["workspaces.discussion.tasks.send_replies"], times=4)
    deliver(our_tasks()["workspaces.discussion.tasks.send_replies"], times=2)

    assert [letter.to for letter in mail.outbox] == [["ada@shopper.example"]]


@pytest.mark.django_db(transaction=True)
def test_a_code_is_mailed_once_however_often_it_is_rung(member):
    link, _ = make_link(member.actor, "x", Gate("Board", way="email", domains=["example.com"]))
    ask_for_code(link, "ann@example.com")
    code = GuestCode.objects.get()
    deliver(our_tasks()["workspaces.guests.tasks.send_code"], code.pk, times=4)
    deliver(our_tasks()["workspaces.guests.tasks.send_code"], code.pk)

    assert [letter.to for letter in mail.outbox] == [["ann@example.com"]]


@pytest.mark.django_db(transaction=True)
def test_webhooks_are_tried_once_however_often_they_are_rung(owner):
    """Nobody may be called here: what is counted are the attempts."""
    hook, _ = create_endpoint(owner.actor, Wishes("https://hooks.invalid/"))
    create_product(owner.actor, name="Tent")
    deliver(our_tasks()["workspaces.audit.tasks.relay_events"])
    deliver(our_tasks()["workspaces.webhooks.tasks.deliver_due"], times=2)
    deliver(our_tasks()["workspaces.webhooks.tasks.deliver_to"], hook.pk, times=5)
    deliver(our_tasks()["workspaces.webhooks.tasks.deliver_to"], 10**9)

    assert list(Delivery.objects.values_list("verb", "attempts")) == [("product.created", 1)]


@pytest.mark.django_db(transaction=True)
def test_the_search_index_is_the_same_however_often_it_is_rung(owner):
    create_product(owner.actor, name="Tent")
    relay_next()
    deliver(our_tasks()["workspaces.search.tasks.index_changed"], times=4)

    entries = SearchEntry.objects.in_workspace(owner.workspace.pk)
    assert list(entries.values_list("title", flat=True)) == ["Tent"]
    assert not StaleMark.objects.filter(topic="search").exists()


@pytest.mark.django_db(transaction=True)
def test_the_index_of_a_field_is_seen_to_once_however_often_it_is_rung(owner):
    field = CustomField.objects.create(
        workspace=owner.workspace,
        kind="products.product",
        key="season",
        label="Season",
        type="text",
    )
    before = rows("workspaces_customfield")
    deliver(our_tasks()["workspaces.fields.tasks.index_fields"], field.pk, times=3)
    deliver(our_tasks()["workspaces.fields.tasks.index_fields"], 10**9)

    assert rows("workspaces_customfield") == before


@pytest.mark.django_db(transaction=True)
def test_approvers_are_reminded_once_however_often_it_is_rung(owner):
    approver = ApproverFactory(
        workspace=owner.workspace,
        user=owner.user,
        step__workspace=owner.workspace,
        step__approval__workspace=owner.workspace,
        step__approval__due_on=timezone.localdate() + timedelta(days=1),
        step__approval__requested_by=owner.user,
    )
    deliver(our_tasks()["workspaces.approvals.tasks.remind_approvers"], times=4)

    reminders = Reminder.objects.in_workspace(owner.workspace.pk)
    assert list(reminders.values_list("approver_id", flat=True)) == [approver.pk]


@pytest.mark.django_db(transaction=True)
def test_people_are_warned_of_evidence_once_however_often_it_is_rung(owner):
    product = ProductFactory(workspace=owner.workspace)
    RulePackFactory(workspace=owner.workspace)
    MarketFactory(workspace=owner.workspace, country="DE")
    cover = EvidenceCoverFactory(workspace=owner.workspace, product=product)
    deliver(our_tasks()["products.compliance.tasks.age_evidence"], times=4)
    once = ActivityEvent.objects.filter(verb="evidencedoc.expiring")
    assert once.count() == 1
    cover.evidence.refresh_from_db()
    assert cover.evidence.state == "expiring"

    deliver(our_tasks()["workspaces.staleness.tasks.recompute_stale"], times=4)
    found = rows("products_obligation")
    mark_stale(owner.workspace.pk, "obligations", ["all"], "again")
    deliver(our_tasks()["workspaces.staleness.tasks.recompute_stale"], times=4)

    assert rows("products_obligation") == found
    assert len(found) == 4
    assert once.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_snoozed_note_comes_back_once_however_often_it_is_rung(owner):
    day = timezone.localdate()
    here = {"workspace": owner.workspace, "state": "snoozed"}
    due = NoteFactory(**here, snoozed_until=day - timedelta(days=1))
    later = NoteFactory(**here, snoozed_until=day + timedelta(days=30))
    deliver(our_tasks()["feedback.inbox.tasks.wake_snoozed_notes"], times=4)

    due.refresh_from_db()
    later.refresh_from_db()
    assert (due.state, due.snoozed_until, later.state) == ("new", None, "snoozed")


@pytest.mark.django_db(transaction=True)
def test_an_announcement_is_mailed_once_however_often_it_is_rung(owner):
    ada = CustomerFactory(workspace=owner.workspace, email="ada@shopper.example")
    idea = FeedbackLinkFactory(workspace=owner.workspace, customer=ada).idea
    row = announce(owner.actor, [idea])
    publish(owner.actor, row.pk, seen_version=row.version, letters=True)
    deliver(our_tasks()["feedback.announcements.tasks.send_announcements"], times=4)
    deliver(our_tasks()["feedback.announcements.tasks.send_announcements"], times=2)

    assert [letter.to for letter in mail.outbox] == [["ada@shopper.example"]]


@pytest.mark.django_db(transaction=True)
def test_a_mailbox_read_by_several_workers_gives_each_letter_once(
    owner, tmp_path, monkeypatch, settings
):
    with serving(tmp_path) as (box, port, certificate):
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        settings.WEBHOOK_PRIVATE_NETWORKS = ["127.0.0.0/8"]
        for number in range(5):
            box.add(samples.plain(f"Letter {number}", key=f"{number}"))
        place = {"host": "127.0.0.1", "port": port, "username": box.user, "folder": box.folder}
        source = create_source(
            owner.actor, "mailbox", name="Box", password=box.password, **place
        ).source
        deliver(our_tasks()["feedback.sources.tasks.poll_mailboxes"])
        deliver(our_tasks()["feedback.sources.tasks.poll_mailbox"], source.pk, times=4)
        deliver(our_tasks()["feedback.sources.tasks.poll_mailbox"], 10**9)
    assert Note.objects.in_workspace(owner.workspace.pk).count() == 5


def test_every_task_of_ours_is_delivered_twice_above():
    assert {name.rpartition(".")[2] for name in our_tasks()} == {
        "relay_events",
        "index_changed",
        "index_fields",
        "age_evidence",
        "remind_approvers",
        "wake_snoozed_notes",
        "poll_mailboxes",
        "poll_mailbox",
        "recompute_stale",
        "recompute_everything_nightly",
        "run_job",
        "run_bulk_job",
        "sweep_jobs",
        "look_round",
        "clean_up",
        "send_invitation",
        "send_code",
        "send_announcements",
        "send_letters",
        "send_replies",
        "deliver_due",
        "deliver_to",
        "tell_member",
    }


@pytest.mark.parametrize("name", sorted(our_tasks()))
def test_every_task_ends_is_kept_until_done_and_has_a_queue(name):
    task = app.tasks[name]
    limit = task.time_limit or settings.CELERY_TASK_TIME_LIMIT

    assert 0 < limit < settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    assert app.conf.task_time_limit == settings.CELERY_TASK_TIME_LIMIT
    assert app.conf.task_soft_time_limit < limit
    assert task.acks_late
    # A poisoned task must not be redelivered for ever: rows are rung again by the sweep instead.
    assert not task.reject_on_worker_lost
    assert task.ignore_result
    route = app.amqp.router.route({}, name)
    assert route["queue"].name in {"interactive", "metrics", "imports", "outgoing"}
