"""Asking the meaning worker. Everything works without it; pages say why meaning is off.

Imports nothing of the model, so that no web process carries it.
"""

import json
import logging
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from workspaces.search.model import missing_parts
from workspaces.search.models import SearchMeaning

log = logging.getLogger(__name__)
PATIENCE_SECONDS = 0.25  # for a question somebody waits for; later the words alone must do
LONGEST_TEXT = 2_000
COUNTED = 1_000
ALIKE = 0.33  # cosine from which a record has something to do with the words typed


@dataclass(frozen=True, slots=True)
class Alike:
    """A record and how alike it means: the cosine of the two directions."""

    kind: str
    pk: int
    cosine: float


class Off(Exception):
    """Meaning cannot be asked now. The message says why, for a page."""


def near(
    workspace_id: int,
    kinds: Sequence[str],
    text: str,
    most: int,
    *,
    of: tuple[str, int] | None = None,
    patience: float = PATIENCE_SECONDS,
) -> list[Alike]:
    """The entries of these kinds that mean most nearly what `text` says, nearest first.

    `of` a record: what is known of its meaning is used, `text` only until it is known. Nobody's
    permission is looked at: ask for kinds the reader may read. Raises Off.
    """
    asked = {"do": "near", "workspace": workspace_id, "kinds": list(kinds), "most": most}
    asked["text"] = text.replace("\x00", " ")[:LONGEST_TEXT]
    if of is not None:
        asked |= {"kind": of[0], "pk": of[1]}
    found = _ask(asked, patience)["near"]
    return [Alike(kind, pk, cosine) for kind, pk, cosine in found]


def why_off() -> str:
    """Why meaning is off, as the end of a sentence; nothing when it is on."""
    try:
        _ask({"do": "ping"}, PATIENCE_SECONDS)
    except Off as off:
        return str(off)
    return ""


def waiting(workspace_id: int) -> int:
    """How many records' meanings are still to be worked out, at most 1,000."""
    missing = SearchMeaning.objects.in_workspace(workspace_id).filter(vector=None)
    return missing.order_by()[:COUNTED].count()


def _ask(asked: dict[str, Any], patience: float) -> dict[str, Any]:
    path = settings.MEANING_SOCKET
    if not path:
        raise Off("MEANING_SOCKET is not set")
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
            door.settimeout(patience)
            door.connect(path)
            door.sendall(json.dumps(asked).encode() + b"\n")
            with door.makefile("rb") as answer:
                line = answer.readline()
    except TimeoutError as late:
        raise Off("its worker is busy") from late
    except OSError as absent:
        parts = missing_parts()
        if parts:
            raise Off(f"the language model is not installed ({', '.join(parts)})") from absent
        raise Off("its worker does not run") from absent
    said: dict[str, Any] = json.loads(line or b'{"error": "no answer"}')
    if "error" in said:
        raise Off("its worker could not answer")
    return said
