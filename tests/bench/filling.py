"""A workspace of 100,000 products, 1 M order lines and 100,000 notes, made by the server itself."""

from dataclasses import dataclass

from django.db import connection

from core.clock import today
from workspaces.access.roles import Role
from workspaces.members.models import Membership, User, Workspace

PASSWORD = "correct horse battery"


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything."""

    products: int = 100_000
    orders: int = 400_000
    lines_an_order: float = 2.5
    notes: int = 100_000
    customers: int = 60_000
    days: int = 730


WORDS = (
    "ARRAY['Trail','Storm','Ridge','Merino','Wool','Camp','Alpine','Day','Trek','Solo','Kids',"
    "'Summer','Winter','Rain','Sun','Wind','Down','Steel','Light','Base']"
)
THINGS = (
    "ARRAY['jacket','shell','tee','socks','boots','tent','bag','stove','lamp','vest','pack',"
    "'bottle','mug','gloves','cap','trousers','shorts','poles','mat','kit']"
)

STATEMENTS = (
    # Small lists
    """INSERT INTO products_brand (workspace_id, name)
       SELECT %(w)s, 'Brand ' || n FROM generate_series(1, 200) n""",
    """INSERT INTO products_supplier (workspace_id, name, email, country)
       SELECT %(w)s, 'Supplier ' || n, '', 'DE' FROM generate_series(1, 50) n""",
    """INSERT INTO products_category (workspace_id, name, path)
       SELECT %(w)s, 'Category ' || n, 'Category ' || n FROM generate_series(1, 300) n""",
    """INSERT INTO products_channel (workspace_id, name)
       SELECT %(w)s, 'Channel ' || n FROM generate_series(1, 3) n""",
    """INSERT INTO products_market (workspace_id, name, country, language, currency)
       SELECT %(w)s, 'Market ' || n, 'DE', 'de', 'EUR' FROM generate_series(1, 3) n""",
    # Products and one variant each
    f"""INSERT INTO products_product (workspace_id, handle, name, description, product_type, tags,
           image_url, brand_id, category_id, supplier_id, state, end_of_life)
       SELECT %(w)s, 'product-' || n,
           ({WORDS})[1 + n %% 20] || ' ' || ({THINGS})[1 + (n / 20) %% 20] || ' ' || n,
           '', '', '', '', b.low + n %% 200, c.low + n %% 300, s.low + n %% 50,
           CASE WHEN n %% 10 < 7 THEN 'live' WHEN n %% 10 = 7 THEN 'watch' ELSE 'ready' END, '{{}}'
       FROM generate_series(1, %(products)s) n,
           (SELECT min(id) low FROM products_brand WHERE workspace_id = %(w)s) b,
           (SELECT min(id) low FROM products_category WHERE workspace_id = %(w)s) c,
           (SELECT min(id) low FROM products_supplier WHERE workspace_id = %(w)s) s""",
    """INSERT INTO products_variant (workspace_id, product_id, sku, gtin, name, price, currency)
       SELECT %(w)s, id, upper(handle), '', '', 10 + id %% 190, 'EUR'
       FROM products_product WHERE workspace_id = %(w)s""",
    """INSERT INTO finance_costrecord (workspace_id, variant_id, kind, amount, currency, valid_from)
       SELECT %(w)s, id, 'landed', price * 0.45, 'EUR', DATE '2015-01-01'
       FROM products_variant WHERE workspace_id = %(w)s AND id %% 20 <> 0""",
    # Who bought what
    """INSERT INTO finance_customer (workspace_id, external_id, email, name, country)
       SELECT %(w)s, 'C' || n, '', '', 'DE' FROM generate_series(1, %(customers)s) n""",
    """INSERT INTO finance_order (workspace_id, channel_id, number, customer_id, market_id,
           placed_at, day, currency, status, shipping, tax)
       SELECT %(w)s, c.low + n %% 3, 'B' || n, k.low + (n * 7919::bigint) %% %(customers)s,
           m.low + n %% 3, d.day + TIME '10:00', d.day, 'EUR', 'placed', 0, 0
       FROM generate_series(1, %(orders)s) n,
           LATERAL (SELECT %(today)s::date - 1 - n %% %(days)s AS day) d,
           (SELECT min(id) low FROM products_channel WHERE workspace_id = %(w)s) c,
           (SELECT min(id) low FROM products_market WHERE workspace_id = %(w)s) m,
           (SELECT min(id) low FROM finance_customer WHERE workspace_id = %(w)s) k""",
    """INSERT INTO finance_orderline (workspace_id, order_id, position, variant_id, quantity, gross,
           discount, tax, day, currency, channel_id, market_id, counts)
       SELECT %(w)s, o.id, p, v.low + (o.id * 104729 + p * 7919) %% %(products)s, 1 + o.id %% 3,
           20 + (o.id + p) %% 80, (o.id %% 5), 3, o.day, 'EUR', o.channel_id, o.market_id, true
       FROM finance_order o, generate_series(1, 3) p,
           (SELECT min(id) low FROM products_variant WHERE workspace_id = %(w)s) v
       WHERE o.workspace_id = %(w)s AND (p < 3 OR o.id %% 2 = 0)""",
    """INSERT INTO finance_refund (workspace_id, number, order_line_id, variant_id, channel_id,
           market_id, refunded_at, day, ordered_day, quantity, amount, currency, reason)
       SELECT %(w)s, 'R' || id, id, variant_id, channel_id, market_id, day + 7 + TIME '10:00',
           day + 7, day, 1, 10, 'EUR', 'Too small'
       FROM finance_orderline WHERE workspace_id = %(w)s AND id %% 20 = 0""",
    # What people say
    f"""INSERT INTO feedback_note (workspace_id, external_id, channel_id, product_id, author, title,
           text, rating, language, said_at, day)
       SELECT %(w)s, 'N' || n, c.low, p.low + (n * 7919::bigint) %% %(products)s, '', '',
           'The ' || ({THINGS})[1 + n %% 20] || ' is ' || ({WORDS})[1 + (n / 7) %% 20]
               || ' and word' || n %% 997 || ' says so',
           1 + n %% 5, 'en', d.day + TIME '11:00', d.day
       FROM generate_series(1, %(notes)s) n,
           LATERAL (SELECT %(today)s::date - 1 - n %% %(days)s AS day) d,
           (SELECT min(id) low FROM products_channel WHERE workspace_id = %(w)s) c,
           (SELECT min(id) low FROM products_product WHERE workspace_id = %(w)s) p""",
)


def fill(size: Size, slug: str = "bench") -> Workspace:
    """Make the workspace, its owner and its rows; derived rows come from the full recompute."""
    workspace = Workspace.objects.create(
        name="Bench", slug=slug, currency="EUR", timezone="Europe/Berlin"
    )
    owner = User.objects.create_user(f"owner@{slug}.example", PASSWORD, name="Owner")
    Membership.objects.create(workspace=workspace, user=owner, role=Role.OWNER)
    values = {
        "w": workspace.pk,
        "today": today(workspace.timezone),
        "products": size.products,
        "orders": size.orders,
        "customers": size.customers,
        "notes": size.notes,
        "days": size.days,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for statement in STATEMENTS:
            cursor.execute(statement, values)
        cursor.execute("ANALYZE")
    return workspace
