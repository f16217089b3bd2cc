"""Guests' published words beside an item's discussion."""

from roadmaps.items.records import ITEM
from roadmaps.sharing.models import CommentState, GuestComment
from roadmaps.sharing.services_comments import MOST_SHOWN
from workspaces.access.actor import Actor
from workspaces.discussion.heard import Heard, register_heard


def heard(actor: Actor, pk: int) -> list[Heard]:
    """What guests of any link said about an item, and a member published; newest first."""
    rows = GuestComment.objects.visible_to(actor).filter(item=pk, state=CommentState.PUBLISHED)
    label = str(CommentState.PUBLISHED.label)
    return [
        Heard(one.called, one.said_at, one.body, str(one.share), label, "green")
        for one in rows.select_related("share").order_by("-pk")[:MOST_SHOWN]
    ]


def register() -> None:
    """Called from the app's ready()."""
    register_heard(ITEM.name, heard)
