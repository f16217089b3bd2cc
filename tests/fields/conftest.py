"""A field that not everybody sees."""

import pytest

from tests.factories.catalog import ProductFactory
from workspaces.fields.services import create_field
from workspaces.records.kinds import KINDS
from workspaces.records.services import change_record


@pytest.fixture
def secret(owner):
    """A field only owners see, on a product that had three values in it."""
    create_field(owner.actor, "products.product", label="Secret", type="text", roles=["owner"])
    product = ProductFactory(workspace=owner.workspace, name="Tent")
    kind = KINDS["products.product"]
    for at, value in enumerate(("first-hush", "second-hush"), start=1):
        change_record(owner.actor, kind, product.pk, at, {"custom.secret": value})
    return product
