"""Comments as one reader sees them: names instead of ids, links only to what they may open."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.markdown import REF, pictures_in, refs_in, rendered
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.discussion.mentions import TEAM, USER
from workspaces.discussion.models import (
    Attachment,
    Comment,
    CommentQuerySet,
    Emoji,
    PublicLetter,
    Reaction,
)
from workspaces.members.models import Team, User
from workspaces.records import refs

PAGE = 25
MOST_REPLIES = 1_000
DRAWN = {
    Emoji.UP: ("thumb-up", "Agreed"),
    Emoji.DOWN: ("thumb-down", "Not agreed"),
    Emoji.HEART: ("heart", "Love it"),
    Emoji.PARTY: ("confetti", "Hooray"),
    Emoji.SMILE: ("mood-smile", "Made me smile"),
    Emoji.EYES: ("eye", "Looking"),
}
PICTURE_LINK = re.compile(r"\]\(attachment:([1-9][0-9]{0,17})\)")


@dataclass(frozen=True, slots=True)
class Counted:
    """How often a comment got one reaction, from whom, and whether the reader is among them."""

    value: str
    icon: str
    label: str
    count: int
    mine: bool
    names: str


@dataclass(slots=True)
class Said:
    """One comment, ready for a page."""

    comment: Comment
    html: SafeString
    mine: bool
    deletes: bool
    reactions: list[Counted]
    files: list[Attachment]
    letter: PublicLetter | None = None


@dataclass(slots=True)
class Thread:
    """A comment and what was replied to it."""

    opener: Said
    replies: list[Said] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page:
    """Some threads, newest first. `older` is the thread the next page begins with, 0 for none."""

    threads: list[Thread]
    older: int


def page_of(actor: Actor, kind: str, pk: int, *, show: str = "", upto: int | None = None) -> Page:
    """A page of a record's threads. Whoever asks has found the record through a door."""
    rows = narrowed(comments_of(actor, kind, pk), show).threads().filter(_alive())
    if upto is not None:
        rows = rows.filter(pk__lte=upto)
    openers = list(rows.select_related("author", "resolved_by")[: PAGE + 1])
    older = openers[PAGE].pk if len(openers) > PAGE else 0
    return Page(threads_of(actor, kind, pk, openers[:PAGE]), older)


def comments_of(actor: Actor, kind: str, pk: int) -> CommentQuerySet:
    return Comment.objects.in_workspace(actor.workspace.pk).about(kind, pk)


def narrowed(rows: CommentQuerySet, show: str) -> CommentQuerySet:
    """What a filter of the page leaves."""
    if show == "open":
        return rows.filter(resolved_at=None)
    if show in ("internal", "public"):
        return rows.filter(internal=show == "internal")
    return rows


def _alive() -> Q:
    """Threads in which something is still to be read."""
    replies = Comment.objects.in_workspace(OuterRef("workspace_id"))  # type: ignore[arg-type]
    return Q(deleted_at=None) | Q(Exists(replies.said().filter(parent=OuterRef("pk"))))


def threads_of(actor: Actor, kind: str, pk: int, openers: Sequence[Comment]) -> list[Thread]:
    """The threads that these comments open, with their replies, oldest reply first."""
    replies = list(
        comments_of(actor, kind, pk)
        .filter(parent__in=[one.pk for one in openers])
        .select_related("author")
        .order_by("pk")[:MOST_REPLIES]
    )
    said = _all(actor, kind, pk, [*openers, *replies])
    threads = {one.pk: Thread(said[one.pk]) for one in openers}
    for reply in replies:
        if reply.deleted_at is None:
            threads[reply.thread].replies.append(said[reply.pk])
    return list(threads.values())


def _all(actor: Actor, kind: str, pk: int, comments: Sequence[Comment]) -> dict[int, Said]:
    ids = [one.pk for one in comments]
    write = Writer(actor, kind, pk, [one.body for one in comments if one.deleted_at is None])
    reactions = _reactions(actor, ids)
    files: dict[int, list[Attachment]] = defaultdict(list)
    attached = Attachment.objects.in_workspace(actor.workspace.pk).kept().filter(comment__in=ids)
    for row in attached.order_by("pk"):
        files[row.comment_id or 0].append(row)
    moderates = actor.can(Perm.WORKSPACE_MANAGE)
    letters = _letters(actor, [one.pk for one in comments if not one.internal])
    return {
        one.pk: Said(
            one,
            write.html(one.body) if one.deleted_at is None else SafeString(""),
            one.author_id == actor.user.pk,
            moderates or one.author_id == actor.user.pk,
            reactions[one.pk],
            files[one.pk],
            letters.get(one.pk),
        )
        for one in comments
    }


