"""From ideas to items: planning one, and what stands beside both."""

from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from core.errors import Refused
from feedback.ideas.models import Idea, IdeaState, IdeaType, Stake
from roadmaps.items.models import Item, ItemType
from roadmaps.items.records import ITEM
from roadmaps.items.services import set_products
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.links.models import RecordLink, Relation
from workspaces.links.services import add_link
from workspaces.records import refs
from workspaces.records.kinds import KINDS, RecordKind
from workspaces.records.services import change_record, create_record
from workspaces.records.tabs import RecordPanel, register_record_panel

IDEA = Idea._meta.label_lower
BEFORE_PLANNED = {IdeaState.SUBMITTED.value, IdeaState.UNDER_REVIEW.value}
TYPES = {IdeaType.PROBLEM.value: ItemType.PROBLEM.value}
SHOWN = 50


@transaction.atomic
def plan_idea(actor: Actor, pk: int) -> tuple[Item, UUID]:
    """Make an item of an idea, linked to where it comes from; the idea is planned from then on.

    One batch for Undo. Whoever may not change ideas leaves its state as it is. Raises Denied,
    NotFound, or Refused for an idea that is merged or has an item already.
    """
    actor.require(Perm.ROADMAP_EDIT)
    idea: Idea = refs.find(actor, IDEA, pk)
    if idea.merged_into_id is not None:
        raise Refused(f"It is merged into “{idea.merged_into}”. Plan that one.")
    known = items_of(actor, pk)
    if known:
        raise Refused(f"“{known[0]}” comes from it already.")
    batch = uuid4()
    with audit.in_batch(batch):
        values = {"title": idea.title, "description": idea.description}
        kind = TYPES.get(idea.type, ItemType.FEATURE.value)
        item: Item = create_record(actor, ITEM, values | {"type": kind})
        add_link(actor, (ITEM.name, item.pk), Relation.COMES_FROM, (IDEA, pk))
        if idea.product_id is not None:
            set_products(actor, item.pk, [idea.product_id])
        if idea.state in BEFORE_PLANNED and actor.can(KINDS[IDEA].writes):
            state = {"state": IdeaState.PLANNED.value}
            change_record(actor, KINDS[IDEA], pk, idea.version, state)
    return item, batch


def items_of(actor: Actor, idea: int) -> list[Item]:
    """The items that come from an idea, newest first."""
    links = RecordLink.objects.visible_to(actor).kept()
    ids = links.filter(
        kind=ITEM.name, to_kind=IDEA, to_id=idea, relation=Relation.COMES_FROM
    ).values("object_id")
    return list(Item.objects.visible_to(actor).filter(pk__in=ids).order_by("-pk")[:SHOWN])


def ideas_of(actor: Actor, item: int) -> list[tuple[Idea, Stake | None]]:
    """The ideas an item comes from with what is at stake in each, the most asked for first."""
    links = RecordLink.objects.visible_to(actor).kept().about(ITEM.name, item)
    ids = links.filter(to_kind=IDEA, relation=Relation.COMES_FROM).values("to_id")
    ideas = list(Idea.objects.visible_to(actor).filter(pk__in=ids).order_by("title", "pk")[:SHOWN])
    stakes = {one.idea_id: one for one in Stake.objects.visible_to(actor).filter(idea__in=ideas)}
    found = [(one, stakes.get(one.pk)) for one in ideas]
    return sorted(found, key=lambda pair: -(pair[1].customers if pair[1] else 0))


def idea_panel(request: WorkspaceRequest, kind: RecordKind, row: Idea) -> dict[str, Any] | None:
    """In an idea's head: its items, or the button that makes one."""
    actor = request.actor
    items = items_of(actor, row.pk)
    if not items and (row.merged_into_id or not actor.can(Perm.ROADMAP_EDIT)):
        return None
    return {"idea": row, "items": [(one, refs.url_of(actor, ITEM, one.pk)) for one in items]}


def item_panel(request: WorkspaceRequest, kind: RecordKind, row: Item) -> dict[str, Any] | None:
    """Beside an item: who asks for it, and what of their money is at stake."""
    actor = request.actor
    if not actor.can(KINDS[IDEA].reads):
        return None
    found = ideas_of(actor, row.pk)
    if not found:
        return None
    ideas = [(idea, stake, refs.url_of(actor, KINDS[IDEA], idea.pk)) for idea, stake in found]
    stakes = [stake for _, stake in found if stake is not None]
    known = [one for one in stakes if one.revenue is not None]
    whole = len(known) == len(found) and len({one.currency for one in known}) == 1
    return {
        "ideas": ideas,
        "sees_money": actor.sees_money,
        "revenue": sum(one.revenue for one in known if one.revenue) if whole else None,
        "currency": known[0].currency if known else "",
    }


def register() -> None:
    """Called from the app's ready()."""
    register_record_panel(
        RecordPanel(
            20,
            Perm.ROADMAP_VIEW,
            "roadmaps/idea_items.html",
            idea_panel,
            "head",
            lambda kind: kind.name == IDEA,
        )
    )
    register_record_panel(
        RecordPanel(
            5,
            Perm.ROADMAP_VIEW,
            "roadmaps/item_ideas.html",
            item_panel,
            kinds=lambda kind: kind.name == ITEM.name,
        )
    )
