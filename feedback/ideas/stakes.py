"""What an idea is worth, as fields of its list and as a panel of its page."""

from collections.abc import Sequence
from typing import Any

from feedback.ideas.models import FeedbackLink, Idea, Stake
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest
from workspaces.access.roles import Perm
from workspaces.records.describing import register_fields
from workspaces.records.fields import Field, FieldType
from workspaces.records.kinds import RecordKind
from workspaces.records.tabs import RecordPanel, register_record_panel

IDEA = Idea._meta.label_lower
NEWEST = 12
ENOUGH = 30  # below so many customers a figure is an anecdote
_MONEY = {"perm": Perm.MONEY_VIEW, "currency": "stake__currency"}


def is_idea(kind: RecordKind) -> bool:
    return kind.name == IDEA


def _figure(name: str, label: str, kind: FieldType, **more: Any) -> Field:
    return Field(name, label, kind, editable=False, at=f"stake__{name}", **more)


FIGURES = (
    _figure("customers", "Customers", FieldType.NUMBER, places=0),
    _figure("importance", "Importance", FieldType.NUMBER, places=0, shown=False),
    _figure("orders", "Orders, 12 m", FieldType.NUMBER, places=0, shown=False),
    _figure("revenue", "Revenue at stake", FieldType.MONEY, **_MONEY),
    _figure("contribution", "Contribution at stake", FieldType.MONEY, **_MONEY),
)


def figures_of(actor: Actor, kind: RecordKind) -> Sequence[Field]:
    """What an idea's customers bought, beside its own fields."""
    return FIGURES if kind.name == IDEA else ()


def stake_of(actor: Actor, pk: int) -> Stake | None:
    """What is worked out of an idea; None before it was."""
    return Stake.objects.visible_to(actor).filter(idea=pk).first()


def shown(actor: Actor, stake: Stake | None) -> dict[str, Any]:
    """A stake as pages show it: money only to those who may see it."""
    return {
        "stake": stake,
        "anecdotal": stake is not None and stake.customers < ENOUGH,
        "enough": ENOUGH,
        "sees_money": actor.sees_money,
    }


def panel(request: WorkspaceRequest, kind: RecordKind, row: Any) -> dict[str, Any]:
    """Beside an idea: who asks for it and what they bought."""
    return {"idea": row, **shown(request.actor, stake_of(request.actor, row.pk))}


def voices_panel(request: WorkspaceRequest, kind: RecordKind, row: Any) -> dict[str, Any]:
    """Beside an idea: the newest of who asks, voting, and what was merged into it."""
    actor = request.actor
    merged = list(Idea.objects.visible_to(actor).filter(merged_into=row).order_by("title", "pk"))
    ideas = [row.pk, *(one.pk for one in merged)]
    links = FeedbackLink.objects.visible_to(actor).filter(idea__in=ideas)
    sees = actor.can(Perm.CUSTOMERS_VIEW)
    newest = links.select_related("customer", "voter", "note").order_by("-pk")[:NEWEST]
    return {
        "idea": row,
        "edits": actor.can(kind.writes),
        "merged": merged,
        "sees_customers": sees,
        "voices": [(one, one.customer if sees else None) for one in newest],
        "voted": links.filter(voter=actor.user, note=None, customer=None).exists(),
    }


def register() -> None:
    """Called from the app's ready()."""
    register_fields("stakes", figures_of)
    register_record_panel(
        RecordPanel(
            5,
            Perm.FEEDBACK_VIEW,
            "feedback/ideas/stake_panel.html",
            panel,
            kinds=is_idea,
        )
    )
    register_record_panel(
        RecordPanel(
            6, Perm.FEEDBACK_VIEW, "feedback/ideas/voices_panel.html", voices_panel, kinds=is_idea
        )
    )
