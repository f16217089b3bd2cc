"""The page of webhooks, the page of one with its log, and what is done there."""

import json
from contextlib import suppress
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import EditConflict, NotFound, Refused
from core.web import render_region, toast
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.records.kinds import KINDS
from workspaces.records.lists import whole_number
from workspaces.webhooks import services
from workspaces.webhooks.forms import EndpointForm
from workspaces.webhooks.models import COMMENTS, Act, Delivery, DeliveryState, WebhookEndpoint

LIST, ONE = "workspaces/webhooks/webhooks.html", "workspaces/webhooks/webhook.html"
DELIVERY = "workspaces/webhooks/delivery.html"
SIZE = 30
REFUSED = 422
TONES = {
    DeliveryState.WAITING: "grey",
    DeliveryState.SENDING: "indigo",
    DeliveryState.DELIVERED: "green",
    DeliveryState.FAILED: "red",
}


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.WEBHOOKS_MANAGE)
def webhooks(request: WorkspaceRequest) -> HttpResponse:
    """All endpoints, and adding one. Its secret is shown once."""
    posted = request.POST if request.method == "POST" else None
    form = EndpointForm(request.actor, None, posted)
    if posted is not None and form.submit(request.actor) and form.endpoint is not None:
        return _one(request, form.endpoint, secret=form.secret)
    rows = WebhookEndpoint.objects.visible_to(request.actor).order_by("url", "pk")
    context = {"endpoints": [_dressed(row) for row in rows], "form": form}
    status = REFUSED if posted is not None else 200
    return render(request, LIST, context, status=status)


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.WEBHOOKS_MANAGE)
def webhook(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One endpoint: its state, its log, and changing what it hears."""
    endpoint = _find(request, pk)
    if request.method == "GET":
        return _one(request, endpoint)
    form = EndpointForm(request.actor, endpoint, request.POST)
    if not form.submit(request.actor):
        return _one(request, endpoint, form=form, status=REFUSED)
    toast(request, "The webhook is saved.")
    return _to_one(request, pk)


@require_POST
@workspace_view(Perm.WEBHOOKS_MANAGE)
def switch(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Switch an endpoint on or off."""
    endpoint, seen = _find(request, pk), whole_number(request.POST.get("seen_version", ""))
    wanted = request.POST.get("active") == "1"
    try:
        services.change_endpoint(request.actor, pk, seen_version=seen or 0, active=wanted)
        toast(request, f"{endpoint} is {'on' if wanted else 'off'}.")
    except EditConflict as conflict:
        toast(request, str(conflict))
    except ValidationError as wrong:
        toast(request, " ".join(wrong.messages))
    return _to_one(request, pk)


@require_POST
@workspace_view(Perm.WEBHOOKS_MANAGE)
def rotate(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """A new secret, shown once."""
    endpoint, secret = services.rotate_secret(request.actor, pk)
    return _one(request, endpoint, secret=secret)


@require_POST
@workspace_view(Perm.WEBHOOKS_MANAGE)
def test(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Send a test."""
    try:
        services.send_test(request.actor, pk)
        toast(request, "A test is on its way. It shows in the log below.")
    except Refused as refusal:
        toast(request, str(refusal))
    return _to_one(request, pk)


@require_POST
@workspace_view(Perm.WEBHOOKS_MANAGE)
def delete(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Put an endpoint into the trash, with Undo."""
    slug, seen = request.actor.workspace.slug, whole_number(request.POST.get("seen_version", ""))
    try:
        gone = services.delete_endpoint(request.actor, pk, seen_version=seen or 0)
    except EditConflict as conflict:
        toast(request, str(conflict))
        return _to_one(request, pk)
    kind = WebhookEndpoint._meta.label_lower
    undo = reverse("workspaces:restore_record", args=[slug, kind, pk])
    toast(request, f"{gone} is in the trash.", undo_url=undo)
    return redirect("workspaces:webhooks", slug=slug)


@require_GET
@workspace_view(Perm.WEBHOOKS_MANAGE)
def delivery(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One delivery: what was sent, and what came back."""
    found = _delivery(request, pk)
    context = {"delivery": _logged(found), "endpoint": found.endpoint}
    context["payload"] = _indented(found.payload)
    slug = request.actor.workspace.slug
    one = (found.endpoint.url, reverse("workspaces:webhook", args=[slug, found.endpoint_id]))
    context["crumbs"] = [*_crumbs(request), one]
    return render(request, DELIVERY, context)


@require_POST
@workspace_view(Perm.WEBHOOKS_MANAGE)
def redeliver(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Send a delivery once more."""
    found = _delivery(request, pk)
    try:
        services.redeliver(request.actor, pk)
        toast(request, "It is on its way again, under the same id.")
    except Refused as refusal:
        toast(request, str(refusal))
    return _to_one(request, found.endpoint_id)


def _find(request: WorkspaceRequest, pk: int) -> WebhookEndpoint:
    found = WebhookEndpoint.objects.visible_to(request.actor).filter(pk=pk).first()
    if found is None:
        raise NotFound(services.NONE_SUCH)
    return found


def _delivery(request: WorkspaceRequest, pk: int) -> Delivery:
    rows = Delivery.objects.visible_to(request.actor).filter(endpoint__deleted_at=None)
    found = rows.select_related("endpoint").filter(pk=pk).first()
    if found is None:
        raise NotFound("That delivery is no longer there.")
    return found


def _one(
    request: WorkspaceRequest,
    endpoint: WebhookEndpoint,
    *,
    form: EndpointForm | None = None,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    log = Delivery.objects.visible_to(request.actor).filter(endpoint=endpoint)
    before = whole_number(request.GET.get("before", ""))
    if before is not None:
        log = log.filter(pk__lt=before)
    rows = list(log.defer("payload", "answer").order_by("-pk")[: SIZE + 1])
    pager = {"label": "Newest first", "first_url": "?" if before else ""}
    if len(rows) > SIZE:
        pager["next_url"] = f"?before={rows[SIZE - 1].pk}"
    shown = [_logged(row) for row in rows[:SIZE]]
    context = {
        "one": _dressed(endpoint),
        "secret": secret,
        "form": form or EndpointForm(request.actor, endpoint),
        "deliveries": shown,
        "busy": any(row["busy"] for row in shown),
        "pager": pager,
        "crumbs": _crumbs(request),
        "here": reverse("workspaces:webhook", args=[request.actor.workspace.slug, endpoint.pk]),
    }
    return render_region(request, ONE, "log", context, status=status)


def _crumbs(request: WorkspaceRequest) -> list[tuple[str, str]]:
    return [("Webhooks", reverse("workspaces:webhooks", args=[request.actor.workspace.slug]))]


def _dressed(endpoint: WebhookEndpoint) -> dict[str, Any]:
    """An endpoint as pages show it."""
    kinds = [KINDS[name].plural for name in endpoint.kinds if name in KINDS]
    kinds += ["Comments"] if COMMENTS in endpoint.kinds else []
    acts = [Act(act).label.lower() for act in endpoint.acts]
    return {
        "row": endpoint,
        "kinds": ", ".join(sorted(kinds)) or "Every kind",
        "acts": ", ".join(acts) or "every act",
        "state": "On" if endpoint.active else "Off",
        "tone": ("amber" if endpoint.failures else "green") if endpoint.active else "red",
    }


def _logged(delivery: Delivery) -> dict[str, Any]:
    state = DeliveryState(delivery.state)
    busy = state in (DeliveryState.WAITING, DeliveryState.SENDING)
    return {"row": delivery, "state": state.label, "tone": TONES[state], "busy": busy}


def _indented(payload: str) -> str:
    """What was sent, as people read JSON."""
    with suppress(ValueError):
        return json.dumps(json.loads(payload), indent=2, ensure_ascii=False)
    return payload


def _to_one(request: WorkspaceRequest, pk: int) -> HttpResponse:
    return redirect("workspaces:webhook", slug=request.actor.workspace.slug, pk=pk)
