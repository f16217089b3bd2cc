"""Who is told what: coalesced, never of one's own acts, and an act on many is one thing."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from products.catalog import services
from tests.factories.catalog import ProductFactory
from tests.following.conftest import PRODUCT, heard, in_bulk, told
from workspaces.access.roles import Role
from workspaces.audit.models import ActivityEvent
from workspaces.following import services as following
from workspaces.following import sources
from workspaces.following.models import Reason, Watch
from workspaces.following.sources import Said

pytestmark = pytest.mark.django_db


def test_changes_of_one_record_join_until_they_are_read(ada, bo, watched, rename):
    for name in ("One", "Two", "Three"):
        rename(ada, watched, name)

    [one] = told(bo)
    assert (one.count, len(one.events), one.reason) == (3, 3, Reason.WATCHING)
    assert one.label == "Three"

    following.mark_read(bo.actor, one.pk)
    rename(ada, watched, "Four")

    assert [(row.count, row.read_at is None) for row in told(bo)] == [(3, False), (1, True)]


def test_nobody_is_told_of_their_own_acts(ada, bo, watched, rename):
    following.watch(ada.actor, PRODUCT, watched.pk, "all")
    rename(ada, watched, "One")

    assert told(ada) == []
    assert len(told(bo)) == 1


def test_one_act_on_a_thousand_records_is_one_notification(ada, bo, workspace):
    products = ProductFactory.create_batch(1_000, workspace=workspace)
    following.watch(bo.actor, PRODUCT, 0, "all")
    in_bulk(ada, products)
    heard()

    [one] = told(bo)
    assert (one.count, one.object_id) == (1_000, 0)
    assert len(one.events) == 50


def test_an_act_on_one_record_alone_still_names_it(ada, bo, watched):
    in_bulk(ada, [watched])
    heard()

    assert [one.object_id for one in told(bo)] == [watched.pk]


def test_who_creates_a_record_watches_it(ada, bo, rename):
    made = services.create_product(ada.actor, name="Stove")
    rename(bo, made, "Camp Stove")

    assert [one.object_id for one in told(ada)] == [made.pk]
    assert told(bo) == []


def test_whoever_something_is_assigned_to_is_told_and_watches(ada, bo, product):
    services.change_product(ada.actor, product.pk, seen_version=product.version, owner=bo.user)
    heard()

    assert [(one.reason, one.object_id) for one in told(bo)] == [(Reason.ASSIGNMENT, product.pk)]
    assert Watch.objects.filter(user=bo.user, object_id=product.pk, level="all").exists()


def test_who_muted_a_record_hears_nothing_not_even_an_assignment(ada, bo, product, rename):
    following.watch(bo.actor, PRODUCT, product.pk, "none")
    services.change_product(ada.actor, product.pk, seen_version=product.version, owner=bo.user)
    rename(ada, product, "One")

    assert told(bo) == []
    assert Watch.objects.get(user=bo.user).level == "none"


def test_only_what_names_me_leaves_changes_out_and_assignments_in(ada, bo, product, rename):
    following.watch(bo.actor, PRODUCT, 0, "all")
    following.watch(bo.actor, PRODUCT, product.pk, "mentions")
    rename(ada, product, "One")
    assert told(bo) == []

    product.refresh_from_db()
    services.change_product(ada.actor, product.pk, seen_version=product.version, owner=bo.user)
    heard()
    assert [one.reason for one in told(bo)] == [Reason.ASSIGNMENT]


def test_watching_a_whole_kind_tells_of_every_record_of_it(ada, bo, product, rename):
    following.watch(bo.actor, PRODUCT, 0, "all")
    rename(ada, product, "One")
    services.create_product(ada.actor, name="Stove")
    heard()

    assert [one.label for one in told(bo)] == ["One", "Stove"]


def test_who_left_or_may_not_read_the_kind_is_told_nothing(
    ada, bo, member_as, watched, rename, outsider
):
    Watch.objects.create(
        workspace=watched.workspace, user=outsider.user, kind=PRODUCT, object_id=watched.pk
    )
    bo.membership.active = False
    bo.membership.save()
    rename(ada, watched, "One")

    assert told(bo) == []
    assert told(outsider) == []


def test_a_viewer_is_not_told_of_orders(ada, viewer, workspace):
    Watch.objects.create(workspace=workspace, user=viewer.user, kind="finance.order", object_id=5)
    finance = ada.actor
    ActivityEvent.objects.create(
        workspace=workspace,
        actor=finance.user,
        channel="ui",
        verb="order.changed",
        model="finance.order",
        object_id=5,
        label="Order 5",
        changes={"status": ["a", "b"]},
    )
    heard()

    assert told(viewer) == []


def test_other_rows_say_what_they_mean_to_whom(ada, bo, viewer, product, monkeypatch):
    said = Said(
        (PRODUCT, product.pk), {bo.user.pk: Reason.MENTION}, frozenset({ada.user.pk}), ada.user.pk
    )
    monkeypatch.setitem(
        sources.SOURCES, "test.comment", lambda workspace, events: {events[0].pk: said}
    )
    following.watch(viewer.actor, PRODUCT, product.pk, "all")
    ActivityEvent.objects.create(
        workspace=product.workspace,
        actor=ada.user,
        channel="ui",
        verb="comment.created",
        model="test.comment",
        object_id=1,
        label="A comment",
        changes={},
    )
    heard()

    assert [one.reason for one in told(bo)] == [Reason.MENTION]
    assert [one.reason for one in told(viewer)] == [Reason.WATCHING]
    assert Watch.objects.filter(user=ada.user, object_id=product.pk).exists()


def test_five_hundred_events_cost_no_more_statements_than_one(ada, member_as, workspace):
    people = [member_as(Role.VIEWER) for _ in range(8)]
    for person in people:
        following.watch(person.actor, PRODUCT, 0, "all")

    def cost(count: int) -> int:
        products = ProductFactory.create_batch(count, workspace=workspace)
        for one in products:
            ActivityEvent.objects.create(
                workspace=workspace,
                actor=ada.user,
                channel="ui",
                verb="product.changed",
                model=PRODUCT,
                object_id=one.pk,
                label=str(one),
                changes={"name": ["a", "b"]},
            )
        with CaptureQueriesContext(connection) as captured:
            heard()
        return len(captured)

    cost(1)
    assert cost(120) == cost(1)
    assert len(told(people[0])) == 122


def test_another_workspace_hears_nothing(ada, outsider, watched, rename):
    following.watch(outsider.actor, PRODUCT, 0, "all")
    rename(ada, watched, "One")

    assert told(outsider) == []


def test_chunks_of_one_act_reopen_what_was_read_between(ada, bo, workspace):
    following.watch(bo.actor, PRODUCT, 0, "all")
    batch = uuid4()
    for turn in range(2):
        for one in ProductFactory.create_batch(2, workspace=workspace):
            ActivityEvent.objects.create(
                workspace=workspace,
                actor=ada.user,
                channel="ui",
                verb="product.changed",
                model=PRODUCT,
                object_id=one.pk,
                label="x",
                changes={},
                batch=batch,
            )
        heard()
        if turn == 0:
            following.mark_read(bo.actor, told(bo)[0].pk)

    [one] = told(bo)
    assert (one.count, one.read_at) == (4, None)
