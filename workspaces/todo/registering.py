"""Where tasks show up: as a kind of record, on every record's page, and on Home."""

from workspaces.access.roles import Perm
from workspaces.calendar.sources import CalendarSource
from workspaces.calendar.sources import register_source as register_calendar
from workspaces.records.kinds import RecordKind
from workspaces.records.needs import NeedKind, register_need
from workspaces.records.tabs import (
    RecordPanel,
    RecordTab,
    register_record_panel,
    register_record_tab,
)
from workspaces.todo import pages, records


def is_task(kind: RecordKind) -> bool:
    return kind.name == records.TASK.name


def is_no_task(kind: RecordKind) -> bool:
    return not is_task(kind)


def register() -> None:
    """Called from the app's ready()."""
    records.register()
    view = Perm.WORK_VIEW
    register_record_tab(
        RecordTab(
            "tasks",
            "Tasks",
            400,
            view,
            pages.tasks_tab,
            kinds=is_no_task,
            rows=pages.tasks_counted,
        )
    )
    register_record_panel(
        RecordPanel(10, Perm.WORK_EDIT, "todo/moves.html", pages.moves_panel, "head", is_task)
    )
    register_record_panel(RecordPanel(10, view, "todo/side.html", pages.side_panel, kinds=is_task))
    register_calendar(
        CalendarSource(records.TASK.name, "Tasks", view, pages.entries, records.TASK.icon)
    )
    register_need(NeedKind("tasks", view, pages.needs))
