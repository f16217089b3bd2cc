"""`make check`: every tool that reads the code, side by side, each with its time."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pm_workspace.local.places import BASE_DIR

BIN = Path(sys.executable).parent
APPS = ("core", "workspaces", "products", "finance", "feedback", "roadmaps", "pm_workspace")


@dataclass(frozen=True, slots=True)
class Check:
    """One tool and what it is asked."""

    name: str
    words: tuple[str, ...]


MANAGE = (sys.executable, "manage.py")
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
CHECKS = (
    Check("lint", (str(BIN / "ruff"), "check", ".")),
    Check("format", (str(BIN / "ruff"), "format", "--check", ".")),
    Check("types", (str(BIN / "mypy"), *APPS)),
    Check("layers", (str(BIN / "lint-imports"),)),
    Check("templates", (str(BIN / "djlint"), "templates", "--lint", "--quiet")),
    Check("settings", (*MANAGE, "check", "--fail-level", "WARNING")),
    Check("migrations", (*MANAGE, "makemigrations", "--check", "--dry-run")),
    Check("locks", (*PYTEST, "tests/guards/test_migrations.py", "-k", "safe")),
    Check("schema", (sys.executable, "-m", "pm_workspace.local.schema")),
)


def run(check: Check) -> tuple[Check, int, str, float]:
    """The tool's exit code, what it said and how long it took."""
    start = time.monotonic()
    done = subprocess.run(
        check.words, cwd=BASE_DIR, capture_output=True, text=True, env=os.environ, check=False
    )
    return check, done.returncode, done.stdout + done.stderr, time.monotonic() - start


def main() -> int:
    """Run all of them; 1 when any is not content."""
    failed = 0
    with ThreadPoolExecutor(max_workers=2) as pool:
        for check, code, said, seconds in pool.map(run, CHECKS):
            print(f"{'FAIL' if code else 'ok':<5}{check.name:<12}{seconds:5.1f} s", flush=True)
            if code:
                failed = 1
                print(said, flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
