"""Notes and ideas that say the same as a text, how likely, and by which words people can see it.

The candidates come from two indexes, meaning and words; only these few are compared.
"""

from dataclasses import dataclass

from feedback.enrichment import likeness
from feedback.enrichment.likeness import Text
from feedback.ideas.models import Idea
from feedback.inbox.models import Note
from workspaces.access.actor import Actor
from workspaces.search import meaning, reports
from workspaces.search.finding import LONGEST_QUESTION
from workspaces.search.models import SearchEntry

CANDIDATES = 20  # of each index
IDEA, NOTE = Idea._meta.label_lower, Note._meta.label_lower
NEAR = 0.2  # cosine below which two texts have nothing to do with each other


@dataclass(frozen=True, slots=True)
class Like:
    """A record that may say the same; `shared` are words that both use."""

    pk: int
    title: str
    probability: float
    shared: list[str]

    @property
    def band(self) -> str:
        return likeness.band(self.probability)

    @property
    def same(self) -> bool:
        """Taken for a duplicate at the default threshold."""
        return self.probability >= likeness.SAME


@dataclass(frozen=True, slots=True)
class Found:
    """The likeliest first. `why_off` says why meaning was not asked, as the end of a sentence."""

    likes: list[Like]
    why_off: str = ""


def ideas_like(
    actor: Actor,
    text: str,
    n: int,
    *,
    of: tuple[str, int] | None = None,
    patience: float = meaning.PATIENCE_SECONDS,
) -> Found:
    """Ideas that stand for themselves and ask for what a text asks for; `of` a note or idea."""
    found = _like(actor, IDEA, text, of, patience)
    own = Idea.objects.visible_to(actor).canonical()
    standing = set(own.filter(pk__in=[one.pk for one in found.likes]).values_list("pk", flat=True))
    return Found([one for one in found.likes if one.pk in standing][:n], found.why_off)


def notes_like(actor: Actor, note: Note, n: int) -> Found:
    """Other notes that say what a note says."""
    found = _like(actor, NOTE, f"{note.title}\n{note.text}", (NOTE, note.pk))
    return Found(found.likes[:n], found.why_off)


def _like(
    actor: Actor,
    kind: str,
    text: str,
    of: tuple[str, int] | None,
    patience: float = meaning.PATIENCE_SECONDS,
) -> Found:
    text = text.replace("\x00", " ")[: likeness.LONGEST].strip()
    if not text:
        return Found([])
    workspace, why_off = actor.workspace.pk, ""
    cosines: dict[int, float] = {}
    try:
        near = meaning.near(workspace, [kind], text, CANDIDATES, of=of, patience=patience)
        cosines = {one.pk: one.cosine for one in near if one.cosine >= NEAR}
    except meaning.Off as off:
        why_off = str(off)
    question = reports.ask(text[:LONGEST_QUESTION], actor.user.locale)
    worded = reports.worded(workspace, [kind], question.some, CANDIDATES)
    pks = {*cosines, *(hit.pk for hit in worded)}
    if of is not None and of[0] == kind:
        pks.discard(of[1])
    entries = SearchEntry.objects.visible_to(actor).filter(kind=kind, object_id__in=pks)
    mine, likes = Text.of(text), []
    for pk, title, body in entries.values_list("object_id", "title", "body"):
        theirs = Text.of(f"{title}\n{body}")
        likely = likeness.probability(mine, theirs, cosines.get(pk))
        likes.append(Like(pk, title, likely, likeness.shared(mine, theirs)))
    likes.sort(key=lambda one: (-one.probability, one.pk))
    return Found([one for one in likes if one.probability >= likeness.MAYBE], why_off)
