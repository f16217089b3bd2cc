"""Web, workers and clock on one machine, forked from one process that has loaded everything.

Each by itself would hold the whole product in memory; forked after loading, they share it. One that
ends is forked again after a pause, and all end with their parent. Where memory is no matter,
`gunicorn` and `celery -A pm_workspace` with the same words do the same.
"""

import argparse
import contextlib
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

import redis

from pm_workspace.local.processes import die_with_parent

WEB_WORDS = (
    *("pm_workspace.wsgi", "--config", "python:pm_workspace.local.sharing", "--workers", "2"),
    # Threads, because a browser opens connections ahead of use, and one would hold a whole process.
    *("--worker-class", "gthread", "--threads", "4", "--no-control-socket"),
    # Forked anew after some hundred pages, a process gives back what the largest of them took. Who
    # downloads from it then is served to the end.
    *("--max-requests", "300", "--max-requests-jitter", "100"),
    *("--timeout", "120", "--graceful-timeout", "300"),
)
# Children that do nothing leave: what one import took in memory is given back.
WORKERS: dict[str, dict[str, Any]] = {
    "people": {"queues": "interactive,metrics", "autoscale": (2, 1)},  # what people wait for
    "imports": {"queues": "imports", "autoscale": (1, 0)},
    # threads: it waits for other people's servers, and a slow one delays no page
    "outgoing": {"queues": "outgoing", "pool_cls": "threads", "concurrency": 8},
}
# These run while their queue or their hands are full; waiting, each is 30 MB of nothing.
CALLED = ("imports", "outgoing")
SPARING = "pm_workspace.local.sparing:Sparing"
IMPORTED_LATER = (  # by each for itself, if the parent has not
    *(
        "celery.apps.worker",
        "celery.beat",
        "pm_workspace.local.sparing",
        "celery.worker.consumer",
    ),
    *("celery.concurrency.prefork", "celery.concurrency.thread", "kombu.transport.redis"),
    *("celery.events", "celery.app.log", "gunicorn.app.wsgiapp", "gunicorn.workers.gthread"),
)
PAUSE_SECONDS, LOOK_SECONDS = 0.5, 0.1
ASK_SECONDS, IDLE_SECONDS = 0.5, 60.0  # how often a queue is asked, how long a caller awaited
PATIENCE_SECONDS = 15.0  # a worker that looks for a lost broker hears no other end than this


def load() -> None:
    """Import all that any of them needs."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pm_workspace.settings")
    import django

    django.setup()
    from pm_workspace.celery import app
    from pm_workspace.local import sharing

    for name in IMPORTED_LATER:
        import_module(name)
    app.loader.import_default_modules()
    app.finalize()
    sharing.settle()


def serve(door: int) -> None:
    """The pages and the API, on an open socket."""
    from gunicorn.app.wsgiapp import WSGIApplication

    sys.argv = ["gunicorn", *WEB_WORDS, "--bind", f"fd://{door}"]
    WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]").run()


def work(name: str) -> None:
    """The worker of this name."""
    from pm_workspace.celery import app

    # not by its command line, which loads a library for prompts and its 150 modules
    usual: dict[str, Any] = {"loglevel": logging.WARNING, "autoscaler_cls": SPARING}
    usual |= {"without_mingle": True, "without_gossip": True}
    app.set_default()
    app.Worker(
        hostname=f"{name}@{socket.gethostname()}", quiet=True, **usual, **WORKERS[name]
    ).start()


def keep_clock(schedule: str) -> None:
    """The clock. `schedule` is the file that remembers when each task was last rung."""
    from celery.beat import Service
    from celery.platforms import set_process_title

    from pm_workspace.celery import app

    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))  # what was rung is kept then
    set_process_title("celery beat")
    Service(app, schedule_filename=schedule).start()


class Called:
    """Whether a worker is called for: something waits in its queue, or a child of it is at work.

    It is let go when nobody called for a minute. What comes in while it stops waits in the queue.
    A broker that is away calls nobody and lets nobody go.
    """

    def __init__(self, queue: str, broker: str) -> None:
        url = broker.replace("redis+socket:", "unix:").replace("?virtual_host=", "?db=")
        self._queue, self._broker = queue, url
        self._asked, self._last, self._answer = 0.0, 0.0, False

    def __call__(self, pid: int | None) -> bool:
        now = time.monotonic()
        if now >= self._asked + ASK_SECONDS:
            self._asked = now
            if self._waits() or (pid is not None and children_of(pid)):
                self._last, self._answer = now, True
            elif now >= self._last + IDLE_SECONDS:
                self._answer = False
        return self._answer

    def _waits(self) -> bool:
        try:
            with redis.Redis.from_url(self._broker, socket_timeout=1) as broker:
                return bool(broker.llen(self._queue))
        except redis.RedisError:
            return self._answer


def children_of(pid: int) -> str:
    """The processes that this one forked; empty when it has gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().strip()
    return ""


