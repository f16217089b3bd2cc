"""The UCI Online Retail file: one row per line, invoices that start with C are cancellations."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from workspaces.imports.kinds import Preset, Row
from workspaces.imports.preset_parts import first_of, number

HEADERS = frozenset({"StockCode", "Description", "Quantity", "InvoiceDate", "Country"})
MAPPING = {
    "number": "InvoiceNo",
    "placed_at": "InvoiceDate",
    "sku": "StockCode",
    "product_name": "Description",
    "quantity": "Quantity",
    "unit_price": "UnitPrice",
    "customer": "CustomerID",
    "market": "Country",
}


def rows(lines: Iterable[tuple[int, Row]], options: Mapping[str, str]) -> Iterator[tuple[int, Row]]:
    """One generic row per sale or cancelled line.

    Left out, since they are neither: rows without a price (stock corrections), negative quantities
    outside cancellations (breakage), bad-debt corrections (invoices that start with A).
    Cancellations do not say which sale they undo and stay unlinked. Postage and fees are kept as
    products of their own: they are part of the revenue.
    """
    for at, line in lines:
        invoice = first_of(line, "InvoiceNo", "Invoice")
        price, quantity = first_of(line, "UnitPrice", "Price"), first_of(line, "Quantity")
        if _neither(invoice, number(price), number(quantity)):
            continue
        yield (
            at,
            {
                "number": invoice,
                "placed_at": first_of(line, "InvoiceDate"),
                "sku": first_of(line, "StockCode"),
                "product_name": first_of(line, "Description"),
                "quantity": quantity,
                "unit_price": price,
                "customer": first_of(line, "CustomerID", "Customer ID").removesuffix(".0"),
                "market": first_of(line, "Country"),
                "currency": "GBP",
                "channel": "Online Retail",
            },
        )


def _neither(invoice: str, price: Decimal | None, quantity: Decimal | None) -> bool:
    """No sale and no cancellation. What cannot be read is left to the check."""
    if invoice.startswith("A"):
        return True
    if price is not None and price <= 0:
        return True
    cancelled = invoice.startswith("C")
    return quantity is not None and (quantity >= 0 if cancelled else quantity <= 0)


PRESET = Preset(
    name="online-retail",
    label="UCI Online Retail",
    kind="orders",
    headers=HEADERS,
    mapping=MAPPING,
    transform=rows,
    options={"create_products": "yes"},
)
