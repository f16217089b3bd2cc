"""Launches: what comes to which markets when, from which template, and by which tasks."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from roadmaps.launches.states import Lane, LaunchState, Tier
from workspaces.members.models import Team
from workspaces.records.models import (
    Record,
    RecordQuerySet,
    ScopedModel,
    ScopedQuerySet,
    WorkspaceLink,
)

MOST_OFFSET, MOST_DAYS = 730, Decimal(500)
OFFSET = [MinValueValidator(-MOST_OFFSET), MaxValueValidator(MOST_OFFSET)]
DAYS = [MinValueValidator(Decimal(0)), MaxValueValidator(MOST_DAYS)]
PHASES = LaunchState.choices[:8]
KEY = 40


def _person() -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )


def _days(label: str) -> Any:
    return models.DecimalField(label, max_digits=5, decimal_places=1, default=1, validators=DAYS)


class LaunchTemplate(Record):
    """What a launch of a tier takes, for a category and a market or for any."""

    name = models.CharField(max_length=120)
    tier = models.CharField(max_length=1, choices=Tier.choices, default=Tier.TWO)
    category = WorkspaceLink("products.Category", models.SET_NULL, null=True, blank=True)
    market = WorkspaceLink("products.Market", models.SET_NULL, null=True, blank=True)
    description = models.TextField(blank=True, max_length=5_000)
    documents = models.CharField(
        max_length=400,
        blank=True,
        db_default="",
        default="",
        help_text="Templates of the documents it asks for, by commas. "
        "Empty: what its tier asks for.",
    )

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="launchtemplate_in_workspace"),
            models.CheckConstraint(condition=Q(tier__in=Tier.values), name="launchtemplate_tier"),
        ]
        indexes = [models.Index(fields=["workspace", "name", "id"], name="launchtemplate_name")]

    def __str__(self) -> str:
        return self.name


class PlannedTask(Record):
    """What a task of a template and one of a launch have in common.

    `day` is when it is due in working days before (below zero) or after the launch. Its three
    points are working days too.
    """

    title = models.CharField(max_length=200)
    phase = models.CharField(max_length=9, choices=PHASES, default=LaunchState.BUILD)
    lane = models.CharField(max_length=7, choices=Lane.choices, default=Lane.PRODUCT)
    day = models.SmallIntegerField(
        "T±", default=0, validators=OFFSET, help_text="Working days from the launch: -30, 0, 30."
    )
    low = _days("days at best")
    likely = _days("days likely")
    high = _days("days at worst")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def when(self) -> str:
        """Its day as plans say it: T−30, T+7."""
        return f"T{'+' if self.day >= 0 else '−'}{abs(self.day)}"


def _task_rules(name: str) -> list[models.CheckConstraint]:
    """What holds for both kinds of tasks."""
    return [
        models.CheckConstraint(condition=Q(lane__in=Lane.values), name=f"{name}_lane"),
        models.CheckConstraint(
            condition=Q(phase__in=[value for value, _ in PHASES]), name=f"{name}_phase"
        ),
        models.CheckConstraint(
            condition=Q(low__gte=0, likely__gte=F("low"), high__gte=F("likely")),
            name=f"{name}_in_order",
        ),
    ]


class TemplateTask(PlannedTask):
    """A task every launch from a template begins with.

    `key` is its name towards the launches made from it, and towards the tasks that wait for it.
    """

    template = WorkspaceLink(LaunchTemplate, models.CASCADE, related_name="tasks")
    key = models.SlugField(max_length=KEY, db_index=False)
    after = models.CharField(
        "waits for", max_length=400, blank=True, help_text="Keys of other tasks, by commas."
    )

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="templatetask_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "template", "key"],
                condition=Q(deleted_at=None),
                name="templatetask_once",
            ),
            *_task_rules("templatetask"),
        ]

    @property
    def waits_for(self) -> list[str]:
        return [key for one in self.after.split(",") if (key := one.strip())]


class Launch(Record):
    """Products that come to markets on a day. It may go once nothing that must be so is not.

    `points` are those of its tier's criteria; the tier stands once two people have confirmed them.
    """

    title = models.CharField(max_length=200)
    state = models.CharField(max_length=9, choices=LaunchState.choices, default=LaunchState.PLAN)
    planned_on = models.DateField("planned for")
    tier = models.CharField(max_length=1, choices=Tier.choices, default=Tier.TWO, editable=False)
    points = models.JSONField(default=dict, blank=True, editable=False)
    owner = _person()
    team = WorkspaceLink(Team, models.SET_NULL, null=True, blank=True)
    template = WorkspaceLink(LaunchTemplate, models.SET_NULL, null=True, blank=True, editable=False)
    brief = models.TextField(blank=True, max_length=20_000)
    launched_on = models.DateField(null=True, blank=True, editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "launches"
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="launch_in_workspace"),
            models.CheckConstraint(condition=Q(state__in=LaunchState.values), name="launch_state"),
            models.CheckConstraint(condition=Q(tier__in=Tier.values), name="launch_tier"),
        ]
        indexes = [
            models.Index(fields=["workspace", "title", "id"], name="launch_by_title"),
            models.Index(fields=["workspace", "planned_on", "id"], name="launch_by_day"),
            models.Index(fields=["workspace", "state", "planned_on"], name="launch_by_state"),
            models.Index(fields=["workspace", "template"], name="launch_of_template"),
        ]

    def __str__(self) -> str:
        return self.title


class LaunchProduct(ScopedModel):
    """A launch brings a product."""

    launch = WorkspaceLink(Launch, models.CASCADE, related_name="brings")
    product = WorkspaceLink("products.Product", models.CASCADE)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "launch", "product"], name="launchproduct_once"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "product"], name="launchproduct_of_product")]

    def __str__(self) -> str:
        return f"{self.launch_id} brings {self.product_id}"


class LaunchMarket(ScopedModel):
    """A launch goes to a market."""

    launch = WorkspaceLink(Launch, models.CASCADE, related_name="reaches")
    market = WorkspaceLink("products.Market", models.CASCADE)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "launch", "market"], name="launchmarket_once"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "market"], name="launchmarket_of_market")]

    def __str__(self) -> str:
        return f"{self.launch_id} to {self.market_id}"


class LaunchSegment(ScopedModel):
    """A launch is for the customers of a segment; one without any is for everybody."""

    launch = WorkspaceLink(Launch, models.CASCADE, related_name="aims_at")
    segment = WorkspaceLink("feedback.Segment", models.CASCADE)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "launch", "segment"], name="launchsegment_once"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "segment"], name="launchsegment_of_segment")]

    def __str__(self) -> str:
        return f"{self.launch_id} for {self.segment_id}"


class LaunchItem(ScopedModel):
    """A launch delivers an item of the roadmap."""

    launch = WorkspaceLink(Launch, models.CASCADE, related_name="delivers")
    item = WorkspaceLink("roadmaps.Item", models.CASCADE)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "launch", "item"], name="launchitem_once"),
        ]
        indexes = [models.Index(fields=["workspace", "item"], name="launchitem_of_item")]

    def __str__(self) -> str:
        return f"{self.launch_id} delivers {self.item_id}"


class TierConfirmation(ScopedModel):
    """Somebody agrees with a launch's points as they are. Other points are confirmed anew."""

    launch = WorkspaceLink(Launch, models.CASCADE, related_name="confirmations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    confirmed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "launch", "user"], name="tierconfirmation_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


class LaunchTaskQuerySet(RecordQuerySet["LaunchTask"]):
    """Tasks whose launch is not in the trash."""

    def in_workspace(self, workspace_id: int) -> Any:
        return super().in_workspace(workspace_id).filter(launch__deleted_at=None)


class LaunchTask(PlannedTask):
    """Something to do for a launch. `due_on` follows the launch's day.

    `key` names the task of the template it was made from; without one it was found on the way.
    """

    launch = WorkspaceLink(Launch, models.CASCADE, related_name="tasks")
    key = models.CharField(max_length=KEY, blank=True, editable=False)
    due_on = models.DateField("due", editable=False)
    owner = _person()
    started_on = models.DateField("started", null=True, blank=True)
    done_on = models.DateField("done", null=True, blank=True)

    objects = LaunchTaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="launchtask_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "launch", "key"],
                condition=~Q(key="") & Q(deleted_at=None),
                name="launchtask_of_template_once",
            ),
            models.CheckConstraint(
                condition=Q(started_on=None) | Q(done_on=None) | Q(done_on__gte=F("started_on")),
                name="launchtask_ends_after_start",
            ),
            *_task_rules("launchtask"),
        ]
        indexes = [
            models.Index(fields=["workspace", "launch", "due_on"], name="launchtask_of_launch"),
            models.Index(fields=["workspace", "title", "id"], name="launchtask_title"),
            models.Index(fields=["workspace", "key", "done_on"], name="launchtask_history"),
        ]


