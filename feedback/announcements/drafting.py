"""Drafting an announcement when something became of ideas that people ask for."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from feedback.announcements.models import AnnouncedIdea, Announcement, News
from feedback.ideas.models import FeedbackLink, Idea
from workspaces.audit.models import ActivityEvent, Channel
from workspaces.audit.relay import Listener, register_listener

IDEA = Idea._meta.label_lower
TOLD = {News.PLANNED.value, News.SHIPPED.value, News.DECLINED.value}
OPENING = {
    News.PLANNED: "You asked for this, and we plan to do it.",
    News.SHIPPED: "You asked for this. It is here.",
    News.DECLINED: "You asked for this. We looked at it closely, and will not do it.",
}
TITLES = {News.PLANNED: "Planned: ", News.SHIPPED: "Now here: ", News.DECLINED: "Not planned: "}


def draft(
    workspace_id: int, ideas: Sequence[Idea], news: str, title: str = ""
) -> Announcement | None:
    """A draft about those of these ideas that somebody asks for and that were not told of yet.

    None where nobody waits for the news. Part of the caller's transaction.
    """
    told = AnnouncedIdea.objects.in_workspace(workspace_id).filter(
        announcement__news=news, announcement__deleted_at=None
    )
    done = set(told.filter(idea__in=ideas).values_list("idea_id", flat=True))
    asked = FeedbackLink.objects.in_workspace(workspace_id).filter(idea__in=ideas, voter=None)
    wanted = set(asked.values_list("idea_id", flat=True))
    new = [one for one in ideas if one.pk in wanted and one.pk not in done]
    if not new:
        return None
    kind = News(news)
    made = Announcement.objects.create(
        workspace_id=workspace_id,
        title=(TITLES[kind] + (title or _names(new)))[:200],
        text=words_for(new, kind),
        news=kind,
    )
    AnnouncedIdea.objects.bulk_create(
        AnnouncedIdea(workspace_id=workspace_id, announcement=made, idea=one) for one in new
    )
    ActivityEvent.objects.create(
        workspace_id=workspace_id,
        channel=Channel.WORKER,
        verb="announcement.created",
        model=made._meta.label_lower,
        object_id=made.pk,
        label=made.title,
    )
    return made


def words_for(ideas: Sequence[Idea], news: News) -> str:
    """What a draft begins with. Why something is declined stands in it where it may be told."""
    lines = [OPENING[news], ""] if news in OPENING else []
    for one in ideas:
        lines.append(f"- {one.title}")
        if news == News.DECLINED and one.because_public and one.declined_because:
            lines.append(f"  {one.declined_because}")
    return "\n".join(lines)


def _names(ideas: Sequence[Idea]) -> str:
    return ideas[0].title if len(ideas) == 1 else f"{ideas[0].title} and {len(ideas) - 1} more"


def hear(workspace_id: int, events: Sequence[ActivityEvent]) -> None:
    """Draft one announcement for each act that moved ideas to where people want to know."""
    moved: dict[tuple[Any, str], list[int]] = defaultdict(list)
    for event in events:
        if event.model == IDEA and (news := _moved_to(event)) in TOLD:
            moved[event.batch or event.pk, news].append(event.object_id)
    for (_, news), ids in moved.items():
        rows = Idea.objects.in_workspace(workspace_id).filter(pk__in=ids, state=news)
        draft(workspace_id, list(rows.order_by("pk")), news)


def _moved_to(event: ActivityEvent) -> str:
    before, after = event.changes.get("state", ("", ""))
    return str(after) if before and before != after else ""


def register() -> None:
    """Called from the app's ready()."""
    register_listener(Listener("announcements", hear))
