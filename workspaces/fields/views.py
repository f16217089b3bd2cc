"""The pages on which a workspace keeps its own fields."""

from copy import copy
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import DomainError, NotFound
from core.web import leave_to, toast
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm, Role
from workspaces.fields import converting, services
from workspaces.fields.checking import NEVER_UNIQUE
from workspaces.fields.forms import FieldForm, type_label
from workspaces.fields.formulas import names_for
from workspaces.fields.models import TYPES, CustomField
from workspaces.records.fields import FieldType
from workspaces.records.kinds import KINDS, RecordKind
from workspaces.records.lists import whole_number

LIST = "workspaces/fields/list.html"
FORM = "workspaces/fields/form.html"
TYPE = "workspaces/fields/type.html"
HINTS = {
    FieldType.TEXT: "One line.",
    FieldType.LONG_TEXT: "Several lines.",
    FieldType.NUMBER: "With a unit, if it has one.",
    FieldType.MONEY: "An amount of one currency.",
    FieldType.PERCENT: "Between 0 and 100 %.",
    FieldType.DAY: "A date.",
    FieldType.MOMENT: "A date with a time.",
    FieldType.CHOICE: "One of a list; lists and boards can be grouped by it.",
    FieldType.CHOICES: "Any of a list.",
    FieldType.PERSON: "A member.",
    FieldType.LINK: "Another record.",
    FieldType.YES_NO: "A tick.",
    FieldType.URL: "A link to a page.",
    FieldType.FORMULA: "Worked out from other fields.",
}


@require_GET
@workspace_view(Perm.FIELDS_MANAGE)
def fields_home(request: WorkspaceRequest) -> HttpResponse:
    """The fields of the first kind that people work through on a board, else of the first."""
    kinds = _kinds(request)
    first = next((kind for kind in kinds if kind.board), kinds[0])
    return redirect(_list_url(request, first.name))


@require_GET
@workspace_view(Perm.FIELDS_MANAGE)
def fields_of_kind(request: WorkspaceRequest, kind: str) -> HttpResponse:
    """The fields of one kind of record: in use, and retired."""
    found = _kind(request, kind)
    rows = list(CustomField.objects.visible_to(request.actor).order_by("order", "pk"))
    many: dict[str, int] = {}
    for row in rows:
        if row.retired_at is None:
            many[row.kind] = many.get(row.kind, 0) + 1
    own = [row for row in rows if row.kind == found.name]
    context = {
        "kind": found,
        "kinds": [
            {
                "label": one.plural,
                "url": _list_url(request, one.name),
                "count": many.get(one.name),
                "active": one.name == found.name,
            }
            for one in _kinds(request)
        ],
        "fields": [_shown(row) for row in own if row.retired_at is None],
        "retired": [_shown(row) for row in own if row.retired_at is not None],
        "types": [(value.value, label, HINTS[value]) for value, label in TYPES],
    }
    return render(request, LIST, context)