class Forks:
    """Keeps one process for each name until told to stop; each writes a log of its name.

    A name in `called` has its process only while that says so.
    """

    def __init__(
        self, logs: Path, acts: dict[str, Callable[[], None]], called: dict[str, Called]
    ) -> None:
        self._logs, self._acts, self._called = logs, acts, called
        self._names: dict[int, str] = {}
        self._told: set[int] = set()  # by pid, who was let go and has not gone yet
        self._due = dict.fromkeys(acts, 0.0)
        self._stopping = False
        self._end = float("inf")

    def run(self) -> None:
        """Fork, and fork again what ends, until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while self._names or not self._stopping:
            for name in [] if self._stopping else list(self._due):
                if time.monotonic() >= self._due[name] and self._wanted(name, None):
                    self._fork(name)
            for pid, name in self._names.items():
                if pid not in self._told and not self._wanted(name, pid):
                    self._told.add(pid)
                    self._tell(signal.SIGTERM, pid)
            self._reap()
            if time.monotonic() > self._end:
                self._tell(signal.SIGKILL)
            time.sleep(LOOK_SECONDS)

    def _wanted(self, name: str, pid: int | None) -> bool:
        return name not in self._called or self._called[name](pid)

    def _fork(self, name: str) -> None:
        pid = os.fork()
        if pid == 0:
            self._become(name)
        self._names[pid] = name
        del self._due[name]

    def _reap(self) -> None:
        for pid in list(self._names):
            if os.waitpid(pid, os.WNOHANG)[0]:
                self._told.discard(pid)
                self._due[self._names.pop(pid)] = time.monotonic() + PAUSE_SECONDS

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping, self._end = True, time.monotonic() + PATIENCE_SECONDS
        self._tell(signal.SIGTERM)

    def _tell(self, number: signal.Signals, *some: int) -> None:
        for pid in some or self._names:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def _become(self, name: str) -> None:
        """In the forked process: act under this name; never returns."""
        code = 1
        try:
            die_with_parent(signal.SIGTERM)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            log = os.open(self._logs / f"{name}.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            os.dup2(log, 1)
            os.dup2(log, 2)
            self._acts[name]()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)


def main(words: list[str]) -> None:
    """Run until told to stop; without `--door`, all but the web."""
    parser = argparse.ArgumentParser(prog="python -m pm_workspace.local.forks")
    parser.add_argument("--logs", type=Path, required=True)
    parser.add_argument("--schedule", required=True)
    parser.add_argument("--door", type=int, help="the open socket that the web answers on")
    asked = parser.parse_args(words)
    acts: dict[str, Callable[[], None]] = {}
    if asked.door is not None:
        acts["web"] = partial(serve, asked.door)
    acts |= {name: partial(work, name) for name in WORKERS}
    acts["clock"] = partial(keep_clock, asked.schedule)
    load()
    from django.conf import settings

    broker = settings.CELERY_BROKER_URL
    called = {name: Called(WORKERS[name]["queues"], broker) for name in CALLED}
    Forks(asked.logs, acts, called).run()


if __name__ == "__main__":
    main(sys.argv[1:])