def _letters(actor: Actor, public: Sequence[int]) -> dict[int, PublicLetter]:
    """What became of these public replies."""
    rows = PublicLetter.objects.in_workspace(actor.workspace.pk).filter(comment__in=public)
    return {row.comment_id: row for row in rows} if public else {}


def _reactions(actor: Actor, ids: Sequence[int]) -> dict[int, list[Counted]]:
    rows = Reaction.objects.in_workspace(actor.workspace.pk).filter(comment__in=ids)
    people: dict[tuple[int, str], list[User]] = defaultdict(list)
    for row in rows.select_related("user").order_by("pk"):
        people[row.comment_id, row.emoji].append(row.user)
    found: dict[int, list[Counted]] = defaultdict(list)
    for emoji in Emoji:
        for one in ids:
            if by := people.get((one, emoji.value)):
                mine = actor.user in by
                names = ", ".join(str(user) for user in by[:20])
                found[one].append(Counted(emoji.value, *DRAWN[emoji], len(by), mine, names))
    return found


class Writer:
    """Writes texts for one reader; everything they name is read once for all of them."""

    def __init__(self, actor: Actor, kind: str, pk: int, texts: Iterable[str]) -> None:
        self.slug = actor.workspace.slug
        texts = list(texts)
        named = {ref for text in texts for ref in refs_in(text)}
        shown = {each for text in texts for each in pictures_in(text)}
        workspace = actor.workspace.pk
        self.me = actor.user.pk
        self.people = self._people(actor, {each for what, each in named if what == USER})
        teams = {each for what, each in named if what == TEAM}
        found = Team.objects.in_workspace(workspace).filter(pk__in=teams) if teams else ()
        self.teams = {team.pk: team.name for team in found}
        records = [ref for ref in named if ref[0] not in (USER, TEAM)]
        self.records = refs.named(actor, records) if records else {}
        pictures: Any = ()
        if shown:
            rows = Attachment.objects.in_workspace(workspace).about(kind, pk).kept()
            pictures = rows.filter(pk__in=shown).exclude(preview="")
        self.pictures = {row.pk: row for row in pictures}

    @staticmethod
    def _people(actor: Actor, ids: set[int]) -> dict[int, str]:
        if not ids:
            return {}
        rows = User.objects.filter(pk__in=ids, memberships__workspace=actor.workspace)
        return {user.pk: str(user) for user in rows}

    def html(self, text: str) -> SafeString:
        return rendered(text, self._ref, self._picture)

    def _ref(self, kind: str, pk: int) -> str:
        if kind in (USER, TEAM):
            name = self.name(kind, pk)
            own = " mention-me" if (kind, pk) == (USER, self.me) else ""
            return format_html('<span class="mention{}">@{}</span>', own, name)
        record = self.records.get((kind, pk))
        if record is None:
            closed = '<span class="mention mention-closed">{}</span>'
            return format_html(closed, "a record you cannot open")
        link = '<a class="mention" href="{}">{}</a>'
        return format_html(link, record.url, record.label)

    def name(self, kind: str, pk: int) -> str:
        """What a mentioned person or team is called."""
        names = self.people if kind == USER else self.teams
        return names.get(pk, "somebody who left" if kind == USER else "a team that is gone")

    def _picture(self, pk: int, alt: str) -> str:
        row = self.pictures.get(pk)
        if row is None:
            return format_html(
                '<span class="mention mention-closed">{}</span>', "a deleted picture"
            )
        url = reverse("workspaces:attachment_picture", args=[self.slug, pk])
        whole = reverse("workspaces:attachment", args=[self.slug, pk])
        return format_html(
            '<a class="comment-picture" href="{}"><img src="{}" alt="{}" loading="lazy"></a>',
            whole,
            url,
            alt or row.name,
        )

    def markdown(self, text: str, root: str) -> str:
        """The text to be pasted elsewhere: names and full addresses instead of our tokens."""

        def name(match: Any) -> str:
            kind, pk = match.group(2), int(match.group(3))
            if kind in (USER, TEAM):
                return f"@{self.name(kind, pk)}"
            record = self.records.get((kind, pk))
            return f"[{record.label}]({root}{record.url})" if record else "(a record)"

        def picture(match: Any) -> str:
            url = reverse("workspaces:attachment", args=[self.slug, int(match.group(1))])
            return f"]({root}{url})"

        return PICTURE_LINK.sub(picture, REF.sub(name, text))


def touched(actor: Actor, kind: str, pk: int, since: datetime) -> list[Comment]:
    """What opens the threads in which something changed since then, oldest first."""
    rows = comments_of(actor, kind, pk)
    moved = rows.filter(touched_at__gt=since).order_by("touched_at")[:200]
    threads = {one.thread for one in moved.only("pk", "parent_id")}
    return list(rows.filter(pk__in=threads).select_related("author", "resolved_by").order_by("pk"))
