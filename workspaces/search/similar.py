"""Records that say the same as a text, how likely, and by which words people can see it.

The candidates come from two indexes, meaning and words; only these few are compared.
"""

from dataclasses import dataclass

from workspaces.access.actor import Actor
from workspaces.records.refs import readable
from workspaces.search import likeness, meaning, reports
from workspaces.search.finding import LONGEST_QUESTION
from workspaces.search.likeness import Text
from workspaces.search.models import SearchEntry

CANDIDATES = 20  # of each index
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
    def weak(self) -> bool:
        """Rather not the same, yet worth a look."""
        return self.probability < likeness.MAYBE

    @property
    def same(self) -> bool:
        """Taken for a duplicate at the default threshold."""
        return self.probability >= likeness.SAME


@dataclass(frozen=True, slots=True)
class Found:
    """The likeliest first. `why_off` says why meaning was not asked, as the end of a sentence."""

    likes: list[Like]
    why_off: str = ""


def like(
    actor: Actor,
    kind: str,
    text: str,
    *,
    of: tuple[str, int] | None = None,
    least: float = likeness.MAYBE,
    patience: float = meaning.PATIENCE_SECONDS,
) -> Found:
    """Records of this kind that say what a text says, at least this likely; `of` a record.

    Raises NotFound for a kind the actor may not read.
    """
    readable(actor, kind)
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
    return Found([one for one in likes if one.probability >= least], why_off)
