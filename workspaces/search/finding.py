"""Searching: exact ids first, then words, near misses and meaning, merged and grouped by kind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.records.kinds import RecordKind
from workspaces.records.refs import Named, Ref, named
from workspaces.search import meaning, reports
from workspaces.search.nearness import closeness
from workspaces.search.recompute import MARKS
from workspaces.search.reports import Hit, Question
from workspaces.search.sources import LOOKUPS, found_kinds, meant_kinds

LONGEST_QUESTION = 200
SMOOTHING = 60  # reciprocal rank fusion: 1 / (60 + rank), Cormack, Clarke and Büttcher 2009
SHORTEST_NEAR, SHORTEST_MEANT = 3, 4


@dataclass(frozen=True, slots=True)
class Found:
    """One record. `excerpt` is safe HTML with the words marked; it may be empty."""

    record: Named
    excerpt: SafeString
    exact: bool


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind. `count` is how many there are, `more` that some are not shown."""

    kind: RecordKind
    rows: list[Found]
    count: int

    @property
    def more(self) -> bool:
        return self.count > len(self.rows)


@dataclass(slots=True)
class Merged:
    """Hits of several lists, by reciprocal rank fusion. What is exact stays first."""

    scores: dict[Ref, float] = field(default_factory=dict)
    exact: set[Ref] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, hits: Iterable[Hit], weight: float = 1.0) -> None:
        """One more list, best first."""
        for rank, hit in enumerate(hits):
            self.scores[hit.ref] = self.scores.get(hit.ref, 0.0) + weight / (SMOOTHING + rank)
            self.counts[hit.kind] = max(self.counts.get(hit.kind, 0), hit.of_kind)

    def add_exact(self, hits: Iterable[Hit]) -> None:
        """Ids that were typed: before everything else, in their order."""
        for rank, hit in enumerate(hits):
            self.scores.setdefault(hit.ref, 1_000.0 - rank)
            self.exact.add(hit.ref)

    def best(self, each: int) -> list[Ref]:
        """The best of each kind, best first."""
        taken: dict[str, int] = {}
        chosen = []
        for ref in sorted(self.scores, key=lambda one: -self.scores[one]):
            if taken.get(ref[0], 0) < each:
                taken[ref[0]] = taken.get(ref[0], 0) + 1
                chosen.append(ref)
        return chosen

    def count(self, kind: str) -> int:
        """How many of a kind were found at least."""
        listed = sum(name == kind for name, _ in self.scores)
        return max(listed, self.counts.get(kind, 0))


def search(actor: Actor, text: str, *, kind: str = "", each: int = 5) -> list[Group]:
    """What this member may read that fits `text`, the best kinds first, `each` of a kind.

    `kind` narrows it to one kind's name. Raises Denied.
    """
    actor.require(Perm.WORKSPACE_VIEW)
    text = " ".join(text.replace("\x00", " ").split())[:LONGEST_QUESTION]
    kinds = [one for one in found_kinds(actor) if kind in ("", one.name)]
    if not text or not kinds:
        return []
    question = reports.ask(text, actor.user.locale)
    merged = _find(actor, kinds, text, question, each)
    return _groups(actor, merged, question, each)


def _find(
    actor: Actor, kinds: Sequence[RecordKind], text: str, question: Question, each: int
) -> Merged:
    workspace, names = actor.workspace.pk, [kind.name for kind in kinds]
    merged = Merged()
    merged.add_exact(reports.exact(workspace, names, question, each * len(names)))
    merged.add_exact(_looked_up(actor, kinds, text))
    worded = reports.worded(workspace, names, question.every, each)
    merged.add(worded)
    merged.add(_meant(workspace, kinds, text, each), weight=0.9)
    if not worded and not merged.exact and question.every:
        merged.add(_nearly(workspace, names, text, question, each), weight=0.8)
    return merged


def _nearly(
    workspace_id: int, names: Sequence[str], text: str, question: Question, each: int
) -> list[Hit]:
    """Where nothing has all the words: titles a slip away, then what has some of the words."""
    near = _near(workspace_id, names, text)[: each * 2] if len(text) >= SHORTEST_NEAR else []
    if question.some == question.every:
        return near
    return [*near, *reports.worded(workspace_id, names, question.some, each)]


def _meant(workspace_id: int, kinds: Sequence[RecordKind], text: str, each: int) -> list[Hit]:
    """What means something alike. Without the meaning worker, nothing: the words do."""
    names = meant_kinds(kinds)
    if not names or len(text) < SHORTEST_MEANT:
        return []
    try:
        found = meaning.near(workspace_id, names, text, each * len(names))
    except meaning.Off:
        return []
    return [Hit(one.kind, one.pk) for one in found if one.cosine >= meaning.ALIKE]


def _near(workspace_id: int, names: Sequence[str], text: str) -> list[Hit]:
    """The titles within a few slips of what was typed, closest first."""
    typed, candidates = reports.near(workspace_id, names, text)
    rated = [(closeness(typed, title), hit) for hit, title in candidates]
    rated.sort(key=lambda pair: -pair[0])
    return [hit for rate, hit in rated if rate]


def _looked_up(actor: Actor, kinds: Sequence[RecordKind], text: str) -> list[Hit]:
    return [
        Hit(kind.name, pk)
        for kind in kinds
        if kind.name in LOOKUPS
        for pk in LOOKUPS[kind.name].find(actor, text)
    ]


def _groups(actor: Actor, merged: Merged, question: Question, each: int) -> list[Group]:
    """The records behind the hits, as far as the actor may read them and they are still there."""
    refs = merged.best(each)
    known = named(actor, refs)
    texts = reports.excerpts(actor.workspace.pk, refs, question.every or question.some)
    grouped: dict[str, list[Found]] = {}
    hidden: set[str] = set()
    for ref in refs:
        if ref not in known:
            hidden.add(ref[0])  # then no count may tell how many more there are
        else:
            excerpt = _excerpt(known[ref].label, texts.get(ref, ""))
            found = Found(known[ref], excerpt, ref in merged.exact)
            grouped.setdefault(ref[0], []).append(found)
    return [
        Group(rows[0].record.kind, rows, len(rows) if name in hidden else merged.count(name))
        for name, rows in grouped.items()
    ]


def _excerpt(label: str, text: str) -> SafeString:
    """What the text says around the words, unless the label above it says the same."""
    plain = text.translate(dict.fromkeys(map(ord, MARKS)))
    return marked("" if plain in label else text)


def marked(text: str) -> SafeString:
    """An excerpt as HTML: escaped, and the words in `<mark>`."""
    opened, closed = MARKS[0], MARKS[1]
    html = str(escape(text)).replace(opened, "<mark>").replace(closed, "</mark>")
    return mark_safe(html)
