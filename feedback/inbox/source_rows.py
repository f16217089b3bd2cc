"""The notes behind ratings and counts, for the page that explains a figure."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from feedback.inbox.models import Note
from finance.metrics.query import Query
from finance.metrics.source_rows import RowColumn, RowKind, cut, product_url, register_rows
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm

PATHS = {
    "product": "product_id",
    "category": "product__category_id",
    "brand": "product__brand_id",
    "channel": "channel_id",
}
LONGEST = 120


def _notes(actor: Actor, query: Query) -> QuerySet[Any]:
    rows = Note.objects.visible_to(actor).filter(day__range=(query.start, query.end))
    return cut(actor, rows, PATHS, query).select_related("product", "channel").defer("search")


def register() -> None:
    """Called from the app's ready()."""
    register_rows(
        RowKind(
            "notes",
            "Notes",
            frozenset({"notes", "rated", "rating_sum", "negative"}),
            Perm.FEEDBACK_VIEW,
            _notes,
            (
                RowColumn("Day", lambda n: n.day, "day"),
                RowColumn("Rating", lambda n: n.rating, "rating"),
                RowColumn(
                    "Note",
                    lambda n: (n.title or n.text)[:LONGEST] or "(no words)",
                    url=lambda slug, n: reverse("feedback:note", args=[slug, n.pk]),
                ),
                RowColumn("Product", lambda n: n.product and n.product.name, url=product_url),
                RowColumn("Channel", lambda n: n.channel.name),
            ),
        )
    )
