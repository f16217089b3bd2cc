"""What following adds to the house; called from the app's ready()."""

from workspaces.access.roles import Perm
from workspaces.audit.relay import Listener, register_listener
from workspaces.following import cleaning, discussed, panels
from workspaces.following.hearing import hear
from workspaces.following.sources import register_source
from workspaces.jobs.registry import register_cleaner
from workspaces.records.tabs import RecordPanel, register_record_panel


def register() -> None:
    """The listener, the button on every record's page, what comments say, and tidying up."""
    register_listener(Listener("following", hear))
    register_record_panel(
        RecordPanel(10, Perm.WORKSPACE_VIEW, panels.TEMPLATE, panels.watch_panel, "head")
    )
    register_source("workspaces.comment", discussed.comments, discussed.WORDS, discussed.excerpts)
    register_cleaner("old notifications", cleaning.forget_old_news)
