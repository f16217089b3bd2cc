"""Naming people, teams and records in a comment: `@Ada`, `@Buyers`, `#Trail Jacket`.

People type names; what is stored is who was meant. Only those are named who may read the record.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import Refused
from core.markdown import REF, refs_in
from workspaces.access.actor import Actor
from workspaces.access.roles import GRANTS, Role
from workspaces.discussion.models import Comment, Mention
from workspaces.members.models import Membership, Team
from workspaces.records import refs
from workspaces.records.kinds import KINDS, RecordKind
from workspaces.records.models import ScopedQuerySet

MOST = 50
MOST_NAMES = 5_000
USER, TEAM = "user", "team"
CODE = re.compile(r"(```.*?(?:```|\Z)|`[^`\n]*`)", re.S)
STRANGER = "Somebody you mention is not a member of this workspace."
NO_TEAM = "A team you mention is not in this workspace."
NO_RECORD = "A record you mention is not here, or you may not open it."


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody or something that can be mentioned, and how it is written."""

    kind: str
    pk: int
    label: str
    hint: str = ""

    @property
    def ref(self) -> str:
        return f"{self.kind}:{self.pk}"

    @property
    def sign(self) -> str:
        return "@" if self.kind in (USER, TEAM) else "#"

    @property
    def token(self) -> str:
        return f"{self.sign}[{self.ref}]"

    @property
    def written(self) -> str:
        return f"{self.sign}{self.label}"


def may_read(member: Membership, kind: RecordKind, pk: int) -> bool:
    """Whether this member may read that record, which whoever asks may read."""
    role = Role(member.role)
    if kind.reads not in GRANTS[role]:
        return False
    if not _personal(kind):
        return True
    them = Actor(member.user, member.workspace, role)
    return bool(kind.rows(them).filter(pk=pk).exists())


def _personal(kind: RecordKind) -> bool:
    """Whether rows of this kind are kept from some of those who may read the kind."""
    rows: Any = kind.model.objects.all()  # type: ignore[attr-defined]
    return type(rows).visible_to is not ScopedQuerySet.visible_to


def members_of(actor: Actor) -> Any:
    """The people of the workspace, by name."""
    rows = Membership.objects.visible_to(actor).active().select_related("user", "workspace")
    return rows.order_by("user__name", "pk")


def resolved(actor: Actor, kind: str, pk: int, text: str, chosen: Iterable[str]) -> str:
    """`text` with the names that were chosen or typed as tokens.

    `chosen` are refs such as `user:1`, from the list a member picked from; a ref whose name does
    not stand in the text is left out. Raises Refused for whom or what may not be mentioned.
    """
    targets = _chosen(actor, chosen)
    body = _replace(text, targets)
    if "@" in REF.sub("", body):
        body = _replace(body, _typed(actor))
    check(actor, kind, pk, body)
    return body


def check(actor: Actor, kind: str, pk: int, body: str) -> None:
    """Raise Refused unless everybody and everything in `body` may be mentioned here."""
    named = refs_in(body)
    if len(named) > MOST:
        raise Refused(f"A comment mentions {MOST} people, teams and records at most.")
    users = {each for what, each in named if what == USER}
    members = {m.user_id: m for m in members_of(actor).filter(user_id__in=users)} if users else {}
    if users - set(members):
        raise Refused(STRANGER)
    for member in members.values():
        if not may_read(member, KINDS[kind], pk):
            raise Refused(
                f"{member.user} may not open this record, so they cannot be mentioned here. "
                "Take the @ away to write the name only."
            )
    teams = {each for what, each in named if what == TEAM}
    if teams and Team.objects.visible_to(actor).filter(pk__in=teams).count() != len(teams):
        raise Refused(NO_TEAM)
    records = [ref for ref in named if ref[0] not in (USER, TEAM)]
    if len(refs.named(actor, records)) != len(records):
        raise Refused(NO_RECORD)


def rows_of(comment: Comment) -> list[Mention]:
    """The mentions in a comment's text, as rows to be saved."""
    return [_row(comment, what, pk) for what, pk in refs_in(comment.body)]


def _row(comment: Comment, what: str, pk: int) -> Mention:
    base = {"workspace_id": comment.workspace_id, "comment": comment}
    if what == USER:
        return Mention(**base, user_id=pk)
    if what == TEAM:
        return Mention(**base, team_id=pk)
    return Mention(**base, kind=what, object_id=pk)


