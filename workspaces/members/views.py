"""Pages of a workspace about its people, its settings, and oneself."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import Refused
from core.mail import mail_is_set_up
from core.web import leave_to, render_region, toast
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm, Role
from workspaces.members import invitations, services
from workspaces.members.forms import (
    DeleteWorkspaceForm,
    InviteForm,
    ProfileForm,
    RoleForm,
    WorkspaceForm,
)
from workspaces.members.models import Invitation, Membership
from workspaces.members.recompute import changing_currency
from workspaces.members.views_teams import teams_of

MEMBERS = "workspaces/members/members.html"
SETTINGS = "workspaces/settings/settings.html"
REFUSED = 422


@require_GET
@workspace_view(Perm.MEMBERS_VIEW)
def members(request: WorkspaceRequest) -> HttpResponse:
    """Who belongs to the workspace, and who is asked to."""
    return _members_page(request, InviteForm(roles=_roles_given_by(request.actor)))


@require_POST
@workspace_view(Perm.MEMBERS_MANAGE)
def invite(request: WorkspaceRequest) -> HttpResponse:
    """Ask somebody in."""
    form = InviteForm(request.POST, roles=_roles_given_by(request.actor))
    if not form.submit(request.actor):
        return _members_page(request, form, status=REFUSED)
    toast(request, f"Invitation to {form.invitation.email} is on its way.")
    return _to_members(request)


@require_POST
@workspace_view(Perm.MEMBERS_MANAGE)
def change_role(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Give a member another role."""
    form = RoleForm(pk, request.POST)
    if form.submit(request.actor):
        toast(request, "The role is changed, from their next click on.")
    else:
        toast(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return _to_members(request)


@require_POST
@workspace_view(Perm.MEMBERS_MANAGE)
def remove(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Take a member's access away, with Undo."""
    try:
        gone = services.remove_member(request.actor, pk)
    except Refused as refusal:
        toast(request, str(refusal))
        return _to_members(request)
    undo = reverse("workspaces:member_restore", args=[request.actor.workspace.slug, pk])
    toast(request, f"{gone.user} no longer has access.", undo_url=undo)
    return _to_members(request)


@require_POST
@workspace_view(Perm.MEMBERS_MANAGE)
def restore(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Undo a removal."""
    back = services.restore_member(request.actor, pk)
    toast(request, f"{back.user} is a member again.")
    return _to_members(request)


@require_POST
@workspace_view(Perm.MEMBERS_MANAGE)
def resend(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Mail an invitation once more."""
    invitation = invitations.resend(request.actor, pk)
    toast(request, f"A new link for {invitation.email} is on its way; the old one is dead.")
    return _to_members(request)


@require_POST
@workspace_view(Perm.MEMBERS_MANAGE)
def revoke(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    invitation = invitations.revoke(request.actor, pk)
    toast(request, f"The invitation to {invitation.email} is taken back.")
    return _to_members(request)


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.WORKSPACE_MANAGE)
def settings(request: WorkspaceRequest) -> HttpResponse:
    """Name, zone and currency of the workspace."""
    posted = request.POST if request.method == "POST" else None
    form = WorkspaceForm(request.actor.workspace, posted)
    if posted is None:
        return _settings_page(request, form, DeleteWorkspaceForm(), region="changing")
    if not form.submit(request.actor):
        return _settings_page(request, form, DeleteWorkspaceForm(), status=REFUSED)
    toast(request, "The settings are saved.")
    if form.cleaned_data["currency"] != request.actor.workspace.currency:
        toast(request, f"Figures are being worked out in {form.cleaned_data['currency']}.")
    return leave_to(request, request.path)


@require_POST
@workspace_view(Perm.WORKSPACE_OWN)
def delete(request: WorkspaceRequest) -> HttpResponse:
    """Delete the workspace, after its name was typed; it can be brought back for 30 days."""
    form = DeleteWorkspaceForm(request.POST)
    if not form.submit(request.actor):
        settings_form = WorkspaceForm(request.actor.workspace)
        return _settings_page(request, settings_form, form, status=REFUSED)
    toast(request, f"{request.actor.workspace} is deleted. You can bring it back for 30 days.")
    return leave_to(request, reverse("workspaces:choose"))


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.WORKSPACE_VIEW)
def account(request: WorkspaceRequest) -> HttpResponse:
    """Oneself: name, formats, sign-in, and the workspaces one belongs to."""
    posted = request.POST if request.method == "POST" else None
    form = ProfileForm(request.actor.user, posted)
    if posted is not None and form.submit():
        toast(request, "Your account is saved.")
        return leave_to(request, request.path)
    mine = Membership.objects.active().filter(user=request.actor.user).select_related("workspace")
    context = {"form": form, "memberships": mine.order_by("workspace__name")}
    status = REFUSED if posted is not None else 200
    return render_region(
        request, "workspaces/account/account.html", "profile", context, status=status
    )


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def leave(request: WorkspaceRequest) -> HttpResponse:
    """End one's own membership."""
    try:
        services.leave(request.actor)
    except Refused as refusal:
        toast(request, str(refusal))
        return redirect("workspaces:account", slug=request.actor.workspace.slug)
    toast(request, f"You have left {request.actor.workspace}.")
    return leave_to(request, reverse("workspaces:choose"))


def _roles_given_by(actor: Actor) -> list[Role]:
    """Only owners make owners."""
    return [role for role in Role if role != Role.OWNER or actor.can(Perm.WORKSPACE_OWN)]


def _members_page(
    request: WorkspaceRequest, form: InviteForm, *, status: int = 200
) -> HttpResponse:
    actor = request.actor
    people = Membership.objects.visible_to(actor).active().select_related("user")
    manages = actor.can(Perm.MEMBERS_MANAGE)
    context: dict[str, object] = {
        "members": people.order_by("user__name", "user__email"),
        "manages": manages,
        "can_own": actor.can(Perm.WORKSPACE_OWN),
        "teams": teams_of(actor),
        "roles": [(role.value, role.label) for role in _roles_given_by(actor)],
    }
    if manages:
        asked = Invitation.objects.visible_to(actor).open().select_related("invited_by")
        context |= {"form": form, "invitations": asked.order_by("email"), "now": timezone.now()}
        context["posts"] = mail_is_set_up()
    return render_region(request, MEMBERS, "people", context, status=status)


def _to_members(request: WorkspaceRequest) -> HttpResponse:
    return leave_to(request, reverse("workspaces:members", args=[request.actor.workspace.slug]))


def _settings_page(
    request: WorkspaceRequest,
    form: WorkspaceForm,
    deleting: DeleteWorkspaceForm,
    *,
    status: int = 200,
    region: str = "settings",
) -> HttpResponse:
    context: dict[str, object] = {"form": form, "job": changing_currency(request.actor)}
    if request.actor.can(Perm.WORKSPACE_OWN):
        context["deleting"] = deleting
    return render_region(request, SETTINGS, region, context, status=status)
