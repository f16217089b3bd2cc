"""Notes: the smallest legal rows."""

import factory

from core.clock import day_of
from feedback.inbox.models import Note
from tests.factories.catalog import ChannelFactory, ProductFactory, ScopedFactory, beside
from tests.factories.ledger import NOON


class NoteFactory(ScopedFactory):
    class Meta:
        model = Note

    external_id = factory.Sequence("N{}".format)
    channel = factory.SubFactory(ChannelFactory, workspace=beside("workspace"))
    product = factory.SubFactory(ProductFactory, workspace=beside("workspace"))
    text = factory.Sequence("It fits, {}.".format)
    said_at = NOON
    day = factory.LazyAttribute(lambda row: day_of(row.said_at, row.workspace.timezone))
