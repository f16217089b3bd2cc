"""The list of notes as declared."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import QuerySet
from django.utils.dateparse import parse_date
from django.utils.html import format_html
from django.utils.text import Truncator

from core.templatetags import ui
from core.web import row_url
from feedback.inbox.models import NEGATIVE_UP_TO, Note
from products.catalog.models import Channel, Product
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.records.listing import options
from workspaces.records.lists import ListColumn, ListFilter, RecordList, Shows, whole_number

NOTES = RecordList(
    name="feedback",
    rows=lambda actor: Note.objects.visible_to(actor),
    default_sort="-said_at",
    kept=("by",),
)
LONGEST_MENU = 500
TIP = 600


def stars(rating: Any) -> str:
    """A rating as a tag: the number says it, the colour repeats it."""
    if rating is None:
        return ""
    tone = "red" if rating <= NEGATIVE_UP_TO else "amber" if rating < 4 else "green"
    return format_html(
        '<span class="tag tag-{} stars">{} ★</span>', tone, f"{rating:.2f}".rstrip("0").rstrip(".")
    )


def _words(actor: Actor, note: Note) -> str:
    url = row_url("feedback:note", actor.workspace.slug, note.pk)
    text = " — ".join(part for part in (note.title, note.text) if part) or "A rating without words"
    words = Truncator(text).chars(140)
    if words == text:
        return format_html('<a class="note-link" href="{}">{}</a>', url, words)
    more = Truncator(text).chars(TIP)
    return format_html('<a class="note-link" href="{}" data-tip="{}">{}</a>', url, more, words)


def _product(actor: Actor, note: Note) -> str:
    if note.product is None:
        words = format_html('<span class="text-quiet">{}</span>', "not linked")
        if not actor.can(Perm.FEEDBACK_EDIT):
            return words
        note_url = row_url("feedback:note", actor.workspace.slug, note.pk)
        return format_html('{} · <a href="{}#match">match by hand</a>', words, note_url)
    url = row_url("products:product", actor.workspace.slug, note.product.pk)
    return format_html('<a href="{}">{}</a>', url, note.product.name)


def _search(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(search=SearchQuery(text, config="simple", search_type="websearch"))


def _rating(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    if text == "negative":
        return rows.filter(rating__lte=NEGATIVE_UP_TO)
    if text == "none":
        return rows.filter(rating=None)
    stars = whole_number(text)
    if stars is None or not 1 <= stars <= 5:
        return rows.none()
    return rows.filter(rating__gte=stars, rating__lt=stars + 1)


def _channel(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    pk = whole_number(text)
    return rows.none() if pk is None else rows.filter(channel_id=pk)


def _by_product(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    if text == "none":
        return rows.filter(product=None)
    pk = whole_number(text)
    return rows.filter(product__isnull=False) if pk is None else rows.filter(product_id=pk)


def _product_name(actor: Actor, text: str) -> str:
    """The product's name; the text itself where there is none for this member."""
    pk = whole_number(text)
    found = Product.objects.visible_to(actor).filter(pk=pk).first() if pk else None
    return found.name if found else text


def _day_words(actor: Actor, text: str) -> str:
    found = _day(text)
    return ui.day(found) if found else text


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _since(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    day = _day(text)
    return rows if day is None else rows.filter(day__gte=day)


def _until(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    day = _day(text)
    return rows if day is None else rows.filter(day__lte=day)


def _ratings(actor: Actor) -> Sequence[tuple[str, str]]:
    each = [(str(n), f"{n} ★") for n in range(5, 0, -1)]
    return [("negative", "Negative (2 or less)"), *each, ("none", "Without rating")]


def _channels(actor: Actor) -> Sequence[tuple[str, str]]:
    rows = Channel.objects.visible_to(actor).order_by("name").values_list("pk", "name")
    return options(rows[:LONGEST_MENU])


def _linked(actor: Actor) -> Sequence[tuple[str, str]]:
    return [("any", "Linked to a product"), ("none", "Not linked")]


for _column in (
    ListColumn("rating", "Rating", lambda n: n.rating, html=lambda a, n: stars(n.rating), order=1),
    ListColumn(
        "words",
        "Note",
        lambda n: " — ".join(part for part in (n.title, n.text) if part),
        html=_words,
        order=2,
    ),
    ListColumn(
        "product",
        "Product",
        lambda n: n.product and n.product.name,
        html=_product,
        related=("product",),
        order=3,
    ),
    ListColumn("author", "Author", lambda n: n.author, order=4),
    ListColumn("channel", "Channel", lambda n: n.channel.name, related=("channel",), order=5),
    ListColumn("language", "Language", lambda n: n.language, chosen=False, order=6),
    ListColumn("external_id", "Key at the source", lambda n: n.external_id, chosen=False, order=7),
    ListColumn("said_at", "Said", lambda n: n.said_at, "said_at", shows=Shows.AGO, order=8),
):
    NOTES.add_column(_column)

for _filter in (
    ListFilter("q", "Find", _search, order=0, in_search_box=True),
    ListFilter("rating", "Rating", _rating, _ratings, order=1),
    ListFilter("channel", "Channel", _channel, _channels, order=2),
    ListFilter("product", "Product", _by_product, _linked, order=3, says=_product_name),
    ListFilter("since", "From day", _since, order=4, says=_day_words),
    ListFilter("until", "Until day", _until, order=5, says=_day_words),
):
    NOTES.add_filter(_filter)
