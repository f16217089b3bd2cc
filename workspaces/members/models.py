"""People, the workspaces they share, and what each may do there."""

import zoneinfo
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.timezone import now

from core.money import validate_currency
from workspaces.access.roles import Role
from workspaces.records.models import RecordQuerySet, ScopedModel, ScopedQuerySet, WorkspaceLink


def validate_zone(name: str) -> None:
    """Refuse what is no IANA time zone."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"“{name}” is not a time zone. Use a name such as Europe/Berlin.")


class UserManager(BaseUserManager["User"]):
    """Makes people by e-mail address; there are no user names."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]
    """A person. What they may do is decided by their memberships, not here.

    `is_staff` opens Django admin and nothing else.
    """

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    locale = models.CharField(max_length=12, default="en-GB", help_text="Numbers and dates.")
    timezone = models.CharField(max_length=64, default="UTC", validators=[validate_zone])
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def initials(self) -> str:
        words = self.name.split() or [self.email]
        return (
            "".join(word[0] for word in words[:2]).upper()
            if len(words) > 1
            else words[0][:2].upper()
        )


class Workspace(models.Model):
    """One shop's house. Every scoped row belongs to exactly one."""

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=50, unique=True)
    currency = models.CharField(max_length=3, default="EUR", validators=[validate_currency])
    timezone = models.CharField(max_length=64, default="Europe/Berlin", validators=[validate_zone])
    is_sample = models.BooleanField(default=False, help_text="Made by the sample shop command.")
    created_at = models.DateTimeField(default=now, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    fields_stamp = models.BigIntegerField(
        default=0, db_default=0, editable=False, help_text="Another one with every custom field."
    )

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(ScopedQuerySet["Membership"]):
    """The questions the door asks."""

    def active(self) -> Self:
        """Memberships that still open something."""
        return self.filter(active=True, user__is_active=True, workspace__deleted_at=None)

    def owners(self) -> Self:
        """Those who may delete the workspace and make other owners."""
        return self.filter(active=True, role=Role.OWNER)


class Membership(models.Model):
    """One person's role in one workspace. Deactivated rows stay, for the history."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices)
    active = models.BooleanField(default=True)
    last_opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    favourites = models.JSONField(
        default=list,
        db_default=[],
        blank=True,
        editable=False,
        help_text="Views in the navigation.",
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="membership_once"),
            models.UniqueConstraint(fields=["workspace", "id"], name="membership_in_workspace"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {Role(self.role).label}"


class InvitationQuerySet(ScopedQuerySet["Invitation"]):
    """The questions asked of invitations."""

    def open(self) -> Self:
        """Neither accepted nor revoked; it may have expired."""
        return self.filter(accepted_at=None, revoked_at=None, workspace__deleted_at=None)


class Invitation(models.Model):
    """An offer of a role to an e-mail address. Only the hash of its token is kept.

    `sent_at` is empty until the mail server took the letter, so that a lost task is made good.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=12, choices=Role.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=now, editable=False)
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="invitation_in_workspace"),
            models.UniqueConstraint(
                "workspace",
                Lower("email"),
                condition=Q(accepted_at=None, revoked_at=None),
                name="invitation_open_once",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="invitation_role"),
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.workspace}"

    @property
    def expired(self) -> bool:
        return self.expires_at <= now()


class TeamQuerySet(RecordQuerySet["Team"]):
    """The questions asked of teams. A deleted one keeps its name and members."""

    def of(self, user: User) -> Self:
        """The teams this person belongs to."""
        return self.filter(membership__user=user)


class Team(ScopedModel):
    """Members who are mentioned, assigned and shown the same views together."""

    name = models.CharField(max_length=80)
    members = models.ManyToManyField(User, through="TeamMember", related_name="+")
    created_at = models.DateTimeField(default=now, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    objects = TeamQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("workspace", Lower("name"), name="team_name_once"),
            models.UniqueConstraint(fields=["workspace", "id"], name="team_in_workspace"),
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(ScopedModel):
    """One member of a team."""

    team = WorkspaceLink(Team, models.CASCADE, related_name="membership")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "team", "user"], name="teammember_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"
