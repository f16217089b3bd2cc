"""Live blocks: a table, a figure or a chart of records inside a text.

A block is fenced like code, with the name of its kind and lines of `key: value`. In a draft it is
worked out for whoever reads; when the document is published, its answer is kept and stands still.
Apps register the kinds they know from ready().
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.utils import timezone

from core.errors import DomainError
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.documents.markdown import tokens_of
from workspaces.records.refs import Ref

MOST_BLOCKS = 40
MOST_LINES = 20
LONGEST_LINE = 500
HIDDEN = "Hidden for your role."


@dataclass(frozen=True, slots=True)
class Answer:
    """What a block says: a table, beside it a chart where there is one.

    `numeric` says which columns are figures. `perms` are what reading it takes: whoever lacks one
    sees that there is something, not what. `guards` are what reading a column takes, where that is
    more: whoever lacks it is shown the others.
    """

    title: str
    headers: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    numeric: Sequence[bool] = ()
    note: str = ""
    chart: Mapping[str, Any] | None = None
    perms: Sequence[str] = ()
    guards: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class BlockKind:
    """A kind of block. `resolve(actor, params, about)` answers, or raises DomainError in words.

    `about` is the record the document is about. `sample` is what the editor's menu inserts.
    """

    name: str
    label: str
    perm: Perm
    sample: str
    resolve: Callable[[Actor, Mapping[str, str], Ref | None], Answer]


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a text, answered: `problem` says why it is not."""

    kind: str
    params: Mapping[str, str]
    title: str = ""
    headers: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    numeric: Sequence[bool] = ()
    note: str = ""
    chart: Mapping[str, Any] | None = None
    perms: Sequence[str] = field(default_factory=tuple)
    guards: Sequence[str] = field(default_factory=tuple)
    as_of: str = ""
    problem: str = ""


KINDS: dict[str, BlockKind] = {}


def register_block(kind: BlockKind) -> None:
    """Called from an AppConfig's ready()."""
    KINDS[kind.name] = kind


def is_block(info: str) -> bool:
    """Whether a fence with these words behind it is a block and no code."""
    return info.strip() in KINDS


def asked_in(text: str) -> list[tuple[str, str]]:
    """The blocks of a text in order: (kind, lines)."""
    fences = [token for token in tokens_of(text) if token.type == "fence"]
    return [(one.info.strip(), one.content) for one in fences if is_block(one.info)]


def answered(actor: Actor, text: str, about: Ref | None = None) -> list[Block]:
    """Every block of a text, worked out for this actor now."""
    asked = asked_in(text)
    return [
        answer(actor, kind, lines, about) if number < MOST_BLOCKS else _too_many(kind)
        for number, (kind, lines) in enumerate(asked)
    ]


def answer(actor: Actor, name: str, lines: str, about: Ref | None = None) -> Block:
    """One block. A refusal stands in it as words; it never breaks the page."""
    kind = KINDS[name]
    try:
        params = _params(lines)
        if not actor.can(kind.perm):
            return Block(name, params, problem=HIDDEN)
        found = kind.resolve(actor, params, about)
    except DomainError as refusal:
        return Block(name, {}, problem=str(refusal))
    said = asdict(found) | {"perms": sorted({kind.perm.value, *found.perms})}
    now = timezone.now().isoformat(timespec="seconds")
    return _for_reader(actor, Block(name, params, as_of=now, **said))


def frozen(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """Blocks as a version keeps them."""
    return [asdict(block) for block in blocks]


def thawed(actor: Actor, kept: Sequence[Mapping[str, Any]]) -> list[Block]:
    """A version's blocks for this reader; those that take more than the role has are masked."""
    return [_for_reader(actor, Block(**one)) for one in kept]


def _for_reader(actor: Actor, block: Block) -> Block:
    if not all(actor.can(Perm(perm)) for perm in block.perms):
        return Block(block.kind, {}, title=block.title, problem=HIDDEN)
    open_to = [at for at, perm in enumerate(block.guards) if not perm or actor.can(Perm(perm))]
    if len(open_to) == len(block.guards):
        return block
    return replace(
        block,
        headers=[block.headers[at] for at in open_to],
        numeric=[block.numeric[at] for at in open_to],
        guards=[block.guards[at] for at in open_to],
        rows=[[row[at] for at in open_to] for row in block.rows],
    )


def moved_on(then: Sequence[Block], now: Sequence[Block]) -> list[str]:
    """The blocks, by title, that say something else now than they said then."""
    pairs = zip(then, now, strict=False)
    return [
        one.title or one.kind
        for one, other in pairs
        if not other.problem and _said(one) != _said(other)
    ]


def _said(block: Block) -> tuple[list[str], list[list[str]]]:
    return list(block.headers), [list(row) for row in block.rows]


def _params(lines: str) -> dict[str, str]:
    found: dict[str, str] = {}
    said = [line for line in lines.splitlines() if line.strip()]
    if len(said) > MOST_LINES:
        raise DomainError(f"A block takes up to {MOST_LINES} lines.")
    for line in said:
        name, colon, value = line.partition(":")
        if not colon or len(line) > LONGEST_LINE:
            raise DomainError(f"“{line.strip()[:60]}” is not a line of the form name: value.")
        found[name.strip().lower()] = value.strip()
    return found


def _too_many(kind: str) -> Block:
    return Block(kind, {}, problem=f"A document holds up to {MOST_BLOCKS} blocks.")
