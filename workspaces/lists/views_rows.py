"""Further rows of a list that goes on while one scrolls, and rows as they are by now."""

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from core.templatetags import ui
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.lists.listing import KindList
from workspaces.lists.views import readable_at
from workspaces.records.lists import whole_number

AT_ONCE = 100
COUNTED_TO = 100_000


@require_GET
@workspace_view(Perm.WORKSPACE_VIEW)
def rows(request: WorkspaceRequest, address: str) -> HttpResponse:
    """The rows behind `after` or before `before`, and where those beside them begin.

    `count` asks how many there are in all. With `pk` these rows alone, as they are by now.
    """
    kind = readable_at(request.actor, address)
    asked = request.GET.copy()
    named = [pk for text in asked.pop("pk", [""])[-1].split(",") if (pk := whole_number(text))]
    counts = asked.pop("count", None)
    listing = KindList(kind, request.actor, asked, size=AT_ONCE)
    if named:
        return JsonResponse(
            {"rows": {one.row.pk: one.html for one in listing.lines_of(named[:AT_ONCE])}}
        )
    found: dict[str, str | int] = {
        "html": "".join(f"{one.begins or ''}{one.html}" for one in listing.lines),
        "next": listing.page.next,
        "previous": listing.page.previous,
    }
    if counts:
        many = listing.counted(COUNTED_TO)
        more = many > COUNTED_TO
        found["count"] = 0 if more else many
        found["label"] = f"{ui.number(COUNTED_TO)}+" if more else ui.number(many)
    return JsonResponse(found)
