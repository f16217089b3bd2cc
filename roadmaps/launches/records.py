"""Launches, their tasks and templates as records: their fields and verbs."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from roadmaps.launches import services
from roadmaps.launches.models import (
    ClosedDays,
    Launch,
    LaunchTask,
    LaunchTemplate,
    TemplateTask,
)
from roadmaps.launches.rules import (
    after_closed,
    after_launch,
    after_task,
    after_template,
    closed_rules,
    launch_rules,
    task_rules,
    template_rules,
    template_task_rules,
)
from roadmaps.launches.states import BEYOND_GO, ENDED, TONES, Lane, LaunchState, Tier
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.approvals.gates import Gate, register_gate
from workspaces.records.fields import MARKDOWN, Choice, Field, FieldType, fields_of_model
from workspaces.records.kinds import RecordKind, register_record
from workspaces.search.recent import register_page

READS, WRITES = Perm.ROADMAP_VIEW, Perm.ROADMAP_EDIT
GO = Gate(
    kind="roadmaps.launch",
    name="go",
    label="Go",
    field="state",
    values=frozenset(BEYOND_GO),
    perm=Perm.ROADMAP_EDIT,
    least=2,
    same=("planned_on", "tier"),
)


def _change(actor: Actor, pk: int, version: int, values: dict[str, Any]) -> Any:
    return services.change_launch(actor, pk, seen_version=version, **values)


def _revert(actor: Actor, pk: int, version: int, values: dict[str, Any]) -> Any:
    return services.change_launch(actor, pk, seen_version=version, takes_back=True, **values)


def _url(actor: Actor, pk: int) -> str:
    return reverse("roadmaps:launch", args=[actor.workspace.slug, pk])


def _choices(enum: Any, tones: Mapping[str, str] | None = None) -> tuple[Choice, ...]:
    known = tones or {}
    return tuple(Choice(one.value, one.label, known.get(one.value, "grey")) for one in enum)


def _worked_out(name: str, label: str, type_: FieldType, **more: Any) -> Field:
    """A column of the readiness beside a launch."""
    return Field(name, label, type_, editable=False, at=f"readiness__{name}", **more)


LAUNCH = RecordKind(
    model=Launch,
    label="Launch",
    plural="Launches",
    reads=READS,
    writes=WRITES,
    fields=(
        *fields_of_model(
            Launch,
            "title",
            "state",
            "planned_on",
            state={"choices": _choices(LaunchState, TONES), "required": False},
        ),
        _worked_out("score", "Readiness", FieldType.NUMBER, places=0, unit="of 100"),
        _worked_out("red", "Blockers", FieldType.NUMBER, places=0, unit="to clear"),
        _worked_out("before", "A week ago", FieldType.NUMBER, places=0, unit="of 100"),
        _worked_out("ready_on", "Ready", FieldType.DAY),
        _worked_out("chance", "Chance", FieldType.PERCENT),
        *fields_of_model(
            Launch,
            "tier",
            "owner",
            "team",
            "brief",
            tier={"choices": _choices(Tier), "required": False},
            team={"sort": "team__name"},
            brief={"shown": False, **MARKDOWN},
        ),
    ),
    change=_change,
    revert=_revert,
    rules=launch_rules,
    after=after_launch,
    reasons=frozenset({"state"}),
    url=_url,
    icon="rocket",
    section="Build",
    board="state",
    closed=frozenset(ENDED),
    searched=("title", "brief"),
    dated=("planned_on",),
    tabbed=True,
    list_url=lambda actor: reverse("roadmaps:launches", args=[actor.workspace.slug]),
    new_url=lambda actor: reverse("roadmaps:launch_new", args=[actor.workspace.slug]),
    list_head="launches/list_head.html",
    pasted=False,
    sample="Trail Jacket 2.0 · EU launch · 8 December · 71 of 100",
)
TASK = RecordKind(
    model=LaunchTask,
    label="Launch task",
    plural="Launch tasks",
    reads=READS,
    writes=WRITES,
    fields=fields_of_model(
        LaunchTask,
        "title",
        "launch",
        "phase",
        "lane",
        "day",
        "due_on",
        "owner",
        "low",
        "likely",
        "high",
        "started_on",
        "done_on",
        launch={"sort": "launch__title"},
        phase={"required": False},
        lane={"required": False, "choices": _choices(Lane)},
        day={"required": False},
        due_on={"required": False},
        **{name: {"required": False} for name in ("low", "likely", "high")},
    ),
    rules=task_rules,
    after=after_task,
    icon="list-check",
    section="Build",
    searched=("title",),
    dated=("due_on",),
    pasted=False,
    sample="Take photos · T−12 · 1 – 3 – 6 days",
)
TEMPLATE = RecordKind(
    model=LaunchTemplate,
    label="Launch template",
    plural="Launch templates",
    reads=READS,
    writes=WRITES,
    fields=fields_of_model(
        LaunchTemplate,
        "name",
        "tier",
        "category",
        "market",
        "description",
        "documents",
        tier={"choices": _choices(Tier), "required": False},
        category={"sort": "category__path"},
        market={"sort": "market__name"},
        description={"shown": False},
        documents={"shown": False},
    ),
    rules=template_rules,
    after=after_template,
    icon="template",
    section="Build",
    searched=("name",),
    sample="Product launch · tier 2 · 20 tasks",
)
TEMPLATE_TASK = RecordKind(
    model=TemplateTask,
    label="Template task",
    plural="Template tasks",
    reads=READS,
    writes=WRITES,
    fields=fields_of_model(
        TemplateTask,
        "title",
        "template",
        "key",
        "phase",
        "lane",
        "day",
        "low",
        "likely",
        "high",
        "after",
        template={"sort": "template__name"},
        phase={"required": False},
        lane={"required": False, "choices": _choices(Lane)},
        day={"required": False},
        **{name: {"required": False} for name in ("low", "likely", "high")},
    ),
    rules=template_task_rules,
    icon="list-details",
    section="Build",
    pasted=False,
    sample="Take photos · T−12 · waits for samples",
)
CLOSED = RecordKind(
    model=ClosedDays,
    label="Closed days",
    plural="Closed days",
    reads=READS,
    writes=WRITES,
    fields=fields_of_model(
        ClosedDays,
        "title",
        "reason",
        "market",
        "start_on",
        "end_on",
        reason={"required": False},
        market={"sort": "market__name"},
    ),
    rules=closed_rules,
    after=after_closed,
    icon="calendar-off",
    section="Build",
    dated=("start_on",),
    pasted=False,
    sample="Christmas Day · public holiday · Germany",
)


def register() -> None:
    """Called from the app's ready()."""
    for kind in (LAUNCH, TASK, TEMPLATE, TEMPLATE_TASK, CLOSED):
        register_record(kind)
    register_gate(GO)
    register_page("roadmaps:launch", LAUNCH.name)
