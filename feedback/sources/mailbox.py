"""Reading a mailbox by IMAP, always encrypted, and only at public addresses."""

import imaplib
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from socket import SHUT_RDWR, create_connection, socket

from django.conf import settings

from core import egress
from feedback.sources.letters import LARGEST
from feedback.sources.models import Security

WAIT_SECONDS = 20.0
TURN_SECONDS = 240.0  # a server that answers byte by byte is cut off by then
PORTS = (143, 993)
ROOM = 1024**2  # bytes that a server may be wrong about a letter's size
LAST_NUMBER = 2**32 - 1  # RFC 3501: of letters and of what numbers them


class Unreachable(Exception):
    """The mailbox could not be read, with the reason in words."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mailbox is, and how it is opened."""

    host: str
    port: int
    security: str
    username: str
    password: str
    folder: str


def check(host: str, port: int) -> None:
    """Raise egress.Forbidden, in words, for what is never called."""
    if port not in PORTS and port < egress.OPEN_PORTS_FROM:
        raise egress.Forbidden(f"Port {port} is not one that mailboxes use.")
    if not re.fullmatch(r"[A-Za-z0-9.:_-]+", host):
        raise egress.Forbidden("That is not the name of a server.")
    egress.parse(f"https://{f'[{host}]' if ':' in host else host}/", _private())


def _private() -> list[str]:
    return list(settings.WEBHOOK_PRIVATE_NETWORKS)


class _Pinned(imaplib.IMAP4):
    """A connection to the one address that was checked."""

    def __init__(self, place: Place) -> None:
        check(place.host, place.port)
        target = egress.Target(place.host, place.port, "/", True)
        self._address = str(egress.resolve(target, _private(), WAIT_SECONDS))
        self._context = ssl.create_default_context()
        self._tls = place.security == Security.TLS
        self._named = place.host
        super().__init__(place.host, place.port, WAIT_SECONDS)
        if not self._tls:
            self.starttls(self._context)

    def read(self, size: int) -> bytes:
        """A literal, unless the server announces more than any letter that was asked for has."""
        if size > LARGEST + ROOM:
            raise self.abort("The server sent more than was asked for.")
        return super().read(size)

    def _create_socket(self, timeout: float | None) -> socket:
        raw = create_connection((self._address, self.port), timeout)
        return self._context.wrap_socket(raw, server_hostname=self._named) if self._tls else raw


class Folder:
    """An open folder, read only: nothing is marked, moved or deleted."""

    def __init__(self, imap: imaplib.IMAP4, validity: int) -> None:
        self._imap, self.validity = imap, validity

    def after(self, uid: int) -> list[int]:
        """The letters with higher numbers, in order."""
        _, found = self._imap.uid("SEARCH", f"UID {uid + 1}:*")
        words = b" ".join(part for part in found if isinstance(part, bytes)).split()
        return sorted(number for word in words if (number := _number(word)) > uid)

    def letter(self, uid: int) -> bytes | None:
        """A letter whole; None when it is larger than what is read, or gone."""
        size = re.search(rb"RFC822\.SIZE (\d+)", self._fetched(uid, "(RFC822.SIZE)")[0])
        if size is None or int(size[1]) > LARGEST:
            return None
        return self._fetched(uid, "(BODY.PEEK[])")[1]

    def _fetched(self, uid: int, what: str) -> tuple[bytes, bytes | None]:
        _, found = self._imap.uid("FETCH", str(uid), what)
        line, content = b"", None
        for part in found:
            if isinstance(part, tuple):
                line, content = part[0], part[1]
            elif isinstance(part, bytes):
                line += part
        return line, content


@contextmanager
def opened(place: Place) -> Iterator[Folder]:
    """The folder for as long as it is read. Raises Unreachable in words."""
    try:
        imap = _Pinned(place)
    except (OSError, imaplib.IMAP4.error, egress.Forbidden, egress.Unreachable) as wrong:
        raise Unreachable(_words(wrong)) from wrong
    clock = threading.Timer(TURN_SECONDS, _cut, [imap])
    clock.daemon = True
    clock.start()
    try:
        imap.login(f'"{_quoted(place.username)}"', re.sub(r"[\r\n\x00]", "", place.password))
        kind, _ = imap.select(f'"{_quoted(place.folder)}"', readonly=True)
        if kind != "OK":
            raise Unreachable(f"There is no folder “{place.folder}”.")
        _, stated = imap.response("UIDVALIDITY")
        yield Folder(imap, _number(stated[0] or b"0") if stated else 0)
    except (OSError, imaplib.IMAP4.error, ValueError) as wrong:
        raise Unreachable(_words(wrong)) from wrong
    finally:
        clock.cancel()
        with suppress(OSError, imaplib.IMAP4.error):
            imap.logout()


def _number(word: bytes) -> int:
    found = int(word[:20])
    if not 0 <= found <= LAST_NUMBER:
        raise ValueError("The server numbers its letters in a way nobody does.")
    return found


def _cut(imap: imaplib.IMAP4) -> None:
    with suppress(OSError):
        imap.sock.shutdown(SHUT_RDWR)


def _quoted(text: str) -> str:
    """Without what could end the word it stands in."""
    return re.sub(r'[\r\n"\\\x00]', "", text)


def _words(wrong: Exception) -> str:
    if isinstance(wrong, ssl.SSLCertVerificationError):
        return f"Its certificate is not trusted: {wrong.verify_message}"
    if isinstance(wrong, ConnectionRefusedError):
        return "The connection was refused."
    said = wrong.args[0] if wrong.args else ""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(wrong)
    return (text or type(wrong).__name__)[:280]
