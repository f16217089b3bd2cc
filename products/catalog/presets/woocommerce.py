"""WooCommerce's products export: variable products, and variations that name their parent."""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from workspaces.imports.kinds import Preset, Row
from workspaces.imports.preset_parts import first_of, number, slug, written

HEADERS = frozenset({"ID", "Type", "SKU", "Name", "Published", "Regular price", "Parent"})
GRAMS = {
    "g": Decimal(1),
    "kg": Decimal(1_000),
    "lbs": Decimal("453.59237"),
    "oz": Decimal("28.349523"),
}
STATES = {"1": "live", "0": "ready", "-1": "proposed"}
GTIN = "GTIN, UPC, EAN, or ISBN"
MAPPING = {
    "sku": "SKU",
    "title": "Name",
    "price": "Sale price",
    "compare_at_price": "Regular price",
    "category": "Categories",
    "tags": "Tags",
    "description": "Description",
    "image_url": "Images",
    "brand": "Brands",
    "gtin": GTIN,
    "first_state": "Published",
    "handle": "Parent",
}


def rows(lines: Iterable[tuple[int, Row]], options: Mapping[str, str]) -> Iterator[tuple[int, Row]]:
    """One generic row per simple product and per variation; groups sell nothing themselves."""
    parents: dict[str, dict[str, str]] = {}
    for at, line in lines:
        kinds = {part.strip() for part in line["Type"].lower().split(",")}
        if kinds & {"grouped"}:
            continue
        sku = first_of(line, "SKU") or f"woo-{line['ID'].strip()}"
        if "variable" in kinds:
            product = _product(line, slug(sku))
            parents[sku] = parents[f"id:{line['ID'].strip()}"] = product
        elif "variation" in kinds:
            parent = parents.get(first_of(line, "Parent")) or _orphan(line)
            yield at, parent | _variant(line, sku) | {"variant_name": _options(line)}
        else:
            yield at, _product(line, slug(sku)) | _variant(line, sku) | {"variant_name": ""}


def _product(line: Row, handle: str) -> dict[str, str]:
    categories = re.split(r"(?<!\\),\s*", first_of(line, "Categories"))
    images = re.split(r",\s*(?=https?://)", first_of(line, "Images"))
    return {
        "handle": handle,
        "title": first_of(line, "Name"),
        "description": first_of(line, "Description", "Short description"),
        "category": categories[0].replace("\\,", ","),
        "tags": first_of(line, "Tags"),
        "image_url": images[0],
        "brand": first_of(line, "Brands"),
        "first_state": STATES.get(first_of(line, "Published"), "proposed"),
    }


def _orphan(line: Row) -> dict[str, str]:
    """A variation whose parent is not in the file: its product is known by the parent's key."""
    parent = first_of(line, "Parent").removeprefix("id:")
    return {"handle": slug(parent), "title": first_of(line, "Name").partition(" - ")[0]}


def _variant(line: Row, sku: str) -> dict[str, str]:
    regular, sale = first_of(line, "Regular price"), first_of(line, "Sale price")
    return {
        "sku": sku,
        "gtin": first_of(line, GTIN),
        "price": sale or regular,
        "compare_at_price": regular if sale else "",
        "weight_grams": _grams(line),
    }


def _grams(line: Row) -> str:
    for header, text in line.items():
        found = re.fullmatch(r"Weight \((\w+)\)", header)
        weight = number(text) if found else None
        if found and weight is not None and found[1] in GRAMS:
            return written((weight * GRAMS[found[1]]).quantize(Decimal("0.001")))
    return ""


def _options(line: Row) -> str:
    values = [first_of(line, f"Attribute {place} value(s)") for place in range(1, 7)]
    return " / ".join(value for value in values if value)


PRESET = Preset(
    name="woocommerce-products",
    label="WooCommerce products export",
    kind="products",
    headers=HEADERS,
    mapping=MAPPING,
    transform=rows,
)
