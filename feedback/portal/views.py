"""Portals for members: making one, seeing it as a visitor does, its posts, its gate, who came."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import DomainError, EditConflict, NotFound
from core.web import toast
from feedback.inbox.models import Note, NoteState
from feedback.portal import pages, services, views_comments
from feedback.portal.models import Portal
from feedback.portal.records import PORTAL
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.guests import services as guests
from workspaces.guests.forms import GateFields
from workspaces.guests.models import GuestVisit
from workspaces.lists.views import list_page
from workspaces.records import refs
from workspaces.records.lists import whole_number
from workspaces.records.tabs import beside

PAGE, NEW, GATE = (
    "feedback/portal/portal.html",
    "feedback/portal/new.html",
    "feedback/portal/gate.html",
)
POSTS, VISITS = 50, 20


class PortalForm(GateFields):
    """A new portal: what it is called, its address, and who comes in. It checks what was typed."""

    title = forms.CharField(label="Title", max_length=120)
    address = forms.SlugField(
        label="Readable address",
        required=False,
        max_length=60,
        help_text="Such as northshelf-ideas. Empty makes one that nobody guesses.",
    )
    field_order = ("title", "address")


@require_GET
@workspace_view(Perm.FEEDBACK_VIEW)
def portals(request: WorkspaceRequest) -> HttpResponse:
    """The portals."""
    return list_page(request, PORTAL)


@require_GET
@workspace_view(Perm.FEEDBACK_VIEW)
def portal(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """A portal: its posts, who came, and its gate."""
    return _page(request, refs.find(request.actor, PORTAL.name, pk))


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.SHARE_OUTSIDE)
def new(request: WorkspaceRequest) -> HttpResponse:
    """Make a portal. Its secret is shown this once."""
    zone = request.actor.workspace.timezone
    sent = request.POST if request.method == "POST" else None
    form = PortalForm(sent, zone=zone, initial={"label": "Our customers"})
    if sent is not None and form.is_valid():
        given = form.cleaned_data
        try:
            made, secret = services.create_portal(
                request.actor, form.gate, address=given["address"], title=given["title"]
            )
        except ValidationError as wrong:
            _errors(form, wrong)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return _page(request, made, secret=secret)
    back = reverse("workspaces:records", args=[request.actor.workspace.slug, PORTAL.address])
    context = {"form": form, "back": back, "crumbs": [(PORTAL.plural, back)]}
    return render(request, NEW, context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.SHARE_OUTSIDE)
def gate(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Who comes in by a portal's link."""
    row: Portal = refs.find(request.actor, PORTAL.name, pk)
    zone = request.actor.workspace.timezone
    sent = request.POST if request.method == "POST" else None
    form = GateFields(sent, zone=zone, link=row.link)
    if sent is not None and form.is_valid():
        seen = whole_number(sent.get("seen_version", "")) or 0
        try:
            guests.change_link(request.actor, row.link_id, form.gate, seen_version=seen)
        except ValidationError as wrong:
            _errors(form, wrong)
        except EditConflict as conflict:
            form.add_error(None, str(conflict))
        else:
            toast(request, "Saved.")
            return redirect("feedback:portal", request.actor.workspace.slug, pk)
    back = refs.url_of(request.actor, PORTAL, pk)
    context = {"form": form, "row": row, "back": back, "crumbs": [(str(row), back)]}
    return render(request, GATE, context, status=422 if form.errors else 200)


@require_POST
@workspace_view(Perm.SHARE_OUTSIDE)
def act(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Close a portal, open it again, or give it a new address."""
    row: Portal = refs.find(request.actor, PORTAL.name, pk)
    match request.POST.get("do"):
        case "revoke":
            guests.revoke_link(request.actor, row.link_id)
            toast(request, f"“{row}” is closed. Nobody opens it any more.")
        case "reopen":
            guests.reopen_link(request.actor, row.link_id)
            toast(request, f"“{row}” is open again.")
        case "renew":
            row.link, secret = guests.renew_secret(request.actor, row.link_id)
            return _page(request, row, secret=secret)
    return redirect("feedback:portal", request.actor.workspace.slug, pk)


@require_GET
@workspace_view(Perm.FEEDBACK_VIEW)
def preview(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The list as a visitor sees it."""
    row: Portal = refs.find(request.actor, PORTAL.name, pk)
    context = pages.frame(row, row.link.address or "preview")
    context |= pages.list_context(row, request.GET, "")
    context["preview"] = refs.url_of(request.actor, PORTAL, pk)
    return render(request, pages.LIST, context)


@require_POST
@workspace_view(Perm.FEEDBACK_EDIT)
def moderate(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Make a post public, leave it in the house, or call it spam."""
    row: Portal = refs.find(request.actor, PORTAL.name, pk)
    number = whole_number(request.POST.get("note", ""))
    note = _posts(request, row).filter(pk=number).first() if number is not None else None
    try:
        if note is None:
            raise NotFound("Somebody has dealt with it already.")
        if request.POST.get("do") == "public":
            idea = services.make_public(request.actor, note)
            toast(request, f"“{idea}” is public.")
        else:
            services.put_aside(request.actor, note, spam=request.POST.get("do") == "spam")
            toast(request, "It stays in the house.")
    except DomainError as refusal:
        toast(request, str(refusal))
    return redirect("feedback:portal", request.actor.workspace.slug, pk)


def _page(request: WorkspaceRequest, row: Portal, secret: str = "") -> HttpResponse:
    actor, link = request.actor, row.link
    posts = _posts(request, row)
    key = secret or link.address
    context: dict[str, Any] = {
        "row": row,
        "link": link,
        "address": PORTAL.address,
        "whole": _whole(request, key) if key else "",
        "secret": secret if not link.address else "",
        "manages": actor.can(Perm.SHARE_OUTSIDE),
        "moderates": actor.can(Perm.FEEDBACK_EDIT),
        "posts": list(posts.order_by("-said_at", "-pk")[:POSTS]),
        "many": posts.count(),
        "comments": views_comments.waiting(actor, row),
        "visits": GuestVisit.objects.visible_to(actor).filter(link=link).order_by("-pk")[:VISITS],
        "sees_people": actor.can(Perm.SHARE_OUTSIDE),
        "crumbs": [
            (
                PORTAL.plural,
                reverse("workspaces:records", args=[actor.workspace.slug, PORTAL.address]),
            )
        ],
        **beside(request, row),
    }
    return render(request, PAGE, context)


def _posts(request: WorkspaceRequest, row: Portal) -> Any:
    """What was posted and waits for somebody: the newest of the channel."""
    rows = Note.objects.visible_to(request.actor)
    return rows.filter(channel=row.channel_id, state=NoteState.NEW)


def _whole(request: HttpRequest, key: str) -> str:
    return request.build_absolute_uri(reverse("portal_ideas", args=[key]))


def _errors(form: forms.Form, wrong: ValidationError) -> None:
    for name, messages in wrong.message_dict.items():
        field = {"expires_at": "last_day"}.get(name, name)
        form.add_error(field if field in form.fields else None, messages)
