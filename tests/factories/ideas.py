"""Ideas, passages and links: the smallest legal rows."""

import factory

from feedback.ideas.models import FeedbackLink, Highlight, Idea
from tests.factories.catalog import ScopedFactory, beside
from tests.factories.feedback import NoteFactory
from tests.factories.ledger import CustomerFactory


class IdeaFactory(ScopedFactory):
    class Meta:
        model = Idea

    title = factory.Sequence("Idea {}".format)


class HighlightFactory(ScopedFactory):
    class Meta:
        model = Highlight

    note = factory.SubFactory(NoteFactory, workspace=beside("workspace"), text="The zip jams.")
    start = 4
    stop = 12
    quote = factory.LazyAttribute(lambda row: row.note.words[row.start : row.stop])


class FeedbackLinkFactory(ScopedFactory):
    class Meta:
        model = FeedbackLink

    idea = factory.SubFactory(IdeaFactory, workspace=beside("workspace"))
    customer = factory.SubFactory(CustomerFactory, workspace=beside("workspace"))
