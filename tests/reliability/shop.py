"""A small shop inside a running PM Workspace, and the truth about its figures.

`python -m tests.reliability.shop make` fills it and prints how to reach it; `… launches` adds
launches and prints a line of the specification of each; `… recompute` works every figure out anew.
All use the database of PM_STATE, so they run as processes of their own.
"""

import json
import os
import sys

import django

PRODUCTS = 40
ORDERS = 120
LAUNCHES = 500


def make() -> None:
    """A workspace with orders, all figures worked out; print its slug, a token and variants."""
    from datetime import timedelta

    from tests.factories.catalog import ChannelFactory, ProductFactory, VariantFactory
    from tests.factories.ledger import NOON, OrderFactory, OrderLineFactory
    from tests.factories.workspaces import MembershipFactory
    from workspaces.access.actor import Actor
    from workspaces.access.roles import Role
    from workspaces.api.services import create_token
    from workspaces.staleness.recompute import recompute_everything

    membership = MembershipFactory(role=Role.OWNER)
    place = membership.workspace
    channel = ChannelFactory(workspace=place)
    variants = [
        VariantFactory(workspace=place, product=ProductFactory(workspace=place))
        for _ in range(PRODUCTS)
    ]
    for number in range(ORDERS):
        at = NOON + timedelta(days=number % 60)
        order = OrderFactory(workspace=place, channel=channel, placed_at=at)
        OrderLineFactory(workspace=place, order=order, variant=variants[number % PRODUCTS])
    recompute_everything(place.pk, "a new shop")
    _, secret = create_token(Actor(membership.user, place, Role.OWNER), "reliability")
    told = {"slug": place.slug, "token": secret, "variants": [one.pk for one in variants]}
    print(json.dumps(told))


def launches() -> None:
    """Launches that lack nothing but a confirmed line, all worked out; print the lines."""
    from tests.factories.launches import LaunchFactory, SpecLineFactory
    from workspaces.members.models import Workspace
    from workspaces.staleness.recompute import recompute_everything

    place = Workspace.objects.get()
    lines = [
        SpecLineFactory(
            workspace=place, launch=LaunchFactory(workspace=place), must=True, actual="5,212"
        )
        for _ in range(LAUNCHES)
    ]
    recompute_everything(place.pk, "new launches")
    print(json.dumps([one.pk for one in lines]))


def recompute() -> None:
    """Every figure of every workspace, from the facts alone."""
    from workspaces.members.models import Workspace
    from workspaces.staleness.recompute import recompute_everything

    for place in Workspace.objects.all():
        recompute_everything(place.pk, "the truth")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pm_workspace.settings")
    django.setup()
    {"make": make, "launches": launches, "recompute": recompute}[sys.argv[1]]()
