"""What the product list has beside its fields: its pictures, its search, its short filters."""

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import Any

from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from core.web import row_url
from products.catalog.models import Brand, Category, Product, Supplier
from products.catalog.states import TONES, Assortment
from workspaces.access.actor import Actor
from workspaces.lists.quick import register_quick_filter
from workspaces.records.listing import options
from workspaces.records.lists import ListFilter, whole_number

LONGEST_MENU = 500

PRODUCT = "products.product"


@lru_cache(maxsize=32)
def state_tag(state: str) -> SafeString:
    """The state as a coloured tag; its words carry it, the colour repeats it."""
    return format_html(
        '<span class="tag tag-{}">{}</span>', TONES[Assortment(state)], Assortment(state).label
    )


def thumb(product: Product) -> SafeString:
    """The product's initials on one of eight colours, and its picture over them.

    A picture that does not load leaves the initials. Browsers are let fetch by https alone.
    """
    initials = escape("".join(word[0] for word in product.name.split()[:2]).upper())
    picture, tone = "", product.pk % 8
    if product.image_url.startswith("https:"):
        picture = format_html('<img src="{}" alt="" loading="lazy">', product.image_url)
    return mark_safe(
        f'<span class="thumb thumb-{tone}" aria-hidden="true">{initials}{picture}</span>'
    )


def thumb_large(product: Product) -> str:
    """The same, for the head of its page."""
    return mark_safe(thumb(product).replace('class="thumb', 'class="thumb thumb-large', 1))


def name_cell(actor: Actor, product: Product) -> SafeString:
    url = row_url("products:product", actor.workspace.slug, product.pk)
    name = escape(product.name)
    return mark_safe(f'<a class="record-link" href="{url}">{thumb(product)}<span>{name}</span></a>')


def _by_id(field: str) -> Any:
    def apply(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        if text == "none":
            return rows.filter(**{f"{field}__isnull": True})
        pk = whole_number(text)
        return rows.none() if pk is None else rows.filter(**{f"{field}_id": pk})

    return apply


def _in_category(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """The category and everything below it."""
    if text == "none":
        return rows.filter(category__isnull=True)
    pk = whole_number(text)
    top = Category.objects.visible_to(actor).filter(pk=pk).first() if pk is not None else None
    if top is None:
        return rows.none()
    below = Category.objects.visible_to(actor).filter(
        path__startswith=f"{top.path}{Category.SEPARATOR}"
    )
    ids = [top.pk, *below.values_list("pk", flat=True)]
    return rows.filter(category_id__in=ids)


def _in_state(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    if text == "selling":
        return rows.selling()  # type: ignore[attr-defined]
    return rows.filter(state=text) if text in Assortment.values else rows.none()


def found(rows: Any, text: str) -> QuerySet[Any]:
    matching: QuerySet[Any] = rows.matching(text)
    return matching


def _tagged(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(tags__icontains=text)


def _states(actor: Actor) -> Sequence[tuple[str, str]]:
    return [("selling", "On sale in any way"), *options(Assortment.choices)]


def _named(model: type[Brand] | type[Supplier], label: str) -> Any:
    def choices(actor: Actor) -> Sequence[tuple[str, str]]:
        rows = model.objects.visible_to(actor).order_by("name").values_list("pk", "name")
        return [("none", f"Without {label}"), *options(rows[:LONGEST_MENU])]

    return choices


def _categories(actor: Actor) -> Sequence[tuple[str, str]]:
    rows = Category.objects.visible_to(actor).order_by("path").values_list("pk", "path")
    return [("none", "Without category"), *options(rows[:LONGEST_MENU])]


for _filter in (
    ListFilter("state", "State", _in_state, _states, order=1),
    ListFilter("brand", "Brand", _by_id("brand"), _named(Brand, "brand"), order=2),
    ListFilter("category", "Category", _in_category, _categories, order=3),
    ListFilter("supplier", "Supplier", _by_id("supplier"), _named(Supplier, "supplier"), order=4),
    ListFilter("tag", "Tag", _tagged, order=5),
):
    register_quick_filter(PRODUCT, _filter)
