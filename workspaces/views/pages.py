"""Opening views, keeping them, and what is done to them. Every act returns to the list."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError
from core.web import toast
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.lists.views import addresses, readable_at
from workspaces.records.kinds import KINDS, RecordKind
from workspaces.records.lists import whole_number
from workspaces.views import services
from workspaces.views.models import Audience, SavedView


def _list(request: WorkspaceRequest, kind: RecordKind, query: str) -> HttpResponse:
    return redirect(f"{addresses(request.actor, kind)['list']}?{query}")


def _done(
    request: WorkspaceRequest, kind: RecordKind, act: Callable[[], SavedView], words: str
) -> HttpResponse:
    """Carry an act out and show the view; a refusal is said above the list as it was."""
    try:
        view = act()
    except ValidationError as wrong:
        toast(request, " ".join(wrong.messages))
    except DomainError as refusal:
        toast(request, str(refusal))
    else:
        toast(request, words.format(view))
        return _list(request, kind, f"view={view.pk}")
    return _list(request, kind, request.POST.get("query", ""))


@require_GET
@workspace_view(Perm.WORKSPACE_VIEW)
def saved(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The list a view keeps."""
    view = services.find_view(request.actor, pk)
    return _list(request, KINDS[view.kind], f"view={view.pk}")


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def save(request: WorkspaceRequest, address: str) -> HttpResponse:
    """Keep the list as it stands under a name."""
    kind = readable_at(request.actor, address)
    posted = request.POST
    audience, team = _audience(posted.get("audience", ""))

    def act() -> SavedView:
        name, query = posted.get("name", ""), posted.get("query", "")
        return services.save_view(request.actor, kind, name, query, audience=audience, team=team)

    return _done(request, kind, act, "“{}” is kept.")


def _audience(text: str) -> tuple[str, int | None]:
    """`team:3` is a team, everything else an audience."""
    word, _, team = text.partition(":")
    return word or Audience.PRIVATE, whole_number(team)


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def change(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Keep another list under a view, rename it, or share it otherwise: what is posted, changes."""
    view, posted = services.find_view(request.actor, pk), request.POST
    wanted = ("name", "query") if "keep" in posted else ("name",)
    values: dict[str, Any] = {name: posted[name] for name in wanted if name in posted}
    if "audience" in posted:
        values["audience"], values["team"] = _audience(posted["audience"])
        values["team_default"] = posted.get("team_default") == "1"
    seen = whole_number(posted.get("seen_version", "")) or 0
    return _done(
        request,
        KINDS[view.kind],
        lambda: services.change_view(request.actor, pk, seen_version=seen, **values),
        "“{}” is saved.",
    )


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def copy(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Make a copy of one's own."""
    view = services.find_view(request.actor, pk)
    act = lambda: services.duplicate_view(request.actor, pk)  # noqa: E731
    return _done(request, KINDS[view.kind], act, "“{}” is yours.")


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def delete(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Throw a view away, with Undo."""
    view = services.delete_view(request.actor, pk)
    undo = reverse("workspaces:view_restore", args=[request.actor.workspace.slug, pk])
    toast(request, f"“{view}” is deleted.", undo_url=undo)
    kind = KINDS[view.kind]
    own = f"&layout={view.layout}" if view.layout in kind.layouts else ""
    return _list(request, kind, f"view=none{own}")


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def restore(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Bring a view back."""
    view = services.restore_view(request.actor, pk)
    toast(request, f"“{view}” is back.")
    return _list(request, KINDS[view.kind], f"view={view.pk}")


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def favour(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Show a view in the navigation, or no longer."""
    on = request.POST.get("on") == "1"
    view = services.find_view(request.actor, pk)
    words = "“{}” is in your navigation." if on else "“{}” left your navigation."
    act = lambda: services.favour_view(request.actor, pk, on=on)  # noqa: E731
    return _done(request, KINDS[view.kind], act, words)


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def begin(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Begin a list with this view, or with everything again."""
    on = request.POST.get("on") == "1"
    view = services.find_view(request.actor, pk)
    kind = KINDS[view.kind]
    services.begin_with(request.actor, kind, pk if on else None)
    words = f"{kind.plural} begin with “{view}”." if on else f"{kind.plural} begin with everything."
    toast(request, words)
    return _list(request, kind, f"view={pk}")
