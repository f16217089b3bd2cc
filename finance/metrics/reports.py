"""The one statement a source is asked: measures by dimensions, now and in the period before."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection

from finance.metrics.rates import RATES, factor, join_rate
from finance.metrics.sources import SOURCES, TIMES, Source

if TYPE_CHECKING:
    from finance.metrics.query import Query

Measures = dict[str, Decimal | None]
Pair = tuple[Measures, Measures]
Key = tuple[Any, ...] | None  # None is the total over all groups

# A filter by category takes in everything below it in the tree.
_BELOW = (
    "{column} IN (SELECT c.id FROM products_category c JOIN products_category root ON "
    "root.workspace_id = c.workspace_id AND (c.id = root.id OR starts_with(c.path, root.path || "
    "' > ')) WHERE c.workspace_id = %(workspace)s AND root.id = ANY(%({name})s))"
)


def measures_by(
    workspace_id: int, wanted: Iterable[str], query: "Query", currency: str, sources: set[str]
) -> dict[Key, Pair]:
    """{key: (measures now, measures before)}; one statement for each source that is needed.

    A measure that cannot be cut by what is asked is None; one that nothing was found for is 0.
    """
    wanted = set(wanted)
    found: dict[Key, Pair] = {None: ({}, {})}
    for name in sorted(sources):
        source = SOURCES[name]
        measures = sorted(wanted & set(source.measures))
        if not _can_answer(source, query):
            continue
        if source.by_time and _can_answer(source.by_time, query):
            source = source.by_time
        for key, before, values in _ask(workspace_id, source, measures, query, currency):
            found.setdefault(key, ({}, {}))[before].update(values)
    answered = {
        measure
        for name in sources
        if _can_answer(SOURCES[name], query)
        for measure in wanted & set(SOURCES[name].measures)
    }
    for pair in found.values():
        for side in pair:
            for measure in answered - set(side):
                side[measure] = Decimal(0)
    return found


def _can_answer(source: Source, query: "Query") -> bool:
    asked = {*query.by, *query.filters} - set(TIMES)
    return asked <= set(source.dimensions)


def _ask(
    workspace_id: int, source: Source, measures: list[str], query: "Query", currency: str
) -> Iterable[tuple[Key, int, Measures]]:
    values: dict[str, Any] = {
        "workspace": workspace_id,
        "start": query.start,
        "end": query.end,
        "first": query.previous_start if query.compare else query.start,
        "currency": currency,
        "shift": query.days,
    }
    values |= {name: list(ids) for name, ids in query.filters.items()}
    with connection.cursor() as cursor:
        cursor.execute(_statement(source, measures, query), values)
        for row in cursor.fetchall():
            total, before, keys = row[0], row[1], row[2 : 2 + len(query.by)]
            sums = dict(zip(measures, row[2 + len(query.by) :], strict=True))
            found = {
                name: None if value is None else Decimal(value) for name, value in sums.items()
            }
            yield None if total else tuple(keys), int(before), found


def _statement(source: Source, measures: list[str], query: "Query") -> str:
    rate = factor(source.currency, "%(currency)s", "r") if source.currency else "1"
    before = f"({source.day} < %(start)s)"
    keys = [_key(source, name, query) for name in query.by]
    sums = [source.measures[name].replace("{rate}", rate) for name in measures]
    sums = [_zero(expression, rate) for expression in sums]
    groups = ", ".join([before, *keys])
    grouping = f"GROUPING SETS (({groups}), ({before}))" if keys else before
    is_total = f"GROUPING({keys[0]}) = 1" if keys else "true"
    joins = {source.joins[name] for name in {*query.by, *query.filters} if name in source.joins}
    rates = join_rate(source.currency, "%(currency)s", source.day, "r") if source.currency else ""
    tables = f"{source.tables} {' '.join(sorted(joins))}"
    where = (
        f"WHERE {source.workspace} = %(workspace)s "
        f"AND {source.day} BETWEEN %(first)s AND %(end)s {source.where} "
        f"{' '.join('AND ' + _condition(source, name) for name in query.filters)}"
    )
    rows = f"{tables} {rates} {where}"
    if source.currency and set(query.by) <= set(TIMES):
        rows = f"{_summed_by_day(source, measures, f'{tables} {where}')} {rates}"
    return (
        f"{f'WITH {RATES}' if source.currency else ''} "
        f"SELECT {', '.join([is_total, before, *keys, *sums])} FROM {rows} GROUP BY {grouping}"
    )


def _summed_by_day(source: Source, measures: list[str], rows: str) -> str:
    """The source's rows added up by day and currency, under the same name.

    A rate belongs to a day and a currency: a few sums are converted instead of every row. Measures
    of money are linear in their columns, so the result is the same to the last digit.
    """
    alias = source.day.partition(".")[0]
    read = re.findall(rf"\b{alias}\.(\w+)", " ".join(source.measures[name] for name in measures))
    columns = [f"sum({alias}.{column}) AS {column}" for column in sorted(set(read))]
    groups = f"{source.day}, {source.currency}"
    return f"(SELECT {', '.join([groups, *columns])} FROM {rows} GROUP BY {groups}) {alias}"


def _zero(expression: str, rate: str) -> str:
    """Nothing found is zero; found but not convertible stays unknown."""
    if rate not in expression or expression.startswith("sum(s.units) FILTER"):
        return f"coalesce({expression}, 0)"
    unknown = f"count(*) FILTER (WHERE ({rate}) IS NULL)"
    nothing_converted = f"{unknown} = count(*) AND count(*) > 0"
    return f"CASE WHEN {nothing_converted} THEN NULL ELSE coalesce({expression}, 0) END"


def _key(source: Source, name: str, query: "Query") -> str:
    """The SQL of a group key. Days of the period before are moved onto those they compare with."""
    if name not in TIMES:
        return source.dimensions[name]
    moved = f"({source.day} + CASE WHEN {source.day} < %(start)s THEN %(shift)s ELSE 0 END)"
    return moved if name == "day" else f"date_trunc('{name}', {moved}::timestamp)::date"


def _condition(source: Source, name: str) -> str:
    column = source.dimensions[name]
    if name == "category":
        return _BELOW.format(column=column, name=name)
    return f"{column} = ANY(%({name})s)"
