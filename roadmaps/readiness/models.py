"""How readiness is weighed, what came out when, which gates are red, and who overrode one."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from roadmaps.launches.models import Launch
from roadmaps.launches.states import LaunchState, Tier
from workspaces.records.models import ScopedModel, ScopedQuerySet, WorkspaceLink

SHARE: dict[str, Any] = {"max_digits": 5, "decimal_places": 4}
POINTS: dict[str, Any] = {"max_digits": 5, "decimal_places": 2}


class ReadinessModel(ScopedModel):
    """What counts how much for launches of a tier, from a moment on. It never changes.

    `weights` are points by area; an area without any counts nothing. The score is at most `cap`
    while a gate is red, and a launch is thought ready from `go_from` on.
    """

    tier = models.CharField(max_length=1, choices=Tier.choices)
    number = models.PositiveIntegerField()
    weights = models.JSONField()
    cap = models.DecimalField(default=Decimal(79), **POINTS)
    go_from = models.DecimalField(default=Decimal(90), **POINTS)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="readinessmodel_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "tier", "number"], name="readinessmodel_once"
            ),
            models.CheckConstraint(condition=Q(tier__in=Tier.values), name="readinessmodel_tier"),
            models.CheckConstraint(
                condition=Q(cap__range=(0, 100), go_from__range=(0, 100)),
                name="readinessmodel_points",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_tier_display()}, version {self.number}"


class ReadinessSnapshot(ScopedModel):
    """How ready a launch was, and why. Another outcome is a new row.

    `areas` are what each area had: weight, done, points, lost, what is missing and where. `capped`
    are the points red gates took. `causes` say what changed it.
    """

    launch = WorkspaceLink(Launch, models.CASCADE, related_name="snapshots")
    weighed = WorkspaceLink(ReadinessModel, models.PROTECT)
    score = models.DecimalField(**POINTS)
    capped = models.DecimalField(**POINTS)
    areas = models.JSONField()
    pieces = models.PositiveIntegerField(help_text="Pieces of evidence it was worked out from.")
    causes = models.CharField(max_length=300)
    current = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "id"], name="readinesssnapshot_in_workspace"
            ),
            models.UniqueConstraint(
                fields=["workspace", "launch"],
                condition=Q(current=True),
                name="readinesssnapshot_current_once",
            ),
            models.CheckConstraint(
                condition=Q(score__range=(0, 100)), name="readinesssnapshot_score"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "launch", "-id"], name="readinesssnapshot_of"),
        ]

    def __str__(self) -> str:
        return f"{self.score} on {self.made_at}"


class Readiness(ScopedModel):
    """Where a launch stands now: for lists, and for the database, which lets none go unready.

    `checked_at` is when it was last worked out; `red` how many hard gates nobody overrode.
    """

    launch = models.OneToOneField(
        Launch, models.CASCADE, related_name="readiness", db_constraint=False
    )
    score = models.DecimalField(**POINTS)
    before = models.DecimalField(null=True, help_text="The score a week ago.", **POINTS)
    red = models.PositiveIntegerField(default=0)
    ready_on = models.DateField(null=True)
    early_on = models.DateField(null=True)
    late_on = models.DateField(null=True)
    sure_on = models.DateField(null=True, help_text="Ready by then with 85 %.")
    chance = models.DecimalField(null=True, **SHARE)
    actions = models.JSONField(default=list)
    network = models.CharField(max_length=64, help_text="What the forecast was drawn from.")
    checked_at = models.DateTimeField(default=timezone.now)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "launch"], name="readiness_once"),
            models.UniqueConstraint(fields=["workspace", "id"], name="readiness_in_workspace"),
        ]
        indexes = [models.Index(fields=["workspace", "score"], name="readiness_by_score")]

    def __str__(self) -> str:
        return str(self.score)


class RedGate(ScopedModel):
    """Something without which a launch must not go, and is not so. Worked out, never typed."""

    launch = WorkspaceLink(Launch, models.CASCADE, related_name="red_gates")
    key = models.CharField(max_length=80)
    area = models.CharField(max_length=40)
    title = models.CharField(max_length=300)
    note = models.CharField(max_length=300, blank=True)
    to = models.CharField(max_length=200, blank=True, help_text="Where it is put right.")
    since = models.DateTimeField(default=timezone.now)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "launch", "key"], name="redgate_once"),
        ]

    def __str__(self) -> str:
        return self.title


class GateOverride(ScopedModel):
    """Two people let a launch go although a gate is red, and say why. It is never taken away.

    One asks, another confirms. It holds for the launch's day and tier as they were then.
    """

    launch = WorkspaceLink(Launch, models.CASCADE, related_name="overrides")
    key = models.CharField(max_length=80)
    title = models.CharField(max_length=300)
    reason = models.CharField(max_length=1_000)
    planned_on = models.DateField()
    tier = models.CharField(max_length=1, choices=Tier.choices)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="Taken back; it still shows.")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="gateoverride_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "launch", "key"],
                condition=Q(ended_at=None),
                name="gateoverride_once",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="gateoverride_says_why"),
            models.CheckConstraint(condition=Q(tier__in=Tier.values), name="gateoverride_tier"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | Q(asked_by=None) | ~Q(confirmed_by=F("asked_by")),
                name="gateoverride_by_two",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ManualScore(ScopedModel):
    """Somebody says an area is further along than what is known shows, and why.

    It shows as set by hand, until it is ended; the newest that is not counts. No gate is opened.
    """

    launch = WorkspaceLink(Launch, models.CASCADE, related_name="manual_scores")
    area = models.CharField(max_length=40)
    done = models.DecimalField(**SHARE)
    reason = models.CharField(max_length=500)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    set_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="manualscore_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "launch", "area"],
                condition=Q(ended_at=None),
                name="manualscore_once",
            ),
            models.CheckConstraint(condition=Q(done__range=(0, 1)), name="manualscore_share"),
            models.CheckConstraint(condition=~Q(reason=""), name="manualscore_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.done}"


class LaunchForecast(ScopedModel):
    """What was forecast of a launch in a state, kept as it was first said there.

    Once the launch is out it is graded: `actual_on` is the day it turned out to be ready, `error`
    how many working days after the likely one, `inside` whether by the day given with 85 %.
    """

    launch = WorkspaceLink(Launch, models.CASCADE, related_name="forecasts")
    state = models.CharField(max_length=9, choices=LaunchState.choices)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    planned_on = models.DateField()
    likely_on = models.DateField()
    sure_on = models.DateField()
    chance = models.DecimalField(null=True, **SHARE)
    actual_on = models.DateField(null=True)
    error = models.SmallIntegerField(null=True)
    inside = models.BooleanField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="launchforecast_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "launch", "state"], name="launchforecast_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=LaunchState.values), name="launchforecast_state"
            ),
            models.CheckConstraint(
                condition=Q(actual_on=None, error=None, inside=None)
                | Q(actual_on__isnull=False, error__isnull=False, inside__isnull=False),
                name="launchforecast_graded_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.launch_id}: {self.likely_on}"
