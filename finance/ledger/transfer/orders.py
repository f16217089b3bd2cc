"""Orders, their lines and refunds out of a file, in set-based SQL.

A row with a positive quantity is a line; one with a negative quantity, or with none and a negative
total, is a refund. Lines that an order has and the file does not are left alone.
"""

from finance.ledger.models import Account, Customer, Order, OrderLine, Refund
from finance.ledger.transfer.exports import ORDERS_EXPORT
from finance.ledger.transfer.made import make_customers, make_products
from finance.ledger.transfer.marks import marked, marks_of_run
from finance.ledger.transfer.order_checks import RECORD, check, default_channel
from finance.ledger.transfer.order_columns import COLUMNS
from finance.ledger.transfer.refunds import merge_refunds
from products.catalog.models import Channel, Market, Product, Variant
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.fields import transfer as own
from workspaces.imports.kinds import Asked, Kind, Outcome, Stage
from workspaces.imports.merging import Work, count, finished, insert, named, traced, update
from workspaces.imports.undoing import undo as undo_run

ORDER_COLUMNS = {
    # column of the file: (column of the table, value said, value of a new order)
    "customer": ("customer_id", "k.id", "NULL"),
    "account": ("account_id", "a.id", "NULL"),
    "market": ("market_id", "m.id", "NULL"),
    "status": ("status", "coalesce(g.status, 'placed')", "'placed'"),
    "shipping": ("shipping", "coalesce(g.shipping, 0)", "0"),
    "order_tax": ("tax", "coalesce(g.order_tax, 0)", "0"),
    "currency": ("currency", "coalesce(g.currency, %(currency)s)", "%(currency)s"),
}
LINE_COLUMNS = (
    "variant_id",
    "quantity",
    "gross",
    "discount",
    "tax",
    "day",
    "currency",
    "channel_id",
    "market_id",
    "account_id",
    "counts",
)
PHASES = 6


