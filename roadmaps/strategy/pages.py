"""What stands on the pages of objectives and key results: the figures as they are now."""

from collections.abc import Iterable
from typing import Any

from roadmaps.strategy.figures import Measured, as_of, measured
from roadmaps.strategy.models import KeyResult, Objective
from roadmaps.strategy.records import OBJECTIVE
from workspaces.access.doors import WorkspaceRequest
from workspaces.access.roles import Perm
from workspaces.records.kinds import RecordKind
from workspaces.records.tabs import RecordPanel, register_record_panel

KEY_RESULT = KeyResult._meta.label_lower
SHOWN = 20


def is_objective(kind: RecordKind) -> bool:
    return kind.name == OBJECTIVE.name


def is_key_result(kind: RecordKind) -> bool:
    return kind.name == KEY_RESULT


def _figures(request: WorkspaceRequest, rows: Iterable[KeyResult]) -> dict[str, Any]:
    results: list[Measured] = measured(request.actor, rows)
    moment, stale = as_of(request.actor)
    return {"results": results, "as_of": moment, "stale": stale}


def objective_side(request: WorkspaceRequest, kind: RecordKind, row: Objective) -> dict[str, Any]:
    """An objective's key results, the next due first."""
    rows = KeyResult.objects.visible_to(request.actor).filter(objective=row)
    found = _figures(request, rows.order_by("due_on", "pk")[:SHOWN])
    return found | {"adds": request.actor.can(kind.writes)}


def key_result_side(request: WorkspaceRequest, kind: RecordKind, row: KeyResult) -> dict[str, Any]:
    """A key result's own figure."""
    return _figures(request, [row])


def register() -> None:
    """Called from the app's ready()."""
    for template, side, mine in (
        ("roadmaps/objective_side.html", objective_side, is_objective),
        ("roadmaps/key_result_side.html", key_result_side, is_key_result),
    ):
        register_record_panel(RecordPanel(10, Perm.METRICS_VIEW, template, side, kinds=mine))
