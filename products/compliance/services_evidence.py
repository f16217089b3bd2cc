"""Documents that show rules are met: taken in by one member, reviewed by another."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from core.clock import today
from core.db import lock_keys
from core.errors import EditConflict, NotFound, Refused
from core.typed import trimmed
from products.catalog.models import Product
from products.compliance import marking
from products.compliance.ageing import state_on
from products.compliance.models import EvidenceCover, EvidenceDoc, Obligation
from products.compliance.states import ACCEPTED, WAITING, DocState
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.discussion import files
from workspaces.records.changes import check_days

MIMES = {
    "application/pdf",
    "image/png",
    "image/jpeg",
    "image/webp",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Paper:
    """What is said of a document when it is handed in."""

    title: str
    type: str
    issuer: str
    issued_on: date
    valid_from: date
    valid_to: date | None = None
    number: str = ""
    scope: str = ""
    markets: Sequence[int] = ()
    replaces: int | None = None


def upload_evidence(
    actor: Actor,
    product_pk: int,
    rules: Collection[str],
    paper: Paper,
    name: str,
    upload: IO[bytes],
) -> EvidenceDoc:
    """Hand a document in for rules of a product; somebody else has to review it.

    Raises Denied, NotFound, Refused, or ValidationError naming the fields.
    """
    actor.require(Perm.CATALOG_EDIT)
    product = _product(actor, product_pk)
    _check(actor, product, set(rules), paper)
    found = files.known(name, upload)
    if found.mime not in MIMES:
        words = "Hand in a PDF, a picture, a Word or an Excel file."
        raise ValidationError({"upload": [words]})
    with files.dropped_unless_done() as kept:
        kept += files.keep(actor.workspace.pk, upload, b"")
        with transaction.atomic():
            return _keep(actor, product, set(rules), paper, found, kept[0])


def _keep(
    actor: Actor,
    product: Product,
    rules: set[str],
    paper: Paper,
    found: files.Known,
    file: str,
) -> EvidenceDoc:
    lock_keys("evidence", [str(actor.workspace.pk)])
    _within_quota(actor, found)
    _refuse_overlap(actor, product, rules, paper)
    row = EvidenceDoc(
        workspace=actor.workspace,
        title=paper.title,
        type=paper.type,
        issuer=paper.issuer,
        number=paper.number,
        scope=paper.scope,
        issued_on=paper.issued_on,
        valid_from=paper.valid_from,
        valid_to=paper.valid_to,
        markets=sorted(set(paper.markets)),
        replaces_id=paper.replaces,
        state=DocState.REVIEW,
        name=found.name,
        sha256=found.sha256,
        mime=found.mime,
        size=found.size,
        file=file,
        uploaded_by=actor.user,
    )
    row.full_clean(exclude=["workspace", "replaces", "uploaded_by", "import_run"])
    row.save()
    _cover(actor, row, product, rules)
    changes = {"file": (None, row.name), "sha256": (None, row.sha256), "for": (None, str(product))}
    audit.record(actor, "evidencedoc.created", row, changes)
    marking.of_products(actor.workspace.pk, [product.pk], "evidence")
    return row


@transaction.atomic
def cover_product(actor: Actor, pk: int, product_pk: int, rules: Collection[str]) -> EvidenceDoc:
    """Let a document that is here count for a product, as its supplier is now.

    For another product, for more rules of it, or once more after the supplier changed.

    Raises Denied, NotFound, Refused, or ValidationError naming the fields.
    """
    actor.require(Perm.COMPLIANCE_REVIEW)
    row = locked(actor, pk)
    product = _product(actor, product_pk)
    if row.state not in (*WAITING, DocState.VALID, DocState.EXPIRING):
        raise Refused(f"“{row}” is {row.get_state_display().lower()} and shows nothing any more.")
    wanted = _obliged(actor, product, set(rules), row.type)
    _cover(actor, row, product, wanted)
    audit.record(actor, "evidencedoc.used", row, {"for": (None, str(product))})
    marking.of_products(actor.workspace.pk, [product.pk], "evidence")
    return row


@transaction.atomic
def review_evidence(
    actor: Actor, pk: int, *, accepted: bool, seen_version: int, remark: str = ""
) -> EvidenceDoc:
    """Say that a document shows what it should, or why it does not. Not by who handed it in.

    What it replaces is superseded from its first day. Raises Denied, NotFound, EditConflict or
    Refused.
    """
    actor.require(Perm.COMPLIANCE_REVIEW)
    row = locked(actor, pk, seen_version)
    if row.state not in WAITING:
        raise Refused(f"“{row}” was reviewed already.")
    if row.uploaded_by_id == actor.user.pk:
        raise Refused("Somebody else has to review what you handed in.")
    remark = trimmed(remark, 500)
    if not accepted and not remark:
        raise Refused("Say what is wrong with it.")
    row.remark, row.reviewed_by, row.reviewed_at = remark, actor.user, timezone.now()
    day = today(actor.workspace.timezone)
    row.state = state_on(row, day) if accepted else DocState.REJECTED
    _moved(actor, row, "evidencedoc.accepted" if accepted else "evidencedoc.rejected")
    if accepted and row.replaces_id and row.valid_from <= day:
        older = EvidenceDoc.objects.visible_to(actor).filter(pk=row.replaces_id).first()
        if older is not None and older.state in (DocState.VALID, DocState.EXPIRING):
            older.state = DocState.SUPERSEDED
            _moved(actor, older, "evidencedoc.superseded")
    return row


@transaction.atomic
def revoke_evidence(actor: Actor, pk: int, *, seen_version: int, reason: str) -> EvidenceDoc:
    """Let a document count no more, for any day. Raises Denied, NotFound, EditConflict, Refused."""
    actor.require(Perm.COMPLIANCE_REVIEW)
    row = locked(actor, pk, seen_version)
    if row.state not in ACCEPTED:
        raise Refused(f"“{row}” does not count now, so there is nothing to revoke.")
    reason = trimmed(reason, 500)
    if not reason:
        raise Refused("Say why it is revoked.")
    row.state, row.remark = DocState.REVOKED, reason
    _moved(actor, row, "evidencedoc.revoked")
    return row


def _cover(actor: Actor, row: EvidenceDoc, product: Product, rules: set[str]) -> None:
    EvidenceCover.objects.bulk_create(
        (
            EvidenceCover(
                workspace=actor.workspace,
                evidence=row,
                product=product,
                rule=rule,
                supplier_id=product.supplier_id,
            )
            for rule in sorted(rules)
        ),
        update_conflicts=True,
        unique_fields=["workspace", "product", "rule", "evidence"],
        update_fields=["supplier"],
    )


def _moved(actor: Actor, row: EvidenceDoc, verb: str) -> None:
    row.version += 1
    names = ["state", "remark", "reviewed_by", "reviewed_at", "version", "updated_at"]
    row.save(update_fields=names)
    audit.record(actor, verb, row, {"state": (None, row.state), "remark": (None, row.remark)})
    marking.of_products(actor.workspace.pk, products_of(row), "evidence")


def products_of(row: EvidenceDoc) -> list[int]:
    """The products a document is meant for."""
    covers = EvidenceCover.objects.in_workspace(row.workspace_id).filter(evidence=row)
    return list(covers.order_by("product").values_list("product", flat=True).distinct())


def locked(actor: Actor, pk: int, seen_version: int | None = None) -> EvidenceDoc:
    """The document, locked. Raises NotFound or EditConflict."""
    rows = EvidenceDoc.objects.visible_to(actor).select_for_update(no_key=True, of=("self",))
    row: EvidenceDoc | None = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound("That document is not here.")
    if seen_version is not None and row.version != seen_version:
        raise EditConflict(f"“{row}” changed while you were looking at it.")
    return row


def _product(actor: Actor, pk: int) -> Product:
    product: Product | None = Product.objects.visible_to(actor).filter(pk=pk).first()
    if product is None:
        raise NotFound("That product no longer exists.")
    return product


def _obliged(actor: Actor, product: Product, rules: set[str], kind: str) -> set[str]:
    """These rules, if the product has them and they accept this kind. Raises ValidationError."""
    if not rules:
        raise ValidationError({"rules": ["Choose what it is meant for."]})
    rows = Obligation.objects.visible_to(actor).filter(product=product, rule__in=rules)
    known = dict(rows.values_list("rule", "accepts"))
    if missing := rules - set(known):
        words = f"This product has no such obligation: {sorted(missing)[0][:81]}."
        raise ValidationError({"rules": [words]})
    if not all(kind in accepts for accepts in known.values()):
        words = "Not every obligation that is chosen accepts this kind of document."
        raise ValidationError({"type": [words]})
    return rules


def _check(actor: Actor, product: Product, rules: set[str], paper: Paper) -> None:
    """Raise ValidationError for days and links that make no sense."""
    wrong: dict[str, list[str]] = {}
    if paper.valid_from < paper.issued_on:
        wrong["valid_from"] = ["It cannot be valid before it was issued."]
    if paper.valid_to is not None and paper.valid_to < paper.valid_from:
        wrong["valid_to"] = ["It cannot end before it begins."]
    if paper.issued_on > today(actor.workspace.timezone):
        wrong["issued_on"] = ["It cannot be issued in the future."]
    if wrong:
        raise ValidationError(wrong)
    days = EvidenceDoc(
        issued_on=paper.issued_on, valid_from=paper.valid_from, valid_to=paper.valid_to
    )
    check_days(days, ["issued_on", "valid_from", "valid_to"])
    _obliged(actor, product, rules, paper.type)
    known = set(
        Obligation.objects.visible_to(actor)
        .filter(product=product)
        .values_list("market", flat=True)
    )
    if not set(paper.markets) <= known:
        raise ValidationError({"markets": ["Choose markets where the product has obligations."]})
    if paper.replaces is not None:
        older = EvidenceDoc.objects.visible_to(actor).filter(pk=paper.replaces)
        if not older.filter(covers__product=product).exists():
            raise ValidationError({"replaces": ["Choose a document of this product."]})


def _refuse_overlap(actor: Actor, product: Product, rules: set[str], paper: Paper) -> None:
    """Two documents of one kind for one rule on one day: say that one replaces the other."""
    rows = EvidenceDoc.objects.visible_to(actor).filter(
        Q(valid_to=None) | Q(valid_to__gte=paper.valid_from),
        type=paper.type,
        state__in=[*WAITING, DocState.VALID, DocState.EXPIRING],
        covers__product=product,
        covers__rule__in=rules,
    )
    if paper.valid_to is not None:
        rows = rows.filter(valid_from__lte=paper.valid_to)
    if paper.markets:
        rows = rows.filter(Q(markets=[]) | Q(markets__overlap=list(paper.markets)))
    twin = rows.exclude(pk=paper.replaces or 0).order_by("pk").first()
    if twin is not None:
        end = f"{twin.valid_to:%-d %b %Y}" if twin.valid_to else "further notice"
        words = (
            f"“{twin}” holds from {twin.valid_from:%-d %b %Y} until {end}. "
            "Say that this one replaces it, or choose other days."
        )
        raise ValidationError({"valid_from": [words]})


def _within_quota(actor: Actor, found: files.Known) -> None:
    used = EvidenceDoc.objects.visible_to(actor).aggregate(sum=Sum("size"))["sum"] or 0
    if used + found.size > settings.ATTACHMENT_QUOTA_BYTES:
        quota = settings.ATTACHMENT_QUOTA_BYTES // 1024**2
        raise Refused(f"The evidence of this workspace would take more than {quota:,} MB.")
