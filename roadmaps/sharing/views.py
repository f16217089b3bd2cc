"""Audiences, looking as one of them, sharing what is on the screen, and taking it away."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from core.errors import EditConflict, NotFound, Refused
from core.web import toast
from roadmaps.exports.files import file_for
from roadmaps.sharing import services
from roadmaps.sharing.allowed import STARTS, WORDS, Allow, everything
from roadmaps.sharing.building import Builder
from roadmaps.sharing.forms import AudienceForm, ShareForm
from roadmaps.sharing.models import Audience, RoadmapShare
from roadmaps.sharing.own_fields import label_of, offered_own
from roadmaps.sharing.page import SharedPage
from roadmaps.sharing.plan import Plan
from roadmaps.sharing.views_guest import context_of
from roadmaps.snapshots.models import RoadmapSnapshot
from roadmaps.timeline.page import Timeline
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.records.lists import whole_number

OWN = ("audience", "snapshot")  # parts of an address that say to whom, not what
SHOWN_ONCE = "share_secret"
TITLE = "Roadmap"


@require_safe
@workspace_view(Perm.SHARE_OUTSIDE)
def view_as(request: WorkspaceRequest) -> HttpResponse:
    """The roadmap as an audience sees it: the page its guests get, before anything is shared."""
    actor = request.actor
    audience = _audience(actor, request.GET.get("audience", ""))
    asked = _asked(request.GET)
    share = RoadmapShare(workspace=actor.workspace, audience=audience, title=TITLE)
    plan = _plan(actor, audience.allow, request.GET)
    back = f"{reverse('roadmaps:roadmap', args=[actor.workspace.slug])}?{asked.urlencode()}"
    context = context_of(request, share, plan)
    context |= {
        "viewing_as": audience.name,
        "slug": actor.workspace.slug,
        "viewed": f"?{request.GET.urlencode()}",
        "kept": [(name, text) for name, text in request.GET.items() if name not in ("q", "group")],
        "back": back,
        "page": SharedPage(plan, {}),
    }
    return render(request, "roadmaps/sharing/shared.html", context)


@require_safe
@workspace_view(Perm.DATA_EXPORT)
def taken_away(request: WorkspaceRequest, extension: str) -> HttpResponse:
    """What is on the screen as a file: all a member may see, or what an audience may."""
    actor = request.actor
    actor.require(Perm.ROADMAP_VIEW)
    named = request.GET.get("audience", "")
    if named:
        actor.require(Perm.SHARE_OUTSIDE)
    allow = _audience(actor, named).allow if named else everything(money=actor.sees_money)
    return file_for(_plan(actor, allow, request.GET, own=not named), extension)


@workspace_view(Perm.SHARE_OUTSIDE)
def share(request: WorkspaceRequest) -> HttpResponse:
    """Choose to whom, and make the link."""
    actor, given = request.actor, request.GET
    actor.require(Perm.ROADMAP_EDIT)
    audiences = list(Audience.objects.visible_to(actor).order_by("name"))
    snapshot = _snapshot(actor, given.get("snapshot", ""))
    asked = _asked(given)
    zone = actor.workspace.timezone
    view = Timeline(actor, given).opened.view
    start = {"title": view.name if view else TITLE, "label": view.name if view else "Guests"}
    form = ShareForm(
        request.POST or None,
        zone=zone,
        initial=start,
        audiences=audiences,
        snapshot=given.get("snapshot", ""),
    )
    if request.method == "POST" and form.is_valid():
        alone = view.pk if view and set(asked) <= {"view"} else None
        wish = form.wish(_meant(actor, asked), alone, snapshot.pk if snapshot else None)
        made = _made(request, form, wish)
        if made is not None:
            return redirect("roadmaps:share_link", slug=actor.workspace.slug, pk=made.pk)
    context = {
        "form": form,
        "audiences": audiences,
        "starts": list(STARTS),
        "snapshot": snapshot,
        "here": given.urlencode(),
        "asked": asked.urlencode(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "roadmaps/sharing/share.html", context, status=status)


def _made(request: WorkspaceRequest, form: ShareForm, wish: services.Wish) -> RoadmapShare | None:
    """The share; None where it was refused, which the form then says."""
    try:
        made, secret = services.share_roadmap(request.actor, wish, form.gate)
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


@workspace_view(Perm.SHARE_OUTSIDE)
def audiences(request: WorkspaceRequest) -> HttpResponse:
    """All audiences, and a new one."""
    actor = request.actor
    name = request.GET.get("start", "")
    first = {}
    if name in STARTS:
        fields, precision = STARTS[name]
        first = {"name": name, "fields_shown": fields, "precision": precision}
    own = offered_own(services.nobody(actor.workspace))
    words = WORDS | {name: label_of(field) for name, field in own.items()}
    form = AudienceForm(request.POST or None, initial=first, own=own)
    if request.method == "POST" and form.is_valid() and _kept(request, form):
        return redirect(_next(request))
    rows = Audience.objects.visible_to(actor).order_by("name")
    context = {
        "form": form,
        "rows": [(one, [words[name] for name in one.fields if name in words]) for one in rows],
        "starts": list(STARTS),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "roadmaps/sharing/audiences.html", context, status=status)


@workspace_view(Perm.SHARE_OUTSIDE)
def audience(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One audience, to change."""
    row = _audience(request.actor, str(pk))
    own = offered_own(services.nobody(request.actor.workspace))
    form = AudienceForm(request.POST or None, audience=row, own=own)
    if request.method == "POST" and form.is_valid() and _kept(request, form, row):
        return redirect("roadmaps:audiences", slug=request.actor.workspace.slug)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "row": row}
    return render(request, "roadmaps/sharing/audience.html", context, status=status)


