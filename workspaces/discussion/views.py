"""Saying something about a record, and what becomes of a comment."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import NotFound
from core.room import NO_ROOM, lacks_room
from core.typed import without_nul
from core.web import toast
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.discussion import mentions, rendering, services, tab
from workspaces.discussion.forms import CommentForm, EditForm, whole_numbers
from workspaces.discussion.models import Comment, CommentRevision
from workspaces.records import refs
from workspaces.records.kinds import KINDS
from workspaces.records.suggesting import suggested

PAGE, THREADS, EDIT = "discussion/page.html", "discussion/threads.html", "discussion/edit.html"
REFUSED = 422
SLACK = timedelta(seconds=10)  # what was committed late is sent once more rather than never
SUGGESTED = 8


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.DISCUSS)
def discussion(request: WorkspaceRequest, kind: str, pk: int) -> HttpResponse:
    """A record's discussion where its page has no tab for it; a POST says something."""
    actor = request.actor
    found, row = refs.readable(actor, kind), refs.find(actor, kind, pk)
    place = tab.place_of(actor, found, pk)
    form = None
    if request.method == "POST":
        form = CommentForm(request.POST)
        if lacks_room(request):
            form.add_error("body", NO_ROOM)
        said = form.submit(actor, kind, pk, request.FILES.getlist("upload"))
        if said is not None:
            return _said(request, said)
        if request.htmx:  # type: ignore[attr-defined]
            return _refused(request, form, tab.about(actor, found, pk))
    elif place != request.path:
        return redirect(f"{place}?{request.GET.urlencode()}")
    template, inner = tab.render(request, found, row, form)
    context = {"kind": found, "row": row, "crumbs": tab.crumbs_of(actor, found, row)}
    context |= {"tab_template": template, **inner}
    return render(request, PAGE, context, status=REFUSED if form else 200)


def _refused(request: WorkspaceRequest, form: CommentForm, about: dict[str, Any]) -> HttpResponse:
    """The box again, with what was typed and what is wrong with it, in its own place."""
    parent = next(iter(whole_numbers([form.data.get("parent", "")])), 0)
    box = f"box-{parent}" if parent else "box"
    picked = mentions.picked(request.actor, request.POST.getlist("mention"))
    context = about | {"form": form, "box": box, "parent": parent, "picked": picked}
    context["public_replies"] = about["public_replies"] and "audience" in form.data
    response = render(request, "discussion/box.html", context, status=REFUSED)
    response["HX-Retarget"], response["HX-Reswap"] = f"#{box}", "outerHTML"
    return response


def _said(request: WorkspaceRequest, comment: Comment) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return thread_of(request, comment, fresh_box=True)
    return redirect(where(request, comment))


def where(request: WorkspaceRequest, comment: Comment) -> str:
    """The comment on its record's page."""
    place = tab.place_of(request.actor, KINDS[comment.kind], comment.object_id)
    return f"{place}?upto={comment.thread}#comment-{comment.pk}"


def thread_of(
    request: WorkspaceRequest, comment: Comment, *, fresh_box: bool = False
) -> HttpResponse:
    """The thread a comment stands in, as it is now; after an act without htmx the page itself."""
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(where(request, comment))
    actor = request.actor
    opener = rendering.comments_of(actor, comment.kind, comment.object_id)
    openers = list(opener.filter(pk=comment.thread).select_related("author", "resolved_by"))
    context = tab.about(actor, KINDS[comment.kind], comment.object_id) | {
        "threads": rendering.threads_of(actor, comment.kind, comment.object_id, openers),
        "with_box": fresh_box and comment.parent_id is None,
        "fresh": fresh_box,
        "count": _count(actor, comment) if fresh_box else None,
        "form": CommentForm(),
    }
    return render(request, THREADS, context)


def _count(actor: Actor, comment: Comment) -> int | None:
    """What the tab's count now says; nothing where the discussion stands on no tab."""
    kind = KINDS[comment.kind]
    if kind.url is not None and not kind.tabbed:
        return None
    return rendering.comments_of(actor, comment.kind, comment.object_id).said().count()


@require_GET
@workspace_view(Perm.DISCUSS)
def fresh(request: WorkspaceRequest, kind: str, pk: int) -> HttpResponse:
    """The threads in which something changed since `since`; 304 when nothing did."""
    actor = request.actor
    refs.find(actor, kind, pk)
    etag, last = tab.stamp(actor, kind, pk)
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    since = _moment(request.GET.get("since", ""))
    openers = rendering.touched(actor, kind, pk, since - SLACK) if since else []
    context = tab.about(actor, KINDS[kind], pk) | {
        "threads": rendering.threads_of(actor, kind, pk, openers)
    }
    response = render(request, THREADS, context)
    response["ETag"], response["X-Since"] = etag, last
    return response


