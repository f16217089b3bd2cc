"""One change to the products chosen, or to all that match."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError, Refused
from core.web import leave_to, toast
from products.catalog import bulk_jobs, services_bulk
from products.catalog.columns import PRODUCTS
from products.catalog.forms import BulkForm, limit_links
from products.catalog.states import Assortment
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.records.listing import Listing
from workspaces.records.lists import whole_number

IN_A_JOB = 500


@require_GET
@workspace_view(Perm.CATALOG_EDIT)
def bulk_value(request: WorkspaceRequest) -> HttpResponse:
    """The input that fits the chosen action."""
    form = BulkForm(initial={"action": request.GET.get("action", "")})
    asks = form.initial["action"] == "state"
    context = {"choices": _choices(request, form), "asks_reason": asks}
    return render(request, "products/bulk_value.html", context)


@require_POST
@workspace_view(Perm.CATALOG_EDIT)
def bulk(request: WorkspaceRequest) -> HttpResponse:
    """Carry it out: at once for a few, as a job for many."""
    slug, here = request.actor.workspace.slug, request.POST.get("here", "")
    back = f"{reverse('products:list', args=[slug])}?{here}"
    form = BulkForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused("Choose what to change.")
        pks = _chosen(request.actor, request.POST)
        action, value = form.cleaned_data["action"], form.cleaned_data["value"]
        reason = form.cleaned_data["reason"]
        if len(pks) >= IN_A_JOB:
            job = bulk_jobs.start(request.actor, pks, action, value, reason)
            return leave_to(request, reverse("workspaces:job", args=[slug, job.pk]))
        outcome = services_bulk.bulk_change_products(
            request.actor, pks, action, value, reason=reason
        )
    except DomainError as refusal:
        toast(request, str(refusal))
        return redirect(back)
    except ValidationError as wrong:
        toast(request, " ".join(wrong.messages))
        return redirect(back)
    undo = reverse("workspaces:undo_batch", args=[slug, outcome.batch]) if outcome.changed else ""
    toast(request, outcome.words(), undo_url=undo)
    return redirect(back)


def _chosen(actor: Actor, posted: QueryDict) -> list[int]:
    """The rows that were ticked, or every row of the list as it was narrowed."""
    if posted.get("all"):
        listing = Listing(PRODUCTS, actor, QueryDict(posted.get("here", "")), remember=False)
        return list(listing.filtered.order_by("pk").values_list("pk", flat=True))
    pks = [pk for text in posted.getlist("pk") if (pk := whole_number(text)) is not None]
    if not pks:
        raise Refused("Choose at least one product.")
    return pks


def _choices(request: WorkspaceRequest, form: BulkForm) -> list[tuple[str, str]] | None:
    """What may be chosen as the value; None where people type it."""
    from django import forms

    action = str(form.initial["action"])
    if action == "state":
        return [(str(value), str(label)) for value, label in Assortment.choices]
    if action in services_bulk.LINKS:
        asked = forms.Form()
        asked.fields[action] = forms.ModelChoiceField(queryset=None)
        limit_links(asked, request.actor)
        rows = asked.fields[action].queryset  # type: ignore[attr-defined]
        return [("", "None"), *((str(row.pk), str(row)) for row in rows)]
    return [] if action == "delete" else None
