"""What a worker knows when nothing but the worker was loaded."""

import subprocess
import sys

from pm_workspace.local.places import BASE_DIR
from pm_workspace.schedule import BEAT, ROUTES

NAMES = """
from pm_workspace.celery import app
app.loader.import_default_modules()
print(*app.tasks)
"""


def test_a_worker_knows_every_task_that_is_rung_by_the_clock_or_sent_to_a_queue():
    done = subprocess.run(
        [sys.executable, "-c", NAMES], cwd=BASE_DIR, capture_output=True, text=True, check=True
    )
    known = set(done.stdout.split())
    assert {entry["task"] for entry in BEAT.values()} <= known
    assert {name for name in ROUTES if "*" not in name} <= known
