"""A small roadmap, audiences, and links to it."""

from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from roadmaps.sharing import services
from roadmaps.sharing.allowed import WORDS
from roadmaps.sharing.services import Wish
from tests.factories.roadmaps import DependencyFactory, ItemFactory, ObjectiveFactory
from workspaces.guests import gate
from workspaces.guests.services import Gate


@pytest.fixture(autouse=True)
def _counted_alone(monkeypatch):
    monkeypatch.setattr(gate, "SALT", uuid4().hex)


@pytest.fixture
def plan(workspace, member):
    """Two items of an objective, one waiting for the other."""
    here = {"workspace": workspace}
    aim = ObjectiveFactory(**here, title="Cut returns to 7 %")
    jacket = ItemFactory(
        **here,
        title="Trail Jacket 2.0",
        objective=aim,
        owner=member.user,
        confidence="committed",
        state="ready",
        start_on=date(2026, 11, 5),
        end_on=date(2027, 1, 17),
        description="Lighter **shell**.",
    )
    advisor = ItemFactory(
        **here,
        title="Size advisor",
        objective=aim,
        start_on=date(2027, 2, 1),
        end_on=date(2027, 4, 9),
    )
    DependencyFactory(**here, before=jacket, after=advisor)
    return jacket, advisor


@pytest.fixture
def audience(member):
    """Make an audience that may see these fields."""

    def made(*fields, precision="day", name=None):
        name = name or f"Audience {uuid4().hex[:6]}"
        return services.save_audience(member.actor, name, fields, precision)

    return made


@pytest.fixture
def shared(member, audience):
    """Make a link; gives the share and its secret."""

    def made(*fields, query="layout=timeline", precision="day", gate=None, of=None, **more):
        whom = of or audience(*fields, precision=precision)
        wish = Wish("Our plan", whom.pk, query, **more)
        return services.share_roadmap(member.actor, wish, gate or Gate("Board"))

    return made


@pytest.fixture
def see():
    """Open the shared page, or what stands below its secret."""

    def opened(secret, path="roadmap/", client=None, **asked):
        return (client or Client()).get(f"/g/{secret}/{path}", asked)

    return opened


ALL = tuple(WORDS)
