"""Reading our own code: what the guards look at, and how they speak."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("pm_workspace", "roadmaps", "feedback", "finance", "products", "workspaces", "core")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@lru_cache(maxsize=1)
def modules() -> dict[str, ast.Module]:
    """Every module of the product by path, migrations left out."""
    paths = (path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py")))
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text())
        for path in paths
        if "migrations" not in path.parts
    }


def functions(tree: ast.AST) -> Iterator[Function]:
    """All functions and methods."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """(dotted name, call) of everything called by name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield dotted(node.func), node


def dotted(node: ast.AST) -> str:
    """`a.b.c` of a name or attribute; other roots, such as a call, leave their part out."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        above = dotted(node.value)
        return f"{above}.{node.attr}" if above else node.attr
    return ""


def check(found: set[str], exempt: dict[str, str], remedy: str) -> None:
    """Fail for what is found and not exempt, and for an exemption that nothing needs any more."""
    offending, stale = sorted(found - set(exempt)), sorted(set(exempt) - found)
    assert not offending, f"{remedy}\n" + "\n".join(offending)
    assert not stale, "these exemptions are no longer needed:\n" + "\n".join(stale)
    assert all(exempt.values()), "every exemption states its reason"
