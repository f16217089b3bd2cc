"""I6, I8: signed, at least once under one id, retried with pauses, switched off with notice."""

import hashlib
import hmac
import json
import socket
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from products.catalog import services as catalog
from tests.factories.catalog import ProductFactory
from tests.following.conftest import in_bulk
from tests.webhooks.conftest import HERE, run
from workspaces.access.roles import GRANTS, Perm, Role
from workspaces.audit.models import ActivityEvent
from workspaces.audit.relay import relay_next
from workspaces.following.models import Notification
from workspaces.webhooks import sending, services
from workspaces.webhooks.models import MAX_ATTEMPTS, MOST_FAILURES, Delivery, WebhookEndpoint
from workspaces.webhooks.services import Wishes
from workspaces.webhooks.signing import secret_of
from workspaces.webhooks.tasks import deliver_to

pytestmark = pytest.mark.django_db


def rename(member, product, name: str = "Storm Jacket") -> None:
    product.refresh_from_db()
    catalog.change_product(member.actor, product.pk, seen_version=product.version, name=name)


@pytest.fixture
def product(workspace):
    return ProductFactory(workspace=workspace, name="Trail Jacket")


def last(endpoint) -> Delivery:
    return Delivery.objects.filter(endpoint=endpoint).latest("pk")


def due_now() -> None:
    """The pauses are over."""
    Delivery.objects.update(next_at=timezone.now() - timedelta(seconds=1))
    WebhookEndpoint.objects.update(paused_until=None)


