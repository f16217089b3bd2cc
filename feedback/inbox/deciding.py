"""Putting away all notes that say the same, where they are too many for one request."""

from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID, uuid4

from core.errors import NotFound
from feedback.inbox import services_triage
from feedback.inbox.folding import GIST
from feedback.inbox.models import Note
from feedback.inbox.queue import Asked
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.jobs import services as jobs
from workspaces.jobs.models import Job
from workspaces.jobs.registry import JobKind
from workspaces.jobs.registry import register as register_job
from workspaces.jobs.running import RunningJob

KIND = "decide_notes"


def start(actor: Actor, asked: Asked, pk: int, state: str) -> Job:
    """Move all that say what one note says, of those asked for, as a job. Raises Denied."""
    actor.require(Perm.FEEDBACK_EDIT)
    row = Note.objects.visible_to(actor).filter(pk=pk).annotate(gist=GIST).first()
    if row is None:
        raise NotFound("That note no longer exists.")
    params: dict[str, Any] = {"gist": row.gist, "asked": asked.here, "state": state}
    return jobs.start(actor, KIND, "Put notes away", params | {"batch": str(uuid4())})


def run(job: RunningJob) -> None:
    """Some at a time, all in one batch of the history. Safe to run twice."""
    actor, params = job.actor(), job.params
    rows = Asked.read(dict(parse_qsl(params["asked"]))).rows(actor).annotate(gist=GIST)
    rows = rows.filter(gist=params["gist"]).exclude(state=params["state"]).order_by("pk")
    total, done = rows.count(), 0
    while some := list(rows.values_list("pk", flat=True)[: services_triage.MOST]):
        job.advance(done, total, "Putting notes away")
        services_triage.set_state(actor, some, params["state"], UUID(params["batch"]))
        done += len(some)
    job.result = {"notes": done}


def register() -> None:
    """Called from the app's ready()."""
    register_job(JobKind(KIND, "Put notes away", run, bulk=True, undoable=True))
