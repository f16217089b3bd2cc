"""The verbs of launches: making, moving, what they bring where, their tier, what waits for what."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from core.clock import today
from core.db import lock_keys
from core.errors import EditConflict, NotFound, Refused
from roadmaps import marking
from roadmaps.items.chains import path_between
from roadmaps.launches.models import (
    Launch,
    LaunchTask,
    TaskOrder,
    TierConfirmation,
)
from roadmaps.launches.rules import check_move, check_open, check_scope
from roadmaps.launches.scope import LINKS, scope_of, tag_of
from roadmaps.launches.states import BEYOND_GO, CRITERIA, MOST_POINTS, LaunchState, Tier, tier_of
from roadmaps.readiness.gating import refuse_while_red
from roadmaps.readiness.recompute_forecasts import grade_forecasts
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.fields import values as custom
from workspaces.records.changes import assign, check, columns_of
from workspaces.records.kinds import HOUSE_RULES, KINDS
from workspaces.records.services import locked

LAUNCH = "roadmaps.launch"
MOST = 200
CONFIRMATIONS = 2


@transaction.atomic
def change_launch(
    actor: Actor,
    pk: int,
    *,
    seen_version: int,
    reason: str = "",
    takes_back: bool = False,
    **values: Any,
) -> Launch:
    """Set fields of a launch; `state` moves as its states allow, and past Go only while it may.

    Raises Denied, NotFound, EditConflict, Refused, or ValidationError naming the fields.
    """
    actor.require(Perm.ROADMAP_EDIT)
    kind = KINDS[LAUNCH]
    launch: Launch = locked(actor, kind, pk, seen_version)
    state = launch.state
    changes = assign(launch, **custom.cleaned(actor, launch, values))
    if not changes:
        return launch
    for rule in HOUSE_RULES.values():
        rule(actor, kind, launch, changes)
    if "state" in changes:
        if not takes_back:
            check_move(launch, state, launch.state, reason)
        _enter(actor, launch, state)
    if kind.rules is not None:
        kind.rules(actor, launch, changes)
    launch.version += 1
    check(launch, changes, kind.together)
    columns = [*columns_of(changes), "launched_on", "version", "updated_at"]
    launch.save(update_fields=columns)
    custom.claim(actor, launch, changes)
    verb = "launch.moved" if "state" in changes else "launch.changed"
    audit.record(actor, verb, launch, changes | ({"reason": (None, reason)} if reason else {}))
    if kind.after is not None:
        kind.after(actor, launch, changes)
    return launch


def _enter(actor: Actor, launch: Launch, before: str) -> None:
    """What a state asks for before a launch may be in it."""
    entering = launch.state == LaunchState.LAUNCHED or before not in BEYOND_GO
    if launch.state in BEYOND_GO and entering:
        refuse_while_red(launch)
    if launch.state == LaunchState.LAUNCHED:
        launch.launched_on = today(actor.workspace.timezone)
        grade_forecasts(launch)


@transaction.atomic
def set_links(actor: Actor, pk: int, what: str, ids: Iterable[int]) -> Launch:
    """Say which products, markets, segments or items a launch is about: these and no others.

    `what` is a name of `LINKS`. What it has may stay even where it lies in the trash by now. Raises
    Denied, NotFound or Refused.
    """
    actor.require(Perm.ROADMAP_EDIT)
    launch: Launch = locked(actor, KINDS[LAUNCH], pk)
    check_scope(launch)
    link, target, name = LINKS[what]
    wanted = set(ids)
    if len(wanted) > MOST:
        raise Refused(f"A launch has at most {MOST} {what}.")
    found = {one.pk: str(one) for one in target.objects.visible_to(actor).filter(pk__in=wanted)}
    held = link.objects.visible_to(actor).filter(launch=launch).select_related(name)
    had = {getattr(one, f"{name}_id"): str(getattr(one, name)) for one in held}
    if wanted - set(found) - set(had):
        raise NotFound(f"There is no such {name} here.")
    if set(had) == wanted:
        return launch
    held.exclude(**{f"{name}__in": wanted}).delete()
    link.objects.bulk_create(
        link(workspace=actor.workspace, launch=launch, **{f"{name}_id": one})
        for one in sorted(wanted - set(had))
    )
    now = found | {one: words for one, words in had.items() if one in wanted}
    before, after = (", ".join(sorted(each.values())) for each in (had, now))
    audit.record(actor, "launch.about", launch, {what: (before, after)})
    marking.of_launches(launch.workspace_id, [launch.pk], f"its {what}")
    return launch


@transaction.atomic
def set_scope(
    actor: Actor, pk: int, wanted: Mapping[str, Iterable[int]], *, seen: str | None = None
) -> Launch:
    """Say anew what a launch is about, all of it or nothing; what is not named stays.

    `seen` is the tag of the scope this rests on. Raises Denied, NotFound, EditConflict or Refused.
    """
    actor.require(Perm.ROADMAP_EDIT)
    launch: Launch = locked(actor, KINDS[LAUNCH], pk)
    now = scope_of(actor, launch)
    if seen not in (None, tag_of(now)):
        raise EditConflict(f"What “{launch}” is about changed since you read it.", now)
    check_scope(launch)
    for what, ids in wanted.items():
        launch = set_links(actor, pk, what, ids)
    return launch


@transaction.atomic
def set_points(actor: Actor, pk: int, points: Mapping[str, int]) -> Launch:
    """Score how large a launch is. The tier follows; whoever says so confirms it first.

    Earlier confirmations end with the points they were about. Raises Denied, NotFound or Refused.
    """
    actor.require(Perm.ROADMAP_EDIT)
    launch: Launch = locked(actor, KINDS[LAUNCH], pk)
    check_scope(launch)
    known = {one.key for one in CRITERIA}
    if set(points) != known or any(not 0 <= one <= MOST_POINTS for one in points.values()):
        raise Refused(f"Give every criterion 0 to {MOST_POINTS} points.")
    before, launch.points = launch.points, dict(points)
    tier_before, launch.tier = launch.tier, tier_of(points)
    launch.version += 1
    launch.save(update_fields=["points", "tier", "version", "updated_at"])
    TierConfirmation.objects.visible_to(actor).filter(launch=launch).delete()
    _confirm(actor, launch)
    changes = {"points": (before, launch.points), "tier": (tier_before, launch.tier)}
    audit.record(actor, "launch.tier_scored", launch, changes)
    marking.of_launches(launch.workspace_id, [launch.pk], "tier scored anew")
    return launch


@transaction.atomic
def confirm_tier(actor: Actor, pk: int) -> bool:
    """Agree with a launch's points; whether enough people do now. Raises Refused without points."""
    actor.require(Perm.ROADMAP_EDIT)
    launch: Launch = locked(actor, KINDS[LAUNCH], pk)
    check_open(launch)
    if not launch.points:
        raise Refused("Score the tier first.")
    if not _confirm(actor, launch):
        raise Refused("You have confirmed it already. Another person has to.")
    tier = Tier(launch.tier).label
    audit.record(actor, "launch.tier_confirmed", launch, {"tier": (None, tier)})
    marking.of_launches(launch.workspace_id, [launch.pk], "tier confirmed")
    rows = TierConfirmation.objects.visible_to(actor).filter(launch=launch)
    return rows.count() >= CONFIRMATIONS


