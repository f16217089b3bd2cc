"""Portals, and browsers of people nobody knows."""

from uuid import uuid4

import pytest
from django.test import Client

from feedback.portal.services import create_portal
from tests.factories.ideas import IdeaFactory
from workspaces.guests import gate
from workspaces.guests.services import Gate


def page(secret, path="ideas/", client=None, **query):
    return (client or Client()).get(f"/g/{secret}/{path}", query)


def text_of(response):
    return response.content.decode()


@pytest.fixture(autouse=True)
def _counted_alone(monkeypatch):
    """Each test is counted for itself: tests of other processes share the counters."""
    monkeypatch.setattr(gate, "SALT", uuid4().hex)


@pytest.fixture
def portal_with(member):
    """Make a portal; gives it and its secret. Its link and fields may be said."""

    def made(gate=None, **values):
        values.setdefault("title", "Ideas for all")
        return create_portal(member.actor, gate or Gate("All"), **values)

    return made


@pytest.fixture
def public(workspace):
    """An idea that portals show."""

    def made(title="A better zip", **values):
        values.setdefault("state", "planned")
        return IdeaFactory(workspace=workspace, title=title, public=True, **values)

    return made
