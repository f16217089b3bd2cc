"""Writing an announcement, seeing who hears of it, sending it once, and its log."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import DomainError
from core.typed import one_line, without_nul
from core.web import toast
from feedback.announcements import letters, services
from feedback.announcements.models import Announcement, Mailing, MailState, News, Unsubscribed
from feedback.announcements.people import Recipient, recipients
from feedback.announcements.records import ANNOUNCEMENT
from feedback.ideas.models import Idea
from feedback.ideas.records import IDEA
from feedback.segments.models import Segment
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.guests.doors import guarded, slow, too_many
from workspaces.lists.views import list_page
from workspaces.members.models import Workspace
from workspaces.records import refs
from workspaces.records.lists import whole_number
from workspaces.records.tabs import beside

PAGE = "feedback/announcements/announcement.html"
SHOWN, LOGGED = 50, 50
TONES = {"sent": "green", "failed": "red", "left_out": "amber", "sending": "indigo"}


@require_GET
@workspace_view(Perm.FEEDBACK_VIEW)
def announcements(request: WorkspaceRequest) -> HttpResponse:
    """The announcements, drafts among them."""
    return list_page(request, ANNOUNCEMENT)


@require_GET
@workspace_view(Perm.FEEDBACK_VIEW)
def announcement(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """A draft with its preview, or what was published with its log."""
    row: Announcement = refs.find(request.actor, ANNOUNCEMENT.name, pk)
    return _page(request, row)


@require_POST
@workspace_view(Perm.FEEDBACK_EDIT)
def write(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Keep what was written; `add` gives a segment words of its own, `drop` takes them away."""
    row: Announcement = refs.find(request.actor, ANNOUNCEMENT.name, pk)
    sent = request.POST
    if row.is_draft:
        values: dict[str, Any] = {
            "title": _clean(sent.get("title", "")),
            "text": without_nul(sent.get("text", "")).replace("\r\n", "\n"),
            "news": sent.get("news", row.news),
            "texts": _texts(request, row),
        }
    else:
        values = {}
    values["on_changelog"] = "on_changelog" in sent
    try:
        seen = whole_number(sent.get("seen_version", "")) or 0
        services.write(request.actor, pk, seen_version=seen, **values)
        toast(request, "Saved.")
    except ValidationError as wrong:
        return _typed(request, row, values, " ".join(wrong.messages), 422)
    except DomainError as refusal:
        return _typed(request, row, values, str(refusal), refusal.status)
    return redirect("feedback:announcement", request.actor.workspace.slug, pk)


@require_POST
@workspace_view(Perm.SHARE_OUTSIDE)
def publish(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Publish it, with letters or without. Once."""
    with_letters = request.POST.get("letters") == "1"
    try:
        seen = whole_number(request.POST.get("seen_version", "")) or 0
        row = services.publish(request.actor, pk, seen_version=seen, letters=with_letters)
        toast(request, f"“{row}” is {'on its way' if with_letters else 'published'}.")
    except DomainError as refusal:
        toast(request, str(refusal))
    return redirect("feedback:announcement", request.actor.workspace.slug, pk)


@require_POST
@workspace_view(Perm.FEEDBACK_EDIT)
def announce(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Begin an announcement about an idea."""
    idea: Idea = refs.find(request.actor, IDEA.name, pk)
    made = services.announce(request.actor, [idea])
    return redirect("feedback:announcement", request.actor.workspace.slug, made.pk)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing: programs open links. A POST ends the letters (RFC 8058).

    The signature is the permission; a mail program that posts has neither cookie nor CSRF token.
    """
    if too_many(request, "news-unsubscribe", 60):
        return guarded(slow(request))
    found = letters.unsubscribed_by(token)
    if found is None:
        raise Http404("This link is not one of ours.")
    workspace_id, person = found
    if request.method == "POST":
        services.set_letters(workspace_id, person, wanted="again" in request.POST)
    rows = Unsubscribed.objects.in_workspace(workspace_id).filter(person=person)
    context = {
        "silent": rows.exists(),
        "done": request.method == "POST",
        "workspace": Workspace.objects.filter(pk=workspace_id).first() or "",
    }
    return guarded(render(request, "feedback/announcements/unsubscribe.html", context))


def _typed(
    request: WorkspaceRequest, row: Announcement, values: dict[str, Any], why: str, status: int
) -> HttpResponse:
    """The page with what was typed still in it, and beside it what stands there now."""
    theirs = {"title": row.title, "text": row.text}
    for name, value in values.items():
        setattr(row, name, value)
    return _page(request, row, status=status, reason=why, theirs=theirs)


def _page(
    request: WorkspaceRequest, row: Announcement, status: int = 200, **more: Any
) -> HttpResponse:
    actor, slug = request.actor, request.actor.workspace.slug
    ideas = Idea.objects.visible_to(actor).filter(announced__announcement=row).order_by("title")
    segments = list(Segment.objects.visible_to(actor).order_by("name", "pk"))
    named = {str(one.pk): one.name for one in segments}
    context: dict[str, Any] = {
        "row": row,
        "ideas": [(one, refs.url_of(actor, IDEA, one.pk)) for one in ideas],
        "news": News.choices,
        "texts": [(key, named[key], text) for key, text in row.texts.items() if key in named],
        "segments": [(str(one.pk), one.name) for one in segments if str(one.pk) not in row.texts],
        "html": letters.public_html(row.text),
        "edits": actor.can(Perm.FEEDBACK_EDIT),
        "sends": actor.can(Perm.SHARE_OUTSIDE) and actor.can(Perm.CUSTOMERS_VIEW),
        "sees_customers": actor.can(Perm.CUSTOMERS_VIEW),
        "crumbs": [
            (ANNOUNCEMENT.plural, reverse("workspaces:records", args=[slug, ANNOUNCEMENT.address]))
        ],
        "address": ANNOUNCEMENT.address,
        **beside(request, row),
        **more,
    }
    if row.is_draft:
        context |= _preview(recipients(actor, row), named)
    else:
        context |= _log(request, row)
    return render(request, PAGE, context, status=status)


def _preview(people: list[Recipient], named: dict[str, str]) -> dict[str, Any]:
    """Who gets a letter and why, and who is left out; the first of each by name."""
    going = [one for one in people if not one.left_out]
    out = [one for one in people if one.left_out]
    return {
        "going": [(one, named.get(str(one.segment), "")) for one in going[:SHOWN]],
        "many": len(going),
        "left_out": out[:SHOWN],
        "many_out": len(out),
    }


def _log(request: WorkspaceRequest, row: Announcement) -> dict[str, Any]:
    rows = Mailing.objects.visible_to(request.actor).filter(announcement=row)
    page = Paginator(rows.select_related("customer").order_by("pk"), LOGGED)
    shown = page.get_page(request.GET.get("page"))
    busy = rows.filter(state__in=[MailState.WAITING, MailState.SENDING]).exists()
    return {
        "page": shown,
        "log": [(one, TONES.get(one.state, "grey")) for one in shown],
        "busy": busy,
    }


def _texts(request: WorkspaceRequest, row: Announcement) -> dict[str, str]:
    sent = request.POST
    texts = {
        key: without_nul(sent.get(f"text-{key}", text)).replace("\r\n", "\n")
        for key, text in row.texts.items()
        if key != sent.get("drop")
    }
    added = whole_number(sent.get("segment", "")) if "add" in sent else None
    if added is not None:
        texts.setdefault(str(added), without_nul(sent.get("text", "")))
    return texts


def _clean(text: str) -> str:
    return one_line(text)
