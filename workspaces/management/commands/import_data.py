"""Import files from the terminal: the same checks, the same merge, the same undo as the pages."""

import argparse
import sys
import threading
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection

from core.errors import DomainError
from workspaces.access.actor import Actor
from workspaces.access.doors import actor_for
from workspaces.access.roles import Role
from workspaces.imports import checking, services
from workspaces.imports.kinds import PRESETS
from workspaces.imports.matching import kind_of, several_files
from workspaces.imports.merging import counted, told
from workspaces.imports.models import ImportRun, ImportState, OnExisting
from workspaces.imports.reading import open_source
from workspaces.imports.registered import known
from workspaces.jobs.models import Job
from workspaces.jobs.running import RunningJob
from workspaces.members.models import Membership, User

SHOWN = 20
LOOK_SECONDS = 0.2
BAR = 30


class Command(BaseCommand):
    """Exit code 0 when everything asked for was done; otherwise 1 and the reason in words."""

    help = "Import records of any kind from files: products, orders, tasks and so on."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("kind", choices=sorted(known()))
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument("--workspace", required=True, metavar="SLUG")
        parser.add_argument("--preset", default="", help=", ".join(sorted(PRESETS)) or None)
        parser.add_argument(
            "--map", action="append", default=[], metavar="FIELD=COLUMN", help="may be repeated"
        )
        parser.add_argument("--on-existing", choices=OnExisting.values, default=OnExisting.UPDATE)
        parser.add_argument("--keep-good", action="store_true", help="leave bad rows out")
        parser.add_argument("--date-order", choices=["dmy", "mdy"], default="")
        parser.add_argument("--decimal", choices=[".", ","], default="")
        parser.add_argument("--encoding", default="")
        parser.add_argument("--as", dest="email", default="", help="member who imports (an owner)")
        parser.add_argument(
            "--dry-run", action="store_true", help="check every row, change nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        files: list[Path] = options["files"]
        for path in files:
            if not path.is_file():
                raise CommandError(f"There is no file {path}.")
        try:
            actor = _actor(options["workspace"], options["email"])
            for together in _batches(options["kind"], options["preset"], files):
                self._import(actor, together, options)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        except OperationalError as away:
            if connection.connection is not None:
                raise
            raise CommandError(
                "The database does not answer. On a workstation, start PM Workspace with "
                "`make run` in another terminal, then try again."
            ) from away

    def _import(self, actor: Actor, files: list[Path], options: dict[str, Any]) -> None:
        names = ", ".join(path.name for path in files)
        run = _uploaded(actor, files, options)
        run = self._work(actor, services.check(actor, run.pk), f"Checking {names}")
        errors = run.counts["errors"]
        self.stdout.write(f"{names}: {run.counts['rows']:,} rows, {errors:,} with problems")
        if errors:
            self._problems(run)
        if options["dry_run"] or (errors and not options["keep_good"]):
            services.discard(actor, run.pk)
            if errors:
                raise CommandError("Nothing was changed. Mend the rows, or use --keep-good.")
            return
        services.choose(
            actor, run.pk, on_existing=options["on_existing"], keep_good=options["keep_good"]
        )
        run = self._work(actor, services.start(actor, run.pk), f"Importing {names}")
        lines = [*told(run.counts["created"], "created"), *told(run.counts["updated"], "updated")]
        rows = run.counts["accounted"]
        lines.append(
            f"{counted(rows['read'], 'rows')} read: {rows['made']:,} made something new, "
            f"{rows['changed']:,} changed something, {rows['unchanged']:,} unchanged, "
            f"{rows['left_out']:,} left out"
        )
        self.stdout.write("\n".join(f"  {line}" for line in lines))

    def _problems(self, run: ImportRun) -> None:
        labels = {column.name: column.label for column in kind_of(run.kind, run.workspace).columns}
        for issue in checking.issues_of_rows(run, limit=SHOWN):
            where = f"line {issue.line}, {labels.get(issue.field, 'the row')}"
            self.stderr.write(f"  {where}: {issue.message} {issue.remedy}")
        if run.counts["issues"] > SHOWN:
            self.stderr.write(f"  … and {run.counts['issues'] - SHOWN:,} more")

    def _work(self, actor: Actor, run: ImportRun, title: str) -> ImportRun:
        """Do the job here unless a worker was faster, and show how far it is."""
        job_id = run.job_id or 0
        worker = threading.Thread(target=_take, args=[job_id], daemon=True)
        worker.start()
        bar = _Bar(title)
        try:
            while not (job := Job.objects.in_workspace(run.workspace_id).get(pk=job_id)).is_over:
                bar.show(job)
                sleep(LOOK_SECONDS)
        except KeyboardInterrupt:
            services.cancel(actor, run.pk)
            worker.join()
            raise CommandError("Cancelled. Nothing was changed.") from None
        worker.join()
        bar.end()
        run = services.reconcile(actor, run.pk)
        if run.state not in (ImportState.CHECKED, ImportState.DONE):
            raise CommandError(f"{job.error or job.get_state_display()} Nothing was changed.")
        return run


def _take(job_id: int) -> None:
    try:
        job = Job.objects.claim(job_id)
        if job is not None:
            RunningJob(job).run()
    finally:
        connection.close()


def _actor(slug: str, email: str) -> Actor:
    """The member named, or an owner of the workspace."""
    people = Membership.objects.active().filter(workspace__slug=slug).select_related("user")
    if not people.exists():
        raise CommandError(f"There is no workspace “{slug}”. Its name stands in its address: /w/…/")
    if email:
        user = User.objects.filter(email__iexact=email).first()
    else:
        owner = people.filter(role=Role.OWNER).order_by("pk").first()
        user = owner.user if owner else None
    if user is None:
        raise CommandError(f"{email or 'An owner'} is not a member of the workspace “{slug}”.")
    return actor_for(user, slug, channel="command")


def _batches(kind: str, preset: str, files: list[Path]) -> list[list[Path]]:
    """Files that one preset joins go together; others one after another."""
    if preset in PRESETS:
        joins = bool(PRESETS[preset].files)
    else:
        joins = len(files) > 1 and bool(
            several_files(kind, [open_source(path, path.name, {}).headers for path in files])
        )
    return [files] if joins else [[path] for path in files]


def _uploaded(actor: Actor, files: list[Path], options: dict[str, Any]) -> ImportRun:
    names = ("date_order", "decimal", "encoding")
    reading = {name: options[name] for name in names if options[name]}
    opened = [(path.name, path.open("rb")) for path in files]
    try:
        run = services.upload(
            actor, options["kind"], opened, preset=options["preset"], options=reading
        )
    finally:
        for _, file in opened:
            file.close()
    given = dict(_pair(text) for text in options["map"])
    if given:
        mapping = {**run.mapping, **given}
        run = services.set_mapping(actor, run.pk, mapping, preset=run.preset, options=run.options)
    return run


def _pair(text: str) -> tuple[str, str]:
    field, sign, column = text.partition("=")
    if not sign:
        raise CommandError(f"--map {text}: write FIELD=COLUMN.")
    return field.strip(), column.strip()


class _Bar:
    """Progress on stderr: a bar on a terminal, a line now and then elsewhere."""

    def __init__(self, title: str) -> None:
        self._title, self._last, self._live = title, 0.0, sys.stderr.isatty()

    def show(self, job: Job) -> None:
        if not self._live and monotonic() - self._last < 5:
            return
        self._last = monotonic()
        share = min(job.done / job.total, 1) if job.total else 0
        filled = "█" * round(share * BAR)
        line = f"{self._title} {filled:░<{BAR}} {share:4.0%} {job.phase}"
        sys.stderr.write(f"\r\x1b[K{line[:150]}" if self._live else line + "\n")
        sys.stderr.flush()

    def end(self) -> None:
        if self._live:
            sys.stderr.write("\r\x1b[K")
