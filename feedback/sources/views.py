"""The page of sources, the page of one with what came by it, and what is done there."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import EditConflict, NotFound, Refused
from core.web import toast
from feedback.sources import intake, services
from feedback.sources.forms import SourceForm, example
from feedback.sources.models import Arrival, ArrivalState, Source, SourceKind
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.audit.models import ActivityEvent
from workspaces.records.lists import whole_number

LIST, ONE, NEW = (f"feedback/sources/{name}.html" for name in ("sources", "source", "new"))
SIZE, REMEMBERED = 30, 15
KEPT = timedelta(days=30)
WORDS = {
    SourceKind.MAILBOX: "An address that people write to, read by IMAP every minute.",
    SourceKind.LETTERS: "Your mail provider posts each letter to an address of ours.",
    SourceKind.HOOK: "Another system posts notes as JSON, under the names it has for things.",
    SourceKind.FORM: "A form on your shop's pages by one line, or as a page of its own.",
}
REFUSED = 422


@require_GET
@workspace_view(Perm.SOURCES_MANAGE)
def sources(request: WorkspaceRequest) -> HttpResponse:
    """Every source with how it is."""
    lately = Q(arrivals__state=ArrivalState.REFUSED, arrivals__at__gte=timezone.now() - KEPT)
    rows = Source.objects.visible_to(request.actor).annotate(
        refused=Count("arrivals", filter=lately)
    )
    context = {
        "sources": [_dressed(row) for row in rows.order_by("name", "pk")],
        "kinds": [(kind, kind.label, WORDS[kind]) for kind in SourceKind],
        "imports": request.actor.can(Perm.IMPORTS_RUN),
    }
    return render(request, LIST, context)


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.SOURCES_MANAGE)
def create(request: WorkspaceRequest, kind: str) -> HttpResponse:
    """A new source of a kind. Its secret is shown once."""
    if kind not in SourceKind.values:
        raise NotFound("There is no such kind of source.")
    posted = request.POST if request.method == "POST" else None
    form = SourceForm(request.actor, kind, None, posted)
    if posted is not None and form.submit(request.actor) and form.source is not None:
        if form.secret:
            return _one(request, _find(request, form.source.pk), secret=form.secret)
        toast(request, f"{form.source} is on.")
        return _to_one(request, form.source.pk)
    found = SourceKind(kind)
    context = {
        "form": form,
        "label": found.label,
        "words": WORDS[found],
        "crumbs": _crumbs(request),
    }
    return render(request, NEW, context, status=REFUSED if posted is not None else 200)


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.SOURCES_MANAGE)
def source(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One source: its state, what came by it, and changing it."""
    found = _find(request, pk)
    if request.method == "GET":
        return _one(request, found)
    form = SourceForm(request.actor, found.kind, found, request.POST)
    if not form.submit(request.actor):
        return _one(request, _find(request, pk), form=form, status=REFUSED)
    toast(request, "The source is saved.", undo_url=_undo(request, found))
    return _to_one(request, pk)


