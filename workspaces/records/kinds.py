"""What kinds of records there are: one registration says all that lists, pages and the API need.

Apps register theirs from ready(). `docs/records.md` says how a kind is added.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.text import slugify

from core.errors import NotFound
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.records.fields import Field
from workspaces.records.models import Record

Changes = Mapping[str, tuple[Any, Any]]
Rules = Callable[[Actor, Any, Changes], None]


@dataclass(frozen=True, slots=True)
class Trace:
    """One step of the chain of evidence: what this record leads to, or comes from.

    `find(actor, pk)` returns the names and ids of the records at the other end, the newest first
    and no more than a page shows (`tracing.AT_ONCE`); `count(actor, pk)` says how many there are.
    """

    label: str
    leads_on: bool
    find: Callable[[Actor, int], Sequence[tuple[str, int]]]
    count: Callable[[Actor, int], int] | None = None


@dataclass(frozen=True, slots=True)
class RecordKind:
    """One kind of record.

    The first five are all a kind must say; everything else has a usual answer. The verbs, where
    given, are its room's services, which require and audit themselves:
    `create(actor, values)`, `change(actor, pk, seen_version, values)`,
    `delete(actor, pk, seen_version)`, `restore(actor, pk)`. Without them the house's own are used
    (`workspaces.records.services`), if the kind has `fields`; `rules(actor, row, changes)` is then
    where it refuses what its domain forbids, and `after(actor, row, changes)` where it marks what
    became stale. `url(actor, pk)` is where a record opens. `hidden` fields are never shown in the
    history.

    `fields` are what people see and edit, in order; the first names the record. `board` is the
    choice a board is grouped by, `closed` its values that load on demand. `searched` are the text
    fields that searching looks through, `dated` the days that stand in the calendar, `together`
    the fields that are unique in the workspace. `public_replies` is whether what members say about
    a record may be meant for people outside. `tabbed` kinds have a page of their own that shows the
    tabs of all records, each at its name below the record's own address.

    `named_by` are the fields by which people call a record, else the first. `reasons` are fields
    whose change may need a reason, which the verbs take among the values. `plain_verbs` says that
    the kind's own verbs do no more than its `rules` and `after` and the house do, so that many
    records can be changed at once; `revert` is its `change` for undo, which no rule of progress
    holds up. `looks` write cells their own way; `found(rows, text)` is what its search box finds;
    `list_url`, `new_url` and `edit_url` are pages of its own. `row_reads` are the columns that a
    record's name and its looks are made of, where they are not just those in `named_by`.
    `list_head` is a template with further buttons of its list, `form_foot` one below the fields
    of a new record; `pasted` says that a record can be made of its name alone. `amounts` are
    columns only shown to those who see money, where no field says so by its `perm`.
    `moved(actor, row)` is the address of the record that stands for this one by now, where
    there is one. `read_only` kinds are worked out, or changed by their room's own pages alone:
    lists, forms, files, the API and undo read them and no more. `layouts` are pages of its own that
    show its list otherwise, by the word that addresses and saved views have for them, and `kept`
    what these keep in the address.
    """

    model: type[Record]
    label: str
    plural: str
    reads: Perm
    writes: Perm
    url: Callable[[Actor, int], str] | None = None
    change: Callable[[Actor, int, int, dict[str, Any]], Any] | None = None
    delete: Callable[[Actor, int, int], Any] | None = None
    restore: Callable[[Actor, int], Any] | None = None
    hidden: frozenset[str] = field(default_factory=frozenset)
    create: Callable[[Actor, dict[str, Any]], Any] | None = None
    fields: tuple[Field, ...] = ()
    rules: Rules | None = None
    after: Rules | None = None
    slug: str = ""
    icon: str = "file"
    section: str = ""
    board: str = ""
    closed: frozenset[str] = field(default_factory=frozenset)
    searched: tuple[str, ...] = ()
    dated: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    traces: tuple[Trace, ...] = ()
    sample: str = ""
    public_replies: bool = False
    tabbed: bool = False
    named_by: tuple[str, ...] = ()
    revert: Callable[[Actor, int, int, dict[str, Any]], Any] | None = None
    plain_verbs: bool = False
    reasons: frozenset[str] = field(default_factory=frozenset)
    looks: Mapping[str, Callable[[Actor, Any], str]] = field(default_factory=dict)
    found: Callable[[Any, str], QuerySet[Any]] | None = None
    list_url: Callable[[Actor], str] | None = None
    new_url: Callable[[Actor], str] | None = None
    edit_url: Callable[[Actor, int], str] | None = None
    row_reads: tuple[str, ...] = ()
    list_head: str = ""
    form_foot: str = ""
    pasted: bool = True
    amounts: frozenset[str] = field(default_factory=frozenset)
    moved: Callable[[Actor, Any], str] | None = None
    layouts: Mapping[str, Callable[[Actor], str]] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    read_only: bool = False

    @property
    def naming(self) -> tuple[str, ...]:
        """The fields by which people call a record; none where nobody said."""
        return self.named_by or tuple(one.name for one in self.fields[:1])

    @property
    def name(self) -> str:
        return self.model._meta.label_lower

    @property
    def address(self) -> str:
        """Its word in addresses and in the API."""
        return self.slug or slugify(self.plural)

    @property
    def noun(self) -> str:
        """Its word in verbs of the history: task.created."""
        return str(self.model._meta.model_name)

    @property
    def changes(self) -> bool:
        """Whether its records can be changed: by its own verb, or by the house's."""
        return not self.read_only and (self.change is not None or bool(self.fields))

    @property
    def deletes(self) -> bool:
        return not self.read_only and (self.delete is not None or bool(self.fields))

    @property
    def restores(self) -> bool:
        return not self.read_only and (self.restore is not None or bool(self.fields))

    def masked_for(self, actor: Actor) -> set[str]:
        """The built-in columns that this actor may not see."""
        hidden = {one.name for one in self.fields if one.perm and not actor.can(one.perm)}
        return hidden if actor.sees_money else hidden | self.amounts

    def rows(self, actor: Actor) -> QuerySet[Any]:
        """The records this actor may see."""
        return self.model.objects.visible_to(actor)  # type: ignore[attr-defined]

    def field(self, name: str) -> Field | None:
        """The built-in field of that name."""
        return next((one for one in self.fields if one.name == name), None)


KINDS: dict[str, RecordKind] = {}
HouseRule = Callable[[Actor, RecordKind, Any, Changes], None]
HOUSE_RULES: dict[str, HouseRule] = {}


def register_record(kind: RecordKind) -> None:
    """Called from an AppConfig's ready()."""
    KINDS[kind.name] = kind


def register_rule(name: str, rule: HouseRule) -> None:
    """What holds for every kind before it is saved; called from an AppConfig's ready()."""
    HOUSE_RULES[name] = rule


def listed() -> list[RecordKind]:
    """The kinds whose lists and pages the house makes: those that name their fields."""
    return [kind for kind in KINDS.values() if kind.fields]


def kind_at(address: str) -> RecordKind:
    """The kind behind a word of an address. Raises NotFound."""
    for kind in listed():
        if kind.address == address:
            return kind
    raise NotFound("There is no such kind of record.")
