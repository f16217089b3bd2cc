"""“My tasks”, adding a task, and the acts on one."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import DomainError, EditConflict, NotFound
from core.templatetags.ui import day
from core.web import leave_to, render_region, toast
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.audit.models import ActivityEvent
from workspaces.records import refs
from workspaces.records.lists import whole_number
from workspaces.records.services import change_record
from workspaces.snoozes import services as snoozes
from workspaces.todo import services
from workspaces.todo.forms import TaskForm
from workspaces.todo.models import Task, TaskState
from workspaces.todo.pages import key_of, my_tasks
from workspaces.todo.records import TASK

PAGE, FORM, MY_TASKS = "todo/mine.html", "todo/new.html", "workspaces:tasks"
REFUSED = 422


@require_GET
@workspace_view(Perm.WORK_VIEW)
def mine(request: WorkspaceRequest) -> HttpResponse:
    """What I am to do: overdue, today, later, some day."""
    return _mine(request)


def _mine(request: WorkspaceRequest, error: str = "", line: str = "") -> HttpResponse:
    context = my_tasks(request.actor) | {
        "error": error,
        "line": line,
        "edits": request.actor.can(TASK.writes),
    }
    status = REFUSED if error else 200
    return render_region(request, PAGE, "tasks", context, status=status)


def _answer(request: WorkspaceRequest) -> HttpResponse:
    """Back to the page the button was on."""
    return leave_to(request, _asked(request))


def _undo(request: WorkspaceRequest, task: Task) -> str:
    """Where the last act on this task is taken back."""
    last = ActivityEvent.objects.visible_to(request.actor).of(task).first()
    return reverse("workspaces:undo", args=[request.actor.workspace.slug, last.pk]) if last else ""


def _asked(request: WorkspaceRequest) -> str:
    asked = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure())
    if ours and asked.startswith("/"):
        return asked
    return reverse(MY_TASKS, args=[request.actor.workspace.slug])


@require_POST
@workspace_view(Perm.WORK_EDIT)
def add(request: WorkspaceRequest) -> HttpResponse:
    """Add a task in one line; its last words may be a day."""
    line, about = request.POST.get("line", ""), _about(request.POST)
    try:
        task = services.add_in_one_line(request.actor, line, about)
    except DomainError as refusal:
        if about is not None:
            toast(request, str(refusal))
            return leave_to(request, _asked(request))
        return _mine(request, str(refusal), line)
    toast(request, f"“{task}” is added.", undo_url=_undo(request, task))
    return _answer(request)


def _about(asked: Any) -> refs.Ref | None:
    pk = whole_number(asked.get("object_id", ""))
    return (asked["kind"], pk) if pk is not None and asked.get("kind") else None


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.WORK_EDIT)
def create(request: WorkspaceRequest) -> HttpResponse:
    """A task with all it can have."""
    about = _about(request.GET if request.method == "GET" else request.POST)
    named = refs.in_order(request.actor, [about]) if about else []
    form = TaskForm(
        request.POST or None, actor=request.actor, initial={"assignee": request.actor.user}
    )
    if request.method == "POST" and form.is_valid():
        try:
            task = services.add_task(request.actor, about=about, **form.values())
            toast(request, f"“{task}” is added.")
            return leave_to(request, refs.url_of(request.actor, TASK, task.pk))
        except ValidationError as wrong:
            form.add_error(None, wrong)
    context = {"form": form, "about": named[0] if named else None}
    return render(request, FORM, context, status=REFUSED if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.WORK_EDIT)
def edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Change a task. Whoever comes second is told, and loses nothing they typed."""
    task, actor = _task(request, pk), request.actor
    form = TaskForm(request.POST or None, actor=actor, instance=task)
    if request.method == "POST" and form.is_valid():
        try:
            change_record(actor, TASK, pk, form.seen, form.values())
            toast(request, "Saved.")
            return leave_to(request, refs.url_of(actor, TASK, pk))
        except ValidationError as wrong:
            form.add_error(None, wrong)
        except EditConflict as conflict:
            form.add_error(None, str(conflict))
    context = {"form": form, "task": task, "back": refs.url_of(actor, TASK, pk)}
    return render(request, FORM, context, status=REFUSED if form.is_bound else 200)


