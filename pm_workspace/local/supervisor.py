"""One process that starts the others in order, keeps them running and stops them in order.

It imports neither Django nor a library of servers: it lives as long as all of them together.
"""

import argparse
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Protocol, TextIO

from pm_workspace.local.places import state_dir
from pm_workspace.local.postgres import Postgres
from pm_workspace.local.preparing import Prepared, prepare
from pm_workspace.local.programs import Program, listen, meaning, product
from pm_workspace.local.valkey import Valkey

LONGEST_PAUSE = 30.0
SECONDS_TO_BE_READY = 90
SECONDS_TO_BE_TRUSTED = 60  # what ran so long is started again without delay
STOPPING_ORDER = (
    ("product", "meaning"),
    ("valkey",),
    ("postgres",),
)


class Server(Protocol):
    """What the supervisor needs to know of something it keeps running."""

    @property
    def name(self) -> str: ...

    def start(self) -> subprocess.Popen[bytes]: ...


class Supervisor:
    """Keeps one checkout's processes. `state` is its folder; a lock in it admits one supervisor."""

    def __init__(self, state: Path, *, port: int = 0, sample: bool = True) -> None:
        self.state = state
        self.logs = state / "log"
        self.port = port
        self.sample = sample
        self._door: socket.socket | None = None  # held open, so that the web can be started again
        self._began = time.monotonic()
        self._stopping = False
        self._servers: dict[str, Server] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._pause: dict[str, float] = {}
        self._since: dict[str, float] = {}
        self._again: dict[str, float] = {}

    def run(self, *, once: bool = False) -> None:
        """Start everything, say where it is, and stay until a signal says stop."""
        self.logs.mkdir(parents=True, exist_ok=True)
        lock = self._lock()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        try:
            self._start_everything()
            while not self._stopping and not once:
                self._revive()
                time.sleep(0.2)
        finally:
            self._stop_everything()
            lock.close()

    def _start_everything(self) -> None:
        if not os.environ.get("DATABASE_URL"):
            postgres = Postgres(self.state)
            if not postgres.data.exists():
                self._say("making a database, which happens once …")
            new = postgres.create()
            self._keep(postgres)
            self._say("database ready" + (", new" if new else ""))
        if not os.environ.get("REDIS_URL"):
            self._keep(Valkey(self.state))
            self._say("broker ready")
        self._door = listen(self.port)
        self.port = self._door.getsockname()[1]
        found = Prepared()
        if not self._stopping:
            found = prepare("tables", self.state, self._say)
        self._say("starting web, workers and clock …")
        self._keep(product(self.logs, self._door))
        self._wait_for_web()
        for program in [] if self._stopping else meaning(self.logs):
            self._keep(program)
        if self.sample and found.empty and not self._stopping:
            found = prepare("sample", self.state, self._say)
        if not self._stopping:
            self._welcome(found)

    def _keep(self, server: Server) -> None:
        self._servers[server.name] = server
        self._running[server.name] = server.start()
        self._since[server.name] = time.monotonic()

    def _wait_for_web(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_BE_READY
        while not self._stopping:
            if _answers(self.port):
                break  # whatever it answers: it says itself what it lacks
            time.sleep(0.05)
            if self._running["product"].poll() is not None or time.monotonic() > deadline:
                logs = [self.logs / "product.log", self.logs / "web.log"]
                tail = "".join(each.read_text()[-1_500:] for each in logs if each.exists())
                raise SystemExit(f"The web did not start:\n{tail}")
        self._say("web ready")

    def _welcome(self, found: Prepared) -> None:
        lines = ["", f"  PM Workspace   http://127.0.0.1:{self.port}/", ""]
        lines += [f"  {line}" for line in found.logins]
        lines += ["", f"  Logs in {self.logs}. Ctrl-C stops everything; the data stays.", ""]
        _print("\n".join(lines))

    def _revive(self) -> None:
        """Start again what ended, after a pause that doubles each time."""
        now = time.monotonic()
        for name, process in list(self._running.items()):
            if process.poll() is None:
                continue
            if name not in self._again:
                if now - self._since[name] > SECONDS_TO_BE_TRUSTED:
                    self._pause.pop(name, None)
                pause = self._pause[name] = min(self._pause.get(name, 0.25) * 2, LONGEST_PAUSE)
                self._again[name] = now + pause
                self._say(f"{name} ended ({process.returncode}); again in {pause:.1f} s")
            elif now >= self._again[name]:
                del self._again[name]
                try:
                    self._keep(self._servers[name])
                except SystemExit as failure:
                    self._say(str(failure))

    def _stop_everything(self) -> None:
        self._stopping = True
        for names in STOPPING_ORDER:
            living = {
                name: self._running[name]
                for name in names
                if name in self._running and self._running[name].poll() is None
            }
            for name, process in living.items():
                process.send_signal(getattr(self._servers[name], "stop_signal", signal.SIGTERM))
            for name, process in living.items():
                self._see_off(name, process)
        self._say("everything stopped")

    def _see_off(self, name: str, process: subprocess.Popen[bytes]) -> None:
        server = self._servers[name]
        try:
            process.wait(server.patience if isinstance(server, Program) else 15)
        except subprocess.TimeoutExpired:
            self._say(f"{name} did not stop in time and was killed")
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if not self._stopping:
            self._stopping = True
            self._say("stopping")

    def _lock(self) -> TextIO:
        lock = (self.state / "up.lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SystemExit(
                f"PM Workspace already runs from {self.state}. Stop it there first, or set "
                "PM_STATE to another folder."
            ) from None
        return lock

    def _say(self, text: str) -> None:
        _print(f"[{time.monotonic() - self._began:5.1f} s] {text}")


def _answers(port: int) -> bool:
    """Asked without a library for HTTP, which would stay in memory for this one question."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            line.sendall(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return line.recv(8).startswith(b"HTTP/")
    except OSError:
        return False


def main(words: list[str]) -> None:
    """`manage.py up`."""
    parser = argparse.ArgumentParser(
        prog="manage.py up", description="Start everything and keep it running until Ctrl-C."
    )
    parser.add_argument(
        "--port",
        type=int,
        default=os.environ.get("PORT") or "0",
        help="The web's port; without it the first free one from 8000.",
    )
    parser.add_argument("--no-sample", action="store_true", help="Load no sample shop.")
    parser.add_argument(
        "--once", action="store_true", help="Stop again as soon as everything is ready."
    )
    options = parser.parse_args(words)
    supervisor = Supervisor(state_dir(), port=options.port, sample=not options.no_sample)
    supervisor.run(once=options.once)


def _print(text: str) -> None:
    """Nobody may be listening any more; stopping must go on all the same."""
    try:
        print(text, flush=True)
    except OSError:
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - open for as long as we live
