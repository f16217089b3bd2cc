"""Teams, on the page of members and on pages of their own."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import EditConflict, NotFound
from core.web import leave_to, toast
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.members import services_teams
from workspaces.members.forms import RefusingForm
from workspaces.members.models import Membership, Team, TeamMember

PAGE = "workspaces/members/team.html"


class TeamForm(RefusingForm):
    """A team: its name and who is in it."""

    name = forms.CharField(max_length=80, label="Name")
    members = forms.TypedMultipleChoiceField(coerce=int, required=False, label="Members")
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    made: Team

    def __init__(self, actor: Actor, data: QueryDict | None = None, team: Team | None = None):
        self.team = team
        rows = TeamMember.objects.visible_to(actor).filter(team=team) if team else None
        initial: dict[str, Any] = {}
        if team is not None and rows is not None:
            initial = {"name": team.name, "seen_version": team.version}
            initial["members"] = list(rows.values_list("user", flat=True))
        super().__init__(data, initial=initial)
        people = Membership.objects.visible_to(actor).active().select_related("user")
        choices = [(row.user_id, str(row.user)) for row in people.order_by("user__name")]
        self.fields["members"].choices = choices  # type: ignore[attr-defined]

    def carry_out(self, actor: Actor) -> None:
        name, members = self.cleaned_data["name"], self.cleaned_data["members"]
        if self.team is None:
            self.made = services_teams.create_team(actor, name, members)
            return
        seen = self.cleaned_data["seen_version"] or 0
        self.made = services_teams.change_team(
            actor, self.team.pk, seen_version=seen, name=name, members=members
        )


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.MEMBERS_MANAGE)
def team_new(request: WorkspaceRequest) -> HttpResponse:
    """Make a team."""
    form = TeamForm(request.actor, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.submit(request.actor):
        toast(request, f"The team {form.made} is made.")
        return _to_members(request)
    return _page(request, form)


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.MEMBERS_MANAGE)
def team(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Name a team anew, and say who is in it."""
    row = _row(request, pk)
    form = TeamForm(request.actor, request.POST if request.method == "POST" else None, row)
    if request.method == "POST" and form.submit(request.actor):
        toast(request, f"The team {form.made} is saved.")
        return _to_members(request)
    return _page(request, form)


@require_POST
@workspace_view(Perm.MEMBERS_MANAGE)
def team_delete(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Take a team away, with Undo."""
    seen = request.POST.get("seen_version", "")
    try:
        gone = services_teams.delete_team(
            request.actor, pk, seen_version=int(seen) if seen.isdecimal() else 0
        )
    except EditConflict as conflict:
        toast(request, str(conflict))
        return _to_members(request)
    undo = reverse("workspaces:team_restore", args=[request.actor.workspace.slug, pk])
    toast(request, f"The team {gone} is deleted.", undo_url=undo)
    return _to_members(request)


@require_POST
@workspace_view(Perm.MEMBERS_MANAGE)
def team_restore(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Undo a deletion."""
    try:
        back = services_teams.restore_team(request.actor, pk)
        toast(request, f"The team {back} is back.")
    except ValidationError as wrong:
        toast(request, " ".join(wrong.messages))
    return _to_members(request)


def teams_of(actor: Actor) -> list[dict[str, Any]]:
    """The teams with who is in them, for the page of members."""
    active = Membership.objects.visible_to(actor).active().values("user")
    rows = TeamMember.objects.visible_to(actor).filter(user__in=active).select_related("user")
    inside: dict[int, list[str]] = {}
    for one in rows.order_by("user__name", "user__email"):
        inside.setdefault(one.team_id, []).append(str(one.user))
    found = Team.objects.visible_to(actor).order_by("name")
    return [{"row": one, "people": inside.get(one.pk, [])} for one in found]


def _row(request: WorkspaceRequest, pk: int) -> Team:
    found: Team | None = Team.objects.visible_to(request.actor).filter(pk=pk).first()
    if found is None:
        raise NotFound("That team no longer exists.")
    return found


def _page(request: WorkspaceRequest, form: TeamForm) -> HttpResponse:
    url = reverse("workspaces:members", args=[request.actor.workspace.slug])
    context = {"form": form, "team": form.team, "crumbs": [("Members", url), ("Teams", "")]}
    return render(request, PAGE, context, status=422 if form.is_bound else 200)


def _to_members(request: WorkspaceRequest) -> HttpResponse:
    return leave_to(request, reverse("workspaces:members", args=[request.actor.workspace.slug]))
