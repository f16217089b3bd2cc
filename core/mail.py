"""Letters that programs write: built so that no other program answers them, and the other way
round, telling a letter that a program wrote.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses
from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

# What keeps two programs from answering one another for ever (RFC 3834, and Exchange's own way).
GUARDS = {
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "All",
    "Precedence": "bulk",
}
ANSWERING = ("x-autoreply", "x-autorespond", "x-auto-reply", "x-autoresponse")
BULK = {"bulk", "junk", "list", "auto_reply", "auto-reply"}
NO_POST = ("console", "dummy")  # backends that deliver nothing
LONGEST_HEADER = 20_000  # characters: of what is longer the beginning is read
NOBODY = re.compile(
    r"^(mailer-daemon|postmaster|no-?_?reply|do-?_?not-?_?reply|bounces?|autoreply|auto-reply)"
    r"([+._-].*)?@",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Stream:
    """What a letter belongs to: the list it is of, the thread it continues, its own name.

    `host` is our domain. The same `letter` always gets the same Message-ID, so that a letter that
    is sent a second time, because a worker died just after the first, is known as the same one.
    """

    host: str
    list_name: str
    letter: str
    thread: str = ""

    @property
    def message_id(self) -> str:
        return f"<{_word(self.letter)}@{self.host}>"

    @property
    def thread_id(self) -> str:
        return f"<{_word(self.thread)}@{self.host}>" if self.thread else ""


def mail_is_set_up() -> bool:
    """Whether letters leave this site; else they are printed in the log at most."""
    return not any(name in settings.EMAIL_BACKEND for name in NO_POST)


def host_of(site_url: str) -> str:
    """The domain that letters of this site are named by."""
    return urlsplit(site_url).hostname or "localhost"


def build(
    stream: Stream, to: str, subject: str, text: str, html: str = "", unsubscribe: str = ""
) -> EmailMultiAlternatives:
    """A letter to one person, with everything that keeps it out of loops.

    `unsubscribe` is an https address that takes a POST (RFC 8058).
    """
    headers = {
        **GUARDS,
        "Message-ID": stream.message_id,
        "List-Id": f"<{_word(stream.list_name)}.{stream.host}>",
    }
    if stream.thread_id:
        headers |= {"In-Reply-To": stream.thread_id, "References": stream.thread_id}
    if unsubscribe:
        headers |= {
            "List-Unsubscribe": f"<{unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    letter = EmailMultiAlternatives(_one_line(subject), text, None, [to], headers=headers)
    if html:
        letter.attach_alternative(html, "text/html")
    return letter


def is_automatic(message: Message, own: Iterable[str] = (), host: str = "") -> str:
    """Why nothing may be answered to this message, or made of it; empty for a person's letter.

    `own` are our addresses, `host` the domain of our Message-IDs. There are five guards: what the
    message says of itself, how it answers, that it is bulk, that nobody sent it, and that we did.
    """
    guards = (
        _says_so(message),
        _answers(message),
        _is_bulk(message),
        _from_nobody(message),
        _is_ours(message, own, host),
    )
    return next((reason for reason in guards if reason), "")


def _says_so(message: Message) -> str:
    """Auto-Submitted (RFC 3834): anything but “no”."""
    said = _text(message, "Auto-Submitted").split(";")[0].strip().lower()
    return f"Auto-Submitted: {said}" if said and said != "no" else ""


def _answers(message: Message) -> str:
    """The headers of programs that know no Auto-Submitted, and reports of delivery."""
    for name in ANSWERING:
        if name in message and _text(message, name).strip().lower() not in ("no", "false"):
            return name
    suppressed = _text(message, "X-Auto-Response-Suppress").lower()
    if any(word in suppressed for word in ("all", "oof", "autoreply")):
        return "X-Auto-Response-Suppress"
    kind = message.get_content_type()
    return kind if kind in ("multipart/report", "message/delivery-status") else ""


def _is_bulk(message: Message) -> str:
    """Lists and mass mailings."""
    precedence = _text(message, "Precedence").strip().lower()
    if precedence in BULK:
        return f"Precedence: {precedence}"
    return next((name for name in ("List-Id", "List-Unsubscribe") if name in message), "")


def _from_nobody(message: Message) -> str:
    """A null return path, or an address at which nobody reads."""
    if "Return-Path" in message and _text(message, "Return-Path").strip() in ("<>", ""):
        return "Return-Path: <>"
    sender = next((address for _, address in addresses_in([_text(message, "From")])), "")
    if not sender:
        return "no sender"
    return f"sender {sender}" if NOBODY.match(sender) else ""


def _is_ours(message: Message, own: Iterable[str], host: str) -> str:
    """Our own address as the sender, or a Message-ID that we gave."""
    ours = {address.lower() for address in own}
    froms = [_text(message, name) for name in ("From", "Sender", "Reply-To") if name in message]
    senders = {address.lower() for _, address in addresses_in(froms)}
    if both := sorted(ours & senders):
        return f"our own address {both[0]}"
    named = _text(message, "Message-ID").strip().lower()
    return "our own Message-ID" if host and named.endswith(f"@{host.lower()}>") else ""


def addresses_in(headers: Iterable[str]) -> list[tuple[str, str]]:
    """The names and addresses in headers; none in comments within comments without end."""
    try:
        return getaddresses([one[:LONGEST_HEADER] for one in headers])
    except RecursionError:
        return []


def _text(message: Message, name: str) -> str:
    return str(message.get(name, ""))[:LONGEST_HEADER]


def _one_line(subject: str, longest: int = 180) -> str:
    """A subject without line breaks: a record's name must not write headers."""
    return " ".join(subject.split())[:longest]


def _word(name: str) -> str:
    """`name` as part of a header: letters, digits, dots and dashes; anything else as its hash."""
    if re.fullmatch(r"[A-Za-z0-9.-]+", name):
        return name
    return sha256(name.encode()).hexdigest()[:32]
