"""A room, links to it, and browsers of people nobody knows."""

import re
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client

from tests.guests.rooms import KIND
from workspaces.guests import gate
from workspaces.guests.models import GuestCode
from workspaces.guests.services import Gate, make_link
from workspaces.guests.tasks import send_code


@pytest.fixture(autouse=True)
def _room(settings, monkeypatch):
    """Each test is counted for itself: tests of other processes share the counters."""
    settings.ROOT_URLCONF = "tests.guests.rooms"
    monkeypatch.setattr(gate, "SALT", uuid4().hex)


@pytest.fixture
def made(member):
    """Make a link; gives the link and its secret."""
    return lambda **given: make_link(member.actor, KIND, Gate("Board", **given))


@pytest.fixture
def see():
    """Open the room in a browser."""
    return lambda secret, client=None: (client or Client()).get(f"/g/{secret}/room/")


@pytest.fixture
def enter():
    """Post to the gate."""

    def posted(secret, client, where="", **fields):
        fields["next"] = where or f"/g/{secret}/room/"
        return client.post(f"/g/{secret}/enter/", fields)

    return posted


@pytest.fixture
def mailed():
    """What the worker mails for the newest code: its digits, or nothing."""

    def sent() -> str:
        before = len(mail.outbox)
        send_code.run(GuestCode.objects.order_by("-pk").first().pk)
        letters = mail.outbox[before:]
        return re.search(r"\b\d{6}\b", letters[0].body).group() if letters else ""

    return sent
