"""The palette: records, pages and actions by a few letters, and the list of one's workspaces."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from core.typed import trimmed
from core.web import render_region
from pm_workspace.navigation import Link, Navigation, address
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.members.models import Membership
from workspaces.records.refs import Named
from workspaces.search.finding import search
from workspaces.search.recent import recent

OF_EACH, OPENED_LAST = 4, 5
LONGEST_QUESTION = 100

Line = tuple[str, str, str, str]  # what it is called, its address, its icon, a word beside it


@dataclass(frozen=True, slots=True)
class Found:
    """A line of the palette. `number` is its place over all groups, for screen readers."""

    number: int
    label: str
    url: str
    icon: str
    hint: str = ""


@require_GET
@workspace_view(Perm.WORKSPACE_VIEW)
def palette(request: WorkspaceRequest) -> HttpResponse:
    """What matches `q`: a page of its own, and the list below the search field of every page."""
    text = trimmed(request.GET.get("q", ""), LONGEST_QUESTION)
    nav = Navigation(request, request.actor)
    groups = [
        *_records(request, text),
        ("Pages", _links(nav.links, text)),
        ("Actions", _links(nav.actions, text)),
    ]
    context = {
        "q": text,
        "groups": _numbered(groups),
        "as_options": bool(getattr(request, "htmx", None)),
    }
    return render_region(request, "layouts/find.html", "results", context)


@require_GET
@workspace_view(Perm.WORKSPACE_VIEW)
def switch(request: WorkspaceRequest) -> HttpResponse:
    """The workspaces this person belongs to."""
    memberships = (
        Membership.objects.active()
        .filter(user=request.user)
        .select_related("workspace")
        .order_by("workspace__name", "pk")
    )
    return render_region(
        request, "layouts/switch.html", "switch-list", {"memberships": memberships}
    )


def _links(links: list[Link], text: str) -> list[Line]:
    """The links whose label or section has every word; no words, all of them."""
    words = text.casefold().split()
    return [
        (link.label, link.url, link.icon, f"g {link.key}" if link.key else "")
        for link in links
        if all(word in f"{link.label} {link.section}".casefold() for word in words)
    ]


def _records(request: WorkspaceRequest, text: str) -> list[tuple[str, list[Line]]]:
    """What was found, by kind; with nothing typed, what was opened last."""
    if not text:
        opened = [_line(one) for one in recent(request, request.actor)[:OPENED_LAST]]
        return [("Opened lately", opened)]
    groups = search(request.actor, text, each=OF_EACH)
    found = [
        (group.kind.plural, [_line(row.record, exact=row.exact) for row in group.rows])
        for group in groups
    ]
    every = f"{address('workspaces:search', request.actor.workspace.slug)}?{urlencode({'q': text})}"
    return (
        [*found, ("Search", [(f"All results for “{text}”", every, "search", "")])] if found else []
    )


def _line(record: Named, *, exact: bool = False) -> Line:
    return record.label, record.url, record.kind.icon, "exact" if exact else record.kind.label


def _numbered(
    groups: list[tuple[str, list[Line]]],
) -> list[tuple[str, list[Found]]]:
    """The groups that have something, their lines numbered through."""
    numbered, start = [], 0
    for name, rows in groups:
        if rows:
            numbered.append((name, [Found(start + at, *row) for at, row in enumerate(rows)]))
            start += len(rows)
    return numbered
