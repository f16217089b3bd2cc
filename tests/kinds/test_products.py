"""Products files: made, changed, left alone, taken back."""

import pytest

from products.catalog.models import Brand, Category, Product, Variant
from tests.factories.catalog import ProductFactory, VariantFactory
from tests.kinds.running import bring
from workspaces.audit.models import ActivityEvent
from workspaces.imports.kinds import KINDS
from workspaces.imports.models import ImportChange

SHELL = {
    "sku": "S-M",
    "handle": "shell",
    "title": "Storm shell",
    "variant_name": "M",
    "brand": "Northline",
    "category": "Clothing > Jackets",
    "price": "189.00",
    "gtin": "4006381333931",
}


def test_rows_with_one_handle_become_one_product(member):
    done = bring(
        member.actor,
        "products",
        [SHELL, {**SHELL, "sku": "S-L", "variant_name": "L", "gtin": None}],
    )
    assert done.issues == []
    assert done.outcome.created["products"] == 1
    assert done.outcome.created["variants"] == 2
    product = Product.objects.visible_to(member.actor).get()
    assert (product.handle, product.name, product.state) == ("shell", "Storm shell", "proposed")
    assert product.category.path == "Clothing > Jackets"
    assert product.category.parent.path == "Clothing"
    assert product.brand.name == "Northline"
    assert {v.currency for v in product.variants.all()} == {"EUR"}


def test_the_same_file_again_changes_nothing(member):
    bring(member.actor, "products", [SHELL])
    events = ActivityEvent.objects.in_workspace(member.workspace.pk).exclude(verb="import.products")

    def state():
        return list(Variant.objects.values()), list(Product.objects.values()), events.count()

    before = state()
    again = bring(member.actor, "products", [SHELL])
    assert (again.outcome.created, again.outcome.updated, again.outcome.unchanged) == ({}, {}, 1)
    assert before == (
        list(Variant.objects.values()),
        list(Product.objects.values()),
        events.count(),
    )


def test_a_change_is_kept_with_both_sides_and_can_be_undone(member):
    bring(member.actor, "products", [SHELL])
    done = bring(member.actor, "products", [{"sku": "S-M", "price": "149", "brand": "Peak"}])
    assert done.outcome.updated == {"products": 1, "variants": 1}
    change = ImportChange.objects.get(run=done.run, model="products.variant")
    assert (change.before, change.after) == ({"price": 189.0}, {"price": 149.0})
    event = ActivityEvent.objects.get(verb="product.updated")
    assert list(event.changes) == ["brand"]
    undone = KINDS["products"].undo(member.actor, done.run.pk)
    assert undone.updated == {"products": 1, "variants": 1}
    assert Variant.objects.get().price == 189
    assert Product.objects.get().brand.name == "Northline"
    assert not Brand.objects.filter(name="Peak").exists()


def test_undo_takes_away_what_was_made(member):
    VariantFactory(workspace=member.workspace, sku="OLD")
    done = bring(member.actor, "products", [SHELL])
    KINDS["products"].undo(member.actor, done.run.pk)
    assert [v.sku for v in Variant.objects.all()] == ["OLD"]
    assert not Category.objects.exists()


def test_undo_refuses_to_lose_an_edit(member):
    from core.errors import Refused

    done = bring(member.actor, "products", [SHELL])
    Product.objects.update(name="Edited by hand", version=2)
    with pytest.raises(Refused, match="Edited by hand"):
        KINDS["products"].undo(member.actor, done.run.pk)
    assert Variant.objects.count() == 1


def test_skip_leaves_known_variants_and_only_update_makes_none(member):
    bring(member.actor, "products", [SHELL])
    other = {**SHELL, "sku": "X", "handle": "x", "gtin": None, "price": "1"}
    rows = [{**SHELL, "price": "1"}, other]
    skipping = bring(member.actor, "products", rows, on_existing="skip")
    assert skipping.outcome.skipped == 1
    assert Variant.objects.get(sku="S-M").price == 189
    only = bring(
        member.actor, "products", [{**SHELL, "price": "2"}, {**other, "sku": "Y"}], "only_update"
    )
    assert only.outcome.skipped == 1
    assert Variant.objects.get(sku="S-M").price == 2
    assert not Variant.objects.filter(sku="Y").exists()


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"gtin": "4006381333932"}, "gtin"),
        ({"title": None}, "title"),
        ({"image_url": "javascript:alert(1)"}, "image_url"),
        ({"category": "A > " + "b" * 121}, "category"),
    ],
)
def test_a_bad_cell_is_named_and_changes_nothing(member, row, field):
    done = bring(member.actor, "products", [{**SHELL, **row}])
    assert [issue[:2] for issue in done.issues] == [(1, field)]
    assert not Product.objects.exists()


def test_a_product_only_moves_as_the_range_allows(member):
    bring(member.actor, "products", [SHELL])
    done = bring(member.actor, "products", [{"sku": "S-M", "state": "live"}])
    assert done.issues[0][1] == "state"
    assert Product.objects.get().state == "proposed"
    bring(member.actor, "products", [{"sku": "S-M", "state": "evaluating"}])
    assert Product.objects.get().state == "evaluating"


def test_trash_is_not_touched_and_no_twin_is_made(member):
    product = ProductFactory(
        workspace=member.workspace, handle="shell", deleted_at="2026-01-01T00:00Z"
    )
    done = bring(member.actor, "products", [SHELL])
    assert done.issues[0][1] == "handle"
    assert list(Product.objects.all()) == [product]


def test_other_workspaces_are_out_of_reach(member, outsider):
    VariantFactory(workspace=outsider.workspace, sku="S-M", price=5)
    bring(member.actor, "products", [SHELL])
    assert Variant.objects.get(workspace=outsider.workspace).price == 5


def test_a_row_that_makes_a_variant_or_changes_its_product_is_counted_once(member):
    bring(member.actor, "products", [SHELL])
    second = {**SHELL, "sku": "S-L", "gtin": None}
    done = bring(member.actor, "products", [SHELL, second])
    assert done.outcome.rows == {
        "read": 2,
        "made": 1,
        "changed": 0,
        "unchanged": 1,
        "left_out": 0,
    }
    again = bring(member.actor, "products", [{**SHELL, "title": "Renamed"}, second])
    assert (again.outcome.rows["changed"], again.outcome.rows["unchanged"]) == (2, 0)
