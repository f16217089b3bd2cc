"""What was opened last is kept by the browser: whatever it says, it opens nothing."""

import pytest
from django.urls import reverse

from tests.factories.catalog import ProductFactory
from tests.factories.ledger import OrderFactory

pytestmark = pytest.mark.django_db
PRODUCT = "products.product"


@pytest.fixture
def page(workspace):
    return reverse("workspaces:search", args=[workspace.slug])


def test_records_that_may_not_be_read_are_named_by_no_cookie(
    workspace, viewer, outsider, client_of, page
):
    mine = ProductFactory(workspace=workspace, name="Mine")
    foreign = ProductFactory(workspace=outsider.workspace, name="Foreign")
    order = OrderFactory(workspace=workspace, number="#Secret")
    client = client_of(viewer)
    refs = f"{PRODUCT}:{foreign.pk}!finance.order:{order.pk}!{PRODUCT}:{mine.pk}"

    client.cookies["recent"] = f"{viewer.user.pk}!{refs}"
    shown = client.get(page).content.decode()
    client.cookies["recent"] = f"{outsider.user.pk}!{refs}"
    not_theirs = client.get(page).content.decode()

    assert "Mine" in shown
    assert "Foreign" not in shown
    assert "#Secret" not in shown
    assert "Mine" not in not_theirs


@pytest.mark.parametrize(
    "said",
    [
        "",
        "!",
        "nowhere:1",
        ":::!::",
        f"{PRODUCT}:²",
        f"{PRODUCT}:{'9' * 15}",
        f"{PRODUCT}:{'9' * 400}",
        f"{PRODUCT}:-1",
        f"{PRODUCT}:0",
        "workspaces.user:1",
        "<script>:1",
        f"{PRODUCT}:1!" * 200,
    ],
)
def test_a_cookie_that_was_meddled_with_breaks_no_page(workspace, member, client_of, page, said):
    product, client = ProductFactory(workspace=workspace, name="Mine"), client_of(member)
    client.cookies["recent"] = f"{member.user.pk}!{said}"
    assert client.get(page).status_code == 200

    opened = client.get(reverse("products:product", args=[workspace.slug, product.pk]))

    kept = opened.cookies["recent"].value
    assert kept.startswith(f"{member.user.pk}!{PRODUCT}:{product.pk}")
    assert len(kept) < 500
    assert "Mine" in client.get(page).content.decode()