class TaskOrder(ScopedModel):
    """`after` waits for `before`, both of one launch."""

    before = WorkspaceLink(LaunchTask, models.CASCADE)
    after = WorkspaceLink(LaunchTask, models.CASCADE, related_name="waits")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "after", "before"], name="taskorder_once"),
            models.CheckConstraint(condition=~Q(before=F("after")), name="taskorder_of_two"),
        ]
        indexes = [models.Index(fields=["workspace", "before"], name="taskorder_before")]

    def __str__(self) -> str:
        return f"{self.before_id} → {self.after_id}"


class ClosedKind(models.TextChoices):
    """Why nothing starts on these days."""

    HOLIDAY = "holiday", "Public holiday"
    BLACKOUT = "blackout", "Blackout"


class ClosedDays(Record):
    """Days on which nobody works (a holiday) or nothing may be launched (a blackout).

    Without a market they hold everywhere. Holidays of everywhere are no working days.
    """

    title = models.CharField(max_length=120)
    reason = models.CharField(max_length=8, choices=ClosedKind.choices, default=ClosedKind.HOLIDAY)
    market = WorkspaceLink("products.Market", models.CASCADE, null=True, blank=True)
    start_on = models.DateField("from")
    end_on = models.DateField("until")

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "closed days"
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="closeddays_in_workspace"),
            models.CheckConstraint(
                condition=Q(reason__in=ClosedKind.values), name="closeddays_reason"
            ),
            models.CheckConstraint(
                condition=Q(end_on__gte=F("start_on")), name="closeddays_end_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "start_on", "id"], name="closeddays_by_day"),
            models.Index(fields=["workspace", "title", "id"], name="closeddays_title"),
        ]

    def __str__(self) -> str:
        return self.title
