"""Cells edited in place: one POST is one act, and answers with the rows as they are now."""

from typing import Any

import orjson
from django.db.models import Q
from django.http import HttpResponse, JsonResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError, NotFound, Refused
from core.typed import trimmed, without_nul
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.lists.listing import KindList
from workspaces.lists.services_cells import CellChange, change_cells
from workspaces.lists.toolbar import people
from workspaces.lists.views import readable_at
from workspaces.records.describing import field_of
from workspaces.records.fields import Field, FieldType
from workspaces.records.kinds import KINDS

OFFERED = 30


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def cells(request: WorkspaceRequest, address: str) -> HttpResponse:
    """Write cells. What is refused is named, with its words; everything else is written."""
    kind = readable_at(request.actor, address)
    request.actor.require(kind.writes)
    try:
        asked = _asked(request.body)
        reason = without_nul(str(asked.get("reason", "")), 500)
        outcome = change_cells(request.actor, kind, _changes(asked), reason)
    except DomainError as refusal:
        return JsonResponse({"words": str(refusal)}, status=refusal.status)
    here = QueryDict(str(asked.get("here", "")))
    listing = KindList(kind, request.actor, here)
    touched = {*outcome.changed, *(one.pk for one in outcome.refused if one.conflict)}
    lines = listing.lines_of(touched)
    slug = request.actor.workspace.slug
    undo = reverse("workspaces:undo_batch", args=[slug, outcome.batch])
    return JsonResponse(
        {
            "undo": undo if outcome.changed else "",
            "changed": len(outcome.changed),
            "rows": {line.row.pk: line.html for line in lines},
            "versions": {line.row.pk: line.row.version for line in lines},
            "refused": [
                {"pk": one.pk, "field": one.field, "words": one.words, "asks": one.asks}
                for one in outcome.refused
            ],
        }
    )


def _asked(body: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(body or b"{}")
    except ValueError:
        raise Refused("The cells are sent as JSON.") from None
    if not isinstance(found, dict) or not isinstance(found.get("changes"), list):
        raise Refused("The cells are sent as {“changes”: […]}.")
    return found


def _changes(asked: dict[str, Any]) -> list[CellChange]:
    """Raises Refused for what is not shaped as cells."""
    found = []
    for one in asked["changes"]:
        try:
            pk, version, texts = one["pk"], one["version"], one["texts"]
            fits = isinstance(pk, int) and isinstance(version, int) and 0 < pk < 2**63
            if not fits or not all(isinstance(text, str) for text in texts.values()):
                raise TypeError
        except (TypeError, KeyError, AttributeError):
            raise Refused("A change is {“pk”, “version”, “texts”}.") from None
        found.append(CellChange(pk, version, texts))
    return found


@require_GET
@workspace_view(Perm.WORKSPACE_VIEW)
def options(request: WorkspaceRequest, address: str) -> HttpResponse:
    """What may be typed into a cell, for the list below it while somebody types."""
    kind = readable_at(request.actor, address)
    field = field_of(request.actor, kind, request.GET.get("field", ""))
    if field is None:
        raise NotFound("There is no such field here.")
    return JsonResponse({"options": _options(request.actor, field, request.GET.get("q", ""))})


def _options(actor: Actor, field: Field, typed: str) -> list[str]:
    text = trimmed(typed, 100)
    match field.type:
        case FieldType.CHOICE | FieldType.CHOICES:
            return [one.label for one in field.choices]
        case FieldType.YES_NO:
            return ["Yes", "No"]
        case FieldType.PERSON:
            return [label for _, label in people(actor)]
        case FieldType.LINK:
            return _links(actor, field, text)
    return []


def _links(actor: Actor, field: Field, text: str) -> list[str]:
    kind = KINDS.get(field.to)
    if kind is None or not kind.fields or not actor.can(kind.reads):
        return []
    asked = Q()
    for name in kind.naming:
        asked |= Q(**{f"{name}__icontains": text})
    rows = kind.rows(actor).filter(asked) if text else kind.rows(actor)
    name = kind.naming[0]
    return [str(one) for one in rows.order_by(name).values_list(name, flat=True)[:OFFERED]]
