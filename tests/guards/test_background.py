"""Bells are rung after the commit, by ids, on a queue that somebody serves."""

import ast
import importlib
from fnmatch import fnmatchcase

from django.conf import settings

from pm_workspace.celery import app
from tests.guards.code import PACKAGES, calls, check, dotted, functions, modules
from tests.guards.exemptions import CAUGHT_INSIDE_ATOMIC, RUNG_OTHERWISE

RINGS = ("delay", "apply_async", "send_task", "on_commit")
DATABASE_ERRORS = {"Error", "DatabaseError", "IntegrityError", "OperationalError", "DataError"}
IDS = ("pk", "id", "ids", "_pk")


def our_tasks() -> list[str]:
    app.loader.import_default_modules()
    for path in modules():
        if path.endswith("tasks.py") and not path.startswith("core/"):
            importlib.import_module(path[:-3].replace("/", "."))
    return [name for name in app.tasks if name.split(".")[0] in PACKAGES]


def test_every_task_has_a_queue():
    unrouted = [
        name
        for name in our_tasks()
        if not any(fnmatchcase(name, pattern) for pattern in settings.CELERY_TASK_ROUTES)
    ]
    assert not unrouted, f"route these in settings: {unrouted}"


def test_every_route_and_every_beat_leads_to_a_task():
    names = our_tasks()
    planned = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert planned <= set(names)


def test_every_task_module_is_found_by_the_workers():
    found = {task.rsplit(".", 2)[0] for task in our_tasks()}
    for path in modules():
        if path.endswith("/tasks.py") and not path.startswith("core/"):
            assert path[: -len("/tasks.py")].replace("/", ".") in found


def test_tasks_are_rung_by_after_commit_alone():
    found = {
        f"{path}: {name}"
        for path, tree in modules().items()
        for name, _ in calls(tree)
        if name.split(".")[-1] in RINGS and "." in name
    }
    check(found, RUNG_OTHERWISE, "Use core.tasks.after_commit:")


def test_bells_carry_ids():
    found = set()
    for path, tree in modules().items():
        for name, call in calls(tree):
            if name.split(".")[-1] in ("after_commit", "ring") and path != "core/tasks.py":
                for argument in call.args[1:]:
                    last = dotted(argument).split(".")[-1]
                    if not last.endswith(IDS):
                        found.add(f"{path}: {ast.unparse(call)}")
    assert not found, f"pass ids: {found}"


def test_tasks_have_a_time_limit_shorter_than_the_brokers_patience():
    patience = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    assert settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT < patience
    assert all((app.tasks[name].time_limit or 0) < patience for name in our_tasks())
    assert settings.CELERY_TASK_ACKS_LATE


def test_no_database_error_is_caught_inside_a_transaction():
    """After an error PostgreSQL refuses all else; only a savepoint of its own contains it."""
    found = set()
    for path, tree in modules().items():
        for function in functions(tree):
            whole = any("atomic" in ast.unparse(one) for one in function.decorator_list)
            blocks = [function] if whole else [n for n in ast.walk(function) if _is_atomic(n)]
            for block in blocks:
                for node in ast.walk(block):
                    if isinstance(node, ast.Try) and _catches(node) and not _savepoint(node):
                        found.add(f"{path}: {function.name}")
    check(found, CAUGHT_INSIDE_ATOMIC, "Put the statement into a savepoint of its own:")


def _is_atomic(node: ast.AST) -> bool:
    return isinstance(node, ast.With) and any("atomic" in ast.unparse(i) for i in node.items)


def _catches(node: ast.Try) -> bool:
    kinds = [handler.type for handler in node.handlers]
    names = [dotted(one) for kind in kinds for one in (getattr(kind, "elts", None) or [kind])]
    return any(name.split(".")[-1] in DATABASE_ERRORS for name in names)


def _savepoint(node: ast.Try) -> bool:
    return _is_atomic(node.body[0])
