"""Brands, suppliers, categories, channels, markets."""

import pytest
from django.urls import reverse

from products.catalog.models import Brand, Category, Product
from tests.factories.catalog import BrandFactory, CategoryFactory, ProductFactory


def address(workspace, name, *args):
    return reverse(f"products:{name}", args=[workspace.slug, *args])


@pytest.mark.parametrize("plural", ["brands", "suppliers", "channels", "markets", "categories"])
def test_an_entry_is_added_renamed_removed_and_comes_back(plural, member, client_of):
    workspace, client = member.workspace, client_of(member)
    client.post(address(workspace, "entry_add", plural), {"new-name": "Fjell"})
    page = client.get(address(workspace, "entries", plural))
    ((row, count),) = page.context["rows"]
    assert (row.name, count) == ("Fjell", 0)

    again = client.post(address(workspace, "entry_add", plural), {"new-name": "fjell"})
    assert (again.status_code, type(row).objects.count()) == (422, 1)

    client.post(
        address(workspace, "entry_change", plural, row.pk),
        {f"e{row.pk}-name": "Ridge", "seen_version": 1},
    )
    row.refresh_from_db()
    assert row.name == "Ridge"

    client.post(address(workspace, "entry_remove", plural, row.pk), {"seen_version": 2})
    row.refresh_from_db()
    assert row.deleted_at
    label = row._meta.label_lower
    client.post(reverse("workspaces:restore_record", args=[workspace.slug, label, row.pk]))
    row.refresh_from_db()
    assert row.deleted_at is None


def test_what_products_use_is_not_removed_but_merged(member, client_of):
    brand, other = BrandFactory.create_batch(2, workspace=member.workspace)
    product = ProductFactory(workspace=member.workspace, brand=brand)
    remove = address(member.workspace, "entry_remove", "brands", brand.pk)
    client = client_of(member)

    client.post(remove, {"seen_version": 1})
    brand.refresh_from_db()
    assert brand.deleted_at is None

    client.post(remove, {"seen_version": 1, "into": other.pk})
    product.refresh_from_db()
    brand.refresh_from_db()
    assert product.brand == other
    assert brand.deleted_at


def test_renaming_a_category_takes_its_subtree_along(member, client_of):
    top = CategoryFactory(workspace=member.workspace, name="Outerwear")
    CategoryFactory(workspace=member.workspace, name="Jackets", parent=top)
    url = address(member.workspace, "entry_change", "categories", top.pk)

    client_of(member).post(url, {f"e{top.pk}-name": "Shells", "seen_version": 1})

    paths = set(Category.objects.values_list("path", flat=True))
    assert paths == {"Shells", "Shells > Jackets"}


def test_a_viewer_reads_the_lists_and_changes_none(viewer, client_of):
    brand = BrandFactory(workspace=viewer.workspace)
    client, workspace = client_of(viewer), viewer.workspace
    assert client.get(address(workspace, "entries", "brands")).status_code == 200
    assert client.post(address(workspace, "entry_add", "brands")).status_code == 403
    remove = address(workspace, "entry_remove", "brands", brand.pk)
    assert client.post(remove, {"seen_version": 1}).status_code == 403
    assert Brand.objects.visible_to(viewer.actor).count() == 1
    assert Product.objects.count() == 0


def test_a_category_is_not_named_like_a_path(member, client_of):
    answer = client_of(member).post(
        address(member.workspace, "entry_add", "categories"), {"new-name": "A > B"}
    )
    assert answer.status_code == 422
    assert "cannot have “&gt;”" in answer.content.decode().replace(">", "&gt;")
    assert not Category.objects.exists()
