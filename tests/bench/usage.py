"""What everything together holds in memory after some use: web, workers, model and databases."""

import contextlib
import os
import time
from pathlib import Path

from django.db import connection

from pm_workspace.local.programs import listen
from tests.bench.load import Act, perform
from tests.bench.machine import shares_of
from tests.bench.pages import signed_in
from tests.bench.stack import background, first_answer
from tests.bench.table import Line, Table
from tests.bench.work import edit_and_wait
from workspaces.members.models import Workspace

LIMIT_MB = 600
PATHS = ("/", "/products/", "/products/?q=jacket", "/orders/", "/feedback/", "/metrics/", "/jobs/")
VISITS, EDITS = 350, 20
PAUSE_SECONDS = 60  # people read, too: children and the model that nobody needs have left by then
PROGRAMS = ("local.forks", "meaning_worker", "valkey", "postgres")


def whole_stack(workspace: Workspace, table: Table, logs: Path) -> None:
    """Pages are opened and orders edited; then the memory of every process is added up.

    Proportional memory: what processes share is counted once. This program itself is left out.
    """
    headers = signed_in(workspace)
    door = listen(0)
    with contextlib.closing(door), background(logs, meaning=True, door=door):
        port = door.getsockname()[1]
        first_answer(port, "/healthz")
        for number in range(VISITS):
            path = f"/w/{workspace.slug}{PATHS[number % len(PATHS)]}"
            perform(port, Act("GET", path, headers))
        for number in range(EDITS):
            edit_and_wait(workspace, 300 + number)
        connection.close()  # what filling took in the database is no part of the stack
        time.sleep(PAUSE_SECONDS)
        shares = shares_of(os.getpid(), PROGRAMS)
    total = sum(shares.values())
    why = ", ".join(f"{word} {share:,.0f} MB" for word, share in shares.items() if share) + "."
    table.add(
        Line(
            "",
            f"the whole stack, a minute after {VISITS} pages",
            total,
            None,
            LIMIT_MB,
            "MB",
            why=why,
        )
    )
