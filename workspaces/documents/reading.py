"""What the pages of a document are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from core.errors import NotFound
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest
from workspaces.access.roles import Perm
from workspaces.documents import blocks
from workspaces.documents.exporting import Written
from workspaces.documents.models import Document, DocumentVersion, SignOff, Verdict
from workspaces.documents.services import NAME, about_of
from workspaces.records import refs
from workspaces.records.kinds import KINDS, RecordKind
from workspaces.records.lists import whole_number
from workspaces.records.refs import Named
from workspaces.records.tabs import Context, panels_of, tabs_of

MOST = 50


def draft(actor: Actor, document: Document) -> Written:
    """The draft as this reader sees it now."""
    answered = blocks.answered(actor, document.body, about_of(document))
    return Written(document.title, document.body, answered, at=timezone.now())


def version_at(actor: Actor, pk: int, number: int) -> DocumentVersion:
    """A version. Raises NotFound."""
    rows = DocumentVersion.objects.visible_to(actor).select_related("published_by")
    found = rows.filter(document_id=pk, number=number).first()
    if found is None:
        raise NotFound("There is no such version.")
    return found


def published(actor: Actor, version: DocumentVersion) -> Written:
    """A version as this reader may see it."""
    signed = SignOff.objects.visible_to(actor).filter(version=version, verdict=Verdict.SIGNED)
    return Written(
        title=version.title,
        body=version.body,
        blocks=blocks.thawed(actor, version.blocks),
        number=version.number,
        at=version.published_at,
        by=str(version.published_by or ""),
        sha256=version.sha256,
        signed=[_line(one) for one in signed.select_related("user").order_by("pk")],
    )


def _line(signed: SignOff) -> str:
    role = f" for {signed.role}" if signed.role else ""
    at = signed.decided_at.astimezone(UTC) if signed.decided_at else None
    return f"{signed.user}{role}, {at:%Y-%m-%d %H:%M} UTC" if at else f"{signed.user}{role}"


@dataclass(frozen=True, slots=True)
class Since:
    """What became of a version: whether its text was edited, and which blocks say otherwise now."""

    edited: bool = False
    moved: Sequence[str] = ()


AS_WRITTEN = Since()


def since(actor: Actor, document: Document, version: DocumentVersion, then: Written) -> Since:
    """How the draft, as it reads now, differs from this version. Edited text is compared alone."""
    if (document.title, document.body) != (version.title, version.body):
        return Since(edited=True)
    if not version.blocks:
        return Since()
    now = blocks.answered(actor, document.body, about_of(document))
    return Since(moved=blocks.moved_on(then.blocks, now))


def head(request: WorkspaceRequest, document: Document, number: int) -> dict[str, Any]:
    """What stands around a document, whichever version is open. `number` 0 is the draft."""
    actor, slug = request.actor, request.actor.workspace.slug
    kind = KINDS[NAME]
    versions = document.versions.select_related("published_by").order_by("-number")
    signoffs = SignOff.objects.visible_to(actor).filter(version__document=document)
    here = list(signoffs.filter(version__number=number).select_related("user").order_by("pk"))
    about = None
    if document.object_id is not None:
        ref = (document.kind, document.object_id)
        about = refs.named(actor, [ref]).get(ref)
    own = reverse("workspaces:document", args=[slug, document.pk])
    tabs = [{"label": "Document", "url": own, "active": True}] + [
        {
            "label": tab.label,
            "url": reverse(
                "workspaces:record_tab", args=[slug, kind.address, document.pk, tab.name]
            ),
            "count": tab.how_much(actor, kind, document),
        }
        for tab in tabs_of(actor, kind)
    ]
    signed = Count("signoffs", filter=Q(signoffs__verdict=Verdict.SIGNED))
    return {
        "document": document,
        "number": number,
        "versions": versions.annotate(asked=Count("signoffs"), signed=signed)[:MOST],
        "last": versions.values_list("number", flat=True).first() or 0,
        "signoffs": here,
        "mine": next((one for one in here if one.user_id == actor.user.pk), None),
        "about": about,
        "edits": actor.can(Perm.DOCUMENTS_EDIT),
        "exports": actor.can(Perm.DATA_EXPORT),
        "tabs": tabs,
        "crumbs": [("Documents", reverse("workspaces:records", args=[slug, kind.address]))],
        "heads": panels_of(request, kind, document, "head"),
        "sides": panels_of(request, kind, document, "side"),
    }


def named_by(actor: Actor, text: str) -> Named | None:
    """The record an address names as kind:id, where there is one this actor may read."""
    name, _, number = text.partition(":")
    pk = whole_number(number)
    if name not in KINDS or pk is None:
        return None
    return refs.named(actor, [(name, pk)]).get((name, pk))


def documents_tab(request: WorkspaceRequest, kind: RecordKind, row: Any) -> tuple[str, Context]:
    """The documents about a record."""
    mine = Document.objects.visible_to(request.actor).filter(kind=kind.name, object_id=row.pk)
    return "workspaces/documents/parts/tab.html", {
        "documents": mine.select_related("owner").order_by("title", "pk")[:MOST],
        "about": f"{kind.name}:{row.pk}",
        "writes": request.actor.can(Perm.DOCUMENTS_EDIT),
    }
