"""What of compliance needs a member: reviews, waivers, and evidence that ends."""

from datetime import timedelta

from django.db.models import Q
from django.urls import reverse

from core.clock import today
from core.templatetags.ui import day
from products.compliance.models import EvidenceDoc, Waiver
from products.compliance.states import AHEAD, WARN_DAYS, DocState, WaiverState
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.records.needs import AMBER, RED, Need, NeedKind, register_need

SHOWN = 4


def to_review(actor: Actor) -> list[Need]:
    """Documents that somebody else handed in."""
    rows = EvidenceDoc.objects.visible_to(actor).waiting()
    rows = rows.filter(~Q(uploaded_by=actor.user) | Q(uploaded_by=None))
    return [
        Need(
            f"products.evidence.review:{row.pk}",
            f"Review: {row}",
            f"From {row.issuer}",
            "certificate",
            AMBER,
            "Review",
            _doc(actor, row),
        )
        for row in rows.order_by("created_at", "pk")[:SHOWN]
    ]


def to_decide(actor: Actor) -> list[Need]:
    """Waivers that somebody else asked for."""
    rows = Waiver.objects.visible_to(actor).filter(
        ~Q(requested_by=actor.user) | Q(requested_by=None), state=WaiverState.ASKED
    )
    rows = rows.filter(product__deleted_at=None).select_related("product", "market")
    return [
        Need(
            f"products.waiver:{row.pk}",
            f"Waive a rule for {row.product}?",
            f"{row.market}, until {day(row.until)}",
            "shield-off",
            AMBER,
            "Decide",
            _tab(actor, row.product_id, row.market_id),
        )
        for row in rows.order_by("requested_at", "pk")[:SHOWN]
    ]


def that_ends(actor: Actor) -> list[Need]:
    """Documents that end within 90 days or have ended, and that nothing replaces yet.

    Each window is a matter of its own: what was put off at 90 days comes back at 60.
    """
    now = today(actor.workspace.timezone)
    rows = EvidenceDoc.objects.visible_to(actor).filter(
        valid_to__lte=now + timedelta(days=AHEAD),
        state__in=[DocState.VALID, DocState.EXPIRING, DocState.EXPIRED],
        covers__product__deleted_at=None,
    )
    renewed = EvidenceDoc.objects.visible_to(actor).filter(replaces__isnull=False)
    rows = rows.exclude(pk__in=renewed.values("replaces")).distinct()
    found = []
    for row in rows.order_by("-valid_to", "pk")[:SHOWN]:
        left = (row.valid_to - now).days if row.valid_to else 0
        window = min((one for one in WARN_DAYS if left <= one), default=AHEAD) if left >= 0 else 0
        words = f"Ends on {day(row.valid_to)}" if left >= 0 else f"Ended on {day(row.valid_to)}"
        found.append(
            Need(
                f"products.evidence.end:{row.pk}:{row.valid_to}:{window}",
                f"Renew: {row}",
                words,
                "certificate",
                RED if left <= WARN_DAYS[-1] else AMBER,
                "Renew",
                _doc(actor, row),
            )
        )
    return found


def _doc(actor: Actor, row: EvidenceDoc) -> str:
    return reverse("products:evidence", args=[actor.workspace.slug, row.pk])


def _tab(actor: Actor, product: int, market: int) -> str:
    url = reverse("products:product", args=[actor.workspace.slug, product, "compliance"])
    return f"{url}?market={market}"


def register() -> None:
    """Called from the app's ready()."""
    register_need(NeedKind("evidence reviews", Perm.COMPLIANCE_REVIEW, to_review))
    register_need(NeedKind("waivers", Perm.COMPLIANCE_REVIEW, to_decide))
    register_need(NeedKind("evidence ends", Perm.CATALOG_EDIT, that_ends))
