"""A launch as an audience sees it: what is not allowed is not even asked for."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.utils.crypto import salted_hmac

from core.clock import today
from core.errors import NotFound
from roadmaps.launches.models import Launch, LaunchMarket, LaunchProduct, LaunchTask
from roadmaps.launches.states import TONES, Lane, LaunchState
from roadmaps.readiness.models import Readiness
from roadmaps.sharing import coarse
from roadmaps.sharing.allowed import Allow, Shown
from workspaces.access.actor import Actor
from workspaces.calendar.ics import IcsEvent, calendar_file

MOST_TASKS, MOST = 300, 100
PLANNED, WENT = "Planned for", "Launched"


@dataclass(frozen=True, slots=True)
class SharedTask:
    """Something that is done for a launch; `when` is empty and `day` none where days are hidden."""

    key: str
    title: str
    when: str
    done: bool
    day: date | None


@dataclass(frozen=True, slots=True)
class SharedLaunch:
    """Everything a link gives out about a launch. What is not allowed is empty.

    `on` is the day it is planned for or went out, with `precision` of what may be known of it.
    """

    key: str
    title: str
    by: str
    as_of: date
    state: str = ""
    tone: str = "grey"
    day_label: str = PLANNED
    day: str = ""
    score: int | None = None
    products: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    lanes: tuple[tuple[str, tuple[SharedTask, ...]], ...] = ()
    on: date | None = None
    precision: str = coarse.DAY

    @property
    def bare(self) -> bool:
        """Whether its name is all there is."""
        return not (self.state or self.day or self.products or self.markets or self.lanes) and (
            self.score is None
        )


def launch_for(actor: Actor, allow: Allow, pk: int) -> SharedLaunch | None:
    """The launch as far as this list allows; None where it is gone."""
    columns = {"title"}
    columns |= {"state"} if Shown.LAUNCH_STATE in allow else set()
    columns |= {"planned_on", "launched_on"} if Shown.LAUNCH_DATES in allow else set()
    row = Launch.objects.visible_to(actor).filter(pk=pk).values(*sorted(columns)).first()
    if row is None:
        return None
    went, planned, state = row.get("launched_on"), row.get("planned_on"), row.get("state")
    return SharedLaunch(
        _key("launch", pk),
        row["title"],
        actor.workspace.name,
        today(actor.workspace.timezone),
        LaunchState(state).label if state else "",
        TONES.get(state or "", "grey"),
        WENT if went else PLANNED,
        coarse.words(went or planned, went or planned, allow.precision),
        _score(actor, pk) if Shown.LAUNCH_SCORE in allow else None,
        _products(actor, pk) if Shown.LAUNCH_PRODUCTS in allow else (),
        _markets(actor, pk) if Shown.LAUNCH_MARKETS in allow else (),
        _lanes(actor, allow, pk) if Shown.LAUNCH_TASKS in allow else (),
        went or planned,
        allow.precision,
    )


def calendar_of(shown: SharedLaunch) -> bytes:
    """Its days as a calendar, each as closely as it may be known. Raises NotFound without any."""
    tasks = [one for _, lane in shown.lanes for one in lane]
    days = [(shown.key, shown.title, shown.on)]
    days += [(one.key, f"{shown.title}: {one.title}", one.day) for one in tasks]
    stamp = datetime.combine(shown.as_of, time(), UTC)
    events = [
        IcsEvent(
            f"{key}@launch",
            title,
            coarse.begins(day, shown.precision),
            stamp,
            last_day=coarse.ends(day, shown.precision),
        )
        for key, title, day in days
        if day is not None
    ]
    if not events:
        raise NotFound("This link shows no days.")
    return calendar_file(shown.title, events)


def _key(what: str, pk: int) -> str:
    """The same for the same row, and nothing to anybody who knows no key of ours."""
    return salted_hmac("roadmaps.sharing.launches", f"{what}:{pk}").hexdigest()[:20]


def _score(actor: Actor, pk: int) -> int | None:
    rows = Readiness.objects.visible_to(actor).filter(launch=pk)
    found = rows.values_list("score", flat=True).first()
    return None if found is None else round(found)


def _products(actor: Actor, pk: int) -> tuple[str, ...]:
    rows = LaunchProduct.objects.visible_to(actor).filter(launch=pk, product__deleted_at=None)
    return tuple(
        rows.order_by("product__name", "pk").values_list("product__name", flat=True)[:MOST]
    )


def _markets(actor: Actor, pk: int) -> tuple[str, ...]:
    rows = LaunchMarket.objects.visible_to(actor).filter(launch=pk)
    names = rows.order_by("market__name", "pk").values_list("market__name", flat=True)
    return tuple(names[:MOST])


def _lanes(actor: Actor, allow: Allow, pk: int) -> tuple[tuple[str, tuple[SharedTask, ...]], ...]:
    rows = LaunchTask.objects.visible_to(actor).filter(launch=pk).order_by("day", "pk")
    days = Shown.LAUNCH_DATES in allow
    found: dict[str, list[SharedTask]] = {lane: [] for lane in Lane}
    columns = ("pk", "title", "lane", "due_on", "done_on")
    for task, title, lane, due, done in rows.values_list(*columns)[:MOST_TASKS]:
        day = (done or due) if days else None
        when = coarse.words(day, day, allow.precision)
        found[lane].append(SharedTask(_key("task", task), title, when, done is not None, day))
    return tuple((Lane(lane).label, tuple(tasks)) for lane, tasks in found.items() if tasks)
