"""What people say about a product, and what a note is about."""

from feedback.inbox.models import Note
from workspaces.access.actor import Actor
from workspaces.records.kinds import Trace
from workspaces.records.refs import Ref
from workspaces.records.tracing import AT_ONCE, register_trace

NOTE, PRODUCT, CUSTOMER = Note._meta.label_lower, "products.product", "finance.customer"


def _notes(actor: Actor, pk: int) -> list[Ref]:
    rows = Note.objects.visible_to(actor).filter(product_id=pk).order_by("-said_at", "-pk")
    return [(NOTE, each) for each in rows.values_list("pk", flat=True)[:AT_ONCE]]


def _count_notes(actor: Actor, pk: int) -> int:
    return Note.objects.visible_to(actor).filter(product_id=pk).count()


def _product(actor: Actor, pk: int) -> list[Ref]:
    found = Note.objects.visible_to(actor).filter(pk=pk).values_list("product_id", flat=True)
    return [(PRODUCT, each) for each in found if each]


def _customer(actor: Actor, pk: int) -> list[Ref]:
    found = Note.objects.visible_to(actor).filter(pk=pk).values_list("customer_id", flat=True)
    return [(CUSTOMER, each) for each in found if each]


def register() -> None:
    """Called from the app's ready()."""
    register_trace(PRODUCT, Trace("Feedback", True, _notes, _count_notes))
    register_trace(NOTE, Trace("Product", False, _product))
    register_trace(NOTE, Trace("Customer", False, _customer))
