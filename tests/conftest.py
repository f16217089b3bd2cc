"""The cast and the tools that tests share."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import remembered
from tests.factories.workspaces import MembershipFactory, UserFactory, WorkspaceFactory
from workspaces.access.actor import Actor
from workspaces.access.roles import Role
from workspaces.members.models import Membership, User, Workspace


@dataclass(frozen=True)
class Member:
    """Someone of the cast: a person with a role in a workspace."""

    membership: Membership

    @property
    def user(self) -> User:
        return self.membership.user

    @property
    def workspace(self) -> Workspace:
        return self.membership.workspace

    @property
    def actor(self) -> Actor:
        return Actor(self.user, self.workspace, Role(self.membership.role))


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings) -> bool:
    """Whether the test database is there already: made from the schema of an earlier run."""
    return remembered.restore()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_keepdb, django_db_blocker) -> None:
    """Migrated, and its schema kept for the next run."""
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            remembered.keep()


@pytest.fixture(autouse=True)
def _plain_static_files(settings):
    """Pages in tests name static files without collecting and hashing them first."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(autouse=True)
def _counts_of_its_own(settings):
    """No test is slowed down for what another asked; all of them share one Valkey."""
    limits = settings.CACHES["limits"] | {"KEY_PREFIX": uuid4().hex}
    settings.CACHES = settings.CACHES | {"limits": limits}


@pytest.fixture
def workspace(db) -> Workspace:
    return WorkspaceFactory()


@pytest.fixture
def member_as(workspace) -> Callable[[Role], Member]:
    """A new member of `workspace` with the role asked for."""
    return lambda role: Member(MembershipFactory(workspace=workspace, role=role))


@pytest.fixture
def owner(member_as) -> Member:
    return member_as(Role.OWNER)


@pytest.fixture
def admin_member(member_as) -> Member:
    return member_as(Role.ADMIN)


@pytest.fixture
def member(member_as) -> Member:
    """A product manager: whoever a test needs when the role is not the point."""
    return member_as(Role.PRODUCT)


@pytest.fixture
def contributor(member_as) -> Member:
    return member_as(Role.CONTRIBUTOR)


@pytest.fixture
def finance_member(member_as) -> Member:
    return member_as(Role.FINANCE)


@pytest.fixture
def viewer(member_as) -> Member:
    return member_as(Role.VIEWER)


@pytest.fixture
def outsider(db) -> Member:
    """The owner of another workspace."""
    return Member(MembershipFactory(role=Role.OWNER))


@pytest.fixture
def superuser(db) -> User:
    return UserFactory(is_staff=True, is_superuser=True)


@pytest.fixture
def client_of() -> Callable[[Member], Client]:
    """A browser that is signed in as this member."""

    def signed_in(someone: Member) -> Client:
        client = Client()
        client.force_login(someone.user)
        return client

    return signed_in


@pytest.fixture
def queries() -> Callable[[Callable[[], object]], int]:
    """How many SQL statements a call costs."""

    def count(call: Callable[[], object]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            call()
        return len(captured)

    return count


@pytest.fixture(scope="session")
def public_data() -> Path:
    """The folder of public data sets; tests that need it are skipped where it is absent."""
    beside = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
    folder = Path(os.environ.get("PM_DATA", beside))
    if not (folder / "MANIFEST.json").exists():
        pytest.skip(f"the public data sets are not at {folder}: set PM_DATA to their folder")
    return folder


@pytest.fixture
def within_a_minute(time_machine) -> None:
    """The clock stands, so that what is counted by the minute is counted in one."""
    time_machine.move_to(timezone.now(), tick=False)
