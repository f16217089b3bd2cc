"""The page of one figure: what it means, how it came about, and the rows it came from."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from core.errors import DomainError, NotFound
from core.web import render_region
from finance.metrics import explaining
from finance.metrics.asking import chips, menus, read_filters
from finance.metrics.catalogue import METRICS, Metric
from finance.metrics.explaining import coverage_words, formula_numbers, formula_words, splits_for
from finance.metrics.periods import RANGES, Period, period_of, read_period
from finance.metrics.query import Query, Result, run
from finance.metrics.query import freshness as age
from finance.metrics.source_rows import RowKind, headers_of, kinds_of, values_of
from finance.metrics.sources import TIMES
from finance.metrics.words import change, lacks_units, shown, unlinked_in
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.members.recompute import changing_currency
from workspaces.records.exporting import file_of
from workspaces.records.paging import Sorting, page_at

REFUSED = 422
MOST_SPLITS = 60
KEPT = ("split", "rows")
NOT_ROWS = ("after", "before", "rows")


@require_GET
@workspace_view(Perm.METRICS_VIEW)
def freshness(request: WorkspaceRequest) -> HttpResponse:
    """How old the figures are: small statements, asked again only while they are stale."""
    as_of, stale = age(request.actor)
    context = {"as_of": as_of, "stale": stale, "changing": changing_currency(request.actor)}
    return render(request, "finance/freshness.html", context)


@require_GET
@workspace_view(Perm.METRICS_VIEW)
def metric(request: WorkspaceRequest, name: str) -> HttpResponse:
    """One figure explained."""
    found = _metric(name)
    actor = request.actor
    period = period_of(request, actor.workspace.timezone)
    problem, filters = period.error, {}
    try:
        filters = read_filters(request.GET)
    except DomainError as refusal:
        problem = str(refusal)
    context: dict[str, Any] = {
        "metric": found,
        "period": period,
        "ranges": RANGES,
        "kept": _kept(request, ("range", "from", "to", "after", "before")),
        "problem": problem,
        "formula": formula_words(found),
        "masked": found.money and not actor.sees_money,
        "crumbs": [("Metrics", reverse("finance:metrics", args=[actor.workspace.slug]))],
    }
    if not context["masked"]:
        context |= _answer(request, found, period, filters)
    status = REFUSED if problem else 200
    return render_region(request, "finance/metric.html", "metric", context, status=status)


def _answer(
    request: WorkspaceRequest, metric: Metric, period: Period, filters: dict[str, tuple[int, ...]]
) -> dict[str, Any]:
    """The numbers of the page, the split and one page of source rows."""
    actor, splits = request.actor, splits_for(metric)
    by = request.GET.get("split", "")
    by = by if by in splits else period.step
    order = "" if by in TIMES else f"-{metric.name}"
    query = Query(
        (metric.name,), period.start, period.end, (by,), filters, compare=True, order=order
    )
    result = run(actor, query)
    figure = result.total.figures[metric.name]
    delta, tone = change(metric, figure, result.total.previous[metric.name])
    shown_rows = explaining.split_rows(metric, _head(result), by)
    return {
        "value": shown(metric, figure, result.currency),
        "before": shown(metric, result.total.previous[metric.name], result.currency),
        "delta": delta,
        "tone": tone,
        "unlinked": unlinked_in(metric, figure),
        "lacks_units": lacks_units(metric, figure),
        "match": "?" + urlencode([*_kept(request, NOT_ROWS), ("rows", "unlinked")]),
        "numbers": formula_numbers(metric, figure, result.currency),
        "coverage": coverage_words(metric, figure),
        "result": result,
        "split": by,
        "split_label": splits[by],
        "splits": splits,
        "rows": [(row, _narrowed(request, by, row.key, period)) for row in shown_rows],
        "more_rows": len(result.rows) - len(shown_rows),
        "chart": explaining.chart(metric, result, by),
        "menus": [menu for menu in menus(actor, filters) if menu.name in splits],
        "chips": with_urls(request, chips(actor, filters)),
        "hidden": hidden_pairs(filters),
        **_sources(request, metric, query),
    }


def _narrowed(request: WorkspaceRequest, by: str, key: Any, period: Period) -> str:
    """The same page for one group alone, split over time."""
    if by in TIMES or key is None:
        return ""
    kept = _kept(request, ("after", "before", "split", by))
    return "?" + urlencode([*kept, (by, key), ("split", period.step)])


def with_urls(
    request: WorkspaceRequest, found: list[tuple[str, str, str]]
) -> list[tuple[str, str, str]]:
    """(dimension, names, address without it) of the filters that are set."""
    return [
        (label, words, f"?{urlencode(_kept(request, ('after', 'before', name)))}")
        for name, label, words in found
    ]


def hidden_pairs(filters: dict[str, tuple[int, ...]]) -> list[tuple[str, int]]:
    """Filters that have no menu, for a form to keep."""
    return [(name, pk) for name in ("product", "variant") for pk in filters.get(name, ())]


def _head(result: Result) -> Result:
    return replace(result, rows=result.rows[:MOST_SPLITS])


def _sources(request: WorkspaceRequest, metric: Metric, query: Query) -> dict[str, Any]:
    """One page of the rows behind the figure, of the kinds this role may see."""
    kinds = [kind for kind in kinds_of(metric) if request.actor.can(kind.perm)]
    if not kinds:
        return {"kinds": []}
    kind = _kind(kinds, request.GET.get("rows", ""))
    sorting = Sorting((kind.day,), descending=True, workspace_id=request.actor.workspace.pk)
    page = page_at(
        kind.rows(request.actor, query),
        sorting,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    slug = request.actor.workspace.slug
    cells = [
        [
            (
                column.shows,
                column.value(row),
                column.currency(row) if column.currency else "",
                column.url(slug, row) if column.url else "",
            )
            for column in kind.columns
        ]
        for row in page.rows
    ]
    return {
        "kinds": [(one, _address(request, rows=one.name)) for one in kinds],
        "kind": kind,
        "cells": cells,
        "pager": {
            "label": "Newest first",
            "first_url": _address(request) if page.previous else "",
            "previous_url": _address(request, before=page.previous) if page.previous else "",
            "next_url": _address(request, after=page.next) if page.next else "",
        },
        "file_url": f"{reverse('finance:metric_rows', args=[slug, metric.name, 'csv'])}"
        f"?{_asked(request, rows=kind.name)}",
        "may_export": request.actor.can(Perm.DATA_EXPORT),
    }


@require_GET
@workspace_view(Perm.DATA_EXPORT)
def rows_file(request: WorkspaceRequest, name: str, extension: str) -> HttpResponse:
    """All source rows of a figure as CSV or XLSX."""
    found, actor = _metric(name), request.actor
    actor.require(Perm.METRICS_VIEW)
    kind = _kind(kinds_of(found), request.GET.get("rows", ""))
    actor.require(kind.perm)
    period = read_period(request.GET, actor.workspace.timezone)
    if period.error:
        raise DomainError(period.error)
    query = Query((name,), period.start, period.end, filters=read_filters(request.GET))
    stem = f"{actor.workspace.slug}-{name}-{kind.name}-{period.start}-{period.end}"
    rows = values_of(kind, kind.rows(actor, query))
    return file_of(f"{stem}.{extension}", extension, headers_of(kind), rows)


def _metric(name: str) -> Metric:
    found = METRICS.get(name)
    if found is None:
        raise NotFound("There is no such metric.")
    return found


def _kind(kinds: list[RowKind], name: str) -> RowKind:
    """The kind of rows asked for, else the first."""
    if not kinds:
        raise NotFound("This figure has no rows of its own.")
    return next((kind for kind in kinds if kind.name == name), kinds[0])


def _kept(request: WorkspaceRequest, without: tuple[str, ...]) -> list[tuple[str, str]]:
    """The address's parameters but these, as pairs."""
    return [(k, v) for k, vs in request.GET.lists() if k not in without for v in vs if v]


def _asked(request: WorkspaceRequest, **more: str) -> str:
    return urlencode([*_kept(request, ("after", "before", *more)), *more.items()])


def _address(request: WorkspaceRequest, **more: str) -> str:
    return f"?{_asked(request, **more)}#rows"
