"""What was said per day and product, and each product's rating, in set-based SQL."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from feedback.inbox.models import NEGATIVE_UP_TO
from workspaces.members.models import Workspace
from workspaces.staleness.services import BULK, mark_stale

FEEDBACK = "feedback"
LINKS = "note_links"
ALL = "all"
COUNTS = ("notes", "rated", "rating_sum", "negative")

# One row a day, product (or none) and channel; only rows that differ are written.
_DAILY = """
WITH fresh AS MATERIALIZED (
    SELECT day, product_id, channel_id, count(*) AS notes, count(rating) AS rated,
        coalesce(sum(rating), 0) AS rating_sum,
        count(*) FILTER (WHERE rating <= %(negative)s) AS negative
    FROM feedback_note
    WHERE workspace_id = %(workspace)s AND deleted_at IS NULL AND part_of_id IS NULL {of_note}
    GROUP BY day, product_id, channel_id
), gone AS (
    DELETE FROM feedback_dailyfeedback t WHERE t.workspace_id = %(workspace)s {of_row}
        AND NOT EXISTS (SELECT 1 FROM fresh f WHERE f.day = t.day AND f.channel_id = t.channel_id
            AND f.product_id IS NOT DISTINCT FROM t.product_id)
    RETURNING t.product_id
), written AS (
    INSERT INTO feedback_dailyfeedback AS t
        (workspace_id, day, product_id, channel_id, notes, rated, rating_sum, negative)
    SELECT %(workspace)s, day, product_id, channel_id, notes, rated, rating_sum, negative FROM fresh
    ON CONFLICT (workspace_id, day, product_id, channel_id) DO UPDATE SET
        notes = excluded.notes, rated = excluded.rated, rating_sum = excluded.rating_sum,
        negative = excluded.negative
    WHERE (t.notes, t.rated, t.rating_sum, t.negative)
        IS DISTINCT FROM (excluded.notes, excluded.rated, excluded.rating_sum, excluded.negative)
    RETURNING t.product_id
)
SELECT product_id FROM gone UNION SELECT product_id FROM written
"""

# A product's ratings of all time. A product nobody spoke of has no rating, which is not zero.
_SUMMARY = """
WITH fresh AS (
    SELECT p.id AS product_id, coalesce(sum(d.notes), 0) AS notes,
        CASE WHEN sum(d.rated) > 0 THEN round(sum(d.rating_sum) / sum(d.rated), 2) END AS rating,
        CASE WHEN sum(d.rated) > 0 THEN round(sum(d.negative)::numeric / sum(d.rated), 6) END
            AS negative_rate
    FROM products_product p
    LEFT JOIN feedback_dailyfeedback d ON d.workspace_id = p.workspace_id AND d.product_id = p.id
    WHERE p.workspace_id = %(workspace)s {of_product}
    GROUP BY p.id
    HAVING count(d.id) > 0
        OR EXISTS (SELECT 1 FROM finance_productsummary o WHERE o.product_id = p.id)
)
INSERT INTO finance_productsummary AS t (workspace_id, product_id, currency, window_end, units,
    notes, rating, negative_rate, computed_at)
SELECT %(workspace)s, product_id, %(currency)s, coalesce(
        (SELECT max(window_end) FROM finance_productsummary WHERE workspace_id = %(workspace)s),
        current_date), 0, notes, rating, negative_rate, now()
FROM fresh
ON CONFLICT (product_id) DO UPDATE SET notes = excluded.notes, rating = excluded.rating,
    negative_rate = excluded.negative_rate, computed_at = now()
WHERE (t.notes, t.rating, t.negative_rate)
    IS DISTINCT FROM (excluded.notes, excluded.rating, excluded.negative_rate)
"""

_EMPTY = """
DELETE FROM finance_productsummary WHERE workspace_id = %(workspace)s AND units = 0
    AND net_revenue IS NULL AND return_rate IS NULL AND notes = 0 AND rating IS NULL
"""


def recompute_feedback(workspace_id: int, keys: Sequence[str]) -> None:
    """Refresh the days and products named by `keys` (`day:2026-03-02`, `product:7`, `all`)."""
    if ALL in keys:
        recompute_all_feedback(workspace_id)
        return
    _one_at_a_time(workspace_id)
    days = [key.removeprefix("day:") for key in keys if key.startswith("day:")]
    products = [int(key.removeprefix("product:")) for key in keys if key.startswith("product:")]
    touched = set(products)
    if days:
        touched |= _daily(workspace_id, "AND {0}day = ANY(%(days)s::date[])", days=days)
    if products:
        touched |= _daily(workspace_id, "AND {0}product_id = ANY(%(ids)s)", ids=products)
    if touched:
        _summarise(workspace_id, "AND p.id = ANY(%(products)s)", products=sorted(touched))


def recompute_all_feedback(workspace_id: int) -> None:
    """Refresh every day and every product."""
    _one_at_a_time(workspace_id)
    _daily(workspace_id, "")
    _summarise(workspace_id, "")


def _daily(workspace_id: int, narrowing: str, **values: Any) -> set[int]:
    statement = _DAILY.format(of_note=narrowing.format(""), of_row=narrowing.format("t."))
    values |= {"workspace": workspace_id, "negative": NEGATIVE_UP_TO}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {row[0] for row in cursor.fetchall()} - {None}


def _summarise(workspace_id: int, narrowing: str, **values: Any) -> None:
    workspace = Workspace.objects.get(pk=workspace_id)
    values |= {"workspace": workspace_id, "currency": workspace.currency}
    with connection.cursor() as cursor:
        cursor.execute(_SUMMARY.format(of_product=narrowing), values)
        cursor.execute(_EMPTY, values)


def _one_at_a_time(workspace_id: int) -> None:
    """A day and a product meet in the same row: who writes last must also have read last."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [f"{workspace_id}:{FEEDBACK}"]
        )


