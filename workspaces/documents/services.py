"""Writing, publishing and signing documents. Every verb is one transaction, audited."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from core.errors import NotFound, Refused
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.documents import blocks
from workspaces.documents.beginnings import shipped
from workspaces.documents.models import (
    LONGEST_ROLE,
    Document,
    DocumentState,
    DocumentTemplate,
    DocumentVersion,
    SignOff,
    Verdict,
)
from workspaces.fields import values as custom
from workspaces.members.models import Membership
from workspaces.records import refs
from workspaces.records.changes import assign, check
from workspaces.records.kinds import KINDS
from workspaces.records.services import locked

NAME = "workspaces.document"


@transaction.atomic
def create_document(
    actor: Actor, values: dict[str, Any], *, template: str = "", about: refs.Ref | None = None
) -> Document:
    """Begin a document, from a template and about a record where these are given.

    Raises Denied, NotFound for a template or record there is not, or ValidationError.
    """
    actor.require(Perm.DOCUMENTS_EDIT)
    document = Document(workspace=actor.workspace, owner=actor.user, template=template)
    if about is not None:
        refs.find(actor, *about)
        document.kind, document.object_id = about
    if template and not values.get("body"):
        values = values | {"body": template_text(actor, template, document.kind)}
    changes = assign(document, **custom.cleaned(actor, document, values))
    check(document, changes | {"title": None})
    document.save()
    custom.claim(actor, document, changes)
    audit.record(actor, "document.created", document, changes)
    return document


def template_text(actor: Actor, name: str, kind: str = "") -> str:
    """What a document about such a record, made from that template, begins with. Raises NotFound.

    A template of the workspace's own stands in for the one of its name that comes along.
    """
    own = DocumentTemplate.objects.visible_to(actor).filter(name=name).first()
    found = own or shipped(name, kind)
    if found is None:
        raise NotFound("There is no such template.")
    return str(found.body)


@transaction.atomic
def archive_document(actor: Actor, pk: int, seen_version: int, *, away: bool = True) -> Document:
    """Put a document aside, or bring it back; its versions stay readable."""
    actor.require(Perm.DOCUMENTS_EDIT)
    document = _locked(actor, pk, seen_version)
    back = DocumentState.PUBLISHED if document.versions.exists() else DocumentState.DRAFT
    return _move(actor, document, DocumentState.ARCHIVED if away else back)


@transaction.atomic
def publish(
    actor: Actor, pk: int, seen_version: int, *, note: str = "", signs: bool = False
) -> DocumentVersion:
    """Make the draft a version: text and live blocks are frozen as the actor sees them now.

    With `signs` the actor signs it in the same act.

    Raises Denied, NotFound, EditConflict, or Refused while a block cannot be worked out or
    nothing has changed since the last version.
    """
    actor.require(Perm.DOCUMENTS_EDIT)
    document = _locked(actor, pk, seen_version)
    answered = blocks.answered(actor, document.body, about_of(document))
    broken = next((block for block in answered if block.problem), None)
    if broken is not None:
        raise Refused(f"A block cannot be worked out: {broken.problem} Mend it, then publish.")
    last = document.versions.order_by("-number").first()
    if last and (last.body, last.title) == (document.body, document.title) and not answered:
        raise Refused(f"Nothing has changed since version {last.number}.")
    kept = blocks.frozen(answered)
    version = DocumentVersion(
        workspace=actor.workspace,
        document=document,
        number=(document.versions.aggregate(Max("number"))["number__max"] or 0) + 1,
        title=document.title,
        body=document.body,
        blocks=kept,
        note=note.strip(),
        sha256=fingerprint(document.title, document.body, kept),
        published_by=actor.user,
    )
    version.full_clean(exclude=["document", "workspace"], validate_unique=False)
    version.save()
    _move(actor, document, DocumentState.PUBLISHED, number=version.number)
    if signs:
        ask_to_sign(actor, pk, version.number, [actor.user.pk])
        sign(actor, pk, version.number, accept=True)
    return version


def about_of(document: Document) -> refs.Ref | None:
    """The record a document is about."""
    return None if document.object_id is None else (document.kind, document.object_id)


def fingerprint(title: str, body: str, kept: Sequence[Any]) -> str:
    """The hash that a reader can hold an export against."""
    text = json.dumps([title, body, kept], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def ask_to_sign(
    actor: Actor, pk: int, number: int, users: Sequence[int], *, role: str = ""
) -> list[SignOff]:
    """Ask members to sign a version, for `role` where one is named, such as Legal.

    Those who were asked before are left as they are.
    """
    actor.require(Perm.DOCUMENTS_EDIT)
    version = _version(actor, pk, number)
    members = Membership.objects.visible_to(actor).active().filter(user_id__in=list(users))
    people = {one.user_id for one in members}
    if not people or people != set(users):
        raise Refused("Choose members of this workspace.")
    before = set(version.signoffs.values_list("user_id", flat=True))
    role = role.strip()
    if len(role) > LONGEST_ROLE:
        raise Refused(f"A role has at most {LONGEST_ROLE} letters.")
    asked = [
        SignOff(
            workspace=actor.workspace,
            version=version,
            user_id=user,
            asked_by=actor.user,
            role=role,
        )
        for user in sorted(people - before)
    ]
    SignOff.objects.bulk_create(asked)
    if asked:
        names = ", ".join(str(one.user) for one in asked)
        changes = {"signoff": (None, names), "number": (None, number)}
        audit.record(actor, "document.signoff_asked", version.document, changes)
    return asked


@transaction.atomic
def sign(actor: Actor, pk: int, number: int, *, accept: bool, reason: str = "") -> SignOff:
    """Sign a version one was asked to sign, or decline with a reason. A word can be changed."""
    actor.require(Perm.DOCUMENTS_VIEW)
    version = _version(actor, pk, number)
    rows = SignOff.objects.visible_to(actor).select_for_update(no_key=True, of=("self",))
    mine = rows.filter(version=version, user=actor.user).first()
    if mine is None:
        raise NotFound("You were not asked to sign this version.")
    if not accept and not reason.strip():
        raise ValidationError({"reason": ["Say why."]})
    before = mine.verdict
    mine.verdict = Verdict.SIGNED if accept else Verdict.DECLINED
    mine.reason, mine.decided_at = reason.strip()[:1_000], timezone.now()
    mine.save(update_fields=["verdict", "reason", "decided_at"])
    verb = "document.signed" if accept else "document.declined"
    changes = {"verdict": (before, mine.verdict), "number": (None, number)}
    audit.record(actor, verb, version.document, changes | {"reason": (None, mine.reason)})
    return mine


@transaction.atomic
def keep_as_template(actor: Actor, pk: int, name: str) -> DocumentTemplate:
    """Make the draft's text a template of this workspace; one of that name is replaced."""
    actor.require(Perm.DOCUMENTS_EDIT)
    document = refs.find(actor, NAME, pk)
    rows = DocumentTemplate.objects.visible_to(actor).select_for_update(no_key=True)
    template = rows.filter(name=name.strip()).first()
    template = template or DocumentTemplate(workspace=actor.workspace)
    changes = assign(template, name=name.strip(), body=document.body)
    made = template.pk is None
    template.version += 0 if made else 1
    check(template, changes | {"name": None})
    template.save()
    verb = "documenttemplate.created" if made else "documenttemplate.changed"
    audit.record(actor, verb, template, changes)
    return template


def _locked(actor: Actor, pk: int, seen_version: int) -> Document:
    document: Document = locked(actor, KINDS[NAME], pk, seen_version)
    return document


def _version(actor: Actor, pk: int, number: int) -> DocumentVersion:
    refs.find(actor, NAME, pk)
    rows = DocumentVersion.objects.visible_to(actor).select_related("document")
    version = rows.filter(document_id=pk, number=number).first()
    if version is None:
        raise NotFound("There is no such version.")
    return version


def _move(actor: Actor, document: Document, state: str, **also: Any) -> Document:
    changes = assign(document, state=state)
    document.version += 1
    document.save(update_fields=["state", "version", "updated_at"])
    said = changes | {name: (None, value) for name, value in also.items()}
    verb = "document.published" if also else "document.changed"
    audit.record(actor, verb, document, said)
    return document
