"""One variant's costs through time, one customer, one account."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from core.clock import today
from core.errors import NotFound
from core.web import leave_to
from finance.ledger import services_customers as services
from finance.ledger.book_lists import COSTS
from finance.ledger.forms_books import ErasureForm
from finance.ledger.models import Account, CostRecord, Customer, Order
from finance.ledger.order_list import ORDERS, status_tag
from finance.ledger.views_acts import carry_out, form_page
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.records.tabs import beside

NEWEST = 20


@require_GET
@workspace_view(Perm.LEDGER_VIEW)
def cost(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """What a variant cost and costs: what a newer record has ended is only read."""
    rows = CostRecord.objects.visible_to(request.actor).select_related("variant__product")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound("That cost no longer exists.")
    records = list(
        COSTS.rows(request.actor)
        .filter(variant_id=found.variant_id)
        .order_by("kind", "-valid_from")
    )
    now = today(request.actor.workspace.timezone)
    for each in records:
        each.ended = each.until is not None and each.until <= now
    context = {
        "variant": found.variant,
        "records": records,
        "today": now,
        "edits": request.actor.can(Perm.LEDGER_EDIT),
        "shows_money": request.actor.sees_money,
        "crumbs": [("Costs", reverse("finance:costs", args=[request.actor.workspace.slug]))],
    }
    return render(request, "finance/cost.html", context | beside(request, found))


@require_GET
@workspace_view(Perm.CUSTOMERS_VIEW)
def customer(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One customer with their newest orders."""
    found = _customer(request.actor, pk)
    context = {"customer": found, "title": str(found), "many": f"customer={pk}"}
    return _person(request, "customers", "Customers", context, {"customer": found})


@require_GET
@workspace_view(Perm.CUSTOMERS_VIEW)
def account(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One account with its customers and newest orders."""
    rows = Account.objects.visible_to(request.actor).select_related("owner")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound("That account no longer exists.")
    people = Customer.objects.visible_to(request.actor).filter(account=found).order_by("-pk")
    context = {"account": found, "title": str(found), "many": f"account={pk}"}
    context["people"] = list(people[:NEWEST])
    return _person(request, "accounts", "Accounts", context, {"account": found})


def _person(
    request: WorkspaceRequest, at: str, title: str, context: dict[str, Any], of: dict[str, Any]
) -> HttpResponse:
    actor = request.actor
    if actor.can(Perm.LEDGER_VIEW):
        rows: Any = ORDERS.rows(actor).filter(**of).select_related("channel")
        orders: list[Order] = list(rows.order_by("-placed_at", "-pk")[:NEWEST])
        context["orders"] = [(order, status_tag(order)) for order in orders]
    context |= {
        "edits": actor.can(Perm.CUSTOMERS_EDIT),
        "shows_money": actor.sees_money,
        "crumbs": [(title, reverse(f"finance:{at}", args=[actor.workspace.slug]))],
    }
    context |= beside(request, next(iter(of.values())))
    return render(request, "finance/customer.html", context)


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.CUSTOMERS_EDIT)
def erase(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Erase who a customer is; their orders stay."""
    found = _customer(request.actor, pk)
    url = reverse("finance:customer", args=[request.actor.workspace.slug, pk])
    form = ErasureForm(request.POST or None, initial={"seen_version": found.version})

    def act() -> Customer:
        version = form.cleaned_data["seen_version"]
        return services.erase_customer(request.actor, pk, seen_version=version)

    if carry_out(request, form, act, "Erased. The orders stay.", undo=False):
        return leave_to(request, url)
    words = {"title": f"Erase {found}", "eyebrow": "Customers", "button": "Erase for good"}
    return form_page(request, form, url, **words)


def _customer(actor: Actor, pk: int) -> Customer:
    rows = Customer.objects.visible_to(actor).select_related("account")
    found: Customer | None = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound("That customer no longer exists.")
    return found
