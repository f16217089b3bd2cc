"""A small shop that sells today, for pages that show the last days."""

from datetime import timedelta

from core.clock import today
from feedback.inbox.recompute import recompute_all_feedback
from finance.metrics.recompute import recompute_all_customers, recompute_all_sales
from tests.factories.catalog import ProductFactory, VariantFactory
from tests.factories.feedback import NoteFactory
from tests.factories.ledger import CostRecordFactory, OrderFactory, OrderLineFactory, RefundFactory


def selling(workspace, *, orders=3, name="Trail Jacket"):
    """A product with `orders` orders of 2 for 200.37, a refund, costs and two notes."""
    day = today(workspace.timezone)
    product = ProductFactory(workspace=workspace, name=name)
    variant = VariantFactory(workspace=workspace, product=product)
    for kind, amount in (("landed", 40), ("fulfilment", 5), ("payment", 2)):
        CostRecordFactory(workspace=workspace, variant=variant, kind=kind, amount=amount)
    for at in range(orders):
        order = OrderFactory(workspace=workspace, day=day - timedelta(days=at))
        line = OrderLineFactory(
            workspace=workspace, order=order, variant=variant, quantity=2, gross="200.37"
        )
    RefundFactory(
        workspace=workspace,
        order_line=line,
        variant=variant,
        amount=50,
        quantity=1,
        day=day,
        ordered_day=line.day,
    )
    for rating in (1, 5):
        NoteFactory(workspace=workspace, product=product, rating=rating, day=day)
    work_out(workspace)
    return product


def work_out(workspace):
    """Every derived figure."""
    recompute_all_customers(workspace.pk)
    recompute_all_sales(workspace.pk)
    recompute_all_feedback(workspace.pk)
