"""All that is known of what the law asks of some products in some markets, and what shows it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from products.catalog.scopes import Scope
from products.compliance.facts import rules_of, rulings
from products.compliance.models import EvidenceDoc
from products.compliance.packs import EVIDENCE
from products.compliance.reports import Standing, Standings, stale_products
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of evidence as it is told: with whom it comes from and who reviewed it."""

    pk: int
    title: str
    type: str
    state: str
    issuer: str
    number: str
    scope: str
    markets: tuple[str, ...]
    issued_on: date
    valid_from: date
    valid_to: date | None
    uploader: str
    reviewer: str
    reviewed_at: datetime | None
    name: str
    mime: str
    size: int
    sha256: str
    file: str


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One obligation of a product in a market. `papers` are the documents that count for it."""

    product: str
    market: str
    rule: str
    title: str
    gate: bool
    status: str
    red: bool
    reason: str
    until: date | None
    source: str
    source_url: str
    pack: str
    basis: str
    papers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PackLine:
    """A rule pack that rules now."""

    key: str
    title: str
    version: int
    jurisdiction: str
    owner: str
    reviewed_on: date


@dataclass(frozen=True, slots=True)
class Dossier:
    """`waits` says that something changed which the obligations do not show yet."""

    scope: Scope
    duties: Sequence[DutyLine]
    papers: Sequence[Paper]
    packs: Sequence[PackLine]
    waits: bool


def dossier(actor: Actor, scope: Scope) -> Dossier:
    """What is known of these products in these markets on their day: a few statements.

    Raises Denied.
    """
    actor.require(Perm.CATALOG_VIEW)
    workspace = actor.workspace.pk
    rows = Standings(workspace, scope.products, scope.markets).on(scope.day, scope.pairs())
    ruling = rulings(workspace)
    known = rules_of(ruling)
    duties = []
    for one in rows:
        pack, rule = known.get(one.rule, (None, None))
        source = f"{rule.source.act} {rule.source.article}".strip() if rule else one.basis
        duties.append(
            _duty(
                scope,
                one,
                source,
                rule.source.url if rule else "",
                f"{pack.pack.title} v{pack.pack.version}" if pack else "",
            )
        )
    wanted = {pk for one in rows for pk in one.documents}
    packs = [
        PackLine(
            one.pack.key,
            one.pack.title,
            one.pack.version,
            one.pack.jurisdiction,
            one.row.owner,
            one.row.reviewed_on,
        )
        for one in ruling
    ]
    waits = bool(stale_products(workspace, scope.products))
    papers = _papers(actor, scope, wanted)
    there = {one.pk for one in papers}  # one may have gone since the duties were read
    kept = [replace(one, papers=tuple(pk for pk in one.papers if pk in there)) for one in duties]
    return Dossier(scope, kept, papers, packs, waits)


def _duty(scope: Scope, one: Standing, source: str, url: str, pack: str) -> DutyLine:
    return DutyLine(
        product=scope.products[one.product_id],
        market=scope.markets[one.market_id],
        rule=one.rule,
        title=one.title,
        gate=one.gate,
        status=one.status.label,
        red=one.red,
        reason=one.reason,
        until=one.until,
        source=source,
        source_url=url,
        pack=pack,
        basis=one.basis,
        papers=one.documents,
    )


def _papers(actor: Actor, scope: Scope, wanted: set[int]) -> list[Paper]:
    rows = EvidenceDoc.objects.visible_to(actor).filter(pk__in=wanted)
    return [
        Paper(
            pk=row.pk,
            title=row.title,
            type=EVIDENCE[row.type],
            state=row.get_state_display(),
            issuer=row.issuer,
            number=row.number,
            scope=row.scope,
            markets=tuple(scope.markets[pk] for pk in sorted(row.markets) if pk in scope.markets),
            issued_on=row.issued_on,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            uploader=str(row.uploaded_by or ""),
            reviewer=str(row.reviewed_by or ""),
            reviewed_at=row.reviewed_at,
            name=row.name,
            mime=row.mime,
            size=row.size,
            sha256=row.sha256,
            file=row.file,
        )
        for row in rows.select_related("uploaded_by", "reviewed_by").order_by("pk")
    ]
