"""The ways one looks at the roadmap, as links that keep the filters."""

from decimal import Decimal
from typing import Any

from django import template
from django.http import QueryDict
from django.urls import reverse

from roadmaps.exports.files import KINDS
from workspaces.access.roles import Perm
from workspaces.lists.asking import Asked

register = template.Library()
WAYS = (
    ("timeline", "Timeline", "timeline"),
    ("horizon", "Now · Next · Later", "columns-3"),
    ("state", "Board", "layout-kanban"),
    ("table", "Table", "table"),
)


@register.filter
def plain_number(value: Decimal | None) -> str:
    """A number as forms and scripts read it: 12.5, and nothing for none."""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else ""


@register.inclusion_tag("roadmaps/ways.html")
def roadmap_ways(asked: Asked, chosen: str = "") -> dict[str, Any]:
    """The switch above the roadmap; without `chosen`, what the list's address says is open."""
    slug = asked.actor.workspace.slug
    if not chosen:
        chosen = "table"
        if asked.layout == "board":
            chosen = asked.group.name if asked.group else ""
    base = {"layout": "timeline", "group": ""}
    addresses = {
        "timeline": f"{reverse('roadmaps:roadmap', args=[slug])}?{asked.address(**base)}",
        **{
            one: f"{reverse('roadmaps:items', args=[slug])}?"
            f"{asked.address(layout='board' if one != 'table' else '', group=_group(one))}"
            for one in ("horizon", "state", "table")
        },
    }
    actor = asked.actor
    return {
        "share": reverse("roadmaps:share", args=[slug]) if actor.can(Perm.SHARE_OUTSIDE) else "",
        "files": [
            (kind.upper(), reverse("roadmaps:roadmap_file", args=[slug, kind]))
            for kind in KINDS
            if actor.can(Perm.DATA_EXPORT)
        ],
        "here": asked.address(),
        "ways": [(label, icon, addresses[name], name == chosen) for name, label, icon in WAYS],
        "watches": chosen != "timeline",
    }


def _group(way: str) -> str:
    return way if way != "table" else ""


@register.simple_tag
def sent_value(sent: QueryDict, name: str) -> str:
    """What was typed in a form that was refused."""
    return sent.get(name, "")
