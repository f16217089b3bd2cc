"""A record to speak about, and how the tests of discussions speak."""

import dataclasses

import pytest
from django.urls import reverse

from tests.factories.catalog import ProductFactory
from workspaces.audit.models import ActivityEvent
from workspaces.discussion import services
from workspaces.records.kinds import KINDS

PRODUCT = "products.product"


@pytest.fixture
def product(workspace):
    return ProductFactory(workspace=workspace)


@pytest.fixture
def public_products(monkeypatch):
    """Products as a kind whose discussion may speak to people outside."""
    kind = dataclasses.replace(KINDS[PRODUCT], public_replies=True)
    monkeypatch.setitem(KINDS, PRODUCT, kind)


def say(someone, record, text="The zip jams.", **more):
    return services.add_comment(someone.actor, record._meta.label_lower, record.pk, text, **more)


def page(client, record):
    return client.get(
        reverse("products:product", args=[record.workspace.slug, record.pk, "discussion"])
    )


def verbs():
    return list(ActivityEvent.objects.order_by("pk").values_list("verb", flat=True))
