"""Announcements as records: their fields, and that what was published stands."""

from typing import Any

from django.urls import reverse

from core.errors import Refused
from feedback.announcements.models import Announcement, AnnouncementState, News
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.records.fields import MARKDOWN, Choice, fields_of_model
from workspaces.records.kinds import Changes, RecordKind, register_record
from workspaces.search.recent import register_page

TONES = {"planned": "indigo", "shipped": "green", "declined": "red", "published": "green"}
STANDS = {"title", "text", "texts", "news"}


def announcement_rules(actor: Actor, row: Any, changes: Changes) -> None:
    """Whoever got the letter can still read what it said."""
    if row.published_at is not None and "published_at" not in changes and STANDS & set(changes):
        raise Refused("It is published: people have read it. Write another one.")


def _choices(values: Any, **more: Any) -> dict[str, Any]:
    found = tuple(Choice(one.value, one.label, TONES.get(one.value, "grey")) for one in values)
    return {"choices": found, "required": False, **more}


def _url(actor: Actor, pk: int) -> str:
    return reverse("feedback:announcement", args=[actor.workspace.slug, pk])


def _list(actor: Actor) -> str:
    return reverse("feedback:announcements", args=[actor.workspace.slug])


ANNOUNCEMENT = RecordKind(
    model=Announcement,
    label="Announcement",
    plural="Announcements",
    reads=Perm.FEEDBACK_VIEW,
    writes=Perm.FEEDBACK_EDIT,
    url=_url,
    edit_url=_url,
    fields=fields_of_model(
        Announcement,
        "title",
        "news",
        "state",
        "published_at",
        "on_changelog",
        "text",
        news=_choices(News),
        state=_choices(AnnouncementState, editable=False),
        on_changelog={"required": False},
        text={"shown": False, **MARKDOWN},
    ),
    list_url=_list,
    rules=announcement_rules,
    icon="speakerphone",
    section="Listen",
    searched=("title", "text"),
    sample="Now here: a zip that does not jam",
)


def register() -> None:
    """Called from the app's ready()."""
    register_record(ANNOUNCEMENT)
    register_page("feedback:announcement", ANNOUNCEMENT.name)
