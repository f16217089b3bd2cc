"""Portals as records: what of them people choose."""

from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse

from core.errors import Refused
from feedback.portal.channels import follow
from feedback.portal.models import KIND, SHOWABLE, STATES, Language, Portal, Theme
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.guests.models import GuestLink, Way
from workspaces.guests.words import register_language
from workspaces.records.fields import Choice, Field, FieldType, fields_of_model
from workspaces.records.kinds import Changes, RecordKind, register_record
from workspaces.search.recent import register_page


def portal_rules(actor: Actor, row: Any, changes: Changes) -> None:
    """Made where one says who comes in; only what anyone may open is for search engines."""
    if row.link_id is None:
        raise Refused("Make a portal on its own page, where you say who comes in.")
    if row.indexed and row.link.way != Way.OPEN:
        words = "Search engines list pages that anyone may open. This one asks who comes."
        raise ValidationError({"indexed": [words]})


def _choices(values: Any) -> dict[str, Any]:
    found = tuple(Choice(one.value, one.label) for one in values)
    return {"choices": found, "required": False, "shown": False}


def _url(actor: Actor, pk: int) -> str:
    return reverse("feedback:portal", args=[actor.workspace.slug, pk])


def _new(actor: Actor) -> str:
    return reverse("feedback:portal_new", args=[actor.workspace.slug])


SWITCHES: tuple[str, ...] = ("takes_posts", "takes_votes", "takes_comments", "comments_wait")
SWITCHES += ("anonymous", "changelog", "indexed")
SHOWN = tuple(Choice(name, label) for name, label in SHOWABLE.items())


def _list(actor: Actor) -> str:
    return reverse("feedback:portals", args=[actor.workspace.slug])


PORTAL = RecordKind(
    model=Portal,
    label="Portal",
    plural="Portals",
    reads=Perm.FEEDBACK_VIEW,
    writes=Perm.SHARE_OUTSIDE,
    url=_url,
    new_url=_new,
    fields=(
        *fields_of_model(Portal, "title", "intro", intro={"shown": False}),
        Field("fields", "What shows of an idea", FieldType.CHOICES, choices=SHOWN, shown=False),
        Field(
            "states",
            "Ideas in these states",
            FieldType.CHOICES,
            choices=tuple(Choice(one.value, str(one.label)) for one in STATES),
            shown=False,
        ),
        *fields_of_model(
            Portal,
            "language",
            "theme",
            *SWITCHES,
            language=_choices(Language),
            theme=_choices(Theme),
            **{name: {"required": False} for name in SWITCHES},
        ),
    ),
    list_url=_list,
    rules=portal_rules,
    after=follow,
    icon="world",
    section="Listen",
    searched=("title",),
    pasted=False,
    sample="Ideas for Northshelf",
)


def language_of(link: GuestLink) -> str:
    """What is spoken behind a portal's link: its gate speaks it too."""
    rows = Portal.objects.in_workspace(link.workspace_id).filter(link=link)
    return rows.values_list("language", flat=True).first() or ""


def register() -> None:
    """Called from the app's ready()."""
    register_record(PORTAL)
    register_language(KIND, language_of)
    register_page("feedback:portal", PORTAL.name)
