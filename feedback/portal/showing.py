"""What a portal shows of ideas: by its allow-list alone, in pages and in JSON.

Everything a visitor reads of an idea goes through `shaped`. A column of an idea that nobody put
into `SHOWABLE` has no way out.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.html import linebreaks

from core.typed import one_line
from feedback.announcements.letters import public_html
from feedback.announcements.models import Announcement, AnnouncementState
from feedback.ideas.models import Idea, IdeaState, IdeaType
from feedback.portal.models import Ballot, CommentState, Portal, VisitorComment
from feedback.portal.words import STATES_DE, TYPES_DE
from workspaces.discussion.models import Comment
from workspaces.search import reports
from workspaces.search.finding import LONGEST_QUESTION
from workspaces.search.likeness import Text, probability, shared
from workspaces.search.models import SearchEntry
from workspaces.search.similar import CANDIDATES

A_PAGE, SUGGESTED, LONGEST_SEARCH, NEWS, SAID = 20, 5, 200, 50, 200
IDEA = Idea._meta.label_lower
ORDERS = {"votes": ("-heard", "-pk"), "new": ("-pk",)}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a visitor asks of the list."""

    text: str = ""
    state: str = ""
    order: str = "votes"

    @classmethod
    def of(cls, sent: Mapping[str, str]) -> "Asked":
        state, order = sent.get("state", ""), sent.get("order", "")
        return cls(
            one_line(sent.get("q", ""), LONGEST_SEARCH),
            state if state in IdeaState.values else "",
            order if order in ORDERS else "votes",
        )


def public_ideas(portal: Portal) -> QuerySet[Idea]:
    """The ideas this portal shows at all; those that stand for themselves."""
    rows = Idea.objects.in_workspace(portal.workspace_id).canonical().filter(public=True)
    heard = Coalesce(F("stake__customers"), 0) + Coalesce(F("stake__voices"), 0)
    return (
        rows.filter(state__in=portal.states)
        .select_related("product", "stake")
        .annotate(heard=heard)
    )


def narrowed(portal: Portal, asked: Asked) -> QuerySet[Idea]:
    """Those a visitor asks for. Words are looked for in what shows alone."""
    rows = public_ideas(portal)
    for word in asked.text.split():
        found = Q(title__icontains=word)
        if "description" in portal.fields:
            found |= Q(description__icontains=word)
        rows = rows.filter(found)
    if asked.state and "state" in portal.fields:
        rows = rows.filter(state=asked.state)
    order = asked.order if asked.order == "new" or "votes" in portal.fields else "new"
    return rows.order_by(*ORDERS[order])


def similar(portal: Portal, text: str) -> list[Idea]:
    """Ideas that say something like this, likeliest first; by the words that show alone.

    The index of search names a few, and knows more of an idea than a visitor may: an idea comes
    back only for words it shares where it shows.
    """
    question = reports.ask(text[:LONGEST_QUESTION], portal.language)
    if not question.some:
        return []
    pks = public_ideas(portal).order_by().values("pk")
    entries = SearchEntry.objects.in_workspace(portal.workspace_id).filter(kind=IDEA)
    named = reports.among(entries.filter(object_id__in=pks), question.some, CANDIDATES)
    mine, found = Text.of(text), []
    for idea in public_ideas(portal).filter(pk__in=named):
        told = f"{idea.title}\n{idea.description}" if "description" in portal.fields else idea.title
        theirs = Text.of(told)
        if shared(mine, theirs):
            found.append((probability(mine, theirs, None), idea.pk, idea))
    return [idea for _, _, idea in sorted(found, reverse=True)[:SUGGESTED]]


def shaped(
    portal: Portal,
    idea: Idea,
    mine: Mapping[int, Any] | None = None,
    said: Mapping[int, list[dict[str, Any]]] | None = None,
) -> dict[str, Any]:
    """What a visitor of this portal may know of an idea; `said` is what `comments_on` gave."""
    found: dict[str, Any] = {"id": idea.pk, "title": idea.title}
    for name, value in _VALUES.items():
        if name in portal.fields:
            found[name] = value(portal, idea)
    if said is not None and "comments" in portal.fields:
        found["comments"] = said.get(idea.pk, [])
    ballot = (mine or {}).get(idea.pk)
    if ballot is not None and "votes" in found:
        stake = getattr(idea, "stake", None)
        found["votes"] += stake is None or ballot.at > stake.computed_at
    return found


def comments_on(portal: Portal, ideas: Iterable[Idea]) -> dict[int, list[dict[str, Any]]]:
    """What is said about each of these ideas: the team's public words and visitors', by day."""
    pks = [one.pk for one in ideas]
    found: dict[int, list[tuple[datetime, dict[str, Any]]]] = defaultdict(list)
    ours = Comment.objects.in_workspace(portal.workspace_id).filter(
        kind=IDEA, object_id__in=pks, internal=False, deleted_at=None
    )
    for said in ours.order_by("pk")[: NEWS * len(pks)]:
        team = {"html": str(public_html(said.body)), "team": True}
        found[said.object_id].append((said.created_at, team))
    if portal.takes_comments:
        rows = VisitorComment.objects.in_workspace(portal.workspace_id).filter(
            portal=portal, idea__in=pks, state=CommentState.SHOWN
        )
        for one in rows.order_by("-pk")[: SAID * len(pks)]:
            html = linebreaks(one.body, autoescape=True)
            found[one.idea_id].append((one.at, {"html": html, "team": False, "name": one.name}))
    return {
        pk: [{"day": at.date(), **words} for at, words in sorted(pairs, key=lambda pair: pair[0])]
        for pk, pairs in found.items()
    }


def news_of(portal: Portal) -> list[dict[str, Any]]:
    """The changelog: what was published for it, newest first."""
    rows = Announcement.objects.in_workspace(portal.workspace_id).filter(
        state=AnnouncementState.PUBLISHED, on_changelog=True
    )
    return [
        {
            "title": one.title,
            "day": one.published_at,
            "news": one.get_news_display(),
            "html": public_html(one.text),
        }
        for one in rows.order_by("-published_at", "-pk")[:NEWS]
    ]


def ballots_of(portal: Portal, voter: str) -> dict[int, Ballot]:
    """This person's votes, by idea."""
    rows = Ballot.objects.in_workspace(portal.workspace_id).filter(voter=voter)
    return {one.idea_id: one for one in rows} if voter else {}


def state_label(portal: Portal, state: str) -> str:
    """What a state is called in the portal's language."""
    label = str(IdeaState(state).label)
    return STATES_DE.get(state, label) if portal.language == "de" else label


def _type(portal: Portal, idea: Idea) -> str:
    label = str(IdeaType(idea.type).label)
    return TYPES_DE.get(idea.type, label) if portal.language == "de" else label


def _because(portal: Portal, idea: Idea) -> str:
    told = idea.because_public and idea.state == IdeaState.DECLINED
    return idea.declined_because if told else ""


_VALUES: dict[str, Callable[[Portal, Idea], Any]] = {
    "description": lambda portal, idea: str(public_html(idea.description)),
    "type": _type,
    "state": lambda portal, idea: state_label(portal, idea.state),
    "product": lambda portal, idea: idea.product.name if idea.product else "",
    "votes": lambda portal, idea: idea.heard,  # type: ignore[attr-defined]
    "because": _because,
    "comments": lambda portal, idea: [],  # those of a whole page come at once: `comments_on`
    "created": lambda portal, idea: idea.created_at.date(),
}
