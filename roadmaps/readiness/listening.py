"""Hearing what others did that launches are judged by, and marking those it concerns."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from feedback.ideas.models import FeedbackLink, Idea
from feedback.inbox.models import Note
from finance.ledger.models import CostRecord
from products.catalog.models import Product, Variant
from products.compliance.services_pack import TAKEN
from roadmaps.launches.models import Launch, LaunchProduct
from roadmaps.launches.states import ENDED
from roadmaps.marking import ALL, READINESS, of_launches
from workspaces.approvals.models import Approval
from workspaces.audit.models import ActivityEvent
from workspaces.audit.relay import Listener, register_listener
from workspaces.documents.models import Document
from workspaces.staleness.services import BULK, mark_stale

LAUNCH = Launch._meta.label_lower
ABOUT = {one._meta.label_lower: one for one in (Approval, Document)}
PRODUCT, VARIANT, COST, NOTE, IDEA, VOTE = (
    one._meta.label_lower for one in (Product, Variant, CostRecord, Note, Idea, FeedbackLink)
)
WHOLE = {"workspaces.importrun"}
SINGLY = 200


def hear(workspace_id: int, events: Sequence[ActivityEvent]) -> None:
    """Mark the launches that papers, approvals, prices, costs and voices are about."""
    touched: dict[str, set[int]] = defaultdict(set)
    for event in events:
        if event.verb == TAKEN:  # who reads changes nothing
            continue
        touched[event.model].add(event.object_id)
    if WHOLE & set(touched) or any(len(ids) > SINGLY for ids in touched.values()):
        if Launch.objects.in_workspace(workspace_id).exclude(state__in=ENDED).exists():
            mark_stale(workspace_id, READINESS, [ALL], "many things changed", urgency=BULK)
        return
    for name, model in ABOUT.items():
        rows = model.objects.with_trash(workspace_id).filter(pk__in=touched[name], kind=LAUNCH)
        if touched[name]:
            found = {pk for pk in rows.values_list("object_id", flat=True) if pk is not None}
            _mark(workspace_id, found, f"{model._meta.verbose_name} changed")
    products = _products(workspace_id, touched)
    if products:
        links = LaunchProduct.objects.in_workspace(workspace_id).filter(product__in=products)
        _mark(workspace_id, links.values_list("launch", flat=True), "its products changed")


def _mark(workspace_id: int, launches: Iterable[int], cause: str) -> None:
    rows = Launch.objects.in_workspace(workspace_id).filter(pk__in=launches)
    of_launches(workspace_id, rows.exclude(state__in=ENDED).values_list("pk", flat=True), cause)


def _products(workspace_id: int, touched: dict[str, set[int]]) -> set[int]:
    """The products that what was touched belongs to; also of what lies in the trash by now."""
    found = set(touched[PRODUCT])
    for name, model, path in (
        (VARIANT, Variant, "product"),
        (COST, CostRecord, "variant__product"),
        (NOTE, Note, "product"),
        (IDEA, Idea, "product"),
        (VOTE, FeedbackLink, "idea__product"),
    ):
        if touched[name]:
            rows = model.objects.with_trash(workspace_id).filter(pk__in=touched[name])
            found |= {pk for pk in rows.values_list(path, flat=True) if pk is not None}
    return found


def register() -> None:
    """Called from the app's ready()."""
    register_listener(Listener("readiness", hear))
