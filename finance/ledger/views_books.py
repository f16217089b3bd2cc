"""The pages of a book: its list with a form above it, one row's form, the trash, the files."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import NotFound
from core.web import leave_to, render_region
from finance.ledger import views_details as details
from finance.ledger.books import BOOKS, COSTS, Book
from finance.ledger.reports import missing_costs
from finance.ledger.views_acts import carry_out, form_page, throw_away
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.records.choices import choose_columns
from workspaces.records.exporting import as_file
from workspaces.records.kinds import KINDS
from workspaces.records.listing import Listing

LIST = "finance/book.html"
MOST_MISSING = 20


def _url(actor: Actor, book: Book) -> str:
    return reverse(f"finance:{book.path}", args=[actor.workspace.slug])


def _cells_url(actor: Actor, book: Book) -> str:
    """The list whose cells are edited in place, for what names its fields."""
    kind = KINDS[book.model._meta.label_lower]
    found = reverse("workspaces:records", args=[actor.workspace.slug, kind.address])
    return found if kind.fields else ""


def _page(request: WorkspaceRequest, book: Book, form: Any = None) -> HttpResponse:
    """The list; `form` is what was refused above it."""
    actor, slug = request.actor, request.actor.workspace.slug
    edits = actor.can(book.writes)
    if edits and form is None:
        form = book.form(actor=actor)
    context: dict[str, Any] = {
        "listing": Listing(book.spec, actor, request.GET),
        "filtering": "filters" in request.GET,
        "edits": False,
        "book": book,
        "form": form if edits else None,
        "add_url": reverse(f"finance:{book.one}_add", args=[slug]),
        "list_url": _url(actor, book),
        "cells_url": _cells_url(actor, book),
        "export": f"finance:{book.path}_export",
        "columns_url": f"finance:{book.path}_columns",
    }
    if book is COSTS and actor.sees_money and not getattr(request, "htmx", None):
        workspace = actor.workspace
        found, count = missing_costs(workspace.pk, workspace.currency, MOST_MISSING)
        context |= {"missing": found, "missing_count": count, "currency": workspace.currency}
    refused = form is not None and form.is_bound
    return render_region(request, LIST, "rows", context, status=422 if refused else 200)


def _row(actor: Actor, book: Book, pk: int) -> Any:
    row = book.model.objects.visible_to(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound(f"That {book.label} no longer exists.")
    return row


def _reading(book: Book) -> list[URLPattern]:
    """The addresses that show a book."""

    @require_GET
    @workspace_view(book.reads)
    def listed(request: WorkspaceRequest) -> HttpResponse:
        return _page(request, book)

    @require_POST
    @workspace_view(book.reads)
    def columns(request: WorkspaceRequest) -> HttpResponse:
        choose_columns(request.actor, book.spec, request.POST.getlist("columns"))
        kept = QueryDict(request.POST.get("here", ""), mutable=True)
        kept.pop("columns", None)
        url = _url(request.actor, book)
        return redirect(f"{url}?{kept.urlencode()}" if kept else url)

    @require_GET
    @workspace_view(book.reads)
    def export(request: WorkspaceRequest, extension: str) -> HttpResponse:
        request.actor.require(Perm.DATA_EXPORT)
        return as_file(Listing(book.spec, request.actor, request.GET), extension)

    at = book.path
    return [
        path(f"{at}/", listed, name=at),
        path(f"{at}/columns/", columns, name=f"{at}_columns"),
        path(f"{at}/export.<str:extension>", export, name=f"{at}_export"),
    ]


def _writing(book: Book) -> list[URLPattern]:
    """The addresses that change a book."""

    @require_POST
    @workspace_view(book.writes)
    def add(request: WorkspaceRequest) -> HttpResponse:
        form = book.form(request.POST, actor=request.actor)
        said = f"The {book.label} is added."
        if carry_out(request, form, lambda: book.create(request.actor, **form.values()), said):
            return leave_to(request, _url(request.actor, book))
        return _page(request, book, form)

    @require_http_methods(["GET", "POST"])
    @workspace_view(book.writes)
    def edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
        row, url = _row(request.actor, book, pk), _url(request.actor, book)
        form = book.form(request.POST or None, instance=row, actor=request.actor)

        def act() -> Any:
            return book.change(request.actor, pk, seen_version=form.seen, **form.values())

        if carry_out(request, form, act, "Saved. The figures follow in a moment."):
            return leave_to(request, url)
        gone = reverse(f"finance:{book.one}_delete", args=[request.actor.workspace.slug, pk])
        words = {"title": str(row), "eyebrow": book.title, "button": "Save"}
        return form_page(request, form, url, delete_url=gone, version=row.version, **words)

    @require_POST
    @workspace_view(book.writes)
    def delete(request: WorkspaceRequest, pk: int) -> HttpResponse:
        return throw_away(request, book.delete, pk, _url(request.actor, book))

    at, one = book.path, book.one
    return [
        path(f"{at}/add/", add, name=f"{one}_add"),
        path(f"{at}/<int:pk>/edit/", edit, name=f"{one}_edit"),
        path(f"{at}/<int:pk>/delete/", delete, name=f"{one}_delete"),
    ]


urlpatterns = [
    *(pattern for book in BOOKS for pattern in (*_reading(book), *_writing(book))),
    path("costs/<int:pk>/", details.cost, name="cost"),
    path("customers/<int:pk>/", details.customer, name="customer"),
    path("customers/<int:pk>/erase/", details.erase, name="customer_erase"),
    path("accounts/<int:pk>/", details.account, name="account"),
]
