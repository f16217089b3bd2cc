"""The history as people read it: names instead of ids, old and new beside one another."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.text import capfirst

from core.templatetags import ui
from workspaces.access.actor import Actor
from workspaces.audit.models import ActivityEvent
from workspaces.fields.providing import hidden_from
from workspaces.fields.wording import Wording
from workspaces.members.models import User
from workspaces.records import refs
from workspaces.records.changes import CUSTOM
from workspaces.records.kinds import KINDS, RecordKind
from workspaces.records.undo import KEPT_ASIDE, restorable

LONGEST = 160
# What acts on rows that are no records are called: verb, and what it was done to.
WORDS = {
    "import.uploaded": ("uploaded", "for import"),
    "import.discarded": ("discarded", "the import of"),
    "import.undone": ("undid", "the import of"),
    "invitation.sent": ("invited", ""),
    "invitation.resent": ("invited again", ""),
    "invitation.revoked": ("took back", "the invitation of"),
    "member.role_changed": ("changed the role of", ""),
    "member.removed": ("removed", ""),
    "member.restored": ("brought back", ""),
    "member.joined": ("joined", ""),
    "member.left": ("left", ""),
    "workspace.created": ("created the workspace", ""),
    "workspace.changed": ("changed the settings of", ""),
    "workspace.deleted": ("deleted the workspace", ""),
    "workspace.restored": ("brought back the workspace", ""),
}
# Acts on rows that speak of records: by model, the words of each verb, and what finds the records:
# `find(actor, pks)` returns {pk: (the record's name, where it is spoken of)}.
ABOUT: dict[str, tuple[Mapping[str, str], "Find"]] = {}
Find = Callable[[Actor, Collection[int]], dict[int, tuple[str, str]]]
NOUNS = {
    "customfield": "field",
    "importrun": "import",
    "membership": "member",
    "orderline": "order line",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what it was, what it became. `restores` is whether its old value can come back."""

    field: str
    label: str
    before: str
    after: str
    restores: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One act in words."""

    event: ActivityEvent
    words: str
    kind: str
    label: str
    url: str
    changes: list[Change]
    reason: str
    undoable: bool


def register_about(model: str, words: Mapping[str, str], find: Find) -> None:
    """Called from an AppConfig's ready(). Says how acts on rows about records are told."""
    ABOUT[model] = (words, find)


def entries(actor: Actor, events: Sequence[ActivityEvent]) -> list[Entry]:
    """Events ready for a page. Names of linked rows are read in one statement per model."""
    names = _names(actor, events)
    about = _about(actor, events)
    own = Wording(actor, _own_values(events))
    return [
        about[event.pk] if event.pk in about else _entry(actor, event, names, own)
        for event in events
    ]


def _about(actor: Actor, events: Sequence[ActivityEvent]) -> dict[int, Entry]:
    """The acts on rows that speak of records, told as acts on those records."""
    found: dict[int, Entry] = {}
    for model, (words, find) in ABOUT.items():
        mine = [event for event in events if event.model == model]
        records = find(actor, {event.object_id for event in mine}) if mine else {}
        for event in mine:
            verb = event.verb.rpartition(".")[2]
            label, url = records.get(event.object_id, ("a record that is gone", ""))
            told = words.get(verb, verb.replace("_", " "))
            found[event.pk] = Entry(event, told, "", label, url, [], "", False)
    return found


def _own_values(events: Sequence[ActivityEvent]) -> Iterator[tuple[str, str, Any]]:
    """Every value of a custom field that the events speak of."""
    for event in events:
        for name, pair in event.changes.items():
            if name.startswith(CUSTOM) and isinstance(pair, list):
                yield from ((event.model, name, value) for value in pair)


