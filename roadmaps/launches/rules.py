"""What the domain of launches forbids, in words, and what an act leaves stale."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError

from core.clock import today
from core.errors import ReasonNeeded, Refused
from roadmaps import marking
from roadmaps.documents.asked import named_in
from roadmaps.items.chains import path_between
from roadmaps.launches.calendar import LONGEST, days_off
from roadmaps.launches.models import (
    ClosedDays,
    Launch,
    LaunchTask,
    LaunchTemplate,
    PlannedTask,
    TemplateTask,
)
from roadmaps.launches.states import (
    BEYOND_GO,
    ENDED,
    MARKETING,
    MOVES,
    LaunchState,
    day_in,
    may_move,
    why_needed,
)
from roadmaps.readiness.workdays import moved
from roadmaps.slots.models import LaunchSlot, SlotState
from workspaces.access.actor import Actor
from workspaces.documents.beginnings import shipped_for
from workspaces.documents.models import DocumentTemplate
from workspaces.records.kinds import Changes

FURTHEST = timedelta(days=3_653)


def launch_rules(actor: Actor, row: Launch, changes: Changes) -> None:
    """A launch begins as a plan, on a day that can be planned for."""
    if row.pk is None and row.state != LaunchState.PLAN:
        raise ValidationError({"state": ["A launch begins as a plan."]})
    if "planned_on" in changes and row.planned_on:
        now = today(actor.workspace.timezone)
        if not now - FURTHEST <= row.planned_on <= now + FURTHEST:
            raise ValidationError({"planned_on": ["Give a day within ten years."]})
        _keep_to_slot(actor, row)


def _keep_to_slot(actor: Actor, row: Launch) -> None:
    """Raise Refused where a launch would leave the days that were approved for it."""
    if row.pk is None:
        return
    rows = LaunchSlot.objects.visible_to(actor).filter(launch=row.pk, state=SlotState.APPROVED)
    slot = rows.first()
    if slot is not None and not slot.start_on <= row.planned_on <= slot.end_on:
        raise Refused(f"{slot} was approved for it. Propose another slot to move it.")


def check_move(launch: Launch, before: str, after: str, reason: str) -> None:
    """Raise ValidationError on `state`, Refused or ReasonNeeded where a move is not allowed."""
    if after not in LaunchState.values:
        raise ValidationError({"state": [f"“{after}” is no state of a launch."]})
    names = LaunchState(before).label, LaunchState(after).label
    if not may_move(before, after):
        ways = ", ".join(one.label for one in LaunchState if one in MOVES[before])
        raise Refused(f"“{launch}” cannot go from {names[0]} to {names[1]}. It can go to: {ways}.")
    question = why_needed(before, after)
    if question and not reason.strip():
        raise ReasonNeeded(f"{names[0]} to {names[1]} needs a reason. {question}")


def check_open(launch: Launch) -> None:
    """Raise Refused where nothing about a launch changes any more."""
    if launch.state in ENDED:
        raise Refused(f"“{launch}” is {launch.get_state_display().lower()}: nothing changes now.")


def check_scope(launch: Launch) -> None:
    """Raise Refused where what was said yes to would change behind the backs of who said it."""
    check_open(launch)
    if launch.state in BEYOND_GO:
        raise Refused("Its products and markets were approved. Take it back to Go / no-go first.")


def after_launch(actor: Actor, row: Launch, changes: Changes) -> None:
    """Open tasks follow the launch's day; everything else follows what it is."""
    if "planned_on" in changes and row.version > 1:
        redate(row)
    if row.deleted_at is None:
        marking.of_launches(row.workspace_id, [row.pk], _cause(row, changes))


def _cause(row: Launch, changes: Changes) -> str:
    if row.version == 1:
        return "launch made"
    if "state" in changes:
        return f"moved to {row.get_state_display()}"
    return "day moved" if "planned_on" in changes else "launch changed"


def redate(row: Launch) -> None:
    """Put the tasks that are not done on their days again."""
    off = days_off(row.workspace_id)
    tasks = list(LaunchTask.objects.in_workspace(row.workspace_id).filter(launch=row, done_on=None))
    for task in tasks:
        task.due_on = moved(row.planned_on, task.day, off)
        task.version += 1
    LaunchTask.objects.bulk_update(tasks, ["due_on", "version"], batch_size=500)


def check_points(row: PlannedTask) -> None:
    points = (row.low, row.likely, row.high)
    if None not in points and not row.low <= row.likely <= row.high:
        raise ValidationError({"likely": ["At best is the least and at worst the most: 1, 2, 5."]})


