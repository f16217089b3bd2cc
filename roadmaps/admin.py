"""The roadmap in Django admin."""

from django.contrib import admin

from roadmaps.items.models import Dependency, Estimate, Item, ItemProduct
from roadmaps.launches.models import (
    ClosedDays,
    Launch,
    LaunchItem,
    LaunchMarket,
    LaunchProduct,
    LaunchSegment,
    LaunchTask,
    LaunchTemplate,
    TaskOrder,
    TemplateTask,
    TierConfirmation,
)
from roadmaps.priorities.models import ModelVersion, Score, ScoreInput, ScoringModel
from roadmaps.readiness.models import (
    GateOverride,
    LaunchForecast,
    ManualScore,
    Readiness,
    ReadinessModel,
    ReadinessSnapshot,
    RedGate,
)
from roadmaps.rounds.models import Rater, Rating, Round, RoundItem
from roadmaps.sharing.models import Audience, GuestComment, RoadmapShare
from roadmaps.slots.models import LaunchSlot, SlotMarket
from roadmaps.snapshots.models import RoadmapLook, RoadmapSnapshot
from roadmaps.specification.models import QaRun, RoleSignOff, SpecLine
from roadmaps.strategy.models import KeyResult, Objective
from workspaces.records.admin import ReadOnlyAdmin, RecordAdmin


@admin.register(Objective)
class ObjectiveAdmin(RecordAdmin):
    """What the workspaces want to reach."""

    list_display = ("title", "state", "owner", "end_on", "workspace")
    list_filter = ("state",)
    search_fields = ("title__istartswith",)
    exclude = ("custom", "import_run")


@admin.register(KeyResult)
class KeyResultAdmin(RecordAdmin):
    """Figures on their way; which figure is chosen in the app, where it is checked."""

    list_display = ("title", "objective", "metric", "baseline", "target", "due_on", "workspace")
    search_fields = ("title__istartswith",)
    readonly_fields = (*RecordAdmin.readonly_fields, "metric")
    exclude = ("custom", "import_run")


@admin.register(Item)
class ItemAdmin(RecordAdmin):
    """Items; their state moves in the app, by its rules."""

    list_display = ("title", "state", "horizon", "confidence", "objective", "workspace")
    list_filter = ("state", "horizon")
    search_fields = ("title__istartswith",)
    readonly_fields = (*RecordAdmin.readonly_fields, "state")
    exclude = ("custom", "import_run")


@admin.register(ItemProduct)
class ItemProductAdmin(ReadOnlyAdmin):
    """What items are about."""

    list_display = ("item", "product", "workspace")
    search_fields = ("=item__title",)


@admin.register(Estimate)
class EstimateAdmin(ReadOnlyAdmin):
    """What teams think items take."""

    list_display = ("item", "team", "low", "likely", "high", "workspace")
    search_fields = ("=item__title",)


@admin.register(Dependency)
class DependencyAdmin(ReadOnlyAdmin):
    """What waits for what."""

    list_display = ("before", "after", "type", "lag", "workspace")
    search_fields = ("=before__title", "=after__title")


@admin.register(ScoringModel)
class ScoringModelAdmin(RecordAdmin):
    """Ways to score; their formulas change in the app, where each is kept as a version."""

    list_display = ("name", "method", "workspace", "updated_at")
    list_filter = ("method",)
    search_fields = ("name__istartswith",)
    readonly_fields = (*RecordAdmin.readonly_fields, "method", "formula")
    exclude = ("custom", "import_run")


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadOnlyAdmin):
    """What a formula was, from when on."""

    list_display = ("scoring", "number", "formula", "created_at", "workspace")
    search_fields = ("=scoring__name",)


@admin.register(ScoreInput)
class ScoreInputAdmin(ReadOnlyAdmin):
    """What people put in; changed in the app, where it is checked."""

    list_display = ("item", "scoring", "key", "low", "likely", "high", "workspace")
    search_fields = ("=item__title",)


