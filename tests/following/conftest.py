"""Somebody who watches, somebody who acts, and the relay between them."""

from collections.abc import Callable

import pytest

from products.catalog import services
from tests.factories.catalog import ProductFactory
from workspaces.audit.relay import relay_next
from workspaces.following import services as following
from workspaces.following.models import Notification
from workspaces.lists.services_bulk import act_of, bulk_change
from workspaces.members.models import User
from workspaces.records.kinds import KINDS

PRODUCT = "products.product"


def in_bulk(someone, rows) -> None:
    """One act on many products: all of them become tents."""
    kind = KINDS[PRODUCT]
    act = act_of(someone.actor, kind, "set:product_type", "Tent")
    bulk_change(someone.actor, kind, [row.pk for row in rows], act)


def heard() -> None:
    """Let everybody hear what happened."""
    while relay_next():
        pass


def told(someone) -> list[Notification]:
    """A person's notifications, oldest first."""
    user = someone if isinstance(someone, User) else someone.user
    return list(Notification.objects.filter(user=user).order_by("pk"))


@pytest.fixture
def ada(member):
    """A product manager who changes things."""
    return member


@pytest.fixture
def bo(contributor):
    """A contributor who follows them."""
    return contributor


@pytest.fixture
def product(workspace):
    return ProductFactory(workspace=workspace, name="Trail Jacket")


@pytest.fixture
def rename() -> Callable[..., None]:
    """Ada gives a product another name, and everybody hears of it."""

    def change(someone, product, name: str) -> None:
        product.refresh_from_db()
        services.change_product(someone.actor, product.pk, seen_version=product.version, name=name)
        heard()

    return change


@pytest.fixture
def watched(bo, product):
    """Bo watches the product."""
    following.watch(bo.actor, PRODUCT, product.pk, "all")
    return product
