"""What the inbox shows: which notes its address asks for, in which order, and how many wait."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, QuerySet

from core.clock import today
from core.typed import trimmed
from feedback.enrichment.moods import MOODS, looked_up
from feedback.inbox.models import NEGATIVE_UP_TO, Note, NoteState
from workspaces.access.actor import Actor
from workspaces.records.lists import whole_number

ALL, MINE, NONE = "all", "mine", "none"
STATES = [(one.value, one.label) for one in NoteState] + [(ALL, "All")]
RATINGS = {
    "negative": ("Negative", Q(rating__lte=NEGATIVE_UP_TO)),
    "middling": ("Middling", Q(rating__gt=NEGATIVE_UP_TO, rating__lt=4)),
    "positive": ("Positive", Q(rating__gte=4)),
    NONE: ("Without rating", Q(rating=None)),
}
MOST_COUNTED = 999
WEEK = 7


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of the address. What cannot be read is as if it were not there."""

    state: str = NoteState.NEW.value
    channel: int | None = None
    product: str = ""
    rating: str = ""
    mood: str = ""
    whose: str = ""
    q: str = ""

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> "Asked":
        state = given.get("state", "")
        product, rating = given.get("product", ""), given.get("rating", "")
        mood = given.get("mood", "")
        return cls(
            state if state in dict(STATES) else NoteState.NEW.value,
            whole_number(given.get("channel", "")),
            product if product == NONE or whole_number(product) is not None else "",
            rating if rating in RATINGS else "",
            mood if mood in MOODS else "",
            MINE if given.get("whose") == MINE else "",
            trimmed(given.get("q", ""), 200),
        )

    @property
    def here(self) -> str:
        """The same as the query of an address, without what is usual."""
        values = {
            "state": "" if self.state == NoteState.NEW else self.state,
            "channel": self.channel,
            "product": self.product,
            "rating": self.rating,
            "mood": self.mood,
            "whose": self.whose,
            "q": self.q,
        }
        return urlencode({name: value for name, value in values.items() if value})

    @property
    def narrowed(self) -> bool:
        """Whether less is shown than the whole of a state."""
        words = (self.product, self.rating, self.mood, self.whose, self.q)
        return bool(self.channel or any(words))

    def rows(self, actor: Actor) -> QuerySet[Note]:
        """The notes asked for, in no order yet."""
        rows = Note.objects.visible_to(actor)
        if self.state != ALL:
            rows = rows.filter(state=self.state)
        if self.channel is not None:
            rows = rows.filter(channel_id=self.channel)
        if self.product:
            pk = whole_number(self.product)
            rows = rows.filter(product=None) if pk is None else rows.filter(product_id=pk)
        if self.rating:
            rows = rows.filter(RATINGS[self.rating][1])
        if self.mood:
            rows = looked_up(rows, actor.workspace.pk, self.mood)
        if self.whose:
            rows = rows.filter(assignee=actor.user)
        if self.q:
            asked = SearchQuery(self.q, config="simple", search_type="websearch")
            rows = rows.filter(search=asked)
        return rows


def after(actor: Actor, asked: Asked, note: Note, but: set[int]) -> int | None:
    """The note that follows this one in the queue, those in `but` left out; else the first."""
    rows = asked.rows(actor).exclude(pk__in=but).order_by("-said_at", "-pk")
    later = rows.filter(
        Q(said_at__lt=note.said_at) | Q(said_at=note.said_at, pk__lt=note.pk),
        said_at__lte=note.said_at,
    )
    found = later.values_list("pk", flat=True)[:1]
    return next(iter(found), None) or next(iter(rows.values_list("pk", flat=True)[:1]), None)


def waiting(actor: Actor) -> int:
    """How many notes are to be triaged, counted to `MOST_COUNTED` and one."""
    rows = Note.objects.visible_to(actor).filter(state=NoteState.NEW)
    return _counted(rows)


def in_words(count: int) -> str:
    """A count as badges show it."""
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)


def by_age(actor: Actor) -> list[tuple[str, int]]:
    """How long notes have been waiting, each counted to `MOST_COUNTED` and one."""
    zone = ZoneInfo(actor.workspace.timezone)
    now = datetime.combine(today(actor.workspace.timezone), time(), zone)
    week = now - timedelta(days=WEEK)
    rows = Note.objects.visible_to(actor).filter(state=NoteState.NEW)
    spans = {
        "today": Q(said_at__gte=now),
        "this week": Q(said_at__gte=week, said_at__lt=now),
        "older": Q(said_at__lt=week),
    }
    return [(label, _counted(rows.filter(span))) for label, span in spans.items()]


def _counted(rows: QuerySet[Note]) -> int:
    """How many there are, counted no further than is shown."""
    return int(rows.order_by().values("pk")[: MOST_COUNTED + 1].count())
