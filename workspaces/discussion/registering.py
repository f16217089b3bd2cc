"""The discussion on every record's page, and its acts in the history."""

from collections.abc import Collection
from functools import partial
from typing import Any

from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import reports
from workspaces.discussion import tab
from workspaces.discussion.cleaning import purge_attachments
from workspaces.discussion.models import Attachment, Comment
from workspaces.jobs.registry import register_cleaner
from workspaces.records import history, refs
from workspaces.records.tabs import (
    RecordPanel,
    RecordTab,
    register_record_panel,
    register_record_tab,
)

LINK = "discussion/link.html"
COMMENT_WORDS = {
    "created": "commented on",
    "edited": "edited a comment on",
    "resolved": "resolved a thread on",
    "reopened": "reopened a thread on",
    "deleted": "deleted a comment on",
    "restored": "brought back a comment on",
    "mailed": "sent a public reply on",
    "not_mailed": "could not send a public reply on",
}
FILE_WORDS = {
    "created": "attached a file to",
    "deleted": "deleted a file of",
    "restored": "brought back a file of",
}


def register() -> None:
    """Called from the app's ready()."""
    register_record_tab(
        RecordTab(tab.NAME, "Discussion", 800, Perm.DISCUSS, tab.render, rows=tab.counted)
    )
    register_record_panel(RecordPanel(50, Perm.DISCUSS, LINK, tab.head_of, place="head"))
    register_cleaner("deleted attachments", purge_attachments)
    for model, words in ((Comment, COMMENT_WORDS), (Attachment, FILE_WORDS)):
        name = model._meta.label_lower
        reports.register_about(name, model.objects.visible_to)
        history.register_about(name, words, partial(_named, model))


def _named(model: Any, actor: Actor, pks: Collection[int]) -> dict[int, tuple[str, str]]:
    """What comments or files speak of, and where that is discussed."""
    rows = model.objects.in_workspace(actor.workspace.pk).filter(pk__in=pks)
    about_records = {row.pk: row.ref for row in rows}
    named = refs.named(actor, set(about_records.values()))
    return {
        pk: (named[ref].label, tab.place_of(actor, named[ref].kind, named[ref].pk))
        for pk, ref in about_records.items()
        if ref in named
    }
