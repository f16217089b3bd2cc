"""What comments say to followers: to whom they name, to who watches, and in which words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from re import Match

from core.markdown import REF, refs_in
from workspaces.access.actor import Actor
from workspaces.audit.models import ActivityEvent
from workspaces.discussion.models import Comment, CommentRevision
from workspaces.following.models import Reason
from workspaces.following.sources import Said
from workspaces.members.models import Team, TeamMember, User
from workspaces.records import refs
from workspaces.records.refs import Ref

USER, TEAM = "user", "team"
SPEAKS = ("comment.created", "comment.resolved", "comment.reopened")
WORDS = {
    "comment.created": "commented on",
    "comment.edited": "edited a comment on",
    "comment.resolved": "resolved a thread on",
    "comment.reopened": "reopened a thread on",
}
LONGEST = 240


def comments(workspace_id: int, events: Sequence[ActivityEvent]) -> dict[int, Said]:
    """What these events about comments say: to those a new text names, and to who watches.

    An edit is no news but to those it names and the text before did not.
    """
    rows = {
        row.pk: row
        for row in Comment.objects.in_workspace(workspace_id).filter(
            pk__in={event.object_id for event in events}
        )
    }
    before = _texts_before(
        workspace_id, {e.object_id for e in events if e.verb == "comment.edited"}
    )
    news = {event.pk: _newly_named(event, rows, before) for event in events}
    teams = _members(
        workspace_id, {pk for named in news.values() for what, pk in named if what == TEAM}
    )
    found = {}
    for event in events:
        row = rows.get(event.object_id)
        if row is None or event.verb not in WORDS:
            continue
        told = dict.fromkeys(_people(news[event.pk], teams), Reason.MENTION)
        watches = set(told) | ({event.actor_id} if event.actor_id else set())
        found[event.pk] = Said(
            row.ref, told, frozenset(watches), event.actor_id, to_all=event.verb in SPEAKS
        )
    return found


def excerpts(actor: Actor, pks: Iterable[int]) -> dict[int, str]:
    """The beginnings of these comments with the names of whom they mention, as this actor may
    read them."""
    rows = list(Comment.objects.visible_to(actor).said().filter(pk__in=list(pks)))
    names = _names(actor, {ref for row in rows for ref in refs_in(row.body)})

    def name(match: Match[str]) -> str:
        known = names.get((match.group(2), int(match.group(3))))
        return f"{match.group(1)}{known}" if known else "…"

    return {row.pk: _shortened(REF.sub(name, row.body)) for row in rows}


def _texts_before(workspace_id: int, pks: set[int]) -> dict[int, str]:
    """What these comments said before their last edit."""
    if not pks:
        return {}
    revisions = CommentRevision.objects.in_workspace(workspace_id).filter(comment_id__in=pks)
    newest = revisions.order_by("comment_id", "-pk").distinct("comment_id")
    return dict(newest.values_list("comment_id", "body"))


def _newly_named(
    event: ActivityEvent, rows: Mapping[int, Comment], before: Mapping[int, str]
) -> set[Ref]:
    row = rows.get(event.object_id)
    if row is None or row.deleted_at or event.verb not in ("comment.created", "comment.edited"):
        return set()
    return set(refs_in(row.body)) - set(refs_in(before.get(row.pk, "")))


def _members(workspace_id: int, teams: set[int]) -> dict[int, set[int]]:
    """The people of these teams."""
    found: dict[int, set[int]] = defaultdict(set)
    if teams:
        rows = TeamMember.objects.in_workspace(workspace_id).filter(team_id__in=teams)
        for team, person in rows.values_list("team_id", "user_id"):
            found[team].add(person)
    return found


def _people(named: Iterable[Ref], teams: Mapping[int, set[int]]) -> set[int]:
    people = {pk for what, pk in named if what == USER}
    return people.union(*(teams.get(pk, set()) for what, pk in named if what == TEAM))


def _names(actor: Actor, wanted: set[Ref]) -> dict[Ref, str]:
    """What these people, teams and records are called, as far as the actor may know."""
    found: dict[Ref, str] = {}
    users = [pk for what, pk in wanted if what == USER]
    if users:
        people = User.objects.filter(pk__in=users, memberships__workspace=actor.workspace)
        found |= {(USER, person.pk): str(person) for person in people}
    teams = [pk for what, pk in wanted if what == TEAM]
    if teams:
        rows = Team.objects.visible_to(actor).filter(pk__in=teams)
        found |= {(TEAM, team.pk): team.name for team in rows}
    records = refs.named(actor, [ref for ref in wanted if ref[0] not in (USER, TEAM)])
    return found | {ref: one.label for ref, one in records.items()}


def _shortened(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST].rstrip()}…"
