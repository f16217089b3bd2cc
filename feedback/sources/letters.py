"""A letter as it came over the wire, read: who wrote it, what it says, what came with it.

Nothing here fails on a letter, however it is broken: what cannot be decoded is replaced, what is
too much is named. Headers are read by the standard library; nothing is fetched.
"""

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import Header, decode_header, make_header
from email.message import Message
from email.mime.text import MIMEText
from email.parser import BytesHeaderParser
from email.utils import formataddr, parsedate_to_datetime
from hashlib import sha256
from typing import Any

from core.mail import LONGEST_HEADER, addresses_in
from core.typed import without_nul
from feedback.inbox.models import LONGEST_NOTE
from feedback.sources.html_text import text_of

LARGEST = 30 * 1024**2  # bytes of a letter on its way; a file grows by a third in it
MOST_FILES = 20
MOST_FILE_BYTES = 25 * 1024**2
MOST_NAMED = 60
LONGEST_SUBJECT = 300
ROOM = 2_000  # characters that the last lines, which say what is missing, may take
WHOLE = "letter.txt"
MOST_PARTS = 100  # that a letter announces: each line is held against the end of every one of them
ODD = {"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined"}  # no mail has them
HEADER_NAME = re.compile(r"[!-9;-~]{1,76}")


@dataclass(frozen=True, slots=True)
class File:
    """A file of a letter."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. `key` is the same whenever the same letter comes again."""

    key: str
    message: Message
    sender: str
    sender_name: str
    subject: str
    text: str
    files: tuple[File, ...]
    said_at: datetime | None
    refers: tuple[str, ...]


def read(raw: bytes) -> Letter:
    """Take a letter apart; one of parts in parts without end is its headers and one file."""
    if raw.count(b"boundary=") <= MOST_PARTS:
        with suppress(RecursionError):
            return _apart(message_from_bytes(raw), raw)
    return _apart(BytesHeaderParser().parsebytes(raw), raw)


def _apart(message: Message, raw: bytes) -> Letter:
    name, sender = _sender(message)
    text, files = _kept(_body(message), _files(message))
    named = _header(message, "Message-ID").strip()
    return Letter(
        sha256(named.encode() if named else raw).hexdigest(),
        message,
        sender[:254].lower(),
        name[:200],
        _header(message, "Subject")[:LONGEST_SUBJECT],
        text,
        tuple(files),
        _moment(message),
        tuple(f"{_header(message, 'In-Reply-To')} {_header(message, 'References')}".split()),
    )


def written(values: dict[str, Any]) -> bytes:
    """A letter that came as JSON, as the bytes it would have been. Raises ValueError in words."""
    text, html = str(values.get("text") or ""), str(values.get("html") or "")
    if not text.strip() and not html.strip():
        raise ValueError("The letter says nothing: send “text” or “html”.")
    letter = MIMEText(_sane(text) or text_of(_sane(html)), "plain", "utf-8")
    if sender := _word(values, "from"):
        try:
            letter["From"] = formataddr((_word(values, "name"), sender))
        except UnicodeError as wrong:
            raise ValueError("“from” is no e-mail address.") from wrong
    for header, name in (("Subject", "subject"), ("Message-ID", "message_id"), ("Date", "date")):
        if said := _word(values, name):
            letter[header] = _for_header(said)
    headers = values.get("headers")
    for header, said in headers.items() if isinstance(headers, dict) else ():
        if isinstance(said, str) and HEADER_NAME.fullmatch(header) and header not in letter:
            letter[header] = _for_header(" ".join(_sane(said).split()))
    return letter.as_bytes()


def _for_header(words: str) -> str:
    return words if words.isascii() else Header(words, "utf-8").encode()


def _word(values: dict[str, Any], name: str) -> str:
    return " ".join(_sane(str(values.get(name) or "")).split())


def _sender(message: Message) -> tuple[str, str]:
    """Addresses are told apart before names become readable: a name may hold a comma."""
    found = addresses_in([str(message.get("From", ""))])
    name, sender = next(((name, one) for name, one in found if "@" in one), ("", ""))
    return " ".join(_sane(_readable(name)).split()), " ".join(_sane(sender).split())


