"""The templates that come along: texts to begin with, kept as files beside the room that knows.

The first line of a file is its name, the second what it is for; after an empty line comes the text.
"""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Shipped:
    """A template. `kind` names the records it is for; none is any, and none at all."""

    name: str
    purpose: str
    body: str
    kind: str = ""


_KNOWN: dict[tuple[str, str], Shipped] = {}


def register_templates(folder: Path, kind: str = "") -> None:
    """Called from an app's ready(): every file of the folder is a template for that kind."""
    for path in sorted(folder.glob("*.md")):
        name, purpose, _, body = path.read_text("utf-8").split("\n", 3)
        _KNOWN[kind, name] = Shipped(name, purpose, body, kind)


def shipped_for(kind: str) -> list[Shipped]:
    """What a document about such a record can begin with: its own first, then the general ones."""
    own = [one for one in _KNOWN.values() if kind and one.kind == kind]
    names = {one.name for one in own}
    return own + [one for one in _KNOWN.values() if not one.kind and one.name not in names]


def shipped(name: str, kind: str = "") -> Shipped | None:
    """The template of that name, that of the kind before the general one."""
    return next((one for one in shipped_for(kind) if one.name == name), None)
