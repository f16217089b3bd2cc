"""Shopify's products export: a block of rows per handle, product fields on the first alone."""

from collections.abc import Iterable, Iterator, Mapping

from workspaces.imports.kinds import Preset, Row
from workspaces.imports.preset_parts import first_of, slug

STATES = {"active": "live", "draft": "ready", "archived": "discontinued"}
NO_OPTION = "Default Title"
HEADERS = frozenset({"Handle", "Title", "Vendor", "Option1 Name", "Option1 Value", "Variant Price"})
MAPPING = {
    "handle": "Handle",
    "title": "Title",
    "description": "Body (HTML)",
    "brand": "Vendor",
    "product_type": "Type",
    "tags": "Tags",
    "image_url": "Image Src",
    "category": "Product Category",
    "first_state": "Status",
    "sku": "Variant SKU",
    "gtin": "Variant Barcode",
    "price": "Variant Price",
    "compare_at_price": "Variant Compare At Price",
    "weight_grams": "Variant Grams",
    "cost": "Cost per item",
}
OF_PRODUCT = ("title", "description", "brand", "product_type", "tags", "image_url", "category")


def rows(lines: Iterable[tuple[int, Row]], options: Mapping[str, str]) -> Iterator[tuple[int, Row]]:
    """One generic row per variant. Rows that only add a picture say nothing of a variant.

    Variants without an SKU get handle and options as one, so that orders which name them only by
    title find them again.
    """
    handle, product = "", dict.fromkeys(OF_PRODUCT, "")
    state = ""
    for number, line in lines:
        if line["Handle"] != handle or first_of(line, "Title"):
            handle = line["Handle"].strip()
            product = {name: first_of(line, MAPPING[name]) for name in OF_PRODUCT}
            state = _state(line)
        if not first_of(line, "Option1 Value", "Variant SKU", "Variant Price"):
            continue
        yield number, product | _variant(line, handle) | {"handle": handle, "first_state": state}


def _state(line: Row) -> str:
    status = first_of(line, "Status").lower()
    if status:
        return STATES.get(status, status)
    return "live" if first_of(line, "Published").lower() == "true" else "ready"


def _variant(line: Row, handle: str) -> dict[str, str]:
    chosen = [first_of(line, f"Option{place} Value") for place in (1, 2, 3)]
    options = [text for text in chosen if text and text != NO_OPTION]
    grams = first_of(line, "Variant Grams")
    variant = {
        "sku": _unguarded(first_of(line, "Variant SKU")) or slug("-".join([handle, *options])),
        "variant_name": " / ".join(options),
        "gtin": _unguarded(first_of(line, "Variant Barcode")),
        "price": first_of(line, "Variant Price"),
        "compare_at_price": first_of(line, "Variant Compare At Price"),
        "weight_grams": "" if grams in ("0", "0.0") else grams,
    }
    if "Cost per item" in line:
        variant["cost"] = first_of(line, "Cost per item")
    return variant


def _unguarded(text: str) -> str:
    """Shopify writes an apostrophe before what a spreadsheet would take for a number."""
    return text.lstrip("'")


PRESET = Preset(
    name="shopify-products",
    label="Shopify products export",
    kind="products",
    headers=HEADERS,
    mapping=MAPPING,
    transform=rows,
    options={"decimal": "."},
)
