"""Orders: the list, one order with its lines and refunds, and changing them by hand."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import DomainError, NotFound
from core.web import leave_to, render_region, toast
from finance.ledger import services_orders as services
from finance.ledger.forms import LineForm, RefundForm, StatusForm
from finance.ledger.models import CostKind, CostRecord, Order, OrderLine, Refund
from finance.ledger.order_list import ORDERS, status_tag
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.records.choices import choose_columns
from workspaces.records.exporting import as_file
from workspaces.records.listing import Listing

LIST, ORDER, FORM = "finance/orders.html", "finance/order.html", "finance/order_form.html"


@require_GET
@workspace_view(Perm.LEDGER_VIEW)
def order_list(request: WorkspaceRequest) -> HttpResponse:
    """What was ordered, newest first."""
    listing = Listing(ORDERS, request.actor, request.GET)
    context = {"listing": listing, "filtering": "filters" in request.GET, "edits": False}
    return render_region(request, LIST, "rows", context)


@require_POST
@workspace_view(Perm.LEDGER_VIEW)
def columns(request: WorkspaceRequest) -> HttpResponse:
    """Remember which columns this member wants to see."""
    choose_columns(request.actor, ORDERS, request.POST.getlist("columns"))
    kept = QueryDict(request.POST.get("here", ""), mutable=True)
    kept.pop("columns", None)
    url = reverse("finance:orders", args=[request.actor.workspace.slug])
    return redirect(f"{url}?{kept.urlencode()}" if kept else url)


@require_GET
@workspace_view(Perm.DATA_EXPORT)
def export(request: WorkspaceRequest, extension: str) -> HttpResponse:
    """The list as it stands, as CSV or XLSX."""
    request.actor.require(Perm.LEDGER_VIEW)
    return as_file(Listing(ORDERS, request.actor, request.GET), extension)


@require_GET
@workspace_view(Perm.LEDGER_VIEW)
def order(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One order: its lines with cost and margin, and what went back."""
    found = _find(request.actor, pk)
    lines = list(
        OrderLine.objects.visible_to(request.actor)
        .filter(order=found)
        .select_related("variant__product")
        .order_by("position")
    )
    refunds = list(
        Refund.objects.visible_to(request.actor)
        .filter(order_line__order=found)
        .select_related("variant")
        .order_by("day", "pk")
    )
    context = {
        "order": found,
        "status": status_tag(found),
        "refunds": refunds,
        "edits": request.actor.can(Perm.LEDGER_EDIT),
        "shows_customer": request.actor.can(Perm.CUSTOMERS_VIEW),
        "crumbs": [("Orders", reverse("finance:orders", args=[request.actor.workspace.slug]))],
    }
    if request.actor.sees_money:
        context |= _money(request.actor, lines, refunds)
    context["rows"] = lines
    return render(request, ORDER, context)


def _money(actor: Actor, lines: list[OrderLine], refunds: list[Refund]) -> dict[str, Any]:
    """Totals of the order; each line gains its net, landed cost and margin, None where unknown."""
    costs = _unit_costs(actor, lines)
    for line in lines:
        line.net = line.gross - line.discount  # type: ignore[attr-defined]
        unit = costs.get(line.variant_id)
        line.cost = None if unit is None else unit * line.quantity  # type: ignore[attr-defined]
        line.margin = (  # type: ignore[attr-defined]
            None if line.cost is None else line.net - line.cost  # type: ignore[attr-defined]
        )
    net = sum((line.gross - line.discount for line in lines), Decimal(0))
    back = sum((refund.amount for refund in refunds), Decimal(0))
    return {"net": net, "back": back, "left": net - back, "shows_money": True}


