"""What is done about a launch's specification, tests, gates and areas."""

from decimal import Decimal, InvalidOperation

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from core.errors import NotFound, Refused
from core.typed import trimmed
from roadmaps.launches.models import Launch
from roadmaps.launches.views_acts import act_on, sent_number
from roadmaps.readiness import services as readiness
from roadmaps.specification import services as specification
from roadmaps.specification.models import LineKind, SpecLine
from roadmaps.specification.records import LINE
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.records.services import change_record, create_record

TAB = "specification"
WISHES = ("title", "kind", "required", "method")
FINDINGS = ("verdict", "actual", "evidence", "reason")
RUN = ("title", "setting", "findings", "result")


@require_POST
@workspace_view(Perm.ROADMAP_EDIT)
def lines(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Add a line, or say what was found of one."""
    actor, sent = request.actor, request.POST

    def act(launch: Launch) -> None:
        if not sent.get("line"):
            values = {name: trimmed(sent.get(name, "")) for name in WISHES}
            values["kind"] = values["kind"] or LineKind.REQUIREMENT
            must = {"must": bool(sent.get("must"))}
            create_record(actor, LINE, {"launch": launch, **values, **must})
            return
        rows = SpecLine.objects.visible_to(actor).filter(launch=launch)
        line = rows.filter(pk=sent_number(request, "line")).first()
        if line is None:
            raise NotFound("That line no longer exists.")
        values = {name: trimmed(sent[name]) for name in FINDINGS if name in sent}
        change_record(actor, LINE, line.pk, line.version, values)

    return act_on(request, pk, TAB, act)


@require_POST
@workspace_view(Perm.ROADMAP_EDIT)
def runs(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Note down how a test ended."""
    values = {name: trimmed(request.POST.get(name, "")) for name in RUN}
    return act_on(request, pk, TAB, lambda launch: specification.add_run(request.actor, pk, values))


@require_POST
@workspace_view(Perm.ROADMAP_EDIT)
def sign(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Give a role's word."""
    sent = request.POST

    def act(launch: Launch) -> None:
        agrees = sent.get("word") == "yes"
        note = sent.get("note", "")
        specification.sign(request.actor, pk, sent.get("role", ""), agrees=agrees, note=note)

    return act_on(request, pk, TAB, act)


@require_POST
@workspace_view(Perm.ROADMAP_EDIT)
def override(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Ask that a launch may go although a gate is red, confirm that, or take it back."""
    actor, asked = request.actor, request.POST.get("act", "")

    def act(launch: Launch) -> None:
        if asked == "ask":
            gate = sent_number(request, "gate")
            readiness.ask_override(actor, gate, request.POST.get("reason", ""))
        elif asked == "confirm":
            readiness.confirm_override(actor, sent_number(request, "override"))
        elif asked == "end":
            readiness.end_override(actor, sent_number(request, "override"))
        else:
            raise NotFound("There is no such act.")

    return act_on(request, pk, "approvals", act)


@require_POST
@workspace_view(Perm.ROADMAP_EDIT)
def by_hand(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Say how far an area is, or let what is known speak again."""
    actor, area = request.actor, request.POST.get("area", "")

    def act(launch: Launch) -> None:
        if request.POST.get("end"):
            readiness.end_by_hand(actor, pk, area)
            return
        try:
            percent = Decimal(request.POST.get("percent", "").replace(",", "."))
        except InvalidOperation:
            raise Refused("Give it between 0 and 100 %.") from None
        if not percent.is_finite() or not 0 <= percent <= 100:
            raise Refused("Give it between 0 and 100 %.")
        done = (percent / 100).quantize(Decimal("0.0001"))
        readiness.set_by_hand(actor, pk, area, done, request.POST.get("reason", ""))

    return act_on(request, pk, "", act)
