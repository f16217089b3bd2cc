"""Scoring models and their inputs as records: their fields, and what their domain forbids."""

from decimal import Decimal

from django.core.exceptions import ValidationError

from core.errors import Refused
from core.templatetags.ui import number
from roadmaps import marking
from roadmaps.priorities import services
from roadmaps.priorities.known import KNOWN
from roadmaps.priorities.methods import FORMULAS, Method, inputs_of
from roadmaps.priorities.models import ScoreInput, ScoringModel
from roadmaps.priorities.scoring import names_in, read
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.records.fields import Choice, fields_of_model
from workspaces.records.kinds import Changes, RecordKind, register_record


def model_rules(actor: Actor, row: ScoringModel, changes: Changes) -> None:
    """A formula that gives a number; an empty one is the method's own."""
    if row.method not in Method.values:
        return
    if not {"formula", "method"} & set(changes) and row.pk is not None:
        return
    if not row.formula.strip():
        row.formula = FORMULAS[row.method]
        if isinstance(changes, dict):
            changes["formula"] = ("", row.formula)
    if not row.formula:
        raise ValidationError({"formula": ["Write what a score is: (value + fit) / effort."]})
    try:
        read(row.formula)
    except Refused as refusal:
        raise ValidationError({"formula": [str(refusal)]}) from refusal


def input_rules(actor: Actor, row: ScoreInput, changes: Changes) -> None:
    """An input the model has, once, in its range, with a reason against what is known."""
    if None in (row.item_id, row.scoring_id):
        return
    scoring = ScoringModel.objects.visible_to(actor).filter(pk=row.scoring_id).first()
    if scoring is None:
        return
    known = {one.key: one for one in inputs_of(scoring.method, names_in(scoring.formula))}
    if row.key not in known:
        words = f"{scoring} takes: {', '.join(known)}."
        raise ValidationError({"key": [words]})
    _check_points(row, known[row.key].least, known[row.key].most)
    others = ScoreInput.objects.visible_to(actor).exclude(pk=row.pk)
    if others.filter(item=row.item_id, scoring=row.scoring_id, key=row.key).exists():
        raise ValidationError({"key": ["This item has that input already. Change it there."]})
    if row.key in KNOWN and not row.reason.strip():
        known_already = KNOWN[row.key](actor.workspace.pk, {row.item_id}).get(row.item_id)
        if known_already is not None:
            words = f"It is computed as {number(known_already.likely)}. Say why another is right."
            raise ValidationError({"reason": [words]})


def _check_points(row: ScoreInput, least: Decimal | None, most: Decimal | None) -> None:
    for name in ("likely", "low", "high"):
        value = getattr(row, name)
        if value is None:
            continue
        if least is not None and value < least:
            raise ValidationError({name: [f"At least {least}."]})
        if most is not None and value > most:
            raise ValidationError({name: [f"At most {most}."]})
    if row.likely is None:
        return
    if row.low is not None and row.low > row.likely:
        raise ValidationError({"low": ["At least is not more than the value."]})
    if row.high is not None and row.high < row.likely:
        raise ValidationError({"high": ["At most is not less than the value."]})


def after_model(actor: Actor, row: ScoringModel, changes: Changes) -> None:
    """A new formula is a new version; what was scored before stays as it is."""
    services.keep_version(actor, row)
    marking.of_model(row.workspace_id, row.pk, "its formula")


def after_input(actor: Actor, row: ScoreInput, changes: Changes) -> None:
    marking.of_items(row.workspace_id, [row.item_id], "its inputs")


MODEL = RecordKind(
    model=ScoringModel,
    label="Scoring model",
    plural="Scoring models",
    reads=Perm.ROADMAP_VIEW,
    writes=Perm.ROADMAP_EDIT,
    fields=fields_of_model(
        ScoringModel,
        "name",
        "method",
        "formula",
        method={
            "choices": tuple(Choice(one.value, one.label) for one in Method),
            "required": False,
        },
    ),
    rules=model_rules,
    after=after_model,
    icon="list-numbers",
    section="Build",
    searched=("name",),
    sample="RICE · reach × impact × confidence ÷ effort",
)
INPUT = RecordKind(
    model=ScoreInput,
    label="Score input",
    plural="Score inputs",
    reads=Perm.ROADMAP_VIEW,
    writes=Perm.ROADMAP_EDIT,
    fields=fields_of_model(
        ScoreInput,
        "item",
        "scoring",
        "key",
        "likely",
        "low",
        "high",
        "reason",
        item={"sort": "item__title"},
        scoring={"sort": "scoring__name"},
    ),
    rules=input_rules,
    after=after_input,
    restore=services.restore_input,
    icon="adjustments-horizontal",
    section="Build",
    named_by=("key",),
    pasted=False,
    sample="Size advisor · RICE · reach 2,000",
)


def register() -> None:
    """Called from the app's ready()."""
    register_record(MODEL)
    register_record(INPUT)
