"""The records a person opened last, kept in their session: a convenience, never history."""

from django.http import HttpRequest, HttpResponse

from core.errors import NotFound
from workspaces.access.actor import Actor
from workspaces.records.kinds import kind_at
from workspaces.records.refs import Named, Ref, in_order

KEY = "recent"
KEPT, WORKSPACES_KEPT = 8, 5
PAGES: dict[str, str] = {}  # the name of a page that shows one record: that record's kind


def register_page(view_name: str, kind: str) -> None:
    """Say that this page, of the address' `pk`, shows a record. Called from a ready()."""
    PAGES[view_name] = kind


def remember(request: HttpRequest, actor: Actor, response: HttpResponse) -> None:
    """Put the record this page showed first; written only when it is not there already."""
    ref = _shown(request, response)
    if ref is None:
        return
    everywhere = dict(request.session.get(KEY) or {})
    here = str(actor.workspace.pk)
    known = [tuple(one) for one in everywhere.get(here, [])]
    if known[:1] == [ref]:
        return
    everywhere.pop(here, None)
    kept = dict(list(everywhere.items())[1 - WORKSPACES_KEPT :])
    kept[here] = [ref, *(one for one in known if one != ref)][:KEPT]
    request.session[KEY] = kept


def recent(request: HttpRequest, actor: Actor) -> list[Named]:
    """The records opened last that are still there and may still be read, newest first."""
    known = dict(request.session.get(KEY) or {}).get(str(actor.workspace.pk), [])
    return in_order(actor, [(str(kind), int(pk)) for kind, pk in known])


def _shown(request: HttpRequest, response: HttpResponse) -> Ref | None:
    place = request.resolver_match
    if request.method != "GET" or response.status_code != 200 or place is None:
        return None
    pk: int | None = place.kwargs.get("pk")
    if pk is None:
        return None
    if place.view_name == "workspaces:record":
        try:
            return kind_at(place.kwargs["address"]).name, pk
        except NotFound:
            return None
    return (PAGES[place.view_name], pk) if place.view_name in PAGES else None
