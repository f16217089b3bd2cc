"""Refunds out of an orders file: rows of their own, or columns beside a line."""

from finance.ledger.models import Refund
from workspaces.imports.kinds import Outcome
from workspaces.imports.merging import Work, insert, update

COLUMNS = (
    "number",
    "order_line_id",
    "variant_id",
    "customer_id",
    "channel_id",
    "market_id",
    "account_id",
    "refunded_at",
    "day",
    "ordered_day",
    "quantity",
    "amount",
    "currency",
    "reason",
)
ROW = (
    # A row of its own: linked to the line it names, else to the order's first line of the variant.
    "SELECT r.row_no, coalesce(r.refund_number, r.number || ':' || row_number() OVER "
    "(PARTITION BY r.channel_id, r.number ORDER BY r.row_no, r.place)) AS number, l.id AS line_id, "
    "r.variant_id, coalesce(k.id, o.customer_id) AS customer_id, r.channel_id, "
    "coalesce(m.id, o.market_id) AS market_id, coalesce(a.id, o.account_id) AS account_id, "
    "coalesce(r.refunded_at, r.placed_at) AS refunded_at, l.day AS ordered_day, "
    "abs(r.quantity)::int AS quantity, greatest(abs(r.gross) - coalesce(r.discount, 0), 0) "
    "AS amount, coalesce(r.currency, o.currency, %(currency)s) AS currency, "
    "coalesce(r.refund_reason, '') AS reason FROM m_rows r "
    "LEFT JOIN finance_order o ON o.workspace_id = %(w)s AND o.channel_id = r.channel_id "
    "AND o.number = coalesce(r.refund_of, r.number) AND o.deleted_at IS NULL "
    "LEFT JOIN LATERAL (SELECT l.id, l.day FROM finance_orderline l WHERE l.workspace_id = %(w)s "
    "AND l.order_id = o.id AND l.variant_id = r.variant_id AND (r.line IS NULL OR "
    "l.position = r.line) ORDER BY l.position LIMIT 1) l ON true "
    "LEFT JOIN finance_customer k ON k.workspace_id = %(w)s AND k.external_id = r.customer "
    "LEFT JOIN finance_account a ON a.workspace_id = %(w)s AND lower(a.name) = lower(r.account) "
    "LEFT JOIN products_market m ON m.workspace_id = %(w)s AND lower(m.name) = lower(r.market) "
    "WHERE NOT r.sale"
)
BESIDE = (
    "SELECT m.row_no, coalesce(m.refund_number, m.label || ':' || m.position || ':R') AS number, "
    "l.id AS line_id, m.variant_id, o.customer_id, m.channel_id, m.market_id, m.account_id, "
    "coalesce(m.refunded_at, o.placed_at) AS refunded_at, l.day AS ordered_day, "
    "coalesce(m.refunded_quantity, 0)::int AS quantity, coalesce(m.refunded_amount, "
    "round((m.gross - m.discount) * m.refunded_quantity / m.quantity, 4)) AS amount, m.currency, "
    "coalesce(m.refund_reason, '') AS reason FROM m_lines m "
    "JOIN m_orders o ON o.id = m.order_id JOIN finance_orderline l ON l.workspace_id = %(w)s "
    "AND l.order_id = m.order_id AND l.position = m.position "
    "WHERE m.refunded_quantity > 0 OR m.refunded_amount > 0"
)


def merge_refunds(work: Work, outcome: Outcome) -> None:
    """Bring refunds in by their number, after the lines they undo."""
    parts = []
    if work.number("SELECT count(*) FROM m_rows WHERE NOT sale"):
        parts.append(ROW)
    if work.said("refunded_quantity", "refunded_amount"):
        parts.append(BESIDE)
    found = " UNION ALL ".join(f"({part})" for part in parts) or f"({BESIDE}) LIMIT 0"
    rows = work.table(
        "m_refunds",
        "SELECT f.id, r.number AS label, r.number, r.line_id AS order_line_id, r.variant_id, "
        "r.customer_id, r.channel_id, r.market_id, r.account_id, r.refunded_at, "
        "(r.refunded_at AT TIME ZONE %(zone)s)::date AS day, r.ordered_day, r.quantity, "
        "r.amount::numeric(14,4) AS amount, r.currency, r.reason, r.row_no, f.day AS old_day, "
        f"f.deleted_at FROM ({found}) r LEFT JOIN finance_refund f ON f.workspace_id = %(w)s "
        "AND f.channel_id = r.channel_id AND f.number = r.number",
    )
    work.run(
        f"INSERT INTO {work.stage.issues} (row_no, field, value, message, remedy) SELECT row_no, "
        "'refund_number', number, 'This refund is in the trash.', 'Restore it there first.' "
        f"FROM {rows} WHERE deleted_at IS NOT NULL"
    )
    work.run(f"DELETE FROM {rows} WHERE deleted_at IS NOT NULL")
    if work.stage.on_existing == "skip":
        work.run(f"DELETE FROM {rows} WHERE id IS NOT NULL")
    if work.stage.on_existing == "only_update":
        work.run(f"DELETE FROM {rows} WHERE id IS NULL")
    update(work, Refund, rows, COLUMNS, outcome)
    insert(work, Refund, rows, COLUMNS, outcome, order="channel_id, number")
    if work.number("SELECT count(*) FROM m_orders WHERE NOT fresh"):
        _follow_orders(work, outcome)


def _follow_orders(work: Work, outcome: Outcome) -> None:
    """Refunds that the file does not name keep the day of the order they undo."""
    rows = work.table(
        "m_following",
        "SELECT f.id, f.number AS label, l.day AS ordered_day, f.ordered_day AS old_day "
        "FROM m_orders o JOIN finance_orderline l ON l.workspace_id = %(w)s AND l.order_id = o.id "
        "JOIN finance_refund f ON f.workspace_id = %(w)s AND f.order_line_id = l.id "
        "WHERE NOT o.fresh AND f.ordered_day IS DISTINCT FROM l.day "
        "AND NOT EXISTS (SELECT FROM m_refunds m WHERE m.id = f.id)",
    )
    update(work, Refund, rows, ("ordered_day",), outcome)
