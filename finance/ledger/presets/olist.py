"""Olist's orders: items joined with their orders, and with customers and products if given."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from products.catalog.presets.olist import PRODUCTS, TRANSLATION, title_of
from workspaces.imports.kinds import Preset, Reader, Row
from workspaces.imports.preset_parts import Lookup, Lookups, first_of, lookups, number, written

ITEMS = frozenset({"order_id", "order_item_id", "product_id", "price", "freight_value"})
ORDERS = frozenset({"order_id", "customer_id", "order_status", "order_purchase_timestamp"})
CUSTOMERS = frozenset({"customer_id", "customer_unique_id"})
PAYMENTS = frozenset({"order_id", "payment_sequential", "payment_value"})
GONE = ("canceled", "unavailable")


def _nothing() -> Iterator[tuple[int, Row]]:
    return iter(())


def combine(files: Mapping[str, Reader], options: Mapping[str, str]) -> Iterator[tuple[int, Row]]:
    """One generic row per item. Freight is summed per order; one person stands behind the keys
    that Olist makes anew for every order. What was paid is not asked: prices and freight say it."""
    with lookups() as side:
        orders, customers = _orders(side, files), _customers(side, files)
        titles, freight = _titles(side, files), _freight(side, files)
        for at, item in files["items"]():
            key, product = item["order_id"].strip(), item["product_id"].strip()
            order = orders.get(key)
            customer = order.get("customer", "")
            yield (
                at,
                {
                    "number": key,
                    "line": first_of(item, "order_item_id"),
                    "placed_at": order.get("placed_at", ""),
                    "status": "cancelled" if order.get("status") in GONE else "placed",
                    "sku": product,
                    "product_name": titles.get(product).get("title") or title_of("", product),
                    "quantity": "1",
                    "unit_price": first_of(item, "price"),
                    "shipping": freight.get(key).get("sum", ""),
                    "customer": customers.get(customer).get("person", customer),
                    "market": "Brazil",
                    "currency": "BRL",
                    "channel": "Olist",
                },
            )


def _orders(side: Lookups, files: Mapping[str, Reader]) -> Lookup:
    return side.make(
        ("customer", "status", "placed_at"),
        (
            (
                row["order_id"].strip(),
                row["customer_id"].strip(),
                row["order_status"].strip(),
                row["order_purchase_timestamp"],
            )
            for _, row in files["orders"]()
        ),
    )


def _customers(side: Lookups, files: Mapping[str, Reader]) -> Lookup:
    rows = files.get("customers", _nothing)()
    return side.make(
        ("person",),
        ((row["customer_id"].strip(), row["customer_unique_id"].strip()) for _, row in rows),
    )


def _titles(side: Lookups, files: Mapping[str, Reader]) -> Lookup:
    rows = files.get("translation", _nothing)()
    english = side.make(
        ("name",),
        ((row["product_category_name"], row["product_category_name_english"]) for _, row in rows),
    )

    def titled() -> Iterator[tuple[str, ...]]:
        for _, row in files.get("products", _nothing)():
            own, key = first_of(row, "product_category_name"), row["product_id"].strip()
            yield key, title_of(english.get(own).get("name", own), key)

    return side.make(("title",), titled())


def _freight(side: Lookups, files: Mapping[str, Reader]) -> Lookup:
    """Freight by order. Items of one order stand together or not: sums are kept on disk."""
    sums = side.make(("sum",))
    for _, item in files["items"]():
        key = item["order_id"].strip()
        before = number(sums.get(key).get("sum", "0")) or Decimal(0)
        sums.fill([(key, written(before + (number(item["freight_value"]) or Decimal(0))))])
    return sums


PRESET = Preset(
    name="olist-orders",
    label="Olist orders (items, orders, customers, products, translation)",
    kind="orders",
    headers=ITEMS,
    mapping={"number": "order_id", "sku": "product_id", "unit_price": "price"},
    files={
        "items": ITEMS,
        "orders": ORDERS,
        "customers": CUSTOMERS,
        "products": PRODUCTS,
        "translation": TRANSLATION,
        "payments": PAYMENTS,
    },
    optional=frozenset({"customers", "products", "translation", "payments"}),
    combine=combine,
    options={"create_products": "yes", "decimal": ".", "date_order": "ymd"},
)
