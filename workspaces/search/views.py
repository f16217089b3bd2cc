"""The page of everything that was found."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from core.typed import trimmed
from core.web import render_region
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.search import meaning
from workspaces.search.finding import LONGEST_QUESTION, Group, search
from workspaces.search.recent import recent
from workspaces.search.sources import found_kinds

OF_EACH, OF_ONE = 6, 50


@require_GET
@workspace_view(Perm.WORKSPACE_VIEW)
def results(request: WorkspaceRequest) -> HttpResponse:
    """What fits `q`, grouped by kind; `kind` narrows it to one. Without words, what was opened."""
    text = trimmed(request.GET.get("q", ""), LONGEST_QUESTION)
    kind = request.GET.get("kind", "")
    kinds = found_kinds(request.actor)
    kind = kind if kind in {one.name for one in kinds} else ""
    groups = search(request.actor, text, kind=kind, each=OF_ONE if kind else OF_EACH)
    context: dict[str, Any] = {
        "q": text,
        "kind": kind,
        "groups": [(group, _address(text, group.kind.name)) for group in groups],
        "tabs": _tabs(text, groups, kind) if groups or kind else [],
        "recent": [] if text else recent(request, request.actor),
        "meaning_off": meaning.why_off() if text else "",
        "meaning_waits": meaning.waiting(request.actor.workspace.pk) if text else 0,
    }
    return render_region(request, "workspaces/search/results.html", "results", context)


def _address(text: str, kind: str = "") -> str:
    return "?" + urlencode({"q": text, **({"kind": kind} if kind else {})})


def _tabs(text: str, groups: list[Group], kind: str) -> list[dict[str, Any]]:
    """All, and each kind of which something was found."""
    tabs: list[dict[str, Any]] = [{"label": "All", "url": _address(text), "active": not kind}]
    for group in groups:
        name, label = group.kind.name, group.kind.plural
        tabs.append({"label": label, "url": _address(text, name), "active": name == kind})
    return tabs
