"""Making, changing, revoking and reopening links. Their rooms ask for their own rights besides."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from core.errors import EditConflict, NotFound, Refused
from core.typed import one_line
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.guests.models import LONGEST_LABEL, GuestCode, GuestLink, GuestVisit, Way

MOST_LINKS, MOST_NAMED, MOST_ORIGINS = 500, 200, 20
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 200
DOMAIN = re.compile(r"^(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$")
ORIGIN = re.compile(r"^https?://[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?(:\d{1,5})?$")
ADDRESS = re.compile(r"^[a-z0-9][a-z0-9-]{2,58}[a-z0-9]$")


@dataclass(frozen=True, slots=True)
class Gate:
    """What somebody wants of a link. An empty password keeps the one that is set."""

    label: str
    way: str = Way.OPEN
    password: str = ""
    domains: Sequence[str] = ()
    people: Sequence[str] = ()
    expires_at: datetime | None = None
    origins: Sequence[str] = ()


@transaction.atomic
def make_link(actor: Actor, kind: str, gate: Gate, address: str = "") -> tuple[GuestLink, str]:
    """A new link and its secret, which is told this once; `address` is readable in its place.

    Raises Denied, Refused or ValidationError naming the fields.
    """
    actor.require(Perm.SHARE_OUTSIDE)
    rows = GuestLink.objects.visible_to(actor)
    if rows.count() >= MOST_LINKS:
        raise Refused(f"There are {MOST_LINKS} links already. Delete some first.")
    secret = _readable(address) if address else secrets.token_urlsafe(24)
    link = GuestLink(
        workspace=actor.workspace,
        kind=kind,
        secret_hash=hash_of(secret),
        address=address,
        made_by=actor.user,
    )
    _fill(link, gate)
    link.save()
    audit.record(actor, "guestlink.made", link, {"way": (None, link.way)})
    return link, secret


@transaction.atomic
def change_link(actor: Actor, pk: int, gate: Gate, *, seen_version: int) -> GuestLink:
    """Ask something else of whoever opens a link. Those inside come in anew where that matters.

    Raises Denied, NotFound, EditConflict, or ValidationError naming the fields.
    """
    actor.require(Perm.SHARE_OUTSIDE)
    link = locked(actor, pk)
    if link.version != seen_version:
        raise EditConflict(f"“{link}” changed while you were editing it.")
    before = link.way, link.password
    _fill(link, gate)
    if (link.way, link.password) != before:
        link.epoch += 1
    _save(link)
    audit.record(actor, "guestlink.changed", link, {"way": (before[0], link.way)})
    return link


@transaction.atomic
def renew_secret(actor: Actor, pk: int) -> tuple[GuestLink, str]:
    """A new secret; the old address opens nothing any more. Raises Denied or NotFound."""
    actor.require(Perm.SHARE_OUTSIDE)
    link, secret = locked(actor, pk), secrets.token_urlsafe(24)
    link.secret_hash, link.address, link.epoch = hash_of(secret), "", link.epoch + 1
    _save(link)
    audit.record(actor, "guestlink.renewed", link, {})
    return link, secret


@transaction.atomic
def revoke_link(actor: Actor, pk: int) -> GuestLink:
    """Close a link at once, also to those who are inside. Raises Denied or NotFound."""
    actor.require(Perm.SHARE_OUTSIDE)
    link = locked(actor, pk)
    if link.revoked_at is None:
        link.revoked_at, link.epoch = timezone.now(), link.epoch + 1
        _save(link)
        audit.record(actor, "guestlink.revoked", link, {})
    return link


@transaction.atomic
def reopen_link(actor: Actor, pk: int) -> GuestLink:
    """Take a revocation back. Raises Denied or NotFound."""
    actor.require(Perm.SHARE_OUTSIDE)
    link = locked(actor, pk)
    if link.revoked_at is not None:
        link.revoked_at = None
        _save(link)
        audit.record(actor, "guestlink.reopened", link, {})
    return link


def locked(actor: Actor, pk: int) -> GuestLink:
    """The link, held until the transaction ends. Raises NotFound."""
    rows = GuestLink.objects.visible_to(actor).select_for_update(no_key=True, of=("self",))
    link = rows.select_related("workspace").filter(pk=pk).first()
    if link is None:
        raise NotFound("That link no longer exists.")
    return link


def forget(workspace_id: int, email: str) -> None:
    """Take an address out of every link, log and code for good. In the caller's transaction."""
    address = email.lower()
    GuestVisit.objects.in_workspace(workspace_id).filter(email__iexact=address).update(email="")
    GuestCode.objects.in_workspace(workspace_id).filter(email__iexact=address).delete()
    rows = GuestLink.objects.in_workspace(workspace_id).filter(people__contains=[address])
    for link in rows.select_for_update(no_key=True).order_by("pk"):
        link.people = [one for one in link.people if one != address]
        _save(link)


