"""Olist's reviews: said of an order, here of the first product in it."""

from collections.abc import Iterator, Mapping

from workspaces.imports.kinds import Preset, Reader, Row
from workspaces.imports.preset_parts import first_of, lookups

REVIEWS = frozenset({"review_id", "order_id", "review_score", "review_creation_date"})
ITEMS = frozenset({"order_id", "order_item_id", "product_id"})


def combine(files: Mapping[str, Reader], options: Mapping[str, str]) -> Iterator[tuple[int, Row]]:
    """One generic row per review of an order; Olist uses one review id for several orders."""
    with lookups() as side:
        firsts = side.make(
            ("product",),
            (
                (row["order_id"].strip(), row["product_id"].strip())
                for _, row in files.get("items", lambda: iter(()))()
                if first_of(row, "order_item_id") == "1"
            ),
        )
        for at, row in files["reviews"]():
            order = row["order_id"].strip()
            yield (
                at,
                {
                    "external_id": f"{row['review_id'].strip()}:{order}",
                    "said_at": first_of(row, "review_creation_date"),
                    "rating": first_of(row, "review_score"),
                    "title": first_of(row, "review_comment_title"),
                    "text": first_of(row, "review_comment_message"),
                    "sku": firsts.get(order).get("product", ""),
                    "language": "pt",
                    "channel": "Olist",
                },
            )


PRESET = Preset(
    name="olist-reviews",
    label="Olist reviews, with the order items",
    kind="feedback",
    headers=REVIEWS,
    mapping={"external_id": "review_id", "rating": "review_score"},
    files={"reviews": REVIEWS, "items": ITEMS},
    optional=frozenset({"items"}),
    combine=combine,
    options={"decimal": ".", "date_order": "ymd"},
)