def _unit_costs(actor: Actor, lines: list[OrderLine]) -> dict[int, Decimal]:
    """{variant: landed cost on the order's day}, in the order's currency; others are unknown."""
    if not lines:
        return {}
    rows = CostRecord.objects.visible_to(actor).filter(
        variant_id__in=[line.variant_id for line in lines],
        kind=CostKind.LANDED,
        valid_from__lte=lines[0].day,
        currency=lines[0].currency,
    )
    return {row.variant_id: row.amount for row in rows.order_by("valid_from")}


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.LEDGER_EDIT)
def change_line(request: WorkspaceRequest, pk: int, line: int) -> HttpResponse:
    """Correct a line."""
    found, row = _find(request.actor, pk), _line(request.actor, pk, line)
    initial = {name: getattr(row, name) for name in services.LINE_FIELDS}
    form = LineForm(request.POST or None, initial=initial | {"seen_version": found.version})

    def act() -> None:
        values = {name: form.cleaned_data[name] for name in services.LINE_FIELDS}
        version = form.cleaned_data["seen_version"]
        services.change_line(request.actor, pk, line, seen_version=version, **values)

    title = f"{row.variant.sku} in {found.number}"
    return _submit(request, found, form, act, title, "Save")


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.LEDGER_EDIT)
def change_status(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Say whether an order counts."""
    found = _find(request.actor, pk)
    initial = {"status": found.status, "seen_version": found.version}
    form = StatusForm(request.POST or None, initial=initial)

    def act() -> None:
        typed = form.cleaned_data
        services.change_order(
            request.actor, pk, seen_version=typed["seen_version"], status=typed["status"]
        )

    return _submit(request, found, form, act, f"Status of {found.number}", "Save")


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.LEDGER_EDIT)
def create_refund(request: WorkspaceRequest, pk: int, line: int) -> HttpResponse:
    """Record what went back of a line."""
    found, row = _find(request.actor, pk), _line(request.actor, pk, line)
    initial = {"quantity": row.quantity, "amount": row.gross - row.discount}
    form = RefundForm(
        request.POST or None,
        initial=initial | {"seen_version": found.version},
        actor=request.actor,
    )

    def act() -> None:
        version = form.cleaned_data["seen_version"]
        services.create_refund(request.actor, pk, line, form.refund(), seen_version=version)

    return _submit(request, found, form, act, f"Refund of {row.variant.sku}", "Add the refund")


@require_POST
@workspace_view(Perm.LEDGER_EDIT)
def delete_refund(request: WorkspaceRequest, pk: int, refund: int) -> HttpResponse:
    """Put a refund into the trash, with Undo."""
    return _throw_away(request, services.delete_refund, refund, "finance.refund", pk)


@require_POST
@workspace_view(Perm.LEDGER_EDIT)
def delete(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Put an order into the trash, with Undo."""
    return _throw_away(request, services.delete_order, pk, "finance.order", None)


def _throw_away(
    request: WorkspaceRequest,
    verb: Callable[..., Order | Refund],
    pk: int,
    model: str,
    order_pk: int | None,
) -> HttpResponse:
    slug = request.actor.workspace.slug
    seen = request.POST.get("seen_version", "")
    try:
        row = verb(request.actor, pk, seen_version=int(seen) if seen.isdigit() else 0)
    except DomainError as refusal:
        toast(request, str(refusal))
        order_pk = order_pk or pk
    else:
        undo = reverse("workspaces:restore_record", args=[slug, model, pk])
        toast(request, f"{row} is in the trash.", undo_url=undo)
    if order_pk is None:
        return leave_to(request, reverse("finance:orders", args=[slug]))
    return leave_to(request, reverse("finance:order", args=[slug, order_pk]))


def _submit(
    request: WorkspaceRequest,
    found: Order,
    form: forms.Form,
    act: Callable[[], None],
    title: str,
    button: str,
) -> HttpResponse:
    """The form, or what came of it: back to the order, or the form with what was refused."""
    url = reverse("finance:order", args=[request.actor.workspace.slug, found.pk])
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except ValidationError as wrong:
            for field, texts in wrong.message_dict.items():
                form.add_error(field if field in form.fields else None, texts)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            toast(request, "Saved. The figures follow in a moment.")
            return leave_to(request, url)
    context = {"form": form, "order": found, "title": title, "button": button, "url": url}
    return render(request, FORM, context, status=422 if form.is_bound else 200)


def _find(actor: Actor, pk: int) -> Order:
    rows = Order.objects.visible_to(actor).select_related(
        "channel", "market", "account", "customer"
    )
    found: Order | None = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound("That order no longer exists.")
    return found


def _line(actor: Actor, order_pk: int, pk: int) -> OrderLine:
    rows = OrderLine.objects.visible_to(actor).select_related("variant")
    found: OrderLine | None = rows.filter(order_id=order_pk, pk=pk).first()
    if found is None:
        raise NotFound("That line is not in this order.")
    return found
