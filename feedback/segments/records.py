"""Segments as records: their fields, and what their domain forbids."""

from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse

from core.errors import Refused
from feedback.segments.asking import conditions_of
from feedback.segments.models import Segment
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.records.fields import fields_of_model
from workspaces.records.kinds import Changes, RecordKind, register_record
from workspaces.search.recent import register_page


def segment_rules(actor: Actor, row: Any, changes: Changes) -> None:
    """A segment asks what can be read, by a name of its own."""
    if "where" in changes:
        try:
            conditions_of(actor, row.where)
        except Refused as refusal:
            raise ValidationError({"where": [str(refusal)]}) from None
    if "name" in changes:
        same = Segment.objects.visible_to(actor).filter(name__iexact=row.name)
        if same.exclude(pk=row.pk).exists():
            raise ValidationError({"name": [f"There is a segment “{row.name}” already."]})


def _page(name: str) -> Any:
    def url(actor: Actor, pk: int) -> str:
        return reverse(f"feedback:{name}", args=[actor.workspace.slug, pk])

    return url


def _new(actor: Actor) -> str:
    return reverse("feedback:segment_new", args=[actor.workspace.slug])


def _list(actor: Actor) -> str:
    return reverse("feedback:segments", args=[actor.workspace.slug])


SEGMENT = RecordKind(
    model=Segment,
    label="Segment",
    plural="Segments",
    reads=Perm.FEEDBACK_VIEW,
    writes=Perm.CUSTOMERS_EDIT,
    url=_page("segment"),
    edit_url=_page("segment_edit"),
    new_url=_new,
    fields=fields_of_model(
        Segment,
        "name",
        "description",
        "where",
        where={
            "shown": False,
            "perm": Perm.MONEY_VIEW,
            "example": '{"and":[{"field":"orders","op":"gte","value":2}]}',
            "help": "Written as the filter of a list.",
        },
    ),
    list_url=_list,
    rules=segment_rules,
    icon="users-group",
    section="Listen",
    searched=("name", "description"),
    pasted=False,
    sample="Germany, two orders or more",
)


def register() -> None:
    """Called from the app's ready()."""
    register_record(SEGMENT)
    register_page("feedback:segment", SEGMENT.name)
