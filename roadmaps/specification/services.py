"""The verbs of specifications that the house has not: taking lines away, tests, signing."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from core.errors import NotFound, Refused
from core.typed import one_line
from roadmaps import marking
from roadmaps.launches.models import Launch
from roadmaps.launches.rules import check_open
from roadmaps.specification.models import QaRun, RoleSignOff, RunResult, SignRole, SpecLine
from roadmaps.specification.rules import refuse_frozen
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.records import refs
from workspaces.records.kinds import KINDS
from workspaces.records.services import locked, put_away

LAUNCH, LINE = "roadmaps.launch", "roadmaps.specline"


@transaction.atomic
def delete_line(actor: Actor, pk: int, seen_version: int) -> SpecLine:
    """Put a line into the trash. Raises Denied, NotFound, EditConflict, or Refused once frozen."""
    actor.require(Perm.ROADMAP_EDIT)
    row: SpecLine = locked(actor, KINDS[LINE], pk, seen_version)
    refuse_frozen(row.launch)
    put_away(actor, KINDS[LINE], row, timezone.now())
    return row


@transaction.atomic
def restore_line(actor: Actor, pk: int) -> SpecLine:
    """Bring a line back. Raises Denied, NotFound, or Refused once frozen."""
    actor.require(Perm.ROADMAP_EDIT)
    trash = SpecLine.objects.trashed_for(actor).select_for_update(no_key=True, of=("self",))
    row = trash.select_related("launch").filter(pk=pk).first()
    if row is None:
        raise NotFound("That line is not in the trash.")
    refuse_frozen(row.launch)
    put_away(actor, KINDS[LINE], row, None)
    return row


@transaction.atomic
def add_run(actor: Actor, launch_pk: int, values: dict[str, Any]) -> QaRun:
    """Note down how a test ended: title, result, setting, findings. Raises Denied or Refused."""
    actor.require(Perm.ROADMAP_EDIT)
    launch: Launch = refs.find(actor, LAUNCH, launch_pk)
    check_open(launch)
    if values.get("result") == RunResult.FAILED and not values.get("findings", "").strip():
        raise Refused("Say what was found.")
    run = QaRun(workspace=actor.workspace, launch=launch, run_by=actor.user, **values)
    run.full_clean(exclude=["run_by"])
    run.save()
    found = {"result": (None, run.get_result_display()), "findings": (None, run.findings)}
    audit.record(actor, "launch.tested", launch, {"test": (None, run.title), **found})
    marking.of_launches(launch.workspace_id, [launch.pk], f"test “{run.title}”"[:100])
    return run


@transaction.atomic
def sign(actor: Actor, launch_pk: int, role: str, *, agrees: bool, note: str = "") -> RoleSignOff:
    """Give a role's word on what was tested. One person speaks for one role of a launch.

    Raises Denied, or Refused for a no without its reason and for whoever signed for another role.
    """
    actor.require(Perm.ROADMAP_EDIT)
    launch: Launch = refs.find(actor, LAUNCH, launch_pk)
    check_open(launch)
    words = one_line(note, 500)
    if role not in SignRole.values:
        raise Refused("There is no such role.")
    if not agrees and not words:
        raise Refused("Say what keeps you from signing.")
    rows = RoleSignOff.objects.visible_to(actor).filter(launch=launch)
    other = rows.filter(user=actor.user).exclude(role=role).first()
    if other is not None:
        raise Refused(f"You spoke for {other.get_role_display().lower()}. Another person signs.")
    made = RoleSignOff.objects.create(
        workspace=actor.workspace,
        launch=launch,
        role=role,
        agrees=agrees,
        note=words,
        user=actor.user,
    )
    said = {"role": (None, made.get_role_display()), "agrees": (None, agrees)}
    audit.record(actor, "launch.signed", launch, said | {"note": (None, words)})
    marking.of_launches(launch.workspace_id, [launch.pk], str(made))
    return made
