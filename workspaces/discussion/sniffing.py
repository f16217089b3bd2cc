"""What a file is, by its first bytes. What its name says is only held against that."""

import re
import unicodedata
from pathlib import PurePosixPath

from core.errors import Refused

OCTETS, TEXT, ZIP = "application/octet-stream", "text/plain", "application/zip"
HEAD_BYTES = 4_096
LONGEST_NAME = 200

# (offset, bytes, mime), the more particular first.
SIGNATURES = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", ZIP),
    (0, b"PK\x05\x06", ZIP),
    (0, b"\x1f\x8b", "application/gzip"),
    (4, b"ftyp", "video/mp4"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (8, b"WAVE", "audio/wav"),
)
# What a name may promise, and what the bytes must then be.
PROMISES: dict[str, tuple[str, ...]] = {
    "png": ("image/png",),
    "jpg": ("image/jpeg",),
    "jpeg": ("image/jpeg",),
    "gif": ("image/gif",),
    "webp": ("image/webp",),
    "pdf": ("application/pdf",),
    "gz": ("application/gzip",),
    "mp4": ("video/mp4",),
    **dict.fromkeys(("zip", "docx", "xlsx", "pptx", "odt", "ods", "odp"), (ZIP,)),
    **dict.fromkeys(("txt", "csv", "tsv", "md", "json", "log"), (TEXT,)),
}
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
# Markup and scripts are text to a person and a program to a browser: they stay plain octets.
PROGRAMS = frozenset(
    {"htm", "html", "xhtml", "shtml", "svg", "xml", "xsl", "mht", "mhtml", "js", "mjs"}
)


def mime_of(head: bytes, name: str) -> str:
    """The type of a file that begins with `head`. Raises Refused when its name says otherwise."""
    found = _by_bytes(head)
    ending = PurePosixPath(name).suffix.lower().removeprefix(".")
    if found == TEXT and ending in PROGRAMS:
        return OCTETS
    promised = PROMISES.get(ending)
    if promised and found not in promised:
        raise Refused(
            f"“{name}” is named like a {ending.upper()} file, but its content is something else."
        )
    return found


def _by_bytes(head: bytes) -> str:
    for offset, signature, mime in SIGNATURES:
        if head[offset : offset + len(signature)] == signature:
            return mime
    return TEXT if _is_text(head) else OCTETS


def _is_text(head: bytes) -> bool:
    """Whether it reads as UTF-8; the head may end in the middle of a character."""
    if b"\x00" in head:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as wrong:
        return wrong.start >= len(head) - 3 and len(head) >= HEAD_BYTES - 3
    return True


def safe_name(name: str) -> str:
    """The last part of a name, without what a file system, a header or an eye would misread."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    kept = re.sub(r"\s+", " ", kept).strip(" .")
    if not kept:
        return "file"
    stem, dot, ending = kept.rpartition(".")
    room = LONGEST_NAME - len(ending) - 1
    return f"{stem[:room]}.{ending}" if dot and stem and room > 0 else kept[:LONGEST_NAME]
