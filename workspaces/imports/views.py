"""The pages of an import: list, start, columns, check, progress, result."""

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from core.errors import Refused
from core.room import NO_ROOM, lacks_room
from core.web import leave_to, render_region
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.imports import checking, previews, services, staging
from workspaces.imports.forms import ChoiceForm, MappingForm, UploadForm, kinds_for
from workspaces.imports.generic import source_of
from workspaces.imports.kinds import Kind
from workspaces.imports.matching import kind_for, preset_of
from workspaces.imports.merging import told
from workspaces.imports.models import ImportRun, ImportState
from workspaces.imports.registered import known
from workspaces.jobs.models import Job

PAGE = 50
LEFT_OUT = "left-out"
TONES = {
    ImportState.UPLOADED: "grey",
    ImportState.CHECKING: "indigo",
    ImportState.CHECKED: "amber",
    ImportState.RUNNING: "indigo",
    ImportState.DONE: "green",
    ImportState.FAILED: "red",
    ImportState.CANCELLED: "grey",
    ImportState.UNDONE: "grey",
}


@require_GET
@workspace_view(Perm.IMPORTS_RUN)
def imports(request: WorkspaceRequest) -> HttpResponse:
    """Every import of the workspace, newest first."""
    found = ImportRun.objects.visible_to(request.actor).select_related("created_by")
    found = found.defer("columns", "mapping", "edits")
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    rows = list(found.order_by("-pk")[: PAGE + 1])
    shown = rows[:PAGE]
    context = {
        "imports": [_dressed(run) for run in shown],
        "older": urlencode({"before": str(shown[-1].pk)}) if rows[PAGE:] else "",
        "is_first": not before,
        "exports": _exports(request.actor),
    }
    return render_region(request, "workspaces/imports/imports.html", "rows", context)


def _exports(actor: Actor) -> list[Kind]:
    """The kinds this member may take away, in the order a new shop needs them."""
    if not actor.can(Perm.DATA_EXPORT):
        return []
    return [kind for kind in known().values() if kind.export and actor.can(kind.export.reads)]


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.IMPORTS_RUN)
def import_start(request: WorkspaceRequest) -> HttpResponse:
    """Say what the file holds and upload it."""
    actor, refusal = request.actor, ""
    if request.method == "POST":
        form = UploadForm(actor, request.POST, request.FILES)
        refusal = NO_ROOM if lacks_room(request) else ""
        if not refusal and form.is_valid():
            try:
                run = services.upload(actor, form.cleaned_data["kind"], form.uploads())
                return leave_to(
                    request,
                    reverse("workspaces:import_columns", args=[actor.workspace.slug, run.pk]),
                )
            except Refused as refused:
                refusal = str(refused)
    else:
        form = UploadForm(actor, initial={"kind": request.GET.get("kind", "")})
    context = {"form": form, "kinds": kinds_for(actor), "refusal": refusal}
    status = 422 if request.method == "POST" else 200
    return render_region(request, "workspaces/imports/start.html", "upload", context, status=status)


