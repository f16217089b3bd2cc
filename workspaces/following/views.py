"""What one is told: the bell, the page behind it, and watching."""

from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import NotFound
from core.web import leave_to, render_region, toast
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.following import mailing, panels, services
from workspaces.following.forms import LetterForm
from workspaces.following.models import WHOLE_KIND, Notification, NotificationQuerySet, Reason
from workspaces.following.reading import read
from workspaces.records import refs
from workspaces.records.kinds import KINDS, RecordKind
from workspaces.records.lists import whole_number

PAGE = "workspaces/following/notifications.html"
LETTERS = "workspaces/following/letters.html"
NEWEST = "workspaces/following/newest.html"
SIZE, BELOW_THE_BELL = 30, 8
MOST_COUNTED = 99
READING = {"read": services.mark_read, "unread": services.mark_unread}


@require_GET
@workspace_view(Perm.WORKSPACE_VIEW)
def bell(request: WorkspaceRequest) -> HttpResponse:
    """How many notifications are unread; 304 while that is what the browser knows."""
    unread = Notification.objects.mine(request.actor).unread().values("pk")
    count = unread[: MOST_COUNTED + 1].count()
    tag = f'"{count}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    text = f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count or "")
    return HttpResponse(text, content_type="text/plain", headers={"ETag": tag})


@require_GET
@workspace_view(Perm.WORKSPACE_VIEW)
def newest(request: WorkspaceRequest) -> HttpResponse:
    """The list below the bell: the newest notifications, read or not."""
    return _newest(request)


def _newest(request: WorkspaceRequest) -> HttpResponse:
    rows = Notification.objects.mine(request.actor).order_by("-last_event")[:BELOW_THE_BELL]
    shown = list(rows)
    context = {
        "told": read(request.actor, shown),
        "unread": any(row.read_at is None for row in shown),
        "through": max((row.last_event for row in shown), default=0),
    }
    return render(request, NEWEST, context)


@require_GET
@workspace_view(Perm.WORKSPACE_VIEW)
def notifications(request: WorkspaceRequest) -> HttpResponse:
    """What happened to what one follows, newest first: unread, or everything."""
    return _page(request)


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def mark(request: WorkspaceRequest, pk: int, act: str) -> HttpResponse:
    """Take one notification as read or unread."""
    if act not in READING:
        raise NotFound("There is no such thing to do.")
    READING[act](request.actor, pk)
    return _after(request)


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def mute(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Hear no more of what a notification is about, with Undo."""
    done, before = services.mute(request.actor, pk)
    place = [request.actor.workspace.slug, done.kind, done.object_id]
    undo = reverse("workspaces:unwatch", args=place)
    if before:
        undo = f"{reverse('workspaces:watch', args=place)}?level={before}"
    toast(request, f"You will hear no more of {done.label}.", undo_url=undo)
    return _after(request)


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def mark_all(request: WorkspaceRequest) -> HttpResponse:
    """Take everything as read that was on the page or below it."""
    through = whole_number(request.POST.get("through", "")) or 0
    count = services.mark_all_read(request.actor, through)
    if _at_the_bell(request):
        return _newest(request)
    toast(request, f"{count} marked as read." if count else "There was nothing left to read.")
    return _after(request)


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def open_one(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Take a notification as read and go to what it is about."""
    found = services.mark_read(request.actor, pk)
    named = refs.named(request.actor, [found.ref]).get(found.ref)
    return leave_to(request, named.url if named else _address(request))


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def watch(request: WorkspaceRequest, kind: str, pk: int) -> HttpResponse:
    """Say how much one wants to hear of a record, or of a whole kind."""
    level = request.POST.get("level") or request.GET.get("level", "")
    services.watch(request.actor, kind, pk, level)
    return _watched(request, kind, pk)


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def unwatch(request: WorkspaceRequest, kind: str, pk: int) -> HttpResponse:
    """Stop watching."""
    services.unwatch(request.actor, kind, pk)
    return _watched(request, kind, pk)


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.WORKSPACE_VIEW)
def letters(request: WorkspaceRequest) -> HttpResponse:
    """When letters about this workspace come."""
    actor = request.actor
    choice = mailing.choice_of(actor.workspace.pk, actor.user.pk)
    form = LetterForm(request.POST or None, instance=choice)
    if request.method == "POST" and form.submit(actor):
        toast(request, "Your choice is saved.")
        return leave_to(request, request.path)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "zone": actor.user.timezone}
    return render_region(request, LETTERS, "letters", context, status=status)


def _page(request: WorkspaceRequest) -> HttpResponse:
    asked = request.GET if request.method == "GET" else request.POST
    rows, filters = _narrowed(Notification.objects.mine(request.actor), asked)
    before = whole_number(asked.get("before", ""))
    if before is not None:
        rows = rows.filter(last_event__lt=before)
    page = list(rows.order_by("-last_event")[: SIZE + 1])
    shown = page[:SIZE]
    pager = {"label": "Newest first", "first_url": f"?{urlencode(filters)}" if before else ""}
    if len(page) > SIZE:
        pager["next_url"] = f"?{urlencode({**filters, 'before': str(shown[-1].last_event)})}"
    context = {
        "told": read(request.actor, shown),
        "pager": pager,
        "asked": filters,
        "through": max((row.last_event for row in shown), default=0),
        "reasons": [(str(value), label) for value, label in Reason.choices],
        "kinds": sorted((k.name, k.plural) for k in KINDS.values() if request.actor.can(k.reads)),
    }
    return render_region(request, PAGE, "rows", context)


def _narrowed(
    rows: NotificationQuerySet, asked: Any
) -> tuple[NotificationQuerySet, dict[str, str]]:
    """The rows that the page's filters leave, and the filters that were understood."""
    show, reason, kind = (asked.get(name, "") for name in ("show", "reason", "kind"))
    filters = {}
    if show == "all":
        filters["show"] = show
    else:
        rows = rows.unread()
    if reason in {str(value) for value in Reason.values}:
        rows, filters["reason"] = rows.filter(reason=int(reason)), reason
    if kind in KINDS:
        rows, filters["kind"] = rows.filter(kind=kind), kind
    return rows, filters


def _after(request: WorkspaceRequest) -> HttpResponse:
    """Where the person was: the list below the bell, the rows for htmx, the page otherwise."""
    if _at_the_bell(request):
        return _newest(request)
    if getattr(request, "htmx", None):
        return _page(request)
    return redirect(_address(request))


def _at_the_bell(request: WorkspaceRequest) -> bool:
    return bool(getattr(request, "htmx", None)) and "bell" in request.POST


def _address(request: WorkspaceRequest) -> str:
    return reverse("workspaces:notifications", args=[request.actor.workspace.slug])


def _watched(request: WorkspaceRequest, name: str, pk: int) -> HttpResponse:
    kind = refs.readable(request.actor, name)
    if getattr(request, "htmx", None) and pk != WHOLE_KIND:
        return _panel(request, kind, pk)
    if pk != WHOLE_KIND and not request.POST.get("next", "").startswith(_address(request)):
        return redirect(refs.url_of(request.actor, kind, pk))
    if pk == WHOLE_KIND:
        toast(request, f"Saved: what you hear of {kind.plural.lower()}.")
    return redirect(_address(request))


def _panel(request: WorkspaceRequest, kind: RecordKind, pk: int) -> HttpResponse:
    row = refs.find(request.actor, kind.name, pk)
    context = {"panel": panels.watch_panel(request, kind, row)}
    return render_region(request, panels.TEMPLATE, "watch", context)
