"""The rooms' models, gathered for Django."""

from roadmaps.items.models import Dependency, Estimate, Item, ItemProduct
from roadmaps.priorities.models import ModelVersion, Score, ScoreInput, ScoringModel
from roadmaps.rounds.models import Rater, Rating, Round, RoundItem
from roadmaps.sharing.models import Audience, GuestComment, RoadmapShare
from roadmaps.snapshots.models import RoadmapLook, RoadmapSnapshot
from roadmaps.strategy.models import KeyResult, Objective

__all__ = [
    "Audience",
    "Dependency",
    "Estimate",
    "GuestComment",
    "Item",
    "ItemProduct",
    "KeyResult",
    "ModelVersion",
    "Objective",
    "Rater",
    "Rating",
    "RoadmapLook",
    "RoadmapShare",
    "RoadmapSnapshot",
    "Round",
    "RoundItem",
    "Score",
    "ScoreInput",
    "ScoringModel",
]
