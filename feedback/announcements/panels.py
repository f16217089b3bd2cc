"""In an idea's head: telling those who asked for it."""

from typing import Any

from feedback.announcements.models import AnnouncedIdea
from feedback.announcements.records import ANNOUNCEMENT
from feedback.ideas.stakes import is_idea
from workspaces.access.doors import WorkspaceRequest
from workspaces.access.roles import Perm
from workspaces.records import refs
from workspaces.records.kinds import RecordKind
from workspaces.records.tabs import RecordPanel, register_record_panel

SHOWN = 5


def panel(request: WorkspaceRequest, kind: RecordKind, row: Any) -> dict[str, Any]:
    """What was said about this idea, and a way to say more."""
    rows = AnnouncedIdea.objects.visible_to(request.actor).filter(
        idea=row, announcement__deleted_at=None
    )
    found = [
        one.announcement for one in rows.select_related("announcement").order_by("-pk")[:SHOWN]
    ]
    return {
        "idea": row,
        "announcements": [(one, refs.url_of(request.actor, ANNOUNCEMENT, one.pk)) for one in found],
        "edits": request.actor.can(Perm.FEEDBACK_EDIT) and row.merged_into_id is None,
    }


def register() -> None:
    """Called from the app's ready()."""
    template = "feedback/announcements/idea_panel.html"
    register_record_panel(RecordPanel(8, Perm.FEEDBACK_VIEW, template, panel, kinds=is_idea))
