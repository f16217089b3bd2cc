"""One process that starts the others in order, keeps them running and stops them in order."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType
from typing import Protocol, TextIO

from pm_workspace.local import preparing
from pm_workspace.local.postgres import Postgres
from pm_workspace.local.programs import Program, background, listen, web
from pm_workspace.local.valkey import Valkey

LONGEST_PAUSE = 30.0
SECONDS_TO_BE_READY = 90
SECONDS_TO_BE_TRUSTED = 60  # what ran so long is started again without delay
STOPPING_ORDER = (("web", "beat"), ("worker", "imports"), ("valkey",), ("postgres",))


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
            new = postgres.create()
            self._keep(postgres)
            self._say("database ready" + (", new" if new else ""))
        if not os.environ.get("REDIS_URL"):
            self._keep(Valkey(self.state))
            self._say("broker ready")
        self._door = listen(self.port)
        self.port = self._door.getsockname()[1]
        if not self._stopping:
            preparing.migrate()
            self._say("tables up to date")
            preparing.collect_static(self.state, self._say)
        self._keep(web(self._door, self.logs))
        self._wait_for_web()
        for program in background(self.logs):
            if not self._stopping:
                self._keep(program)
        if self.sample and not self._stopping:
            preparing.load_sample_shop(self._say)
        if not self._stopping:
            self._welcome()

    def _keep(self, server: Server) -> None:
        self._servers[server.name] = server
        self._running[server.name] = server.start()
        self._since[server.name] = time.monotonic()

    def _wait_for_web(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_BE_READY
        while not self._stopping:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                    break
            except urllib.error.HTTPError:
                break  # it answers, and says itself what it lacks
            except OSError:
                time.sleep(0.05)
            if self._running["web"].poll() is not None or time.monotonic() > deadline:
                tail = (self.logs / "web.log").read_text()[-1_500:]
                raise SystemExit(f"The web did not start:\n{tail}")
        self._say("web ready")

    def _welcome(self) -> None:
        lines = ["", f"  PM Workspace   http://127.0.0.1:{self.port}/", ""]
        lines += [f"  {line}" for line in preparing.sample_logins()]
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


def _print(text: str) -> None:
    """Nobody may be listening any more; stopping must go on all the same."""
    try:
        print(text, flush=True)
    except OSError:
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - open for as long as we live
