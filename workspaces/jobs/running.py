"""A job while a worker has it: progress, heartbeat, cancelling, and always an outcome."""

import json
import logging
import threading
from typing import Any

from django.db import DatabaseError, connection
from django.db.models.expressions import RawSQL
from django.utils import timezone

from core.errors import DomainError
from workspaces.access.actor import Actor
from workspaces.access.roles import Role
from workspaces.jobs.models import Job, JobState
from workspaces.jobs.registry import KINDS
from workspaces.members.models import Membership

log = logging.getLogger(__name__)
BEAT_SECONDS = 1.0
LONGEST_ERROR = 4_000


class Cancelled(Exception):
    """Somebody asked this job to stop; raised where it next reports progress."""


class Lost(Exception):
    """Another worker has taken this job over; what this one does must not be kept."""


class RunningJob:
    """One attempt at a job. Progress is written by a thread of its own, so that it shows
    while the work holds a transaction open."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.params: dict[str, Any] = job.params
        self.result: dict[str, Any] = {}
        self._progress: dict[str, Any] = {"done": 0, "total": job.total, "phase": ""}
        self._lines: list[list[str]] = []
        self._stop = threading.Event()
        self._cancelled = self._lost = False
        self._thread = threading.Thread(target=self._beat, name=f"job-{job.pk}", daemon=True)

    def actor(self) -> Actor:
        """Whoever started it, with the role they have now. Raises DomainError when they left."""
        membership = (
            Membership.objects.active()
            .filter(workspace=self.job.workspace_id, user=self.job.created_by_id)
            .select_related("user")
            .first()
        )
        if membership is None:
            raise DomainError("Whoever started this job is no longer a member.")
        channel = self.params.get("channel", "worker")
        return Actor(membership.user, self.job.workspace, Role(membership.role), channel)

    def advance(self, done: int, total: int = 0, phase: str = "") -> None:
        """Say how far the work is. Raises Cancelled or Lost when it must stop."""
        total = total or self._progress["total"]
        self._progress = {"done": done, "total": total, "phase": phase[:80]}
        self.check()

    def check(self) -> None:
        """Raise Cancelled or Lost when the work must stop."""
        if self._lost:
            raise Lost
        if self._cancelled:
            raise Cancelled

    def confirm(self) -> None:
        """Inside the work's transaction, last: hold the row, so that only its owner commits."""
        held = (
            Job.objects.select_for_update(no_key=True)
            .filter(pk=self.job.pk, attempts=self.job.attempts, state=JobState.RUNNING)
            .first()
        )
        if held is None:
            raise Lost
        if held.cancel_requested:
            raise Cancelled

    def log(self, text: str) -> None:
        """Add a line to the job's log."""
        self._lines.append([timezone.now().isoformat(timespec="seconds"), text])

    def run(self) -> None:
        """Do the work and record how it ended, whatever happens."""
        self._thread.start()
        state, error = JobState.FAILED, ""
        try:
            KINDS[self.job.kind].run(self)
            state = JobState.SUCCEEDED
        except Cancelled:
            state = JobState.CANCELLED
        except Lost:
            log.warning("job %s was taken over by another worker", self.job.pk)
            return
        except DomainError as refusal:
            error = str(refusal)
        except Exception as failure:  # the outermost frame of a job: every end is recorded
            log.exception("job %s failed", self.job.pk)
            error = f"{type(failure).__name__}: {failure}"
        finally:
            self._stop.set()
            self._thread.join(timeout=30)
        self._finish(state, error)

    def _finish(self, state: JobState, error: str) -> None:
        now = timezone.now()
        self._write(
            state=state,
            error=error[:LONGEST_ERROR],
            result=self.result,
            finished_at=now,
            **self._progress,
        )

    def _write(self, **fields: Any) -> bool:
        """Update the row if it is still this attempt's; new log lines go along."""
        lines, self._lines = self._lines, []
        if lines:
            fields["log"] = RawSQL("log || %s::jsonb", [_json(lines)])
        mine = Job.objects.filter(
            pk=self.job.pk, attempts=self.job.attempts, state=JobState.RUNNING
        )
        return bool(mine.update(heartbeat_at=timezone.now(), **fields))

    def _beat(self) -> None:
        """Once a second: write progress, notice a cancel or takeover. Survives a lost database."""
        while not self._stop.wait(BEAT_SECONDS):
            try:
                self._lost = not self._write(**self._progress)
                self._cancelled = Job.objects.filter(pk=self.job.pk, cancel_requested=True).exists()
            except DatabaseError as outage:
                log.warning("job %s could not beat: %s", self.job.pk, outage)
                connection.close()
        connection.close()


def _json(lines: list[list[str]]) -> str:
    return json.dumps(lines)
