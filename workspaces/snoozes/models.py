"""What a member does not want to be reminded of for a while."""

from django.db import models

from workspaces.records.models import ScopedModel, ScopedQuerySet


class Snooze(ScopedModel):
    """One reminder, put off by one member until a moment. `key` names what it is about."""

    user = models.ForeignKey("workspaces.User", models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=120)
    until = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user", "key"], name="snooze_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} until {self.until:%Y-%m-%d}"
