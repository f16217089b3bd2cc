"""What stands between running servers and a workspace to use: tables, static files, a sample.

Run as a program of its own, so that the supervisor, which lives as long as everything else, need
not hold Django in memory. Each line it prints names what it is: `say`, `empty` or `login`.
"""

import hashlib
import io
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pm_workspace.local.places import BASE_DIR
from pm_workspace.local.processes import child_setup, frugal

Say = Callable[[str], None]
SECONDS_TO_SPEAK = 3.0


@dataclass(slots=True)
class Prepared:
    """What the tables hold: whether nobody has made a workspace yet, and who may sign in."""

    empty: bool = False
    logins: list[str] = field(default_factory=list)


def prepare(step: str, state: Path, say: Say) -> Prepared:
    """Do a step (`tables` or `sample`) in a process of its own. Raises SystemExit if it fails."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pm_workspace.local.preparing", step],
        cwd=BASE_DIR,
        env=frugal(state),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=child_setup(signal.SIGTERM),
    )
    found = Prepared()
    for line in process.stdout or ():
        what, _, text = line.rstrip("\n").partition(" ")
        if what == "say":
            say(text)
        elif what == "login":
            found.logins.append(text)
        elif what == "empty":
            found.empty = True
    if process.wait():
        raise SystemExit(process.returncode)
    return found


def main(step: str) -> None:
    """The program: the step, then what it left."""
    import django

    django.setup()
    if step == "tables":
        _migrate()
        _collect_static()
    else:
        _load_sample_shop()
    _report()


def _tell(what: str, text: str = "") -> None:
    print(what, text, flush=True)


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=1, interactive=False, stdout=_Steps())
    _tell("say", "tables up to date")


class _Steps(io.TextIOBase):
    """Hears what `migrate` prints: a fresh database's hundreds of steps are counted aloud."""

    def __init__(self) -> None:
        self._todo = self._done = 0
        self._said = time.monotonic()

    def write(self, text: str) -> int:
        self._done += text.count("Applying ")
        if self._done and not self._todo:
            self._todo = self._done + _steps_to_do() - 1
            _tell("say", f"making the tables: {self._todo} steps …")
        elif self._done and time.monotonic() - self._said > SECONDS_TO_SPEAK:
            self._said = time.monotonic()
            _tell("say", f"  step {self._done} of {self._todo}")
        return len(text)


def _steps_to_do() -> int:
    """How many migrations have not been applied; asked only when there is one."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _collect_static() -> None:
    """Gather and compress the static files, when any of them changed since the last time."""
    from django.conf import settings
    from django.core.management import call_command

    mark = settings.STATE / "static.sha256"
    now = _fingerprint()
    if mark.exists() and mark.read_text() == now and settings.STATIC_ROOT.exists():
        return
    _tell("say", "gathering and compressing static files …")
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    mark.write_text(now)
    _tell("say", "static files gathered")


def _fingerprint() -> str:
    """Changes with any file's name, size or time; reading them all would cost a second."""
    from django.conf import settings

    digest = hashlib.sha256()
    for folder in [Path(folder) for folder in settings.STATICFILES_DIRS]:
        for path in sorted(folder.rglob("*")):
            about = path.stat()
            digest.update(f"{path}{about.st_size}{about.st_mtime_ns}".encode())
    requirements = settings.BASE_DIR / "requirements.txt"
    digest.update(requirements.read_bytes())
    return digest.hexdigest()


def _load_sample_shop() -> None:
    from pm_workspace.demo.services import load_sample_shop

    _tell("say", "inventing Northshelf, the sample shop …")
    load_sample_shop(lambda text: _tell("say", f"  {text}"))
    _tell("say", "sample shop loaded")


def _report() -> None:
    from pm_workspace.demo.logins import lines
    from workspaces.members.models import Workspace

    if not Workspace.objects.exists():
        _tell("empty")
    for line in lines():
        _tell("login", line)


if __name__ == "__main__":
    main(sys.argv[1])
