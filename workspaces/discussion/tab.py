"""The discussion of a record: on its page as a tab, or as a page of its own."""

from typing import Any

from django.conf import settings
from django.db.models import Count, Max
from django.urls import reverse

from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest
from workspaces.access.roles import Perm
from workspaces.discussion import rendering
from workspaces.discussion.forms import CommentForm
from workspaces.discussion.heard import heard_about
from workspaces.discussion.models import LONGEST, Attachment, Comment, CommentQuerySet
from workspaces.discussion.outside import outside_of
from workspaces.records import refs
from workspaces.records.kinds import RecordKind
from workspaces.records.lists import whole_number
from workspaces.records.tabs import Context

TAB = "discussion/tab.html"
NAME = "discussion"
SHOWS = {"": "All", "open": "Open", "internal": "Internal", "public": "Public"}


def place_of(actor: Actor, kind: RecordKind, pk: int) -> str:
    """Where a record's discussion opens."""
    slug = actor.workspace.slug
    if kind.url is None:
        return reverse("workspaces:record_tab", args=[slug, kind.address, pk, NAME])
    if kind.tabbed:
        return f"{kind.url(actor, pk)}{NAME}/"
    return reverse("workspaces:discussion", args=[slug, kind.name, pk])


def counted(actor: Actor, kind: RecordKind) -> CommentQuerySet:
    """The comments there are to read about records of a kind."""
    return Comment.objects.in_workspace(actor.workspace.pk).filter(kind=kind.name).said()


def render(
    request: WorkspaceRequest, kind: RecordKind, row: Any, form: CommentForm | None = None
) -> tuple[str, Context]:
    """The tab below a record's head."""
    actor, asked = request.actor, request.GET
    show = asked.get("show", "") if asked.get("show", "") in shows(kind) else ""
    upto = whole_number(asked.get("upto", ""))
    page = rendering.page_of(actor, kind.name, row.pk, show=show, upto=upto)
    files = Attachment.objects.in_workspace(actor.workspace.pk).about(kind.name, row.pk).kept()
    return TAB, about(actor, kind, row.pk, row) | {
        "form": form or CommentForm(initial={"anchor": asked.get("anchor", "")[:120]}),
        "threads": page.threads,
        "heard": [] if upto or show == "internal" else heard_about(actor, kind.name, row.pk),
        "show": show,
        "shows": [
            {"label": label, "url": f"?show={name}" if name else "?", "active": name == show}
            for name, label in shows(kind).items()
        ],
        "pager": {
            "label": "Newest first",
            "first_url": f"?show={show}" if upto else "",
            "next_url": f"?show={show}&upto={page.older}" if page.older else "",
        },
        "live": not upto,
        "most_mb": settings.ATTACHMENT_MAX_BYTES // 1024**2,
        "since": stamp(actor, kind.name, row.pk)[1],
        "files": list(files.select_related("uploaded_by").order_by("-pk")),
    }


def about(actor: Actor, kind: RecordKind, pk: int, row: Any | None = None) -> dict[str, Any]:
    """What every piece of a discussion needs to know of its record."""
    outside = None
    if kind.public_replies:
        outside = outside_of(actor, kind, row or refs.find(actor, kind.name, pk))
    slug = actor.workspace.slug

    def url(name: str) -> str:
        return reverse(f"workspaces:{name}", args=[slug, kind.name, pk])

    return {
        "public_replies": outside is not None,
        "tells_apart": kind.public_replies,
        "outside": outside,
        "place": place_of(actor, kind, pk),
        "add_url": url("discussion"),
        "fresh_url": url("discussion_fresh"),
        "suggest_url": url("discussion_suggest"),
        "upload_url": url("attach"),
        "emojis": [(one.value, *drawn) for one, drawn in rendering.DRAWN.items()],
        "moderates": actor.can(Perm.WORKSPACE_MANAGE),
        "longest": LONGEST,
        "anchors": [one.label for one in kind.fields],
    }


def shows(kind: RecordKind) -> dict[str, str]:
    """The filters that tell anything apart in this kind."""
    return SHOWS if kind.public_replies else {"": "All", "open": "Open"}


def stamp(actor: Actor, kind: str, pk: int) -> tuple[str, str]:
    """An ETag of all that is said about a record, and the moment of its last change."""
    rows = rendering.comments_of(actor, kind, pk)
    found = rows.aggregate(many=Count("pk"), last=Max("touched_at"))
    last = found["last"].isoformat() if found["last"] else ""
    return f'"{actor.user.pk}-{found["many"]}-{last}"', last


def head_of(request: WorkspaceRequest, kind: RecordKind, row: Any) -> Context | None:
    """In the head of a record whose page has no tabs: the way to its discussion."""
    if kind.url is None or kind.tabbed:
        return None
    return {
        "url": place_of(request.actor, kind, row.pk),
        "count": counted(request.actor, kind).filter(object_id=row.pk).count(),
    }


def crumbs_of(actor: Actor, kind: RecordKind, row: Any) -> list[tuple[str, str]]:
    return [(f"{kind.label} {row}", refs.url_of(actor, kind, row.pk))]
