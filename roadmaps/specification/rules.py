"""What the domain of specifications forbids, in words."""

from django.core.exceptions import ValidationError
from django.utils import timezone

from core.errors import Refused
from roadmaps import marking
from roadmaps.launches.models import Launch
from roadmaps.launches.rules import check_open
from roadmaps.launches.states import FROZEN
from roadmaps.specification.models import SpecLine, Verdict
from workspaces.access.actor import Actor
from workspaces.records.kinds import Changes

WISHED = ("title", "kind", "must", "required", "idea")


def line_rules(actor: Actor, row: SpecLine, changes: Changes) -> None:
    """Frozen from verification on, judged by whoever says so, waived for a reason.

    What there is no Go without is never waived: that takes two people, at the gate.
    """
    launch = _launch(actor, row)
    if launch is None:
        return
    check_open(launch)
    if row.pk is not None and "launch" in changes:
        raise ValidationError({"launch": ["A line stays with its launch."]})
    if row.pk is None or set(WISHED) & set(changes):
        refuse_frozen(launch)
    if row.verdict == Verdict.WAIVED:
        if row.must:
            words = "There is no Go without it. Two people can override its gate."
            raise ValidationError({"verdict": [words]})
        if not row.reason.strip():
            raise ValidationError({"reason": ["Say why it is waived."]})
    if row.verdict == Verdict.CONFIRMED and not (row.actual.strip() or row.evidence.strip()):
        raise ValidationError({"actual": ["Say what was found, or where the evidence lies."]})


def refuse_frozen(launch: Launch) -> None:
    """Raise Refused from verification on, when a specification no longer changes."""
    if launch.state in FROZEN:
        words = f"Frozen since verification. Take “{launch}” back to Build to change it."
        raise Refused(words)


def _launch(actor: Actor, row: SpecLine) -> Launch | None:
    if row.launch_id is None:
        return None
    return Launch.objects.visible_to(actor).filter(pk=row.launch_id).first()


def after_line(actor: Actor, row: SpecLine, changes: Changes) -> None:
    """A verdict is by whoever gave it last."""
    if "verdict" in changes:
        is_open = row.verdict == Verdict.OPEN
        row.judged_by = None if is_open else actor.user
        row.judged_at = None if is_open else timezone.now()
        row.save(update_fields=["judged_by", "judged_at"])
    marking.of_launches(row.workspace_id, [row.launch_id], f"line “{row.title}”"[:100])
