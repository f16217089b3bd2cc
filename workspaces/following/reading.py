"""Notifications as people read them, on pages and in letters, with the rights they have today."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from workspaces.access.actor import Actor
from workspaces.audit.models import ActivityEvent
from workspaces.following.imported import worded
from workspaces.following.models import WHOLE_KIND, Notification, Reason
from workspaces.following.sources import EXCERPTS, WORDS
from workspaces.records import refs
from workspaces.records.describing import fields_of
from workspaces.records.history import Change, Entry, entries
from workspaces.records.kinds import KINDS, RecordKind
from workspaces.records.refs import Named

MOST_CHANGES = 4
MOST_TEXTS = 3
REASONS = {
    Reason.APPROVAL: ("Approval", "shield-check"),
    Reason.MENTION: ("Mention", "message-circle"),
    Reason.ASSIGNMENT: ("Assigned", "user"),
    Reason.WATCHING: ("Watching", "eye"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One notification in words."""

    pk: int
    about: int
    label: str
    url: str
    kind: RecordKind
    reason: str
    icon: str
    who: str
    words: str
    texts: tuple[str, ...]
    changes: tuple[Change, ...]
    more: int
    count: int
    at: datetime
    unread: bool
    can_mute: bool

    @property
    def thread(self) -> str:
        """What letters about the same belong together by."""
        return f"{self.kind.name}-{self.about}"


def read(actor: Actor, rows: Sequence[Notification]) -> list[Told]:
    """The notifications in words, in their order; those of records one may not see are left out.

    What is in the trash keeps its name: that it went there is the news.
    """
    wanted = {pk for row in rows for pk in row.events}
    history = ActivityEvent.objects.visible_to(actor).filter(pk__in=wanted)
    events = {event.pk: event for event in history.select_related("actor").order_by("pk")}
    said = _excerpts(actor, events.values())
    words = {one.event.pk: one for one in entries(actor, list(events.values()))}
    imports = worded(actor, rows, events)
    names = refs.named(actor, [row.ref for row in rows if row.object_id != WHOLE_KIND])
    trashed = _trashed(actor, [row.ref for row in rows if row.ref not in names])
    found = []
    for row in rows:
        here = [imports.get((row.pk, pk), words[pk]) for pk in row.events if pk in words]
        if row.object_id == WHOLE_KIND or row.ref in names or row.ref in trashed:
            texts = [said[pk] for pk in row.events if pk in said]
            found.append(_told(actor, row, names.get(row.ref), here, texts))
    return found


def _trashed(actor: Actor, missing: Iterable[refs.Ref]) -> set[refs.Ref]:
    """Which of these records lie in the trash."""
    found: set[refs.Ref] = set()
    for name in {kind for kind, _ in missing}:
        pks = [pk for kind, pk in missing if kind == name]
        rows = KINDS[name].model.objects  # type: ignore[attr-defined]
        if hasattr(rows, "trashed_in"):
            gone = rows.trashed_in(actor.workspace.pk).filter(pk__in=pks)
            found |= {(name, pk) for pk in gone.values_list("pk", flat=True)}
    return found


def _excerpts(actor: Actor, events: Iterable[ActivityEvent]) -> dict[int, str]:
    """What was said in these events, where rows of their own hold it."""
    wanted: dict[str, dict[int, int]] = defaultdict(dict)
    for event in events:
        if event.model in EXCERPTS:
            wanted[event.model][event.pk] = event.object_id
    found: dict[int, str] = {}
    for model, rows in wanted.items():
        texts = EXCERPTS[model](actor, set(rows.values()))
        found |= {event: texts[pk] for event, pk in rows.items() if texts.get(pk)}
    return found


def _told(
    actor: Actor,
    row: Notification,
    named: Named | None,
    here: Sequence[Entry],
    texts: Sequence[str],
) -> Told:
    kind = KINDS[row.kind]
    label, icon = REASONS[Reason(row.reason)]
    several = row.object_id == WHOLE_KIND
    changes = [] if several else _changes(actor, kind, here)
    return Told(
        pk=row.pk,
        about=row.object_id,
        label=_many(row, kind) if several else _name(row, named),
        url=named.url if named else "",
        kind=kind,
        reason=label,
        icon=icon,
        who=_who(here),
        words=_words(here),
        texts=tuple(dict.fromkeys(texts))[-MOST_TEXTS:],
        changes=tuple(changes[:MOST_CHANGES]),
        more=max(0, len(changes) - MOST_CHANGES),
        count=row.count,
        at=row.at,
        unread=row.read_at is None,
        can_mute=not several,
    )


def _many(row: Notification, kind: RecordKind) -> str:
    """How many of what. Those without a name are more than those told of one by one."""
    return f"{row.count:,} {'' if row.label else 'more '}{kind.plural.lower()}"


def _name(row: Notification, named: Named | None) -> str:
    return named.label if named else row.label


def _who(here: Sequence[Entry]) -> str:
    """Who did it: the last to act first, and how many others."""
    people = list(dict.fromkeys(str(one.event.actor or "Somebody") for one in reversed(here)))
    if not people:
        return "Somebody"
    others = len(people) - 1
    return people[0] if not others else f"{people[0]} and {others} other{'s'[: others - 1]}"


def _words(here: Sequence[Entry]) -> str:
    """What was done, each verb once."""
    verbs = list(dict.fromkeys(WORDS.get(one.event.verb, one.words) for one in here))
    return " and ".join(verbs[-3:]) or "changed"


def _changes(actor: Actor, kind: RecordKind, here: Sequence[Entry]) -> list[Change]:
    """Each field once: what it was at first, what it is now. Fields one may not see are left out.

    What was changed and changed back is no news.
    """
    seen = {one.name for one in fields_of(actor, kind)}
    secret = {one.name for one in kind.fields} - seen
    found: dict[str, Change] = {}
    for entry in here:
        if entry.event.verb.endswith(".created"):
            continue
        for change in entry.changes:
            custom = change.field.startswith("custom.")
            if change.field in secret or (custom and change.field not in seen):
                continue
            first = found.get(change.field, change)
            found[change.field] = replace(change, before=first.before)
    return [one for one in found.values() if one.before != one.after]
