"""The board's columns, and moving a card without dragging it."""

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from core.errors import NotFound
from core.typed import without_nul
from core.web import toast
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.lists.board import Board, column_text
from workspaces.lists.listing import KindList
from workspaces.lists.services_cells import CellChange, change_cells
from workspaces.lists.toolbar import choices_for
from workspaces.lists.views import addresses, readable_at
from workspaces.records import refs
from workspaces.records.describing import field_of


@require_GET
@workspace_view(Perm.WORKSPACE_VIEW)
def column(request: WorkspaceRequest, address: str) -> HttpResponse:
    """Further cards of one column; of a closed one the first."""
    kind = readable_at(request.actor, address)
    query = request.GET.copy()
    key, after = without_nul(query.pop("value", [""])[-1]), query.pop("after", [""])[-1]
    query["layout"] = "board"
    listing = KindList(kind, request.actor, query)
    group = listing.asked.group
    if group is None:
        raise NotFound("There is no board here.")
    cards, more = Board(listing, group).more_of(key, after)
    context = {"cards": cards, "more": more, "key": key, "kind": kind}
    context |= {"urls": addresses(request.actor, kind), "here": listing.here}
    return render(request, "records/board_cards.html", context)


class MoveForm(forms.Form):
    """Where a card goes, and why where that is asked."""

    value = forms.ChoiceField(required=False)
    reason = forms.CharField(required=False, max_length=500)
    seen_version = forms.IntegerField(widget=forms.HiddenInput)


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.WORKSPACE_VIEW)
def move(request: WorkspaceRequest, address: str, pk: int) -> HttpResponse:
    """Move a card to another column, for those who do not drag."""
    actor = request.actor
    kind = readable_at(actor, address)
    actor.require(kind.writes)
    row = refs.find(actor, kind.name, pk)
    here = QueryDict(request.GET.get("here", ""), mutable=True)
    asked = KindList(kind, actor, here).asked
    field = asked.group or field_of(actor, kind, kind.board)
    choices = choices_for(actor, field) if field is not None and field.editable else None
    if field is None or choices is None:
        raise NotFound("There is no board to move this on.")
    now = column_text(field, "" if (held := field.value_of(row)) is None else str(held))
    form = MoveForm(request.POST or None, initial={"value": now, "seen_version": row.version})
    form.fields["value"].choices = choices  # type: ignore[attr-defined]
    form.fields["value"].label = field.label
    if not kind.reasons:
        del form.fields["reason"]
    back = f"{addresses(actor, kind)['list']}?{here.urlencode()}"
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        change = CellChange(pk, typed["seen_version"], {field.name: typed["value"]})
        outcome = change_cells(actor, kind, [change], typed.get("reason", ""))
        if outcome.changed:
            toast(request, f"{row} is moved.")
            return redirect(back)
        for one in outcome.refused:
            form.add_error(None, one.words)
    context = {"kind": kind, "form": form, "row": row, "back": back}
    return render(request, "records/move.html", context, status=422 if form.errors else 200)
