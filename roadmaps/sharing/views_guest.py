"""What guests see and do: the shared page, its files, and a comment."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from core.clock import today
from core.errors import NotFound, Refused
from roadmaps.exports.files import file_for
from roadmaps.sharing import services, services_comments
from roadmaps.sharing.models import RoadmapShare
from roadmaps.sharing.page import SharedPage
from roadmaps.sharing.plan import Plan
from workspaces.guests.doors import GuestRequest, framed, guest_view, slow, too_many
from workspaces.guests.gate import Guest

COMMENTS, TEN_MINUTES = 5, 600
FRONT = "shared:roadmap"
FILES_A_MINUTE = 60


@require_safe
@guest_view(services.KIND, FRONT)
@gzip_page
def shared(request: GuestRequest) -> HttpResponse:
    """The roadmap as this link's audience sees it."""
    share, plan = _behind(request)
    return render(request, "roadmaps/sharing/shared.html", context_of(request, share, plan))


@require_safe
@guest_view(services.KIND, FRONT)
@gzip_page
def taken_away(request: GuestRequest, extension: str) -> HttpResponse:
    """What is on the screen as a file."""
    if too_many(request, "guest-file", FILES_A_MINUTE):
        return slow(request)
    share, plan = _behind(request)
    if not share.files:
        raise NotFound("This link gives no files.")
    page = SharedPage(plan, request.GET.dict())
    return file_for(page.plan, extension, watermark_of(request.guest, share))


@require_http_methods(["POST"])
@guest_view(services.KIND, FRONT)
def comment(request: GuestRequest) -> HttpResponse:
    """Say something about an item. A member reads it before anybody else does."""
    share, plan = _behind(request)
    if too_many(request, f"guest-comment:{share.pk}", COMMENTS, TEN_MINUTES):
        return slow(request)
    sent = request.POST
    key = sent.get("about", "")
    context = context_of(request, share, plan)
    try:
        services_comments.say(
            share,
            plan,
            key,
            name=sent.get("name", ""),
            email=request.guest.email,
            body=sent.get("body", ""),
        )
    except Refused as refusal:
        context |= {"refused": str(refusal), "body": sent.get("body", ""), "about": key}
        return render(request, "roadmaps/sharing/shared.html", context, status=422)
    return redirect(f"{reverse(FRONT, args=[request.secret])}?thanks=1#said")


def context_of(request: HttpRequest, share: RoadmapShare, plan: Plan) -> dict[str, object]:
    """What the shared page needs."""
    guest: Guest | None = getattr(request, "guest", None)
    key = request.GET.get("say", "")
    titles = {one.key: one.title for one in plan.entries}
    said = services_comments.published(share, plan) if share.comments else {}
    return {
        "share": share,
        "page": SharedPage(plan, request.GET.dict(), said=said, talks=share.comments),
        "secret": getattr(request, "secret", ""),
        "guest": guest,
        "watermark": watermark_of(guest, share),
        "about": key if key in titles else "",
        "about_title": titles.get(key, ""),
        "framed": framed(request),
        "thanks": "thanks" in request.GET,
    }


def watermark_of(guest: Guest | None, share: RoadmapShare) -> str:
    """Who reads it and when, over the page and every file; nothing where it is not asked for."""
    if not share.watermark:
        return ""
    who = guest.email if guest and guest.email else "Shared by link"
    day = today(guest.link.workspace.timezone) if guest else timezone.now().date()
    return f"{who} · {day.isoformat()}"


def _behind(request: GuestRequest) -> tuple[RoadmapShare, Plan]:
    link = request.guest.link
    rows = RoadmapShare.objects.in_workspace(link.workspace_id)
    share = rows.select_related("audience", "view").filter(link=link).first()
    if share is None:
        raise NotFound("What was shared is not there any more.")
    return share, services.shown(share, link.workspace)
