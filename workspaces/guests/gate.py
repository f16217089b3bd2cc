"""Whether a secret opens anything now, and who has come in by it already."""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.signing import BadSignature, dumps, loads
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from workspaces.access.actor import Actor
from workspaces.access.roles import Perm, Role
from workspaces.guests.models import GuestLink, GuestVisit, Way
from workspaces.guests.services import hash_of
from workspaces.members.models import User

COOKIE, SALT = "guest", "workspaces.guests"
SESSION_SECONDS = 12 * 3_600
PREFIX = "/g/"  # every address of a guest begins with it and the secret: the cookie's path


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody inside: by which link, who, and since which visit."""

    link: GuestLink
    email: str
    visit: int

    def actor(self, *perms: Perm) -> Actor:
        """Nobody in particular who may do this alone: what a live page is read as."""
        workspace = self.link.workspace
        return Actor(User(name="Guest"), workspace, Role.VIEWER, "guest", frozenset(perms))


def find(secret: str, kind: str = "") -> GuestLink | None:
    """The link, of this kind where one is named, that a secret opens now.

    Guessed, expired and revoked secrets cost the same one statement.
    """
    rows = GuestLink.objects.filter(secret_hash=hash_of(secret)).select_related("workspace")
    link = rows.first()
    good = link is not None and link.is_open(timezone.now()) and kind in ("", link.kind)
    return link if good else None


def known(request: HttpRequest, link: GuestLink) -> Guest | None:
    """Who has come in by this link before, while that still holds."""
    try:
        pk, epoch, email, visit = loads(
            request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=SESSION_SECONDS
        )
    except (BadSignature, ValueError, TypeError):
        return None
    if (pk, epoch) != (link.pk, link.epoch):
        return None
    if link.way == Way.EMAIL and not link.admits(email):
        return None
    return Guest(link, email, visit)


def come_in(request: HttpRequest, link: GuestLink, email: str = "") -> Guest:
    """Note the visit, in the log and in the count."""
    visit = GuestVisit.objects.create(
        workspace_id=link.workspace_id, link=link, email=email, network=network_of(request)
    )
    GuestLink.objects.in_workspace(link.workspace_id).filter(pk=link.pk).update(
        opens=F("opens") + 1, opened_at=visit.at
    )
    return Guest(link, email, visit.pk)


def proven(guest: Guest, email: str) -> Guest:
    """The same guest, known by an address they have proven; by none, once they leave it."""
    visits = GuestVisit.objects.in_workspace(guest.link.workspace_id).filter(pk=guest.visit)
    visits.update(email=email.lower())
    return Guest(guest.link, email.lower(), guest.visit)


def remember(response: HttpResponse, secret: str, guest: Guest) -> None:
    """The signed cookie of a visit, for the addresses of this link alone."""
    value = dumps([guest.link.pk, guest.link.epoch, guest.email, guest.visit], salt=SALT)
    response.set_cookie(
        COOKIE,
        value,
        max_age=SESSION_SECONDS,
        path=f"{PREFIX}{secret}/",
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def network_of(request: HttpRequest) -> str:
    """Roughly where somebody came from: an address without its last part."""
    try:
        address = ip_address(get_adapter().get_client_ip(request))
    except ValueError:
        return ""
    size = 24 if address.version == 4 else 48
    return str(ip_network(f"{address}/{size}", strict=False).network_address)
