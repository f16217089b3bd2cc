"""That rules are templates and no legal advice, with who looks after them and when."""

from typing import Any

from django import template

from products.compliance.models import RulePack

register = template.Library()


@register.inclusion_tag("compliance/not_advice.html", takes_context=True)
def not_advice(context: dict[str, Any]) -> dict[str, Any]:
    """The packs that rule now, with their owners and reviews, where a page has not read them."""
    request = context["request"]
    rows = RulePack.objects.visible_to(request.actor).active()
    packs = rows.only("key", "title", "version", "owner", "reviewed_on").order_by("title", "pk")
    return {"request": request, "packs": [{"row": one} for one in packs]}
