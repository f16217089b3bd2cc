"""From what people say to what we do about it, and back."""

from feedback.ideas.models import FeedbackLink, Idea
from workspaces.access.actor import Actor
from workspaces.records.kinds import Trace
from workspaces.records.refs import Ref
from workspaces.records.tracing import AT_ONCE, register_trace

IDEA, NOTE, PRODUCT = Idea._meta.label_lower, "feedback.note", "products.product"


def _newest(rows: list[int], kind: str) -> list[Ref]:
    return [(kind, pk) for pk in list(dict.fromkeys(rows))[:AT_ONCE]]


def _notes(actor: Actor, pk: int) -> list[Ref]:
    rows = FeedbackLink.objects.visible_to(actor).filter(idea_id=pk, note__isnull=False)
    found = rows.order_by("-pk").values_list("note_id", flat=True)[: 2 * AT_ONCE]
    return _newest([each for each in found if each], NOTE)


def _count_notes(actor: Actor, pk: int) -> int:
    rows = FeedbackLink.objects.visible_to(actor).filter(idea_id=pk, note__isnull=False)
    return rows.values("note").distinct().count()


def _ideas(actor: Actor, pk: int) -> list[Ref]:
    rows = FeedbackLink.objects.visible_to(actor).filter(note_id=pk).order_by("-pk")
    return _newest(list(rows.values_list("idea_id", flat=True)[: 2 * AT_ONCE]), IDEA)


def _product(actor: Actor, pk: int) -> list[Ref]:
    found = Idea.objects.visible_to(actor).filter(pk=pk).values_list("product_id", flat=True)
    return [(PRODUCT, each) for each in found if each]


def _of_product(actor: Actor, pk: int) -> list[Ref]:
    rows = Idea.objects.visible_to(actor).canonical().filter(product_id=pk).order_by("-pk")
    return [(IDEA, each) for each in rows.values_list("pk", flat=True)[:AT_ONCE]]


def _count_of_product(actor: Actor, pk: int) -> int:
    return Idea.objects.visible_to(actor).canonical().filter(product_id=pk).count()


def _merged(actor: Actor, pk: int) -> list[Ref]:
    rows = Idea.objects.visible_to(actor).filter(merged_into=pk).order_by("-pk")
    return [(IDEA, each) for each in rows.values_list("pk", flat=True)[:AT_ONCE]]


def register() -> None:
    """Called from the app's ready()."""
    register_trace(IDEA, Trace("Said in", False, _notes, _count_notes))
    register_trace(IDEA, Trace("Product", False, _product))
    register_trace(IDEA, Trace("Merged into it", False, _merged))
    register_trace(NOTE, Trace("Ideas", True, _ideas))
    register_trace(PRODUCT, Trace("Ideas", True, _of_product, _count_of_product))
