"""Secrets are compared in constant time, or looked up by their hash: never letter by letter."""

import ast
import re

import pytest

from tests.guards.code import check, dotted, functions, modules

SECRET = re.compile(r"(^|_)(secret|token|password|passphrase|signature|digest|hmac|nonce)s?$")
PLAIN = {
    "workspaces/discussion/sniffing.py: _by_bytes": "a file's first bytes, known to everybody",
    "pm_workspace/local/bootstrap.py: _unless_done": "of requirements, to see whether they changed",
    "workspaces/guests/services.py: change_link": "whether a stored hash was replaced by another",
}
REMEDY = "compare it with constant_time_compare, or look it up by its hash:"


def compared(tree: ast.AST) -> bool:
    """Whether something called like a secret is compared with what is no constant."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        if not any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
            continue
        parts = [part for side in sides for part in getattr(side, "elts", [side])]
        named = any(SECRET.search(dotted(part).rpartition(".")[2]) for part in parts)
        if named and not any(isinstance(side, ast.Constant) for side in sides):
            return True
    return False


def test_no_secret_is_compared_letter_by_letter():
    found = {
        f"{path}: {function.name}"
        for path, tree in modules().items()
        for function in functions(tree)
        if compared(function)
    }
    check(found, PLAIN, REMEDY)


@pytest.mark.parametrize(
    ("code", "faulty"),
    [
        ("given == link.secret", True),
        ("row.token_hash != key and token == kept", True),
        ("(link.way, link.password) != before", True),
        ("constant_time_compare(token, kept)", False),
        ("rows.filter(token_hash=hash_of(token))", False),
        ("token == ''", False),
    ],
)
def test_the_guard_knows_one_from_the_other(code, faulty):
    assert compared(ast.parse(code)) is faulty
