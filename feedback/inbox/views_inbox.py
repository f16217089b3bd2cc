"""The inbox: reading what people say one after the other, and deciding what becomes of it."""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError, NotFound, Refused
from core.templatetags.ui import day
from core.typed import trimmed
from core.web import render_region, toast
from feedback.enrichment.alike import ideas_like, notes_like
from feedback.ideas import services as ideas
from feedback.ideas.models import USUAL_IMPORTANCE, Highlight, Idea
from feedback.inbox import deciding, folding, inbox_page, queue, services_triage
from feedback.inbox.models import Note, NoteState
from feedback.inbox.queue import Asked
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.audit.models import ActivityEvent
from workspaces.records.lists import whole_number
from workspaces.search.likeness import WEAK
from workspaces.search.similar import Like

PAGE, INBOX = "feedback/inbox/inbox.html", "feedback:inbox"
IDEAS, ALIKE = "feedback/inbox/suggestions.html", "feedback/inbox/same.html"
SUGGESTED = 5
LIST = "inbox-list"  # what a page that is looked at asks to renew
STATES = {"done": NoteState.NO_ACTION, "spam": NoteState.SPAM, "triaged": NoteState.TRIAGED}
STATES |= {"new": NoteState.NEW}
STAYING = {"highlight", "split"}  # what is done with a note before it is decided


@require_GET
@workspace_view(Perm.FEEDBACK_VIEW)
def inbox(request: WorkspaceRequest) -> HttpResponse:
    """The queue, the note that is read, and what stands behind it."""
    context = inbox_page.page(request)
    if request.htmx and request.htmx.target == LIST:  # type: ignore[attr-defined]
        return _quietly(request, "inbox", context)
    return render_region(request, PAGE, "inbox", context)


def _quietly(request: WorkspaceRequest, region: str, context: dict[str, Any]) -> HttpResponse:
    """A region that nobody asked to see: toasts wait for the answer to what a person did."""
    response = render(request, f"{PAGE}#{region}", context)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


