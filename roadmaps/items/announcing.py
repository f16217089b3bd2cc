"""Hearing that an item shipped, and drafting the news for those who asked for its ideas."""

from collections.abc import Sequence

from feedback.announcements.drafting import draft
from feedback.announcements.models import News
from feedback.ideas.models import Idea
from roadmaps.items.ideas import IDEA
from roadmaps.items.records import ITEM
from roadmaps.items.states import ItemState
from workspaces.audit.models import ActivityEvent
from workspaces.audit.relay import Listener, register_listener
from workspaces.links.models import RecordLink, Relation


def hear(workspace_id: int, events: Sequence[ActivityEvent]) -> None:
    """One draft for each item that shipped, about the ideas it comes from."""
    for event in events:
        before, after = event.changes.get("state", ("", ""))
        if event.model != ITEM.name or before == after or after != ItemState.SHIPPED:
            continue
        links = RecordLink.objects.in_workspace(workspace_id).kept()
        ids = links.filter(
            kind=ITEM.name, object_id=event.object_id, to_kind=IDEA, relation=Relation.COMES_FROM
        ).values("to_id")
        ideas = Idea.objects.in_workspace(workspace_id).canonical().filter(pk__in=ids)
        draft(workspace_id, list(ideas.order_by("pk")), News.SHIPPED.value, event.label)


def register() -> None:
    """Called from the app's ready()."""
    register_listener(Listener("shipped items", hear))
