"""The chain of evidence: what a record comes from and what it leads to, both ways.

A kind names its own traces; apps above add theirs with `register_trace`. What knows of records of
every kind, such as links that people draw, registers a finder.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from workspaces.access.actor import Actor
from workspaces.records import refs
from workspaces.records.kinds import RecordKind, Trace
from workspaces.records.refs import Named, Ref

SHOWN = 8
AT_ONCE = SHOWN + 1  # what a trace reads: enough to say that there are more


@dataclass(frozen=True, slots=True)
class Step:
    """One record at the other end. `leads_on` is None for what stands beside, on neither side.

    `link` is the link that somebody drew to it, 0 where it follows from the records themselves.
    """

    label: str
    leads_on: bool | None
    ref: Ref
    link: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """The records of one label at one end. `count` may be more than are listed."""

    label: str
    leads_on: bool | None
    records: list[tuple[Named, int]]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.records)


Finder = Callable[[Actor, RecordKind, int], Iterable[Step]]
ADDED: dict[str, list[Trace]] = defaultdict(list)
FINDERS: dict[str, Finder] = {}


def register_trace(kind_name: str, trace: Trace) -> None:
    """Called from an AppConfig's ready(), for a kind of one's own or of an app below."""
    ADDED[kind_name] = [one for one in ADDED[kind_name] if one.label != trace.label] + [trace]


def register_finder(name: str, find: Finder) -> None:
    """Called from an AppConfig's ready(). `find(actor, kind, pk)` knows of records of any kind."""
    FINDERS[name] = find


def traces_of(kind: RecordKind) -> list[Trace]:
    return [*kind.traces, *ADDED[kind.name]]


def chain(actor: Actor, kind: RecordKind, pk: int) -> list[Group]:
    """What the record comes from, what it leads to, and what stands beside it, in that order.

    Only what this actor may read: whatever a trace finds is asked for once more through the kinds'
    doors, so that a careless trace gives nothing away.
    """
    groups: dict[tuple[bool | None, str], dict[Ref, int]] = {}
    for step in _steps(actor, kind, pk):
        if step.ref != (kind.name, pk):
            group = groups.setdefault((step.leads_on, step.label), {})
            group[step.ref] = group.get(step.ref) or step.link
    named = refs.named(actor, [ref for group in groups.values() for ref in group])
    counts = {(one.leads_on, one.label): one.count for one in traces_of(kind) if one.count}
    found = []
    for (leads_on, label), wanted in groups.items():
        records = [(named[ref], link) for ref, link in wanted.items() if ref in named]
        many = len(records)
        if many > SHOWN and (count := counts.get((bool(leads_on), label))):
            many = count(actor, pk)
        if records:
            found.append(Group(label, leads_on, records[:SHOWN], many))
    return sorted(found, key=lambda group: ORDER[group.leads_on])


ORDER = {False: 0, True: 1, None: 2}


def _steps(actor: Actor, kind: RecordKind, pk: int) -> Iterator[Step]:
    for trace in traces_of(kind):
        for ref in trace.find(actor, pk):
            yield Step(trace.label, trace.leads_on, ref)
    for find in FINDERS.values():
        yield from find(actor, kind, pk)