@admin.register(Score)
class ScoreAdmin(ReadOnlyAdmin):
    """What came out, now and before."""

    list_display = ("item", "scoring", "version", "value", "rank", "current", "computed_at")
    search_fields = ("=item__title",)


@admin.register(RoadmapSnapshot)
class RoadmapSnapshotAdmin(ReadOnlyAdmin):
    """The roadmap as it was published."""

    list_display = ("name", "published_at", "published_by", "workspace")
    search_fields = ("name__istartswith",)


@admin.register(RoadmapLook)
class RoadmapLookAdmin(ReadOnlyAdmin):
    """When members last looked."""

    list_display = ("user", "looked_at", "workspace")
    search_fields = ("user__email__istartswith",)


@admin.register(Round)
class RoundAdmin(ReadOnlyAdmin):
    """Blind rounds; what was given in them is shown in the app, when all may see it."""

    list_display = ("name", "scoring", "state", "turn", "facilitator", "workspace")
    list_filter = ("state",)
    search_fields = ("name__istartswith",)


@admin.register(RoundItem)
class RoundItemAdmin(ReadOnlyAdmin):
    """What is rated."""

    list_display = ("item", "round", "settled", "workspace")
    search_fields = ("=item__title",)


@admin.register(Rater)
class RaterAdmin(ReadOnlyAdmin):
    """Who was asked."""

    list_display = ("user", "round", "done_turn", "workspace")
    search_fields = ("user__email__istartswith",)


@admin.register(Rating)
class RatingAdmin(ReadOnlyAdmin):
    """That somebody rated; the number is not shown here, because rounds are blind."""

    list_display = ("rater", "round_item", "key", "turn", "workspace")
    search_fields = ("=round_item__item__title",)
    exclude = ("value", "why")


@admin.register(Audience)
class AudienceAdmin(ReadOnlyAdmin):
    """To whom the roadmap is shown, and which fields of it; changed in the app."""

    list_display = ("name", "precision", "updated_at", "workspace")
    search_fields = ("name__istartswith",)


@admin.register(RoadmapShare)
class RoadmapShareAdmin(ReadOnlyAdmin):
    """What links show."""

    list_display = ("title", "audience", "link", "workspace")
    search_fields = ("title__istartswith",)
    exclude = ("frozen",)


@admin.register(GuestComment)
class GuestCommentAdmin(ReadOnlyAdmin):
    """What guests said."""

    list_display = ("__str__", "state", "said_at", "item", "workspace")
    list_filter = ("state",)
    search_fields = ("=email",)


@admin.register(Launch)
class LaunchAdmin(ReadOnlyAdmin):
    """Launches; what they are changes in the app, behind their gates."""

    list_display = ("title", "state", "planned_on", "tier", "workspace")
    search_fields = ("title__istartswith",)


@admin.register(LaunchTask)
class LaunchTaskAdmin(ReadOnlyAdmin):
    """What is done for launches."""

    list_display = ("title", "launch", "lane", "due_on", "done_on", "workspace")
    search_fields = ("title__istartswith",)


@admin.register(TaskOrder)
class TaskOrderAdmin(ReadOnlyAdmin):
    """What waits for what in a launch."""

    list_display = ("before", "after", "workspace")
    search_fields = ("=before__title",)


@admin.register(LaunchProduct)
class LaunchProductAdmin(ReadOnlyAdmin):
    """What launches bring."""

    list_display = ("launch", "product", "workspace")
    search_fields = ("=launch__title",)


@admin.register(LaunchMarket)
class LaunchMarketAdmin(ReadOnlyAdmin):
    """Where launches go."""

    list_display = ("launch", "market", "workspace")
    search_fields = ("=launch__title",)


@admin.register(LaunchSegment)
class LaunchSegmentAdmin(ReadOnlyAdmin):
    """Whom launches are for."""

    list_display = ("launch", "segment", "workspace")
    search_fields = ("=launch__title",)


@admin.register(LaunchItem)
class LaunchItemAdmin(ReadOnlyAdmin):
    """What of the roadmap launches deliver."""

    list_display = ("launch", "item", "workspace")
    search_fields = ("=launch__title",)


