"""All notes as a file that imports back unchanged."""

from collections.abc import Iterator

from feedback.inbox.models import Note
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.fields import transfer as own
from workspaces.imports.kinds import Export

FIELDS = {
    "external_id": "external_id",
    "said_at": "said_at",
    "channel": "channel__name",
    "handle": "product__handle",
    "rating": "rating",
    "title": "title",
    "text": "text",
    "author": "author",
    "language": "language",
}
RECORD = "feedback.note"
CUSTOMER = {"customer": "customer__external_id"}


def _fields(actor: Actor) -> dict[str, str]:
    return FIELDS | (CUSTOMER if actor.can(Perm.CUSTOMERS_VIEW) else {})


def _rows(actor: Actor) -> Iterator[tuple[object, ...]]:
    actor.require(Perm.DATA_EXPORT)
    found = Note.objects.visible_to(actor).order_by("pk")
    rows = found.values_list(*_fields(actor).values(), "custom")
    return own.beside(actor, RECORD, rows.iterator(chunk_size=own.CHUNK))


def _names(actor: Actor) -> tuple[str, ...]:
    return (*_fields(actor), *own.names(actor, RECORD))


FEEDBACK_EXPORT = Export(Perm.FEEDBACK_VIEW, _names, _rows)
