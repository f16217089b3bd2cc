"""What the API remembers: tokens, and answers it may have to repeat."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from knox.models import AbstractAuthToken, AuthTokenManager

from workspaces.access.roles import Perm
from workspaces.records.models import ScopedModel, ScopedQuerySet

ANSWERS_KEPT = timedelta(hours=24)


class ApiToken(AbstractAuthToken):
    """A person's key for scripts, good for one workspace and never for more than their role.

    Only a hash of it is stored. `scopes` are permissions; empty means everything the role may do.
    """

    name = models.CharField(max_length=80)
    workspace = models.ForeignKey("workspaces.Workspace", models.CASCADE, related_name="+")
    scopes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = AuthTokenManager()

    class Meta:
        verbose_name = "API token"
        indexes = [models.Index(fields=["user", "workspace"], name="token_of_member")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_expired(self) -> bool:
        return self.expiry is not None and self.expiry <= timezone.now()

    @property
    def permissions(self) -> frozenset[Perm] | None:
        """What the token was made for; None is everything. A scope that is gone grants nothing."""
        known = {perm.value: perm for perm in Perm}
        if not self.scopes:
            return None
        return frozenset(known[scope] for scope in self.scopes if scope in known)


class Answer(ScopedModel):
    """What a POST with an Idempotency-Key was answered, to be repeated for a day."""

    owner = models.CharField(max_length=80, help_text="The token or person who asked.")
    key = models.CharField(max_length=200)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.BinaryField()
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "owner", "key"], name="answer_once"),
        ]
        indexes = [models.Index(fields=["created_at"], name="answer_age")]

    def __str__(self) -> str:
        return f"{self.status} for {self.key}"
