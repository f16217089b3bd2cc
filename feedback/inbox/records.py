"""Notes, as history, trash, undo and a product's page know them."""

from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Count, Q
from django.urls import reverse

from core.typed import trimmed
from feedback.inbox import services
from feedback.inbox.columns import stars
from feedback.inbox.models import NEGATIVE_UP_TO, Clue, Note
from products.catalog.models import Product
from products.catalog.tabs import Context, Tab, how_many, register_tab
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest
from workspaces.access.roles import Perm
from workspaces.discussion.outside import Person, register_outside
from workspaces.records.kinds import RecordKind, register_record
from workspaces.records.lists import whole_number
from workspaces.records.paging import Sorting, page_at
from workspaces.search.recent import register_page
from workspaces.search.sources import Source, register_source

SIZE = 30
NEWEST = Sorting(("said_at",), descending=True)


def _url(actor: Actor, pk: int) -> str:
    return reverse("feedback:note", args=[actor.workspace.slug, pk])


def _change(actor: Actor, pk: int, version: int, values: dict[str, Any]) -> Any:
    return services.change_note(actor, pk, seen_version=version, **values)


def _delete(actor: Actor, pk: int, version: int) -> Any:
    return services.delete_note(actor, pk, seen_version=version)


def _counted(actor: Actor) -> Any:
    return how_many(Note.objects.visible_to(actor))


def feedback_tab(request: WorkspaceRequest, product: Product) -> tuple[str, Context]:
    """What people say of one product, with how many stars they give."""
    notes = Note.objects.visible_to(request.actor).filter(product=product)
    found = {f"s{n}": Count("pk", filter=Q(rating__gte=n, rating__lt=n + 1)) for n in range(1, 6)}
    counts = notes.aggregate(
        every=Count("pk"),
        negative=Count("pk", filter=Q(rating__lte=NEGATIVE_UP_TO)),
        unrated=Count("pk", filter=Q(rating=None)),
        **found,
    )
    rows, text = notes, trimmed(request.GET.get("q", ""), 200)
    if text:
        rows = rows.filter(search=SearchQuery(text, config="simple", search_type="websearch"))
    chosen = request.GET.get("rating", "")
    wanted = whole_number(chosen)
    if chosen == "negative":
        rows = rows.filter(rating__lte=NEGATIVE_UP_TO)
    elif wanted is not None and 1 <= wanted <= 5:
        rows = rows.filter(rating__gte=wanted, rating__lt=wanted + 1)
    place = {name: request.GET.get(name, "") for name in ("after", "before")}
    page = page_at(rows.select_related("channel"), NEWEST, size=SIZE, **place)
    kept = request.GET.copy()
    for name in ("after", "before"):
        kept.pop(name, None)
    here = kept.urlencode()
    choices = [("", "All", counts["every"]), ("negative", "Negative", counts["negative"])]
    choices += [(str(n), f"{n} ★", counts[f"s{n}"]) for n in range(5, 0, -1)]
    return "feedback/product_tab.html", {
        "notes": [(note, stars(note.rating)) for note in page.rows],
        "choices": choices,
        "chosen": chosen,
        "q": text,
        "may_note": request.actor.can(Perm.FEEDBACK_EDIT),
        "pager": {
            "label": "Newest first",
            "previous_url": f"?{here}&before={page.previous}" if page.previous else "",
            "next_url": f"?{here}&after={page.next}" if page.next else "",
        },
    }


def _who_said_it(actor: Actor, note: Note) -> Person:
    """The customer behind a note, else the address it came from, where one is known."""
    customer = note.customer
    email = customer.email if customer is not None and customer.deleted_at is None else ""
    if customer is None:
        clue = Clue.objects.visible_to(actor).filter(note=note).first()
        email = clue.email if clue else ""
    return Person(note.author, email, f"Your feedback: {note}")


def register() -> None:
    """Called from the app's ready()."""
    register_record(
        RecordKind(
            Note,
            "Note",
            "Notes",
            Perm.FEEDBACK_VIEW,
            Perm.FEEDBACK_EDIT,
            _url,
            _change,
            _delete,
            services.restore_note,
            frozenset({"text", "title", "rating", "author", "external_id", "said_at", "language"})
            | {"channel", "customer"},
            icon="message-2",
            public_replies=True,
        )
    )
    register_outside(Note._meta.label_lower, _who_said_it)
    register_tab(
        Tab("feedback", "Feedback", 50, Perm.FEEDBACK_VIEW, feedback_tab, counted=_counted)
    )
    register_source(
        Source(
            Note._meta.label_lower,
            Note,
            titles=("title",),
            keys=("external_id",),
            texts=("text",),
            language="language",
            meant=True,
        )
    )
    register_page("feedback:note", Note._meta.label_lower)
