"""What of compliance needs a member: reviews, waivers, and evidence that ends. One statement."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db.models import BigIntegerField, F, Q, QuerySet, Value
from django.urls import reverse

from core.clock import today
from core.templatetags.ui import day
from products.compliance.models import EvidenceDoc, Waiver
from products.compliance.states import AHEAD, WARN_DAYS, DocState, WaiverState
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.records.needs import AMBER, RED, Need, NeedKind, register_need

SHOWN = 4
COLUMNS = ("matter", "pk", "label", "beside", "last", "of_product", "of_market")
REVIEW, WAIVE, RENEW = "review", "waive", "renew"
NONE = Value(0, output_field=BigIntegerField())


def evidence_needs(actor: Actor) -> list[Need]:
    """Documents to review, waivers to decide, and documents that end or have ended."""
    now = today(actor.workspace.timezone)
    parts = [_that_end(actor, now)]
    if actor.can(Perm.COMPLIANCE_REVIEW):
        parts += [_to_review(actor), _to_decide(actor)]
    rows = parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]
    words: dict[str, Callable[..., Need]] = {REVIEW: _review, WAIVE: _waive, RENEW: _renew}
    return [words[matter](actor, now, *values) for matter, *values in rows]


def _to_review(actor: Actor) -> QuerySet[Any, Any]:
    """Documents that somebody else handed in."""
    rows = EvidenceDoc.objects.visible_to(actor).waiting()
    rows = rows.filter(~Q(uploaded_by=actor.user) | Q(uploaded_by=None))
    return _documents(rows, REVIEW).order_by("created_at", "pk")[:SHOWN]


def _that_end(actor: Actor, now: date) -> QuerySet[Any, Any]:
    """Documents that end within 90 days or have ended, and that nothing replaces yet."""
    rows = EvidenceDoc.objects.visible_to(actor).filter(
        valid_to__lte=now + timedelta(days=AHEAD),
        state__in=[DocState.VALID, DocState.EXPIRING, DocState.EXPIRED],
    )
    renewed = EvidenceDoc.objects.visible_to(actor).filter(replaces__isnull=False)
    rows = rows.exclude(pk__in=renewed.values("replaces"))
    return _documents(rows, RENEW).order_by("-valid_to", "pk")[:SHOWN]


def _documents(rows: QuerySet[EvidenceDoc], matter: str) -> QuerySet[Any, Any]:
    return rows.annotate(
        matter=Value(matter),
        label=F("title"),
        beside=F("issuer"),
        last=F("valid_to"),
        of_product=NONE,
        of_market=NONE,
    ).values_list(*COLUMNS)


def _to_decide(actor: Actor) -> QuerySet[Any, Any]:
    """Waivers that somebody else asked for."""
    rows = Waiver.objects.visible_to(actor).filter(
        ~Q(requested_by=actor.user) | Q(requested_by=None),
        state=WaiverState.ASKED,
        product__deleted_at=None,
    )
    named = rows.annotate(
        matter=Value(WAIVE),
        label=F("product__name"),
        beside=F("market__name"),
        last=F("until"),
        of_product=F("product_id"),
        of_market=F("market_id"),
    )
    return named.values_list(*COLUMNS).order_by("requested_at", "pk")[:SHOWN]


def _review(actor: Actor, now: date, pk: int, label: str, issuer: str, *_: Any) -> Need:
    key, note = f"products.evidence.review:{pk}", f"From {issuer}"
    url = reverse("products:evidence", args=[actor.workspace.slug, pk])
    return Need(key, f"Review: {label}", note, "certificate", AMBER, "Review", url)


def _waive(
    actor: Actor, now: date, pk: int, name: str, market: str, until: date, product: int, place: int
) -> Need:
    url = reverse("products:product", args=[actor.workspace.slug, product, "compliance"])
    return Need(
        f"products.waiver:{pk}",
        f"Waive a rule for {name}?",
        f"{market}, until {day(until)}",
        "shield-off",
        AMBER,
        "Decide",
        f"{url}?market={place}",
    )


def _renew(actor: Actor, now: date, pk: int, label: str, issuer: str, last: date, *_: Any) -> Need:
    """Each window is a matter of its own: what was put off at 90 days comes back at 60."""
    left = (last - now).days
    window = min((one for one in WARN_DAYS if left <= one), default=AHEAD) if left >= 0 else 0
    return Need(
        f"products.evidence.end:{pk}:{last}:{window}",
        f"Renew: {label}",
        f"Ends on {day(last)}" if left >= 0 else f"Ended on {day(last)}",
        "certificate",
        RED if left <= WARN_DAYS[-1] else AMBER,
        "Renew",
        reverse("products:evidence", args=[actor.workspace.slug, pk]),
    )


def register() -> None:
    """Called from the app's ready()."""
    register_need(NeedKind("evidence", Perm.CATALOG_EDIT, evidence_needs))
