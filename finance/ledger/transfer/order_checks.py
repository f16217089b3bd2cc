"""What only the database, or the other rows of an order, can tell of an orders file."""

from finance.ledger.models import Customer
from products.catalog.models import Variant
from workspaces.access.roles import Perm
from workspaces.fields import transfer as own
from workspaces.imports.kinds import Stage
from workspaces.imports.merging import Check

OWN_SHOP = "Own shop"
SALE = "s.quantity > 0"
RECORD = "finance.order"
NEW = (
    f"{SALE} AND NOT EXISTS (SELECT FROM finance_order o JOIN products_channel c "
    "ON c.workspace_id = %(w)s AND c.id = o.channel_id "
    "AND lower(c.name) = lower(coalesce(s.channel, %(shop)s)) "
    "WHERE o.workspace_id = %(w)s AND o.number = s.number)"
)
REFUND = "(s.quantity < 0 OR (s.quantity = 0 AND s.gross < 0))"


def default_channel(stage: Stage) -> str:
    """The channel of rows that name none."""
    return str(stage.options.get("channel") or OWN_SHOP)


def makes_products(stage: Stage) -> bool:
    """Unknown SKUs become products: chosen for the run, and only by who may edit the catalogue."""
    wanted = str(stage.options.get("create_products", "")).lower() in ("yes", "true", "1", "on")
    return wanted and stage.actor.can(Perm.CATALOG_EDIT)


def check(stage: Stage) -> None:
    """Refuse rows with words."""
    work = Check(stage)
    work.values["shop"] = default_channel(stage)
    _amounts(work)
    _references(work)
    _orders(work)
    own.check(work, RECORD, NEW)
    work.close()


def _amounts(work: Check) -> None:
    work.refuse(
        "quantity",
        "'Nothing was sold and nothing given back in this row.'",
        "Write the units sold, a negative number for a return, or leave the row out.",
        "s.quantity = 0 AND coalesce(s.gross, 0) >= 0",
    )
    work.refuse(
        "unit_price",
        "'This line has neither a unit price nor a total.'",
        "Fill in one of the two. A gift has the price 0.",
        "s.unit_price IS NULL AND s.gross IS NULL AND s.quantity IS NOT NULL",
    )
    work.refuse(
        "gross",
        "'The total of a sale cannot be negative.'",
        "Write a negative quantity for a return, or a positive total.",
        f"{SALE} AND s.gross < 0",
    )
    work.refuse(
        "discount",
        "'The discount is larger than the line total.'",
        "Write this line's share of the discount alone.",
        f"{SALE} AND s.discount > coalesce(s.gross, s.unit_price * s.quantity)",
    )
    work.refuse(
        "refunded_quantity",
        "'More came back than was sold.'",
        "Write at most the line's quantity.",
        f"{SALE} AND s.refunded_quantity > s.quantity",
    )


def _references(work: Check) -> None:
    if not makes_products(work.stage):
        work.refuse(
            "sku",
            "'No product has this SKU.'",
            "Import the products first, correct the SKU, or let this import make products.",
            "u.sku IS NOT NULL",
            f"JOIN (SELECT DISTINCT n.sku FROM {work.stage.table} n WHERE n.sku IS NOT NULL EXCEPT "
            "SELECT v.sku FROM products_variant v WHERE v.workspace_id = %(w)s) u ON u.sku = s.sku",
        )
    work.trashed("sku", Variant, "sku")
    work.trashed("customer", Customer, "external_id")
    work.refuse(
        "number",
        "'This order is in the trash.'",
        "Restore it there first, or leave the row out.",
        "o.deleted_at IS NOT NULL",
        "JOIN products_channel c ON c.workspace_id = %(w)s "
        "AND lower(c.name) = lower(coalesce(s.channel, %(shop)s)) "
        "JOIN finance_order o ON o.workspace_id = %(w)s AND o.channel_id = c.id "
        "AND o.number = s.number AND o.deleted_at IS NOT NULL",
    )


def _orders(work: Check) -> None:
    """Rows of one order agree with one another."""
    table, key = work.stage.table, "lower(coalesce(n.channel, %(shop)s)), n.number"
    same = "u.number = s.number AND u.channel = lower(coalesce(s.channel, %(shop)s))"
    if work.said("currency"):
        work.refuse(
            "currency",
            "'The rows of this order name different currencies.'",
            "Write one currency for all rows of an order.",
            SALE,
            "JOIN (SELECT lower(coalesce(n.channel, %(shop)s)) AS channel, n.number FROM "
            f"{table} n WHERE n.quantity > 0 GROUP BY {key} "
            f"HAVING min(n.currency) <> max(n.currency)) u ON {same}",
        )
    if work.said("line"):
        work.refuse(
            "line",
            "'This line number stands twice in the order.'",
            "Number the lines of an order 1, 2, 3…, or leave the column out.",
            SALE,
            "JOIN (SELECT lower(coalesce(n.channel, %(shop)s)) AS channel, n.number, n.line FROM "
            f"{table} n WHERE n.quantity > 0 AND n.line IS NOT NULL GROUP BY {key}, n.line "
            f"HAVING count(*) > 1) u ON {same} AND u.line = s.line",
        )
    if work.said("refund_number"):
        work.refuse(
            "refund_number",
            "'This refund number stands twice in the file.'",
            "Give each refund row a number of its own.",
            "true",
            "JOIN (SELECT lower(coalesce(n.channel, %(shop)s)) AS channel, n.refund_number FROM "
            f"{table} n WHERE n.refund_number IS NOT NULL "
            "GROUP BY lower(coalesce(n.channel, %(shop)s)), n.refund_number HAVING count(*) > 1) u "
            "ON u.refund_number = s.refund_number "
            "AND u.channel = lower(coalesce(s.channel, %(shop)s))",
        )