@require_GET
@workspace_view(Perm.IMPORTS_RUN)
def import_example(request: WorkspaceRequest, kind: str) -> HttpResponse:
    """A file to fill in."""
    found = services.allowed(request.actor, kind)
    response = HttpResponse(previews.example_csv(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.name}-example.csv"'
    return response


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.IMPORTS_RUN)
def import_columns(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Match the columns: which is which, with samples and the first rows as understood."""
    actor = request.actor
    run = services.reconcile(actor, pk)
    kind = kind_for(actor, run.kind)
    sheets, refusal = source_of(run).sheets, ""
    form = MappingForm(run, kind, sheets, *([request.POST] if request.method == "POST" else []))
    if request.method == "POST" and form.is_valid():
        try:
            preset, options = form.cleaned_data["preset"], form.options()
            run = services.set_mapping(actor, pk, form.mapping(), preset=preset, options=options)
            if "preview" not in request.POST:
                run = services.check(actor, pk)
                return leave_to(
                    request, reverse("workspaces:import", args=[actor.workspace.slug, pk])
                )
            form = MappingForm(run, kind, sheets)
        except Refused as refused:
            refusal = str(refused)
    status = 422 if refusal or form.errors else 200
    context = _columns_context(run, kind, form) | {"refusal": refusal}
    return render_region(
        request, "workspaces/imports/columns.html", "columns", context, status=status
    )


def _columns_context(run: ImportRun, kind: Kind, form: MappingForm) -> dict[str, Any]:
    preset = preset_of(run.preset, run.kind)
    table, trouble = None, ""
    try:
        table = previews.preview(run)
    except Refused as refused:
        trouble = str(refused)
    seen = previews.samples(run)
    fields = [
        {
            "column": column,
            "bound": form[f"field_{column.name}"],
            "samples": seen.get(run.mapping.get(column.name, ""), []),
        }
        for column in kind.columns
    ]
    used = set(run.mapping.values())
    unused = [header for header in run.columns if header not in used]
    by_preset = preset is not None and bool(preset.transform or preset.combine)
    names = ("preset", "encoding", "delimiter", "sheet", "date_order", "decimal", *form.asked)
    return {
        "run": run,
        "kind": kind,
        "form": form,
        "settings": [form[name] for name in names if name in form.fields],
        "fields": fields,
        "preset": preset,
        "by_preset": by_preset,
        "unused": [] if by_preset else [(header, seen.get(header, [])) for header in unused],
        "preview": table,
        "trouble": trouble,
    }


@require_GET
@workspace_view(Perm.IMPORTS_RUN)
def import_page(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Where an import stands: being checked, problems to mend, progress, or what it changed."""
    return render_import(request, pk)


def render_import(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The import's page, or its changing part for htmx."""
    run = services.reconcile(request.actor, pk)
    if run.state == ImportState.UPLOADED:
        slug = request.actor.workspace.slug
        return leave_to(request, reverse("workspaces:import_columns", args=[slug, pk]))
    kind, job = kind_for(request.actor, run.kind), _job(run)
    context: dict[str, Any] = _dressed(run) | {
        "run": run,
        "kind": kind,
        "job": job,
        "undoing": bool(job and job.kind == "undo_import" and not job.is_over),
        "here": reverse("workspaces:import", args=[request.actor.workspace.slug, run.pk]),
    }
    if run.state == ImportState.CHECKED:
        context |= _checked(request, run, kind)
    elif run.state == ImportState.DONE:
        context |= _result(request, run)
    return render_region(request, "workspaces/imports/import.html", "state", context)


def _job(run: ImportRun) -> Job | None:
    return Job.objects.in_workspace(run.workspace_id).filter(pk=run.job_id or 0).first()


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _checked(request: WorkspaceRequest, run: ImportRun, kind: Kind) -> dict[str, Any]:
    """The page of problems."""
    ready = staging.exists(run)
    field, offset = request.GET.get("field", ""), _number(request.GET.get("offset", ""))
    labels = {column.name: column.label for column in kind.columns} | {"": "The row as a whole"}
    chosen = None if field == "" else ("" if field == "row" else field)
    issues = (
        checking.issues_of_rows(run, field=chosen, offset=offset, limit=PAGE + 1) if ready else []
    )
    query: dict[str, str | int] = {"field": field} if field else {}
    more = urlencode({**query, "offset": offset + PAGE}) if len(issues) > PAGE else ""
    back = urlencode({**query, "offset": max(0, offset - PAGE)}) if offset else ""
    return {
        "ready": ready,
        "issues": [
            {"issue": each, "label": labels.get(each.field, each.field), "cell": bool(each.field)}
            for each in issues[:PAGE]
        ],
        "tabs": _problem_tabs(run, labels, field) if ready else [],
        "more": more,
        "back": back,
        "choices": ChoiceForm(initial={"on_existing": run.on_existing, "keep_good": run.keep_good}),
    }


def _problem_tabs(run: ImportRun, labels: dict[str, str], field: str) -> list[dict[str, Any]]:
    """All problems, and those of each field."""
    found = checking.issues_by_field(run)
    if not found:
        return []
    every = {"label": "All", "url": "?", "count": run.counts["issues"], "active": not field}
    return [every] + [
        {
            "label": labels.get(name, name),
            "url": "?" + urlencode({"field": name or "row"}),
            "count": count,
            "active": field == (name or "row"),
        }
        for name, count in found
    ]


def _result(request: WorkspaceRequest, run: ImportRun) -> dict[str, Any]:
    """What the import changed and what it left out, a page at a time."""
    model, after = request.GET.get("model", ""), _number(request.GET.get("after", ""))
    left_out = run.counts.get("accounted", {}).get("left_out", 0)
    tabs: list[dict[str, Any]] = [{"label": "Updated", "url": "?", "active": not model}] + [
        {
            "label": f"{made.label} created",
            "url": "?" + urlencode({"model": made.model}),
            "count": made.count,
            "active": model == made.model,
        }
        for made in previews.made_by(run)
    ]
    told = bool(left_out) and staging.has_issues(run)
    if told:
        url = "?" + urlencode({"model": LEFT_OUT})
        active = model == LEFT_OUT
        tabs.append({"label": "Left out", "url": url, "count": left_out, "active": active})
    context: dict[str, Any] = {"tabs": tabs, "model": model, "next": "", "told_why": told}
    if model == LEFT_OUT and told:
        context |= _left_out(request, run)
    elif model:
        rows = previews.created_rows(run, model, after)
        shown = rows[: previews.PAGE]
        context["created"] = shown
        if len(rows) > previews.PAGE:
            context["next"] = urlencode([("model", model), ("after", str(shown[-1][0]))])
    else:
        context["changes"], following = previews.changes(request.actor, run, after)
        context["next"] = urlencode({"after": following}) if following else ""
    return context


def _left_out(request: WorkspaceRequest, run: ImportRun) -> dict[str, Any]:
    """Rows that did not come in, each with the reason."""
    offset = _number(request.GET.get("after", ""))
    kind = kind_for(request.actor, run.kind)
    labels = {column.name: column.label for column in kind.columns}
    found = checking.issues_of_rows(run, offset=offset, limit=PAGE + 1)
    following = [("model", LEFT_OUT), ("after", str(offset + PAGE))]
    more = urlencode(following) if len(found) > PAGE else ""
    rows = [(labels.get(each.field, "The row as a whole"), each) for each in found[:PAGE]]
    return {"left_out": rows, "next": more}


@require_GET
@workspace_view(Perm.IMPORTS_RUN)
def import_problems(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """All problems as a file to mend the original by; of a finished import what was left out."""
    run = services.reconcile(request.actor, pk)
    kept = staging.has_issues if run.state == ImportState.DONE else staging.exists
    if not kept(run):
        raise Refused("Check the file again; its problems are no longer kept.")
    rows = previews.issues_csv(run, kind_for(request.actor, run.kind))
    response = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="problems-{run.pk}.csv"'
    return response  # type: ignore[return-value]


def _dressed(run: ImportRun) -> dict[str, Any]:
    """An import as the pages show it."""
    state, counts = ImportState(run.state), run.counts
    undone = counts.get("undo", {})
    back = told(undone.get("created", {}), "removed") + told(undone.get("updated", {}), "restored")
    made = told(counts.get("created", {}), "created") + told(counts.get("updated", {}), "updated")
    return {
        "row": run,
        "taken_back": ", ".join(back) or "nothing was left to take back",
        "state_label": state.label,
        "tone": TONES[state],
        "counts": counts,
        "told": made,
        "accounted": counts.get("accounted"),
        "busy": state in services.BUSY,
        "is_done": state == ImportState.DONE,
    }