def merge(stage: Stage) -> Outcome:
    """Bring the rows that are ok into the ledger. The same file twice changes nothing."""
    work, outcome = Work(stage), Outcome()
    work.alone()
    work.run("SET LOCAL work_mem = '96MB'")
    work.values["shop"] = default_channel(stage)
    total = work.number(f"SELECT count(*) FROM {stage.table}")

    def phase(number: int, words: str) -> None:
        stage.progress(total * number // PHASES, total, words)

    phase(0, "Merging lists")
    _lists(work, outcome)
    make_products(work, outcome)
    make_customers(work, outcome)
    phase(1, "Reading rows")
    _keyed(work)
    phase(2, "Merging orders")
    _orders(work, outcome)
    phase(3, "Merging order lines")
    _lines(work, outcome)
    phase(5, "Merging refunds")
    merge_refunds(work, outcome)
    marked(work)
    traced(outcome, Order, "SELECT row_no, order_id AS id FROM m_lines")
    traced(outcome, OrderLine, "m_lines")
    traced(outcome, Refund, "m_refunds")
    phase(PHASES, "Merged")
    return finished(work, outcome, "orders")


def _lists(work: Work, outcome: Outcome) -> None:
    """Channels, markets and accounts by name."""
    table = work.stage.table
    channels = f"SELECT DISTINCT coalesce(channel, %(shop)s) AS name FROM {table} WHERE ok"
    named(work, Channel, channels, outcome)
    for model, column in ((Market, "market"), (Account, "account")):
        if work.said(column):
            names = (
                f"SELECT DISTINCT {column} AS name FROM {table} WHERE ok AND {column} IS NOT NULL"
            )
            named(work, model, names, outcome)


def _keyed(work: Work) -> None:
    """`m_rows`: the rows with their ids. An order of which a row is wrong stays out as a whole."""
    table = work.stage.table
    broken = work.table(
        "m_broken",
        f"SELECT DISTINCT lower(coalesce(channel, %(shop)s)) AS channel, number FROM {table} "
        "WHERE NOT ok AND number IS NOT NULL",
    )
    apart = (
        f"AND NOT EXISTS (SELECT FROM {broken} b WHERE b.number = s.number "
        "AND b.channel = lower(coalesce(s.channel, %(shop)s)))"
        if work.number(f"SELECT count(*) FROM {broken}")
        else ""
    )
    if apart:
        work.run(
            f"INSERT INTO {work.stage.issues} (row_no, field, value, message, remedy) "
            "SELECT DISTINCT s.row_no, 'number', s.number, 'Another row of this order has a "
            f"problem.', 'Mend that row; the order then comes in whole.' FROM {table} s "
            f"WHERE s.ok {apart.replace('NOT EXISTS', 'EXISTS')}"
        )
    cells = "".join(f", s.{own.PREFIX}{one.key}" for one in own.said(work, RECORD))
    work.table(
        "m_rows",
        "SELECT s.row_no, s.ctid AS place, c.id AS channel_id, s.number, s.line, s.placed_at, "
        "v.id AS variant_id, s.quantity, (s.quantity > 0) AS sale, "
        "coalesce(s.gross, s.unit_price * s.quantity)::numeric(14,4) AS gross, "
        "s.discount::numeric(14,4) AS discount, s.tax::numeric(14,4) AS tax, s.currency, "
        "s.market, s.account, coalesce(s.customer, lower(s.customer_email)) AS customer, "
        "s.status, s.shipping::numeric(14,4) AS shipping, s.order_tax::numeric(14,4) AS order_tax, "
        "s.refunded_quantity, s.refunded_amount::numeric(14,4) AS refunded_amount, s.refunded_at, "
        f"s.refund_reason, s.refund_number, s.refund_of{cells} "
        f"FROM {table} s JOIN products_channel c ON c.workspace_id = %(w)s "
        "AND lower(c.name) = lower(coalesce(s.channel, %(shop)s)) "
        "JOIN products_variant v ON v.workspace_id = %(w)s AND v.sku = s.sku "
        f"WHERE s.ok {apart}",
    )


def _orders(work: Work, outcome: Outcome) -> None:
    """`m_orders`: one row per order with the id it has or gets."""
    said = {column: work.said(column) for column in ORDER_COLUMNS}
    said["customer"] = work.said("customer", "customer_email")
    values = ", ".join(
        f"CASE WHEN o.id IS NULL THEN {value} ELSE {value if said[column] else 'o.' + name} END "
        f"AS {name}"
        for column, (name, value, _) in ORDER_COLUMNS.items()
    )
    mine = own.part_of(work, RECORD, "o.custom", "o.id IS NULL", "g")
    firsts = "".join(
        f", (array_agg({name} ORDER BY row_no) FILTER (WHERE {name} IS NOT NULL))[1] AS {name}"
        for name in mine.cells
    )
    work.table(
        "m_orders",
        "SELECT coalesce(o.id, nextval(pg_get_serial_sequence('finance_order', 'id'))) AS id, "
        "o.id IS NULL AS fresh, g.number AS label, g.channel_id, g.number, g.placed_at, "
        f"(g.placed_at AT TIME ZONE %(zone)s)::date AS day, {values}{mine.value} "
        "FROM (SELECT channel_id, number, min(placed_at) AS placed_at, max(customer) AS customer, "
        "max(account) AS account, max(market) AS market, max(status) AS status, "
        "max(shipping) AS shipping, max(order_tax) AS order_tax, max(currency) AS currency"
        f"{firsts} "
        "FROM m_rows WHERE sale GROUP BY channel_id, number) g "
        "LEFT JOIN finance_order o ON o.workspace_id = %(w)s AND o.channel_id = g.channel_id "
        "AND o.number = g.number "
        "LEFT JOIN finance_customer k ON k.workspace_id = %(w)s AND k.external_id = g.customer "
        "LEFT JOIN finance_account a ON a.workspace_id = %(w)s "
        "AND lower(a.name) = lower(g.account) "
        "LEFT JOIN products_market m ON m.workspace_id = %(w)s AND lower(m.name) = lower(g.market)"
        f"{mine.joins} WHERE CASE %(existing)s WHEN 'skip' THEN o.id IS NULL "
        "WHEN 'only_update' THEN o.id IS NOT NULL ELSE true END",
        "channel_id, number",
    )
    columns = ["placed_at", "day", *(name for name, _, _ in ORDER_COLUMNS.values())]
    update(work, Order, "m_orders", [*columns, *mine.written], outcome)
    names = ", ".join(["id", "channel_id", "number", *columns, *mine.inserted])
    added = work.run(
        f"INSERT INTO finance_order (workspace_id, import_run_id, {names}) "
        f"SELECT %(w)s, %(run)s, {names} FROM m_orders WHERE fresh ORDER BY id"
    )
    count(outcome.created, Order, added)
    own.claim(work, Order, RECORD, "SELECT id FROM m_orders")
    work.run(
        "DELETE FROM m_rows r WHERE sale AND NOT EXISTS (SELECT FROM m_orders o "
        "WHERE o.channel_id = r.channel_id AND o.number = r.number)"
    )


def _lines(work: Work, outcome: Outcome) -> None:
    discount, tax = (
        f"coalesce(r.{name}, {'0' if work.said(name) else f'l.{name}'}, 0)"
        for name in ("discount", "tax")
    )
    work.table(
        "m_lines",
        "SELECT l.id, r.label, r.order_id, r.position, r.variant_id, r.quantity::int AS quantity, "
        f"r.gross, {discount} AS discount, {tax} AS tax, r.day, r.currency, r.channel_id, "
        "r.market_id, r.account_id, r.counts, r.fresh, r.row_no, r.refunded_quantity, "
        "r.refunded_amount, r.refunded_at, r.refund_reason, r.refund_number FROM ("
        "SELECT r.*, o.id AS order_id, o.label, o.day, o.currency AS order_currency, o.market_id, "
        "o.account_id, o.fresh, o.status = 'placed' AS counts, coalesce(r.line, "
        "row_number() OVER (PARTITION BY o.id ORDER BY r.row_no, r.place))::int AS position "
        "FROM m_rows r JOIN m_orders o ON o.channel_id = r.channel_id AND o.number = r.number "
        "WHERE r.sale) r LEFT JOIN finance_orderline l ON NOT r.fresh AND l.workspace_id = %(w)s "
        "AND l.order_id = r.order_id AND l.position = r.position".replace(
            "r.day, r.currency,", "r.day, r.order_currency AS currency,"
        ),
    )
    _other_lines(work)
    update(work, OrderLine, "m_lines", LINE_COLUMNS, outcome, versioned=False)
    work.run("CREATE TEMP TABLE IF NOT EXISTS m_old_days (day date) ON COMMIT DROP")
    work.run("TRUNCATE m_old_days")
    if work.number("SELECT count(*) FROM m_orders WHERE NOT fresh"):
        work.run(
            "INSERT INTO m_old_days SELECT DISTINCT (before->>'day')::date "
            "FROM workspaces_importchange WHERE workspace_id = %(w)s AND run_id = %(run)s "
            "AND model = 'finance.orderline' AND before ? 'day'"
        )
        _added_lines(work)
    columns = ("order_id", "position", *LINE_COLUMNS)
    insert(work, OrderLine, "m_lines", columns, outcome, order="order_id, position", run=False)
    if work.number("SELECT count(*) FROM m_lines WHERE id IS NULL AND NOT fresh"):
        _remember_added(work)


def _other_lines(work: Work) -> None:
    """Lines the file does not name follow their order's new day, market, account and status."""
    own = ", ".join(f"l.{name}" for name in ("variant_id", "quantity", "gross", "discount", "tax"))
    work.run(
        "INSERT INTO m_lines (id, label, order_id, position, variant_id, quantity, gross, "
        "discount, tax, day, currency, channel_id, market_id, account_id, counts, fresh) "
        f"SELECT l.id, o.label, o.id, l.position, {own}, o.day, o.currency, o.channel_id, "
        "o.market_id, o.account_id, o.status = 'placed', false "
        "FROM m_orders o JOIN finance_orderline l ON l.workspace_id = %(w)s AND l.order_id = o.id "
        "WHERE NOT o.fresh AND NOT EXISTS (SELECT FROM m_lines m WHERE m.id = l.id) "
        "AND (l.day, l.currency, l.market_id, l.account_id, l.counts) IS DISTINCT FROM "
        "(o.day, o.currency, o.market_id, o.account_id, o.status = 'placed')"
    )


def _added_lines(work: Work) -> None:
    """An order that got a line is a changed order: whoever has it open is told."""
    work.run(
        "UPDATE finance_order o SET version = o.version + 1, updated_at = now() FROM "
        "(SELECT DISTINCT order_id FROM m_lines WHERE id IS NULL AND NOT fresh) m "
        "WHERE o.id = m.order_id AND o.workspace_id = %(w)s"
    )


def _remember_added(work: Work) -> None:
    """Lines added to known orders, so that undoing takes them away again."""
    work.run(
        "INSERT INTO workspaces_importchange (workspace_id, run_id, model, object_id, label, "
        "before, after) SELECT %(w)s, %(run)s, 'finance.orderline', l.id, m.label, NULL, "
        "jsonb_build_object('position', l.position, 'variant_id', l.variant_id, 'quantity', "
        "l.quantity, 'gross', l.gross, 'discount', l.discount, 'tax', l.tax, 'day', l.day) "
        "FROM m_lines m JOIN finance_orderline l ON l.workspace_id = %(w)s "
        "AND l.order_id = m.order_id AND l.position = m.position "
        "WHERE m.id IS NULL AND NOT m.fresh ORDER BY l.id"
    )


def undo(actor: Actor, run_id: int) -> Outcome:
    """Take an orders import back, with what it made along the way if nothing else uses it."""
    mark = marks_of_run(actor, run_id)
    lists = [Variant, Product, Customer, Account, Market, Channel]
    outcome = undo_run(actor, run_id, [Refund, Order], lists)
    mark()
    return outcome


ORDERS = Kind(
    name="orders",
    label="Orders",
    perm=Perm.LEDGER_EDIT,
    columns=COLUMNS,
    key=("channel", "number", "line"),
    unique_key=False,
    check=check,
    merge=merge,
    undo=undo,
    description="What was sold and what came back: one row is one order line, or one refund with a "
    "negative quantity. Channels, markets, accounts and customers are made as needed.",
    export=ORDERS_EXPORT,
    record=RECORD,
    asks=(
        Asked(
            "create_products",
            "SKUs nobody knows",
            (("no", "Report them as problems"), ("yes", "Make products of them")),
        ),
    ),
)
