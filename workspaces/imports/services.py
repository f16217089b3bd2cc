"""The verbs of an import. Each asks for IMPORTS_RUN and for the permission of what is imported."""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import PurePath
from typing import IO, Any, NoReturn
from uuid import uuid4

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from core.errors import Denied, NotFound, Refused
from core.room import FULL, NO_ROOM
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.imports import checking, matching, staging
from workspaces.imports.generic import source_of, stored
from workspaces.imports.kinds import Kind, Preset
from workspaces.imports.models import ImportRun, ImportState, OnExisting
from workspaces.imports.options import checked_options
from workspaces.imports.reading import Source, open_source
from workspaces.imports.spooling import CONTROL
from workspaces.jobs import services as jobs
from workspaces.jobs.models import Job, JobState

OPEN = (ImportState.UPLOADED, ImportState.CHECKED, ImportState.FAILED, ImportState.CANCELLED)
BUSY = (ImportState.CHECKING, ImportState.RUNNING)
MAX_EDITS = 5_000
Upload = tuple[str, IO[bytes]]


def allowed(actor: Actor, kind_name: str) -> Kind:
    """The kind, if the actor may import it. Raises Denied or Refused."""
    actor.require(Perm.IMPORTS_RUN)
    kind = matching.kind_for(actor, kind_name)
    actor.require(kind.perm)
    return kind


def upload(
    actor: Actor,
    kind: str,
    files: Sequence[Upload],
    *,
    preset: str = "",
    options: Mapping[str, str] | None = None,
) -> ImportRun:
    """Keep the uploaded file (or the several files of one preset) and propose how to read it.

    `files` are (name, open binary file). Raises Refused when it cannot be read; nothing stays then.
    """
    found_kind, reading = allowed(actor, kind), checked_options(options or {})
    if not files:
        raise Refused("Choose a file.")
    kept: list[dict[str, Any]] = []
    with ExitStack() as undo:
        undo.callback(lambda: _delete_files([part["name"] for part in kept]))
        for name, file in files:
            kept.append(_keep(actor, name, file))
        with transaction.atomic():
            run = _opened(actor, found_kind, kept, preset, reading)
            audit.record(actor, "import.uploaded", run, {"file": ("", run.filename)})
        undo.pop_all()
    return run


def _keep(actor: Actor, filename: str, file: IO[bytes]) -> dict[str, Any]:
    """Stream a file into our storage, under a name of our own."""
    filename = PurePath(filename.replace("\\", "/")).name[-200:] or "file"
    ending = PurePath(filename).suffix.lower()[:8]
    safe = ending if ending[1:].isalnum() else ""
    name = f"imports/{actor.workspace.pk}/{uuid4().hex}{safe}"
    try:
        default_storage.save(name, file if isinstance(file, File) else File(file))
    except OSError as trouble:
        default_storage.delete(name)
        raise Refused(NO_ROOM) if trouble.errno in FULL else trouble from trouble
    path = default_storage.path(name)
    digest, size = hashlib.sha256(), 0
    with open(path, "rb") as saved:
        while chunk := saved.read(1 << 20):
            digest.update(chunk)
            size += len(chunk)
    part = {"name": name, "filename": filename, "size": size, "sha256": digest.hexdigest()}
    if size > settings.IMPORT_MAX_BYTES:
        default_storage.delete(name)
        limit = settings.IMPORT_MAX_BYTES // 1024**2
        raise Refused(f"“{filename}” is larger than {limit:,} MB. Split it and import the parts.")
    return part


def _opened(
    actor: Actor, kind: Kind, kept: list[dict[str, Any]], preset: str, options: dict[str, str]
) -> ImportRun:
    """The import of the kept files, with a first proposal."""
    sources = [open_source(stored(part["name"]), part["filename"], options) for part in kept]
    joined = _joining(kind, preset, kept, sources)
    if joined:
        order = list(joined.files)
        for part, source in zip(kept, sources, strict=True):
            part["role"] = matching.role_of(joined, source.headers)
        pairs = sorted(zip(kept, sources, strict=True), key=lambda p: order.index(p[0]["role"]))
        kept, sources = [part for part, _ in pairs], [source for _, source in pairs]
    main, source = kept[0], sources[0]
    proposal = (
        matching.Proposal(joined.name)
        if joined
        else matching.propose(kind, source.headers, actor.workspace.pk, preset)
    )
    return ImportRun.objects.create(
        workspace=actor.workspace,
        kind=kind.name,
        preset=proposal.preset,
        file=main["name"],
        filename=main["filename"],
        size=main["size"],
        sha256=main["sha256"],
        parts=kept[1:],
        encoding=source.encoding,
        delimiter=source.delimiter,
        sheet=source.sheet,
        columns=source.headers,
        mapping=proposal.mapping,
        options=proposal.options | options,
        created_by=actor.user,
    )


