"""One product: its page, its forms, its states."""

import pytest
from django.urls import reverse

from products.catalog import services
from products.catalog.models import Product, Variant
from products.catalog.states import END_OF_LIFE, Assortment
from tests.factories.catalog import BrandFactory, ProductFactory, VariantFactory
from tests.factories.feedback import NoteFactory
from workspaces.audit.models import ActivityEvent


def address(product, name="product", *more):
    return reverse(f"products:{name}", args=[product.workspace.slug, product.pk, *more])


@pytest.fixture
def product(workspace):
    return ProductFactory(workspace=workspace, name="Trail Jacket", state=Assortment.READY)


def test_the_page_costs_the_same_for_thirty_variants(product, member, client_of, queries):
    client = client_of(member)
    VariantFactory.create_batch(3, workspace=product.workspace, product=product)
    client.get(address(product))
    for_three = queries(lambda: client.get(address(product)))
    VariantFactory.create_batch(27, workspace=product.workspace, product=product)

    assert queries(lambda: client.get(address(product))) == for_three


def test_a_tab_without_anything_does_not_show(product, member, client_of):
    client = client_of(member)
    labels = [tab["label"] for tab in client.get(address(product)).context["tabs"]]
    assert "Feedback" not in labels
    assert client.get(address(product, "product", "feedback")).status_code == 404

    NoteFactory(workspace=product.workspace, product=product, text="<b>Zip</b> broke", rating=1)
    page = client.get(address(product, "product", "feedback"))

    assert page.status_code == 200
    assert b"&lt;b&gt;Zip&lt;/b&gt; broke" in page.content
    assert "Feedback" in [tab["label"] for tab in page.context["tabs"]]


def test_a_product_of_another_workspace_is_not_there(product, outsider, client_of):
    theirs = reverse("products:product", args=[outsider.workspace.slug, product.pk])
    assert client_of(outsider).get(theirs).status_code == 404
    assert client_of(outsider).get(address(product)).status_code == 404


def test_a_product_is_created_with_a_free_handle(product, member, client_of):
    ProductFactory(workspace=product.workspace, handle="wool-tee")
    url = reverse("products:create", args=[product.workspace.slug])

    response = client_of(member).post(url, {"name": "Wool tee", "state": "proposed"})

    assert response.status_code == 302
    made = Product.objects.get(name="Wool tee")
    assert (made.handle, made.state) == ("wool-tee-2", "proposed")


def test_a_viewer_sees_but_changes_nothing(product, viewer, client_of):
    client = client_of(viewer)
    assert client.get(address(product)).status_code == 200
    for name in ("edit", "move", "delete"):
        assert client.post(address(product, name), {"name": "X"}).status_code == 403
    product.refresh_from_db()
    assert (product.name, product.version, product.deleted_at) == ("Trail Jacket", 1, None)


def test_the_second_of_two_editors_is_told_and_loses_nothing(product, member, client_of):
    client = client_of(member)
    typed = {"name": "Mine", "handle": product.handle, "seen_version": 1}
    services.change_product(member.actor, product.pk, seen_version=1, name="Theirs")

    response = client.post(address(product, "edit"), typed)

    assert response.status_code == 422
    assert b"Theirs" in response.content
    assert b'value="Mine"' in response.content
    product.refresh_from_db()
    assert product.name == "Theirs"


def test_links_lead_to_rows_of_the_same_workspace(product, member, outsider, client_of):
    foreign = BrandFactory(workspace=outsider.workspace)
    typed = {"name": "X", "handle": "x", "brand": foreign.pk, "seen_version": 1}

    assert client_of(member).post(address(product, "edit"), typed).status_code == 422
    product.refresh_from_db()
    assert product.brand_id is None


def test_going_live_needs_a_go_decision(product, member, client_of):
    client = client_of(member)
    asked = {"state": "live", "seen_version": 1, "reason": ""}
    refused = client.post(address(product, "move"), asked)
    product.refresh_from_db()
    assert (refused.status_code, product.state) == (422, "ready")

    client.post(address(product, "move"), asked | {"reason": "Board, 3 March"})

    product.refresh_from_db()
    assert product.state == "live"
    event = ActivityEvent.objects.of(product).first()
    assert event.changes == {"state": ["ready", "live"], "reason": [None, "Board, 3 March"]}


def test_leaving_the_range_needs_the_whole_end_of_life_list(workspace, member, client_of):
    product = ProductFactory(workspace=workspace, state=Assortment.PHASE_OUT)
    client = client_of(member)
    asked = {"state": "discontinued", "seen_version": 1, "reason": "Old", "end_of_life": ["stock"]}
    assert client.post(address(product, "move"), asked).status_code == 422
    product.refresh_from_db()
    assert product.state == "phase_out"

    client.post(address(product, "move"), asked | {"end_of_life": list(END_OF_LIFE)})

    product.refresh_from_db()
    assert product.state == "discontinued"


def test_a_step_the_rules_do_not_know_is_refused(workspace, member, client_of):
    product = ProductFactory(workspace=workspace, state=Assortment.PROPOSED)
    asked = {"state": "live", "seen_version": 1, "reason": "Now"}
    assert client_of(member).post(address(product, "move"), asked).status_code == 422
    product.refresh_from_db()
    assert product.state == "proposed"


def test_variants_are_added_changed_and_removed(product, member, client_of):
    client = client_of(member)
    typed = {"sku": "TJ-M", "name": "M", "price": "119.00", "currency": "eur"}
    assert client.post(address(product, "variant_create"), typed).status_code == 302
    variant = Variant.objects.get(sku="TJ-M")
    assert variant.currency == "EUR"

    again = client.post(address(product, "variant_create"), typed)
    assert (again.status_code, Variant.objects.count()) == (422, 1)

    typed |= {"price": "-1", "seen_version": 1}
    refused = client.post(address(product, "variant_edit", variant.pk), typed)
    variant.refresh_from_db()
    assert (refused.status_code, variant.price) == (422, 119)

    client.post(address(product, "variant_delete", variant.pk), {"seen_version": 1})
    variant.refresh_from_db()
    assert variant.deleted_at


def test_a_deleted_product_offers_undo_and_comes_back(product, member, client_of):
    client = client_of(member)
    page = client.post(address(product, "delete"), {"seen_version": 1}, follow=True)
    undo = reverse(
        "workspaces:restore_record", args=[product.workspace.slug, "products.product", product.pk]
    )
    assert undo.encode() in page.content
    assert client.get(address(product)).status_code == 404

    client.post(undo)

    assert client.get(address(product)).status_code == 200
