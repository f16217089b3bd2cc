"""The first page."""

from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_GET, require_POST

from core.web import leave_to, render_region, toast
from finance.metrics.periods import RANGES, period_of
from pm_workspace.home.page import home_context
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.members.models import Membership
from workspaces.snoozes import services

REFUSED = 422


@login_required
def entrance(request: HttpRequest) -> HttpResponse:
    """Send a person to the workspace they opened last, or to making one."""
    last = (
        Membership.objects.active()
        .filter(user=request.user.pk)
        .select_related("workspace")
        .order_by(F("last_opened_at").desc(nulls_last=True), "pk")
        .first()
    )
    if last is None:
        return redirect("workspaces:create")
    return redirect("home:home", slug=last.workspace.slug)


@require_GET
@workspace_view(Perm.WORKSPACE_VIEW)
def home(request: WorkspaceRequest) -> HttpResponse:
    """What sells, what earns, what comes back, and what needs the member."""
    period = period_of(request, request.actor.workspace.timezone)
    context = home_context(request.actor, period) | {"ranges": RANGES}
    status = REFUSED if period.error else 200
    return render_region(request, "home/home.html", "home", context, status=status)


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def snooze(request: WorkspaceRequest) -> HttpResponse:
    """Put needs off, with Undo."""
    keys = request.POST.getlist("key")
    count = services.snooze(request.actor, keys)
    again = reverse("home:wake", args=[request.actor.workspace.slug])
    query = urlencode([("key", key) for key in keys], doseq=True)
    words = "Put off" if count == 1 else f"{count} put off"
    toast(request, f"{words} for {services.DAYS} days.", undo_url=f"{again}?{query}")
    return leave_to(request, _back(request))


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def wake(request: WorkspaceRequest) -> HttpResponse:
    """Show needs again that were put off."""
    services.wake(request.actor, request.GET.getlist("key"))
    toast(request, "Back on the list.")
    return leave_to(request, _back(request))


def _back(request: WorkspaceRequest) -> str:
    """The page it was asked from, if that is one of ours; else Home."""
    asked = request.POST.get("next", "")
    if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return reverse("home:home", args=[request.actor.workspace.slug])
