"""The lists that products, orders and notes are sorted by: adding, renaming, merging, removing."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Model, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError, NotFound
from core.typed import trimmed
from core.web import leave_to, toast
from products.catalog import services_lists
from products.catalog.forms import add_refusal
from products.catalog.models import Brand, Category, Channel, Market, Product, Supplier
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.records.lists import whole_number

MODELS: dict[str, tuple[Any, list[str]]] = {
    "brands": (Brand, ["name"]),
    "suppliers": (Supplier, ["name", "email", "country"]),
    "channels": (Channel, ["name"]),
    "markets": (Market, ["name", "country", "language", "currency"]),
    "categories": (Category, ["name", "parent"]),
}
MOST = 1_000
TEMPLATE = "products/entries.html"


def _model(plural: str) -> tuple[Any, list[str]]:
    if plural not in MODELS:
        raise NotFound("There is no such list.")
    return MODELS[plural]


def _form(request: WorkspaceRequest, plural: str, data: Any, row: Model | None = None) -> Any:
    """A form of one entry; the service checks what it means."""
    model, fields = _model(plural)
    made: Any = forms.modelform_factory(model, fields=fields)

    class EntryForm(made):
        def _post_clean(self) -> None:
            """The service assigns and checks."""

    prefix = f"e{row.pk}" if row else "new"
    form: Any = EntryForm(data, instance=row, prefix=prefix)
    if "parent" in form.fields:
        rows = Category.objects.visible_to(request.actor).order_by("path")
        form.fields["parent"].queryset = rows.exclude(pk=row.pk) if row else rows
        form.fields["parent"].label = "Below"
        form.fields["parent"].empty_label = "Nothing: it is at the top"
    return form


@require_GET
@workspace_view(Perm.CATALOG_VIEW)
def entries(request: WorkspaceRequest, plural: str) -> HttpResponse:
    """One of the lists, with how many products each entry has."""
    return _page(request, plural, None)


@require_GET
@workspace_view(Perm.CATALOG_VIEW)
def entry(request: WorkspaceRequest, plural: str, pk: int) -> HttpResponse:
    """One entry's form."""
    request.actor.require(Perm.CATALOG_EDIT)
    return _entry_page(request, plural, _row(request, plural, pk), None)


@require_POST
@workspace_view(Perm.CATALOG_EDIT)
def add(request: WorkspaceRequest, plural: str) -> HttpResponse:
    """Add an entry."""
    form = _form(request, plural, request.POST)
    if form.is_valid():
        try:
            made = services_lists.create_entry(
                request.actor, _model(plural)[0], **form.cleaned_data
            )
        except (DomainError, ValidationError) as refusal:
            add_refusal(form, refusal)
        else:
            toast(request, f"{made} is added.")
            return _to_list(request, plural)
    return _page(request, plural, form, status=422)


@require_POST
@workspace_view(Perm.CATALOG_EDIT)
def change(request: WorkspaceRequest, plural: str, pk: int) -> HttpResponse:
    """Rename an entry, or change what else it holds."""
    row = _row(request, plural, pk)
    form = _form(request, plural, request.POST, row)
    if form.is_valid():
        seen = whole_number(request.POST.get("seen_version", "")) or 0
        try:
            services_lists.change_entry(
                request.actor, _model(plural)[0], pk, seen_version=seen, **form.cleaned_data
            )
        except (DomainError, ValidationError) as refusal:
            add_refusal(form, refusal)
        else:
            toast(request, "Saved.")
            return _to_list(request, plural)
    return _entry_page(request, plural, row, form, status=422)


@require_POST
@workspace_view(Perm.CATALOG_EDIT)
def remove(request: WorkspaceRequest, plural: str, pk: int) -> HttpResponse:
    """Put an entry into the trash, or merge it into another first."""
    model, _ = _model(plural)
    seen = whole_number(request.POST.get("seen_version", "")) or 0
    into = whole_number(request.POST.get("into", ""))
    slug = request.actor.workspace.slug
    try:
        if into is not None:
            moved = services_lists.merge_entry(request.actor, model, pk, into, seen_version=seen)
            toast(request, f"Merged; {moved} products moved.")
            return _to_list(request, plural)
        services_lists.delete_entry(request.actor, model, pk, seen_version=seen)
    except DomainError as refusal:
        toast(request, str(refusal))
        return _to_list(request, plural)
    undo = reverse("workspaces:restore_record", args=[slug, model._meta.label_lower, pk])
    toast(request, "It is in the trash.", undo_url=undo)
    return _to_list(request, plural)


def _row(request: WorkspaceRequest, plural: str, pk: int) -> Any:
    row = _model(plural)[0].objects.visible_to(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotFound("That entry no longer exists.")
    return row


def _to_list(request: WorkspaceRequest, plural: str) -> HttpResponse:
    return leave_to(
        request, reverse("products:entries", args=[request.actor.workspace.slug, plural])
    )


def _page(request: WorkspaceRequest, plural: str, form: Any, *, status: int = 200) -> HttpResponse:
    model, _ = _model(plural)
    field = model._meta.model_name
    order = "path" if model is Category else "name"
    text = trimmed(request.GET.get("q", ""))
    rows = model.objects.visible_to(request.actor).order_by(order)
    if text:
        rows = rows.filter(**{f"{order}__icontains": text})
    listed = list(rows[:MOST])
    counts: dict[int, int] = {}
    if plural in ("brands", "suppliers", "categories"):
        products = Product.objects.visible_to(request.actor).filter(~Q(**{field: None}))
        counted = products.values(field).order_by().annotate(many=Count("pk"))
        counts = {row[field]: row["many"] for row in counted}
    edits = request.actor.can(Perm.CATALOG_EDIT)
    context = {
        "plural": plural,
        "title": plural.capitalize(),
        "field": field,
        "rows": [(row, counts.get(row.pk, 0)) for row in listed],
        "counted": plural in ("brands", "suppliers", "categories"),
        "q": text,
        "edits": edits,
    }
    if edits:
        context["form"] = form or _form(request, plural, None)
    return render(request, TEMPLATE, context, status=status)


def _entry_page(
    request: WorkspaceRequest, plural: str, row: Any, form: Any, *, status: int = 200
) -> HttpResponse:
    model, _ = _model(plural)
    context = {
        "form": form or _form(request, plural, None, row),
        "row": row,
        "plural": plural,
        "title": str(row),
    }
    if plural in ("brands", "suppliers", "categories"):
        order = "path" if model is Category else "name"
        others = model.objects.visible_to(request.actor).exclude(pk=row.pk)
        context["others"] = others.order_by(order)[:MOST]
    return render(request, "products/entry.html", context, status=status)
