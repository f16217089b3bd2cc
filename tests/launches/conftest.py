"""A launch that lacks nothing but Go, and who says yes to it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from roadmaps.launches import services
from roadmaps.launches.states import CRITERIA
from roadmaps.readiness.recompute import recompute_readiness
from roadmaps.specification import services as specification
from tests.approvals.asking import ask, step
from tests.factories.catalog import ProductFactory, VariantFactory
from tests.factories.launches import LaunchFactory, SpecLineFactory
from workspaces.approvals import services as approvals


@pytest.fixture
def planned_on() -> date:
    return (timezone.now() + timedelta(days=60)).date()


@pytest.fixture
def later(planned_on: date) -> date:
    """A day a month after the one it is planned for."""
    return planned_on + timedelta(days=30)


@pytest.fixture
def launch(workspace, planned_on):
    """A plan of a launch, about nothing yet."""
    return LaunchFactory(workspace=workspace, title="Trail Jacket 2.0", planned_on=planned_on)


def approvals_url(launch):
    """Where slots are proposed and decided."""
    return reverse("roadmaps:launch", args=[launch.workspace.slug, launch.pk, "approvals"])


def recompute(launch):
    recompute_readiness(launch.workspace_id, [f"launch:{launch.pk}"])


def small(points=0):
    return {one.key: points for one in CRITERIA}


@pytest.fixture
def ready(launch, member, owner, workspace):
    """Everything that must be so is: a product, a confirmed line, a confirmed tier, a signature."""
    product = ProductFactory(workspace=workspace)
    VariantFactory(workspace=workspace, product=product)
    services.set_links(member.actor, launch.pk, "products", [product.pk])
    services.set_points(member.actor, launch.pk, small())
    services.confirm_tier(owner.actor, launch.pk)
    SpecLineFactory(
        workspace=workspace, launch=launch, must=True, verdict="confirmed", actual="5,212 cycles"
    )
    specification.sign(member.actor, launch.pk, "test", agrees=True)
    launch.refresh_from_db()
    return launch


@pytest.fixture
def move(member):
    """Take a launch through states, as the member."""

    def through(launch, *states, reason="it is so"):
        for state in states:
            launch.refresh_from_db()
            services.change_launch(
                member.actor, launch.pk, seen_version=launch.version, state=state, reason=reason
            )
        launch.refresh_from_db()
        return launch

    return through


@pytest.fixture
def said_go(member, owner, admin_member):
    """Two others say yes to Go."""

    def say(launch):
        approval = ask(member, launch, step(owner, admin_member), gate="go")
        for one in (owner, admin_member):
            approvals.decide(one.actor, approval.pk, "approve")
        return approval

    return say
