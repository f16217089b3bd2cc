"""Calling addresses that people typed, without becoming a tool against our own network.

The name is resolved once, every address it has must be public, and the connection goes to exactly
the address that was checked: a name that resolves differently the next time changes nothing. No
redirect is followed and no proxy of the environment is used.
"""

import ipaddress
import os
import socket
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LONGEST_URL = 500
LONGEST_ANSWER = 2_000  # bytes of the answer that are read; the rest is left where it is
PORTS = (80, 443)
OPEN_PORTS_FROM = 1_024
# IPv6 addresses that are another way to write an IPv4 one, or lead through a gateway to any.
DISGUISES = tuple(
    ipaddress.ip_network(text)
    for text in (
        "::/96",  # IPv4-compatible
        "::ffff:0:0/96",  # IPv4-mapped
        "::ffff:0:0:0/96",  # IPv4-translated
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",  # local NAT64
        "2001::/32",  # Teredo
        "2002::/16",  # 6to4
        "fec0::/10",  # site-local
        "192.88.99.0/24",  # 6to4 relays
    )
)


class Forbidden(ValueError):
    """An address we do not call, with the reason in words."""


class Unreachable(Exception):
    """Nobody answered as HTTP demands: no such name, no connection, no time, no sense."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes, taken apart."""

    host: str
    port: int
    path: str
    tls: bool

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.tls else 80) else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `body` is the beginning of it; `seconds` is how long all of it took."""

    status: int
    body: bytes
    seconds: float


def parse(url: str, private: Sequence[str] = ()) -> Target:
    """Take an address apart. Raises Forbidden, in words, for what we would never call.

    `private` are networks that may be called although they are not public, such as 10.1.0.0/16;
    only there plain http will do.
    """
    if len(url) > LONGEST_URL or not url.isprintable() or " " in url or "\\" in url:
        raise Forbidden("That is not an address.")
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").encode("idna").decode("ascii")
    except ValueError as wrong:
        raise Forbidden("That is not an address.") from wrong
    if parts.scheme not in ("https", "http") or (parts.scheme == "http" and not private):
        raise Forbidden("Give an address that begins with https://.")
    if not host or "%" in host:
        raise Forbidden("The address names no host.")
    if parts.username is not None or parts.password is not None:
        raise Forbidden("Leave the name and password out of the address.")
    port = port if port is not None else (443 if parts.scheme == "https" else 80)
    if port not in PORTS and port < OPEN_PORTS_FROM:
        raise Forbidden(f"Port {port} is not one that webhooks use.")
    target = Target(host, port, _path(parts.path, parts.query), parts.scheme == "https")
    literal = _literal(host)
    if literal is not None:
        check(literal, private)
    return target


def check(address: Address, private: Sequence[str] = ()) -> None:
    """Raise Forbidden for an address that is not public, unless it is in one of `private`."""
    if any(address in network for network in map(_network, private)):
        return
    disguised = any(address in network for network in DISGUISES)
    if disguised or not address.is_global or address.is_multicast:
        raise Forbidden(f"{address} is not a public address, so it is not called.")


def resolve(target: Target, private: Sequence[str], seconds: float) -> Address:
    """The address to connect to. Raises Forbidden when any the name has is not public."""
    found: list[Address] = []
    failed: list[OSError] = []

    def look() -> None:
        try:
            rows = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as wrong:
            failed.append(OSError(str(wrong)))
            return
        found.extend(ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in rows)

    thread = threading.Thread(target=look, daemon=True)  # a resolver cannot be told to hurry
    thread.start()
    thread.join(seconds)
    if failed or not found:
        raise Unreachable(f"{target.host} could not be found.")
    for address in found:
        check(address, private)
    return found[0]


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    seconds: float,
    private: Sequence[str] = (),
) -> Answer:
    """POST once, in `seconds` altogether. Raises Forbidden or Unreachable; every status returns."""
    start = time.monotonic()
    target = parse(url, private)
    address = resolve(target, private, seconds)
    connection = _Pinned(target, address, private, start + seconds)
    try:
        connection.request("POST", target.path, body, {**headers, "Host": target.authority})
        response = connection.getresponse()
        said = response.read(LONGEST_ANSWER)
        if connection.is_late:
            raise TimeoutError
        return Answer(response.status, said, time.monotonic() - start)
    except (OSError, HTTPException) as wrong:
        late = connection.is_late or time.monotonic() - start >= seconds
        words = f"No answer within {seconds:g} seconds." if late else f"{_words(wrong)}."
        raise Unreachable(words) from wrong
    finally:
        connection.close()


class _Pinned(HTTPConnection):
    """A connection to one checked address, cut off when its time is over.

    The socket's own time-out starts anew with every byte; a server that sends one byte at a time
    is stopped by the clock beside it.
    """

    def __init__(
        self, target: Target, address: Address, private: Sequence[str], end: float
    ) -> None:
        super().__init__(target.host, target.port)
        self._target, self._address, self._private, self._end = target, address, private, end
        self._clock: threading.Timer | None = None
        self.is_late = False

    def connect(self) -> None:
        raw = socket.create_connection((str(self._address), self.port), self._left())
        self.sock = raw
        check(ipaddress.ip_address(raw.getpeername()[0]), self._private)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._same = socket.socket(raw.family, raw.type, fileno=os.dup(raw.fileno()))
        self._clock = threading.Timer(self._left(), self._cut)
        self._clock.daemon = True
        self._clock.start()
        if self._target.tls:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(raw, server_hostname=self._target.host)

    def close(self) -> None:
        super().close()
        if self._clock is not None:
            self._clock.cancel()
            with suppress(OSError):
                self._same.close()

    def _cut(self) -> None:
        """Whatever is read or written at this moment ends; half an answer counts as none."""
        self.is_late = True
        with suppress(OSError):
            self._same.shutdown(socket.SHUT_RDWR)

    def _left(self) -> float:
        return max(0.01, self._end - time.monotonic())


def _literal(host: str) -> Address | None:
    """The address that a host is, however it is written: 2130706433, 0x7f.1, 0177.0.0.1."""
    with suppress(ValueError):
        return ipaddress.ip_address(host)
    with suppress(OSError):
        return ipaddress.ip_address(socket.inet_aton(host))
    return None


def _network(text: str) -> Network:
    return ipaddress.ip_network(text, strict=False)


def _path(path: str, query: str) -> str:
    whole = f"{path or '/'}?{query}" if query else path or "/"
    if not whole.isascii():
        raise Forbidden("Write the address with ASCII letters.")
    return whole


def _words(wrong: Exception) -> str:
    if isinstance(wrong, ssl.SSLCertVerificationError):
        return f"Its certificate is not trusted: {wrong.verify_message}"
    if isinstance(wrong, ConnectionRefusedError):
        return "The connection was refused"
    return (str(wrong) or type(wrong).__name__).rstrip(".")[:200]
