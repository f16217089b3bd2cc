"""Slots: the days, and the markets, that somebody proposes for a launch and another approves."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from roadmaps.launches.models import Launch
from workspaces.records.models import ScopedModel, ScopedQuerySet, WorkspaceLink

LONGEST_NOTE = 1_000


class SlotState(models.TextChoices):
    """Where a slot stands. At most one of a launch is proposed, and one approved."""

    PROPOSED = "proposed", "Proposed"
    APPROVED = "approved", "Approved"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"
    REPLACED = "replaced", "Replaced"


class LaunchSlot(ScopedModel):
    """Days on which a launch may go. Once one is approved, the launch's day lies within it.

    It is for the markets of `reaches`, or for wherever its launch goes when it is `everywhere`; one
    whose markets are gone is for none. `asked` is who was asked to decide; anybody else who may is
    free to. `conflicts` are what spoke against it when it was decided, in words.
    """

    launch = WorkspaceLink(Launch, models.CASCADE, related_name="slots")
    start_on = models.DateField("from")
    end_on = models.DateField("until")
    note = models.CharField(max_length=LONGEST_NOTE, blank=True)
    state = models.CharField(
        max_length=9, choices=SlotState.choices, default=SlotState.PROPOSED, editable=False
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    proposed_at = models.DateTimeField(default=timezone.now, editable=False)
    asked = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=LONGEST_NOTE, blank=True)
    conflicts = models.JSONField(default=list, editable=False)
    everywhere = models.BooleanField(default=True, db_default=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="launchslot_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "launch", "state"],
                condition=Q(state__in=["proposed", "approved"]),
                name="launchslot_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=SlotState.values), name="launchslot_state"
            ),
            models.CheckConstraint(
                condition=Q(end_on__gte=F("start_on")), name="launchslot_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None)
                | Q(proposed_by=None)
                | ~Q(decided_by=F("proposed_by")),
                name="launchslot_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused", reason=""), name="launchslot_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "launch", "-id"], name="launchslot_of"),
            models.Index(fields=["workspace", "state", "start_on"], name="launchslot_by_day"),
        ]

    def __str__(self) -> str:
        first, last = self.start_on, self.end_on
        if first == last:
            return f"{first.day} {first:%b %Y}"
        return f"{first.day} {first:%b %Y} – {last.day} {last:%b %Y}"


class SlotMarket(ScopedModel):
    """A slot is for a market."""

    slot = WorkspaceLink(LaunchSlot, models.CASCADE, related_name="reaches")
    market = WorkspaceLink("products.Market", models.CASCADE)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "slot", "market"], name="slotmarket_once"),
        ]
        indexes = [models.Index(fields=["workspace", "market"], name="slotmarket_of_market")]

    def __str__(self) -> str:
        return f"{self.slot_id} for {self.market_id}"
