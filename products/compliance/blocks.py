"""What the law asks, what proves it and whose rules these are, as blocks of documents."""

from collections.abc import Mapping

from products.catalog.scopes import scope_of
from products.compliance.dossier import Dossier, dossier
from products.compliance.wording import NOT_ADVICE
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.documents.blocks import Answer, BlockKind, register_block
from workspaces.records.refs import Ref

MOST = 200
NEVER = "no end"


def _about(actor: Actor, about: Ref | None) -> Dossier:
    return dossier(actor, scope_of(actor, about))


def _note(shown: int, of: int, found: Dossier) -> str:
    more = f"{of - shown} more are left out. " if of > shown else ""
    return f"{more}{NOT_ADVICE}. As it stands on {found.scope.day}."


def obligations(actor: Actor, params: Mapping[str, str], about: Ref | None) -> Answer:
    """Each obligation, where it stands, by which evidence, and its source."""
    found = _about(actor, about)
    numbers = {one.pk: str(at) for at, one in enumerate(found.papers, 1)}
    rows = [
        [
            one.product,
            one.market,
            f"{one.title} (gate)" if one.gate else one.title,
            one.status,
            ", ".join(numbers[pk] for pk in one.papers),
            one.reason,
            one.source,
        ]
        for one in found.duties[:MOST]
    ]
    return Answer(
        title=params.get("title") or "Obligations, the worst first",
        headers=["Product", "Market", "Obligation", "Status", "Evidence no.", "Why", "Source"],
        rows=rows,
        numeric=[False] * 7,
        note=_note(len(rows), len(found.duties), found),
    )


def evidence(actor: Actor, params: Mapping[str, str], about: Ref | None) -> Answer:
    """Each document that shows it: issuer, scope, days, reviewer and the hash of its file."""
    found = _about(actor, about)
    rows = [
        [
            str(at),
            f"{one.title} ({one.type})",
            one.issuer,
            one.scope,
            f"{one.valid_from} to {one.valid_to or NEVER}",
            one.reviewer,
            one.sha256,
        ]
        for at, one in enumerate(found.papers[:MOST], 1)
    ]
    return Answer(
        title=params.get("title") or "Accepted documents",
        headers=["No.", "Document", "Issuer", "Scope", "Valid", "Reviewed by", "SHA-256"],
        rows=rows,
        numeric=[False] * 7,
        note=_note(len(rows), len(found.papers), found),
    )


def rule_packs(actor: Actor, params: Mapping[str, str], about: Ref | None) -> Answer:
    """The active rule packs: version, owner, and when they were last reviewed."""
    found = _about(actor, about)
    return Answer(
        title=params.get("title") or "Active rule packs",
        headers=["Rule pack", "Version", "Jurisdiction", "Owner", "Reviewed on"],
        rows=[
            [one.title, str(one.version), one.jurisdiction, one.owner, str(one.reviewed_on)]
            for one in found.packs
        ],
        numeric=[False, True, False, False, False],
        note=f"{NOT_ADVICE}. Check it against the law before you rely on it.",
    )


def register() -> None:
    """Called from the app's ready()."""
    for name, label, resolve in (
        ("obligations", "What the law asks", obligations),
        ("evidence", "Evidence", evidence),
        ("rule-packs", "Rule packs", rule_packs),
    ):
        register_block(BlockKind(name, label, Perm.CATALOG_VIEW, f"```{name}\n```\n", resolve))
