"""The catalogue's records, as history, trash and undo know them."""

from functools import partial
from typing import Any

from django.urls import reverse

from products.catalog import columns, services, services_lists
from products.catalog.models import Brand, Category, Channel, Market, Product, Supplier, Variant
from products.catalog.states import TONES, Assortment
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.records.fields import Choice, fields_of_model
from workspaces.records.kinds import Changes, RecordKind, register_record
from workspaces.search.recent import register_page
from workspaces.search.sources import Source, register_source


def _product_url(actor: Actor, pk: int) -> str:
    return reverse("products:product", args=[actor.workspace.slug, pk])


def _variant_url(actor: Actor, pk: int) -> str:
    return reverse("products:variant", args=[actor.workspace.slug, pk])


def _entries_url(plural: str, actor: Actor, pk: int) -> str:
    return reverse("products:entries", args=[actor.workspace.slug, plural])


def _create_product(actor: Actor, values: dict[str, Any]) -> Any:
    return services.create_product(actor, **values)


def _create_entry(model: Any, actor: Actor, values: dict[str, Any]) -> Any:
    return services_lists.create_entry(actor, model, **values)


def _change_product(actor: Actor, pk: int, version: int, values: dict[str, Any]) -> Any:
    return services.change_product(actor, pk, seen_version=version, **values)


def _product_rules(actor: Actor, product: Product, changes: Changes) -> None:
    """What the range allows, for a product whose fields already hold what is wanted."""
    if "state" in changes:
        before, after = changes["state"]
        _, reason = changes.get("reason", (None, ""))
        services.check_move(product, after, reason or "", product.end_of_life, since=before)


def _revert_product(actor: Actor, pk: int, version: int, values: dict[str, Any]) -> Any:
    return services.change_product(actor, pk, seen_version=version, takes_back=True, **values)


def _change_variant(actor: Actor, pk: int, version: int, values: dict[str, Any]) -> Any:
    return services.change_variant(actor, pk, seen_version=version, **values)


def _delete_product(actor: Actor, pk: int, version: int) -> Any:
    return services.delete_product(actor, pk, seen_version=version)


def _delete_variant(actor: Actor, pk: int, version: int) -> Any:
    return services.delete_variant(actor, pk, seen_version=version)


def _change_entry(model: Any, actor: Actor, pk: int, version: int, values: dict[str, Any]) -> Any:
    return services_lists.change_entry(actor, model, pk, seen_version=version, **values)


def _delete_entry(model: Any, actor: Actor, pk: int, version: int) -> Any:
    return services_lists.delete_entry(actor, model, pk, seen_version=version)


def _restore_entry(model: Any, actor: Actor, pk: int) -> Any:
    return services_lists.restore_entry(actor, model, pk)


PRODUCT_FIELDS = fields_of_model(
    Product,
    "name",
    "state",
    "brand",
    "category",
    "supplier",
    "owner",
    "handle",
    "product_type",
    "tags",
    "launched_on",
    "image_url",
    "description",
    brand={"sort": "brand__name,name"},
    category={"sort": "category__path,name"},
    owner={"shown": False},
    state={
        "sort": "state,name",
        "choices": tuple(Choice(s.value, s.label, TONES[s]) for s in Assortment),
    },
    supplier={"shown": False},
    handle={"shown": False, "required": False},
    product_type={"shown": False},
    tags={"shown": False, "separated": True},
    launched_on={"shown": False},
    image_url={"shown": False},
    description={"shown": False},
)
ENTRY_FIELDS: dict[Any, tuple[str, ...]] = {
    Brand: ("name",),
    Supplier: ("name", "email", "country"),
    Category: ("name", "parent", "path"),
    Channel: ("name",),
    Market: ("name", "country", "language", "currency"),
}


def register() -> None:
    """Called from the app's ready()."""
    _register_products(Perm.CATALOG_VIEW, Perm.CATALOG_EDIT)
    _register_entries(Perm.CATALOG_VIEW, Perm.CATALOG_EDIT)


def _register_products(reads: Perm, writes: Perm) -> None:
    register_record(
        RecordKind(
            Product,
            "Product",
            "Products",
            reads,
            writes,
            _product_url,
            _change_product,
            _delete_product,
            services.restore_product,
            create=_create_product,
            revert=_revert_product,
            rules=_product_rules,
            plain_verbs=True,
            reasons=frozenset({"state"}),
            looks={"name": columns.name_cell},
            row_reads=("name", "image_url"),
            found=columns.found,
            list_url=lambda actor: reverse("products:list", args=[actor.workspace.slug]),
            new_url=lambda actor: reverse("products:create", args=[actor.workspace.slug]),
            edit_url=lambda actor, pk: reverse("products:edit", args=[actor.workspace.slug, pk]),
            list_head="products/list_head.html",
            fields=PRODUCT_FIELDS,
            icon="package",
            board="state",
            closed=frozenset({Assortment.DISCONTINUED}),
            searched=("name", "handle", "tags", "description"),
            dated=("launched_on",),
            together=("handle",),
            sample="Trail Jacket · live · 12 variants · Outerwear",
            tabbed=True,
        )
    )
    register_record(
        RecordKind(
            Variant,
            "Variant",
            "Variants",
            reads,
            writes,
            _variant_url,
            _change_variant,
            _delete_variant,
            services.restore_variant,
            named_by=("sku",),
        )
    )


def _register_entries(reads: Perm, writes: Perm) -> None:
    for model, label, plural in (
        (Brand, "Brand", "brands"),
        (Supplier, "Supplier", "suppliers"),
        (Category, "Category", "categories"),
        (Channel, "Channel", "channels"),
        (Market, "Market", "markets"),
    ):
        register_record(
            RecordKind(
                model,
                label,
                plural.capitalize(),
                reads,
                writes,
                partial(_entries_url, plural),
                partial(_change_entry, model),
                partial(_delete_entry, model),
                partial(_restore_entry, model),
                frozenset({"path"}),
                create=partial(_create_entry, model),
                fields=fields_of_model(model, *ENTRY_FIELDS[model]),
                icon="list",
                searched=("name",),
                named_by=("path",) if model is Category else (),
                row_reads=("path",) if model is Category else (),
            )
        )
    _make_searchable()


def _make_searchable() -> None:
    """A product is found by its own ids and by those of its variants."""
    product, texts = Product._meta.label_lower, ("tags", "product_type", "description")
    register_source(Source(product, Product, ("name",), ("handle",), texts, meant=True))
    register_source(Source(product, Variant, keys=("sku", "gtin"), texts=("name",), link="product"))
    register_page("products:product", product)
