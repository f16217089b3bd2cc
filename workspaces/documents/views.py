"""The pages of a document: reading, writing, publishing, comparing, signing, taking away."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.typed import without_nul
from core.web import leave_to, toast
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.documents import blocks, rendering, services
from workspaces.documents.exporting import Written, export, text_of
from workspaces.documents.forms import AskForm, NewDocumentForm, PublishForm, WriteForm
from workspaces.documents.models import Document
from workspaces.documents.reading import (
    AS_WRITTEN,
    Since,
    draft,
    head,
    named_by,
    published,
    since,
    version_at,
)
from workspaces.records import refs
from workspaces.records.lists import whole_number

PAGES = "workspaces/documents"
REFUSED = 422


def _find(request: WorkspaceRequest, pk: int) -> Document:
    document: Document = refs.find(request.actor, services.NAME, pk)
    return document


def _url(request: WorkspaceRequest, name: str, *args: Any) -> str:
    return reverse(f"workspaces:{name}", args=[request.actor.workspace.slug, *args])


@require_GET
@workspace_view(Perm.DOCUMENTS_VIEW)
def document(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The last version for readers; the draft where there is none, or where it is asked for."""
    found = _find(request, pk)
    last = found.versions.order_by("-number").first()
    if last is not None and "draft" not in request.GET:
        written = published(request.actor, last)
        later = since(request.actor, found, last, written)
        return _show(request, found, written, number=last.number, later=later)
    return _show(request, found, draft(request.actor, found), number=0)


@require_GET
@workspace_view(Perm.DOCUMENTS_VIEW)
def version(request: WorkspaceRequest, pk: int, number: int) -> HttpResponse:
    """The document as it was published under that number."""
    found = _find(request, pk)
    kept = version_at(request.actor, pk, number)
    written = published(request.actor, kept)
    newest = not found.versions.filter(number__gt=number).exists()
    later = since(request.actor, found, kept, written) if newest else AS_WRITTEN
    return _show(request, found, written, number=number, later=later)


