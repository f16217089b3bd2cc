"""What visitors say about ideas on a portal; members show it or drop it."""

from django.db import transaction
from django.db.models import Q

from core.errors import NotFound, Refused
from core.typed import one_line, some_lines
from feedback.portal.models import CommentState, Portal, VisitorComment
from feedback.portal.services_guests import Visitor, note_act
from feedback.portal.showing import public_ideas
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.records.forgetting import without

LONGEST, LONGEST_NAME, MOST_WAITING = 2_000, 80, 500


@transaction.atomic
def say(portal: Portal, visitor: Visitor, pk: int, body: str, name: str = "") -> VisitorComment:
    """Keep what a visitor says about an idea, for a member to read or shown at once.

    Raises NotFound or Refused, by a portal's words.
    """
    if not portal.takes_comments or (not portal.anonymous and not visitor.email):
        raise Refused("prove")
    idea = public_ideas(portal).filter(pk=pk).first()
    if idea is None:
        raise NotFound("That idea is not here.")
    text = some_lines(body)
    if not text or len(text) > LONGEST:
        raise Refused("long" if text else "missing_comment")
    rows = VisitorComment.objects.in_workspace(portal.workspace_id)
    waiting = rows.filter(portal=portal, state=CommentState.WAITING)
    if portal.comments_wait and waiting.count() >= MOST_WAITING:
        raise Refused("busy")
    made = VisitorComment.objects.create(
        workspace_id=portal.workspace_id,
        portal=portal,
        idea=idea,
        name=one_line(name, LONGEST_NAME),
        email=visitor.email,
        body=text,
        state=CommentState.WAITING if portal.comments_wait else CommentState.SHOWN,
    )
    note_act(portal, "visitorcomment.created", made, {"idea": [None, idea.pk]})
    return made


@transaction.atomic
def decide(actor: Actor, pk: int, state: str) -> VisitorComment:
    """Show a visitor's comment on its portal, or drop it. Raises Denied or NotFound."""
    actor.require(Perm.FEEDBACK_EDIT)
    rows = VisitorComment.objects.visible_to(actor).select_for_update(no_key=True, of=("self",))
    row = rows.filter(pk=pk).first()
    if row is None or state not in (CommentState.SHOWN, CommentState.DROPPED):
        raise NotFound("That comment is no longer there.")
    before, row.state = row.state, state
    row.save(update_fields=["state"])
    audit.record(actor, f"visitorcomment.{state}", row, {"state": (before, state)})
    return row


def forget(workspace_id: int, address: str) -> None:
    """Take an address, and the name given with it, off what was said; the words stay.

    In the caller's transaction.
    """
    rows = VisitorComment.objects.in_workspace(workspace_id)
    theirs = Q(email__iexact=address) | Q(name__icontains=address) | Q(body__icontains=address)
    for row in rows.filter(theirs).select_for_update(no_key=True).order_by("pk"):
        row.body = without(row.body, address, LONGEST)
        row.name = row.email = ""
        row.save(update_fields=["body", "name", "email"])
