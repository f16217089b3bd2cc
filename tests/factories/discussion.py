"""What members say about records: the smallest legal rows."""

import factory
from factory.django import DjangoModelFactory

from tests.factories.catalog import ProductFactory, ScopedFactory
from tests.factories.workspaces import UserFactory
from workspaces.discussion.models import Attachment, Comment, CommentRevision, Mention, Reaction
from workspaces.links.models import RecordLink


class AboutFactory(ScopedFactory):
    """A row about `about`, a product unless another record is given."""

    class Meta:
        abstract = True
        exclude = ["about"]

    about = factory.LazyAttribute(lambda row: ProductFactory(workspace=row.workspace))
    kind = factory.LazyAttribute(lambda row: row.about._meta.label_lower)
    object_id = factory.LazyAttribute(lambda row: row.about.pk)


class CommentFactory(AboutFactory):
    class Meta:
        model = Comment

    author = factory.SubFactory(UserFactory)
    body = factory.Sequence("Comment {}".format)


class OfCommentFactory(DjangoModelFactory):
    class Meta:
        abstract = True

    workspace = factory.SelfAttribute("comment.workspace")
    comment = factory.SubFactory(CommentFactory)


class RevisionFactory(OfCommentFactory):
    class Meta:
        model = CommentRevision

    body = "What it said before"


class MentionFactory(OfCommentFactory):
    class Meta:
        model = Mention


class ReactionFactory(OfCommentFactory):
    class Meta:
        model = Reaction

    user = factory.SubFactory(UserFactory)
    emoji = "up"


class AttachmentFactory(AboutFactory):
    class Meta:
        model = Attachment

    name = "sketch.txt"
    sha256 = factory.Sequence("{:064x}".format)
    mime = "text/plain"
    size = 5
    file = "attachments/absent"


class RecordLinkFactory(AboutFactory):
    class Meta:
        model = RecordLink

    to_kind = "products.product"
    to_id = factory.LazyAttribute(lambda row: ProductFactory(workspace=row.workspace).pk)
