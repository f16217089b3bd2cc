"""The overview of compliance, answers about a product, and waivers."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.clock import today
from core.errors import NotFound, Refused
from core.typed import without_nul
from core.web import leave_to, toast
from products.catalog.models import Product
from products.compliance import services, services_waivers
from products.compliance.facts import rulings
from products.compliance.forms import WaiverForm
from products.compliance.horizon import horizon
from products.compliance.models import EvidenceDoc, Obligation
from products.compliance.records import EVIDENCE, OBLIGATION
from products.compliance.reports import anchor
from products.compliance.states import RED, STATUS_TONES, Status
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.records.lists import whole_number

OVERVIEW, WAIVER = "compliance/overview.html", "compliance/waiver.html"
REFUSED = 422
WORST = 12


@require_GET
@workspace_view(Perm.CATALOG_VIEW)
def overview(request: WorkspaceRequest) -> HttpResponse:
    """How the catalogue stands: by status and market, which gates are red, what ends when."""
    actor, slug = request.actor, request.actor.workspace.slug
    rows = Obligation.objects.visible_to(actor).filter(product__deleted_at=None)
    many = dict(rows.order_by().values_list("status").annotate(many=Count("pk")))
    red = Q(gate=True, status__in=[one.value for one in RED])
    by_market = rows.order_by("market__name", "market").values("market", "market__name")
    day = today(actor.workspace.timezone)
    obligations = reverse("workspaces:records", args=[slug, OBLIGATION.address])
    docs = EvidenceDoc.objects.visible_to(actor)
    context = {
        "statuses": [
            (one.label, STATUS_TONES[one], many.get(one, 0), f"{obligations}?status={one}")
            for one in Status
        ],
        "markets": by_market.annotate(
            many=Count("pk"),
            met=Count("pk", filter=Q(status__in=[Status.COVERED, Status.EXPIRING, Status.WAIVED])),
            red=Count("pk", filter=red),
        ),
        "worst": rows.order_by()
        .values("product", "product__name")
        .annotate(red=Count("pk", filter=red))
        .filter(red__gt=0)
        .order_by("-red", "product__name")[:WORST],
        "horizon": horizon(docs, day),
        "waiting": docs.waiting().count(),
        "packs": rulings(actor.workspace.pk),
        "obligations": obligations,
        "evidence": reverse("workspaces:records", args=[slug, EVIDENCE.address]),
        "soon": day + timedelta(days=90),
    }
    return render(request, OVERVIEW, context)


@require_POST
@workspace_view(Perm.CATALOG_EDIT)
def answer(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Answer one question about a product, its category, or all products."""
    sent = request.POST
    key, value = sent.get("key", "")[:40], without_nul(sent.get("value", ""), 60)
    place = sent.get("place") or services.PRODUCT
    kept = services.answer(request.actor, pk, key, value, place=place)
    toast(request, "Answered." if kept.value is not None else "The answer is taken back.")
    return leave_to(request, tab_url(request, pk, sent.get("market", "")))


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.CATALOG_EDIT)
def waiver_new(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Ask that an obligation of a product be waived in a market."""
    sent: Any = request.POST if request.method == "POST" else request.GET
    market, rule = whole_number(sent.get("market", "")), sent.get("rule", "")[:81]
    rows = Obligation.objects.visible_to(request.actor).select_related("product", "market")
    row = rows.filter(product=pk, market=market or 0, rule=rule).first()
    if row is None:
        raise NotFound("That obligation is no longer there.")
    form = WaiverForm(request.POST or None)
    back = tab_url(request, pk, str(row.market_id), row.rule)
    if request.method == "POST" and form.submit(request.actor, pk, row.market_id, row.rule):
        toast(request, "Asked. Somebody else has to approve it.")
        return leave_to(request, back)
    context = {"form": form, "row": row, "back": back}
    return render(request, WAIVER, context, status=REFUSED if form.is_bound else 200)


@require_POST
@workspace_view(Perm.COMPLIANCE_REVIEW)
def waiver_decide(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Approve or decline what somebody else asked for."""
    verdict = request.POST.get("verdict", "")
    if verdict not in ("approve", "decline"):
        raise Refused("Approve it, or decline it.")
    row = services_waivers.decide_waiver(request.actor, pk, approved=verdict == "approve")
    toast(request, f"{row.get_state_display()}.")
    return redirect(tab_url(request, row.product_id, str(row.market_id), row.rule))


@require_POST
@workspace_view(Perm.CATALOG_EDIT)
def waiver_end(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Let a waiver count no more."""
    row = services_waivers.end_waiver(request.actor, pk)
    toast(request, "The waiver counts no more.")
    return redirect(tab_url(request, row.product_id, str(row.market_id), row.rule))


def tab_url(request: WorkspaceRequest, pk: int, market: str = "", rule: str = "") -> str:
    """The Compliance tab of a product, at a market and perhaps at a rule."""
    url = reverse("products:product", args=[request.actor.workspace.slug, pk, "compliance"])
    chosen = whole_number(market)
    at = f"?market={chosen}" if chosen is not None else ""
    return f"{url}{at}{f'#{anchor(rule)}' if rule else ''}"


def product_of(request: WorkspaceRequest, pk: int) -> Product:
    """A product of this workspace. Raises NotFound."""
    product: Product | None = Product.objects.visible_to(request.actor).filter(pk=pk).first()
    if product is None:
        raise NotFound("That product no longer exists.")
    return product
