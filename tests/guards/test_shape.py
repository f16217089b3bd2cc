"""Small modules, small functions, imports that look down, commands that somebody has called."""

import re
import subprocess
import sys

from tests.guards.code import PACKAGES, ROOT, check, functions, modules
from tests.guards.exemptions import LONG_FUNCTIONS, LONG_MODULES, UNCALLED_COMMANDS

MODULE_LINES, FUNCTION_LINES, MEDIAN_LINES = 400, 50, 12


def test_no_module_is_too_long():
    found = {
        path for path in modules() if len((ROOT / path).read_text().splitlines()) > MODULE_LINES
    }
    check(found, LONG_MODULES, f"over {MODULE_LINES} lines, so make two rooms of:")


def test_no_function_is_too_long():
    found = {
        f"{path}: {function.name}"
        for path, tree in modules().items()
        for function in functions(tree)
        if _lines(function) > FUNCTION_LINES
    }
    check(found, LONG_FUNCTIONS, f"over {FUNCTION_LINES} lines:")


def test_most_functions_are_short():
    sizes = sorted(_lines(one) for tree in modules().values() for one in functions(tree))
    assert sizes[len(sizes) // 2] <= MEDIAN_LINES


def test_imports_look_down():
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    run = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stdout[-4_000:] + run.stderr[-2_000:]


def test_every_command_is_called_by_a_test():
    commands = {
        path.stem
        for package in PACKAGES
        for path in (ROOT / package).rglob("management/commands/*.py")
        if not path.stem.startswith("_")
    }
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("*.py"))
    uncalled = {name for name in commands if not re.search(rf"""["' ]{name}["' ]""", tests)}
    check(uncalled, UNCALLED_COMMANDS, "call these commands in a test:")


def _lines(function) -> int:
    return function.end_lineno - function.lineno + 1
