"""Sharing a launch: choosing to whom, looking as they do, and what they see."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import NotFound, Refused
from roadmaps.launches.models import Launch
from roadmaps.launches.records import LAUNCH
from roadmaps.sharing import services
from roadmaps.sharing.allowed import STARTS
from roadmaps.sharing.forms import LaunchShareForm
from roadmaps.sharing.launches import calendar_of
from roadmaps.sharing.models import LONGEST_TITLE, Audience, RoadmapShare
from roadmaps.sharing.services_launches import share_launch, shown_launch
from roadmaps.sharing.views import SHOWN_ONCE
from roadmaps.sharing.views_guest import watermark_of
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.guests.doors import GuestRequest, guest_view
from workspaces.records import refs
from workspaces.records.lists import whole_number

PAGE = "roadmaps/sharing/launch.html"


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.SHARE_OUTSIDE)
def share(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Choose to whom, and make the link; the links there are."""
    actor = request.actor
    actor.require(Perm.ROADMAP_EDIT)
    launch: Launch = refs.find(actor, LAUNCH.name, pk)
    audiences = list(Audience.objects.visible_to(actor).order_by("name"))
    form = LaunchShareForm(
        request.POST or None,
        zone=actor.workspace.timezone,
        initial={"title": launch.title[:LONGEST_TITLE], "label": "Guests"},
        audiences=audiences,
    )
    if request.method == "POST" and form.is_valid():
        made = _made(request, pk, form)
        if made is not None:
            return redirect("roadmaps:share_link", slug=actor.workspace.slug, pk=made.pk)
    links = RoadmapShare.objects.visible_to(actor).filter(launch=launch)
    context = {
        "form": form,
        "launch": launch,
        "audiences": audiences,
        "starts": list(STARTS),
        "links": links.select_related("link", "audience").order_by("-pk"),
        "crumbs": [
            ("Launches", reverse("roadmaps:launches", args=[actor.workspace.slug])),
            (launch.title, reverse("roadmaps:launch", args=[actor.workspace.slug, pk])),
        ],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "roadmaps/sharing/share_launch.html", context, status=status)


def _made(request: WorkspaceRequest, pk: int, form: LaunchShareForm) -> RoadmapShare | None:
    """The share; None where it was refused, which the form then says."""
    given = form.cleaned_data
    try:
        made, secret = share_launch(
            request.actor,
            pk,
            given["audience"],
            form.gate,
            title=given["title"],
            watermark=given["watermark"],
        )
    except ValidationError as wrong:
        for name, words in wrong.message_dict.items():
            field = "last_day" if name == "expires_at" else name
            form.add_error(field if field in form.fields else None, words)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    else:
        request.session[SHOWN_ONCE] = [made.pk, secret]
        return made
    return None


@require_safe
@workspace_view(Perm.SHARE_OUTSIDE)
def view_as(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """A launch as an audience sees it: the page its guests get, before anything is shared."""
    actor = request.actor
    launch: Launch = refs.find(actor, LAUNCH.name, pk)
    rows = Audience.objects.visible_to(actor)
    audience = rows.filter(pk=whole_number(request.GET.get("audience", "")) or 0).first()
    if audience is None:
        raise NotFound("That audience no longer exists.")
    looked = RoadmapShare(workspace=actor.workspace, audience=audience, launch=launch)
    context = {
        "page": shown_launch(looked, actor.workspace),
        "viewing_as": audience.name,
        "back": reverse("roadmaps:launch_share", args=[actor.workspace.slug, pk]),
    }
    return render(request, PAGE, context)


@require_safe
@guest_view(services.KIND)
@gzip_page
def shared(request: GuestRequest) -> HttpResponse:
    """A launch as this link's audience sees it."""
    share = _behind(request)
    context = {
        "page": shown_launch(share, share.workspace),
        "watermark": watermark_of(request.guest, share),
        "secret": request.secret,
    }
    return render(request, PAGE, context)


@require_safe
@guest_view(services.KIND)
def calendar(request: GuestRequest) -> HttpResponse:
    """The days this link's audience may know, for a calendar that asks again by itself."""
    share = _behind(request)
    content = calendar_of(shown_launch(share, share.workspace))
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="launch.ics"'
    return response


def _behind(request: GuestRequest) -> RoadmapShare:
    """What is shared by the link one came in by. Raises NotFound."""
    link = request.guest.link
    rows = RoadmapShare.objects.in_workspace(link.workspace_id).filter(launch__isnull=False)
    share = rows.select_related("audience", "workspace").filter(link=link).first()
    if share is None:
        raise NotFound("What was shared is not there any more.")
    return share
