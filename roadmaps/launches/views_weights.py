"""What counts how much for launches of each tier."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.errors import Refused
from core.web import toast
from roadmaps.launches.states import Tier
from roadmaps.readiness.evaluators import evaluators_in_order
from roadmaps.readiness.models import ReadinessModel
from roadmaps.readiness.services import weigh
from roadmaps.readiness.weighing import weight_of
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm


def _points(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=0, max_value=100, decimal_places=2, max_digits=5
    )


class WeightsForm(forms.Form):
    """Points by area, the cap of red gates, and the score from which it may go."""

    cap = _points("At most, while a gate is red")
    go_from = _points("Ready from")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for area in evaluators_in_order():
            self.fields[f"area_{area.key}"] = _points(area.label)

    @property
    def weights(self) -> dict[str, Any]:
        found = {name: one for name, one in self.cleaned_data.items() if name.startswith("area_")}
        return {name.removeprefix("area_"): one for name, one in found.items()}


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.WORKSPACE_MANAGE)
def weights(request: WorkspaceRequest) -> HttpResponse:
    """The model of a tier; another one is a new version."""
    actor = request.actor
    asked = request.GET.get("tier", "")
    tier = asked if asked in Tier.values else str(Tier.ONE)
    rows = ReadinessModel.objects.visible_to(actor).filter(tier=tier).select_related("made_by")
    versions = list(rows.order_by("-number")[:50])
    form = WeightsForm(request.POST or None, initial=_initial(versions))
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        try:
            weigh(actor, tier, form.weights, cap=clean["cap"], go_from=clean["go_from"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            toast(request, "Saved. Launches of that tier are weighed anew.")
            return redirect(f"{request.path}?tier={tier}")
    context = {"form": form, "tier": tier, "tiers": Tier.choices, "versions": versions}
    return render(request, "launches/weights.html", context, status=422 if form.errors else 200)


def _initial(versions: list[ReadinessModel]) -> dict[str, Any]:
    newest = versions[0] if versions else ReadinessModel(weights={})
    found = {f"area_{area.key}": weight_of(newest.weights, area) for area in evaluators_in_order()}
    return {"cap": newest.cap, "go_from": newest.go_from, **found}
