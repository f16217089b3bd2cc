"""What is done about the slots of a launch."""

from datetime import date

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from core.errors import NotFound, Refused
from core.web import toast
from roadmaps.launches.models import Launch
from roadmaps.launches.views_acts import act_on, sent_number
from roadmaps.slots import services
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.records.lists import whole_number

TAB = "approvals"


@require_POST
@workspace_view(Perm.ROADMAP_EDIT)
def propose(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Propose days for a launch."""
    sent = request.POST

    def act(launch: Launch) -> None:
        services.propose_slot(
            request.actor,
            pk,
            _day(sent.get("start_on", "")),
            _day(sent["end_on"]) if sent.get("end_on") else None,
            markets=[n for each in sent.getlist("market") if (n := whole_number(each)) is not None],
            note=sent.get("note", ""),
            asked=whole_number(sent.get("asked", "")),
        )
        toast(request, "Proposed. Another person decides.")

    return act_on(request, pk, TAB, act)


@require_POST
@workspace_view(Perm.ROADMAP_EDIT)
def decide(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Approve or refuse a launch's slot, or withdraw it."""
    actor, sent = request.actor, request.POST

    def act(launch: Launch) -> None:
        slot, asked = sent_number(request, "slot"), sent.get("act", "")
        if asked == "approve":
            made = services.approve_slot(actor, slot, seen=sent.getlist("seen"))
            toast(request, f"{made} is approved.")
        elif asked == "refuse":
            services.refuse_slot(actor, slot, sent.get("reason", ""))
        elif asked == "withdraw":
            services.withdraw_slot(actor, slot)
        else:
            raise NotFound("There is no such act.")

    return act_on(request, pk, TAB, act)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("Give the days the slot is for.") from None
