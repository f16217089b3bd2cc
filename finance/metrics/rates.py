"""Exchange rates as SQL ranges: one row says what a unit of `currency` is in `quote`, and when."""

# Both directions of every recorded rate; a recorded rate wins over the inverse of its opposite.
# Parameter: workspace. A rate holds from its day until the next one of the same pair.
RATES = """
rates AS MATERIALIZED (
    SELECT currency, quote, rate, valid_from,
        lead(valid_from, 1, 'infinity') OVER (PARTITION BY currency, quote ORDER BY valid_from)
            AS valid_to
    FROM (
        SELECT DISTINCT ON (currency, quote, valid_from) currency, quote, rate, valid_from
        FROM (
            SELECT currency, quote, rate, valid_from, 0 AS turned
            FROM finance_exchangerate WHERE workspace_id = %(workspace)s AND deleted_at IS NULL
            UNION ALL
            SELECT quote, currency, 1 / rate, valid_from, 1
            FROM finance_exchangerate WHERE workspace_id = %(workspace)s AND deleted_at IS NULL
        ) both_ways
        ORDER BY currency, quote, valid_from, turned
    ) known
)
"""


def factor(source: str, target: str, alias: str) -> str:
    """SQL for the factor from currency `source` to `target`, given the join of `join_rate`."""
    return f"CASE WHEN {source} = {target} THEN 1 ELSE {alias}.rate END"


def join_rate(source: str, target: str, day: str, alias: str) -> str:
    """SQL that joins the rate of a day as `alias`; unmatched is an unknown rate, never one."""
    return (
        f"LEFT JOIN rates {alias} ON {alias}.currency = {source} AND {alias}.quote = {target} "
        f"AND {day} >= {alias}.valid_from AND {day} < {alias}.valid_to"
    )
