"""A whole PM Workspace of its own, started by its command, for tests that kill and restart it."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from itertools import count
from pathlib import Path

import psutil
import psycopg2

from pm_workspace.local.places import BASE_DIR, socket_dir

ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")
OURS = ("PM_STATE", "PM_TEST_STATE", "DATABASE_URL", "REDIS_URL", "PORT")
OURS += ("DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE")
NUMBERS = count()


def surroundings(**more: str) -> dict[str, str]:
    """The environment without what the test run set for itself."""
    return {name: text for name, text in os.environ.items() if name not in OURS} | more


def until(true: Callable[[], object], seconds: float, what: str) -> float:
    """Wait until `true()`; how long it took. Fails, naming `what`, when it does not come."""
    start = time.monotonic()
    while not true():
        assert time.monotonic() - start < seconds, f"{what}: not within {seconds} s"
        time.sleep(0.05)
    return time.monotonic() - start


class Running:
    """One `manage.py up` on a state folder."""

    def __init__(self, state: Path, *, sample: bool = False, **environment: str) -> None:
        self.state = state
        state.mkdir(parents=True, exist_ok=True)
        self.output = state.with_name(f"{state.name}-{next(NUMBERS)}.out")
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", *([] if sample else ["--no-sample"])],
                cwd=BASE_DIR,
                env=surroundings(PM_STATE=str(state), **environment),
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_text()

    def ready(self, seconds: float = 120) -> "Running":
        """Wait until it has printed its address."""

        def settled() -> bool:
            return bool(ADDRESS.search(self.said())) or self.process.poll() is not None

        until(settled, seconds, "ready")
        assert ADDRESS.search(self.said()), self.said()
        return self

    @property
    def port(self) -> int:
        found = ADDRESS.search(self.said())
        assert found
        return int(found.group(1))

    def answers(self, path: str = "/healthz") -> int:
        """The status of a page; 0 when nobody listens."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as page:
                return int(page.status)
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            return 0

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, word: str) -> psutil.Process:
        """The server or master process whose command line has this word; waits for it."""
        found: list[psutil.Process] = []

        def look() -> bool:
            named = {each.pid: each for each in self.children() if word in command(each)}
            found[:] = [each for each in named.values() if parent(each) not in named]
            return bool(found)

        until(look, 60, f"{word} runs")
        return found[0]

    def commands(self) -> str:
        """The command lines of everything it runs."""
        return " ".join(map(command, self.children()))

    def query(self, statement: str) -> list[tuple[object, ...]]:
        """Ask its database directly; what is written is committed."""
        connection = psycopg2.connect(
            host=str(socket_dir(self.state)), user="postgres", dbname="pm_workspace"
        )
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            rows = cursor.fetchall() if cursor.description else []
        connection.close()
        return rows

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def kill_all(self) -> None:
        """Power off: every process of it at once."""
        everyone = [psutil.Process(self.process.pid), *self.children()]
        for process in everyone:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait()
        psutil.wait_procs(everyone, 20)


def command(process: psutil.Process) -> str:
    """Its command line; empty when it has just ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def parent(process: psutil.Process) -> int:
    """Its parent's id; 0 when it has just ended."""
    try:
        return int(process.ppid())
    except psutil.Error:
        return 0


def gone(processes: list[psutil.Process]) -> bool:
    return not any(map(_lives, processes))


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def copy_state(source: Path, target: Path) -> Path:
    """A stopped state under another name, so that a test need not migrate again."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("run", "log"))
    return target