def hash_of(secret: str) -> str:
    """What is kept of a secret. Looking rows up by it tells nobody how near a guess came."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _save(link: GuestLink) -> None:
    link.version += 1
    link.save()


def _readable(address: str) -> str:
    if not ADDRESS.match(address):
        words = "Use 4 to 60 small letters, digits and dashes."
        raise ValidationError({"address": [words]})
    if GuestLink.objects.filter(secret_hash=hash_of(address)).exists():
        raise ValidationError({"address": ["This address is taken. Choose another."]})
    return address


def _fill(link: GuestLink, gate: Gate) -> None:
    wrong: dict[str, list[str]] = {}
    link.label = one_line(gate.label, LONGEST_LABEL)
    link.way, link.expires_at = gate.way, gate.expires_at
    link.domains = sorted({one.lower().lstrip("@") for one in gate.domains})
    link.people = sorted({one.lower() for one in gate.people})
    link.origins = sorted({one.lower().rstrip("/") for one in gate.origins})
    if not link.label:
        wrong["label"] = ["Say whom it is for."]
    if link.way not in Way.values:
        wrong["way"] = ["Choose who comes in."]
    if link.expires_at is not None and link.expires_at <= timezone.now():
        wrong["expires_at"] = ["Choose a moment that is still to come."]
    _check_password(link, gate.password, wrong)
    _check_named(link, wrong)
    if wrong:
        raise ValidationError(wrong)


def _check_password(link: GuestLink, password: str, wrong: dict[str, list[str]]) -> None:
    if link.way != Way.PASSWORD:
        link.password = ""
    elif password:
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            wrong["password"] = [f"Use at least {SHORTEST_PASSWORD} characters."]
        link.password = make_password(password)
    elif not link.password:
        wrong["password"] = ["Give it a password."]


def _check_named(link: GuestLink, wrong: dict[str, list[str]]) -> None:
    if link.way != Way.EMAIL:
        link.domains, link.people = [], []
    elif not link.domains and not link.people:
        wrong["people"] = ["Name somebody, or a domain."]
    if max(len(link.domains), len(link.people)) > MOST_NAMED or len(link.origins) > MOST_ORIGINS:
        wrong["people"] = [f"At most {MOST_NAMED} can be named."]
    if bad := [one for one in link.domains if not DOMAIN.match(one)]:
        wrong["domains"] = [f"“{bad[0]}” is no domain. Write it like example.com."]
    if bad := [one for one in link.people if not _is_address(one)]:
        wrong["people"] = [f"“{bad[0]}” is no e-mail address."]
    if bad := [one for one in link.origins if not ORIGIN.match(one)]:
        wrong["origins"] = [f"“{bad[0]}” is no site. Write it like https://intranet.example.com."]
    if link.origins and link.way != Way.OPEN:
        wrong["origins"] = ["Only a link that asks nothing can be shown inside another site."]


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
