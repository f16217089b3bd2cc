"""Somebody who watches, somebody who acts, and the relay between them."""

from collections.abc import Callable

import pytest

from products.catalog import services
from tests.factories.catalog import ProductFactory
from workspaces.audit.relay import relay_next
from workspaces.following import services as following
from workspaces.following.models import Notification
from workspaces.members.models import User

PRODUCT = "products.product"


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
