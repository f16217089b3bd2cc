"""What happened is told once, in order, whatever a listener does."""

import pytest
from django.db import OperationalError, transaction

from products.catalog import services
from tests.factories.catalog import ProductFactory
from workspaces.audit import relay
from workspaces.audit.models import ActivityEvent
from workspaces.audit.relay import Listener, register_listener, relay_next

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(monkeypatch):
    """What a listener heard, as (workspace, verbs)."""
    found: list[tuple[int, list[str]]] = []
    monkeypatch.setattr(relay, "LISTENERS", {})
    register_listener(
        Listener(
            "ears", lambda workspace, events: found.append((workspace, [e.verb for e in events]))
        )
    )
    return found


def rename(member, name):
    product = ProductFactory(workspace=member.workspace)
    services.change_product(member.actor, product.pk, seen_version=product.version, name=name)


def test_each_workspace_is_told_what_happened_in_it_once_and_in_order(member, outsider, heard):
    rename(member, "One")
    services.create_product(outsider.actor, name="Theirs")
    rename(member, "Two")

    while relay_next():
        pass

    assert sorted(heard) == sorted(
        [
            (member.workspace.pk, ["product.changed", "product.changed"]),
            (outsider.workspace.pk, ["product.created"]),
        ]
    )
    assert not relay_next()
    assert not ActivityEvent.objects.filter(told=False).exists()


def test_a_listener_that_fails_silences_nobody_else(member, heard):
    def deaf(workspace_id, events):
        ActivityEvent.objects.filter(pk=events[0].pk).update(label="half done")
        raise ValueError("deaf")

    register_listener(Listener("deaf", deaf))
    rename(member, "One")

    assert relay_next()

    assert heard == [(member.workspace.pk, ["product.changed"])]
    assert not ActivityEvent.objects.filter(label="half done").exists()


def test_trouble_of_the_database_loses_nothing(member, heard):
    trouble = [OperationalError("deadlock detected")]

    def unlucky(workspace_id, events):
        if trouble:
            raise trouble.pop()

    register_listener(Listener("unlucky", unlucky))
    rename(member, "One")

    with pytest.raises(OperationalError), transaction.atomic():
        relay_next()
    assert ActivityEvent.objects.filter(told=False).count() == 1

    assert relay_next()
    assert not ActivityEvent.objects.filter(told=False).exists()


def test_what_was_taken_back_is_not_told(member, heard):
    with transaction.atomic():
        rename(member, "One")
        transaction.set_rollback(True)

    assert not relay_next()
    assert heard == []