def _shown(row: CustomField) -> dict[str, Any]:
    """A field as a line of the list."""
    roles = [Role(role).label for role in row.roles]
    return {"row": row, "type": type_label(row.type), "roles": ", ".join(roles)}


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.FIELDS_MANAGE)
def field_add(request: WorkspaceRequest, kind: str) -> HttpResponse:
    """Add a field of the type that was chosen."""
    found = _kind(request, kind)
    wanted = request.GET.get("type", "")
    if wanted not in FieldType.__members__.values():
        return redirect(_list_url(request, found.name))
    posted = request.POST if request.method == "POST" else None
    form = FieldForm(request.actor, found, wanted, posted)
    if posted is not None and form.submit():
        toast(request, f"{form.made} is added to {found.plural.lower()}.")
        return leave_to(request, _list_url(request, found.name))
    return _form_page(request, found, form, posted is not None)


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.FIELDS_MANAGE)
def field(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Change a field."""
    row = _row(request, pk)
    found = _kind(request, row.kind)
    posted = request.POST if request.method == "POST" else None
    form = FieldForm(request.actor, found, row.type, posted, field=row)
    if posted is not None and form.submit():
        toast(request, f"{form.made} is saved.")
        return leave_to(request, _list_url(request, found.name))
    return _form_page(request, found, form, posted is not None)


def _form_page(
    request: WorkspaceRequest, kind: RecordKind, form: FieldForm, refused: bool
) -> HttpResponse:
    fields = CustomField.objects.visible_to(request.actor).in_use().filter(kind=kind.name)
    context: dict[str, Any] = {
        "kind": kind,
        "form": form,
        "field": form.field,
        "type": type_label(form.type),
        "crumbs": [("Fields", _list_url(request, kind.name)), (kind.plural, "")],
        "back": _list_url(request, kind.name),
    }
    if form.type is FieldType.FORMULA:
        others = [one for one in fields if form.field is None or one.pk != form.field.pk]
        names = names_for(request.actor.workspace, kind.name, others)
        context["names"] = [(name, found.words) for name, found in sorted(names.items())]
    return render(request, FORM, context, status=422 if refused else 200)


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.FIELDS_MANAGE)
def field_type(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Give a field another type: first what that would do to its values, then do it."""
    row = _row(request, pk)
    found = _kind(request, row.kind)
    asked = request.POST if request.method == "POST" else request.GET
    wanted = asked.get("type", "")
    context: dict[str, Any] = {
        "field": row,
        "type": type_label(row.type),
        "types": [(v.value, name) for v, name in TYPES if v not in (FieldType.FORMULA, row.type)],
        "wanted": wanted,
        "crumbs": [("Fields", _list_url(request, found.name)), (found.plural, "")],
        "back": reverse("workspaces:field", args=[request.actor.workspace.slug, pk]),
        "kinds": [(one.name, one.label) for one in _kinds(request)],
        "to": asked.get("to", ""),
    }
    status = 200
    if wanted in FieldType.__members__.values():
        after = _after(request, row, wanted, context["to"])
        context["wanted_label"] = type_label(wanted)
        if request.method == "POST" and (done := _change_type(request, row, after, context)):
            return done
        status = 422 if request.method == "POST" else 200
        context["preview"] = converting.preview(request.actor, row, after)
    return render(request, TYPE, context, status=status)


def _after(request: WorkspaceRequest, row: CustomField, wanted: str, to: str) -> CustomField:
    """The field as it would be. Texts that become choices are the choices there are then."""
    after = copy(row)
    after.type, after.to = wanted, to
    after.default = None
    after.unique = row.unique and wanted not in NEVER_UNIQUE
    if wanted in (FieldType.CHOICE, FieldType.CHOICES) and not row.options:
        texts = {str(value) for value in converting.values_of(row).values()}
        after.options = [
            {"value": text, "label": text, "tone": "grey"} for text in sorted(texts)[:200]
        ]
    return after


def _change_type(
    request: WorkspaceRequest, row: CustomField, after: CustomField, context: dict[str, Any]
) -> HttpResponse | None:
    seen = whole_number(request.POST.get("seen_version", "")) or 0
    values = {name: getattr(after, name) for name in ("type", "to", "unique", "options", "default")}
    try:
        services.change_field(request.actor, row.pk, seen_version=seen, **values)
    except DomainError as refusal:
        context["refusal"] = str(refusal)
        return None
    except ValidationError as wrong:
        context["refusal"] = " ".join(wrong.messages)
        return None
    toast(request, f"{row} is now: {type_label(after.type).lower()}.")
    return leave_to(request, context["back"])


@require_POST
@workspace_view(Perm.FIELDS_MANAGE)
def field_retire(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Show a field nowhere any more, with Undo."""
    row = _row(request, pk)
    seen = whole_number(request.POST.get("seen_version", "")) or 0
    undo = reverse("workspaces:field_restore", args=[request.actor.workspace.slug, pk])
    try:
        services.retire_field(request.actor, pk, seen_version=seen)
        toast(request, f"{row} is retired; its values are kept.", undo_url=undo)
    except NotFound:
        raise
    except DomainError as refusal:
        toast(request, str(refusal))
    return leave_to(request, _list_url(request, row.kind))


@require_POST
@workspace_view(Perm.FIELDS_MANAGE)
def field_restore(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Bring a retired field back."""
    try:
        row = services.restore_field(request.actor, pk)
    except ValidationError as wrong:
        toast(request, " ".join(wrong.messages))
        return leave_to(request, reverse("workspaces:fields", args=[request.actor.workspace.slug]))
    toast(request, f"{row} is back with its values.")
    return leave_to(request, _list_url(request, row.kind))


@require_POST
@workspace_view(Perm.FIELDS_MANAGE)
def field_move(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One place up or down among the fields of its kind."""
    row = _row(request, pk)
    rows = CustomField.objects.visible_to(request.actor).in_use().filter(kind=row.kind)
    order = list(rows.values_list("pk", flat=True))
    at = order.index(pk) if pk in order else 0
    to = max(0, min(len(order) - 1, at + (-1 if request.POST.get("way") == "up" else 1)))
    order.insert(to, order.pop(at))
    services.reorder_fields(request.actor, row.kind, order)
    return leave_to(request, _list_url(request, row.kind))


def _kinds(request: WorkspaceRequest) -> list[RecordKind]:
    """The kinds this member reads, those with pages of their own first."""
    found = [kind for kind in KINDS.values() if request.actor.can(kind.reads)]
    return sorted(found, key=lambda kind: (not kind.fields, kind.plural))


def _kind(request: WorkspaceRequest, name: str) -> RecordKind:
    kind = KINDS.get(name)
    if kind is None or not request.actor.can(kind.reads):
        raise NotFound("There is no such kind of record.")
    return kind


def _row(request: WorkspaceRequest, pk: int) -> CustomField:
    row = CustomField.objects.visible_to(request.actor).filter(pk=pk, retired_at=None).first()
    if row is None:
        raise NotFound("That field no longer exists.")
    return row


def _list_url(request: WorkspaceRequest, kind: str) -> str:
    return reverse("workspaces:fields_of_kind", args=[request.actor.workspace.slug, kind])
