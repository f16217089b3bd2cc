"""The needs there are today: failed work, unknown costs and rates, worse returns and ratings.

Small numbers prove nothing: a rate counts as risen, a rating as dropped, only when enough was
counted on both sides and the change is larger than two standard errors.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from math import sqrt
from typing import Any
from urllib.parse import urlencode

from django.db.models import (
    Count,
    DateField,
    ExpressionWrapper,
    F,
    Max,
    Q,
    Subquery,
    Sum,
)
from django.urls import reverse
from django.utils import timezone

from core.clock import today
from core.templatetags.ui import day, number, percent
from feedback.inbox.models import DailyFeedback
from finance.ledger.models import ExchangeRate
from finance.metrics.models import DailySales
from pm_workspace.navigation import address
from products.catalog.models import Product
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.jobs.models import Job, JobState
from workspaces.records.needs import AMBER, RED, Need, NeedKind, register_need

RECENT_DAYS, BASE_DAYS, JOB_DAYS = 30, 120, 14
MOST = 3
LEAST_UNITS, LEAST_RETURNS, RISE = 30, 5, 1.25
LEAST_RATED, LEAST_RATED_BEFORE, DROP = 5, 10, 0.3
RATING_SPREAD = 1.1  # usual standard deviation of ratings of 1 to 5
ERRORS = 2.0


def failed_jobs(actor: Actor) -> Sequence[Need]:
    """Work that failed lately and that nobody repeated."""
    since = timezone.now() - timedelta(days=JOB_DAYS)
    failed = Job.objects.visible_to(actor).filter(state=JobState.FAILED, finished_at__gte=since)
    slug = actor.workspace.slug
    return [
        Need(
            f"job:{job.pk}",
            f"{job.title} failed",
            (job.error.strip().splitlines() or ["Its log says why."])[0][:160],
            "alert-triangle",
            RED,
            "Look",
            reverse("workspaces:job", args=[slug, job.pk]),
        )
        for job in failed.order_by("-finished_at")[:MOST]
    ]


def missing_costs(actor: Actor) -> Sequence[Need]:
    """Variants sold without a known landed cost in the last days with sales."""
    blind = Q(units_costed__lt=F("units"))
    found = _last_days(actor, RECENT_DAYS).aggregate(
        variants=Count("variant", distinct=True, filter=blind),
        uncosted=Sum(F("units") - F("units_costed"), filter=blind),
        until=Max("day"),
    )
    count = found["variants"]
    if not count:
        return []
    slug, days = actor.workspace.slug, f"{RECENT_DAYS} days{_to(actor, found['until'])}"
    url = address("finance:costs", slug) or f"{address('products:list', slug)}?cost=missing"
    return [
        Need(
            "costs",
            f"{number(count)} variant{'' if count == 1 else 's'} sold without a known cost",
            f"{number(found['uncosted'])} units in {days} that no margin counts",
            "receipt",
            AMBER,
            "Add costs",
            url,
        )
    ]


def missing_rates(actor: Actor) -> Sequence[Need]:
    """Currencies sold in lately, or last, that nothing converts into the workspace's."""
    own = actor.workspace.currency
    sold = _last_days(actor, BASE_DAYS).exclude(currency=own)
    foreign = set(sold.values_list("currency", flat=True).distinct())
    if not foreign:
        return []
    rates = ExchangeRate.objects.visible_to(actor).filter(Q(quote=own) | Q(currency=own))
    known = {code for pair in rates.values_list("currency", "quote").distinct() for code in pair}
    unknown = sorted(foreign - known)
    if not unknown:
        return []
    slug = actor.workspace.slug
    return [
        Need(
            "rates",
            f"No exchange rate for {', '.join(unknown)}",
            f"Their sales are left out of every amount in {own}",
            "coin",
            AMBER,
            "Add a rate",
            address("finance:rates", slug) or address("finance:metrics", slug),
        )
    ]


def rising_returns(actor: Actor) -> Sequence[Need]:
    """Products that come back clearly more often than in the months before, by refund date.

    Few products have enough returns lately; only they are added up and compared.
    """
    start = _start(actor, RECENT_DAYS)
    sums = {"sold": Sum("units", default=0), "back": Sum("refunded_units", default=0)}
    back = _days(actor, RECENT_DAYS).filter(refunded_units__gt=0).order_by().values("product_id")
    often = back.annotate(back=Sum("refunded_units")).filter(back__gte=LEAST_RETURNS)
    lately = _days(actor, RECENT_DAYS).filter(product__in=often.values("product_id"))
    lately = lately.values("product_id").annotate(**sums).order_by()
    now = lately.filter(sold__gte=LEAST_UNITS, back__gte=LEAST_RETURNS)
    found = {row["product_id"]: row for row in now}
    if not found:
        return []
    earlier = _days(actor, BASE_DAYS).filter(day__lt=start, product__in=list(found))
    for row in earlier.values("product_id").annotate(**sums).order_by():
        if row["sold"] >= LEAST_UNITS:
            found[row["product_id"]] |= {"sold_before": row["sold"], "back_before": row["back"]}
    rows = _named(actor, [row for row in found.values() if "sold_before" in row])
    risen = sorted(
        ((rise, row) for row in rows if (rise := _risen(row))), key=lambda pair: -pair[0]
    )
    return [_return_need(actor, row) for _, row in risen[:MOST]]


