"""Long work of the room: looking for ideas that are the same, and reading notes anew."""

from django.db import transaction
from django.db.models import F, QuerySet

from feedback.enrichment import recompute
from feedback.enrichment.alike import IDEA, ideas_like
from feedback.enrichment.models import IdeaPair, PairState
from feedback.ideas.models import Idea
from workspaces.access.actor import Actor
from workspaces.jobs.registry import JobKind, register
from workspaces.jobs.running import RunningJob

SCAN, READ = "scan_ideas", "read_notes"
EACH = 10  # pairs kept of one idea
PATIENCE_SECONDS = 10.0  # nobody waits for the next answer


def scan(job: RunningJob) -> None:
    """Compare every idea that stands for itself with those nearest to it. Safe to run twice."""
    actor, found = job.actor(), 0
    _told_apart(actor)
    rows = Idea.objects.visible_to(actor).canonical().order_by("pk")
    ideas = list(rows.values_list("pk", flat=True))
    for done, pk in enumerate(ideas):
        job.advance(done, len(ideas), "Comparing ideas")
        with transaction.atomic():
            found += pairs_of(actor, pk)
    job.advance(len(ideas), len(ideas), "Compared")
    job.result = {"ideas": len(ideas), "pairs": found}


def pairs_of(actor: Actor, pk: int) -> int:
    """Keep what may be the same as one idea. What people decided stands. How many pairs."""
    idea = Idea.objects.visible_to(actor).filter(pk=pk).first()
    if idea is None:
        return 0
    text = f"{idea.title}\n{idea.description}"
    likes = ideas_like(actor, text, EACH, of=(IDEA, pk), patience=PATIENCE_SECONDS).likes
    pairs = [
        IdeaPair(
            workspace=actor.workspace,
            first_id=min(pk, one.pk),
            second_id=max(pk, one.pk),
            probability=round(one.probability, 4),
            shared=one.shared,
        )
        for one in likes
    ]
    IdeaPair.objects.bulk_create(
        pairs,
        update_conflicts=True,
        unique_fields=["workspace", "first", "second"],
        update_fields=["probability", "shared"],
    )
    return len(pairs)


def _told_apart(actor: Actor) -> None:
    """Merged pairs that people took apart again are not the same."""
    merged = IdeaPair.objects.visible_to(actor).filter(state=PairState.MERGED)
    apart = merged.filter(first__merged_into=None, second__merged_into=None)
    apart.update(state=PairState.DIFFERENT)


def read_notes(job: RunningJob) -> None:
    """Read the notes that the current models have not read. Safe to run twice."""
    workspace = job.actor().workspace.pk
    total, done = recompute.unread(workspace), 0
    while True:
        job.advance(done, total, "Reading notes")
        with transaction.atomic():
            some = recompute.read_unread(workspace)
        if not some:
            break
        done += some
    job.result = {"notes": done}


def waiting_pairs(actor: Actor, state: str) -> QuerySet[IdeaPair]:
    """Pairs in a state whose ideas both still stand for themselves, the likeliest first."""
    rows = IdeaPair.objects.visible_to(actor).filter(state=state)
    if state in (PairState.OPEN, PairState.LATER):
        rows = rows.filter(first__merged_into=None, second__merged_into=None)
    rows = rows.filter(first__deleted_at=None, second__deleted_at=None)
    rows = rows.select_related("first__stake", "second__stake", "decided_by")
    return rows.order_by(F("probability").desc(), "-pk")


def register_jobs() -> None:
    """Called from the app's ready()."""
    register(JobKind(SCAN, "Look for ideas that are the same", scan, bulk=True))
    register(JobKind(READ, "Read notes", read_notes, bulk=True))