# A workspace's day begins at its own midnight. Nobody did this, so it stands in no history.
_WAKE = """
UPDATE feedback_note n SET state = 'new', snoozed_until = NULL, version = n.version + 1,
    updated_at = now()
FROM workspaces_workspace w
WHERE w.id = n.workspace_id AND n.state = 'snoozed'
    AND n.snoozed_until <= (now() AT TIME ZONE w.timezone)::date
"""


def wake_notes() -> int:
    """Make snoozed notes new again whose day has come. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_WAKE)
        return int(cursor.rowcount)


# Whom and what a clue `c` names: exact and unambiguous, as `matching` finds it for one note.
FOUND_BY = """
LEFT JOIN products_variant v ON v.workspace_id = %(w)s AND v.sku = c.sku AND v.deleted_at IS NULL
    AND c.sku <> ''
LEFT JOIN products_product o ON o.workspace_id = %(w)s AND o.id = v.product_id
    AND o.deleted_at IS NULL
LEFT JOIN products_product h ON h.workspace_id = %(w)s AND h.handle = c.handle
    AND h.deleted_at IS NULL AND c.handle <> ''
LEFT JOIN (SELECT b.gtin, min(b.product_id) AS id FROM products_variant b
    JOIN products_product p ON p.workspace_id = %(w)s AND p.id = b.product_id
        AND p.deleted_at IS NULL
    WHERE b.workspace_id = %(w)s AND b.gtin <> '' AND b.deleted_at IS NULL
    GROUP BY b.gtin HAVING count(DISTINCT b.product_id) = 1) g ON g.gtin = c.gtin
LEFT JOIN (SELECT upper(name) AS name, min(id) AS id FROM products_product
    WHERE workspace_id = %(w)s AND deleted_at IS NULL
    GROUP BY 1 HAVING count(*) = 1) t ON t.name = upper(c.product_name)
LEFT JOIN (SELECT upper(email) AS email, min(id) AS id FROM finance_customer
    WHERE workspace_id = %(w)s AND deleted_at IS NULL AND email <> ''
    GROUP BY 1 HAVING count(*) = 1) e ON e.email = upper(c.email)
LEFT JOIN finance_customer k ON k.workspace_id = %(w)s AND k.external_id = c.customer_key
    AND k.deleted_at IS NULL AND c.customer_key <> ''
"""
PRODUCT_FOUND = "coalesce(o.id, h.id, g.id, t.id)"
CUSTOMER_FOUND = "coalesce(e.id, k.id)"

_LINK = f"""
WITH found AS MATERIALIZED (
    SELECT n.id, n.day, c.id AS clue_id, n.product_id AS old_product, n.customer_id AS old_customer,
        coalesce(n.product_id, {PRODUCT_FOUND}) AS product_id,
        coalesce(n.customer_id, {CUSTOMER_FOUND}) AS customer_id,
        (c.sku || c.handle || c.gtin || c.product_name) <> '' AS wants_product,
        (c.email || c.customer_key) <> '' AS wants_customer
    FROM feedback_clue c
    JOIN feedback_note n ON n.workspace_id = %(w)s AND n.id = c.note_id AND n.deleted_at IS NULL
    {FOUND_BY}
    WHERE c.workspace_id = %(w)s AND c.waits
), linked AS (
    UPDATE feedback_note n SET product_id = f.product_id, customer_id = f.customer_id,
        updated_at = now()
    FROM found f WHERE n.id = f.id AND (n.product_id, n.customer_id)
        IS DISTINCT FROM (f.product_id, f.customer_id)
    RETURNING n.id, n.day, n.product_id, n.customer_id, f.old_product, f.old_customer,
        left(coalesce(nullif(n.title, ''), n.text), 200) AS label
), done AS (
    UPDATE feedback_clue c SET waits = false FROM found f WHERE c.id = f.clue_id
        AND (f.product_id IS NOT NULL OR NOT f.wants_product)
        AND (f.customer_id IS NOT NULL OR NOT f.wants_customer)
), told AS (
    INSERT INTO workspaces_activityevent
        (workspace_id, at, channel, verb, model, object_id, label, changes)
    SELECT %(w)s, now(), 'worker', 'note.linked', 'feedback.note', id, label,
        jsonb_strip_nulls(jsonb_build_object(
            'product', CASE WHEN old_product IS DISTINCT FROM product_id
                THEN jsonb_build_array(old_product, product_id) END,
            'customer', CASE WHEN old_customer IS DISTINCT FROM customer_id
                THEN jsonb_build_array(old_customer, customer_id) END))
    FROM linked
)
SELECT DISTINCT day::text, CASE WHEN old_product IS DISTINCT FROM product_id THEN product_id END
FROM linked
"""


def recompute_links(workspace_id: int, keys: Sequence[str] = ()) -> None:
    """Link the notes that wait for a customer or product which is known by now."""
    with connection.cursor() as cursor:
        cursor.execute(_LINK, {"w": workspace_id})
        found = cursor.fetchall()
    days = [f"day:{day}" for day, product in found if product]
    products = [f"product:{product}" for _, product in found if product]
    mark_stale(workspace_id, FEEDBACK, [*days, *products], "notes were linked", urgency=BULK)