@require_POST
@workspace_view(Perm.SOURCES_MANAGE)
def switch(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Switch a source on or off, with Undo."""
    found, seen = _find(request, pk), whole_number(request.POST.get("seen_version", ""))
    wanted = request.POST.get("active") == "1"
    try:
        services.change_source(request.actor, pk, seen_version=seen or 0, active=wanted)
        words = f"{found} is {'on' if wanted else 'off'}."
        toast(request, words, undo_url=_undo(request, found))
    except EditConflict as conflict:
        toast(request, str(conflict))
    except ValidationError as wrong:
        toast(request, " ".join(wrong.messages))
    return redirect("feedback:sources", slug=request.actor.workspace.slug)


@require_POST
@workspace_view(Perm.SOURCES_MANAGE)
def rotate(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """A new secret address, shown once."""
    try:
        made = services.rotate_secret(request.actor, pk)
    except Refused as refusal:
        toast(request, str(refusal))
        return _to_one(request, pk)
    return _one(request, _find(request, pk), secret=made.secret)


@require_POST
@workspace_view(Perm.SOURCES_MANAGE)
def poll(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Read a mailbox now."""
    services.poll_now(request.actor, pk)
    toast(request, "It is being read. What came shows here in a moment.")
    return _to_one(request, pk)


@require_POST
@workspace_view(Perm.SOURCES_MANAGE)
def delete(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Put a source into the trash, with Undo."""
    slug, seen = request.actor.workspace.slug, whole_number(request.POST.get("seen_version", ""))
    try:
        gone = services.delete_source(request.actor, pk, seen_version=seen or 0)
    except EditConflict as conflict:
        toast(request, str(conflict))
        return _to_one(request, pk)
    undo = reverse("workspaces:restore_record", args=[slug, Source._meta.label_lower, pk])
    toast(request, f"{gone} is in the trash.", undo_url=undo)
    return redirect("feedback:sources", slug=slug)


@require_POST
@workspace_view(Perm.SOURCES_MANAGE)
def let_in(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Take in what was refused."""
    arrival = Arrival.objects.visible_to(request.actor).filter(pk=pk).defer("raw").first()
    if arrival is None:
        raise NotFound("That is no longer there.")
    try:
        intake.let_in(request.actor, arrival)
        toast(request, "It is in the inbox.")
    except Refused as refusal:
        toast(request, str(refusal))
    except ValidationError as wrong:
        toast(request, " ".join(wrong.messages))
    return _to_one(request, arrival.source_id)


def _find(request: WorkspaceRequest, pk: int) -> Source:
    rows = Source.objects.visible_to(request.actor).select_related("created_by", "product")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(services.NONE_SUCH)
    return found


def _one(
    request: WorkspaceRequest,
    found: Source,
    *,
    form: SourceForm | None = None,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    log = Arrival.objects.visible_to(actor).filter(source=found)
    before = whole_number(request.GET.get("before", ""))
    if before is not None:
        log = log.filter(pk__lt=before)
    kept = log.annotate(kept=Q(raw__isnull=False, state=ArrivalState.REFUSED)).defer("raw")
    rows = list(kept.order_by("-pk")[: SIZE + 1])
    pager = {"label": "Newest first", "first_url": "?" if before else ""}
    if len(rows) > SIZE:
        pager["next_url"] = f"?before={rows[SIZE - 1].pk}"
    events = ActivityEvent.objects.visible_to(actor).of(found).select_related("actor")
    context = {
        "one": _dressed(found),
        "form": form or SourceForm(actor, found.kind, found),
        "arrivals": rows[:SIZE],
        "pager": pager,
        "crumbs": _crumbs(request),
        "history": [_told(event) for event in events[:REMEMBERED]],
        **_addresses(request, found, secret),
    }
    return render(request, ONE, context, status=status)


def _addresses(request: WorkspaceRequest, found: Source, secret: str) -> dict[str, str]:
    """Where this source is posted to."""
    if found.kind == SourceKind.FORM:
        return {
            "form_url": request.build_absolute_uri(reverse("feedback_open:form", args=[found.key])),
            "script_url": request.build_absolute_uri(
                reverse("feedback_open:script", args=[found.key])
            ),
        }
    url = reverse("feedback_open:receive", args=[secret]) if secret else ""
    return {
        "secret_url": request.build_absolute_uri(url) if url else "",
        "example": example(found) if found.kind == SourceKind.HOOK else "",
    }


def _told(event: ActivityEvent) -> dict[str, Any]:
    changed = ", ".join(sorted(event.changes))
    verb = event.verb.rpartition(".")[2].replace("_", " ")
    return {"at": event.at, "actor": event.actor, "words": f"{verb} {changed}".strip()}


def _undo(request: WorkspaceRequest, found: Source) -> str:
    """Where the last act on a source is undone."""
    events = ActivityEvent.objects.visible_to(request.actor).of(found)
    last = events.values_list("pk", flat=True).first()
    slug = request.actor.workspace.slug
    return reverse("workspaces:undo", args=[slug, last]) if last else ""


def _crumbs(request: WorkspaceRequest) -> list[tuple[str, str]]:
    return [("Sources", reverse("feedback:sources", args=[request.actor.workspace.slug]))]


def _dressed(found: Source) -> dict[str, Any]:
    """A source as pages show it."""
    if not found.active:
        return {"row": found, "state": "Off", "tone": "grey"}
    if found.error:
        return {"row": found, "state": "Failing", "tone": "red"}
    return {"row": found, "state": "On", "tone": "green"}


def _to_one(request: WorkspaceRequest, pk: int) -> HttpResponse:
    return redirect("feedback:source", slug=request.actor.workspace.slug, pk=pk)
