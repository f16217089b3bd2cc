"""The verbs of slots: proposing one, and deciding on it as another person."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.clock import today
from core.errors import NotFound, Refused
from core.typed import one_line
from roadmaps.launches.models import Launch, LaunchMarket
from roadmaps.launches.rules import FURTHEST, check_open
from roadmaps.launches.services import LAUNCH, change_launch
from roadmaps.launches.states import BEYOND_GO, OUT
from roadmaps.slots.models import LONGEST_NOTE, LaunchSlot, SlotMarket, SlotState
from roadmaps.slots.reports import conflicts_of_slot
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.members.people import readers_of
from workspaces.records.kinds import KINDS
from workspaces.records.services import locked

LONGEST = timedelta(days=31)


@transaction.atomic
def propose_slot(
    actor: Actor,
    launch_pk: int,
    start_on: date,
    end_on: date | None = None,
    *,
    markets: Iterable[int] = (),
    note: str = "",
    asked: int | None = None,
) -> LaunchSlot:
    """Propose days for a launch, for some of its markets or for all. Another person decides.

    Raises Denied, NotFound, Refused, or ValidationError naming the fields.
    """
    actor.require(Perm.ROADMAP_EDIT)
    launch: Launch = locked(actor, KINDS[LAUNCH], launch_pk)
    _check_movable(launch)
    last = end_on or start_on
    _check_days(actor, start_on, last)
    rows = LaunchSlot.objects.visible_to(actor).filter(launch=launch)
    if rows.filter(state=SlotState.PROPOSED).exists():
        raise Refused("A slot is being decided already. Withdraw that first.")
    reached = LaunchMarket.objects.visible_to(actor).filter(launch=launch)
    wanted = set(markets)
    if wanted - set(reached.values_list("market", flat=True)):
        raise NotFound("The launch does not come to that market.")
    made = LaunchSlot.objects.create(
        workspace=actor.workspace,
        launch=launch,
        start_on=start_on,
        end_on=last,
        note=_words(note),
        everywhere=not wanted,
        proposed_by=actor.user,
        asked_id=_asked(actor, asked),
    )
    SlotMarket.objects.bulk_create(
        SlotMarket(workspace=actor.workspace, slot=made, market_id=one) for one in sorted(wanted)
    )
    audit.record(actor, "launch.slot_proposed", launch, {"slot": (None, str(made))})
    return made


@transaction.atomic
def approve_slot(actor: Actor, pk: int, *, seen: Collection[str] | None = None) -> LaunchSlot:
    """Let a launch have the days proposed for it. A day outside moves to the first still ahead.

    `seen` is what whoever decides was shown to speak against it: where anything else does by now,
    they are to look again. Raises Denied, NotFound, or Refused, which names who decided before.
    """
    actor.require(Perm.ROADMAP_EDIT)
    launch, slot = _to_decide(actor, pk)
    now = today(actor.workspace.timezone)
    if slot.end_on < now:
        raise Refused("Those days are past. Propose others.")
    if not slot.everywhere and not SlotMarket.objects.visible_to(actor).filter(slot=slot).exists():
        raise Refused("The markets it was for are gone. Refuse it, and have others proposed.")
    against = [str(one) for one in conflicts_of_slot(actor, slot)]
    if seen is not None and set(against) - set(seen):
        raise Refused("More speaks against it since you looked. Look again.")
    held = LaunchSlot.objects.visible_to(actor).filter(launch=launch, state=SlotState.APPROVED)
    before = held.first()
    held.update(state=SlotState.REPLACED)
    _decide(actor, slot, SlotState.APPROVED, against)
    said = {"slot": (str(before) if before else None, str(slot))}
    audit.record(actor, "launch.slot_approved", launch, said)
    if not slot.start_on <= launch.planned_on <= slot.end_on:
        day = max(slot.start_on, now)
        change_launch(actor, launch.pk, seen_version=launch.version, planned_on=day)
    return slot


@transaction.atomic
def refuse_slot(actor: Actor, pk: int, reason: str) -> LaunchSlot:
    """Say no to the days proposed for a launch, and why. Raises as `approve_slot` does."""
    actor.require(Perm.ROADMAP_EDIT)
    launch, slot = _to_decide(actor, pk)
    slot.reason = _words(reason)
    if not slot.reason:
        raise Refused("Say why.")
    _decide(actor, slot, SlotState.REFUSED, [str(one) for one in conflicts_of_slot(actor, slot)])
    said = {"slot": (str(slot), None), "reason": (None, slot.reason)}
    audit.record(actor, "launch.slot_refused", launch, said)
    return slot


@transaction.atomic
def withdraw_slot(actor: Actor, pk: int) -> LaunchSlot:
    """Take a proposal back: whoever made it, or anybody once they have left.

    Raises Denied, NotFound or Refused.
    """
    actor.require(Perm.ROADMAP_EDIT)
    launch, slot = _open(actor, pk)
    here = readers_of(actor, Perm.ROADMAP_EDIT).filter(pk=slot.proposed_by_id or 0)
    if slot.proposed_by_id != actor.user.pk and here.exists():
        raise Refused(f"{slot.proposed_by} proposed it. Approve or refuse it.")
    slot.state, slot.decided_at = SlotState.WITHDRAWN, timezone.now()
    slot.save(update_fields=["state", "decided_at"])
    audit.record(actor, "launch.slot_withdrawn", launch, {"slot": (str(slot), None)})
    return slot


def slot_of(actor: Actor, pk: int) -> LaunchSlot:
    """A slot with its launch and that one's team. Raises Denied or NotFound."""
    actor.require(Perm.ROADMAP_VIEW)
    rows = LaunchSlot.objects.visible_to(actor).filter(launch__deleted_at=None)
    found: LaunchSlot | None = rows.select_related("launch__team").filter(pk=pk).first()
    if found is None:
        raise NotFound("That slot no longer exists.")
    return found


