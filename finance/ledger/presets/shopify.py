"""Shopify's orders export: one row per line, what concerns the order on its first row alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby

from core.money import split
from workspaces.imports.kinds import Preset, Row
from workspaces.imports.preset_parts import AMOUNT, first_of, number, slug, written

HEADERS = frozenset({"Name", "Created at", "Currency", "Lineitem name", "Lineitem quantity"})
MAPPING = {
    "number": "Name",
    "placed_at": "Created at",
    "customer_email": "Email",
    "customer_name": "Billing Name",
    "market": "Shipping Country",
    "currency": "Currency",
    "shipping": "Shipping",
    "order_tax": "Taxes",
    "sku": "Lineitem sku",
    "product_name": "Lineitem name",
    "quantity": "Lineitem quantity",
    "unit_price": "Lineitem price",
    "discount": "Lineitem discount",
    "refunded_amount": "Refunded Amount",
    "status": "Financial Status",
}
ZERO = Decimal(0)
Numbered = tuple[int, Row]


def rows(lines: Iterable[Numbered], options: Mapping[str, str]) -> Iterator[Numbered]:
    """One generic row per line, an order at a time.

    Order discounts and refunds are shared among the lines by what they cost. Prices that include
    tax (the total is subtotal and shipping, and there is tax) are brought to net. A short export
    without line prices has its order total shared by quantity. The export does not say when money
    was refunded: the order's day stands in.
    """
    for _, group in groupby(lines, key=lambda numbered: numbered[1]["Name"]):
        yield from _order(list(group))


def _order(block: Sequence[Numbered]) -> Iterator[Numbered]:
    head = block[0][1]
    lines = [numbered for numbered in block if first_of(numbered[1], "Lineitem quantity")]
    quantities = [number(line["Lineitem quantity"]) or ZERO for _, line in lines]
    gross = _gross(head, lines, quantities)
    discounts = _discounts(head, [line for _, line in lines], gross)
    net_share = _net_share(head)
    gross = [(amount * net_share).quantize(AMOUNT) for amount in gross]
    discounts = [
        min((amount * net_share).quantize(AMOUNT), whole)
        for amount, whole in zip(discounts, gross, strict=True)
    ]
    net = [whole - amount for whole, amount in zip(gross, discounts, strict=True)]
    refunded = ((_cell(head, "Refunded Amount")) * net_share).quantize(AMOUNT)
    refunds = split(min(refunded, sum(net, ZERO)), net, AMOUNT)
    whole_order = refunded > 0 and refunded >= sum(net, ZERO)
    order = _head(head, net_share)
    for (at, line), quantity, total, discount, refund in zip(
        lines, quantities, gross, discounts, refunds, strict=True
    ):
        name = first_of(line, "Lineitem name")
        yield (
            at,
            order
            | {
                "sku": first_of(line, "Lineitem sku").lstrip("'") or slug(name),
                "product_name": name,
                "quantity": line["Lineitem quantity"],
                "gross": written(total),
                "discount": written(discount),
                "refunded_amount": written(refund) if refund else "",
                "refunded_quantity": written(quantity) if whole_order and quantity > 0 else "",
            },
        )


def _head(head: Row, net_share: Decimal) -> dict[str, str]:
    return {
        "number": head["Name"].strip(),
        "placed_at": first_of(head, "Created at"),
        "currency": first_of(head, "Currency"),
        "customer_email": first_of(head, "Email"),
        "customer_name": first_of(head, "Billing Name", "Shipping Name"),
        "customer_country": first_of(head, "Billing Country", "Shipping Country")[:2],
        "market": first_of(head, "Shipping Country", "Billing Country"),
        "shipping": written((_cell(head, "Shipping") * net_share).quantize(AMOUNT)),
        "order_tax": written(_cell(head, "Taxes")),
        "status": _status(head),
        "channel": "Shopify",
    }


def _gross(head: Row, lines: Sequence[Numbered], quantities: list[Decimal]) -> list[Decimal]:
    if "Lineitem price" in head:
        prices = [number(line["Lineitem price"]) or ZERO for _, line in lines]
        return [price * count for price, count in zip(prices, quantities, strict=True)]
    total = _cell(head, "Subtotal") or _cell(head, "Total") - _cell(head, "Shipping") - _cell(
        head, "Taxes"
    )
    return split(max(total, ZERO).quantize(AMOUNT), quantities, AMOUNT)


def _discounts(head: Row, lines: Sequence[Row], gross: list[Decimal]) -> list[Decimal]:
    own = [
        min(_cell(line, "Lineitem discount"), whole)
        for line, whole in zip(lines, gross, strict=True)
    ]
    left = [whole - amount for whole, amount in zip(gross, own, strict=True)]
    of_order = _cell(head, "Discount Amount") if "Lineitem price" in head else ZERO
    shared = split(min(of_order, sum(left, ZERO)).quantize(AMOUNT), left, AMOUNT)
    return [amount + share for amount, share in zip(own, shared, strict=True)]


def _net_share(head: Row) -> Decimal:
    """What is left of a price without tax: 1 where tax comes on top."""
    tax, total = _cell(head, "Taxes"), _cell(head, "Total")
    before = _cell(head, "Subtotal") + _cell(head, "Shipping")
    if tax > 0 and total > tax and abs(before - total) < Decimal("0.01"):
        return 1 - tax / total
    return Decimal(1)


def _status(head: Row) -> str:
    """An order called off before anything was kept of it is cancelled; so is a voided one."""
    if first_of(head, "Financial Status").lower() == "voided":
        return "cancelled"
    total = _cell(head, "Total")
    called_off = first_of(head, "Cancelled at")
    return "cancelled" if called_off and _cell(head, "Refunded Amount") >= total else "placed"


def _cell(row: Row, header: str) -> Decimal:
    return number(row.get(header, "")) or ZERO


PRESET = Preset(
    name="shopify-orders",
    label="Shopify orders export",
    kind="orders",
    headers=HEADERS,
    mapping=MAPPING,
    transform=rows,
    options={"create_products": "yes", "decimal": ".", "date_order": "ymd"},
)
