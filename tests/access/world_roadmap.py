"""The roadmap of a workspace with one row of everything, and its launches."""

from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid4

from feedback.segments.models import Segment
from roadmaps.launches.models import (
    LaunchItem,
    LaunchMarket,
    LaunchProduct,
    LaunchSegment,
    TaskOrder,
    TierConfirmation,
)
from roadmaps.priorities.recompute import recompute_all_scores
from roadmaps.readiness.models import GateOverride, LaunchForecast, ManualScore
from roadmaps.readiness.recompute import recompute_all_readiness
from roadmaps.rounds.models import Rater, Rating, Round, RoundItem
from roadmaps.sharing.models import Audience, GuestComment, RoadmapShare
from roadmaps.slots.models import LaunchSlot, SlotMarket
from roadmaps.snapshots.models import RoadmapLook, RoadmapSnapshot
from roadmaps.specification.models import QaRun, RoleSignOff
from tests.factories import catalog, launches, roadmaps
from workspaces.access.roles import Role
from workspaces.guests.models import GuestLink
from workspaces.members.models import Team

if TYPE_CHECKING:
    from tests.access.world import World

EARNED = Decimal("6161.61")


def add_roadmap(world: "World") -> None:
    """A row of everything that belongs to a roadmap, its priorities and what is shared of it."""
    inside = {"workspace": world.workspace}
    product = catalog.Product.objects.in_workspace(world.workspace.pk).first()
    objective = roadmaps.ObjectiveFactory(**inside)
    roadmaps.KeyResultFactory(**inside, objective=objective, metric="net_revenue", target=EARNED)
    first, second = (roadmaps.ItemFactory(**inside, objective=objective) for _ in range(2))
    roadmaps.ItemProductFactory(**inside, item=first, product=product)
    team = Team.objects.in_workspace(world.workspace.pk).first()
    roadmaps.EstimateFactory(**inside, item=first, team=team)
    roadmaps.DependencyFactory(**inside, before=first, after=second)
    scoring = roadmaps.ScoringModelFactory(**inside)
    roadmaps.ScoreInputFactory(**inside, item=first, scoring=scoring)
    recompute_all_scores(world.workspace.pk)
    owner = world.people[Role.OWNER.value]
    RoadmapSnapshot.objects.create(**inside, name="x", published_by=owner, items={})
    RoadmapLook.objects.create(**inside, user=owner, items={})
    asked = Round.objects.create(**inside, name="x", scoring=scoring, keys=["reach"])
    rated = RoundItem.objects.create(**inside, round=asked, item=first)
    rater = Rater.objects.create(**inside, round=asked, user=owner)
    Rating.objects.create(
        **inside, round_item=rated, rater=rater, key="reach", turn=1, value=EARNED
    )
    audience = Audience.objects.create(**inside, name="x", fields=["item.dates"])
    link = GuestLink.objects.create(**inside, label="x", kind="x", secret_hash=uuid4().hex)
    share = RoadmapShare.objects.create(
        **inside, link=link, audience=audience, title="x", frozen={"entries": []}
    )
    GuestComment.objects.create(**inside, share=share, item=first, name="x", body="x")


def add_launch(world: "World") -> None:
    """A launch with a row of everything that belongs to one, and its readiness worked out."""
    inside = {"workspace": world.workspace}
    owner = world.people[Role.OWNER.value]
    product = catalog.Product.objects.in_workspace(world.workspace.pk).first()
    market = catalog.Market.objects.in_workspace(world.workspace.pk).first()
    item = roadmaps.Item.objects.in_workspace(world.workspace.pk).first()
    launches.TemplateTaskFactory(**inside)
    launches.ClosedDaysFactory(**inside)
    launch = launches.LaunchFactory(**inside)
    about = {**inside, "launch": launch}
    LaunchProduct.objects.create(**about, product=product)
    LaunchMarket.objects.create(**about, market=market)
    LaunchItem.objects.create(**about, item=item)
    LaunchSegment.objects.create(
        **about, segment=Segment.objects.in_workspace(world.workspace.pk)[0]
    )
    first, second = (launches.LaunchTaskFactory(**about) for _ in range(2))
    TaskOrder.objects.create(**inside, before=first, after=second)
    TierConfirmation.objects.create(**about, user=owner)
    launches.SpecLineFactory(**about)
    QaRun.objects.create(**about, title="x", result="passed", run_by=owner)
    RoleSignOff.objects.create(**about, role="legal", agrees=True, user=owner)
    ManualScore.objects.create(**about, area="tasks", done=1, reason="x", user=owner)
    GateOverride.objects.create(
        **about,
        key="tier",
        title="x",
        reason="x",
        planned_on=launch.planned_on,
        tier=launch.tier,
        asked_by=owner,
    )
    days = {"start_on": launch.planned_on, "end_on": launch.planned_on}
    slot = LaunchSlot.objects.create(**about, **days, proposed_by=owner, note="x")
    SlotMarket.objects.create(**inside, slot=slot, market=market)
    said = {"likely_on": launch.planned_on, "sure_on": launch.planned_on}
    LaunchForecast.objects.create(**about, **said, state="build", planned_on=launch.planned_on)
    recompute_all_readiness(world.workspace.pk)
