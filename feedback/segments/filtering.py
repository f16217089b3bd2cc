"""Ideas by who asks for them: the list's short filter, and the way from an idea to its voices."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from core.errors import Refused
from feedback.ideas.models import FeedbackLink
from feedback.ideas.stakes import IDEA, is_idea
from feedback.segments.asking import members_of
from feedback.segments.models import Segment
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest
from workspaces.access.roles import Perm
from workspaces.lists.quick import register_quick_filter
from workspaces.records.kinds import RecordKind
from workspaces.records.lists import ListFilter, whole_number
from workspaces.records.tabs import RecordPanel, register_record_panel


def asked_by(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """The ideas that customers of a segment ask for, by the segment's id."""
    wanted = whole_number(text)
    segment = Segment.objects.visible_to(actor).filter(pk=wanted).first() if wanted else None
    if segment is None:
        return rows.none()
    try:
        members = members_of(actor, segment).values("pk")
    except Refused:
        return rows.none()
    links = FeedbackLink.objects.visible_to(actor).filter(customer__in=members)
    return rows.filter(Exists(links.filter(idea=OuterRef("pk"))))


def choices(actor: Actor) -> Sequence[tuple[str, str]]:
    """The segments by name."""
    rows = Segment.objects.visible_to(actor).order_by("name", "pk")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


def panel(request: WorkspaceRequest, kind: RecordKind, row: Any) -> dict[str, Any]:
    """Beside an idea: who asks for it, by segment."""
    return {"idea": row, "segments": choices(request.actor)}


def register() -> None:
    """Called from the app's ready()."""
    register_quick_filter(IDEA, ListFilter("segment", "Asked for by segment", asked_by, choices))
    register_record_panel(
        RecordPanel(
            7, Perm.FEEDBACK_VIEW, "feedback/segments/idea_panel.html", panel, kinds=is_idea
        )
    )
