"""Links that people without an account open, who opened them, and the codes mailed to them."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from workspaces.records.models import ScopedModel, ScopedQuerySet, WorkspaceLink

if TYPE_CHECKING:
    from workspaces.access.actor import Actor

LONGEST_LABEL, LONGEST_ADDRESS = 120, 60


class Way(models.TextChoices):
    """What a link asks of whoever opens it."""

    OPEN = "open", "Anyone who has the link"
    PASSWORD = "password", "Whoever knows a password"
    EMAIL = "email", "People and e-mail domains I name"


class GuestLinkQuerySet(ScopedQuerySet["GuestLink"]):
    """The questions of a page of links."""

    def of_kind(self, kind: str) -> Self:
        """Those of one room, newest first."""
        return self.filter(kind=kind).order_by("-made_at", "-pk")

    def visible_to(self, actor: "Actor") -> Self:
        return self.in_workspace(actor.workspace.pk)


class GuestLink(ScopedModel):
    """A door for people without an account. What is behind it is its room's: `kind` says which.

    Of its secret only the hash is kept. `epoch` grows whenever those who are inside have to come
    in anew: sessions of an earlier one are over.
    """

    kind = models.CharField(max_length=30, editable=False, help_text="Such as roadmaps.share.")
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    address = models.CharField(
        max_length=LONGEST_ADDRESS, blank=True, help_text="A readable address in place of a secret."
    )
    label = models.CharField(max_length=LONGEST_LABEL, help_text="Whom it is for.")
    way = models.CharField(max_length=8, choices=Way.choices, default=Way.OPEN)
    password = models.CharField(max_length=200, blank=True, editable=False)
    domains = models.JSONField(default=list, blank=True)
    people = models.JSONField(default=list, blank=True)
    origins = models.JSONField(
        default=list, blank=True, help_text="Sites that may show it within their pages."
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    epoch = models.PositiveIntegerField(default=1, editable=False)
    opens = models.PositiveIntegerField(default=0, editable=False)
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    misses = models.PositiveIntegerField(default=0, editable=False)
    misses_since = models.DateTimeField(default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = GuestLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="guestlink_in_workspace"),
            models.CheckConstraint(condition=Q(way__in=Way.values), name="guestlink_way"),
            models.CheckConstraint(
                condition=~Q(way=Way.PASSWORD) | ~Q(password=""), name="guestlink_has_password"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "kind", "-made_at", "-id"], name="guestlink_newest")
        ]

    def __str__(self) -> str:
        return self.label

    def is_open(self, now: datetime) -> bool:
        """Neither revoked nor expired, in a workspace that is still there."""
        expired = self.expires_at is not None and self.expires_at <= now
        return self.revoked_at is None and not expired and self.workspace.deleted_at is None

    def admits(self, email: str) -> bool:
        """This address is named, or is of a domain that is."""
        address = email.lower()
        return address in self.people or address.rpartition("@")[2] in self.domains

    def may_prove(self, email: str) -> bool:
        """A code may go to this address: to anybody's own, unless people are named who come in."""
        return self.way != Way.EMAIL or self.admits(email)

    @property
    def state(self) -> str:
        """open, expired or revoked, in a word."""
        if self.revoked_at is not None:
            return "revoked"
        expired = self.expires_at is not None and self.expires_at <= timezone.now()
        return "expired" if expired else "open"


class GuestVisit(ScopedModel):
    """Somebody came in by a link. Who, where the link asked; never a full network address."""

    link = WorkspaceLink(GuestLink, models.CASCADE, related_name="visits")
    at = models.DateTimeField(default=timezone.now)
    email = models.EmailField(blank=True)
    network = models.CharField(max_length=50, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="guestvisit_in_workspace"),
        ]
        indexes = [models.Index(fields=["workspace", "link", "-id"], name="guestvisit_newest")]

    def __str__(self) -> str:
        return f"{self.email or 'Somebody'}, {self.at:%Y-%m-%d %H:%M}"


class GuestCode(ScopedModel):
    """A one-time code that was asked for. It is worked out from `nonce`, and kept nowhere.

    A row is made for every address, admitted or not, so that asking tells nobody which.
    """

    link = WorkspaceLink(GuestLink, models.CASCADE)
    email = models.EmailField()
    nonce = models.CharField(max_length=32, editable=False)
    made_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "link", "email", "-id"], name="guestcode_newest")
        ]

    def __str__(self) -> str:
        return f"Code of {self.made_at:%Y-%m-%d %H:%M}"
