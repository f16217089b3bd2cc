"""Files of a record: taking them in, and handing them out so that no browser ever runs one."""

from typing import Any

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from core.errors import NotFound, Refused
from core.room import NO_ROOM, lacks_room
from core.web import toast
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.discussion import services_files as services
from workspaces.discussion import tab
from workspaces.discussion.models import Attachment
from workspaces.discussion.sniffing import OCTETS
from workspaces.records import refs
from workspaces.records.kinds import KINDS

SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}
DRAWN = "image/webp"


@require_POST
@workspace_view(Perm.DISCUSS)
def attach(request: WorkspaceRequest, kind: str, pk: int) -> HttpResponse:
    """Keep uploaded files with a record. From the box the answer is the files as it lists them."""
    actor, uploads = request.actor, request.FILES.getlist("upload")
    refs.find(actor, kind, pk)
    try:
        if lacks_room(request):
            raise Refused(NO_ROOM)
        if not uploads:
            raise Refused("Choose a file.")
        kept = [services.attach(actor, kind, pk, one.name or "", one) for one in uploads]
    except Refused as refusal:
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponse(str(refusal), status=422, content_type="text/plain; charset=utf-8")
        raise
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "discussion/uploads.html", {"files": kept})
    toast(request, f"{kept[0]} is attached." if len(kept) == 1 else f"{len(kept)} files attached.")
    return redirect(tab.place_of(actor, KINDS[kind], pk))


@require_GET
@workspace_view(Perm.DISCUSS)
def attachment(request: WorkspaceRequest, pk: int) -> Any:
    """Download a file. It is always saved, never shown."""
    return download(find(request, pk))


@require_GET
@workspace_view(Perm.DISCUSS)
def picture(request: WorkspaceRequest, pk: int) -> Any:
    """A picture as we drew it anew. Raises NotFound for a file that is none."""
    row = find(request, pk)
    if not row.preview:
        raise NotFound("This file has no picture.")
    return FileResponse(_opened(row.preview), content_type=DRAWN, headers=SAFE_HEADERS)


@require_POST
@workspace_view(Perm.DISCUSS)
def delete(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Take a file away, with Undo."""
    gone = services.delete_attachment(request.actor, pk)
    undo = reverse("workspaces:attachment_restore", args=[request.actor.workspace.slug, pk])
    toast(request, f"{gone} is deleted.", undo_url=undo)
    return redirect(tab.place_of(request.actor, KINDS[gone.kind], gone.object_id))


@require_POST
@workspace_view(Perm.DISCUSS)
def restore(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Bring a file back."""
    back = services.restore_attachment(request.actor, pk)
    toast(request, f"{back} is back.")
    return redirect(tab.place_of(request.actor, KINDS[back.kind], back.object_id))


def find(request: WorkspaceRequest, pk: int) -> Attachment:
    """A file whose record may be read. Raises NotFound."""
    rows = Attachment.objects.in_workspace(request.actor.workspace.pk).kept()
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound("There is no such file here.")
    refs.find(request.actor, row.kind, row.object_id)
    return row


def download(row: Attachment) -> FileResponse:
    """The file as it was uploaded, to be saved under its name."""
    return FileResponse(
        _opened(row.file),
        as_attachment=True,
        filename=row.name,
        content_type=row.mime or OCTETS,
        headers=SAFE_HEADERS,
    )


def _opened(name: str) -> Any:
    try:
        return default_storage.open(name)
    except FileNotFoundError as lost:
        raise NotFound("The content of this file is lost.") from lost
