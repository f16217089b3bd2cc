"""Celery's workers and clock on one machine, forked from one process that has loaded everything.

Each by itself would hold the whole product in memory; forked after loading, they share it. One that
ends is forked again after a pause, and all end with their parent. Where memory is no matter,
`celery -A pm_workspace` with the same words does the same.
"""

import contextlib
import gc
import os
import signal
import sys
import time
from types import FrameType

from pm_workspace.local.processes import die_with_parent

WORKERS = {
    "people": ("-Q", "interactive,metrics", "-c", "2"),  # what people wait for
    "imports": ("-Q", "imports", "-c", "1"),
    "beat": (),
    # threads: it waits for other people's servers, and a slow one delays no page
    "outgoing": ("-Q", "outgoing", "-P", "threads", "-c", "8"),
}
USUAL = ("worker", "--loglevel", "WARNING", "--without-mingle", "--without-gossip")
PAUSE_SECONDS, LOOK_SECONDS = 0.5, 0.1
PATIENCE_SECONDS = 15.0  # a worker that looks for a lost broker hears no other end than this


def load() -> None:
    """Import all that a worker needs; frozen objects are left alone by every later collection."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pm_workspace.settings")
    import django

    django.setup()
    from pm_workspace.celery import app

    app.loader.import_default_modules()
    app.finalize()
    gc.collect()
    gc.freeze()


class Workers:
    """Keeps one process of each name until told to stop. `schedule` is the clock's file."""

    def __init__(self, schedule: str) -> None:
        self._schedule = schedule
        self._names: dict[int, str] = {}
        self._due = dict.fromkeys(WORKERS, 0.0)
        self._stopping = False
        self._end = float("inf")

    def run(self) -> None:
        """Fork, and fork again what ends, until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while self._names or not self._stopping:
            for name in [] if self._stopping else list(WORKERS):
                if name in self._due and time.monotonic() >= self._due[name]:
                    self._fork(name)
            self._reap()
            if time.monotonic() > self._end:
                self._tell(signal.SIGKILL)
            time.sleep(LOOK_SECONDS)

    def _fork(self, name: str) -> None:
        pid = os.fork()
        if pid == 0:
            _work(name, self._schedule)
        self._names[pid] = name
        del self._due[name]

    def _reap(self) -> None:
        for pid in list(self._names):
            if os.waitpid(pid, os.WNOHANG)[0]:
                self._due[self._names.pop(pid)] = time.monotonic() + PAUSE_SECONDS

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping, self._end = True, time.monotonic() + PATIENCE_SECONDS
        self._tell(signal.SIGTERM)

    def _tell(self, number: signal.Signals) -> None:
        for pid in self._names:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)


def _work(name: str, schedule: str) -> None:
    """In the forked process: be the clock, or the worker of this name; never returns."""
    code = 1
    try:
        die_with_parent(signal.SIGTERM)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        from pm_workspace.celery import app

        if name == "beat":
            app.Beat(schedule=schedule, loglevel="WARNING", quiet=True).run()
        else:
            app.worker_main([*USUAL, *WORKERS[name], "-n", f"{name}@%h"])
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    load()
    Workers(sys.argv[1]).run()