@require_POST
@workspace_view(Perm.WORK_EDIT)
def move(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Take a task to another state, with Undo."""
    try:
        task = services.move_task(request.actor, pk, request.POST.get("state", ""))
    except DomainError as refusal:
        toast(request, str(refusal))
        return _answer(request)
    words = TaskState(task.state).label.lower()
    toast(request, f"“{task}” is {words}.", undo_url=_undo(request, task))
    return _answer(request)


@require_POST
@workspace_view(Perm.WORK_EDIT)
def due(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Say by when a task is due, in words."""
    try:
        task = services.put_due(request.actor, pk, request.POST.get("due", ""))
        said = f"“{task}” is due {day(task.due_on)}." if task.due_on else f"“{task}” has no date."
        toast(request, said, undo_url=_undo(request, task))
    except DomainError as refusal:
        toast(request, str(refusal))
    return _answer(request)


@require_POST
@workspace_view(Perm.WORK_VIEW)
def snooze(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Put a task out of my sight for some days; its own day stays."""
    task = _task(request, pk)
    snoozes.snooze(request.actor, [key_of(task)])
    again = reverse("workspaces:task_wake", args=[request.actor.workspace.slug, pk])
    toast(request, f"“{task}” is put off for {snoozes.DAYS} days.", undo_url=again)
    return _answer(request)


@require_POST
@workspace_view(Perm.WORK_VIEW)
def wake(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Show a task again that I put off."""
    snoozes.wake(request.actor, [key_of(_task(request, pk))])
    toast(request, "Back on the list.")
    return _answer(request)


def _task(request: WorkspaceRequest, pk: int) -> Task:
    task = Task.objects.visible_to(request.actor).filter(pk=pk).first()
    if task is None:
        raise NotFound("That task no longer exists.")
    return task


@require_POST
@workspace_view(Perm.WORK_EDIT)
def waits(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Let a task wait for another, found by its number or its whole title."""
    words = request.POST.get("blocker", "").strip()
    remove = whole_number(request.POST.get("remove", ""))
    try:
        if remove is not None:
            services.remove_dependency(request.actor, pk, remove)
        else:
            services.add_dependency(request.actor, pk, _found(request, words))
    except DomainError as refusal:
        toast(request, str(refusal))
    return redirect(refs.url_of(request.actor, TASK, pk))


def _found(request: WorkspaceRequest, words: str) -> int:
    rows = Task.objects.visible_to(request.actor)
    number = whole_number(words.removeprefix("#"))
    known = rows.filter(pk=number) if number is not None else rows.filter(title__iexact=words)
    found = known.order_by("-pk").first()
    if found is None:
        raise NotFound(f"No task is called “{words[:60]}”.")
    return found.pk


@require_POST
@workspace_view(Perm.WORK_EDIT)
def items(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Add a line to a task's checklist."""
    try:
        services.add_item(request.actor, pk, request.POST.get("text", ""))
    except DomainError as refusal:
        toast(request, str(refusal))
    return redirect(refs.url_of(request.actor, TASK, pk))


@require_POST
@workspace_view(Perm.WORK_EDIT)
def item(request: WorkspaceRequest, pk: int, item: int) -> HttpResponse:
    """Tick a line, move it up or down, or take it out."""
    act, actor = request.POST.get("act", ""), request.actor
    match act:
        case "tick" | "untick":
            services.tick_item(actor, item, act == "tick")
        case "move":
            services.move_item(actor, item, whole_number(request.POST.get("after", "")) or None)
        case "remove":
            services.remove_item(actor, item)
    return redirect(refs.url_of(actor, TASK, pk))
