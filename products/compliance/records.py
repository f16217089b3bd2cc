"""Obligations and evidence as records: lists, filters, exports and the API read them."""

from typing import Any, cast

from django.db.models import Q, QuerySet
from django.urls import reverse

from products.compliance.models import EvidenceDoc, Obligation
from products.compliance.reports import anchor
from products.compliance.states import DOC_TONES, EVIDENCE_TYPES, STATUS_TONES, DocState, Status
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.records.fields import Choice, fields_of_model
from workspaces.records.kinds import RecordKind, register_record
from workspaces.search.recent import register_page

HEAD = "compliance/list_head.html"
MOST_WORDS = 8


def _obligation_url(actor: Actor, pk: int) -> str:
    row = Obligation.objects.visible_to(actor).filter(pk=pk).first()
    slug = actor.workspace.slug
    if row is None:
        return reverse("products:compliance", args=[slug])
    tab = reverse("products:product", args=[slug, row.product_id, "compliance"])
    return f"{tab}?market={row.market_id}#{anchor(row.rule)}"


def _found(rows: Any, text: str) -> QuerySet[Any]:
    """Every word is in the obligation's words or in the product's name."""
    for word in text.split()[:MOST_WORDS]:
        rows = rows.filter(Q(title__icontains=word) | Q(product__name__icontains=word))
    return cast("QuerySet[Any]", rows)


def _evidence_url(actor: Actor, pk: int) -> str:
    return reverse("products:evidence", args=[actor.workspace.slug, pk])


OBLIGATION = RecordKind(
    model=Obligation,
    label="Obligation",
    plural="Obligations",
    reads=Perm.CATALOG_VIEW,
    writes=Perm.CATALOG_EDIT,
    read_only=True,
    fields=fields_of_model(
        Obligation,
        "title",
        "status",
        "product",
        "market",
        "gate",
        "covered_until",
        "reason",
        "effective_from",
        "rule",
        "basis",
        title={"label": "Obligation"},
        status={
            "choices": tuple(Choice(one.value, one.label, STATUS_TONES[one]) for one in Status),
        },
        product={"sort": "product__name,title"},
        market={"sort": "market__name,title"},
        gate={"label": "Holds up a launch"},
        covered_until={"label": "Shown until"},
        effective_from={"label": "In force from", "shown": False},
        rule={"shown": False},
        basis={"label": "Source and review"},
    ),
    icon="scale",
    url=_obligation_url,
    board="status",
    closed=frozenset({Status.COVERED, Status.UPCOMING}),
    found=_found,
    list_head=HEAD,
    pasted=False,
    sample="EU toy safety · Declaration of conformity · open",
)
EVIDENCE = RecordKind(
    model=EvidenceDoc,
    label="Evidence",
    plural="Evidence",
    reads=Perm.CATALOG_VIEW,
    writes=Perm.CATALOG_EDIT,
    read_only=True,
    fields=fields_of_model(
        EvidenceDoc,
        "title",
        "state",
        "type",
        "issuer",
        "number",
        "issued_on",
        "valid_from",
        "valid_to",
        "uploaded_by",
        "reviewed_by",
        "sha256",
        state={
            "choices": tuple(Choice(one.value, one.label, DOC_TONES[one]) for one in DocState),
        },
        type={"choices": tuple(Choice(value, label) for value, label in EVIDENCE_TYPES)},
        number={"shown": False},
        issued_on={"shown": False},
        valid_from={"shown": False},
        reviewed_by={"shown": False},
        sha256={"shown": False, "label": "SHA-256"},
    ),
    icon="certificate",
    url=_evidence_url,
    board="state",
    closed=frozenset({DocState.EXPIRED, DocState.SUPERSEDED, DocState.REJECTED, DocState.REVOKED}),
    searched=("title", "issuer", "number"),
    list_head=HEAD,
    dated=("valid_to",),
    pasted=False,
    sample="EN 71 test report · Testing Ltd · until 31 Mar 2027",
)


def register() -> None:
    """Called from the app's ready()."""
    register_record(OBLIGATION)
    register_record(EVIDENCE)
    register_page("products:evidence", EVIDENCE.name)
