"""What stands between running servers and a workspace to use: tables, static files, a sample."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command, get_commands

Say = Callable[[str], None]


def migrate() -> None:
    """Bring the tables up to date."""
    call_command("migrate", verbosity=0, interactive=False)


def collect_static(state: Path, say: Say) -> None:
    """Gather and compress the static files, when any of them changed since the last time."""
    mark = state / "static.sha256"
    now = _fingerprint()
    if mark.exists() and mark.read_text() == now and settings.STATIC_ROOT.exists():
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    mark.write_text(now)
    say("static files gathered")


def _fingerprint() -> str:
    """Changes with any file's name, size or time; reading them all would cost a second."""
    digest = hashlib.sha256()
    for folder in [Path(folder) for folder in settings.STATICFILES_DIRS]:
        for path in sorted(folder.rglob("*")):
            about = path.stat()
            digest.update(f"{path}{about.st_size}{about.st_mtime_ns}".encode())
    requirements = settings.BASE_DIR / "requirements.txt"
    digest.update(requirements.read_bytes())
    return digest.hexdigest()


def load_sample_shop(say: Say) -> None:
    """On the first start, when nobody has made a workspace yet."""
    known = "load_sample_shop" in get_commands()
    if known and not apps.get_model("workspaces", "Workspace").objects.exists():
        say("inventing the sample shop")
        call_command("load_sample_shop")
        say("sample shop loaded")


def sample_logins() -> list[str]:
    """Lines to print: who may sign in to the sample shop; empty without one."""
    from pm_workspace.demo.logins import lines

    return lines()
