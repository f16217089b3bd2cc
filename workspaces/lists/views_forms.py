"""Making and editing records of any kind, one by one or line by line."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.errors import Refused
from core.web import leave_to, toast
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.lists import paste_jobs
from workspaces.lists.forms import RecordForm
from workspaces.lists.services_pasting import PastedLine, add_lines, read_lines
from workspaces.lists.views import addresses, readable_at
from workspaces.records import refs
from workspaces.records.fields import FieldType
from workspaces.records.kinds import RecordKind

FORM, PASTE = "records/form.html", "records/paste.html"
IN_A_JOB = 300
LONGEST = 2_000_000


def writable_at(request: WorkspaceRequest, address: str) -> RecordKind:
    """The kind behind an address, for those who may change its records."""
    kind = readable_at(request.actor, address)
    request.actor.require(kind.writes)
    if not kind.changes:
        raise Refused(f"{kind.plural} are not changed here. Their own pages say how.")
    return kind


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.WORKSPACE_VIEW)
def create(request: WorkspaceRequest, address: str) -> HttpResponse:
    """Make a record."""
    kind = writable_at(request, address)
    if kind.new_url is not None:
        return redirect(kind.new_url(request.actor))
    form = RecordForm(request.actor, kind, typed=request.POST or None)
    if request.method == "POST" and (made := form.submit()) is not None:
        toast(request, f"{made} is there.")
        return leave_to(request, refs.url_of(request.actor, kind, made.pk))
    context = {"kind": kind, "form": form, "back": addresses(request.actor, kind)["list"]}
    return render(request, FORM, context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.WORKSPACE_VIEW)
def edit(request: WorkspaceRequest, address: str, pk: int) -> HttpResponse:
    """Change a record; a conflict shows both versions. A choice in the address is made already."""
    kind = writable_at(request, address)
    row = refs.find(request.actor, kind.name, pk)
    if kind.edit_url is not None:
        return redirect(kind.edit_url(request.actor, pk))
    form = RecordForm(request.actor, kind, row, request.POST or None)
    choices = {one.name for one in form.described if one.type is FieldType.CHOICE}
    form.initial.update((name, text) for name, text in request.GET.items() if name in choices)
    if request.method == "POST" and form.submit() is not None:
        toast(request, "Saved.")
        return leave_to(request, refs.url_of(request.actor, kind, pk))
    status = 409 if form.theirs else 422 if form.errors else 200
    context = {"kind": kind, "form": form, "row": row}
    context["back"] = refs.url_of(request.actor, kind, pk)
    return render(request, FORM, context, status=status)


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.WORKSPACE_VIEW)
def paste(request: WorkspaceRequest, address: str) -> HttpResponse:
    """Lines become records: first looked at, then added as one act."""
    kind = writable_at(request, address)
    actor, text = request.actor, request.POST.get("lines", "")
    context: dict[str, Any] = {"kind": kind, "urls": addresses(actor, kind), "text": text}
    if request.method == "GET" or not text.strip():
        return render(request, PASTE, context)
    try:
        if len(text) > LONGEST:
            raise Refused("This is too much to paste. Import a file instead.")
        columns, lines = read_lines(actor, kind, text)
    except Refused as refusal:
        return render(request, PASTE, context | {"refusal": str(refusal)}, status=422)
    good = [line for line in lines if not line.problems]
    context |= {"columns": columns, "lines": lines[:200], "many": len(lines), "good": len(good)}
    if "add" not in request.POST or not good:
        return render(request, PASTE, context, status=422 if not good else 200)
    if len(good) >= IN_A_JOB:
        job = paste_jobs.start(actor, kind, text, len(good))
        return leave_to(request, reverse("workspaces:job", args=[actor.workspace.slug, job.pk]))
    outcome = add_lines(actor, kind, lines)
    if outcome.added:
        undo = reverse("workspaces:undo_batch", args=[actor.workspace.slug, outcome.batch])
        noun = kind.label if outcome.added == 1 else kind.plural
        toast(request, f"{outcome.added} {noun.lower()} added.", undo_url=undo)
    if outcome.left:
        return render(request, PASTE, context | _left(outcome.left), status=422)
    return leave_to(request, context["urls"]["list"])


def _left(lines: list[PastedLine]) -> dict[str, object]:
    """Only what was refused stays to be corrected."""
    return {
        "text": "\n".join(line.raw for line in lines),
        "lines": lines[:200],
        "many": len(lines),
        "good": 0,
    }
