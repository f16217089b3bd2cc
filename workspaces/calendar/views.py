"""The calendar, putting things on other days, and the feed."""

import hashlib
from datetime import date

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET, require_POST, require_safe

from core.errors import DomainError, NotFound
from core.templatetags.ui import day as day_words
from core.web import leave_to, render_region, toast
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.audit.models import ActivityEvent
from workspaces.calendar import services
from workspaces.calendar.feeds import feed_file
from workspaces.calendar.models import CalendarFeed
from workspaces.calendar.pages import page, read
from workspaces.guests.doors import GUESSES_A_MINUTE, too_many
from workspaces.records.lists import whole_number

SHOWN_ONCE = "calendar_feed"


@require_GET
@workspace_view(Perm.WORK_VIEW)
def calendar(request: WorkspaceRequest) -> HttpResponse:
    """Everything that has a day: month, week or agenda."""
    actor = request.actor
    context = page(actor, read(actor, request.GET))
    feed = CalendarFeed.objects.visible_to(actor).filter(user=actor.user).first()
    secret = request.session.pop(SHOWN_ONCE, "")
    context |= {
        "feed": feed,
        "feed_url": request.build_absolute_uri(reverse("workspaces:feed", args=[secret]))
        if secret
        else "",
    }
    return render_region(request, "calendar/calendar.html", "days", context)


@require_POST
@workspace_view(Perm.WORK_VIEW)
def move(request: WorkspaceRequest) -> HttpResponse:
    """Put something on another day, with Undo."""
    sent, slug = request.POST, request.actor.workspace.slug
    back = f"{reverse('workspaces:calendar', args=[slug])}{_query(sent.get('here', ''))}"
    kind, pk = sent.get("kind", ""), whole_number(sent.get("pk", "")) or 0
    try:
        day = date.fromisoformat(sent.get("day", ""))
        version = whole_number(sent.get("version", "")) or 0
        services.put_on_day(request.actor, kind, pk, sent.get("field", ""), version, day)
    except ValueError:
        toast(request, "Say on which day.")
    except ValidationError as wrong:
        toast(request, " ".join(wrong.messages))
    except DomainError as refusal:
        if refusal.status in (403, 404):
            raise
        toast(request, str(refusal))
    else:
        events = ActivityEvent.objects.visible_to(request.actor).filter(model=kind, object_id=pk)
        last = events.order_by("-pk").first()
        undo = reverse("workspaces:undo", args=[slug, last.pk]) if last else ""
        toast(request, f"It is on {day_words(day)} now.", undo_url=undo)
    return leave_to(request, back)


def _query(here: str) -> str:
    return here if here.startswith("?") and here.isprintable() else ""


@require_POST
@workspace_view(Perm.WORK_VIEW)
def make_feed(request: WorkspaceRequest) -> HttpResponse:
    """A new secret address for my calendar program; it is shown once."""
    mine = request.POST.get("mine") == "1"
    request.session[SHOWN_ONCE] = services.make_feed(request.actor, mine_only=mine)
    toast(request, "Copy the address now: it is not shown again.")
    return redirect("workspaces:calendar", slug=request.actor.workspace.slug)


@require_POST
@workspace_view(Perm.WORK_VIEW)
def drop_feed(request: WorkspaceRequest) -> HttpResponse:
    """Close the address."""
    services.drop_feed(request.actor)
    toast(request, "The address opens nothing any more.")
    return redirect("workspaces:calendar", slug=request.actor.workspace.slug)


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a secret address; the secret is the key, no session is asked."""
    try:
        actor, found = services.reader_of(token)
    except NotFound as missing:
        if too_many(request, "calendar-guess", GUESSES_A_MINUTE):
            return HttpResponse("Too many tries. Wait a minute.", "text/plain", status=429)
        raise Http404(str(missing)) from missing
    content = feed_file(actor, found)
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    asked = [
        one.strip().removeprefix("W/")
        for one in request.headers.get("If-None-Match", "").split(",")
    ]
    response: HttpResponse
    if tag in asked:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="calendar.ics"'
    response["ETag"] = tag
    patch_cache_control(response, private=True, no_cache=True)
    return response
