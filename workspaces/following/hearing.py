"""From what happened to who is told: one turn of the relay, in a fixed number of statements."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from workspaces.access.roles import GRANTS, Role
from workspaces.audit.models import ActivityEvent
from workspaces.following import imported, mailing, recompute
from workspaces.following.imported import MOST_APART
from workspaces.following.models import WHOLE_KIND, Level, Reason, Watch
from workspaces.following.sources import Said, what_is_said
from workspaces.members.models import Membership
from workspaces.records.kinds import KINDS
from workspaces.records.refs import Ref

Levels = dict[Ref, dict[int, str]]


@dataclass(slots=True)
class News:
    """What one person is told of one record, or of one act on many, in this turn.

    `many` is of how many records a single event speaks, where it speaks of several.
    """

    user_id: int
    kind: str
    object_id: int
    batch: UUID | None
    label: str
    at: datetime
    reason: Reason = Reason.WATCHING
    events: list[int] = field(default_factory=list)
    many: int = 0

    @property
    def count(self) -> int:
        return self.many or len(self.events)

    def add(self, event: ActivityEvent, ref: Ref, reason: Reason) -> None:
        """One more event of the same."""
        self.reason = min(self.reason, reason)
        self.label, self.at = event.label, event.at
        if ref[1] != self.object_id:
            self.object_id = WHOLE_KIND
        self.events.append(event.pk)


def hear(workspace_id: int, events: Sequence[ActivityEvent]) -> None:
    """Write down who is told what, and who watches from now on. Runs in the relay's transaction."""
    said = what_is_said(workspace_id, [one for one in events if not imported.is_row(one)])
    ends = [event for event in events if imported.is_end(event)]
    if not said and not ends:
        return
    levels = _levels(workspace_id, [one.ref for one in said.values()])
    known = {ref: dict(people) for ref, people in levels.items()}
    chosen = _choose(events, said, levels)
    _add_imports(workspace_id, ends, chosen)
    readers = _readers(workspace_id, {person for person, _ in chosen})
    news = [one for one in chosen.values() if one.kind in readers.get(one.user_id, ())]
    _start_watching(workspace_id, levels, known)
    recompute.notify(workspace_id, [one for one in news if one.batch is None])
    recompute.notify_of_batches(workspace_id, [one for one in news if one.batch is not None])
    mailing.plan(workspace_id, {one.user_id: one.reason for one in _strongest_last(news)})


def _levels(workspace_id: int, refs: Sequence[Ref]) -> Levels:
    """How much people want to hear of these records and of their kinds."""
    kinds, pks = {kind for kind, _ in refs}, {pk for _, pk in refs} | {WHOLE_KIND}
    rows = Watch.objects.in_workspace(workspace_id).filter(kind__in=kinds, object_id__in=pks)
    found: Levels = defaultdict(dict)
    for kind, pk, user, level in rows.values_list("kind", "object_id", "user_id", "level"):
        found[(kind, pk)][user] = level
    return found


def _choose(
    events: Sequence[ActivityEvent], said: Mapping[int, Said], levels: Levels
) -> dict[tuple[int, object], News]:
    """Who is told what, by person and by record or act. Adds to `levels` who begins to watch.

    Of an act on many, whoever watches some of these records is told of each, of the first ones.
    """
    chosen: dict[tuple[int, object], News] = {}
    apart: Counter[tuple[int, UUID, str]] = Counter()
    for event in events:
        one = said.get(event.pk)
        if one is None:
            continue
        if event.batch is None:
            for person in one.watches:
                levels[one.ref].setdefault(person, Level.ALL)
        for person, reason in told_of(one, levels).items():
            batch = event.batch
            if batch and levels.get(one.ref, {}).get(person) == Level.ALL:
                apart[person, batch, one.ref[0]] += 1
                batch = batch if apart[person, batch, one.ref[0]] > MOST_APART else None
            about = (batch, one.ref[0]) if batch else one.ref
            news = chosen.setdefault(
                (person, about), News(person, *one.ref, batch, event.label, event.at)
            )
            news.add(event, one.ref, reason)
    return chosen


def _add_imports(
    workspace_id: int, ends: Sequence[ActivityEvent], chosen: dict[tuple[int, object], News]
) -> None:
    """What imports tell, joined with what is told of the same records anyway."""
    for event in ends:
        for hit in imported.hits(workspace_id, event):
            batch = event.batch if hit.ref[1] == WHOLE_KIND else None
            about = (batch, hit.ref[0]) if batch else hit.ref
            news = chosen.setdefault(
                (hit.person, about), News(hit.person, *hit.ref, batch, hit.label, event.at)
            )
            news.events = sorted([*news.events, event.pk])
            news.many = hit.many if batch else 0


def told_of(said: Said, levels: Levels) -> dict[int, Reason]:
    """Who hears of this, and why: those it names and those who watch, but who did it."""
    kind = (said.ref[0], WHOLE_KIND)
    wishes = {**levels.get(kind, {}), **levels.get(said.ref, {})}
    watching = [p for p, level in wishes.items() if level == Level.ALL and said.to_all]
    told = dict.fromkeys(watching, Reason.WATCHING)
    told.update(said.told)
    return {
        person: reason
        for person, reason in told.items()
        if person != said.silent and wishes.get(person) != Level.NONE
    }


def _readers(workspace_id: int, people: set[int]) -> dict[int, set[str]]:
    """The kinds that each of these people may read; those who left read nothing."""
    if not people:
        return {}
    members = Membership.objects.in_workspace(workspace_id).active().filter(user_id__in=people)
    return {
        person: {kind.name for kind in KINDS.values() if kind.reads in GRANTS[Role(role)]}
        for person, role in members.values_list("user_id", "role")
    }


def _start_watching(workspace_id: int, levels: Levels, known: Levels) -> None:
    """Keep who began to watch in this turn."""
    new = [
        Watch(workspace_id=workspace_id, kind=ref[0], object_id=ref[1], user_id=person)
        for ref, people in levels.items()
        for person in people.keys() - known.get(ref, {}).keys()
    ]
    if new:
        Watch.objects.bulk_create(new, ignore_conflicts=True)


def _strongest_last(news: Iterable[News]) -> list[News]:
    return sorted(news, key=lambda one: one.reason, reverse=True)
