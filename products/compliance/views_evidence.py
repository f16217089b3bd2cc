"""Pages of evidence: handing a document in, its page, its review, its file."""

from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import EditConflict, NotFound, Refused
from core.room import NO_ROOM, lacks_room
from core.web import leave_to, toast
from products.compliance import services_evidence as services
from products.compliance.forms import EvidenceForm
from products.compliance.models import EvidenceCover, EvidenceDoc, Obligation
from products.compliance.packs import EVIDENCE as KINDS_OF_EVIDENCE
from products.compliance.records import EVIDENCE
from products.compliance.states import ACCEPTED, DOC_TONES, WAITING, DocState
from products.compliance.views import REFUSED, product_of, tab_url
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.discussion.views_files import SAFE_HEADERS
from workspaces.records import refs
from workspaces.records.lists import whole_number
from workspaces.records.tabs import beside

FORM, PAGE = "compliance/evidence_form.html", "compliance/evidence.html"


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.CATALOG_EDIT)
def new(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Hand in a document for obligations of a product."""
    actor, product = request.actor, product_of(request, pk)
    rule = request.GET.get("rule", "")[:81]
    posted = request.method == "POST"
    form = EvidenceForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        actor=actor,
        product=product,
        initial=_first(request, pk, rule),
    )
    if posted and lacks_room(request):
        raise Refused(NO_ROOM)
    if posted and (made := form.submit(request.FILES.get("upload"))):
        toast(request, f"“{made}” is handed in. Somebody else has to review it.")
        return leave_to(request, tab_url(request, pk, request.GET.get("market", ""), rule))
    back = tab_url(request, pk, request.GET.get("market", ""), rule)
    context = {"form": form, "product": product, "back": back}
    return render(request, FORM, context, status=REFUSED if posted else 200)


def _first(request: WorkspaceRequest, pk: int, rule: str) -> dict[str, object]:
    """What the form begins with, for the obligation it was opened from."""
    rows = Obligation.objects.visible_to(request.actor).filter(product=pk, rule=rule)
    row = rows.select_related("product").first()
    if row is None:
        return {}
    kind = row.accepts[0]
    title = f"{KINDS_OF_EVIDENCE[kind]} of {row.product}"[:200]
    found: dict[str, object] = {
        "rules": [rule],
        "type": kind,
        "title": title,
        "accepts": list(row.accepts),
    }
    replaces = whole_number(request.GET.get("replaces", ""))
    return found | ({"replaces": replaces} if replaces is not None else {})


@require_GET
@workspace_view(Perm.CATALOG_VIEW)
def evidence(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One document: what it says, what it shows, who reviewed it."""
    actor, row = request.actor, find(request, pk)
    slug = actor.workspace.slug
    covers = EvidenceCover.objects.visible_to(actor).filter(evidence=row)
    covers = covers.filter(product__deleted_at=None).select_related("product", "supplier")
    lines = list(covers.order_by("product__name", "product", "rule")[:200])
    due = Obligation.objects.visible_to(actor).filter(
        product__in={one.product_id for one in lines}, rule__in={one.rule for one in lines}
    )
    titles = dict(due.values_list("rule", "title"))
    reviews = actor.can(Perm.COMPLIANCE_REVIEW)
    context = {
        "row": row,
        "tone": DOC_TONES[DocState(row.state)],
        "covers": [
            {
                "cover": one,
                "title": titles.get(one.rule, one.rule),
                "url": tab_url(request, one.product_id, "", one.rule),
                "outdated": one.supplier_id and one.supplier_id != one.product.supplier_id,
            }
            for one in lines
        ],
        "renewed": EvidenceDoc.objects.visible_to(actor).filter(replaces=row).first(),
        "waits": row.state in WAITING,
        "counts": row.state in ACCEPTED,
        "reviews": reviews,
        "mine": row.uploaded_by_id == actor.user.pk,
        "edits": actor.can(Perm.CATALOG_EDIT),
        "crumbs": [
            ("Compliance", reverse("products:compliance", args=[slug])),
            (
                "Evidence",
                reverse("workspaces:records", args=[slug, EVIDENCE.address]),
            ),
        ],
        "address": EVIDENCE.address,
        **beside(request, row),
    }
    return render(request, PAGE, context)


@require_GET
@workspace_view(Perm.CATALOG_VIEW)
def download(request: WorkspaceRequest, pk: int) -> Any:
    """The file as it was handed in. It is always saved, never shown."""
    row = find(request, pk)
    try:
        opened = default_storage.open(row.file)
    except FileNotFoundError as lost:
        raise NotFound("The content of this file is lost.") from lost
    return FileResponse(
        opened,
        as_attachment=True,
        filename=row.name,
        content_type=row.mime,
        headers=SAFE_HEADERS,
    )


@require_POST
@workspace_view(Perm.COMPLIANCE_REVIEW)
def review(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Accept a document or say what is wrong with it."""
    sent = request.POST
    if sent.get("verdict") not in ("accept", "reject"):
        raise Refused("Accept it, or say what is wrong.")
    try:
        row = services.review_evidence(
            request.actor,
            pk,
            accepted=sent["verdict"] == "accept",
            seen_version=whole_number(sent.get("seen_version", "")) or 0,
            remark=sent.get("remark", ""),
        )
        toast(request, f"“{row}” is now: {row.get_state_display().lower()}.")
    except (EditConflict, Refused) as refusal:
        toast(request, str(refusal), level=messages.ERROR)
    return _back(request, pk)


@require_POST
@workspace_view(Perm.COMPLIANCE_REVIEW)
def revoke(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Let a document count no more."""
    sent = request.POST
    try:
        row = services.revoke_evidence(
            request.actor,
            pk,
            seen_version=whole_number(sent.get("seen_version", "")) or 0,
            reason=sent.get("remark", ""),
        )
        toast(request, f"“{row}” is revoked. What it showed is open again.")
    except (EditConflict, Refused) as refusal:
        toast(request, str(refusal), level=messages.ERROR)
    return _back(request, pk)


@require_POST
@workspace_view(Perm.COMPLIANCE_REVIEW)
def use(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Let a document count for a product and rule, as its supplier is now."""
    product = whole_number(request.POST.get("product", "")) or 0
    rule = request.POST.get("rule", "")[:81]
    row = services.cover_product(request.actor, pk, product, [rule])
    toast(request, f"“{row}” counts for the supplier of today.")
    return _back(request, pk)


def find(request: WorkspaceRequest, pk: int) -> EvidenceDoc:
    """A document of this workspace. Raises NotFound."""
    row: EvidenceDoc = refs.find(request.actor, EVIDENCE.name, pk)
    return row


def _back(request: WorkspaceRequest, pk: int) -> HttpResponse:
    return redirect(reverse("products:evidence", args=[request.actor.workspace.slug, pk]))