def _open(actor: Actor, pk: int) -> tuple[Launch, LaunchSlot]:
    """A launch and its slot, locked in this order, so that of two who decide one comes first."""
    rows = LaunchSlot.objects.visible_to(actor)
    found = rows.filter(pk=pk).values_list("launch", flat=True).first()
    if found is None:
        raise NotFound("That slot no longer exists.")
    launch: Launch = locked(actor, KINDS[LAUNCH], found)
    slot = rows.select_related("proposed_by", "decided_by", "launch__team").get(pk=pk)
    if slot.state != SlotState.PROPOSED:
        who = slot.decided_by or "Somebody who left"
        if slot.state == SlotState.WITHDRAWN:
            raise Refused("It was withdrawn.")
        verb = "refused" if slot.state == SlotState.REFUSED else "approved"
        raise Refused(f"{who} {verb} it already.")
    return launch, slot


def _to_decide(actor: Actor, pk: int) -> tuple[Launch, LaunchSlot]:
    launch, slot = _open(actor, pk)
    if slot.proposed_by_id == actor.user.pk:
        raise Refused("You proposed it. Another person has to decide.")
    _check_movable(launch)
    return launch, slot


def _decide(actor: Actor, slot: LaunchSlot, state: str, against: list[str]) -> None:
    slot.state, slot.decided_by, slot.decided_at = state, actor.user, timezone.now()
    slot.conflicts = against
    slot.save(update_fields=["state", "decided_by", "decided_at", "conflicts", "reason"])


def _check_movable(launch: Launch) -> None:
    check_open(launch)
    if launch.state in OUT:
        raise Refused("It is out already.")
    if launch.state in BEYOND_GO:
        raise Refused("Its day was approved with Go. Take it back to Go / no-go first.")


def _check_days(actor: Actor, first: date, last: date) -> None:
    now = today(actor.workspace.timezone)
    if not now <= first <= now + FURTHEST:
        raise ValidationError({"start_on": ["Give a day from today on, within ten years."]})
    if last < first:
        raise ValidationError({"end_on": ["Until is not before from."]})
    if last - first >= LONGEST:
        raise ValidationError({"end_on": [f"At most {LONGEST.days} days at once."]})


def _asked(actor: Actor, pk: int | None) -> int | None:
    if pk is None:
        return None
    rows = readers_of(actor, Perm.ROADMAP_EDIT).exclude(pk=actor.user.pk)
    if not rows.filter(pk=pk).exists():
        raise Refused("They cannot decide on it. Ask somebody else.")
    return pk


def _words(text: str) -> str:
    return one_line(text, LONGEST_NOTE)