def _joining(
    kind: Kind, preset: str, kept: list[dict[str, Any]], sources: list[Source]
) -> Preset | None:
    """The preset that joins these files, None for a single ordinary file. Raises Refused."""
    chosen = matching.preset_of(preset, kind.name)
    headers = [source.headers for source in sources]
    if chosen is None or not chosen.files:
        if len(kept) == 1 and chosen is not None:
            return None
        found = matching.several_files(kind.name, headers)
        if found is None and len(kept) > 1:
            _refuse_several(kind, kept, headers)
        return found
    roles = [matching.role_of(chosen, each) for each in headers]
    for part, role in zip(kept, roles, strict=True):
        if not role:
            raise Refused(f"“{part['filename']}” is none of the files of {chosen.label}.")
        if roles.count(role) > 1:
            raise Refused(f"The {role} file was given more than once.")
    missing = set(chosen.files) - chosen.optional - set(roles)
    if missing:
        raise Refused(f"{chosen.label} also needs: {', '.join(sorted(missing))}.")
    return chosen


def _refuse_several(
    kind: Kind, kept: Sequence[Mapping[str, Any]], headers: Sequence[Sequence[str]]
) -> NoReturn:
    """Say which of these files are too many, or which one is missing. Raises Refused."""
    near = matching.left_over(kind.name, headers)
    if near is None:
        raise Refused(
            "These files do not belong together as far as we know. Import them one by one."
        )
    preset, surplus, needed = near
    if needed:
        asked = "; ".join(
            f"its {role} file (columns {', '.join(sorted(preset.files[role]))})" for role in needed
        )
        raise Refused(f"This is a part of {preset.label}. Choose with it, at once: {asked}.")
    names = ", ".join(f"“{kept[place]['filename']}”" for place in surplus)
    if not names:
        raise Refused(f"{preset.label}: one of the files was given more than once.")
    raise Refused(f"{preset.label}: leave out {names}, and choose the other files again.")


def _locked(actor: Actor, run_id: int) -> ImportRun:
    """The import, locked, with its true state. Raises NotFound or Denied."""
    actor.require(Perm.IMPORTS_RUN)
    run = (
        ImportRun.objects.visible_to(actor)
        .select_related("workspace")
        .select_for_update(no_key=True, of=("self",))
        .filter(pk=run_id)
        .first()
    )
    if run is None:
        raise NotFound("There is no such import.")
    kind = matching.kind_for(actor, run.kind)
    actor.require(kind.perm)
    if not set(run.mapping) <= {column.name for column in kind.columns}:
        raise Denied("This import fills fields that your role may not see.")
    return _reconciled(run)


def _reconciled(run: ImportRun) -> ImportRun:
    """A busy import whose job is over has failed with it, or was cancelled while it waited."""
    if run.state in BUSY and run.job_id:
        job = Job.objects.in_workspace(run.workspace_id).filter(pk=run.job_id).first()
        if job is not None and job.state in (JobState.FAILED, JobState.CANCELLED):
            cancelled = job.state == JobState.CANCELLED
            run.state = ImportState.CANCELLED if cancelled else ImportState.FAILED
            run.save(update_fields=["state"])
    return run


@transaction.atomic
def reconcile(actor: Actor, run_id: int) -> ImportRun:
    """The import with its true state, whatever became of its worker."""
    actor.require(Perm.IMPORTS_RUN)
    return _locked(actor, run_id)


def _open(actor: Actor, run_id: int) -> ImportRun:
    """The import while it can still be changed. Raises Refused."""
    run = _locked(actor, run_id)
    if run.state in BUSY:
        raise Refused("This import is being worked on. Wait for it, or cancel it.")
    if run.state not in OPEN:
        raise Refused("This import is done. Upload the file again to import it once more.")
    return run


@transaction.atomic
def set_mapping(
    actor: Actor,
    run_id: int,
    mapping: Mapping[str, str],
    *,
    preset: str = "",
    options: Mapping[str, str] | None = None,
) -> ImportRun:
    """Say which column is which field, {field: column}, and how to read it; it is remembered."""
    actor.require(Perm.IMPORTS_RUN)
    run = _open(actor, run_id)
    kind, chosen = matching.kind_for(actor, run.kind), matching.preset_of(preset, run.kind)
    if chosen and chosen.files and not run.parts and len(chosen.files) - len(chosen.optional) > 1:
        raise Refused(f"{chosen.label} needs several files. Upload them together.")
    if options is not None:
        run.options = checked_options(options)
    run.preset = preset
    source = source_of(run)
    run.columns, run.encoding, run.delimiter = source.headers, source.encoding, source.delimiter
    run.sheet = source.sheet
    by_preset = chosen is not None and bool(chosen.transform or chosen.combine)
    run.mapping = {name: text for name, text in mapping.items() if text and not by_preset}
    matching.check_mapping(kind, chosen, run.mapping, run.columns)
    run.state, run.counts, run.edits = ImportState.UPLOADED, {}, {}
    run.job = None  # an earlier job that is run again finds nothing to do: its rows are outdated
    run.version += 1
    run.save()
    kept = run.options | ({"preset": preset} if preset else {})
    matching.remember(run.workspace_id, run.kind, run.columns, run.mapping, kept)
    return run


