"""What is done to a launch and its plan."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from core.clock import today
from core.errors import DomainError, NotFound, Refused
from core.templatetags.ui import day as written_day
from core.typed import trimmed
from core.web import toast
from roadmaps.items.forms import words_of
from roadmaps.launches import services
from roadmaps.launches.forms import TaskForm
from roadmaps.launches.models import Launch, LaunchTask
from roadmaps.launches.records import LAUNCH, TASK
from roadmaps.launches.scope import LINKS, scope_of
from roadmaps.launches.services_templates import take_offers
from roadmaps.launches.states import CRITERIA, MARKETING
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.audit.models import ActivityEvent
from workspaces.members.people import people_of
from workspaces.records import refs
from workspaces.records.lists import whole_number
from workspaces.records.services import change_record, create_record

MARKETING_TAB = "marketing"
FIELDS = {
    "day": "T±",
    "likely": "Days",
    "start_on": "From",
    "end_on": "Until",
    "actual": "What was found",
    "findings": "What was found",
    "method": "How it is checked",
    "reason": "Why",
}


def act_on(
    request: WorkspaceRequest, pk: int, tab: str, act: Callable[[Launch], Any]
) -> HttpResponse:
    """Do it and go back to the launch's tab, saying why not where it was refused."""
    launch: Launch = refs.find(request.actor, LAUNCH.name, pk)
    try:
        act(launch)
    except ValidationError as wrong:
        toast(request, _named(wrong), level=messages.ERROR)
    except DomainError as refusal:
        if refusal.status == 403:
            raise
        toast(request, str(refusal), level=messages.ERROR)
    there = [tab] if tab else []
    return redirect("roadmaps:launch", request.actor.workspace.slug, pk, *there)


def _named(wrong: ValidationError) -> str:
    """What is wrong, each with the field it is about as the pages call it."""
    if not hasattr(wrong, "error_dict"):
        return " ".join(wrong.messages)
    return " ".join(
        f"{FIELDS.get(name, name.replace('_', ' ').capitalize())}: {' '.join(said)}"
        for name, said in wrong.message_dict.items()
    )


def sent_number(request: WorkspaceRequest, name: str) -> int:
    """Raises NotFound where no number was sent."""
    number = whole_number(request.POST.get(name, ""))
    if number is None:
        raise NotFound("Choose one of those there are.")
    return number


