"""Pages of launches: all of them, a new one, and one with its tabs."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from core.errors import NotFound
from core.web import toast
from roadmaps.launches.forms import NewLaunchForm
from roadmaps.launches.models import Launch
from roadmaps.launches.pages import TABS, moves
from roadmaps.launches.records import LAUNCH
from roadmaps.launches.states import TONES
from roadmaps.readiness.pages import ReadinessPage, accuracy_of, awaited
from roadmaps.specification.models import SpecLine
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.lists.views import list_page
from workspaces.records.tabs import RecordTab, panels_of, tabs_of

PAGE = "launches/launch.html"
REFUSED = 422


@require_GET
@workspace_view(Perm.ROADMAP_VIEW)
def launches(request: WorkspaceRequest) -> HttpResponse:
    """All launches as a list or a board."""
    beside = {"accuracy": accuracy_of(request.actor), "awaited": awaited(request.actor)}
    return list_page(request, LAUNCH, beside)


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.ROADMAP_EDIT)
def new(request: WorkspaceRequest) -> HttpResponse:
    """Plan a launch, from a template or from nothing."""
    form = NewLaunchForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and (made := form.submit()):
        toast(request, f"“{made}” is planned.")
        return redirect("roadmaps:launch", request.actor.workspace.slug, made.pk, "plan")
    status = REFUSED if form.is_bound else 200
    return render(request, "launches/new.html", {"form": form}, status=status)


@require_GET
@workspace_view(Perm.ROADMAP_VIEW)
def launch(request: WorkspaceRequest, pk: int, tab: str = "overview") -> HttpResponse:
    """One launch; each tab is an address of its own."""
    found = find(request, pk)
    shared = {one.name: one for one in tabs_of(request.actor, LAUNCH)}
    if tab in TABS:
        template, inner = TABS[tab][1](request, found)
    elif tab in shared:
        template, inner = shared[tab].render(request, LAUNCH, found)  # type: ignore[assignment]
    else:
        raise NotFound("This launch has no such tab.")
    page = inner.get("page")
    standing = page if isinstance(page, ReadinessPage) else ReadinessPage(request.actor, found)
    context = head(request, found, tab, list(shared.values())) | {"blockers": standing.blockers}
    return render(request, PAGE, context | {"tab_template": template, **inner})


def find(request: WorkspaceRequest, pk: int) -> Launch:
    """Raises NotFound."""
    rows = Launch.objects.visible_to(request.actor).select_related("owner", "team", "template")
    found: Launch | None = rows.filter(pk=pk).sole()
    if found is None:
        raise NotFound("That launch no longer exists.")
    return found


def _tab_url(slug: str, pk: int, name: str) -> str:
    """The readiness is the launch's own address."""
    tab = [] if name == "overview" else [name]
    return reverse("roadmaps:launch", args=[slug, pk, *tab])


def head(
    request: WorkspaceRequest, found: Launch, open_tab: str, shared: list[RecordTab]
) -> dict[str, Any]:
    """What stands above the tabs."""
    actor = request.actor
    slug = actor.workspace.slug
    counts = {one.name: one.how_much(actor, LAUNCH, found) for one in shared}
    counts["specification"] = SpecLine.objects.visible_to(actor).filter(launch=found).count()
    tabs: list[dict[str, Any]] = [
        {
            "label": label,
            "url": _tab_url(slug, found.pk, name),
            "count": counts.get(name),
            "active": name == open_tab,
        }
        for name, (label, _) in TABS.items()
    ]
    tabs += [
        {
            "label": one.label,
            "url": reverse("roadmaps:launch", args=[slug, found.pk, one.name]),
            "count": counts[one.name],
            "active": one.name == open_tab,
            "key": one.name,
        }
        for one in shared
        if one.name not in TABS
    ]
    return {
        "launch": found,
        "tone": TONES.get(found.state, "grey"),
        "crumbs": [("Launches", reverse("roadmaps:launches", args=[slug]))],
        "tabs": tabs,
        "moves": moves(actor, found),
        "changes": actor.can(Perm.ROADMAP_EDIT),
        "shares": actor.can(Perm.SHARE_OUTSIDE) and actor.can(Perm.ROADMAP_EDIT),
        "asks": actor.can(Perm.WORK_EDIT),
        "heads": panels_of(request, LAUNCH, found, "head"),
    }
