"""Deciding whether two ideas are the same. Nothing is ever merged by itself."""

from django.db import transaction
from django.utils import timezone

from core.errors import NotFound, Refused
from feedback.enrichment.models import IdeaPair, PairState
from feedback.enrichment.scanning import READ, SCAN
from feedback.ideas import services as ideas
from feedback.ideas.models import Idea
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.jobs import services as jobs
from workspaces.jobs.models import Job


def start_scan(actor: Actor) -> Job:
    """Look for ideas that are the same, as a job; one that runs already goes on. Raises Denied."""
    actor.require(Perm.FEEDBACK_EDIT)
    return _running(actor, SCAN) or jobs.start(actor, SCAN, "Look for ideas that are the same", {})


def start_reading(actor: Actor) -> Job:
    """Read what the current models have not read, as a job. Raises Denied."""
    actor.require(Perm.FEEDBACK_EDIT)
    return _running(actor, READ) or jobs.start(actor, READ, "Read notes", {})


@transaction.atomic
def decide(actor: Actor, pk: int, state: str) -> IdeaPair:
    """Say that two ideas are not the same, or to decide later, or again.

    Raises Denied, NotFound or Refused.
    """
    actor.require(Perm.FEEDBACK_EDIT)
    if state not in (PairState.DIFFERENT, PairState.LATER, PairState.OPEN):
        raise Refused("A pair cannot be put there.")
    pair = _locked(actor, pk)
    _save(actor, pair, state)
    return pair


@transaction.atomic
def merge(actor: Actor, pk: int, keep: int) -> Idea:
    """Merge the other idea of a pair into the one that is kept. Returns the merged one.

    Raises Denied, NotFound or Refused.
    """
    actor.require(Perm.FEEDBACK_EDIT)
    pair = _locked(actor, pk)
    if keep not in (pair.first_id, pair.second_id):
        raise Refused("Choose which of the two stays.")
    other = pair.second_id if keep == pair.first_id else pair.first_id
    merged = ideas.merge(actor, other, keep)
    _save(actor, pair, PairState.MERGED)
    return merged


def _locked(actor: Actor, pk: int) -> IdeaPair:
    rows = IdeaPair.objects.visible_to(actor).select_for_update(no_key=True)
    pair = rows.filter(pk=pk).first()
    if pair is None:
        raise NotFound("That pair no longer exists.")
    return pair


def _save(actor: Actor, pair: IdeaPair, state: str) -> None:
    pair.state, pair.decided_by, pair.decided_at = state, actor.user, timezone.now()
    pair.save(update_fields=["state", "decided_by", "decided_at"])


def _running(actor: Actor, kind: str) -> Job | None:
    return Job.objects.visible_to(actor).active().filter(kind=kind).order_by("-pk").first()
