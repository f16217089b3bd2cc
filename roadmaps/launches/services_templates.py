"""Making launches from templates, and offering them what changed in these since."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from core.errors import NotFound, Refused
from roadmaps import marking
from roadmaps.launches.calendar import days_off
from roadmaps.launches.models import Launch, LaunchTask, LaunchTemplate, TaskOrder, TemplateTask
from roadmaps.launches.offering import FIELDS
from roadmaps.launches.offers import offers_for, presets, tasks_of
from roadmaps.launches.rules import check_open
from roadmaps.launches.services import LAUNCH, set_links
from roadmaps.readiness.workdays import moved
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.records import refs
from workspaces.records.kinds import KINDS
from workspaces.records.services import change_record, create_record, delete_record

TEMPLATE, TEMPLATE_TASK, TASK = (
    "roadmaps.launchtemplate",
    "roadmaps.templatetask",
    "roadmaps.launchtask",
)
MOST_TASKS = 500
PRESET_FIELDS = ("name", "tier", "description", "documents")


@transaction.atomic
def adopt_preset(actor: Actor, word: str) -> LaunchTemplate:
    """The workspace's own copy of a template that comes with the product, made when it has none.

    Raises Denied or NotFound.
    """
    actor.require(Perm.ROADMAP_EDIT)
    if word not in presets():
        raise NotFound("There is no such template.")
    preset = presets()[word]
    held = LaunchTemplate.objects.visible_to(actor).filter(name=preset["name"]).order_by("pk")
    if (known := held.first()) is not None:
        return known
    values = {name: preset[name] for name in PRESET_FIELDS}
    template: LaunchTemplate = create_record(actor, KINDS[TEMPLATE], values)
    for task in preset["tasks"]:
        create_record(actor, KINDS[TEMPLATE_TASK], {"template": template, **task})
    return template


@transaction.atomic
def make_launch(
    actor: Actor,
    values: dict[str, Any],
    template: LaunchTemplate | None = None,
    *,
    products: Iterable[int] = (),
    markets: Iterable[int] = (),
    segments: Iterable[int] = (),
    items: Iterable[int] = (),
) -> Launch:
    """A launch with a template's tier and tasks on their days. One act of the history.

    Raises Denied, NotFound, Refused, or ValidationError naming the fields.
    """
    actor.require(Perm.ROADMAP_EDIT)
    with audit.in_batch(uuid4()):
        launch: Launch = create_record(actor, KINDS[LAUNCH], values)
        if template is not None:
            launch.template, launch.tier = template, template.tier
            launch.save(update_fields=["template", "tier"])
            tasks = tasks_of(actor, template)
            if len(tasks) > MOST_TASKS:
                raise Refused(f"A launch begins with at most {MOST_TASKS} tasks.")
            _add(actor, launch, tasks)
        about = {"products": products, "markets": markets, "segments": segments, "items": items}
        for what, ids in about.items():
            set_links(actor, launch.pk, what, ids)
    return launch


def _add(actor: Actor, launch: Launch, tasks: Sequence[TemplateTask]) -> None:
    """The launch's own copies of these tasks, and what they wait for."""
    off = days_off(launch.workspace_id)
    made = LaunchTask.objects.bulk_create(
        LaunchTask(
            workspace=actor.workspace,
            launch=launch,
            key=one.key,
            due_on=moved(launch.planned_on, one.day, off),
            **{name: getattr(one, name) for name in FIELDS},
        )
        for one in tasks
    )
    batch = uuid4()
    audit.record_many(
        actor, "launchtask.created", [(one, {"title": (None, one.title)}) for one in made], batch
    )
    rows = LaunchTask.objects.visible_to(actor).filter(launch=launch).exclude(key="")
    known = {one.key: one for one in rows}
    TaskOrder.objects.bulk_create(
        (
            TaskOrder(workspace=actor.workspace, before=known[key], after=known[one.key])
            for one in tasks
            for key in one.waits_for
            if key in known
        ),
        ignore_conflicts=True,
    )


@transaction.atomic
def take_offers(actor: Actor, launch_pk: int, names: Iterable[str]) -> UUID:
    """Do what was chosen of the offers: one act, whose batch is returned for its undo.

    Raises Denied, NotFound or Refused.
    """
    actor.require(Perm.ROADMAP_EDIT)
    launch: Launch = refs.find(actor, LAUNCH, launch_pk)
    check_open(launch)
    chosen = set(names)
    taken = [one for one in offers_for(actor, launch) if one.name in chosen]
    if not taken:
        raise Refused("Choose at least one change.")
    batch = uuid4()
    wanted = {
        one.key: one
        for one in TemplateTask.objects.visible_to(actor).filter(template=launch.template_id)
    }
    rows = LaunchTask.objects.visible_to(actor).filter(launch=launch).exclude(key="")
    tasks = {one.key: one for one in rows}
    with audit.in_batch(batch):
        _add(actor, launch, [wanted[one.key] for one in taken if one.act == "add"])
        for one in taken:
            if one.act == "change":
                values = {name: getattr(wanted[one.key], name) for name in FIELDS}
                task = tasks[one.key]
                change_record(actor, KINDS[TASK], task.pk, task.version, values)
            elif one.act == "remove":
                delete_record(actor, KINDS[TASK], tasks[one.key].pk, tasks[one.key].version)
    marking.of_launches(launch.workspace_id, [launch.pk], "its template changed")
    return batch
