"""What Home shows: figures, what needs the member, what moved, what customers complain about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Exists, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone

from core.clock import today
from feedback.inbox.models import DailyFeedback
from finance.ledger.models import CostRecord, Order
from finance.metrics.catalogue import METRICS
from finance.metrics.movers import movers
from finance.metrics.periods import Period
from finance.metrics.query import Query, many_stale, run
from finance.metrics.words import cards, metric_url, relative, tone_of, written
from pm_workspace.home.finders import last_sold
from pm_workspace.navigation import address
from products.catalog.models import Product
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.members.models import Workspace
from workspaces.records.needs import needs_of

WITH_MONEY = ("net_revenue", "gross_margin_rate", "contribution_rate", "return_rate", "rating")
WITHOUT_MONEY = ("units", "orders", "returned_units", "return_rate", "rating")
BESIDE = (
    "orders",
    "units",
    "aov",
    "discounts",
    "returns",
    "customers",
    "new_customers",
    "repeat_rate",
    "feedback_count",
)
MOVERS, COMPLAINTS = 6, 5
HOURS = ((5, "Good night"), (12, "Good morning"), (18, "Good afternoon"), (24, "Good evening"))


@dataclass(frozen=True, slots=True)
class Line:
    """A product with a figure and its change, linked."""

    label: str
    url: str
    value: str
    delta: str
    tone: str
    detail_url: str = ""


def greeting(actor: Actor, now: datetime) -> str:
    """By the clock of the workspace, and by first name where there is one."""
    hour = now.astimezone(ZoneInfo(actor.workspace.timezone)).hour
    words = next(words for until, words in HOURS if hour < until)
    name = actor.user.name.split()
    return f"{words}, {name[0]}" if name else words


def home_context(actor: Actor, period: Period) -> dict[str, Any]:
    """Everything on the page but the frame."""
    context: dict[str, Any] = {
        "greeting": greeting(actor, timezone.now()),
        "today": today(actor.workspace.timezone),
        "period": period,
        "steps": first_steps(actor),
    }
    if all(not step["done"] for step in context["steps"]):
        return context
    needs, later = needs_of(actor)
    moved = _movers(actor, period)
    return (
        context
        | _figures(actor, period)
        | {
            "needs": needs,
            "put_off": later,
            "movers": moved,
            "older": None if moved else _older(actor, period),
            "movers_of": "net revenue" if actor.sees_money else "units sold",
            "complaints": _complaints(actor, period) if actor.can(Perm.FEEDBACK_VIEW) else None,
            "inbox": address("feedback:list", actor.workspace.slug),
        }
    )


def _figures(actor: Actor, period: Period) -> dict[str, Any]:
    names = WITH_MONEY if actor.sees_money else WITHOUT_MONEY
    beside = [n for n in BESIDE if n not in names and (actor.sees_money or not METRICS[n].money)]
    asked = Query(
        metrics=(*names, *beside),
        start=period.start,
        end=period.end,
        by=(period.step,),
        compare=True,
    )
    result = run(actor, asked)
    return {
        "cards": cards(actor, names, result, period, steps=result),
        "beside": cards(actor, beside, result, period),
        "as_of": result.as_of,
        "stale": result.stale,
        "many_stale": result.stale and many_stale(actor),
    }


def _movers(actor: Actor, period: Period) -> list[Line]:
    slug = actor.workspace.slug
    metric = METRICS["net_revenue" if actor.sees_money else "units"]
    currency = actor.workspace.currency
    return [
        Line(
            mover.name,
            reverse("products:product", args=[slug, mover.pk]),
            f"{written(metric.unit, mover.now, currency, short=True)}",
            relative(mover.moved / mover.before) if mover.before > 0 else "new",
            tone_of(metric, mover.moved),
            metric_url(slug, metric.name, period, {"product": mover.pk, "split": period.step}),
        )
        for mover in movers(actor, period, MOVERS)
    ]


def _older(actor: Actor, period: Period) -> dict[str, Any] | None:
    """The last day with sales, where it is before these days, and the address of its year."""
    until = last_sold(actor)
    if until is None or until >= period.before().start:
        return None
    year = Period("custom", until - timedelta(days=364), until)
    home = reverse("home:home", args=[actor.workspace.slug])
    return {"day": until, "url": f"{home}?{urlencode(year.params())}"}


def _complaints(actor: Actor, period: Period) -> list[Line]:
    """Products with the most ratings of 2 or less, and how that compares with before."""
    now = Q(day__gte=period.start)
    rows = (
        DailyFeedback.objects.visible_to(actor)
        .filter(day__gte=period.before().start, day__lte=period.end)
        .exclude(product=None)
        .exclude(product__in=Product.objects.trashed_in(actor.workspace.pk).values("pk"))
        .values("product_id")
        .annotate(
            bad=Sum("negative", filter=now, default=0),
            bad_before=Sum("negative", filter=~now, default=0),
            rated_now=Sum("rated", filter=now, default=0),
        )
        .filter(bad__gt=0)
        .order_by("-bad", "product_id")[:COMPLAINTS]
    )
    products = Product.objects.visible_to(actor).in_bulk([row["product_id"] for row in rows])
    return [_complaint(actor, period, row, products[row["product_id"]].name) for row in rows]


def _complaint(actor: Actor, period: Period, row: Mapping[str, Any], name: str) -> Line:
    asked = {
        "product": row["product_id"],
        "rating": "negative",
        "since": period.start.isoformat(),
        "until": period.end.isoformat(),
    }
    before, moved = row["bad_before"], row["bad"] - row["bad_before"]
    return Line(
        name,
        f"{address('feedback:list', actor.workspace.slug)}?{urlencode(asked)}",
        f"{row['bad']} of {row['rated_now']} ratings",
        (relative(Decimal(moved) / before) if moved else "") if before else "new",
        tone_of(METRICS["negative_share"], moved),
    )


def first_steps(actor: Actor) -> list[dict[str, Any]]:
    """What a workspace needs before its figures speak, and what of it is there."""
    start = address("workspaces:import_start", actor.workspace.slug)
    may = actor.can(Perm.IMPORTS_RUN)
    there: dict[str, QuerySet[Any]] = {
        "products": Product.objects.visible_to(actor),
        "orders": Order.objects.visible_to(actor),
        "costs": CostRecord.objects.visible_to(actor),
        "feedback": DailyFeedback.objects.visible_to(actor),
    }
    here = Workspace.objects.filter(pk=actor.workspace.pk)
    have = here.values(**{kind: Exists(rows) for kind, rows in there.items()}).get()
    words = {
        "products": ("Products", "What you sell: names, variants, prices.", "package"),
        "orders": (
            "Orders",
            "What was sold and what came back.",
            "shopping-cart",
        ),
        "costs": ("Costs", "What a unit costs, so that margins are known.", "receipt"),
        "feedback": ("Feedback", "Reviews and messages, counted by product.", "message-2"),
    }
    return [
        {
            "kind": kind,
            "label": words[kind][0],
            "note": words[kind][1],
            "icon": words[kind][2],
            "done": done,
            "url": f"{start}?kind={kind}" if may and start else "",
        }
        for kind, done in have.items()
    ]
