"""The verbs of readiness: overriding a gate by two, setting an area by hand, weighing anew."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from core.errors import NotFound, Refused
from core.typed import one_line
from roadmaps import marking
from roadmaps.launches.models import Launch
from roadmaps.launches.rules import check_open
from roadmaps.launches.states import ENDED, Tier
from roadmaps.readiness.evaluators import EVALUATORS
from roadmaps.readiness.models import GateOverride, ManualScore, ReadinessModel, RedGate
from roadmaps.readiness.weighing import models_of
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.records.kinds import KINDS
from workspaces.records.services import locked

LAUNCH = "roadmaps.launch"
LONGEST = 1_000


def _words(text: str, most: int = LONGEST) -> str:
    words = one_line(text, most)
    if not words:
        raise Refused("Say why.")
    return words


@transaction.atomic
def ask_override(actor: Actor, gate_pk: int, reason: str) -> GateOverride:
    """Ask that a launch may go although this gate is red. Somebody else has to confirm it.

    An earlier one that no longer holds, because the day or the tier changed, is ended.
    Raises Denied, NotFound or Refused.
    """
    actor.require(Perm.ROADMAP_EDIT)
    gate = RedGate.objects.visible_to(actor).select_related("launch").filter(pk=gate_pk).first()
    if gate is None:
        raise NotFound("That gate is not red any more.")
    launch: Launch = locked(actor, KINDS[LAUNCH], gate.launch_id)
    check_open(launch)
    why = _words(reason)
    now = {"planned_on": launch.planned_on, "tier": launch.tier}
    rows = GateOverride.objects.visible_to(actor).filter(launch=launch, key=gate.key, ended_at=None)
    if rows.filter(**now, asked_by__isnull=False).exists():
        raise Refused("That was asked already. Another person has to confirm it.")
    rows.update(ended_at=timezone.now())
    made = GateOverride.objects.create(
        workspace=actor.workspace,
        launch=launch,
        key=gate.key,
        title=gate.title,
        reason=why,
        asked_by=actor.user,
        **now,
    )
    said = {"gate": (None, gate.title), "reason": (None, why)}
    audit.record(actor, "launch.override_asked", launch, said)
    return made


@transaction.atomic
def confirm_override(actor: Actor, pk: int) -> GateOverride:
    """Let it pass, as the second person. Raises Denied, NotFound, or Refused for the first."""
    actor.require(Perm.ROADMAP_EDIT)
    row, launch = _override(actor, pk)
    if row.asked_by_id == actor.user.pk:
        raise Refused("You asked for it. Another person has to confirm it.")
    if row.asked_by_id is None:
        raise Refused("Whoever asked for it has left. Ask again.")
    if row.confirmed_at is not None:
        raise Refused("It is confirmed already.")
    if (row.planned_on, row.tier) != (launch.planned_on, launch.tier):
        raise Refused("The launch's day or tier changed since. Ask again.")
    row.confirmed_by, row.confirmed_at = actor.user, timezone.now()
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    said = {"gate": (None, row.title), "reason": (None, row.reason)}
    audit.record(actor, "launch.override_confirmed", launch, said)
    marking.of_launches(launch.workspace_id, [launch.pk], f"overridden: {row.title}"[:100])
    return row


@transaction.atomic
def end_override(actor: Actor, pk: int) -> GateOverride:
    """Take an override back. That there was one stays to be seen. Raises Denied or NotFound."""
    actor.require(Perm.ROADMAP_EDIT)
    row, launch = _override(actor, pk)
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
    audit.record(actor, "launch.override_ended", launch, {"gate": (row.title, None)})
    marking.of_launches(launch.workspace_id, [launch.pk], f"no longer overridden: {row}"[:100])
    return row


@transaction.atomic
def set_by_hand(actor: Actor, launch_pk: int, area: str, done: Decimal, reason: str) -> ManualScore:
    """Say how far an area is, from 0 to 1, and why. It shows; no gate opens by it.

    Raises Denied, NotFound or Refused.
    """
    actor.require(Perm.ROADMAP_EDIT)
    launch: Launch = locked(actor, KINDS[LAUNCH], launch_pk)
    check_open(launch)
    if area not in EVALUATORS:
        raise NotFound("There is no such area.")
    if not 0 <= done <= 1:
        raise Refused("Give it between 0 and 100 %.")
    why = _words(reason, 500)
    _end_by_hand(actor, launch, area)
    made = ManualScore.objects.create(
        workspace=actor.workspace, launch=launch, area=area, done=done, reason=why, user=actor.user
    )
    label = EVALUATORS[area].label
    said = {"area": (None, label), "done": (None, done), "reason": (None, why)}
    audit.record(actor, "launch.set_by_hand", launch, said)
    marking.of_launches(launch.workspace_id, [launch.pk], f"{label} set by hand")
    return made


@transaction.atomic
def end_by_hand(actor: Actor, launch_pk: int, area: str) -> None:
    """Let what is known speak for an area again. Raises Denied, NotFound or Refused."""
    actor.require(Perm.ROADMAP_EDIT)
    launch: Launch = locked(actor, KINDS[LAUNCH], launch_pk)
    if not _end_by_hand(actor, launch, area):
        raise Refused("It is not set by hand.")
    label = EVALUATORS[area].label if area in EVALUATORS else area
    audit.record(actor, "launch.worked_out_again", launch, {"area": (label, None)})
    marking.of_launches(launch.workspace_id, [launch.pk], f"{label} worked out again")


def _end_by_hand(actor: Actor, launch: Launch, area: str) -> int:
    rows = ManualScore.objects.visible_to(actor).filter(launch=launch, area=area, ended_at=None)
    return rows.update(ended_at=timezone.now())


@transaction.atomic
def weigh(
    actor: Actor, tier: str, weights: Mapping[str, Decimal], *, cap: Decimal, go_from: Decimal
) -> ReadinessModel:
    """Say what counts how much from now on for a tier: a new version. Raises Denied or Refused."""
    actor.require(Perm.WORKSPACE_MANAGE)
    if tier not in Tier.values:
        raise NotFound("There is no such tier.")
    if set(weights) - set(EVALUATORS) or any(not 0 <= one <= 100 for one in weights.values()):
        raise Refused("Weights are from 0 to 100.")
    if not any(weights.values()):
        raise Refused("Something has to count.")
    if not (0 <= cap <= 100 and 0 <= go_from <= 100):
        raise Refused("Scores are from 0 to 100.")
    newest = models_of(actor.workspace.pk)[tier]
    held = ReadinessModel.objects.visible_to(actor).select_for_update().filter(tier=tier)
    number = max([one.number for one in held] + [newest.number]) + 1
    made = ReadinessModel.objects.create(
        workspace=actor.workspace,
        tier=tier,
        number=number,
        weights={key: str(one) for key, one in weights.items()},
        cap=cap,
        go_from=go_from,
        made_by=actor.user,
    )
    said = {"weights": (newest.weights, made.weights), "cap": (newest.cap, cap)}
    audit.record(actor, "readinessmodel.weighed", made, said)
    rows = Launch.objects.visible_to(actor).filter(tier=tier).exclude(state__in=ENDED)
    ids = rows.values_list("pk", flat=True)
    marking.of_launches(actor.workspace.pk, ids, f"weighed by {made}"[:100])
    return made


def _override(actor: Actor, pk: int) -> tuple[GateOverride, Launch]:
    """An override and its launch, locked: the launch first, as by whoever asks for one."""
    rows = GateOverride.objects.visible_to(actor).filter(pk=pk, ended_at=None)
    found = rows.first()
    if found is None:
        raise NotFound("There is no such override any more.")
    launch: Launch = locked(actor, KINDS[LAUNCH], found.launch_id)
    row = rows.select_for_update(no_key=True, of=("self",)).first()
    if row is None:
        raise NotFound("There is no such override any more.")
    return row, launch
