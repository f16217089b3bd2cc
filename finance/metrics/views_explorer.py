"""Any figures by any dimensions: a table, a chart, and the same as a file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from core.errors import DomainError
from core.web import render_region
from finance.ledger.models import ExchangeRate
from finance.metrics import explaining
from finance.metrics.asking import MENUS, Menu, chips, menus, read_filters
from finance.metrics.catalogue import METRICS, RATE
from finance.metrics.periods import RANGES, Period, period_of
from finance.metrics.query import Figure, Query, Result, Row, run
from finance.metrics.sources import DIMENSIONS, TIMES
from finance.metrics.views import hidden_pairs, with_urls
from finance.metrics.words import change, group_label, metric_url, shown
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.records.exporting import file_of

REFUSED = 422
USUAL = ("net_revenue", "gross_margin_rate", "return_rate")
USUAL_WITHOUT_MONEY = ("units", "orders", "return_rate")
MOST_METRICS, MOST_SHOWN = 12, 200


@dataclass(frozen=True, slots=True)
class Question:
    """What an address asks, as far as it could be read; `problem` says what could not."""

    query: Query
    period: Period
    filters: dict[str, tuple[int, ...]] = field(default_factory=dict)
    problem: str = ""


def read_question(request: WorkspaceRequest) -> Question:
    """The question of an address. What a role may not see is not asked for."""
    actor, params = request.actor, request.GET
    period = period_of(request, actor.workspace.timezone)
    problem, filters = period.error, {}
    try:
        filters = read_filters(params)
    except DomainError as refusal:
        problem = str(refusal)
    names = tuple(dict.fromkeys(params.getlist("metrics")))[:MOST_METRICS]
    hidden = () if actor.sees_money else tuple(n for n, m in METRICS.items() if m.money)
    names = tuple(name for name in names if name not in hidden)
    names = names or (USUAL if actor.sees_money else USUAL_WITHOUT_MONEY)
    by = tuple(dict.fromkeys(name for name in params.getlist("by") if name)) or (period.step,)
    order = params.get("order", "")
    if not order and not set(by) & set(TIMES):
        order = f"-{names[0]}"
    query = Query(
        names,
        period.start,
        period.end,
        by[:2],
        filters,
        compare=params.get("compare") == "1",
        currency=params.get("currency", "").upper(),
        order=order if order.lstrip("-") in names else "",
    )
    return Question(query, period, filters, problem)


@require_GET
@workspace_view(Perm.METRICS_VIEW)
def explorer(request: WorkspaceRequest) -> HttpResponse:
    """Figures as a table and a chart."""
    actor, asked = request.actor, read_question(request)
    result, problem = None, asked.problem
    if not problem:
        try:
            result = run(actor, asked.query)
        except DomainError as refusal:
            problem = str(refusal)
    cuts = [chip for chip in chips(actor, asked.filters) if chip[0] not in MENUS]
    context = _choices(actor, asked) | {
        "chips": with_urls(request, cuts),
        "hidden": hidden_pairs(asked.filters),
        "period": asked.period,
        "ranges": RANGES,
        "kept": [(k, v) for k, vs in request.GET.lists() if k not in _DAYS for v in vs if v],
        "problem": problem,
        "result": result,
        "may_export": actor.can(Perm.DATA_EXPORT),
    }
    if result is not None:
        context |= _table(request, asked, result)
    status = REFUSED if problem else 200
    return render_region(request, "finance/explorer.html", "explorer", context, status=status)


_DAYS = ("range", "from", "to")


@require_GET
@workspace_view(Perm.DATA_EXPORT)
def export(request: WorkspaceRequest, extension: str) -> HttpResponse:
    """The whole answer as CSV or XLSX, with the figures of the screen."""
    request.actor.require(Perm.METRICS_VIEW)
    asked = read_question(request)
    if asked.problem:
        raise DomainError(asked.problem)
    result = run(request.actor, asked.query)
    name = f"{request.actor.workspace.slug}-metrics-{asked.query.start}-{asked.query.end}"
    return file_of(f"{name}.{extension}", extension, _headers(result), _lines(result))


def _headers(result: Result) -> list[str]:
    found = [DIMENSIONS[name] for name in result.query.by]
    for name in result.query.metrics:
        metric = METRICS[name]
        unit = f" ({result.currency})" if metric.money and metric.unit != RATE else ""
        unit = " (%)" if metric.unit == RATE else unit
        found.append(f"{_title(name)}{unit}")
        if result.query.compare:
            found.append(f"{_title(name)}{unit}, before")
    return found


def _lines(result: Result) -> Iterator[list[Any]]:
    """The rows, then the total."""
    query = result.query
    for row in [*result.rows, result.total]:
        is_total = row is result.total
        labels = [
            "Total" if is_total and at == 0 else row.labels.get(name, "")
            for at, name in enumerate(query.by)
        ]
        yield [*labels, *(cell for name in query.metrics for cell in _cells(row, name, query))]


def _cells(row: Row, name: str, query: Query) -> list[Any]:
    figures = [row.figures[name], row.previous.get(name)] if query.compare else [row.figures[name]]
    return [_value(name, figure) for figure in figures]


def _value(name: str, figure: Figure | None) -> Decimal | str:
    """As a file holds it: rates as percent, unknown as nothing."""
    if figure is None or figure.value is None:
        return ""
    if METRICS[name].unit == RATE:
        return (figure.value * 100).quantize(Decimal("0.0001"))
    return figure.value


def _title(name: str) -> str:
    """The label; a rate that shares its label with an amount says that it is one."""
    metric = METRICS[name]
    twin = any(m.label == metric.label and m.name != name for m in METRICS.values())
    return f"{metric.label}, rate" if twin and metric.unit == RATE else metric.label


def _choices(actor: Actor, asked: Question) -> dict[str, Any]:
    """What the form offers."""
    query = asked.query
    offered = [m for m in METRICS.values() if actor.sees_money or not m.money]
    rates = ExchangeRate.objects.visible_to(actor).values_list("currency", "quote").distinct()
    codes = {actor.workspace.currency, *(code for pair in rates for code in pair)}
    found: list[Menu] = menus(actor, asked.filters)
    return {
        "metrics": [(m.name, _title(m.name), m.name in query.metrics) for m in offered],
        "dimensions": list(DIMENSIONS.items()),
        "by": query.by[0] if query.by else "",
        "and_by": query.by[1] if len(query.by) > 1 else "",
        "compare": query.compare,
        "currencies": sorted(codes) if actor.sees_money else [],
        "currency": query.currency or actor.workspace.currency,
        "menus": found,
    }


def _table(request: WorkspaceRequest, asked: Question, result: Result) -> dict[str, Any]:
    """Rows in words, each column sorted by a click; the chart of the first figure."""
    slug, query = request.actor.workspace.slug, asked.query
    heads = [
        {
            "label": _title(name),
            "url": metric_url(slug, name, asked.period, _flat(asked.filters)),
            "sort_url": _sort_url(request, name, query.order),
            "sorted": _sorted(name, query.order),
        }
        for name in query.metrics
    ]
    rows = [
        ([group_label(row, name) for name in query.by], _words(row, result))
        for row in result.rows[:MOST_SHOWN]
    ]
    first = METRICS[query.metrics[0]]
    files = reverse("finance:metrics_export", args=[slug, "csv"])
    asked_for = request.GET.urlencode()
    return {
        "heads": heads,
        "by_labels": [DIMENSIONS[name] for name in query.by],
        "rows": rows,
        "total": _words(result.total, result),
        "more_rows": len(result.rows) - len(rows),
        "chart": explaining.chart(first, result, query.by[0]) if len(query.by) == 1 else None,
        "chart_title": f"{_title(first.name)} by {DIMENSIONS[query.by[0]].lower()}",
        "csv_url": f"{files}?{asked_for}",
        "xlsx_url": f"{reverse('finance:metrics_export', args=[slug, 'xlsx'])}?{asked_for}",
    }


def _words(row: Row, result: Result) -> list[tuple[str, str, str]]:
    """(value, change, tone) of each figure."""
    return [
        (
            shown(METRICS[name], row.figures[name], result.currency),
            *change(METRICS[name], row.figures[name], row.previous.get(name)),
        )
        for name in result.query.metrics
    ]


def _sorted(name: str, order: str) -> str:
    if order.lstrip("-") != name:
        return ""
    return "descending" if order.startswith("-") else "ascending"


def _sort_url(request: WorkspaceRequest, name: str, order: str) -> str:
    params = [(k, v) for k, vs in request.GET.lists() if k != "order" for v in vs if v]
    return "?" + urlencode([*params, ("order", name if order == f"-{name}" else f"-{name}")])


def _flat(filters: dict[str, tuple[int, ...]]) -> dict[str, int]:
    """Filters for an address that names one id each; more than one is left out."""
    return {name: ids[0] for name, ids in filters.items() if len(ids) == 1}
