"""What people without an account do: vote, take a vote back, post. The link is their permission."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from core.clock import day_of
from core.db import lock_keys
from core.errors import NotFound, Refused
from core.tasks import after_commit
from feedback.announcements.people import person_of
from feedback.ideas.models import USUAL_IMPORTANCE, FeedbackLink, Idea
from feedback.ideas.recompute import STAKES
from feedback.inbox.matching import Named, cut, find_customer, remember
from feedback.inbox.models import Note
from feedback.inbox.services import mark_note
from feedback.portal.models import Ballot, Portal
from feedback.portal.showing import public_ideas
from finance.ledger.models import Customer
from workspaces.audit.models import ActivityEvent
from workspaces.audit.tasks import relay_events
from workspaces.staleness.services import mark_stale

SALT, GUEST = "feedback.portal", "guest"
LONGEST_TITLE, LONGEST_TEXT, LONGEST_NAME = 300, 10_000, 120


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody on a portal: a proven address, or what their browser remembers, or neither."""

    email: str = ""
    token: str = ""

    def voter(self, workspace_id: int) -> str:
        """What stands for this person in ballots."""
        if self.email:
            return person_of(workspace_id, self.email)
        if not self.token:
            return ""
        name = f"{workspace_id}:{self.token}"
        return salted_hmac(SALT, name, algorithm="sha256").hexdigest()


@transaction.atomic
def vote(portal: Portal, visitor: Visitor, pk: int) -> None:
    """Give one's vote. A person votes once for an idea, on whichever portal, however often asked.

    A known customer's vote is a customer's; it repeats the importance they gave before, which a
    portal does not change. Raises NotFound or Refused.
    """
    idea = _open(portal, visitor, pk)
    voter = visitor.voter(portal.workspace_id)
    customer = customer_of(portal.workspace_id, visitor.email)
    lock_keys("portal vote", [f"{idea.pk}:{customer.pk if customer else voter}"])
    ballots = Ballot.objects.in_workspace(portal.workspace_id).filter(idea=idea)
    if ballots.filter(voter=voter).exists():
        return
    importance = USUAL_IMPORTANCE
    if customer is not None:
        links = FeedbackLink.objects.in_workspace(portal.workspace_id)
        theirs = links.filter(idea=idea, customer=customer)
        if theirs.filter(note=None).exists():
            return
        before = theirs.order_by("-pk").values_list("importance", flat=True).first()
        importance = USUAL_IMPORTANCE if before is None else before
    link = FeedbackLink.objects.create(
        workspace_id=portal.workspace_id, idea=idea, customer=customer, importance=importance
    )
    Ballot.objects.create(
        workspace_id=portal.workspace_id,
        link=link,
        idea=idea,
        portal=portal,
        voter=voter,
        email=visitor.email,
    )
    changes = {"idea": [None, idea.pk], "customer": [None, customer.pk if customer else None]}
    note_act(portal, "feedbacklink.created", link, changes)
    _mark(portal, idea, customer)


@transaction.atomic
def take_back(portal: Portal, visitor: Visitor, pk: int) -> None:
    """Take one's vote back. Raises NotFound or Refused."""
    idea = _open(portal, visitor, pk)
    _withdraw(portal, visitor.voter(portal.workspace_id), idea)


@transaction.atomic
def prove(portal: Portal, before: Visitor, email: str) -> None:
    """A browser's votes become those of an address that was proven: one address, one vote."""
    proven = Visitor(email)
    voter = before.voter(portal.workspace_id) if portal.takes_votes and not before.email else ""
    ballots = Ballot.objects.in_workspace(portal.workspace_id).filter(voter=voter)
    ideas = list(ballots.values_list("idea_id", flat=True)) if voter else []
    for idea in public_ideas(portal).filter(pk__in=ideas):
        _withdraw(portal, voter, idea)
        vote(portal, proven, idea.pk)


@transaction.atomic
def post(portal: Portal, visitor: Visitor, title: str, text: str, name: str = "") -> Note:
    """Take in what somebody writes: a note of the portal's channel, for the inbox.

    Raises Refused, or ValidationError naming the fields.
    """
    if not portal.takes_posts or (not portal.anonymous and not visitor.email):
        raise Refused("prove")
    title, text = " ".join(title.split()), text.strip()
    if not title:
        raise ValidationError({"title": ["missing"]})
    if len(title) > LONGEST_TITLE or len(text) > LONGEST_TEXT:
        raise ValidationError({"title" if len(title) > LONGEST_TITLE else "text": ["long"]})
    now, named = timezone.now(), cut(Named(email=visitor.email))
    note = Note(
        workspace_id=portal.workspace_id,
        external_id=f"portal-{uuid4().hex}",
        channel_id=portal.channel_id,
        customer_id=find_customer(portal.workspace_id, named),
        author=(" ".join(name.split()) or visitor.email)[:LONGEST_NAME],
        title=title,
        text=text,
        said_at=now,
        day=day_of(now, portal.workspace.timezone),
    )
    note.save()
    if named:
        remember(note, named)
    mark_note(note, set(), "a note was posted")
    note_act(portal, "note.created", note, {})
    return note


def customer_of(workspace_id: int, email: str) -> Customer | None:
    """The customer with a proven address; None for an address of several, or of none."""
    pk = find_customer(workspace_id, Named(email=email))
    return None if pk is None else Customer.objects.in_workspace(workspace_id).get(pk=pk)


def forget(workspace_id: int, address: str) -> None:
    """Take an address out of the ballots for good; the votes stay. In the caller's transaction."""
    rows = Ballot.objects.in_workspace(workspace_id).filter(email__iexact=address)
    rows.update(email="")


def _withdraw(portal: Portal, voter: str, idea: Idea) -> None:
    ballots = Ballot.objects.in_workspace(portal.workspace_id).filter(idea=idea, voter=voter)
    ballot = ballots.select_for_update().first()
    if ballot is None:
        return
    links = FeedbackLink.objects.in_workspace(portal.workspace_id).filter(pk=ballot.link_id)
    link = links.select_related("customer").first()
    ballot.delete()
    if link is None:
        return
    now: datetime = timezone.now()
    links.update(deleted_at=now, version=models.F("version") + 1)
    note_act(portal, "feedbacklink.deleted", link, {"deleted_at": [None, now.isoformat()]})
    _mark(portal, idea, link.customer)


def _open(portal: Portal, visitor: Visitor, pk: int) -> Idea:
    if not portal.takes_votes or not visitor.voter(portal.workspace_id):
        raise Refused("prove")
    if not visitor.email and not portal.anonymous:
        raise Refused("prove")
    idea = public_ideas(portal).filter(pk=pk).first()
    if idea is None:
        raise NotFound("That idea is not here.")
    return idea


def note_act(portal: Portal, verb: str, row: models.Model, changes: dict[str, Any]) -> None:
    """Write down what a visitor did, and ring for whoever listens."""
    ActivityEvent.objects.create(
        workspace_id=portal.workspace_id,
        channel=GUEST,
        verb=verb,
        model=row._meta.label_lower,
        object_id=row.pk,
        label=str(row)[:200],
        changes=changes,
    )
    after_commit(relay_events)


def _mark(portal: Portal, idea: Idea, customer: Customer | None) -> None:
    keys = [f"idea:{idea.pk}", *([f"customer:{customer.pk}"] if customer else [])]
    mark_stale(portal.workspace_id, STAKES, keys, "somebody voted on a portal")
