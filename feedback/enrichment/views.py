"""Ideas like what is typed, the review of duplicates, and what was read out of a note."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError, NotFound
from core.typed import trimmed
from core.web import toast
from feedback.enrichment import recompute, scanning, services, showing
from feedback.enrichment.alike import ideas_like
from feedback.enrichment.models import IdeaPair, PairState
from feedback.inbox.models import Note
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.audit.models import ActivityEvent
from workspaces.jobs.models import Job
from workspaces.records.lists import whole_number
from workspaces.search.likeness import BANDS, WEAK
from workspaces.search.meaning import why_off

ALIKE, REVIEW = "feedback/enrichment/alike.html", "feedback/enrichment/duplicates.html"
READING = "feedback/enrichment/reading.html"
SUGGESTED, SHORTEST = 5, 3
SHOWN = 50
LOOKS = 8  # how often a page looks again for what was not read yet


@require_GET
@workspace_view(Perm.FEEDBACK_VIEW)
def alike(request: WorkspaceRequest) -> HttpResponse:
    """Up to five ideas like the title that is being typed."""
    typed = trimmed(request.GET.get("title", ""), 200)
    found = None
    if len(typed) >= SHORTEST:
        found = ideas_like(request.actor, typed, SUGGESTED, least=WEAK)
    context = {"found": found, "edits": request.actor.can(Perm.FEEDBACK_EDIT)}
    return render(request, ALIKE, context)


@require_GET
@workspace_view(Perm.FEEDBACK_VIEW)
def reading(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """What was read out of a note; until then the page looks a few times more."""
    note = Note.objects.visible_to(request.actor).select_related("reading").filter(pk=pk).first()
    if note is None:
        raise NotFound("That note no longer exists.")
    looks = min(whole_number(request.GET.get("looks", "")) or 0, LOOKS)
    context = {"note": note, "reading": showing.shown(note)}
    return render(request, READING, context | {"again": looks + 1 if looks < LOOKS else None})


@require_GET
@workspace_view(Perm.FEEDBACK_VIEW)
def duplicates(request: WorkspaceRequest) -> HttpResponse:
    """Ideas that may be the same, for people to decide on."""
    actor = request.actor
    state = request.GET.get("state", "")
    state = state if state in PairState.values else PairState.OPEN.value
    pairs = list(scanning.waiting_pairs(actor, state)[: SHOWN + 1])
    jobs = Job.objects.visible_to(actor).filter(kind__in=[scanning.SCAN, scanning.READ])
    by_band: list[tuple[str, list[IdeaPair]]] = [
        (label, [one for one in pairs[:SHOWN] if one.band == label]) for _, label in BANDS
    ]
    context: dict[str, Any] = {
        "bands": [(label, some) for label, some in by_band if some],
        "more": len(pairs) > SHOWN,
        "state": state,
        "states": PairState.choices,
        "jobs": jobs.active().order_by("-pk"),
        "last": jobs.filter(kind=scanning.SCAN, state="succeeded").order_by("-pk").first(),
        "unread": recompute.unread(actor.workspace.pk),
        "why_off": why_off(),
        "edits": actor.can(Perm.FEEDBACK_EDIT),
    }
    return render(request, REVIEW, context)


@require_POST
@workspace_view(Perm.FEEDBACK_EDIT)
def scan(request: WorkspaceRequest) -> HttpResponse:
    """Start looking for ideas that are the same, or reading notes."""
    begin = services.start_reading if request.POST.get("what") == "notes" else services.start_scan
    begin(request.actor)
    return redirect(_review(request))


@require_POST
@workspace_view(Perm.FEEDBACK_EDIT)
def decide(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Merge the two ideas of a pair, tell them apart, or put it off."""
    actor, given = request.actor, request.POST
    try:
        if keep := whole_number(given.get("keep", "")):
            idea = services.merge(actor, pk, keep)
            last = ActivityEvent.objects.visible_to(actor).of(idea).first()
            undo = reverse("workspaces:undo", args=[actor.workspace.slug, last.pk]) if last else ""
            toast(request, f"“{idea}” is merged into “{idea.merged_into}”.", undo_url=undo)
        else:
            pair = services.decide(actor, pk, given.get("state", ""))
            toast(request, f"{PairState(pair.state).label}: remembered.")
    except DomainError as refusal:
        toast(request, str(refusal))
    return redirect(_review(request, given.get("from", "")))


def _review(request: WorkspaceRequest, state: str = "") -> str:
    url = reverse("feedback:duplicates", args=[request.actor.workspace.slug])
    return f"{url}?state={state}" if state in PairState.values else url
