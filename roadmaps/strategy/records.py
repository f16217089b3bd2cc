"""Objectives and key results as records: their fields, and what their domain forbids."""

from typing import Any

from django.core.exceptions import ValidationError

from finance.metrics.catalogue import METRICS, RATE
from finance.metrics.sources import source_of
from roadmaps.strategy.models import (
    DIMENSIONS,
    LONGEST_SPAN,
    KeyResult,
    Objective,
    ObjectiveState,
)
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit.reports import register_about
from workspaces.records.fields import MARKDOWN, Choice, FieldType, fields_of_model
from workspaces.records.kinds import Changes, RecordKind, register_record

TONES = {
    "planned": "grey",
    "active": "indigo",
    "achieved": "green",
    "missed": "red",
    "dropped": "grey",
}
CLOSED = frozenset({"achieved", "missed", "dropped"})


def check_span(row: Any) -> None:
    """Raise ValidationError for an end before the start, or further away than anybody plans."""
    if row.start_on is None or row.end_on is None:
        return
    if row.end_on < row.start_on:
        raise ValidationError({"end_on": ["It ends before it starts."]})
    if row.end_on - row.start_on > LONGEST_SPAN:
        raise ValidationError({"end_on": ["It takes more than 20 years. Choose an earlier end."]})


def objective_rules(actor: Actor, row: Objective, changes: Changes) -> None:
    """Nothing that ends before it starts."""
    if {"start_on", "end_on"} & set(changes):
        check_span(row)


def key_result_rules(actor: Actor, row: KeyResult, changes: Changes) -> None:
    """A figure there is, that this member may see, on its way to somewhere else."""
    metric = METRICS.get(row.metric)
    if metric is None or (metric.money and not actor.sees_money):
        raise ValidationError({"metric": ["Choose a figure of the metric catalogue."]})
    if None in (row.baseline, row.target):
        return
    if row.baseline == row.target:
        raise ValidationError({"target": ["The target is the baseline: nothing would move."]})
    if metric.unit == RATE and max(abs(row.baseline), abs(row.target)) > 1:
        words = f"{metric.label} is a rate: write 7 % as 0.07."
        name = "target" if abs(row.target) > 1 else "baseline"
        raise ValidationError({name: [words]})
    for name in row.filters:
        if any(name not in source_of(measure).dimensions for measure in metric.reads):
            raise ValidationError({name: [f"{metric.label} is not known by {name}."]})


OBJECTIVE = RecordKind(
    model=Objective,
    label="Objective",
    plural="Objectives",
    reads=Perm.ROADMAP_VIEW,
    writes=Perm.ROADMAP_EDIT,
    fields=fields_of_model(
        Objective,
        "title",
        "state",
        "owner",
        "start_on",
        "end_on",
        "description",
        state={
            "choices": tuple(Choice(s.value, s.label, TONES[s.value]) for s in ObjectiveState),
            "required": False,
        },
        description={"shown": False, **MARKDOWN},
    ),
    rules=objective_rules,
    icon="target",
    section="Build",
    board="state",
    closed=CLOSED,
    searched=("title", "description"),
    dated=("end_on",),
    sample="Cut returns to 7 % · active · until June",
)


def key_result() -> RecordKind:
    """Key results; the catalogue has to be filled before their figures can be named."""
    figures = sorted(METRICS.values(), key=lambda one: (one.label, one.name))
    choices = tuple(Choice(one.name, _called(one.name)) for one in figures)
    return RecordKind(
        model=KeyResult,
        label="Key result",
        plural="Key results",
        reads=Perm.ROADMAP_VIEW,
        writes=Perm.ROADMAP_EDIT,
        fields=fields_of_model(
            KeyResult,
            "title",
            "objective",
            "metric",
            "baseline",
            "target",
            "due_on",
            "days",
            *DIMENSIONS,
            metric={"type": FieldType.CHOICE, "choices": choices, "max_length": None},
            days={"unit": "days", "required": False, "default": 90},
            objective={"sort": "objective__title,title"},
            **{name: {"shown": False} for name in DIMENSIONS},
        ),
        rules=key_result_rules,
        icon="chart-line",
        section="Build",
        searched=("title",),
        dated=("due_on",),
        sample="Return rate from 9.4 % to 7 %",
    )


def _called(name: str) -> str:
    """A figure's label; several are called the same in two units."""
    metric = METRICS[name]
    same = [one for one in METRICS.values() if one.label == metric.label]
    return metric.label if len(same) == 1 else f"{metric.label} ({metric.unit})"


def register() -> None:
    """Called from the app's ready()."""
    register_record(OBJECTIVE)
    register_record(key_result())
    register_about(KeyResult._meta.label_lower, KeyResult.objects.visible_to)
