"""The migrated schema, kept between test runs: to build it takes longer than most tests.

It is kept in `var/schema/` under a digest of every migration and of what is installed, so that
another set of migrations never meets it. A fresh checkout has none and builds it.
"""

import os
import subprocess
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import connection

from pm_workspace.local.postgres import binaries

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "schema"
MOST = 3  # branches one goes to and fro between


def restore() -> bool:
    """Make the test database from the schema that was kept; whether there was one."""
    kept = _file()
    if kept is None or not kept.exists():
        return False
    known = connection.settings_dict
    name = known["TEST"]["NAME"] or f"test_{known['NAME']}"
    _run("psql", "--dbname=postgres", f"--command=CREATE DATABASE {name}")
    _run("psql", f"--dbname={name}", "--set=ON_ERROR_STOP=1", f"--file={kept}")
    kept.touch()
    return True


def keep() -> None:
    """Keep the schema of the test database as it stands; only the newest few are."""
    kept = _file()
    if kept is None:
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    unfinished = kept.with_suffix(f".{os.getpid()}")
    _run("pg_dump", f"--dbname={connection.settings_dict['NAME']}", f"--file={unfinished}")
    unfinished.rename(kept)
    for old in sorted(FOLDER.glob("*.sql"), key=lambda one: one.stat().st_mtime)[:-MOST]:
        old.unlink(missing_ok=True)


def _file() -> Path | None:
    """Where this schema is kept; None where the server is not our own."""
    if os.environ.get("DATABASE_URL"):
        return None
    digest = sha256((ROOT / "requirements.txt").read_bytes())
    for path in sorted(ROOT.glob("*/migrations/*.py")) + sorted((ROOT / "core").glob("*.py")):
        digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    digest.update(" ".join(settings.INSTALLED_APPS).encode())
    return FOLDER / f"{digest.hexdigest()[:32]}.sql"


def _run(program: str, *words: str) -> None:
    known = connection.settings_dict
    where = [f"--host={known['HOST']}", f"--username={known['USER']}"]
    where += [f"--port={known['PORT']}"] if known["PORT"] else []
    done = subprocess.run(
        [str(binaries() / program), "--no-password", *where, *words],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{program}: {done.stderr[-1500:]}")
