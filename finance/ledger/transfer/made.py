"""What an orders file makes along the way: customers, and products where that is allowed."""

from finance.ledger.models import Customer
from finance.ledger.transfer.order_checks import makes_products
from products.catalog.models import Product, Variant
from workspaces.imports.kinds import Outcome
from workspaces.imports.merging import Work, insert, update


def make_products(work: Work, outcome: Outcome) -> None:
    """A product with one variant for every SKU nobody knows; its handle is the SKU."""
    if not makes_products(work.stage):
        return
    rows = work.table(
        "m_products",
        "SELECT p.id, n.sku AS label, n.sku AS handle, coalesce(n.product_name, n.sku) AS name, "
        "n.currency, ''::text AS description, ''::text AS product_type, ''::text AS tags, "
        "''::text AS image_url, 'live' AS state, '{}'::jsonb AS end_of_life FROM "
        "(SELECT DISTINCT ON (s.sku) s.sku, s.product_name, s.currency "
        f"FROM {work.stage.table} s WHERE s.ok AND NOT EXISTS (SELECT FROM products_variant v "
        "WHERE v.workspace_id = %(w)s AND v.sku = s.sku) "
        "ORDER BY s.sku, (s.product_name IS NULL), s.row_no) n "
        "LEFT JOIN products_product p ON p.workspace_id = %(w)s AND p.handle = n.sku",
    )
    columns = (
        "handle",
        "name",
        "description",
        "product_type",
        "tags",
        "image_url",
        "state",
        "end_of_life",
    )
    insert(work, Product, rows, columns, outcome, verb="product.created", order="handle")
    variants = work.table(
        "m_variants",
        "SELECT NULL::bigint AS id, n.handle AS label, n.handle AS sku, p.id AS product_id, "
        "''::text AS gtin, ''::text AS name, coalesce(n.currency, %(currency)s) AS currency "
        f"FROM {rows} n JOIN products_product p ON p.workspace_id = %(w)s AND p.handle = n.handle",
    )
    of_variant = ("product_id", "sku", "gtin", "name", "currency")
    insert(work, Variant, variants, of_variant, outcome, order="sku")


def make_customers(work: Work, outcome: Outcome) -> None:
    """Customers that are new; known ones get what they lack and keep what they have."""
    if not work.said("customer", "customer_email"):
        return
    rows = work.table(
        "m_customers",
        "SELECT k.id, g.key AS label, g.key AS external_id, "
        "coalesce(nullif(k.email, ''), g.email, '') AS email, "
        "coalesce(nullif(k.name, ''), g.name, '') AS name, "
        "coalesce(nullif(k.country, ''), g.country, '') AS country FROM "
        "(SELECT coalesce(s.customer, lower(s.customer_email)) AS key, "
        "max(s.customer_email) FILTER (WHERE s.customer_email LIKE '%%_@_%%') AS email, "
        "max(s.customer_name) AS name, upper(max(s.customer_country)) AS country "
        f"FROM {work.stage.table} s WHERE s.ok "
        "AND coalesce(s.customer, s.customer_email) IS NOT NULL GROUP BY 1) g "
        "LEFT JOIN finance_customer k ON k.workspace_id = %(w)s AND k.external_id = g.key",
    )
    update(work, Customer, rows, ("email", "name", "country"), outcome)
    columns = ("external_id", "email", "name", "country")
    insert(work, Customer, rows, columns, outcome, order="external_id")
