"""What people say: the list, one note, and writing one down."""

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import EditConflict, NotFound
from core.web import leave_to, render_region, toast
from feedback.enrichment import moods, showing
from feedback.inbox import services
from feedback.inbox.columns import NOTES, stars
from feedback.inbox.forms import LinkForm, NoteForm
from feedback.inbox.inbox_page import pieces
from feedback.inbox.models import Note
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.records.choices import choose_columns
from workspaces.records.exporting import as_file
from workspaces.records.listing import Listing
from workspaces.records.lists import whole_number
from workspaces.records.tabs import beside

LIST, NOTE, NEW = "feedback/list.html", "feedback/note.html", "feedback/new.html"


@require_GET
@workspace_view(Perm.FEEDBACK_VIEW)
def note_list(request: WorkspaceRequest) -> HttpResponse:
    """Everything people said, newest first."""
    listing, by = Listing(NOTES, request.actor, request.GET), request.GET.get("by", "")
    ways = [(label, f"?{listing.address(by=word)}", word == by) for word, label in moods.WAYS]
    gathered = moods.gathered(listing) if by in ("groups", "board") else []
    context = {
        "listing": listing,
        "by": by if gathered else "",
        "ways": ways,
        "gathered": [
            (one, [(note, showing.shown(note)) for note in one.notes]) for one in gathered
        ],
        "filtering": "filters" in request.GET,
        "may_edit": request.actor.can(Perm.FEEDBACK_EDIT),
    }
    return render_region(request, LIST, "rows", context)


@require_POST
@workspace_view(Perm.FEEDBACK_VIEW)
def columns(request: WorkspaceRequest) -> HttpResponse:
    """Remember which columns this member wants to see."""
    choose_columns(request.actor, NOTES, request.POST.getlist("columns"))
    kept = QueryDict(request.POST.get("here", ""), mutable=True)
    kept.pop("columns", None)
    url = reverse("feedback:list", args=[request.actor.workspace.slug])
    return redirect(f"{url}?{kept.urlencode()}" if kept else url)


@require_GET
@workspace_view(Perm.DATA_EXPORT)
def export(request: WorkspaceRequest, extension: str) -> HttpResponse:
    """The list as it stands as CSV or XLSX."""
    request.actor.require(Perm.FEEDBACK_VIEW)
    return as_file(Listing(NOTES, request.actor, request.GET), extension)


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.FEEDBACK_VIEW)
def note(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One note in full; posting links it to a product."""
    found = _find(request, pk)
    edits = request.actor.can(Perm.FEEDBACK_EDIT)
    reading = showing.shown(found)
    context = {"note": found, "stars": stars(found.rating), "edits": edits, "reading": reading}
    context["pieces"] = pieces(found, [], reading.places if reading else ())
    context["sees_customer"] = request.actor.can(Perm.CUSTOMERS_VIEW)
    context |= beside(request, found)
    if request.method == "POST":
        request.actor.require(Perm.FEEDBACK_EDIT)
    if edits:
        form = LinkForm(request.POST or None, actor=request.actor, note=found)
        if request.method == "POST" and form.submit(request.actor):
            linked = form.cleaned_data["product"] or form.cleaned_data.get("customer")
            toast(request, "The note is linked." if linked else "Unlinked.")
            return leave_to(request, request.path)
        context["form"] = form
    return render(request, NOTE, context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.FEEDBACK_EDIT)
def create(request: WorkspaceRequest) -> HttpResponse:
    """Write down what somebody said."""
    initial = {"product": request.GET.get("product", "")[:300]}
    form = NoteForm(request.POST or None, actor=request.actor, initial=initial)
    if request.method == "POST" and (made := form.submit()):
        toast(request, "The note is in.")
        slug = request.actor.workspace.slug
        return leave_to(request, reverse("feedback:note", args=[slug, made.pk]))
    more = bool(initial["product"]) or any(form[name].errors for name in form.fields)
    context = {"form": form, "more_open": more}
    return render(request, NEW, context, status=422 if form.is_bound else 200)


@require_POST
@workspace_view(Perm.FEEDBACK_EDIT)
def delete(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Put a note into the trash, with Undo."""
    slug, seen = request.actor.workspace.slug, request.POST.get("seen_version", "")
    try:
        services.delete_note(request.actor, pk, seen_version=whole_number(seen) or 0)
    except EditConflict as conflict:
        toast(request, str(conflict))
        return redirect(reverse("feedback:note", args=[slug, pk]))
    undo = reverse("workspaces:restore_record", args=[slug, "feedback.note", pk])
    toast(request, "The note is in the trash.", undo_url=undo)
    return leave_to(request, reverse("feedback:list", args=[slug]))


def _find(request: WorkspaceRequest, pk: int) -> Note:
    rows = Note.objects.visible_to(request.actor).select_related(
        "product", "channel", "customer", "reading"
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound("That note no longer exists.")
    return found