def _named(actor: Actor, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of products that are not in the trash, with their names."""
    pks = [row["product_id"] for row in rows]
    products = Product.objects.visible_to(actor).filter(pk__in=pks)
    names = dict(products.values_list("pk", "name")) if pks else {}
    return [
        row | {"product__name": names[row["product_id"]]}
        for row in rows
        if row["product_id"] in names
    ]


def _risen(row: Mapping[str, Any]) -> float:
    """How many units more than expected came back; 0 when chance explains it."""
    usual = row["back_before"] / row["sold_before"]
    rate = row["back"] / row["sold"]
    both = (row["back"] + row["back_before"]) / (row["sold"] + row["sold_before"])
    error = sqrt(max(both * (1 - both), 0) * (1 / row["sold"] + 1 / row["sold_before"]))
    clearly = rate > usual * RISE and rate - usual > ERRORS * error
    return float((rate - usual) * row["sold"]) if clearly else 0.0


def _return_need(actor: Actor, row: Mapping[str, Any]) -> Need:
    rate = Decimal(row["back"]) / row["sold"]
    usual = Decimal(row["back_before"]) / row["sold_before"]
    page = reverse("finance:metric", args=[actor.workspace.slug, "return_rate_by_refund_date"])
    asked = {"range": "30d", "product": row["product_id"], "split": "variant"}
    return Need(
        f"returns:{row['product_id']}",
        f"{row['product__name']} comes back more often",
        f"{percent(rate)} of units in {RECENT_DAYS} days, {percent(usual)} in the "
        f"{BASE_DAYS - RECENT_DAYS} before · {number(row['back'])} returned",
        "receipt-refund",
        RED,
        "See why",
        f"{page}?{urlencode(asked)}",
    )


def dropping_ratings(actor: Actor) -> Sequence[Need]:
    """Products rated clearly worse than in the months before; only those rated lately are asked."""
    start = _start(actor, RECENT_DAYS)
    days: Any = DailyFeedback.objects.visible_to(actor).exclude(product=None).order_by()
    sums = {"rated": Sum("rated", default=0), "stars": Sum("rating_sum", default=Decimal(0))}
    lately = days.filter(day__gte=start).values("product_id").annotate(**sums)
    found = {
        row["product_id"]: {
            "product_id": row["product_id"],
            "rated_now": row["rated"],
            "stars": row["stars"],
        }
        for row in lately.filter(rated__gte=LEAST_RATED)
    }
    if not found:
        return []
    earlier = days.filter(day__gte=_start(actor, BASE_DAYS), day__lt=start)
    earlier = earlier.filter(product__in=list(found)).values("product_id").annotate(**sums)
    for row in earlier.filter(rated__gte=LEAST_RATED_BEFORE):
        before = {"rated_before": row["rated"], "stars_before": row["stars"]}
        found[row["product_id"]] |= before
    rows = _named(actor, [row for row in found.values() if "rated_before" in row])
    fallen = sorted(
        ((drop, row) for row in rows if (drop := _fallen(row))), key=lambda pair: -pair[0]
    )
    return [_rating_need(actor, row) for _, row in fallen[:MOST]]


def _fallen(row: Mapping[str, Any]) -> float:
    """How far the mean fell; 0 when chance explains it."""
    usual = float(row["stars_before"]) / row["rated_before"]
    drop = usual - float(row["stars"]) / row["rated_now"]
    error = RATING_SPREAD * sqrt(1 / row["rated_now"] + 1 / row["rated_before"])
    return drop if drop > max(DROP, ERRORS * error) else 0.0


def _rating_need(actor: Actor, row: Mapping[str, Any]) -> Need:
    now = row["stars"] / row["rated_now"]
    usual = row["stars_before"] / row["rated_before"]
    inbox = address("feedback:list", actor.workspace.slug)
    asked = {"product": row["product_id"], "since": _start(actor, RECENT_DAYS).isoformat()}
    return Need(
        f"rating:{row['product_id']}",
        f"Ratings of {row['product__name']} dropped",
        f"{number(now, 1)} ★ in {RECENT_DAYS} days, {number(usual, 1)} ★ before · "
        f"{number(row['rated_now'])} ratings",
        "mood-sad",
        AMBER,
        "Read them",
        f"{inbox}?{urlencode(asked)}" if inbox else "",
    )


def _start(actor: Actor, days: int) -> date:
    return today(actor.workspace.timezone) - timedelta(days=days - 1)


def _days(actor: Actor, days: int) -> Any:
    return DailySales.objects.visible_to(actor).filter(day__gte=_start(actor, days))


def _last_days(actor: Actor, days: int) -> Any:
    """Sales of the last so many days with any: of a shop that stopped, its last ones."""
    sold = DailySales.objects.visible_to(actor).filter(units__gt=0)
    last = Subquery(sold.order_by("-day").values("day")[:1])
    return sold.filter(day__gt=ExpressionWrapper(last - timedelta(days=days), DateField()))


def last_sold(actor: Actor) -> date | None:
    """The last day anything was sold on."""
    rows = DailySales.objects.visible_to(actor).filter(units__gt=0).order_by("-day")
    found: date | None = rows.values_list("day", flat=True).first()
    return found


def _to(actor: Actor, until: date) -> str:
    """Until when, where that is some time ago."""
    return f" to {day(until)}" if until < _start(actor, RECENT_DAYS) else ""


def register() -> None:
    """Every kind, in the order in which equals stand."""
    for kind in (
        NeedKind("jobs", Perm.JOBS_VIEW, failed_jobs),
        NeedKind("returns", Perm.METRICS_VIEW, rising_returns),
        NeedKind("rating", Perm.FEEDBACK_VIEW, dropping_ratings),
        NeedKind("costs", Perm.LEDGER_VIEW, missing_costs),
        NeedKind("rates", Perm.LEDGER_VIEW, missing_rates),
    ):
        register_need(kind)
