"""Which model weighs launches of a tier: the newest of the workspace, else the house's."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from roadmaps.launches.states import Tier
from roadmaps.readiness.evaluators import Evaluator, evaluators_in_order
from roadmaps.readiness.models import ReadinessModel


def usual_weights() -> dict[str, int]:
    """What each area counts where nobody said."""
    return {one.key: one.weight for one in evaluators_in_order()}


def models_of(workspace_id: int) -> dict[str, ReadinessModel]:
    """The newest model of each tier; the first of a tier is made when it is first asked for."""
    found: dict[str, ReadinessModel] = {}
    rows = ReadinessModel.objects.in_workspace(workspace_id)
    for one in rows.order_by("tier", "-number").distinct("tier"):
        found[one.tier] = one
    for tier in Tier.values:
        if tier not in found:
            usual: dict[str, Any] = {"weights": usual_weights()}
            found[tier], _ = rows.get_or_create(
                workspace_id=workspace_id, tier=tier, number=1, defaults=usual
            )
    return found


def weight_of(weights: Mapping[str, Any], area: Evaluator) -> Decimal:
    """What an area counts by these weights; one that is newer than they are, what is usual."""
    return Decimal(str(weights.get(area.key, area.weight)))
