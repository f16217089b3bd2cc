"""The index follows what happens to records, and equals what a full recompute makes."""

import random

import pytest

from feedback.inbox import services as inbox
from products.catalog import services
from products.catalog.models import Product
from tests.factories.catalog import ProductFactory, VariantFactory
from tests.factories.feedback import NoteFactory
from workspaces.fields import services as fields
from workspaces.fields.models import CustomField
from workspaces.search.models import SearchEntry, SearchMeaning
from workspaces.staleness.recompute import recompute_everything

pytestmark = pytest.mark.django_db


def entries(workspace):
    rows = SearchEntry.objects.in_workspace(workspace.pk).order_by("kind", "object_id")
    return list(
        rows.values_list("kind", "object_id", "title", "folded", "keys", "body", "language")
    )


def test_a_change_is_found_and_what_was_is_not(member, settle, found):
    product = services.create_product(member.actor, name="Trail Jacket")
    settle()
    assert found(member, "jacket") == ["Trail Jacket"]

    services.change_product(member.actor, product.pk, seen_version=1, name="Storm Shell")
    settle()
    assert found(member, "jacket") == []
    assert found(member, "storm") == ["Storm Shell"]


def test_a_variants_sku_finds_its_product_as_long_as_it_is_there(member, settle, found):
    product = ProductFactory(workspace=member.workspace, name="Trail Jacket")
    values = {"sku": "TJ-7", "price": 10, "currency": "EUR"}
    variant = services.create_variant(member.actor, product.pk, **values)
    settle()
    assert found(member, "tj-7") == ["Trail Jacket"]

    services.delete_variant(member.actor, variant.pk, seen_version=variant.version)
    settle()
    assert found(member, "tj-7") == []


def test_what_is_deleted_disappears_and_comes_back_when_restored(member, settle, found):
    note = NoteFactory(workspace=member.workspace, title="Zipper", text="It broke on day one.")
    recompute_everything(member.workspace.pk, "test")
    meanings = SearchMeaning.objects.in_workspace(member.workspace.pk)
    own = SearchEntry.objects.in_workspace(member.workspace.pk).get(title="Zipper").pk
    assert meanings.filter(entry_id=own).exists()

    inbox.delete_note(member.actor, note.pk, seen_version=note.version)
    settle()
    assert found(member, "zipper") == []
    assert not meanings.filter(entry_id=own).exists()

    inbox.restore_note(member.actor, note.pk)
    settle()
    assert found(member, "zipper") == ["Zipper"]


def test_after_any_edits_the_entries_are_those_of_a_full_recompute(member, settle):
    chance = random.Random(7)
    words = ["trail", "Jäcket", "storm", "wool", "tee", "'quoted'", "a:b|c"]
    ws = member.workspace
    for step in range(60):
        products = list(Product.objects.in_workspace(ws.pk))
        name = f"{chance.choice(words)} {chance.choice(words)} {step}"
        act = chance.randrange(5) if products else 0
        if act == 0:
            services.create_product(member.actor, name=name)
        elif act == 1:
            one = chance.choice(products)
            services.change_product(member.actor, one.pk, seen_version=one.version, name=name)
        elif act == 2:
            values = {"sku": f"S-{step}", "price": 1, "currency": "EUR"}
            services.create_variant(member.actor, chance.choice(products).pk, **values)
        elif act == 3:
            one = chance.choice(products)
            services.delete_product(member.actor, one.pk, seen_version=one.version)
        elif trashed := list(Product.objects.trashed_in(ws.pk)):
            services.restore_product(member.actor, chance.choice(trashed).pk)
        if chance.random() < 0.3:
            settle()
    settle()

    followed = entries(ws)
    assert len(followed) > 5
    SearchMeaning.objects.in_workspace(ws.pk).delete()
    SearchEntry.objects.in_workspace(ws.pk).delete()
    recompute_everything(ws.pk, "test")
    assert entries(ws) == followed


def test_going_over_everything_again_writes_nothing(member):
    ws = member.workspace
    VariantFactory(workspace=ws, product=ProductFactory(workspace=ws, name="Trail Jacket"))
    NoteFactory(workspace=ws)
    recompute_everything(ws.pk, "test")
    before = list(SearchEntry.objects.in_workspace(ws.pk).values_list("pk", "updated_at"))

    recompute_everything(ws.pk, "test")
    assert list(SearchEntry.objects.in_workspace(ws.pk).values_list("pk", "updated_at")) == before
    assert before


def test_a_text_of_any_size_is_indexed(member):
    ws = member.workspace
    text = " ".join(f"w{n}ß{n}" for n in range(9_000))
    NoteFactory(workspace=ws, title="Long", text=text[:99_000], language="de")
    NoteFactory(workspace=ws, title="Word", text="ä" * 60_000)
    recompute_everything(ws.pk, "test")

    assert SearchEntry.objects.in_workspace(ws.pk).filter(kind="feedback.note").count() == 2


def test_custom_words_are_found_unless_some_roles_may_not_see_them(member, settle, found):
    ws = member.workspace
    inside = {"workspace": ws, "kind": "products.product", "type": "text"}
    CustomField.objects.create(**inside, key="fabric", label="Fabric")
    CustomField.objects.create(**inside, key="secret", label="Secret", roles=["owner"])
    ProductFactory(
        workspace=ws, name="Trail Jacket", custom={"fabric": "ripstop", "secret": "mithril"}
    )
    recompute_everything(ws.pk, "test")

    assert found(member, "ripstop") == ["Trail Jacket"]
    assert found(member, "mithril") == []


def test_a_retired_custom_field_is_searched_no_more(admin_member, settle, found):
    actor, ws = admin_member.actor, admin_member.workspace
    field = CustomField.objects.create(
        workspace=ws, kind="products.product", type="text", key="fabric", label="Fabric"
    )
    ProductFactory(workspace=ws, name="Trail Jacket", custom={"fabric": "ripstop"})
    recompute_everything(ws.pk, "test")
    assert found(admin_member, "ripstop") == ["Trail Jacket"]

    fields.retire_field(actor, field.pk, seen_version=field.version)
    settle()
    assert found(admin_member, "ripstop") == []
