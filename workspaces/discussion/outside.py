"""Who outside gets the public replies of a kind of record, and whether a letter can reach them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from core.mail import NOBODY, mail_is_set_up
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.discussion.answers import address_of
from workspaces.records.kinds import RecordKind


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody outside: what they are called, their address if it is known, what it is about."""

    name: str
    email: str
    subject: str


Finder = Callable[[Actor, Any], Person]
OUTSIDE: dict[str, Finder] = {}


def register_outside(kind: str, find: Finder) -> None:
    """Called from an AppConfig's ready(). `find(actor, row)` says whom a record came from."""
    OUTSIDE[kind] = find


@dataclass(frozen=True, slots=True)
class Outside:
    """What a member is told before they reply publicly. `sends` is whether a letter goes."""

    sends: bool
    words: str
    person: Person


def outside_of(actor: Actor, kind: RecordKind, row: Any) -> Outside | None:
    """Whom a public reply would reach; None where this member may not speak to the outside."""
    if not kind.public_replies or not actor.can(kind.writes):
        return None
    find = OUTSIDE.get(kind.name)
    person = find(actor, row) if find else Person("", "", "")
    if not _is_address(person.email) or NOBODY.match(person.email):
        why = "No address of theirs is known"
    elif not mail_is_set_up():
        why = "No mail server is set up"
    else:
        seen = person.email if actor.can(Perm.CUSTOMERS_VIEW) else "this person's mailbox"
        where = "join this discussion" if address_of(actor.workspace.pk) else "come to you"
        words = f"Anyone with {seen} sees this: it is sent as a letter. Answers {where}."
        return Outside(True, words, person)
    words = f"Anyone with this reply sees it. {why}, so nothing is sent: copy it to where they are."
    return Outside(False, words, person)


def _is_address(text: str) -> bool:
    """One address and nothing else: files bring in what no form would take."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
