"""Sources of each kind, and what comes by them."""

import pytest

from feedback.sources.services import create_source
from workspaces.access.roles import Role

PLACE = {"host": "imap.example.com", "port": 993, "username": "feedback@shop.example.org"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def maker(member_as):
    return member_as(Role.ADMIN)


@pytest.fixture
def make(maker):
    """A source of a kind, and its secret."""

    def made(kind, **values):
        if kind == "mailbox":
            values = {**PLACE, "folder": "INBOX", "security": "tls", "password": "pw", **values}
        return create_source(maker.actor, kind, name=f"A {kind}", **values)

    return made
