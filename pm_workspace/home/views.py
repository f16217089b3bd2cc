"""The first page."""

from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from workspaces.members.models import Membership


@login_required
def entrance(request: HttpRequest) -> HttpResponse:
    """Send a person to the workspace they opened last, or to making one."""
    last = (
        Membership.objects.active()
        .filter(user=request.user)
        .select_related("workspace")
        .order_by(F("last_opened_at").desc(nulls_last=True), "pk")
        .first()
    )
    if last is None:
        return redirect("workspaces:create")
    return redirect("home:home", slug=last.workspace.slug)
