"""Where meetings show up: as a kind of record, with their agenda, and in the calendar."""

from workspaces.access.roles import Perm
from workspaces.calendar.sources import CalendarSource, register_source
from workspaces.meetings import pages, records
from workspaces.records.kinds import RecordKind
from workspaces.records.tabs import (
    RecordPanel,
    RecordTab,
    register_record_panel,
    register_record_tab,
)


def is_meeting(kind: RecordKind) -> bool:
    return kind.name == records.MEETING.name


def register() -> None:
    """Called from the app's ready()."""
    records.register()
    view = Perm.WORK_VIEW
    register_record_tab(
        RecordTab("agenda", "Agenda", 10, view, pages.agenda_tab, pages.agenda_count, is_meeting)
    )
    register_record_panel(
        RecordPanel(
            10, Perm.WORK_EDIT, "meetings/moves.html", pages.moves_panel, "head", is_meeting
        )
    )
    register_record_panel(
        RecordPanel(10, view, "meetings/side.html", pages.side_panel, kinds=is_meeting)
    )
    register_source(
        CalendarSource(records.MEETING.name, "Meetings", view, pages.entries, "users-group", 10)
    )