def follow_lane(row: PlannedTask, changes: Changes) -> None:
    """A task put into a lane of marketing is due on that side, unless its day is given along."""
    if "lane" not in changes or "day" in changes or row.lane not in MARKETING:
        return
    before, row.day = row.day, day_in(row.lane, row.day)
    if row.day != before and isinstance(changes, dict):
        changes["day"] = (before, row.day)


def task_rules(actor: Actor, row: LaunchTask, changes: Changes) -> None:
    """Three points in order, done after it was started and not in the future."""
    check_points(row)
    follow_lane(row, changes)
    if row.launch_id is None:
        return
    launch = Launch.objects.visible_to(actor).filter(pk=row.launch_id).first()
    if launch is None:
        return
    check_open(launch)
    if row.pk is not None and "launch" in changes:
        raise ValidationError({"launch": ["A task stays with its launch."]})
    now = today(actor.workspace.timezone)
    for name in ("started_on", "done_on"):
        value = getattr(row, name)
        if name in changes and value and value > now:
            raise ValidationError({name: ["That day is still to come."]})
    if row.started_on and row.done_on and row.done_on < row.started_on:
        raise ValidationError({"done_on": ["It cannot be done before it was started."]})
    if row.pk is None:
        row.due_on = moved(launch.planned_on, row.day or 0, days_off(row.workspace_id))


def after_task(actor: Actor, row: LaunchTask, changes: Changes) -> None:
    """A task that was given another T± is due on another day."""
    if "day" in changes and row.version > 1:
        row.due_on = moved(row.launch.planned_on, row.day, days_off(row.workspace_id))
        row.save(update_fields=["due_on"])
    marking.of_launches(row.workspace_id, [row.launch_id], f"task “{row.title}”"[:100])


def template_rules(actor: Actor, row: LaunchTemplate, changes: Changes) -> None:
    """The documents it asks for are templates there are."""
    if "documents" not in changes:
        return
    own = DocumentTemplate.objects.visible_to(actor).values_list("name", flat=True)
    known = {*own, *(one.name for one in shipped_for(Launch._meta.label_lower))}
    for name in named_in(row.documents):
        if name not in known:
            words = f"“{name}” is no template of documents. Known: {', '.join(sorted(known))}."
            raise ValidationError({"documents": [words]})


def after_template(actor: Actor, row: LaunchTemplate, changes: Changes) -> None:
    """Other documents are asked of the launches made from it."""
    if "documents" in changes and row.version > 1:
        rows = Launch.objects.in_workspace(row.workspace_id).filter(template=row)
        ids: Iterable[Any] = rows.exclude(state__in=ENDED).values_list("pk", flat=True)
        marking.of_launches(row.workspace_id, ids, "its template changed")


def template_task_rules(actor: Actor, row: TemplateTask, changes: Changes) -> None:
    """A key once, and nothing that waits for itself, not even in a circle, which is named."""
    check_points(row)
    follow_lane(row, changes)
    if row.template_id is None or not row.key:
        return
    rows = TemplateTask.objects.visible_to(actor).filter(template=row.template_id)
    others = {one.key: one for one in rows.exclude(pk=row.pk)}
    if row.key in others:
        raise ValidationError({"key": ["Another task of this template has that key."]})
    waits = {key: one.waits_for for key, one in others.items()} | {row.key: row.waits_for}
    titles = {key: one.title for key, one in others.items()} | {row.key: row.title}
    refuse_circle(waits, titles)


def refuse_circle(waits: dict[str, list[str]], titles: dict[str, str]) -> None:
    """Raise Refused, naming it, where tasks wait for each other in a circle."""
    places = {key: number for number, key in enumerate(waits)}
    names = list(waits)
    pairs = [
        (places[before], places[after])
        for after, needed in waits.items()
        for before in needed
        if before in places
    ]
    for before, after in pairs:
        circle = [before] if before == after else path_between(pairs, after, before)
        if circle:
            words = [f"“{titles[names[one]]}”" for one in [*circle, circle[0]]]
            raise Refused(f"That would go round in a circle: {' before '.join(words)}.")


def closed_rules(actor: Actor, row: ClosedDays, changes: Changes) -> None:
    if row.start_on and row.end_on and row.end_on < row.start_on:
        raise ValidationError({"end_on": ["Until is not before from."]})
    if row.start_on and row.end_on and (row.end_on - row.start_on).days > LONGEST:
        raise ValidationError({"end_on": ["At most a year at once."]})


def after_closed(actor: Actor, row: ClosedDays, changes: Changes) -> None:
    """Working days changed for whatever is still ahead."""
    rows = Launch.objects.in_workspace(row.workspace_id).exclude(state__in=ENDED)
    ids: Iterable[Any] = rows.values_list("pk", flat=True)
    marking.of_launches(row.workspace_id, ids, f"closed days: {row.title}"[:100])
