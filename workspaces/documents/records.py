"""Documents as a kind of record, their tab on other records, and the blocks the house knows."""

from django.urls import reverse

from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.documents import reading, services
from workspaces.documents.beginnings import FOLDER, register_templates
from workspaces.documents.blocks import register_block
from workspaces.documents.models import Document, DocumentState, DocumentTemplate
from workspaces.documents.records_block import RECORDS
from workspaces.records.fields import Choice, fields_of_model
from workspaces.records.kinds import RecordKind, register_record
from workspaces.records.tabs import RecordTab, register_record_tab

TONES = {DocumentState.DRAFT: "grey", DocumentState.PUBLISHED: "green"}


def _url(actor: Actor, pk: int) -> str:
    return reverse("workspaces:document", args=[actor.workspace.slug, pk])


def register() -> None:
    """Called from the app's ready()."""
    states = tuple(Choice(s.value, s.label, TONES.get(s, "amber")) for s in DocumentState)
    register_record(
        RecordKind(
            model=Document,
            label="Document",
            plural="Documents",
            reads=Perm.DOCUMENTS_VIEW,
            writes=Perm.DOCUMENTS_EDIT,
            url=_url,
            new_url=lambda actor: reverse(
                "workspaces:document_create", args=[actor.workspace.slug]
            ),
            edit_url=lambda actor, pk: reverse(
                "workspaces:document_write", args=[actor.workspace.slug, pk]
            ),
            create=services.create_document,
            fields=fields_of_model(
                Document,
                "title",
                "state",
                "owner",
                "template",
                "updated_at",
                "body",
                state={"choices": states, "editable": False},
                updated_at={"label": "Changed", "editable": False},
                body={"shown": False},
            ),
            icon="file-text",
            board="state",
            closed=frozenset({DocumentState.ARCHIVED}),
            searched=("title", "body"),
            sample="Trail Jacket 2.0: product requirements · version 2 · signed by 3",
        )
    )
    _register_templates()
    register_record_tab(
        RecordTab(
            "documents",
            "Documents",
            700,
            Perm.DOCUMENTS_VIEW,
            reading.documents_tab,
            kinds=lambda kind: kind.model not in (Document, DocumentTemplate),
        )
    )
    register_block(RECORDS)
    register_templates(FOLDER)


def _register_templates() -> None:
    register_record(
        RecordKind(
            model=DocumentTemplate,
            label="Document template",
            plural="Document templates",
            reads=Perm.DOCUMENTS_VIEW,
            writes=Perm.DOCUMENTS_EDIT,
            fields=fields_of_model(DocumentTemplate, "name", "body", body={"shown": False}),
            icon="template",
            together=("name",),
            searched=("name",),
            sample="Product requirements, our way",
        )
    )
