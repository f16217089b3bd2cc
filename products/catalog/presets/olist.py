"""Olist's products, named after their category: the published files carry no titles."""

from collections.abc import Iterator, Mapping

from workspaces.imports.kinds import Preset, Reader, Row
from workspaces.imports.preset_parts import first_of, lookups

PRODUCTS = frozenset({"product_id", "product_category_name", "product_weight_g"})
TRANSLATION = frozenset({"product_category_name", "product_category_name_english"})


def title_of(category: str, product_id: str) -> str:
    """“Health beauty 4f2a91c0”: the category in words and the start of the key."""
    return f"{category.replace('_', ' ').capitalize() or 'Product'} {product_id[:8]}"


def combine(files: Mapping[str, Reader], options: Mapping[str, str]) -> Iterator[tuple[int, Row]]:
    """One generic row per product; the category in English when the translation is there."""
    with lookups() as side:
        english = side.make(
            ("name",),
            (
                (row["product_category_name"], row["product_category_name_english"])
                for _, row in files.get("translation", lambda: iter(()))()
            ),
        )
        for at, row in files["products"]():
            key = row["product_id"].strip()
            own = first_of(row, "product_category_name")
            category = english.get(own).get("name", own)
            yield (
                at,
                {
                    "sku": key,
                    "handle": key,
                    "title": title_of(category, key),
                    "category": category.replace("_", " ").capitalize(),
                    "weight_grams": first_of(row, "product_weight_g"),
                    "currency": "BRL",
                    "first_state": "live",
                },
            )


PRESET = Preset(
    name="olist-products",
    label="Olist products, with the translation of categories",
    kind="products",
    headers=PRODUCTS,
    mapping={"sku": "product_id", "category": "product_category_name"},
    files={"products": PRODUCTS, "translation": TRANSLATION},
    optional=frozenset({"translation"}),
    combine=combine,
)