@require_POST
@workspace_view(Perm.SHARE_OUTSIDE)
def delete_audience(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Delete an audience nothing is shared with."""
    try:
        gone = services.delete_audience(request.actor, pk)
        toast(request, f"“{gone}” is deleted.")
    except Refused as refusal:
        toast(request, str(refusal))
    return redirect("roadmaps:audiences", slug=request.actor.workspace.slug)


def _kept(request: WorkspaceRequest, form: AudienceForm, row: Audience | None = None) -> bool:
    given = form.cleaned_data
    try:
        services.save_audience(
            request.actor,
            given["name"],
            given["fields_shown"],
            given["precision"],
            pk=row.pk if row else None,
            seen_version=given["seen_version"] or 0,
        )
    except ValidationError as wrong:
        for name, words in wrong.message_dict.items():
            form.add_error(name if name in form.fields else None, words)
        return False
    except (EditConflict, Refused) as refusal:
        form.add_error(None, str(refusal))
        return False
    toast(request, f"“{given['name']}” is saved.")
    return True


def _next(request: WorkspaceRequest) -> str:
    """Back to sharing, where an audience was made on the way there."""
    slug = request.actor.workspace.slug
    if "share" in request.GET:
        kept = request.GET.copy()
        for name in ("share", "start"):
            kept.pop(name, None)
        return f"{reverse('roadmaps:share', args=[slug])}?{kept.urlencode()}"
    return reverse("roadmaps:audiences", args=[slug])


def _plan(actor: Actor, allow: Allow, given: QueryDict, *, own: bool = False) -> Plan:
    """The address as this list sees it: read as a guest would, or as the member."""
    reader = actor if own else services.nobody(actor.workspace)
    builder = Builder(reader, allow, TITLE, f"member-{actor.user.pk}", ended=own)
    snapshot = _snapshot(actor, given.get("snapshot", ""))
    asked = QueryDict(_meant(actor, _asked(given)))
    if snapshot is not None:
        day = snapshot.published_at.date()
        return builder.of_snapshot(snapshot.items, asked, day)
    return builder.of_view(asked)


def _asked(given: QueryDict) -> QueryDict:
    """The roadmap's own part of an address."""
    found = given.copy()
    for name in OWN:
        found.pop(name, None)
    return found


def _meant(actor: Actor, asked: QueryDict) -> str:
    """The whole address, with the view it names written out."""
    page = Timeline(actor, asked)
    query = page.opened.query.copy()
    query.pop("view", None)
    if not asked:
        query["layout"] = "timeline"
    return query.urlencode()


def _audience(actor: Actor, text: str) -> Audience:
    rows = Audience.objects.visible_to(actor).filter(pk=whole_number(text) or 0)
    row = rows.first()
    if row is None:
        raise NotFound("That audience no longer exists.")
    return row


def _snapshot(actor: Actor, text: str) -> RoadmapSnapshot | None:
    if not text:
        return None
    rows = RoadmapSnapshot.objects.visible_to(actor).filter(pk=whole_number(text) or 0)
    found = rows.first()
    if found is None:
        raise NotFound("That snapshot no longer exists.")
    return found