@transaction.atomic
def check(actor: Actor, run_id: int) -> ImportRun:
    """Start the dry run over all rows."""
    actor.require(Perm.IMPORTS_RUN)
    run = _open(actor, run_id)
    chosen = matching.preset_of(run.preset, run.kind)
    matching.check_mapping(matching.kind_for(actor, run.kind), chosen, run.mapping, run.columns)
    return _start(actor, run, ImportState.CHECKING, "check_import", f"Check {run.filename}")


@transaction.atomic
def choose(
    actor: Actor, run_id: int, *, on_existing: str | None = None, keep_good: bool | None = None
) -> ImportRun:
    """Decide what happens to rows that exist, and whether good rows go in without the bad."""
    actor.require(Perm.IMPORTS_RUN)
    run = _open(actor, run_id)
    if on_existing is not None:
        if on_existing not in OnExisting.values:
            raise Refused(f"“{on_existing}” is no choice. Use: {', '.join(OnExisting.values)}.")
        run.on_existing = on_existing
    if keep_good is not None:
        run.keep_good = keep_good
    run.save(update_fields=["on_existing", "keep_good"])
    return run


@transaction.atomic
def edit_cell(
    actor: Actor, run_id: int, row_no: int, field: str, text: str
) -> list[checking.Issue]:
    """Correct one cell and check its row again; returns the problems the row still has."""
    actor.require(Perm.IMPORTS_RUN)
    run = _open(actor, run_id)
    if run.state != ImportState.CHECKED or not staging.exists(run):
        raise Refused("Check the file first; then its cells can be corrected.")
    if field not in {column.name for column in matching.kind_for(actor, run.kind).columns}:
        raise Refused("Choose the cell to correct.")
    if CONTROL.search(text):
        raise Refused("The text has a control character. Type it again without.")
    row = run.edits.setdefault(str(row_no), {})
    row[field] = text[:10_000]
    if sum(map(len, run.edits.values())) > MAX_EDITS:
        raise Refused(f"{MAX_EDITS:,} cells were corrected here. Correct the rest in the file.")
    stage = staging.stage_of(run, actor, lambda done, total, phase: None)
    left = checking.check_row(run, stage, row_no, field, row[field])
    run.counts = run.counts | checking.counts_of(stage.table, stage.issues)
    run.save(update_fields=["edits", "counts"])
    return left


@transaction.atomic
def start(actor: Actor, run_id: int) -> ImportRun:
    """Start the merge of a checked file."""
    actor.require(Perm.IMPORTS_RUN)
    run = _open(actor, run_id)
    if run.state != ImportState.CHECKED and "ok" not in run.counts:
        raise Refused("Check the file first.")
    if run.counts["errors"] and not run.keep_good:
        raise Refused(
            f"{run.counts['errors']:,} rows have problems. Correct them, or choose to import the "
            "good rows only."
        )
    if not run.counts["ok"]:
        raise Refused("There is no row that could be imported.")
    return _start(actor, run, ImportState.RUNNING, "run_import", f"Import {run.filename}")


def _start(actor: Actor, run: ImportRun, state: ImportState, kind: str, title: str) -> ImportRun:
    params = {"run": run.pk, "channel": "import"}
    run.job = jobs.start(actor, kind, title, params, total=run.counts.get("rows", 0))
    run.state = state
    run.save(update_fields=["job", "state"])
    return run


@transaction.atomic
def cancel(actor: Actor, run_id: int) -> ImportRun:
    """Stop the check or the merge; a merge that has not committed leaves nothing."""
    actor.require(Perm.IMPORTS_RUN)
    run = _locked(actor, run_id)
    if run.state not in BUSY or run.job_id is None:
        raise Refused("Nothing is running that could be cancelled.")
    jobs.cancel(actor, run.job_id)
    return _reconciled(run)


@transaction.atomic
def undo(actor: Actor, run_id: int) -> ImportRun:
    """Start taking a finished import back."""
    actor.require(Perm.IMPORTS_RUN)
    run = _locked(actor, run_id)
    if run.state != ImportState.DONE:
        raise Refused("Only a finished import can be undone.")
    if run.job and not run.job.is_over and run.job.kind == "undo_import":
        raise Refused("This import is being undone already.")
    return _start(actor, run, ImportState.DONE, "undo_import", f"Undo {run.filename}")


@transaction.atomic
def discard(actor: Actor, run_id: int) -> None:
    """Throw away an import that has not changed anything, with its file."""
    actor.require(Perm.IMPORTS_RUN)
    run = _open(actor, run_id)
    audit.record(actor, "import.discarded", run, {"file": (run.filename, "")})
    names = [run.file.name, *(part["name"] for part in run.parts)]
    staging.drop(run.pk)
    run.delete()
    transaction.on_commit(partial(_delete_files, [name for name in names if name]))


def _delete_files(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)
