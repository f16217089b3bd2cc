"""Daily feedback and product ratings against the notes they are made of."""

from datetime import date
from decimal import Decimal

from feedback.inbox.models import DailyFeedback, Note
from feedback.inbox.recompute import recompute_all_feedback, recompute_feedback
from finance.metrics.models import ProductSummary
from finance.metrics.query import Query, run
from tests.factories.catalog import ChannelFactory, ProductFactory
from tests.factories.feedback import NoteFactory


def test_ratings_are_counted_by_day_product_and_channel(workspace, member):
    product, channel = ProductFactory(workspace=workspace), ChannelFactory(workspace=workspace)
    for rating in (5, 2, 1, None):
        NoteFactory(workspace=workspace, product=product, channel=channel, rating=rating)
    NoteFactory(workspace=workspace, product=None, channel=channel, rating=4)
    recompute_all_feedback(workspace.pk)
    row = DailyFeedback.objects.in_workspace(workspace.pk).get(product=product)
    assert (row.notes, row.rated, row.rating_sum, row.negative) == (4, 3, 8, 2)
    summary = ProductSummary.objects.in_workspace(workspace.pk).get(product=product)
    assert (summary.rating, summary.notes) == (Decimal("2.67"), 4)
    figures = run(
        member.actor,
        Query(
            metrics=("rating", "negative_share", "feedback_count"),
            start=date(2026, 3, 1),
            end=date(2026, 3, 31),
        ),
    ).total.figures
    assert figures["rating"].value == Decimal("3.00")
    assert figures["negative_share"].value == Decimal("0.500000")
    assert figures["feedback_count"].value == 5


def test_a_moved_note_leaves_its_old_product(workspace):
    old, new = ProductFactory.create_batch(2, workspace=workspace)
    note = NoteFactory(workspace=workspace, product=old, rating=1)
    recompute_all_feedback(workspace.pk)
    Note.objects.filter(pk=note.pk).update(product=new)
    recompute_feedback(workspace.pk, [f"product:{old.pk}", f"product:{new.pk}"])
    assert DailyFeedback.objects.in_workspace(workspace.pk).get().product_id == new.pk
    summary = ProductSummary.objects.in_workspace(workspace.pk).get()
    assert (summary.product_id, summary.rating) == (new.pk, 1)
