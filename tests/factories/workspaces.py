"""People and workspaces: the smallest legal rows."""

import factory
from factory.django import DjangoModelFactory

from workspaces.access.roles import Role
from workspaces.members.models import Membership, User, Workspace

PASSWORD = "correct horse battery"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence("person{}@example.com".format)
    name = factory.Sequence("Person {}".format)
    is_active = True

    @factory.post_generation
    def password(self, create, given, **kwargs):
        """A usable password only where a test signs in by form: hashing is slow on purpose."""
        if given:
            self.set_password(given)
        else:
            self.set_unusable_password()
        if create:
            self.save(update_fields=["password"])


class WorkspaceFactory(DjangoModelFactory):
    class Meta:
        model = Workspace

    name = factory.Sequence("Shop {}".format)
    slug = factory.Sequence("shop-{}".format)
    currency = "EUR"
    timezone = "Europe/Berlin"


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    workspace = factory.SubFactory(WorkspaceFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.OWNER