def _entry(
    actor: Actor, event: ActivityEvent, names: dict[tuple[str, str, int], str], own: Wording
) -> Entry:
    kind = KINDS.get(event.model)
    _, _, verb = event.verb.rpartition(".")
    words, noun = WORDS.get(event.verb, (verb.replace("_", " "), _noun(kind, event)))
    if event.model.endswith(".importrun") and event.verb not in WORDS:
        words, noun = "imported", ""
    writes = kind is not None and actor.can(kind.writes)
    hidden = hidden_from(actor, event.model)
    changes = [
        _own_change(event, name, pair, own, writes)
        if name.startswith(CUSTOM)
        else _change(kind, event, name, pair, names, writes)
        for name, pair in event.changes.items()
        if name not in hidden and _shown(event, kind, name, pair)
    ]
    reason = event.changes.get("reason", (None, ""))[1] or ""
    gone = verb == "deleted"
    return Entry(
        event,
        words,
        noun,
        event.label,
        refs.url_of(actor, kind, event.object_id) if kind and not gone else "",
        changes,
        str(reason),
        writes and (gone or bool(changes)) and verb != "created",
    )


def _noun(kind: RecordKind | None, event: ActivityEvent) -> str:
    name = event.model.rpartition(".")[2]
    return kind.label.lower() if kind else NOUNS.get(name, name)


def _shown(event: ActivityEvent, kind: RecordKind | None, name: str, pair: Any) -> bool:
    if name in (*KEPT_ASIDE, "deleted_at") or not isinstance(pair, list) or len(pair) != 2:
        return False
    if kind and name in kind.hidden:
        return False
    if event.model.endswith(".importrun"):
        return pair[1] not in (None, "", {}, [], 0)
    return not (event.verb.endswith(".created") and pair[1] in (None, "", {}, []))


def _change(
    kind: RecordKind | None,
    event: ActivityEvent,
    name: str,
    pair: list[Any],
    names: dict[tuple[str, str, int], str],
    writes: bool,
) -> Change:
    field = _field(kind, name)
    label = capfirst(str(getattr(field, "verbose_name", name.replace("_", " "))))

    def words(value: Any) -> str:
        if value in (None, "", {}, []):
            return ""
        if field is not None and field.is_relation:
            return names.get((event.model, name, value), f"no longer there ({value})")
        return _words(field, value)

    can = writes and kind is not None and restorable(kind, name)
    created = event.verb.endswith(".created")
    return Change(name, label, words(pair[0]), words(pair[1]), can and not created)


def _own_change(
    event: ActivityEvent, name: str, pair: list[Any], own: Wording, writes: bool
) -> Change:
    before, after = (_short(own.words(event.model, name, value)) for value in pair)
    can = writes and own.lives(event.model, name) and not event.verb.endswith(".created")
    return Change(name, own.label(event.model, name), before, after, can)


def _words(field: Any, value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {each}" for key, each in value.items() if each)
    choices = dict(getattr(field, "flatchoices", None) or [])
    if not isinstance(value, list) and value in choices:
        return str(choices[value])
    kind = field.get_internal_type() if field is not None else ""
    if kind == "DateTimeField" and (moment := parse_datetime(str(value))):
        return _moment(moment)
    if kind == "DateField" and (day := parse_date(str(value))):
        return ui.day(day)
    return _short(str(value))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _moment(moment: datetime) -> str:
    return str(ui.moment(moment))


def _field(kind: RecordKind | None, name: str) -> Any:
    try:
        return kind.model._meta.get_field(name) if kind else None
    except FieldDoesNotExist:
        return None


def _names(actor: Actor, events: Sequence[ActivityEvent]) -> dict[tuple[str, str, int], str]:
    """What the rows that these changes point at are called."""
    wanted: dict[Any, set[int]] = defaultdict(set)
    places: list[tuple[str, str, Any]] = []
    for event in events:
        for name, pair in event.changes.items():
            field = _field(KINDS.get(event.model), name)
            if field is None or not field.is_relation or not isinstance(pair, list):
                continue
            wanted[field.related_model].update(pk for pk in pair if isinstance(pk, int))
            places.append((event.model, name, field.related_model))
    called = {model: _called(actor, model, pks) for model, pks in wanted.items()}
    return {
        (event_model, name, pk): text
        for event_model, name, model in places
        for pk, text in called[model].items()
    }


def _called(actor: Actor, model: Any, pks: set[int]) -> dict[int, str]:
    if model is User:
        rows = User.objects.filter(pk__in=pks, memberships__workspace=actor.workspace)
    elif hasattr(model.objects, "with_trash"):
        rows = model.objects.with_trash(actor.workspace.pk).filter(pk__in=pks)
    else:
        rows = model.objects.visible_to(actor).filter(pk__in=pks)
    return {row.pk: str(row) for row in rows}
