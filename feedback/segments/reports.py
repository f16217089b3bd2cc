"""What a segment's customers ask for, and who of them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from core.errors import Refused
from feedback.ideas.models import FeedbackLink, Idea
from feedback.ideas.recompute import SegmentStake, stakes_of_customers
from feedback.ideas.records import IDEA
from feedback.segments.asking import members_of
from feedback.segments.models import Segment
from finance.ledger.models import Customer
from workspaces.access.actor import Actor
from workspaces.records import refs

MOST_IDEAS = 100


@dataclass(frozen=True, slots=True)
class AskedFor:
    """An idea with what a segment has at stake in it."""

    idea: Idea
    stake: SegmentStake
    url: str


def member_ids(actor: Actor, segment: Segment) -> list[int]:
    """The customers of a segment; none when its question lost its meaning."""
    try:
        return list(members_of(actor, segment).values_list("pk", flat=True))
    except Refused:
        return []


def ideas_of(actor: Actor, segment: Segment) -> list[AskedFor]:
    """What the segment's customers ask for, most of them first."""
    stakes = stakes_of_customers(actor.workspace.pk, member_ids(actor, segment))
    first = sorted(stakes, key=lambda one: (-one.customers, one.idea_id))[:MOST_IDEAS]
    ideas = Idea.objects.visible_to(actor).in_bulk([one.idea_id for one in first])
    return [
        AskedFor(ideas[one.idea_id], one, refs.url_of(actor, IDEA, one.idea_id))
        for one in first
        if one.idea_id in ideas
    ]


def family(actor: Actor, idea: Idea) -> list[int]:
    """An idea and all that was merged into it, however far."""
    found, edge = [idea.pk], [idea.pk]
    while edge:
        rows = Idea.objects.visible_to(actor).filter(merged_into__in=edge)
        edge = [pk for pk in rows.values_list("pk", flat=True) if pk not in found]
        found += edge
    return found


def voices(actor: Actor, idea: Idea, segment: Segment | None = None) -> QuerySet[Any]:
    """Who asks for an idea, newest first; of a segment alone where one is named."""
    rows = FeedbackLink.objects.visible_to(actor).filter(idea__in=family(actor, idea))
    rows = rows.exclude(note__deleted_at__isnull=False)
    if segment is not None:
        try:
            rows = rows.filter(customer__in=members_of(actor, segment).values("pk"))
        except Refused:
            rows = rows.none()
    return rows.select_related("customer", "voter", "note").order_by("-pk")


def customers_shown(actor: Actor, rows: QuerySet[Customer], many: int) -> list[Customer]:
    """The first of these customers, those with most orders first."""
    return list(rows.select_related("figures").order_by("-figures__orders", "pk")[:many])
