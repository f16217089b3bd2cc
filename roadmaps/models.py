"""The rooms' models, gathered for Django."""

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

__all__ = [
    "Audience",
    "ClosedDays",
    "Dependency",
    "Estimate",
    "GateOverride",
    "GuestComment",
    "Item",
    "ItemProduct",
    "KeyResult",
    "Launch",
    "LaunchForecast",
    "LaunchItem",
    "LaunchMarket",
    "LaunchProduct",
    "LaunchSegment",
    "LaunchSlot",
    "LaunchTask",
    "LaunchTemplate",
    "ManualScore",
    "ModelVersion",
    "Objective",
    "QaRun",
    "Rater",
    "Rating",
    "Readiness",
    "ReadinessModel",
    "ReadinessSnapshot",
    "RedGate",
    "RoadmapLook",
    "RoadmapShare",
    "RoadmapSnapshot",
    "RoleSignOff",
    "Round",
    "RoundItem",
    "Score",
    "ScoreInput",
    "ScoringModel",
    "SlotMarket",
    "SpecLine",
    "TaskOrder",
    "TemplateTask",
    "TierConfirmation",
]
