"""Where approvals show up: as a kind of record, beside every record, and on Home."""

from workspaces.access.roles import Perm
from workspaces.approvals import gates, pages, records, telling
from workspaces.following.sources import register_source
from workspaces.records.kinds import RecordKind, register_rule
from workspaces.records.needs import NeedKind, register_need
from workspaces.records.tabs import RecordPanel, register_record_panel


def is_approval(kind: RecordKind) -> bool:
    return kind.name == records.APPROVAL.name


def is_no_approval(kind: RecordKind) -> bool:
    return not is_approval(kind)


def register() -> None:
    """Called from the app's ready()."""
    records.register()
    register_rule("gates", gates.obey)
    view = Perm.WORK_VIEW
    register_record_panel(
        RecordPanel(
            200, view, "approvals/beside_record.html", pages.beside_record, kinds=is_no_approval
        )
    )
    register_record_panel(
        RecordPanel(10, view, "approvals/side.html", pages.beside_approval, kinds=is_approval)
    )
    register_source("workspaces.approval", telling.approvals, telling.WORDS)
    register_need(NeedKind("approvals", view, pages.needs))
