"""Who belongs, with which role, and that somebody always owns the place."""

import threading

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from core.errors import Denied, DomainError, EditConflict, NotFound, Refused
from tests.factories.workspaces import MembershipFactory, UserFactory
from workspaces.access.doors import actor_for
from workspaces.access.roles import Role
from workspaces.audit.models import ActivityEvent
from workspaces.members import services
from workspaces.members.models import Membership, Workspace
from workspaces.members.tasks import tell_member

pytestmark = pytest.mark.django_db


def role_of(someone):
    return Membership.objects.get(pk=someone.membership.pk).role


def test_an_admin_gives_a_role_and_the_member_is_told(
    admin_member, viewer, django_capture_on_commit_callbacks
):
    services.change_role(admin_member.actor, viewer.membership.pk, Role.FINANCE, seen_version=1)

    event = ActivityEvent.objects.in_workspace(viewer.workspace.pk).get()
    tell_member(event.pk)
    assert role_of(viewer) == Role.FINANCE
    assert (event.verb, event.changes) == ("member.role_changed", {"role": ["viewer", "finance"]})
    assert mail.outbox[0].to == [viewer.user.email]
    assert "You are now Finance" in mail.outbox[0].body


@pytest.mark.parametrize("role", [Role.PRODUCT, Role.CONTRIBUTOR, Role.FINANCE, Role.VIEWER])
def test_others_give_no_roles(member_as, viewer, role):
    with pytest.raises(Denied):
        services.change_role(
            member_as(role).actor, viewer.membership.pk, Role.ADMIN, seen_version=1
        )
    assert role_of(viewer) == Role.VIEWER


def test_only_an_owner_makes_or_unmakes_an_owner(owner, admin_member, viewer):
    with pytest.raises(Denied):
        services.change_role(admin_member.actor, viewer.membership.pk, Role.OWNER, seen_version=1)
    with pytest.raises(Denied):
        services.change_role(admin_member.actor, owner.membership.pk, Role.VIEWER, seen_version=1)
    with pytest.raises(Denied):
        services.remove_member(admin_member.actor, owner.membership.pk)
    assert (role_of(viewer), role_of(owner)) == (Role.VIEWER, Role.OWNER)

    services.change_role(owner.actor, viewer.membership.pk, Role.OWNER, seen_version=1)
    assert role_of(viewer) == Role.OWNER


def test_the_last_owner_stays_one(owner, viewer):
    pk = owner.membership.pk
    for attempt in (
        lambda: services.change_role(owner.actor, pk, Role.ADMIN, seen_version=1),
        lambda: services.remove_member(owner.actor, pk),
        lambda: services.leave(owner.actor),
    ):
        with pytest.raises(Refused, match="needs an owner"):
            attempt()
    assert role_of(owner) == Role.OWNER


def test_the_database_too_refuses_a_workspace_without_owner(owner, viewer):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=owner.membership.pk).update(role=Role.VIEWER)
    assert role_of(owner) == Role.OWNER


@pytest.mark.django_db(transaction=True)
def test_of_two_owners_who_leave_at_once_one_stays(owner, member_as):
    actors = [owner.actor, member_as(Role.OWNER).actor]
    start, refused = threading.Barrier(2), []

    def go(actor):
        start.wait(10)
        try:
            services.leave(actor)
        except DomainError as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=[actor]) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert refused == [services.LAST_OWNER]
    assert Membership.objects.in_workspace(owner.workspace.pk).active().owners().count() == 1


def test_two_people_who_change_one_role_do_not_overwrite_each_other(owner, viewer):
    services.change_role(owner.actor, viewer.membership.pk, Role.FINANCE, seen_version=1)
    with pytest.raises(EditConflict):
        services.change_role(owner.actor, viewer.membership.pk, Role.PRODUCT, seen_version=1)
    assert role_of(viewer) == Role.FINANCE


def test_a_removed_member_finds_the_door_closed_until_it_is_undone(admin_member, viewer, client_of):
    services.remove_member(admin_member.actor, viewer.membership.pk)
    with pytest.raises(NotFound):
        actor_for(viewer.user, viewer.workspace.slug)

    services.restore_member(admin_member.actor, viewer.membership.pk)
    assert actor_for(viewer.user, viewer.workspace.slug).role == Role.VIEWER


def test_a_member_of_another_workspace_cannot_be_touched(owner, outsider):
    for act in (services.remove_member, services.restore_member):
        with pytest.raises(NotFound):
            act(owner.actor, outsider.membership.pk)
    assert Membership.objects.get(pk=outsider.membership.pk).active


