"""A Google Merchant feed as a table: price and currency in one cell, groups of variants."""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from workspaces.imports.kinds import Preset, Row
from workspaces.imports.preset_parts import number, written

HEADERS = frozenset({"id", "title", "link", "price", "availability"})
PRICE = re.compile(r"^\s*(?:([A-Z]{3})\s*)?([\d.,]+)\s*([A-Z]{3})?\s*$")
WEIGHT = re.compile(r"^\s*([\d.]+)\s*(kg|g|lb|oz)\s*$", re.IGNORECASE)
GRAMS = {
    "g": Decimal(1),
    "kg": Decimal(1_000),
    "lb": Decimal("453.59237"),
    "oz": Decimal("28.349523"),
}
MAPPING = {
    "sku": "id",
    "handle": "item_group_id",
    "title": "title",
    "description": "description",
    "image_url": "image_link",
    "price": "price",
    "brand": "brand",
    "gtin": "gtin",
    "category": "product_type",
    "weight_grams": "shipping_weight",
}


def rows(lines: Iterable[tuple[int, Row]], options: Mapping[str, str]) -> Iterator[tuple[int, Row]]:
    """One generic row per offer. The sale price is the price while there is one."""
    for at, raw in lines:
        line = {_plain(header): text.strip() for header, text in raw.items()}
        regular, currency = _price(line.get("price", ""))
        sale, sale_currency = _price(line.get("sale_price", ""))
        options_of = [line.get(name, "") for name in ("color", "size", "material", "pattern")]
        group = line.get("item_group_id", "")
        yield (
            at,
            {
                "sku": line["id"],
                "handle": group or line["id"],
                "title": line["title"],
                "variant_name": " / ".join(filter(None, options_of)) if group else "",
                "description": line.get("description", ""),
                "image_url": line.get("image_link", ""),
                "brand": line.get("brand", ""),
                "gtin": line.get("gtin", ""),
                "category": line.get("product_type", ""),
                "price": sale or regular,
                "compare_at_price": regular if sale else "",
                "currency": sale_currency or currency,
                "weight_grams": _grams(line.get("shipping_weight", "")),
                "first_state": "live",
            },
        )


def _plain(header: str) -> str:
    return header.strip().lower().removeprefix("g:").replace(" ", "_")


def _price(text: str) -> tuple[str, str]:
    """“15.00 EUR” as amount and currency; what is not like that is left to the check."""
    found = PRICE.match(text)
    if not found:
        return text, ""
    before, amount, behind = found.groups()
    return amount, before or behind or ""


def _grams(text: str) -> str:
    found = WEIGHT.match(text)
    weight = number(found[1]) if found else None
    if not found or weight is None:
        return ""
    return written((weight * GRAMS[found[2].lower()]).quantize(Decimal("0.001")))


PRESET = Preset(
    name="google-merchant",
    label="Google Merchant feed (CSV or TSV)",
    kind="products",
    headers=HEADERS,
    mapping=MAPPING,
    transform=rows,
)