@require_POST
@workspace_view(Perm.ROADMAP_EDIT)
def move(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Take a launch to another state, with the reason that may need."""
    state, reason = (request.POST.get(name, "") for name in ("state", "reason"))

    def act(launch: Launch) -> None:
        services.change_launch(
            request.actor, pk, seen_version=launch.version, reason=reason, state=state
        )

    return act_on(request, pk, "", act)


@require_POST
@workspace_view(Perm.ROADMAP_EDIT)
def scope(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Add a product, a market or an item, or take one away."""
    what = request.POST.get("what", "")

    def act(launch: Launch) -> None:
        if what not in LINKS:
            raise NotFound("Choose one of those there are.")
        held = set(scope_of(request.actor, launch)[what])
        if request.POST.get("remove"):
            held.discard(sent_number(request, "remove"))
        else:
            held.add(sent_number(request, "add"))
        services.set_links(request.actor, pk, what, held)

    return act_on(request, pk, "plan", act)


@require_POST
@workspace_view(Perm.ROADMAP_EDIT)
def tasks(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Add a task, start or finish one, take that back, or give it to somebody."""
    actor, asked = request.actor, request.POST.get("act", "add")

    def act(launch: Launch) -> None:
        if asked == "add":
            form = TaskForm(request.POST)
            if not form.is_valid():
                raise Refused(words_of(form))
            create_record(actor, TASK, {"launch": launch, **form.values()})
            return
        rows = LaunchTask.objects.visible_to(actor).filter(launch=launch)
        task = rows.filter(pk=sent_number(request, "task")).first()
        if task is None:
            raise NotFound("That task no longer exists.")
        change_record(actor, TASK, task.pk, task.version, _wanted(request, task, asked))

    return act_on(request, pk, _back(request), act)


def _back(request: WorkspaceRequest) -> str:
    """The tab that a task was changed on."""
    return MARKETING_TAB if request.POST.get("tab") == MARKETING_TAB else "plan"


@require_POST
@workspace_view(Perm.ROADMAP_EDIT)
def marketing(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Put a marketing task before, during or after the launch, with Undo; its day follows."""
    actor, lane = request.actor, request.POST.get("lane", "")

    def act(launch: Launch) -> None:
        if lane not in MARKETING:
            raise NotFound("There is no such lane.")
        rows = LaunchTask.objects.visible_to(actor).filter(launch=launch, lane__in=MARKETING)
        task = rows.filter(pk=sent_number(request, "task")).first()
        if task is None:
            raise NotFound("That task no longer exists.")
        if task.lane == lane:
            return
        seen = sent_number(request, "version")
        moved = change_record(actor, TASK, task.pk, seen, {"lane": lane})
        events = ActivityEvent.objects.visible_to(actor).filter(model=TASK.name)
        last = events.filter(object_id=task.pk).order_by("-pk").first()
        undo = reverse("workspaces:undo", args=[actor.workspace.slug, last.pk]) if last else ""
        when = f"{moved.when}, due {written_day(moved.due_on)}"
        toast(request, f"“{moved}” is {when}.", undo_url=undo)

    return act_on(request, pk, MARKETING_TAB, act)


def _wanted(request: WorkspaceRequest, task: LaunchTask, asked: str) -> dict[str, Any]:
    now = today(request.actor.workspace.timezone)
    if asked == "start":
        return {"started_on": now}
    if asked == "finish":
        return {"started_on": task.started_on or now, "done_on": now}
    if asked == "reopen":
        return {"done_on": None}
    if asked == "give":
        to = whole_number(request.POST.get("owner", ""))
        return {"owner": people_of(request.actor).filter(pk=to or 0).first()}
    raise NotFound("There is no such act.")


@require_POST
@workspace_view(Perm.ROADMAP_EDIT)
def waits(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Let a task wait for another one, or no longer."""

    def act(launch: Launch) -> None:
        task, remove = sent_number(request, "task"), bool(request.POST.get("remove"))
        before = sent_number(request, "remove") if remove else _called(request, launch)
        services.wait_for(request.actor, task, before, no_longer=remove)

    return act_on(request, pk, "plan", act)


def _called(request: WorkspaceRequest, launch: Launch) -> int:
    """The task of this launch that was named: a menu of all beside each costs too much."""
    words = trimmed(request.POST.get("before", ""), 200)
    rows = LaunchTask.objects.visible_to(request.actor).filter(launch=launch, title__iexact=words)
    found = list(rows.values_list("pk", flat=True)[:2])
    if not found:
        raise NotFound(f"No task of it is called “{words[:60]}”.")
    if len(found) > 1:
        raise Refused(f"Several tasks are called “{words[:60]}”. Give one another title first.")
    return found[0]


@require_POST
@workspace_view(Perm.ROADMAP_EDIT)
def offers(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Take over what was chosen of what the template says by now."""

    def act(launch: Launch) -> None:
        batch = take_offers(request.actor, pk, request.POST.getlist("offer"))
        undo = reverse("workspaces:undo_batch", args=[request.actor.workspace.slug, batch])
        toast(request, "Its plan follows the template.", undo_url=undo)

    return act_on(request, pk, "plan", act)


@require_POST
@workspace_view(Perm.ROADMAP_EDIT)
def tier(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Score the tier's criteria, or confirm how they were scored."""

    def act(launch: Launch) -> None:
        if request.POST.get("confirm"):
            services.confirm_tier(request.actor, pk)
            return
        points = {one.key: whole_number(request.POST.get(one.key, "")) for one in CRITERIA}
        given = {key: one for key, one in points.items() if one is not None}
        services.set_points(request.actor, pk, given)

    return act_on(request, pk, "approvals", act)
