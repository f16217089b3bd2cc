"""What of launches needs a member: blockers of what is near, and overrides that wait for a word."""

from datetime import timedelta

from django.db.models import Q
from django.urls import reverse

from core.clock import today
from core.templatetags.ui import day
from roadmaps.launches.states import ENDED, OUT
from roadmaps.readiness.models import GateOverride, Readiness
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.records.needs import AMBER, RED, Need, NeedKind, register_need

NEAR, SOON = timedelta(days=30), timedelta(days=7)
SHOWN = 4


def blocked(actor: Actor) -> list[Need]:
    """Launches within a month that must not go: this member's, and those of nobody."""
    now = today(actor.workspace.timezone)
    rows = Readiness.objects.visible_to(actor).filter(
        Q(launch__owner=actor.user) | Q(launch__owner=None),
        launch__deleted_at=None,
        launch__planned_on__lte=now + NEAR,
        red__gt=0,
    )
    rows = rows.exclude(launch__state__in=OUT | ENDED).select_related("launch")
    return [
        Need(
            f"launch:{one.launch_id}",
            f"{one.launch}: {one.red} blocker{'s' if one.red > 1 else ''}",
            f"Planned {day(one.launch.planned_on)} · {one.score:.0f} of 100",
            "rocket",
            RED if one.launch.planned_on <= now + SOON else AMBER,
            "Resolve",
            reverse("roadmaps:launch", args=[actor.workspace.slug, one.launch_id]),
        )
        for one in rows.order_by("launch__planned_on", "pk")[:SHOWN]
    ]


def to_confirm(actor: Actor) -> list[Need]:
    """Overrides somebody else asked for, which a second person has to confirm."""
    rows = GateOverride.objects.visible_to(actor).filter(
        ended_at=None, confirmed_at=None, asked_by__isnull=False, launch__deleted_at=None
    )
    rows = rows.exclude(asked_by=actor.user).exclude(launch__state__in=OUT | ENDED)
    return [
        Need(
            f"override:{one.pk}",
            f"Override a gate of {one.launch}?",
            f"{one.asked_by} asks: {one.title}",
            "gavel",
            AMBER,
            "Decide",
            reverse("roadmaps:launch", args=[actor.workspace.slug, one.launch_id, "approvals"]),
        )
        for one in rows.select_related("launch", "asked_by").order_by("pk")[:SHOWN]
    ]


def register() -> None:
    """Called from the app's ready()."""
    register_need(NeedKind("launches", Perm.ROADMAP_VIEW, blocked))
    register_need(NeedKind("overrides", Perm.ROADMAP_EDIT, to_confirm))