@require_GET
@workspace_view(Perm.FEEDBACK_VIEW)
def pane(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One note beside the queue: what is shown next is asked for before it is wanted."""
    note = inbox_page.find(request.actor, pk)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(_url(request, Asked.read(request.GET), pk))
    return _quietly(request, "pane", inbox_page.pane(request, note))


@require_GET
@workspace_view(Perm.FEEDBACK_VIEW)
def waiting(request: WorkspaceRequest) -> HttpResponse:
    """How many notes are to be triaged; 304 while that is what the browser knows."""
    count = queue.waiting(request.actor)
    tag = f'"{count}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    text = queue.in_words(count) if count else ""
    return HttpResponse(text, content_type="text/plain", headers={"ETag": tag})


@require_GET
@workspace_view(Perm.FEEDBACK_VIEW)
def suggestions(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Ideas that a note may ask for: by the words typed, else by what it says."""
    actor, note = request.actor, inbox_page.find(request.actor, pk)
    typed = trimmed(request.GET.get("idea_words", ""), 200)
    found: dict[int, str] = {}
    if typed:
        rows = Idea.objects.visible_to(actor).canonical().filter(title__icontains=typed)
        found = dict(rows.order_by("-pk").values_list("pk", "title")[:SUGGESTED])
    passage = _passage(request, request.GET)
    said = typed or (passage.quote if passage else f"{note.title}\n{note.words}")
    likes: dict[int, Like] = {}
    if len(found) < SUGGESTED:
        likes = {one.pk: one for one in ideas_like(actor, said, SUGGESTED, least=WEAK).likes}
        found = {**found, **{one.pk: one.title for one in likes.values()}}
    shown = [(pk, title, likes.get(pk)) for pk, title in list(found.items())[:SUGGESTED]]
    context = {"ideas": shown, "typed": typed}
    return render(request, IDEAS, context)


@require_GET
@workspace_view(Perm.FEEDBACK_VIEW)
def same(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Notes that say the same by meaning, to be decided together with this one."""
    actor = request.actor
    found = notes_like(actor, inbox_page.find(actor, pk), SUGGESTED)
    rows = inbox_page.notes(actor).in_bulk([one.pk for one in found.likes])
    shown = [(rows[one.pk], one) for one in found.likes if one.pk in rows]
    context = {"alike": shown, "why_off": found.why_off, "edits": actor.can(Perm.FEEDBACK_EDIT)}
    return render(request, ALIKE, context)


@require_POST
@workspace_view(Perm.FEEDBACK_EDIT)
def act(request: WorkspaceRequest) -> HttpResponse:
    """Do one thing with the chosen notes, and go on to the next."""
    actor, asked = request.actor, Asked.read(request.POST)
    here = whole_number(request.POST.get("note", ""))
    pks = [pk for one in request.POST.getlist("notes") if (pk := whole_number(one)) is not None]
    pks = list(dict.fromkeys(pks)) or ([here] if here is not None else [])
    doing = request.POST.get("act", "")
    if request.POST.get("same") and doing in STATES:
        pks = folding.same_as(actor, asked, pks)
    current = Note.objects.visible_to(actor).filter(pk=here or 0).first()
    goes_on = current is not None and doing not in STAYING
    following = queue.after(actor, asked, current, {*pks}) if current and goes_on else here
    more: dict[str, Any] = {}
    try:
        said, undo, more = _do(request, doing, pks)
        toast(request, said, undo_url=undo)
    except ValidationError as wrong:
        toast(request, " ".join(wrong.messages))
        following = here
    except DomainError as refusal:
        toast(request, str(refusal))
        following = here
    return redirect(_url(request, asked, following, **more))


def _do(request: WorkspaceRequest, doing: str, pks: list[int]) -> tuple[str, str, dict[str, Any]]:
    """What was done in words, where it is undone, and what the address says of it."""
    actor, given = request.actor, request.POST
    many = "The note is" if len(pks) == 1 else f"{len(pks)} notes are"
    match doing:
        case "done" | "spam" | "triaged" | "new":
            state = STATES[doing]
            if len(pks) > services_triage.MOST:
                deciding.start(actor, Asked.read(given), pks[0], state)
                return f"{many} being put away, as a job.", "", {}
            batch = services_triage.set_state(actor, pks, state)
            words = {"done": "done", "spam": "spam", "triaged": "triaged", "new": "new again"}
            return f"{many} {words[doing]}.", _undo(request, batch), {}
        case "snooze":
            until = _day(given.get("until", ""))
            batch = services_triage.snooze(actor, pks, until)
            return f"{many} back on {day(until)}.", _undo(request, batch), {}
        case "assign":
            batch = services_triage.assign_to(actor, pks, whole_number(given.get("person", "")))
            return f"{many} assigned.", _undo(request, batch), {}
        case "link" | "idea":
            return _link(request, doing, pks, many)
        case "highlight" | "split":
            return _mark(request, doing, pks)
    raise Refused("There is no such act.")


def _link(
    request: WorkspaceRequest, doing: str, pks: list[int], many: str
) -> tuple[str, str, dict[str, Any]]:
    actor, given = request.actor, request.POST
    importance = whole_number(given.get("importance", ""))
    passage = _selected(request, pks)
    much = USUAL_IMPORTANCE if importance is None else importance
    if doing == "idea":
        idea, batch = services_triage.new_idea(
            actor, pks, given.get("title", ""), importance=much, passage=passage
        )
    else:
        idea = ideas.canonical(actor, _named(request))
        batch = services_triage.link_to_idea(actor, pks, idea.pk, importance=much, passage=passage)
    return f"{many} linked to “{idea}”.", _undo(request, batch), {}


def _mark(request: WorkspaceRequest, doing: str, pks: list[int]) -> tuple[str, str, dict[str, Any]]:
    actor, quote = request.actor, request.POST.get("quote", "")
    note = inbox_page.find(actor, pks[0] if pks else 0)
    if doing == "split":
        part = services_triage.split(actor, note.pk, quote)
        return "The passage is a note of its own.", _undo_last(request, part), {}
    start = whole_number(request.POST.get("start", ""))
    made = ideas.highlight(actor, note, quote, start)
    return "Highlighted.", _undo_last(request, made), {"passage": made.pk}


def _selected(request: WorkspaceRequest, pks: list[int]) -> Highlight | None:
    """The passage that a link is about: chosen before, or selected just now."""
    passage = _passage(request, request.POST)
    quote = request.POST.get("quote", "")
    if passage is None and quote.strip() and len(pks) == 1:
        note = inbox_page.find(request.actor, pks[0])
        start = whole_number(request.POST.get("start", ""))
        passage = ideas.highlight(request.actor, note, quote, start)
    return passage if len(pks) == 1 else None


def _passage(request: WorkspaceRequest, given: Any) -> Highlight | None:
    pk = whole_number(given.get("passage", ""))
    rows = Highlight.objects.visible_to(request.actor)
    return None if pk is None else rows.filter(pk=pk).first()


def _named(request: WorkspaceRequest) -> int:
    """The idea that was chosen, or whose whole title was typed."""
    pk = whole_number(request.POST.get("idea", ""))
    if pk is not None:
        return pk
    typed = request.POST.get("idea_words", "").strip()
    rows = Idea.objects.visible_to(request.actor).filter(title__iexact=typed)
    found = rows.order_by("-pk").values_list("pk", flat=True).first() if typed else None
    if found is None:
        raise NotFound("Choose an idea, or make a new one.")
    return found


def _day(text: str) -> date:
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise Refused("Choose a day that is still to come.")
    return found


def _undo(request: WorkspaceRequest, batch: UUID) -> str:
    return reverse("workspaces:undo_batch", args=[request.actor.workspace.slug, batch])


def _undo_last(request: WorkspaceRequest, row: Any) -> str:
    last = ActivityEvent.objects.visible_to(request.actor).of(row).first()
    return reverse("workspaces:undo", args=[request.actor.workspace.slug, last.pk]) if last else ""


def _url(request: WorkspaceRequest, asked: Asked, note: int | None, **more: Any) -> str:
    """The inbox as it was asked for, at this note."""
    url = reverse(INBOX, args=[request.actor.workspace.slug])
    parts = [asked.here, f"note={note}" if note else ""]
    parts += [f"{name}={value}" for name, value in more.items()]
    query = "&".join(part for part in parts if part)
    return f"{url}?{query}" if query else url
