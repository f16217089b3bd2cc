"""What the history says to followers.

An event about a record of a registered kind speaks for itself. Rooms whose rows speak of other
records (comments, approvals) register what their events mean to whom.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from workspaces.access.actor import Actor
from workspaces.audit.models import ActivityEvent
from workspaces.following.models import Reason
from workspaces.records.fields import FieldType
from workspaces.records.kinds import KINDS, RecordKind
from workspaces.records.refs import Ref

PEOPLE = {
    "assignee": Reason.ASSIGNMENT,
    "owner": Reason.ASSIGNMENT,
    "approver": Reason.APPROVAL,
}


@dataclass(frozen=True, slots=True)
class Said:
    """What one event says: of which record, to whom in particular, and who watches from now on.

    `told` are people by id who hear of it whether they watch or not, unless they chose to hear
    nothing of this record. `silent` is the id of whoever did it: nobody hears of their own acts.
    Without `to_all` those who watch the record hear nothing of this.
    """

    ref: Ref
    told: Mapping[int, Reason] = field(default_factory=dict)
    watches: frozenset[int] = frozenset()
    silent: int | None = None
    to_all: bool = True


Source = Callable[[int, Sequence[ActivityEvent]], Mapping[int, Said]]
Excerpts = Callable[[Actor, Iterable[int]], Mapping[int, str]]
SOURCES: dict[str, Source] = {}
WORDS: dict[str, str] = {}  # what was done to the record, by verb: “commented on”
EXCERPTS: dict[str, Excerpts] = {}


def register_source(
    model: str,
    source: Source,
    words: Mapping[str, str] | None = None,
    excerpts: Excerpts | None = None,
) -> None:
    """Called from an AppConfig's ready(). `model` is what its events are about.

    `words` say by verb what was done to the record that is followed; `excerpts(actor, ids)` are the
    texts of such rows as this actor may read them now.

    `source(workspace_id, events)` gets such events of one workspace and returns what they say by
    the id of the event; what it leaves out concerns no follower. It runs in the relay's
    transaction, so it asks the database once for all of them.
    """
    SOURCES[model] = source
    WORDS.update(words or {})
    if excerpts is not None:
        EXCERPTS[model] = excerpts


def what_is_said(workspace_id: int, events: Sequence[ActivityEvent]) -> dict[int, Said]:
    """What these events say to followers, by the id of the event."""
    found: dict[int, Said] = {}
    for model in {event.model for event in events}:
        of_model = [event for event in events if event.model == model]
        if model in SOURCES:
            found.update(SOURCES[model](workspace_id, of_model))
        elif kind := KINDS.get(model):
            found.update((event.pk, of_record(kind, event)) for event in of_model)
    return found


def of_record(kind: RecordKind, event: ActivityEvent) -> Said:
    """What an event about a record itself says: to whoever it now belongs to, before all."""
    told: dict[int, Reason] = {}
    for name, reason in PEOPLE.items():
        new = _now_named(kind, event, name)
        if new is not None:
            told[new] = min(reason, told.get(new, reason))
    watches = set(told)
    if event.verb.endswith(".created") and event.actor_id:
        watches.add(event.actor_id)
    return Said((event.model, event.object_id), told, frozenset(watches), event.actor_id)


def _now_named(kind: RecordKind, event: ActivityEvent, name: str) -> int | None:
    """The person a field of this event names since then."""
    change, known = event.changes.get(name), kind.field(name)
    if known is None or known.type is not FieldType.PERSON:
        return None
    if not isinstance(change, list) or len(change) != 2 or not isinstance(change[1], int):
        return None
    return change[1]
