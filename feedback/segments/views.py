"""The page of a segment, its question with a live preview, and who of it asks for an idea."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from core.errors import EditConflict, Refused
from core.typed import one_line, trimmed
from core.web import leave_to, render_region, toast
from feedback.ideas.models import Idea
from feedback.ideas.records import IDEA
from feedback.segments import reports, services
from feedback.segments.asking import customers_who, fields_for, members_of
from feedback.segments.building import Question, in_words
from feedback.segments.models import Segment
from feedback.segments.records import SEGMENT
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.lists.building import Row, rows_of
from workspaces.lists.toolbar import builder_of
from workspaces.lists.views import list_page
from workspaces.records import refs
from workspaces.records.lists import whole_number
from workspaces.records.tabs import beside

PAGE, FORM = "feedback/segments/segment.html", "feedback/segments/form.html"
VOICES = "feedback/segments/voices.html"
SHOWN, A_PAGE = 8, 50


@require_GET
@workspace_view(Perm.FEEDBACK_VIEW)
def segments(request: WorkspaceRequest) -> HttpResponse:
    """The segments."""
    return list_page(request, SEGMENT)


@require_GET
@workspace_view(Perm.FEEDBACK_VIEW)
def segment(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Who belongs to a segment, and what they ask for."""
    actor = request.actor
    row: Segment = refs.find(actor, SEGMENT.name, pk)
    context: dict[str, Any] = {"row": row, "words": in_words(actor, row), **beside(request, row)}
    try:
        context |= _people(request, members_of(actor, row))
    except Refused as refusal:
        context["problem"] = str(refusal)
    context |= {
        "ideas": reports.ideas_of(actor, row),
        "sees_money": actor.sees_money,
        "edits": actor.can(SEGMENT.writes),
        "crumbs": [(SEGMENT.plural, _list(request))],
        "address": SEGMENT.address,
    }
    return render(request, PAGE, context)


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.CUSTOMERS_EDIT)
def new(request: WorkspaceRequest) -> HttpResponse:
    """Ask a question and keep it by name."""
    return _form(request, None)


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.CUSTOMERS_EDIT)
def edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Change what a segment asks."""
    return _form(request, refs.find(request.actor, SEGMENT.name, pk))


@require_GET
@workspace_view(Perm.CUSTOMERS_EDIT)
def condition(request: WorkspaceRequest) -> HttpResponse:
    """One row of the builder, for the field and the comparison that were chosen."""
    rows = rows_of(fields_for(request.actor), request.GET) or [Row(0)]
    builder = builder_of(request.actor, Question(request.actor, QueryDict()))  # type: ignore[arg-type]
    context = {"row": builder.row(rows[0]), "builder": builder, "urls": _urls(request)}
    return render(request, "records/filter_row.html", context)


@require_GET
@workspace_view(Perm.FEEDBACK_VIEW)
def voices(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Everybody who asks for an idea, or those of one segment."""
    actor = request.actor
    idea: Idea = refs.find(actor, IDEA.name, pk)
    segments = Segment.objects.visible_to(actor).order_by("name", "pk")
    wanted = whole_number(request.GET.get("segment", ""))
    chosen = segments.filter(pk=wanted).first() if wanted is not None else None
    page = Paginator(reports.voices(actor, idea, chosen), A_PAGE).get_page(request.GET.get("page"))
    stake = (
        next((one.stake for one in reports.ideas_of(actor, chosen) if one.idea.pk == idea.pk), None)
        if chosen
        else None
    )
    context = {
        "idea": idea,
        "chosen": chosen,
        "segments": [(str(one.pk), one.name) for one in segments],
        "page": page,
        "stake": stake,
        "sees_customers": actor.can(Perm.CUSTOMERS_VIEW),
        "sees_money": actor.sees_money,
        "crumbs": [("Ideas", ""), (str(idea), refs.url_of(actor, IDEA, pk))],
    }
    return render(request, VOICES, context)


def _form(request: WorkspaceRequest, row: Segment | None) -> HttpResponse:
    sent = request.POST if request.method == "POST" else request.GET
    typed = any(name.startswith("w-") for name in sent)
    question = Question(request.actor, sent, row.where if row and not typed else "")
    errors: dict[str, list[str]] = {}
    if request.method == "POST" and (answer := _save(request, row, question, errors)) is not None:
        return answer
    people: dict[str, Any] = {"problem": question.problem}
    if question.asks:
        try:
            people = _people(request, customers_who(request.actor, question.where))
        except Refused as refusal:
            people["problem"] = str(refusal)
    context = {
        "row": row,
        "builder": builder_of(request.actor, question),  # type: ignore[arg-type]
        "asks": question.asks,
        "errors": errors,
        "name": sent.get("name", row.name if row else ""),
        "description": sent.get("description", row.description if row else ""),
        "seen_version": sent.get("seen_version", row.version if row else ""),
        "urls": _urls(request),
        "back": refs.url_of(request.actor, SEGMENT, row.pk) if row else _list(request),
        "crumbs": [(SEGMENT.plural, _list(request))],
        **people,
    }
    return render_region(request, FORM, "people", context, status=422 if errors else 200)


def _save(
    request: WorkspaceRequest, row: Segment | None, question: Question, errors: dict[str, list[str]]
) -> HttpResponse | None:
    """Where it goes on once it is kept; else None, and what is wrong in `errors`."""
    sent = request.POST
    values = {
        "name": one_line(sent.get("name", "")),
        "description": trimmed(sent.get("description", "")),
        "where": question.text,
    }
    try:
        if question.problem:
            raise Refused(question.problem)
        if row is None:
            row = services.create_segment(request.actor, **values)
        else:
            seen = whole_number(sent.get("seen_version", "")) or 0
            row = services.change_segment(request.actor, row.pk, seen_version=seen, **values)
    except ValidationError as wrong:
        errors.update(wrong.message_dict)
    except (Refused, EditConflict) as refusal:
        errors["where"] = [str(refusal)]
    if errors or row is None:
        return None
    toast(request, f"“{row}” is kept.")
    return leave_to(request, refs.url_of(request.actor, SEGMENT, row.pk))


def _people(request: WorkspaceRequest, rows: Any) -> dict[str, Any]:
    """How many, and the first of them for those who may see who they are."""
    actor = request.actor
    sees = actor.can(Perm.CUSTOMERS_VIEW)
    return {
        "many": rows.count(),
        "people": reports.customers_shown(actor, rows, SHOWN) if sees else [],
        "sees_customers": sees,
        "sees_money": actor.sees_money,
        "problem": "",
    }


def _urls(request: WorkspaceRequest) -> dict[str, str]:
    return {"filter": reverse("feedback:segment_condition", args=[request.actor.workspace.slug])}


def _list(request: WorkspaceRequest) -> str:
    slug = request.actor.workspace.slug
    return reverse("workspaces:records", args=[slug, SEGMENT.address])
