"""The same thing done twice at the same moment: once it counts, once it is explained."""

import pytest
from django.db import transaction
from django.urls import reverse

from core.errors import EditConflict, Refused
from products.catalog.models import Category, Product, Variant
from products.catalog.services import change_product
from products.catalog.services_lists import change_entry, create_entry
from tests.clashing import during
from tests.factories.catalog import CategoryFactory, ProductFactory
from tests.kinds.running import bring
from workspaces.imports.kinds import KINDS

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_products_made_by_a_double_click_one_is_there(workspace, member, client_of):
    client = client_of(member)
    url = reverse("products:create", args=[workspace.slug])

    answer = during(
        lambda: client.post(url, {"name": "Lamp", "state": "proposed"}),
        lambda: ProductFactory(workspace=workspace, name="Lamp", handle="lamp"),
    )

    assert answer.status_code == 409
    assert b"at the same moment" in answer.content
    assert Product.objects.in_workspace(workspace.pk).count() == 1


def test_of_two_opposite_moves_of_categories_one_is_refused(member):
    """Each alone is fine; together they would hang both below themselves."""
    trails, tents = (
        CategoryFactory(workspace=member.workspace, name=name, path=name)
        for name in ("Trails", "Tents")
    )

    def move(row, below):
        change_entry(member.actor, Category, row.pk, seen_version=1, parent=below)

    def told():
        try:
            move(tents, trails)
        except (Refused, EditConflict) as refusal:
            return str(refusal)

    assert during(told, lambda: move(trails, tents)) == "A category cannot hang below itself."
    assert set(Category.objects.values_list("path", flat=True)) == {"Tents", "Tents > Trails"}


def test_a_category_made_below_one_that_is_being_renamed_gets_the_new_path(member):
    top = CategoryFactory(workspace=member.workspace, name="Trails", path="Trails")
    below = Category.objects.get(pk=top.pk)

    made = during(
        lambda: create_entry(member.actor, Category, name="Maps", parent=below),
        lambda: change_entry(member.actor, Category, top.pk, seen_version=1, name="Paths"),
    )

    assert made.path == "Paths > Maps"


def test_a_product_saved_while_its_import_is_undone_is_not_lost(member):
    """Whoever saves before the row is taken away stops the undo; nothing is half undone."""
    done = bring(member.actor, "products", [{"sku": "S", "handle": "lamp", "title": "Lamp"}])
    lamp = Product.objects.get()

    def undo():
        try:
            with transaction.atomic():
                KINDS["products"].undo(member.actor, done.run.pk)
        except Refused as refusal:
            return str(refusal)

    refusal = during(
        undo, lambda: change_product(member.actor, lamp.pk, seen_version=1, name="Desk lamp")
    )

    assert "“Desk lamp” changed after this import" in refusal
    assert (Product.objects.get().name, Variant.objects.count()) == ("Desk lamp", 1)


def test_a_product_saved_while_an_import_that_changed_it_is_undone_keeps_the_newer_value(member):
    row = {"sku": "S", "handle": "lamp", "title": "Lamp"}
    bring(member.actor, "products", [row])
    done = bring(member.actor, "products", [row | {"title": "Lamp 2"}])
    lamp = Product.objects.get()

    def undo():
        with transaction.atomic():
            return KINDS["products"].undo(member.actor, done.run.pk)

    outcome = during(
        undo, lambda: change_product(member.actor, lamp.pk, seen_version=2, name="Desk lamp")
    )

    assert (outcome.skipped, Product.objects.get().name) == (1, "Desk lamp")
