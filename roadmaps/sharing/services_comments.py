"""What guests say: kept aside until a member publishes it on the shared page.

In the item's discussion it stands apart, as said outside: no member's words repeat it.
"""

from collections import defaultdict

from django.db import transaction
from django.db.models import Q

from core.errors import NotFound, Refused
from core.typed import one_line, trimmed
from roadmaps.items.models import Item
from roadmaps.sharing.building import Builder
from roadmaps.sharing.models import LONGEST_COMMENT, CommentState, GuestComment, RoadmapShare
from roadmaps.sharing.plan import Plan
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.records.forgetting import without

MOST_WAITING, MOST_SHOWN, LONGEST_NAME = 200, 500, 80


@transaction.atomic
def say(
    share: RoadmapShare, plan: Plan, key: str, *, name: str, email: str, body: str
) -> GuestComment:
    """Keep what a guest says about an entry of the plan. Raises Refused or NotFound."""
    text, who = trimmed(body), one_line(name)
    if not share.comments:
        raise NotFound("This link takes no comments.")
    if not text or len(text) > LONGEST_COMMENT:
        raise Refused(f"Write between one and {LONGEST_COMMENT:,} characters.")
    if not who and not email:
        raise Refused("Write your name, so that they know who says it.")
    rows = GuestComment.objects.in_workspace(share.workspace_id)
    if rows.filter(share=share, state=CommentState.WAITING).count() >= MOST_WAITING:
        raise Refused("There are many comments waiting to be read. Try again another day.")
    item = _item(share, plan, key)
    return GuestComment.objects.create(
        workspace_id=share.workspace_id,
        share=share,
        item=item,
        name=who[:LONGEST_NAME],
        email=email,
        body=text,
    )


@transaction.atomic
def publish(actor: Actor, pk: int) -> GuestComment:
    """Put a guest's comment onto the shared page, and beside the item's discussion.

    Raises Denied or NotFound.
    """
    actor.require(Perm.ROADMAP_EDIT)
    return _end(actor, _waiting(actor, pk), CommentState.PUBLISHED)


@transaction.atomic
def drop(actor: Actor, pk: int) -> GuestComment:
    """Put a guest's comment aside for good. Raises Denied or NotFound."""
    actor.require(Perm.ROADMAP_EDIT)
    return _end(actor, _waiting(actor, pk), CommentState.DROPPED)


def waiting(actor: Actor, share: RoadmapShare) -> list[GuestComment]:
    """What nobody has read yet, oldest first."""
    actor.require(Perm.ROADMAP_EDIT)
    rows = GuestComment.objects.visible_to(actor).filter(share=share, state=CommentState.WAITING)
    return list(rows.select_related("item").order_by("pk")[:MOST_WAITING])


def published(share: RoadmapShare, plan: Plan) -> dict[str, list[GuestComment]]:
    """What may be read on the shared page, by the key of its entry: of this link alone."""
    rows = GuestComment.objects.in_workspace(share.workspace_id).filter(
        share=share, state=CommentState.PUBLISHED
    )
    shown = {one.key for one in plan.entries}
    found: dict[str, list[GuestComment]] = defaultdict(list)
    for row in rows.order_by("pk")[:MOST_SHOWN]:
        key = _key(share, row.item_id)
        if key in shown:
            found[key].append(row)
    return dict(found)


def forget(workspace_id: int, email: str) -> None:
    """Take an address, and the name given with it, off what guests said; the words stay.

    In the caller's transaction.
    """
    rows = GuestComment.objects.in_workspace(workspace_id)
    theirs = Q(email__iexact=email) | Q(name__icontains=email) | Q(body__icontains=email)
    for row in rows.filter(theirs).select_for_update(no_key=True).order_by("pk"):
        row.body = without(row.body, email, LONGEST_COMMENT)
        row.name = row.email = ""
        row.save(update_fields=["body", "name", "email"])


def _item(share: RoadmapShare, plan: Plan, key: str) -> Item:
    if any(one.key == key for one in plan.entries):
        for item in Item.objects.in_workspace(share.workspace_id).only("pk", "workspace"):
            if _key(share, item.pk) == key:
                return item
    raise NotFound("That item is not part of what was shared with you.")


def _key(share: RoadmapShare, pk: int) -> str:
    return Builder.named(str(share.link_id), pk)


def _waiting(actor: Actor, pk: int) -> GuestComment:
    rows = GuestComment.objects.visible_to(actor).select_for_update(no_key=True, of=("self",))
    row = rows.select_related("share").filter(pk=pk, state=CommentState.WAITING).first()
    if row is None:
        raise NotFound("Somebody has read that comment already.")
    return row


def _end(actor: Actor, row: GuestComment, state: str) -> GuestComment:
    row.state = state
    row.save(update_fields=["state"])
    audit.record(actor, f"guestcomment.{state}", row, {"state": (CommentState.WAITING, state)})
    return row
