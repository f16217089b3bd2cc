"""What is like a record, or like what somebody is typing, and how likely it says the same thing."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from workspaces.access.actor import Actor
from workspaces.records.kinds import RecordKind
from workspaces.records.refs import Named, find, named, readable
from workspaces.search import meaning, reports
from workspaces.search.finding import LONGEST_QUESTION
from workspaces.search.models import SearchEntry
from workspaces.search.sources import meant_kinds

MOST = 20
# Probability that two texts of this likeness report the same thing: logistic regression on the
# 4,475 labelled pairs of github.com/apex-bridge/bugspotter-embedding-benchmark (MIT), by the
# cosine of title and description under the model of `workspaces.search.model`. Of those pairs, 98
# of 100 taken for duplicates at SAME are, and 94 of 100 duplicates are found. Over half of them
# are duplicates, more than in an inbox: hence a threshold well above one half.
SLOPE, INTERCEPT = 21.01, -9.447
SAME = 0.8  # from here on two texts are taken for duplicates, unless a person says otherwise


@dataclass(frozen=True, slots=True)
class Similar:
    """A record that is alike. `probability` that it says the same; None while meaning is off."""

    record: Named
    probability: float | None

    @property
    def same(self) -> bool:
        """Taken for a duplicate at the default threshold."""
        return self.probability is not None and self.probability >= SAME


def probability_of(cosine: float) -> float:
    """How likely two texts of this likeness report the same thing."""
    return 1 / (1 + exp(-(SLOPE * cosine + INTERCEPT)))


def similar_to(actor: Actor, kind: str, pk: int, n: int = 5) -> list[Similar]:
    """Up to `n` other records of this kind most like this one, the likeliest first.

    Raises NotFound, for records the actor may not read too.
    """
    row = find(actor, kind, pk)
    entries = SearchEntry.objects.visible_to(actor).filter(kind=kind, object_id=pk)
    entry = entries.first()
    text = f"{entry.title}\n{entry.body}" if entry is not None else str(row)
    return _like(actor, readable(actor, kind), text, n, of=(kind, pk))


def suggest(actor: Actor, kind: str, text: str, n: int = 5) -> list[Similar]:
    """Up to `n` records of this kind most like what is being typed. Raises NotFound."""
    return _like(actor, readable(actor, kind), text, n, of=None)


def _like(
    actor: Actor, kind: RecordKind, text: str, n: int, *, of: tuple[str, int] | None
) -> list[Similar]:
    n = max(1, min(n, MOST))
    if not text.strip():
        return []
    found = _by_meaning(actor, kind, text, n + 1, of)
    if found is None:
        found = [(pk, None) for pk in _by_words(actor, kind, text, n + 1)]
    refs = [(kind.name, pk) for pk, _ in found if (kind.name, pk) != of]
    known, rated = named(actor, refs), dict(found)
    likes = [Similar(known[ref], rated[ref[1]]) for ref in refs if ref in known]
    return likes[:n]


def _by_meaning(
    actor: Actor, kind: RecordKind, text: str, n: int, of: tuple[str, int] | None
) -> list[tuple[int, float | None]] | None:
    """The nearest and their probability; None when meaning is off or this kind has none."""
    if not meant_kinds([kind]):
        return None
    try:
        near = meaning.near(actor.workspace.pk, [kind.name], text, n * 2, of=of)
    except meaning.Off:
        return None
    return [(one.pk, probability_of(one.cosine)) for one in near if one.cosine >= meaning.ALIKE]


def _by_words(actor: Actor, kind: RecordKind, text: str, n: int) -> Sequence[int]:
    """The records with the most of these words."""
    question = reports.ask(text[:LONGEST_QUESTION], actor.user.locale)
    hits = reports.worded(actor.workspace.pk, [kind.name], question.some, n)
    return [hit.pk for hit in hits]
