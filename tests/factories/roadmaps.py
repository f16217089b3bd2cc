"""Objectives, key results, items, estimates and dependencies: the smallest legal rows."""

import factory
from factory.django import DjangoModelFactory

from roadmaps.items.models import Dependency, Estimate, Item, ItemProduct
from roadmaps.priorities.methods import FORMULAS
from roadmaps.priorities.models import ModelVersion, ScoreInput, ScoringModel
from roadmaps.strategy.models import KeyResult, Objective
from tests.factories.catalog import ProductFactory
from tests.factories.workspaces import WorkspaceFactory
from workspaces.members.models import Team

SAME = factory.SelfAttribute("..workspace")


class TeamFactory(DjangoModelFactory):
    class Meta:
        model = Team

    workspace = factory.SubFactory(WorkspaceFactory)
    name = factory.Sequence("Team {}".format)


class ObjectiveFactory(DjangoModelFactory):
    class Meta:
        model = Objective

    workspace = factory.SubFactory(WorkspaceFactory)
    title = factory.Sequence("Objective {}".format)


class KeyResultFactory(DjangoModelFactory):
    class Meta:
        model = KeyResult

    workspace = factory.SubFactory(WorkspaceFactory)
    objective = factory.SubFactory(ObjectiveFactory, workspace=SAME)
    title = factory.Sequence("Key result {}".format)
    metric = "units"
    baseline, target = 0, 100


class ItemFactory(DjangoModelFactory):
    class Meta:
        model = Item

    workspace = factory.SubFactory(WorkspaceFactory)
    title = factory.Sequence("Item {}".format)


class ItemProductFactory(DjangoModelFactory):
    class Meta:
        model = ItemProduct

    workspace = factory.SubFactory(WorkspaceFactory)
    item = factory.SubFactory(ItemFactory, workspace=SAME)
    product = factory.SubFactory(ProductFactory, workspace=SAME)


class EstimateFactory(DjangoModelFactory):
    class Meta:
        model = Estimate

    workspace = factory.SubFactory(WorkspaceFactory)
    item = factory.SubFactory(ItemFactory, workspace=SAME)
    team = factory.SubFactory(TeamFactory, workspace=SAME)
    low, likely, high = 2, 3, 5


class DependencyFactory(DjangoModelFactory):
    class Meta:
        model = Dependency

    workspace = factory.SubFactory(WorkspaceFactory)
    before = factory.SubFactory(ItemFactory, workspace=SAME)
    after = factory.SubFactory(ItemFactory, workspace=SAME)


class ScoringModelFactory(DjangoModelFactory):
    """With the first version of its formula."""

    class Meta:
        model = ScoringModel
        skip_postgeneration_save = True

    workspace = factory.SubFactory(WorkspaceFactory)
    name = factory.Sequence("Model {}".format)
    method = "rice"
    formula = factory.LazyAttribute(lambda row: FORMULAS[row.method])
    version = 1

    @factory.post_generation
    def first(self, create, given, **more):
        ModelVersion.objects.create(
            workspace=self.workspace, scoring=self, number=1, formula=self.formula
        )


class ScoreInputFactory(DjangoModelFactory):
    class Meta:
        model = ScoreInput

    workspace = factory.SubFactory(WorkspaceFactory)
    item = factory.SubFactory(ItemFactory, workspace=SAME)
    scoring = factory.SubFactory(ScoringModelFactory, workspace=SAME)
    key = "reach"
    likely = 100