def _header(message: Message, name: str) -> str:
    """A header in letters that people read, on one line."""
    return " ".join(_sane(_readable(str(message.get(name, "")))).split())


def _readable(said: str) -> str:
    """Words in letters that people read; as they came, where nobody can."""
    said = said[:LONGEST_HEADER]
    with suppress(ValueError, LookupError, MessageError):
        return str(make_header(decode_header(said)))
    return said


def _moment(message: Message) -> datetime | None:
    with suppress(ValueError, TypeError, OverflowError):
        found = parsedate_to_datetime(str(message.get("Date", "")))
        return found if found.tzinfo else None
    return None


def _parts(message: Message) -> Iterator[Message]:
    """The leaves; a letter inside the letter is one of them."""
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _parts(part)
        return
    yield message


def _is_text(part: Message) -> bool:
    return part.get_content_maintype() == "text" and not (
        part.get_content_disposition() == "attachment" or part.get_filename()
    )


def _body(message: Message) -> str:
    """Its words: the plain ones where there are some, else those of the HTML."""
    texts = [part for part in _parts(message) if _is_text(part)]
    plain = [_decoded(part) for part in texts if part.get_content_subtype() != "html"]
    if any(one.strip() for one in plain):
        return "\n\n".join(one.strip() for one in plain if one.strip())
    html = [text_of(_decoded(part)) for part in texts if part.get_content_subtype() == "html"]
    return "\n\n".join(one for one in html if one)


def _decoded(part: Message) -> str:
    """Text in the charset it names, else in the likeliest."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return _sane(str(content or ""))
    for charset in (part.get_content_charset() or "utf-8", "utf-8", "cp1252"):
        with suppress(LookupError, ValueError):
            if codecs.lookup(charset).name not in ODD:
                return _sane(content.decode(charset))
    return _sane(content.decode("utf-8", "replace"))


def _sane(text: str) -> str:
    """Without what no text can hold: zero bytes and halves of letters."""
    whole = without_nul(text.encode("utf-8", "replace").decode("utf-8"))
    return whole.replace("\r\n", "\n")


def _files(message: Message) -> list[File]:
    found = []
    for number, part in enumerate(_parts(message), start=1):
        if part.get_content_maintype() != "text" or not _is_text(part):
            found.append(File(_file_name(part, number), _content(part)))
    return found


def _file_name(part: Message, number: int) -> str:
    ends = {"message/rfc822": "eml"}
    kind = part.get_content_type()
    name = ""
    with suppress(ValueError, LookupError, TypeError):
        name = _readable(part.get_filename() or "")
    usual = f"file-{number}.{ends.get(kind, part.get_content_subtype().split('+')[0])}"
    return " ".join(_sane(name).split())[:120] or usual


def _content(part: Message) -> bytes:
    if part.is_multipart():
        inside = part.get_payload()
        first = inside[0] if isinstance(inside, list) and inside else None
        return first.as_bytes() if isinstance(first, Message) else b""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _kept(text: str, files: list[File]) -> tuple[str, list[File]]:
    """What is kept of words and files. What is not is said in the last lines."""
    kept: list[File] = []
    left: list[str] = []
    size = 0
    for file in files:
        if len(kept) < MOST_FILES and file.content and size + len(file.content) <= MOST_FILE_BYTES:
            kept.append(file)
            size += len(file.content)
        else:
            left.append(file.name)
    lines = []
    if len(text) > LONGEST_NOTE - ROOM:
        lines.append(f"[The letter goes on: {len(text):,} characters. All of it is in {WHOLE}.]")
        kept.insert(0, File(WHOLE, text.encode()))
        text = text[: LONGEST_NOTE - ROOM]
    if left:
        named = ", ".join(left[:MOST_NAMED])[: ROOM - 500]
        lines.append(f"[{len(files)} files came, {len(left)} were not kept: {named}]")
    return "\n\n".join([text.strip(), *lines]).strip(), kept
