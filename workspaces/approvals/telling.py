"""What the history of approvals says to followers: who is to decide, and how it went."""

from collections.abc import Mapping, Sequence

from workspaces.approvals.models import Approval, ApprovalState, Approver
from workspaces.approvals.standing import open_steps
from workspaces.audit.models import ActivityEvent
from workspaces.following.models import Reason
from workspaces.following.sources import Said

WORDS = {
    "approval.requested": "asked for an approval:",
    "approval.passed_on": "passed on an approval:",
    "approval.reminded": "waits for a decision on",
    "approval.approve": "approved",
    "approval.conditions": "approved with conditions",
    "approval.reject": "rejected",
    "approval.withdrawn": "withdrew",
}
ASKS = ("approval.requested", "approval.passed_on")
YES = ("approval.approve", "approval.conditions")


def approvals(workspace_id: int, events: Sequence[ActivityEvent]) -> Mapping[int, Said]:
    """Whose turn it is hears of it; whoever asked hears of every answer."""
    pks = {event.object_id for event in events}
    rows = {one.pk: one for one in Approval.objects.in_workspace(workspace_id).filter(pk__in=pks)}
    turns = _turns(list(rows.values()))
    found = {}
    for event in events:
        row = rows.get(event.object_id)
        if row is None or event.verb not in WORDS:
            continue
        told: dict[int, Reason] = {}
        turn = turns.get(row.pk, [])
        if event.verb in ASKS:
            told = dict.fromkeys((user for user, _ in turn), Reason.APPROVAL)
        elif event.verb in YES:
            done = _places(row, event.actor_id)
            told = dict.fromkeys((u for u, place in turn if place > done), Reason.APPROVAL)
        elif event.verb == "approval.reminded":
            told = dict.fromkeys(_reminded(event), Reason.APPROVAL)
        asker = {row.requested_by_id} if row.requested_by_id else set()
        reminds = event.verb == "approval.reminded"
        silent = None if reminds else event.actor_id
        found[event.pk] = Said(
            (event.model, row.pk), told, frozenset(set(told) | asker), silent, to_all=not reminds
        )
    return found


def _turns(rows: Sequence[Approval]) -> dict[int, list[tuple[int, int]]]:
    """Who can decide now, and in a step of which place, by approval."""
    found: dict[int, list[tuple[int, int]]] = {}
    for row in rows:
        if row.state != ApprovalState.PENDING:
            continue
        asked = Approver.objects.in_workspace(row.workspace_id).filter(
            step__in=open_steps(row), passed_on=False, decision=None, user__isnull=False
        )
        pairs = asked.values_list("user", "step__place")
        found[row.pk] = [(user or 0, place) for user, place in pairs]
    return found


def _places(row: Approval, user_id: int | None) -> int:
    """The last place in which this person was asked: behind it a new step begins."""
    asked = Approver.objects.in_workspace(row.workspace_id).filter(step__approval=row, user=user_id)
    return max(asked.values_list("step__place", flat=True), default=0)


def _reminded(event: ActivityEvent) -> list[int]:
    pair = event.changes.get("reminded")
    people = pair[1] if isinstance(pair, list) and len(pair) == 2 else []
    return [pk for pk in people or [] if isinstance(pk, int)]