def _moment(text: str) -> datetime | None:
    """The moment a page was made; none where that cannot be read."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and found.tzinfo and found.year > 1 else None


@require_GET
@workspace_view(Perm.DISCUSS)
def suggest(request: WorkspaceRequest, kind: str, pk: int) -> HttpResponse:
    """Whom or what `q` may mean: `@ad` people and teams, `#tr` records."""
    actor, asked = request.actor, without_nul(request.GET.get("q", ""), 100)
    refs.find(actor, kind, pk)
    if asked.startswith("@"):
        options = mentions.people(actor, kind, pk, asked[1:].strip(), SUGGESTED)
    else:
        options = [
            mentions.Target(one.kind.name, one.pk, one.label, one.kind.label)
            for one in suggested(actor, asked.removeprefix("#"), without=[(kind, pk)])
        ]
    return render(request, "discussion/options.html", {"options": options, "q": asked})


@require_GET
@workspace_view(Perm.DISCUSS)
def comment(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """A comment's lasting address: leads to its place on its record's page."""
    return redirect(where(request, find(request, pk)))


def find(request: WorkspaceRequest, pk: int) -> Comment:
    """A comment whose record may be read. Raises NotFound."""
    rows = Comment.objects.in_workspace(request.actor.workspace.pk).said()
    found = rows.select_related("author").filter(pk=pk).first()
    if found is None:
        raise NotFound(services.GONE)
    refs.find(request.actor, found.kind, found.object_id)
    return found


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.DISCUSS)
def edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Change one's own comment: in its place, or on a page of its own."""
    found = find(request, pk)
    if request.method == "POST":
        form = EditForm(request.POST)
        saved = form.submit(request.actor, pk)
        if saved is not None:
            return thread_of(request, saved)
        picked = mentions.picked(request.actor, request.POST.getlist("mention"))
    else:
        text, picked = mentions.editable(request.actor, found.body)
        form = EditForm(initial={"body": text, "seen_version": found.version})
    theirs = mentions.editable(request.actor, form.theirs)[0] if form.theirs else ""
    context = tab.about(request.actor, KINDS[found.kind], found.object_id)
    context |= {"comment": found, "form": form, "picked": picked, "theirs": theirs}
    context |= {"their_version": found.version, "place_of_comment": where(request, found)}
    context["box"] = f"edit-{pk}"
    name = f"{EDIT}#editor" if request.htmx else EDIT  # type: ignore[attr-defined]
    response = render(request, name, context, status=REFUSED if form.is_bound else 200)
    if form.is_bound:
        response["HX-Retarget"] = f"#comment-{pk}"
    return response


@require_POST
@workspace_view(Perm.DISCUSS)
def delete(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Take a comment away, with Undo."""
    gone = services.delete_comment(request.actor, pk)
    undo = reverse("workspaces:comment_restore", args=[request.actor.workspace.slug, pk])
    toast(request, "The comment is deleted.", undo_url=undo)
    return redirect(tab.place_of(request.actor, KINDS[gone.kind], gone.object_id))


@require_POST
@workspace_view(Perm.DISCUSS)
def restore(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Bring a comment back."""
    back = services.restore_comment(request.actor, pk)
    toast(request, "The comment is back.")
    return redirect(where(request, back))


@require_POST
@workspace_view(Perm.DISCUSS)
def resolve(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Resolve a thread, or open it again with `state=open`."""
    verb = (
        services.reopen_thread if request.POST.get("state") == "open" else services.resolve_thread
    )
    return thread_of(request, verb(request.actor, pk))


@require_POST
@workspace_view(Perm.DISCUSS)
def react(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Add one's reaction, or take it back."""
    services.react(request.actor, pk, request.POST.get("emoji", ""))
    return thread_of(request, find(request, pk))


@require_GET
@workspace_view(Perm.DISCUSS)
def history(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """What a comment said before its edits, newest first."""
    found = find(request, pk)
    rows = CommentRevision.objects.in_workspace(request.actor.workspace.pk).filter(comment=found)
    revisions = list(rows.select_related("replaced_by").order_by("-pk")[:100])
    texts = [found.body, *(one.body for one in revisions)]
    write = rendering.Writer(request.actor, found.kind, found.object_id, texts)
    context = {
        "comment": found,
        "now": write.html(found.body),
        "revisions": [(one, write.html(one.body)) for one in revisions],
        "place_of_comment": where(request, found),
    }
    return render(request, "discussion/history.html", context)


@require_GET
@workspace_view(Perm.DISCUSS)
def markdown(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """A comment as Markdown to be pasted elsewhere."""
    found = find(request, pk)
    write = rendering.Writer(request.actor, found.kind, found.object_id, [found.body])
    text = write.markdown(found.body, request.build_absolute_uri("/").rstrip("/"))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