@admin.register(LaunchTemplate)
class LaunchTemplateAdmin(ReadOnlyAdmin):
    """What launches begin with."""

    list_display = ("name", "tier", "category", "market", "workspace")
    search_fields = ("name__istartswith",)


@admin.register(TemplateTask)
class TemplateTaskAdmin(ReadOnlyAdmin):
    """Tasks of templates."""

    list_display = ("title", "template", "key", "day", "workspace")
    search_fields = ("title__istartswith",)


@admin.register(TierConfirmation)
class TierConfirmationAdmin(ReadOnlyAdmin):
    """Who agreed with a tier."""

    list_display = ("user", "launch", "confirmed_at", "workspace")
    search_fields = ("=user__email",)


@admin.register(ClosedDays)
class ClosedDaysAdmin(ReadOnlyAdmin):
    """Holidays and blackouts."""

    list_display = ("title", "reason", "market", "start_on", "end_on", "workspace")
    search_fields = ("title__istartswith",)


@admin.register(SpecLine)
class SpecLineAdmin(ReadOnlyAdmin):
    """What launches must be, and what was found."""

    list_display = ("title", "launch", "verdict", "judged_by", "workspace")
    search_fields = ("title__istartswith",)


@admin.register(QaRun)
class QaRunAdmin(ReadOnlyAdmin):
    """Test runs."""

    list_display = ("title", "launch", "result", "run_by", "run_at", "workspace")
    search_fields = ("title__istartswith",)


@admin.register(RoleSignOff)
class RoleSignOffAdmin(ReadOnlyAdmin):
    """Whose word launches have."""

    list_display = ("role", "launch", "agrees", "user", "signed_at", "workspace")
    search_fields = ("=user__email",)


@admin.register(ReadinessModel)
class ReadinessModelAdmin(ReadOnlyAdmin):
    """What counts how much."""

    list_display = ("tier", "number", "cap", "go_from", "made_at", "workspace")
    search_fields = ()


@admin.register(ReadinessSnapshot)
class ReadinessSnapshotAdmin(ReadOnlyAdmin):
    """How ready launches were."""

    list_display = ("launch", "score", "causes", "made_at", "workspace")
    search_fields = ("=launch__title",)


@admin.register(Readiness)
class ReadinessAdmin(ReadOnlyAdmin):
    """How ready launches are."""

    list_display = ("launch", "score", "red", "ready_on", "chance", "workspace")
    search_fields = ("=launch__title",)


@admin.register(RedGate)
class RedGateAdmin(ReadOnlyAdmin):
    """What keeps launches from going."""

    list_display = ("title", "launch", "area", "since", "workspace")
    search_fields = ("=launch__title",)


@admin.register(GateOverride)
class GateOverrideAdmin(ReadOnlyAdmin):
    """Gates that two people let pass."""

    list_display = ("title", "launch", "asked_by", "confirmed_by", "workspace")
    search_fields = ("=launch__title",)


@admin.register(ManualScore)
class ManualScoreAdmin(ReadOnlyAdmin):
    """Areas that were set by hand."""

    list_display = ("area", "launch", "done", "user", "set_at", "workspace")
    search_fields = ("=launch__title",)


@admin.register(LaunchSlot)
class LaunchSlotAdmin(ReadOnlyAdmin):
    """Days proposed for launches, and who decided on them."""

    list_display = ("launch", "start_on", "end_on", "state", "decided_by", "workspace")
    list_filter = ("state",)
    search_fields = ("=launch__title",)


@admin.register(SlotMarket)
class SlotMarketAdmin(ReadOnlyAdmin):
    """Which markets slots are for."""

    list_display = ("slot", "market", "workspace")
    search_fields = ("=slot__launch__title",)


@admin.register(LaunchForecast)
class LaunchForecastAdmin(ReadOnlyAdmin):
    """What was forecast of launches, and how right it was."""

    list_display = ("launch", "state", "likely_on", "sure_on", "actual_on", "inside", "workspace")
    search_fields = ("=launch__title",)
