"""The rooms' models, gathered for Django."""

from roadmaps.items.models import Dependency, Estimate, Item, ItemProduct
from roadmaps.strategy.models import KeyResult, Objective

__all__ = ["Dependency", "Estimate", "Item", "ItemProduct", "KeyResult", "Objective"]
