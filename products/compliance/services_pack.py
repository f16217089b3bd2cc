"""Taking an evidence pack away: only who may read all that is in it, and written in the history."""

from collections.abc import Iterator
from io import BytesIO

from django.db import transaction

from products.catalog.scopes import scope_of
from products.compliance.dossier import dossier
from products.compliance.evidence_pack import CompliancePdf, packed
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.documents import blocks
from workspaces.documents.exporting import Written
from workspaces.documents.models import Document, DocumentState, DocumentVersion
from workspaces.documents.reading import published
from workspaces.documents.services import template_text
from workspaces.records import refs
from workspaces.records.refs import Ref

TAKEN = "evidence_pack.taken"
FILE = "Compliance file"


@transaction.atomic
def take_pack(actor: Actor, about: Ref) -> tuple[str, Iterator[bytes]]:
    """What the record is called, and its evidence pack as a ZIP, piece by piece.

    Raises Denied, NotFound, or Refused for a record that is about no products.
    """
    actor.require(Perm.DATA_EXPORT)
    actor.require(Perm.DOCUMENTS_VIEW)
    row = refs.find(actor, *about)
    found = dossier(actor, scope_of(actor, about))
    audit.record(actor, TAKEN, row, {"files": (None, len(found.papers))})
    return str(row), packed(found, _pdf(compliance_file(actor, about, str(row))))


def compliance_file(actor: Actor, about: Ref, title: str) -> Written:
    """The newest version that was published; without one, what its template says now."""
    kind, pk = about
    rows = Document.objects.visible_to(actor).exclude(state=DocumentState.ARCHIVED)
    mine = rows.filter(kind=kind, object_id=pk, template=FILE)
    versions = DocumentVersion.objects.visible_to(actor).filter(document__in=mine)
    newest = versions.select_related("published_by").order_by("-published_at", "-pk").first()
    if newest is not None:
        return published(actor, newest)
    body = template_text(actor, FILE, kind)
    return Written(f"{FILE}: {title}", body, blocks.answered(actor, body, about))


def _pdf(written: Written) -> CompliancePdf:
    from workspaces.documents.pdf import write

    out = BytesIO()
    write(written, out)
    return CompliancePdf(out.getvalue(), written.title, written.stamp)