def test_a_deactivated_account_opens_nothing(viewer):
    viewer.user.is_active = False
    viewer.user.save()
    with pytest.raises(NotFound):
        actor_for(viewer.user, viewer.workspace.slug)


def test_whoever_makes_a_workspace_owns_it_and_slugs_do_not_collide(db):
    user = UserFactory()
    fields = services.WorkspaceFields("Nordic Shelf", "Europe/Oslo", "NOK")
    first = services.create_workspace(user, fields, services.free_slug(fields.name))
    second = services.create_workspace(user, fields, services.free_slug(fields.name))

    assert (first.slug, second.slug) == ("nordic-shelf", "nordic-shelf-2")
    assert actor_for(user, "nordic-shelf").role == Role.OWNER
    assert services.free_slug("Admin") == "admin-1"


def test_deleting_takes_the_typed_name_and_can_be_taken_back(owner, viewer):
    with pytest.raises(Refused):
        services.delete_workspace(owner.actor, "something else")
    services.delete_workspace(owner.actor, owner.workspace.name)
    for someone in (owner, viewer):
        with pytest.raises(NotFound):
            actor_for(someone.user, owner.workspace.slug)
    with pytest.raises(NotFound):
        services.restore_workspace(viewer.user, owner.workspace.slug)

    services.restore_workspace(owner.user, owner.workspace.slug)
    assert actor_for(viewer.user, owner.workspace.slug)


def test_after_thirty_days_nothing_of_it_is_left_and_others_are_untouched(owner, outsider):
    from tests.factories.ledger import OrderLineFactory

    theirs = OrderLineFactory(workspace=outsider.workspace)
    ours = OrderLineFactory(workspace=owner.workspace)
    services.delete_workspace(owner.actor, owner.workspace.name)
    services.purge_deleted_workspaces()
    assert Workspace.objects.filter(pk=owner.workspace.pk).exists()

    Workspace.objects.filter(pk=owner.workspace.pk).update(deleted_at="2020-01-01T00:00Z")
    services.purge_deleted_workspaces()

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert not Workspace.objects.filter(pk=owner.workspace.pk).exists()
    assert not type(ours).objects.in_workspace(owner.workspace.pk).exists()
    assert type(theirs).objects.in_workspace(outsider.workspace.pk).exists()


def test_a_new_currency_recomputes_the_figures(admin_member):
    from workspaces.jobs.models import Job

    fields = services.WorkspaceFields(admin_member.workspace.name, "Europe/Berlin", "USD")
    services.update_workspace(admin_member.actor, fields, seen_version=1)

    assert Job.objects.visible_to(admin_member.actor).get().kind == "recompute"
    with pytest.raises(EditConflict):
        services.update_workspace(admin_member.actor, fields, seen_version=1)


def test_whoever_belongs_to_two_workspaces_has_in_each_only_that_role(viewer):
    second = MembershipFactory(user=viewer.user, role=Role.OWNER)
    assert actor_for(viewer.user, viewer.workspace.slug).role == Role.VIEWER
    assert actor_for(viewer.user, second.workspace.slug).role == Role.OWNER


def test_while_figures_change_their_currency_pages_say_so_and_how_far_it_is(
    admin_member, client_of
):
    from workspaces.jobs.models import Job, JobState
    from workspaces.jobs.tasks import run_job

    slug, client = admin_member.workspace.slug, client_of(admin_member)
    settings = reverse("workspaces:settings", args=[slug])
    form = {"name": "Shop", "timezone": "Europe/Berlin", "currency": "USD", "seen_version": "1"}
    client.post(settings, form)
    job = Job.objects.get()
    assert job.title == "Recompute figures in USD"
    Job.objects.update(state=JobState.RUNNING, done=2, total=9, phase="Sales: waiting")

    shown = client.get(settings).content.decode()
    assert "Figures are being worked out in USD." in shown
    assert "Sales: waiting" in shown
    pill = client.get(reverse("finance:freshness", args=[slug])).content.decode()
    assert 'data-stale="true"' in pill
    assert "changing to USD · 2 of 9" in pill

    Job.objects.update(state=JobState.QUEUED)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done + 1) == (JobState.SUCCEEDED, job.total)
    assert "being worked out in USD" not in client.get(settings).content.decode().split("main")[1]
    assert "changing" not in client.get(reverse("finance:freshness", args=[slug])).content.decode()