def test_what_happened_is_delivered_signed_with_what_may_be_read(owner, hooked, receiver, product):
    rename(owner, product)
    run(hooked)

    [(headers, body)] = receiver.taken
    sent = json.loads(body)
    assert sent["event"] == headers["X-PM-Event"] == "product.changed"
    assert sent["record"]["id"] == product.pk
    assert sent["record"]["values"]["name"] == "Storm Jacket"
    assert sent["changes"]["name"] == ["Trail Jacket", "Storm Jacket"]
    assert sent["actor"]["name"] == str(owner.user)
    signed = headers["X-PM-Timestamp"].encode() + b"." + body
    expected = hmac.new(secret_of(hooked).encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-PM-Signature"] == f"v1={expected}"
    kept = last(hooked)
    assert (kept.state, kept.status, kept.attempts) == ("delivered", 204, 1)
    assert headers["X-PM-Delivery"] == str(kept.uid) == sent["id"]
    assert kept.payload.encode() == body


@pytest.mark.usefixtures("_near")
def test_the_filters_of_kind_and_act(owner, receiver, product):
    for wishes in (
        Wishes(receiver.url, kinds=["products.brand"]),
        Wishes(receiver.url, acts=["deleted"]),
        Wishes(receiver.url, kinds=["products.product"], acts=["changed"]),
    ):
        services.create_endpoint(owner.actor, wishes)
    rename(owner, product)
    while relay_next():
        pass

    assert [one.endpoint.kinds for one in Delivery.objects.all()] == [["products.product"]]


def test_nothing_of_another_workspace_is_delivered(outsider, hooked, receiver):
    rename(outsider, ProductFactory(workspace=outsider.workspace))
    run(hooked)
    assert receiver.taken == []


def test_a_new_secret_signs_beside_the_old_one_for_a_day(owner, hooked, receiver, product):
    old = secret_of(hooked)
    _, new = services.rotate_secret(owner.actor, hooked.pk)
    assert old != new
    rename(owner, product)
    run(hooked)
    [(headers, body)] = receiver.taken
    signed = headers["X-PM-Timestamp"].encode() + b"." + body
    given = headers["X-PM-Signature"].split(",")
    assert given == [
        f"v1={hmac.new(s.encode(), signed, hashlib.sha256).hexdigest()}" for s in (new, old)
    ]

    WebhookEndpoint.objects.update(rotated_at=timezone.now() - timedelta(hours=25))
    rename(owner, product, "Once More")
    run(hooked)
    assert receiver.taken[-1][0]["X-PM-Signature"].count("v1=") == 1


def test_a_failure_is_tried_again_later_under_the_same_id(owner, hooked, receiver, product):
    receiver.status = 500
    rename(owner, product)
    run(hooked)
    kept = last(hooked)
    assert (kept.state, kept.status, kept.error) == ("waiting", 500, "It answered 500.")
    assert kept.next_at > timezone.now() + timedelta(seconds=20)
    assert (hooked.failures, hooked.active) == (1, True)
    deliver_to.run(hooked.pk)
    assert len(receiver.taken) == 1

    receiver.status = 200
    due_now()
    run(hooked)
    assert len({headers["X-PM-Delivery"] for headers, _ in receiver.taken}) == 1
    assert (last(hooked).state, last(hooked).attempts, hooked.failures) == ("delivered", 2, 0)


def test_pauses_grow_to_about_twelve_hours_and_are_not_all_the_same():
    total = sum((sending.pause_after(n) for n in range(1, MAX_ATTEMPTS)), timedelta())
    assert timedelta(hours=10) < total < timedelta(hours=22)
    assert len({sending.pause_after(5) for _ in range(20)}) > 1


def test_a_receiver_that_is_down_is_asked_once_a_turn_not_once_an_event(
    owner, hooked, receiver, product
):
    receiver.status = 503
    for number in range(8):
        rename(owner, product, f"Name {number}")
    run(hooked)
    assert len(receiver.taken) == 1

    due_now()
    receiver.status = 200
    run(hooked)
    assert len(receiver.taken) == 9


def test_one_delivery_that_is_refused_does_not_hold_up_the_others(owner, hooked, receiver, product):
    def refuse_first(handler):
        bad = b"Poison" in receiver.taken[-1][1]
        handler.send_response(400 if bad else 204)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    receiver.behave = refuse_first
    catalog.create_product(owner.actor, name="Poison")
    rename(owner, product)
    for _ in range(3):
        run(hooked)
        due_now()

    assert last(hooked).state == "delivered"
    assert hooked.active


def test_after_ten_failures_it_is_off_and_its_managers_are_told(
    owner, admin_member, viewer, hooked, receiver, product
):
    receiver.status = 410
    rename(owner, product)
    for _ in range(MOST_FAILURES):
        run(hooked)
        due_now()

    assert (hooked.active, hooked.failures) == (False, MOST_FAILURES)
    assert "It answered 410" in hooked.disabled_reason
    assert len(receiver.taken) == MOST_FAILURES
    assert last(hooked).state == "failed"
    while relay_next():
        pass
    told = Notification.objects.filter(kind="workspaces.webhookendpoint", object_id=hooked.pk)
    assert {one.user for one in told} == {owner.user, admin_member.user}

    rename(owner, product, "Meanwhile")
    run(hooked)
    assert len(receiver.taken) == MOST_FAILURES
    services.change_endpoint(owner.actor, hooked.pk, seen_version=hooked.version, active=True)
    receiver.status = 200
    rename(owner, product, "Again")
    run(hooked)
    assert len(receiver.taken) == MOST_FAILURES + 1


def test_nobody_listens(owner, hooked, product, receiver):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        WebhookEndpoint.objects.update(url=f"http://127.0.0.1:{taken.getsockname()[1]}/")
    rename(owner, product)
    run(hooked)
    assert "refused" in last(hooked).error
    assert last(hooked).status is None


def test_a_network_that_is_no_longer_allowed_is_not_called(
    owner, hooked, receiver, product, settings
):
    """What was allowed when it was typed is asked again when it is sent."""
    settings.WEBHOOK_PRIVATE_NETWORKS = []
    WebhookEndpoint.objects.update(url=f"https://127.0.0.1:{receiver.port}/")
    rename(owner, product)
    run(hooked)
    assert receiver.connections == 0
    assert "not a public address" in last(hooked).error


def test_a_maker_who_may_read_less_is_told_less(owner, hooked, receiver, product, monkeypatch):
    rename(owner, product)
    while relay_next():
        pass
    less = GRANTS[Role.OWNER] - {Perm.CATALOG_VIEW}
    monkeypatch.setitem(GRANTS, Role.OWNER, less)
    run(hooked)

    assert receiver.taken == []
    assert (last(hooked).state, last(hooked).error) == ("failed", sending.NOTHING_LEFT)
    assert hooked.active


@pytest.mark.usefixtures("_near")
def test_a_maker_who_left_switches_it_off(admin_member, owner, receiver, product):
    made, _ = services.create_endpoint(admin_member.actor, Wishes(receiver.url))
    rename(owner, product)
    while relay_next():
        pass
    admin_member.membership.active = False
    admin_member.membership.save()
    run(made)

    assert receiver.taken == []
    assert (made.active, made.disabled_reason) == (False, sending.LEFT)
    assert (last(made).state, last(made).attempts) == ("waiting", 0)


def test_a_test_delivery_and_sending_again(owner, hooked, receiver, product):
    services.send_test(owner.actor, hooked.pk)
    run(hooked)
    assert json.loads(receiver.taken[0][1])["test"] is True

    rename(owner, product)
    run(hooked)
    kept = last(hooked)
    services.redeliver(owner.actor, kept.pk)
    run(hooked)
    assert [h["X-PM-Delivery"] for h, _ in receiver.taken[1:]] == [str(kept.uid)] * 2


def test_a_record_that_went_to_the_trash_is_told_without_values(owner, hooked, receiver, product):
    catalog.delete_product(owner.actor, product.pk, seen_version=product.version)
    run(hooked)
    sent = json.loads(receiver.taken[0][1])
    assert (sent["event"], sent["record"]["label"]) == ("product.deleted", "Trail Jacket")
    assert sent["record"]["values"] is None


def test_an_endpoint_is_served_by_one_worker_at_a_time(hooked):
    assert sending.claim_endpoint(hooked.pk) is not None
    assert sending.claim_endpoint(hooked.pk) is None
    WebhookEndpoint.objects.update(busy_until=timezone.now() - timedelta(seconds=1))
    assert sending.claim_endpoint(hooked.pk) is not None


def test_a_bulk_edit_is_delivered_row_by_row_in_order(owner, hooked, receiver, workspace):
    rows = ProductFactory.create_batch(30, workspace=workspace)
    in_bulk(owner, rows)
    run(hooked)
    assert [json.loads(body)["record"]["id"] for _, body in receiver.taken] == [r.pk for r in rows]


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_sending_and_its_record_sends_once_more_under_the_same_id(
    owner, hooked, receiver, product
):
    rename(owner, product)
    while relay_next():
        pass
    name = connection.settings_dict["NAME"]
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.webhooks.worker", name, str(hooked.pk), *HERE],
        cwd=django_settings.BASE_DIR,
    )

    def kill(handler):
        worker.kill()
        worker.wait(30)

    receiver.behave = kill
    worker.wait(120)
    assert len(receiver.taken) == 1
    assert last(hooked).state == "sending"
    receiver.behave = None

    deliver_to.run(hooked.pk)
    assert len(receiver.taken) == 1
    past = timezone.now() - timedelta(minutes=2)
    WebhookEndpoint.objects.update(busy_until=past)
    Delivery.objects.update(claimed_at=past)
    deliver_to.run(hooked.pk)

    assert len(receiver.taken) == 2
    assert len({headers["X-PM-Delivery"] for headers, _ in receiver.taken}) == 1
    assert (last(hooked).state, last(hooked).attempts) == ("delivered", 2)


def test_the_history_says_that_it_was_switched_off_and_by_nobody(hooked):
    sending.switch_off(hooked, "A reason.")
    sending.switch_off(hooked, "Another.")
    event = ActivityEvent.objects.get(verb="webhookendpoint.switched_off")
    assert (event.actor, event.changes["reason"]) == (None, [None, "A reason."])