def _show(
    request: WorkspaceRequest,
    found: Document,
    written: Written,
    number: int,
    later: Since = AS_WRITTEN,
) -> HttpResponse:
    context = head(request, found, number) | {
        "later": later,
        "is_signed": bool(written.signed),
        "written": written,
        "html": rendering.page(written.body, written.blocks),
        "publish_form": PublishForm(initial={"seen_version": found.version}),
        "ask_form": AskForm(request.actor) if number else None,
    }
    return render(request, f"{PAGES}/document.html", context)


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.DOCUMENTS_EDIT)
def create(request: WorkspaceRequest) -> HttpResponse:
    """Begin a document, about a record where the address names one."""
    about = named_by(request.actor, request.GET.get("about", ""))
    form = NewDocumentForm(
        request.actor,
        request.POST or None,
        about=about.ref if about else None,
        initial={"template": request.GET.get("template", "")},
    )
    if request.method == "POST" and (made := form.submit()):
        return leave_to(request, _url(request, "document_write", made.pk))
    status = REFUSED if form.is_bound else 200
    return render(request, f"{PAGES}/new.html", {"form": form, "about": about}, status=status)


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.DOCUMENTS_EDIT)
def write(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The draft as text beside its preview. Saving on the way answers with the new version."""
    found = _find(request, pk)
    initial = {"title": found.title, "body": found.body, "seen_version": found.version}
    form = WriteForm(request.POST or None, initial=initial)
    ref = services.about_of(found)
    about = f"{ref[0]}:{ref[1]}" if ref else ""
    kinds = blocks.KINDS.values()
    context = {"document": found, "form": form, "kinds": kinds, "about": about}
    if request.method == "GET":
        return render(request, f"{PAGES}/write.html", context)
    saved = form.submit(request.actor, pk)
    if saved is not None and "autosave" in request.POST:
        return render(request, f"{PAGES}/parts/saved.html", {"document": saved})
    if saved is not None:
        toast(request, "Saved.")
        return leave_to(request, f"{_url(request, 'document', pk)}?draft=1")
    now = _find(request, pk)
    if str(now.version) != request.POST.get("seen_version"):
        context |= {"theirs": now, "lines": rendering.difference(now.body, request.POST["body"])}
    status = 409 if "theirs" in context else REFUSED
    return render(request, f"{PAGES}/write.html", context, status=status)


@require_POST
@workspace_view(Perm.DOCUMENTS_EDIT)
def preview(request: WorkspaceRequest) -> HttpResponse:
    """A text as it will read, its blocks worked out now."""
    text = without_nul(request.POST.get("body", "").replace("\r\n", "\n"), 200_000)
    about = named_by(request.actor, request.POST.get("about", ""))
    answered = blocks.answered(request.actor, text, about.ref if about else None)
    html = rendering.page(text, answered)
    return render(request, f"{PAGES}/parts/preview.html", {"html": html})


@require_POST
@workspace_view(Perm.DOCUMENTS_EDIT)
def publish(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Freeze the draft as the next version."""
    form = PublishForm(request.POST)
    if made := form.submit(request.actor, pk):
        toast(request, f"Version {made.number} is published.")
    else:
        toast(request, " ".join(str(word) for words in form.errors.values() for word in words))
    return leave_to(request, _url(request, "document", pk))


@require_POST
@workspace_view(Perm.DOCUMENTS_EDIT)
def archive(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Put a document aside, or bring it back."""
    away = "back" not in request.POST
    seen = whole_number(request.POST.get("seen_version", "")) or 0
    found = services.archive_document(request.actor, pk, seen, away=away)
    toast(request, f"{found} is {'archived' if away else 'back'}.")
    return leave_to(request, _url(request, "document", pk))


@require_POST
@workspace_view(Perm.DOCUMENTS_EDIT)
def ask(request: WorkspaceRequest, pk: int, number: int) -> HttpResponse:
    """Ask members to sign a version."""
    users = [n for text in request.POST.getlist("users") if (n := whole_number(text)) is not None]
    role = without_nul(request.POST.get("role", ""))
    asked = services.ask_to_sign(request.actor, pk, number, users, role=role)
    toast(request, f"{len(asked)} asked to sign." if asked else "They had been asked already.")
    return leave_to(request, _url(request, "document_version", pk, number))


@require_POST
@workspace_view(Perm.DOCUMENTS_VIEW)
def sign(request: WorkspaceRequest, pk: int, number: int) -> HttpResponse:
    """Sign a version, or decline it with a reason."""
    accept, reason = "decline" not in request.POST, request.POST.get("reason", "")
    try:
        services.sign(request.actor, pk, number, accept=accept, reason=reason)
        toast(request, "Signed." if accept else "Declined.")
    except ValidationError as wrong:
        toast(request, f"Not saved: {' '.join(wrong.messages)}")
    return leave_to(request, _url(request, "document_version", pk, number))


@require_POST
@workspace_view(Perm.DOCUMENTS_EDIT)
def keep_template(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Make the draft's text a template."""
    name = request.POST.get("name", "")[:80]
    try:
        made = services.keep_as_template(request.actor, pk, name)
        toast(request, f"“{made}” is a template now.")
    except ValidationError as wrong:
        toast(request, f"Not kept: {' '.join(wrong.messages)}")
    return leave_to(request, _url(request, "document", pk))


@require_GET
@workspace_view(Perm.DOCUMENTS_VIEW)
def compare(request: WorkspaceRequest, pk: int, number: int) -> HttpResponse:
    """What changed between two versions, in words and in the figures of their blocks.

    `with` names the other; without it, it is the draft as it reads now.
    """
    actor, found = request.actor, _find(request, pk)
    old = version_at(actor, pk, number)
    other = whole_number(request.GET.get("with", ""))
    new = version_at(actor, pk, other) if other else None
    then, now = published(actor, old), published(actor, new) if new else draft(actor, found)
    context = head(request, found, number) | {
        "old": old,
        "new": new,
        "lines": rendering.difference(text_of(then), text_of(now)),
        "renamed": (new.title if new else found.title) != old.title,
        "new_title": new.title if new else found.title,
    }
    return render(request, f"{PAGES}/compare.html", context)


@require_GET
@workspace_view(Perm.DOCUMENTS_VIEW)
def take(request: WorkspaceRequest, pk: int, number: int, extension: str) -> HttpResponse:
    """The document as a file: `number` 0 is the draft."""
    request.actor.require(Perm.DATA_EXPORT)
    found = _find(request, pk)
    if number:
        written = published(request.actor, version_at(request.actor, pk, number))
    else:
        written = draft(request.actor, found)
    name, content_type, content = export(written, extension)
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_GET
@workspace_view(Perm.DOCUMENTS_VIEW)
def documents(request: WorkspaceRequest) -> HttpResponse:
    """The list of documents is a list of records like any other."""
    return redirect(_url(request, "records", "documents"))