def _confirm(actor: Actor, launch: Launch) -> bool:
    rows = TierConfirmation.objects.visible_to(actor)
    _, made = rows.get_or_create(workspace=actor.workspace, launch=launch, user=actor.user)
    return made


@transaction.atomic
def wait_for(actor: Actor, task_pk: int, before_pk: int, *, no_longer: bool = False) -> LaunchTask:
    """Let a task wait for another one of its launch, or no longer.

    Changes of one launch follow one another, so that two people who each add half of a circle
    cannot both be right. Raises Denied, NotFound, or Refused naming the circle.
    """
    actor.require(Perm.ROADMAP_EDIT)
    rows = LaunchTask.objects.visible_to(actor).select_related("launch")
    found = {one.pk: one for one in rows.filter(pk__in={task_pk, before_pk})}
    if {task_pk, before_pk} - set(found):
        raise NotFound("That task no longer exists.")
    task, before = found[task_pk], found[before_pk]
    check_open(task.launch)
    if task.launch_id != before.launch_id:
        raise Refused("Tasks wait for tasks of their own launch.")
    lock_keys("launch tasks", [str(task.launch_id)])
    orders = TaskOrder.objects.visible_to(actor)
    if no_longer:
        if not orders.filter(before=before, after=task).delete()[0]:
            return task
    else:
        _refuse_circle(actor, task, before)
        TaskOrder.objects.create(workspace=actor.workspace, before=before, after=task)
    changes = {"waits_for": (before.title, None) if no_longer else (None, before.title)}
    audit.record(actor, "launchtask.waits", task, changes)
    marking.of_launches(task.workspace_id, [task.launch_id], f"task “{task.title}”"[:100])
    return task


def _refuse_circle(actor: Actor, task: LaunchTask, before: LaunchTask) -> None:
    if task.pk == before.pk:
        raise Refused("A task cannot wait for itself.")
    orders = TaskOrder.objects.visible_to(actor).filter(after__launch=task.launch_id)
    if orders.filter(before=before, after=task).exists():
        raise Refused("It waits for that task already.")
    pairs = list(orders.values_list("before", "after"))
    if circle := path_between(pairs, task.pk, before.pk):
        rows = LaunchTask.objects.with_trash(actor.workspace.pk).filter(pk__in=circle)
        titles = dict(rows.values_list("pk", "title"))
        names = [f"“{titles[one]}”" for one in [*circle, circle[0]]]
        raise Refused(f"That would go round in a circle: {' before '.join(names)}.")
