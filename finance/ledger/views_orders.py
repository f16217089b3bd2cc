"""Orders: the list, one order with its lines and refunds, and changing them by hand."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import NotFound
from core.templatetags import ui
from core.web import leave_to, render_region
from finance.ledger import services_orders as services
from finance.ledger.forms import LineForm, RefundForm, StatusForm
from finance.ledger.models import Order, OrderLine, Refund
from finance.ledger.order_list import ORDERS, status_tag
from finance.ledger.reports import unit_costs
from finance.ledger.views_acts import Act, carry_out, form_page, throw_away
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.records.choices import choose_columns
from workspaces.records.exporting import as_file
from workspaces.records.listing import Listing
from workspaces.records.models import Record
from workspaces.records.tabs import beside

LIST, ORDER = "finance/orders.html", "finance/order.html"


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
    return render(request, ORDER, context | beside(request, found))


def _money(actor: Actor, lines: list[OrderLine], refunds: list[Refund]) -> dict[str, Any]:
    """Totals of the order; each line gains its net, landed cost and margin, None where unknown."""
    first = lines[0] if lines else None
    variants = [line.variant_id for line in lines]
    costs = unit_costs(actor.workspace.pk, variants, first.day, first.currency) if first else {}
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


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.LEDGER_EDIT)
def change_line(request: WorkspaceRequest, pk: int, line: int) -> HttpResponse:
    """Correct a line."""
    found, row = _find(request.actor, pk), _line(request.actor, pk, line)
    initial = {name: getattr(row, name) for name in services.LINE_FIELDS}
    form = LineForm(request.POST or None, initial=initial | {"seen_version": found.version})

    def act() -> Record | OrderLine:
        values = {name: form.cleaned_data[name] for name in services.LINE_FIELDS}
        version = form.cleaned_data["seen_version"]
        return services.change_line(request.actor, pk, line, seen_version=version, **values)

    title = f"{row.variant.sku} in {found.number}"
    return _submit(request, found, form, act, title, "Save")


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.LEDGER_EDIT)
def change_status(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Say whether an order counts."""
    found = _find(request.actor, pk)
    initial = {"status": found.status, "seen_version": found.version}
    form = StatusForm(request.POST or None, initial=initial)

    def act() -> Record | OrderLine:
        typed = form.cleaned_data
        return services.change_order(
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

    def act() -> Record | OrderLine:
        version = form.cleaned_data["seen_version"]
        return services.create_refund(request.actor, pk, line, form.refund(), seen_version=version)

    return _submit(request, found, form, act, f"Refund of {row.variant.sku}", "Add the refund")


@require_POST
@workspace_view(Perm.LEDGER_EDIT)
def delete_refund(request: WorkspaceRequest, pk: int, refund: int) -> HttpResponse:
    """Put a refund into the trash, with Undo."""
    return throw_away(request, services.delete_refund, refund, _order_url(request.actor, pk))


@require_POST
@workspace_view(Perm.LEDGER_EDIT)
def delete(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Put an order into the trash, with Undo."""
    orders = reverse("finance:orders", args=[request.actor.workspace.slug])
    return throw_away(request, services.delete_order, pk, orders, _order_url(request.actor, pk))


@require_GET
@workspace_view(Perm.LEDGER_VIEW)
def of_line(request: WorkspaceRequest, line: int) -> HttpResponse:
    """To the order that a line stands in."""
    found = OrderLine.objects.visible_to(request.actor).filter(pk=line).first()
    return _to_order(request, found)


@require_GET
@workspace_view(Perm.LEDGER_VIEW)
def of_refund(request: WorkspaceRequest, refund: int) -> HttpResponse:
    """One refund: its facts, what is said about it, what it comes from. In the trash, its order."""
    actor, slug = request.actor, request.actor.workspace.slug
    found = Refund.objects.with_trash(actor.workspace.pk).filter(pk=refund)
    row = found.select_related("order_line__order", "variant__product", "channel").first()
    if row is None or row.deleted_at is not None:
        return _to_order(request, row.order_line if row else None)
    order = row.order_line.order if row.order_line else None
    facts = [
        ("Product", f"{row.variant.product.name} {row.variant.sku}"),
        ("Day", ui.day(row.day)),
        ("Units", ui.number(row.quantity)),
        *([("Paid back", ui.money(row.amount, row.currency))] if actor.sees_money else []),
        ("Reason", row.reason),
        ("Channel", row.channel.name),
    ]
    crumbs = [("Orders", reverse("finance:orders", args=[slug]))]
    if order is not None:
        crumbs.append((f"Order {order.number}", _order_url(actor, order.pk)))
    context: dict[str, Any] = {"title": f"Refund {row.number}", "crumbs": crumbs, "facts": facts}
    facts.insert(0, ("Order", order.number if order else "not linked"))
    if actor.can(Perm.LEDGER_EDIT):
        context["edit_url"] = reverse("finance:refund_match", args=[slug, row.pk])
        context["edit_label"] = "Match to another order" if order else "Match to an order"
    return render(request, "records/facts.html", context | beside(request, row))


def _to_order(request: WorkspaceRequest, line: OrderLine | None) -> HttpResponse:
    if line is None:
        raise NotFound("Its order is not known.")
    return redirect(_order_url(request.actor, line.order_id))


def _order_url(actor: Actor, pk: int) -> str:
    return reverse("finance:order", args=[actor.workspace.slug, pk])


def _submit(
    request: WorkspaceRequest, found: Order, form: forms.Form, act: Act, title: str, button: str
) -> HttpResponse:
    """The form, or what came of it: back to the order, or the form with what was refused."""
    url = _order_url(request.actor, found.pk)
    if carry_out(request, form, act, "Saved. The figures follow in a moment."):
        return leave_to(request, url)
    return form_page(request, form, url, title=title, eyebrow=f"Order {found}", button=button)


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