def people(actor: Actor, kind: str, pk: int, text: str, most: int) -> list[Target]:
    """Members who may read that record, and teams, whose name has every word of `text`."""
    members, teams = members_of(actor), Team.objects.visible_to(actor).order_by("name")
    for word in text.split():
        members = members.filter(user__name__icontains=word)
        teams = teams.filter(name__icontains=word)
    found = [
        Target(USER, one.user_id, str(one.user), Role(one.role).label)
        for one in members.exclude(user__name="")[: most * 3]
        if may_read(one, KINDS[kind], pk)
    ]
    found += [Target(TEAM, one.pk, one.name, "Team") for one in teams[:most]]
    return found[:most]


def picked(actor: Actor, chosen: Iterable[str]) -> list[Target]:
    """What the refs of a refused form name, for the form to keep; what is wrong is left out."""
    pairs = [ref.partition(":") for ref in dict.fromkeys(chosen)]
    known = [(what, int(pk)) for what, _, pk in pairs if pk.isascii() and pk.isdigit()]
    known = [pair for pair in known if pair[1] < 2**63]
    return list(targets(actor, known[:MOST]).values())


def _chosen(actor: Actor, chosen: Iterable[str]) -> list[Target]:
    """What the refs name. Raises Refused for one that is not here."""
    pairs = []
    for ref in dict.fromkeys(chosen):
        what, _, number = ref.partition(":")
        if not number.isascii() or not number.isdigit() or len(number) > 18:
            raise Refused(NO_RECORD)
        pairs.append((what, int(number)))
    if len(pairs) > MOST:
        raise Refused(f"A comment mentions {MOST} people, teams and records at most.")
    found = targets(actor, pairs)
    for what, pk in pairs:
        if (what, pk) not in found:
            raise Refused({USER: STRANGER, TEAM: NO_TEAM}.get(what, NO_RECORD))
    return [found[pair] for pair in pairs]


def targets(actor: Actor, pairs: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Target]:
    """What these refs name, as far as the actor may know: one statement a kind."""
    found: dict[tuple[str, int], Target] = {}
    users = [pk for what, pk in pairs if what == USER]
    if users:
        for member in members_of(actor).filter(user_id__in=users):
            found[USER, member.user_id] = Target(USER, member.user_id, str(member.user))
    teams = [pk for what, pk in pairs if what == TEAM]
    if teams:
        for team in Team.objects.visible_to(actor).filter(pk__in=teams):
            found[TEAM, team.pk] = Target(TEAM, team.pk, team.name)
    for ref, named in refs.named(actor, [p for p in pairs if p[0] not in (USER, TEAM)]).items():
        found[ref] = Target(named.kind.name, named.pk, named.label, named.kind.label)
    return found


def _typed(actor: Actor) -> list[Target]:
    """Everybody whose name means one person or team alone."""
    people = members_of(actor).values_list("user_id", "user__name")[:MOST_NAMES]
    teams = Team.objects.visible_to(actor).values_list("pk", "name")[:MOST_NAMES]
    known = [Target(USER, pk, name) for pk, name in people if name.strip()]
    known += [Target(TEAM, pk, name) for pk, name in teams]
    counts: dict[str, int] = {}
    for one in known:
        counts[one.label.casefold()] = counts.get(one.label.casefold(), 0) + 1
    return [one for one in known if counts[one.label.casefold()] == 1]


def _replace(text: str, known: Sequence[Target]) -> str:
    """The names of `known` in `text` as tokens, the longest first, outside code."""
    if not known:
        return text
    by_name: dict[str, list[Target]] = {}
    for one in known:
        by_name.setdefault(one.written.casefold(), []).append(one)
    names = sorted((one.written for one in known), key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w@#])(?:{'|'.join(map(re.escape, names))})(?!\w)", re.I)

    def token(match: re.Match[str]) -> str:
        same = by_name.get(match.group().casefold())
        if not same:
            return match.group()
        return (same.pop(0) if len(same) > 1 else same[0]).token

    parts = CODE.split(text)
    return "".join(part if at % 2 else pattern.sub(token, part) for at, part in enumerate(parts))


def editable(actor: Actor, body: str) -> tuple[str, list[Target]]:
    """A stored text as its author types it, and the targets its names stand for.

    A name that means several targets, or that the actor may not know, stays a token.
    """
    found = targets(actor, refs_in(body))
    labels = [one.written.casefold() for one in found.values()]
    plain = {ref: one for ref, one in found.items() if labels.count(one.written.casefold()) == 1}

    def name(match: re.Match[str]) -> str:
        one = plain.get((match.group(2), int(match.group(3))))
        return one.written if one else match.group()

    parts = CODE.split(body)
    text = "".join(part if at % 2 else REF.sub(name, part) for at, part in enumerate(parts))
    return text, list(plain.values())
