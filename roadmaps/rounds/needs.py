"""What of blind rounds needs a member: those they are asked to rate in."""

from django.db.models import F
from django.urls import reverse

from core.templatetags.ui import day
from roadmaps.rounds.models import Rater, RoundState
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.records.needs import AMBER, Need, NeedKind, register_need

SHOWN = 5


def rounds_to_rate(actor: Actor) -> list[Need]:
    """One line for each open round this member has not finished."""
    rows = Rater.objects.visible_to(actor).filter(
        user=actor.user, round__state=RoundState.OPEN, done_turn__lt=F("round__turn")
    )
    return [
        Need(
            f"roadmaps.round:{one.round_id}:{one.round.turn}",
            f"Rate: {one.round}",
            f"Until {day(one.round.due_on)}"
            if one.round.due_on
            else "Nobody sees your numbers yet",
            "list-numbers",
            AMBER,
            "Rate",
            reverse("roadmaps:round", args=[actor.workspace.slug, one.round_id]),
        )
        for one in rows.select_related("round").order_by("round__due_on", "pk")[:SHOWN]
    ]


def register() -> None:
    """Called from the app's ready()."""
    register_need(NeedKind("rounds", Perm.ROADMAP_VIEW, rounds_to_rate))
