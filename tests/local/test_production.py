"""With DATABASE_URL the same code is a production service: complete and strict, or refused."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pm_workspace.local.places import BASE_DIR
from tests.running import surroundings

NEEDED = {
    "SECRET_KEY": "kX" * 20 + "9-bQz_7uPrTfGhJmNw4",
    "ALLOWED_HOSTS": "pm.example.com",
    "REDIS_URL": "redis://cache.example.com:6379",
}
# Read by tests and by our own starter for the children it starts, not by who runs a server.
OF_TESTS = {"CHROMIUM", "PM_DATA", "PM_TEST_STATE"}
READ = re.compile(r"""(?:env\.[a-z_]+\(|environ(?:\.get)?[(\[])\s*"([A-Z][A-Z_]+)\"""")
APPS = ("core", "workspaces", "products", "finance", "feedback", "roadmaps", "pm_workspace")


def manage(state: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    given = {"DATABASE_URL": "postgres://pm:secret@db.example.com/pm", "PM_STATE": str(state)}
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=BASE_DIR,
        env=surroundings(**given | environment),
        capture_output=True,
        text=True,
        check=False,
    )


def test_djangos_deployment_check_has_nothing_to_say(tmp_path):
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **NEEDED)

    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "secret_key").exists()


@pytest.mark.parametrize("missing", NEEDED)
def test_a_missing_variable_is_one_line_that_names_it(tmp_path, missing):
    done = manage(tmp_path, "check", **{name: NEEDED[name] for name in NEEDED if name != missing})

    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1
    assert missing in done.stderr
    assert not any(name in done.stderr for name in NEEDED if name != missing)


def test_the_table_of_variables_names_exactly_what_the_code_reads():
    page = (BASE_DIR / "docs" / "operations.md").read_text()
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE))
    read = {
        name
        for app in APPS
        for file in (BASE_DIR / app).rglob("*.py")
        for name in READ.findall(file.read_text())
    }

    assert documented == read - OF_TESTS
