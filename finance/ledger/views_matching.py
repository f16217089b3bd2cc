"""Matching a refund to the sale it undoes."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.errors import NotFound
from core.web import leave_to
from finance.ledger import services_orders as services
from finance.ledger.forms import MatchForm
from finance.ledger.models import Refund
from finance.ledger.views_acts import carry_out, form_page
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.LEDGER_EDIT)
def link_refund(request: WorkspaceRequest, refund: int) -> HttpResponse:
    """Say which order line a refund undoes: one of the likely ones, or an order's number."""
    actor = request.actor
    rows = Refund.objects.visible_to(actor).select_related("variant__product")
    found: Refund | None = rows.filter(pk=refund).first()
    if found is None:
        raise NotFound("That refund no longer exists.")
    likely = services.likely_lines(actor, found)
    form = MatchForm(request.POST or None, lines=likely, refund=found, money=actor.sees_money)

    def act() -> Refund:
        typed = form.cleaned_data
        return services.link_refund(
            actor,
            refund,
            seen_version=typed["seen_version"],
            line=int(typed["line"] or 0),
            number=typed["number"],
        )

    url = reverse("finance:order_of_refund", args=[actor.workspace.slug, refund])
    if carry_out(request, form, act, "Linked. The return rate follows in a moment.", undo=False):
        return leave_to(request, url)
    product = f"{found.variant.product.name} {found.variant.sku}"
    return form_page(
        request,
        form,
        url,
        title="Which sale does it undo?",
        eyebrow=f"Refund {found} · {product}",
        button="Link",
    )
