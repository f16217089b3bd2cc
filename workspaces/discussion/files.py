"""Keeping files: hashed while they are read, stored under random names, pictures redrawn."""

import hashlib
import shlex
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO
from struct import error as StructError
from typing import IO, Any
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from PIL import Image, ImageOps

from core.errors import Refused
from core.room import FULL, NO_ROOM
from workspaces.discussion.sniffing import HEAD_BYTES, PICTURES, mime_of, safe_name

CHUNK = 1 << 20
MOST_PIXELS = 50_000_000
PREVIEW_PIXELS = (1_600, 1_600)
BROKEN = (OSError, ValueError, SyntaxError, EOFError, StructError, Image.DecompressionBombError)
SCAN_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Known:
    """What was found out about an upload before it is kept."""

    name: str
    sha256: str
    mime: str
    size: int
    preview: bytes


def known(name: str, upload: IO[bytes]) -> Known:
    """Read an upload once. Raises Refused when it is empty, too large, or not what it says."""
    name = safe_name(name)
    digest, size, head = hashlib.sha256(), 0, b""
    for chunk in _chunks(upload):
        head = head or chunk[:HEAD_BYTES]
        size += len(chunk)
        if size > settings.ATTACHMENT_MAX_BYTES:
            limit = settings.ATTACHMENT_MAX_BYTES // 1024**2
            raise Refused(f"“{name}” is larger than {limit} MB.")
        digest.update(chunk)
    if not size:
        raise Refused(f"“{name}” is empty.")
    mime = mime_of(head, name)
    return Known(
        name, digest.hexdigest(), mime, size, _preview(upload) if mime in PICTURES else b""
    )


def _chunks(upload: IO[bytes]) -> Iterator[bytes]:
    upload.seek(0)
    while chunk := upload.read(CHUNK):
        yield chunk


def _preview(upload: IO[bytes]) -> bytes:
    """The picture drawn anew, without metadata; nothing where it cannot be read."""
    upload.seek(0)
    try:
        with Image.open(upload, formats=("PNG", "JPEG", "GIF", "WEBP")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return b""
            drawn: Any = ImageOps.exif_transpose(picture)
            drawn = drawn.convert("RGBA" if drawn.has_transparency_data else "RGB")
            drawn.thumbnail(PREVIEW_PIXELS)
            out = BytesIO()
            Image.frombytes(drawn.mode, drawn.size, drawn.tobytes()).save(out, "WEBP", quality=88)
            return out.getvalue()
    except BROKEN:
        return b""


def keep(workspace_id: int, upload: IO[bytes], preview: bytes) -> list[str]:
    """Store a file and its preview under names nobody can guess; "" where there is no preview.

    Raises Refused when the scanner objects; nothing is kept then.
    """
    upload.seek(0)
    name = default_storage.save(_fresh(workspace_id), File(upload))
    with ExitStack() as undo:
        undo.callback(default_storage.delete, name)
        scan(default_storage.path(name))
        drawn = f"{_fresh(workspace_id)}.webp"
        small = default_storage.save(drawn, ContentFile(preview)) if preview else ""
        undo.pop_all()
    return [name, small]


@contextmanager
def dropped_unless_done() -> Iterator[list[str]]:
    """Stored files whose names are put into the list go again unless the block ends well.

    Raises Refused where there is no room for what the block stores.
    """
    kept: list[str] = []
    with ExitStack() as undo:
        undo.callback(lambda: drop(kept))
        try:
            yield kept
        except OSError as wrong:
            if wrong.errno in FULL:
                raise Refused(NO_ROOM) from wrong
            raise
        undo.pop_all()


def drop(names: Iterable[str]) -> None:
    """Remove stored files."""
    for name in filter(None, names):
        default_storage.delete(name)


def _fresh(workspace_id: int) -> str:
    return f"attachments/{workspace_id}/{uuid4().hex}"


def scan(path: str) -> None:
    """Ask the operator's scanner about a stored file. Raises Refused unless it says it is clean.

    The command of ATTACHMENT_SCANNER gets the path as its last word: 0 is clean, 1 is infected,
    anything else, silence too, is an answer we do not have.
    """
    if not settings.ATTACHMENT_SCANNER:
        return
    try:
        done = subprocess.run(  # noqa: S603 -- the operator's own command and a name of ours
            [*shlex.split(settings.ATTACHMENT_SCANNER), path],
            capture_output=True,
            timeout=SCAN_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as silent:
        raise Refused("The file could not be checked for viruses. Try again later.") from silent
    if done.returncode == 1:
        raise Refused("The virus scanner refuses this file.")
    if done.returncode:
        raise Refused("The file could not be checked for viruses. Try again later.")
