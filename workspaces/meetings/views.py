"""Meetings: the page of them, calling one, its agenda and outcomes, its files."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.clock import today
from core.errors import DomainError, EditConflict, NotFound, Refused
from core.web import leave_to, toast
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.discussion.rendering import Writer
from workspaces.meetings import services
from workspaces.meetings.files import meeting_file, minutes_text
from workspaces.meetings.forms import MeetingEdit, MeetingForm
from workspaces.meetings.models import Meeting
from workspaces.meetings.pages import list_page, points_of, side_panel
from workspaces.meetings.records import MEETING
from workspaces.members.people import people_of
from workspaces.records import refs
from workspaces.records.lists import whole_number
from workspaces.records.services import change_record
from workspaces.todo.words import read_day

REFUSED = 422


@require_GET
@workspace_view(Perm.WORK_VIEW)
def meetings(request: WorkspaceRequest) -> HttpResponse:
    """What comes, and what was."""
    return render(request, "meetings/list.html", list_page(request.actor))


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.WORK_EDIT)
def create(request: WorkspaceRequest) -> HttpResponse:
    """Call a meeting, or a series of them."""
    form = MeetingForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            meeting = services.call_meeting(request.actor, **form.values())
        except ValidationError as wrong:
            for field, words in getattr(wrong, "message_dict", {None: wrong.messages}).items():
                form.add_error(field if field in form.fields else None, words)
        else:
            toast(request, f"“{meeting}” is called.")
            return leave_to(request, _agenda(request, meeting.pk))
    return render(
        request, "meetings/new.html", {"form": form}, status=REFUSED if form.is_bound else 200
    )


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.WORK_EDIT)
def edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Change a meeting: another time, another place."""
    meeting, actor = _meeting(request, pk), request.actor
    form = MeetingEdit(request.POST or None, actor=actor, meeting=meeting)
    if request.method == "POST" and form.is_valid():
        try:
            seen = form.cleaned_data.get("seen_version") or 0
            change_record(actor, MEETING, pk, seen, form.values())
            toast(request, "Saved.")
            return leave_to(request, refs.url_of(actor, MEETING, pk))
        except (ValidationError, Refused, EditConflict) as wrong:
            form.add_error(None, wrong if isinstance(wrong, ValidationError) else str(wrong))
    context = {"form": form, "meeting": meeting, "back": refs.url_of(actor, MEETING, pk)}
    return render(request, "meetings/new.html", context, status=REFUSED if form.is_bound else 200)


def _agenda(request: WorkspaceRequest, pk: int) -> str:
    slug = request.actor.workspace.slug
    return reverse("workspaces:record_tab", args=[slug, MEETING.address, pk, "agenda"])


def _meeting(request: WorkspaceRequest, pk: int) -> Meeting:
    meeting = Meeting.objects.visible_to(request.actor).filter(pk=pk).first()
    if meeting is None:
        raise NotFound("That meeting no longer exists.")
    return meeting


def _act(
    request: WorkspaceRequest, pk: int, act: Callable[[], Any], said: str = ""
) -> HttpResponse:
    """Do it and go back to the agenda, saying what was done or why not."""
    url = _agenda(request, _meeting(request, pk).pk)
    try:
        act()
    except ValidationError as wrong:
        toast(request, " ".join(wrong.messages))
    except DomainError as refusal:
        if refusal.status in (403, 404):
            raise
        toast(request, str(refusal))
    else:
        if said:
            toast(request, said)
    return redirect(url)


@require_POST
@workspace_view(Perm.WORK_EDIT)
def move(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Start it, close it, open it again."""
    state = request.POST.get("state", "")
    return _act(request, pk, lambda: services.move_meeting(request.actor, pk, state))


@require_POST
@workspace_view(Perm.WORK_EDIT)
def points(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Put something on the agenda."""
    sent, actor = request.POST, request.actor
    about_pk = whole_number(sent.get("object_id", ""))
    point = services.Point(
        sent.get("title", ""),
        whole_number(sent.get("minutes", "")),
        people_of(actor).filter(pk=whole_number(sent.get("owner", "")) or 0).first(),
        (sent.get("kind", ""), about_pk) if about_pk is not None and sent.get("kind") else None,
    )
    return _act(request, pk, lambda: services.add_point(actor, pk, point))


@require_POST
@workspace_view(Perm.WORK_EDIT)
def point(request: WorkspaceRequest, pk: int, point: int) -> HttpResponse:
    """Move a line of the agenda, or take it off."""
    sent, actor = request.POST, request.actor
    if sent.get("act") == "remove":
        return _act(request, pk, lambda: services.remove_point(actor, point))
    after = whole_number(sent.get("after", "")) or None
    return _act(request, pk, lambda: services.move_point(actor, point, after))


@require_POST
@workspace_view(Perm.WORK_EDIT)
def outcomes(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Note a decision or a task."""
    sent, actor = request.POST, request.actor
    item = whole_number(sent.get("item", ""))
    who = people_of(actor).filter(pk=whole_number(sent.get("assignee", "")) or 0).first()

    def act() -> None:
        services.note_outcome(
            actor,
            pk,
            sent.get("type", ""),
            sent.get("text", ""),
            item_pk=item,
            assignee=who,
            due_on=read_day(sent.get("due", ""), today(actor.workspace.timezone)),
        )

    return _act(request, pk, act)


@require_GET
@workspace_view(Perm.WORK_VIEW)
def minutes(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The minutes on a page for printing."""
    meeting = _meeting(request, pk)
    found, others = points_of(request.actor, meeting)
    context = side_panel(request, MEETING, meeting) | {
        "points": found,
        "others": others,
        "notes": Writer(request.actor, MEETING.name, pk, [meeting.notes]).html(meeting.notes),
        "back": refs.url_of(request.actor, MEETING, pk),
    }
    return render(request, "meetings/minutes.html", context)


@require_GET
@workspace_view(Perm.WORK_VIEW)
def minutes_file(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The minutes in Markdown."""
    meeting = _meeting(request, pk)
    text = minutes_text(request.actor, meeting)
    return _file(text.encode(), "text/markdown; charset=utf-8", f"{_name(meeting)}.md")


@require_GET
@workspace_view(Perm.WORK_VIEW)
def calendar_file(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The meeting, or its whole series, for a calendar program."""
    meeting = _meeting(request, pk)
    content = meeting_file(request.actor, meeting)
    return _file(content, "text/calendar; charset=utf-8", f"{_name(meeting)}.ics")


def _name(meeting: Meeting) -> str:
    return slugify(meeting.title)[:60] or "meeting"


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
