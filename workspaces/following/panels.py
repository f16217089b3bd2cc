"""What following adds to a record's page."""

from typing import Any

from workspaces.access.doors import WorkspaceRequest
from workspaces.following.models import WHOLE_KIND, Level, Watch
from workspaces.records.kinds import RecordKind

TEMPLATE = "workspaces/following/watch.html"


def watch_panel(request: WorkspaceRequest, kind: RecordKind, row: Any) -> dict[str, Any]:
    """Whether one watches this record, how much one wants to hear, and how many watch it."""
    actor = request.actor
    about = Watch.objects.visible_to(actor).filter(kind=kind.name)
    about = about.filter(object_id__in=[row.pk, WHOLE_KIND])
    found = about.values_list("object_id", "user_id", "level")
    levels = {(pk, user): level for pk, user, level in found}
    people = {user for _, user in levels}
    wishes = {user: levels.get((row.pk, user)) or levels[(WHOLE_KIND, user)] for user in people}
    mine = actor.user.pk
    return {
        "kind": kind,
        "pk": row.pk,
        "level": wishes.get(mine, ""),
        "watching": wishes.get(mine) == Level.ALL,
        "muted": wishes.get(mine) == Level.NONE,
        "whole_kind": levels.get((WHOLE_KIND, mine)) == Level.ALL,
        "count": sum(level == Level.ALL for level in wishes.values()),
        "levels": [(value, label, value == wishes.get(mine)) for value, label in Level.choices],
    }
