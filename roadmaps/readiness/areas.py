"""The areas that this app and those below it know: tasks, marketing, approvals, prices."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.clock import today
from feedback.ideas.models import CLOSED, FeedbackLink, Idea, IdeaState, IdeaType
from feedback.inbox.models import Note
from finance.ledger.models import CostRecord
from products.catalog.models import Variant
from roadmaps.launches.models import Launch, LaunchProduct, LaunchTask, TierConfirmation
from roadmaps.launches.services import CONFIRMATIONS, LAUNCH
from roadmaps.launches.states import Lane
from roadmaps.readiness.evaluators import (
    ALL,
    NOTHING,
    Evaluator,
    Finding,
    Missing,
    Red,
    register_evaluator,
    share,
)
from workspaces.approvals.models import GRANTED, Approval, ApprovalState
from workspaces.members.models import Workspace

VOICES = 10  # customers heard before a launch counts as known from them
NAMED = 3
Found = Mapping[int, Finding]


def _by_launch(rows: Iterable[Any], name: str = "launch_id") -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def _some(rows: Sequence[Any], words: str, to: str) -> tuple[Missing, ...]:
    """The first few by name, and how many more there are."""
    named = [Missing(f"{row} {words}".strip(), to) for row in rows[:NAMED]]
    more = len(rows) - NAMED
    return (*named, Missing(f"{more} more", to)) if more > 0 else tuple(named)


def _tasks(workspace_id: int, launches: Sequence[Launch]) -> dict[int, list[LaunchTask]]:
    rows = LaunchTask.objects.in_workspace(workspace_id).filter(launch__in=launches)
    return _by_launch(rows.order_by("due_on", "pk"))


def tasks(workspace_id: int, launches: Sequence[Launch]) -> Found:
    """The work on the product that is due by the day of the launch."""
    held = _tasks(workspace_id, launches)
    now = today(Workspace.objects.get(pk=workspace_id).timezone)
    found = {}
    for launch in launches:
        due = [one for one in held[launch.pk] if one.lane == Lane.PRODUCT and one.day <= 0]
        left = [one for one in due if one.done_on is None]
        late = [one for one in left if one.due_on < now]
        missing = _some(late, "is late", "plan")
        rest = len(left) - len(late)
        if rest:
            missing += (Missing(f"{rest} of {len(due)} tasks still to do", "plan"),)
        if not due:
            missing = (Missing("No task yet", "plan"),)
        found[launch.pk] = Finding(share(len(due) - len(left), len(due)), len(due), missing)
    return found


def marketing(workspace_id: int, launches: Sequence[Launch]) -> Found:
    """Before the day the tasks are done; what comes during and after it has somebody to do it."""
    held = _tasks(workspace_id, launches)
    found = {}
    for launch in launches:
        lanes = {lane: [one for one in held[launch.pk] if one.lane == lane] for lane in Lane}
        parts, good, every = [], 0, 0
        for lane, word in ((Lane.BEFORE, "Before"), (Lane.DURING, "during"), (Lane.AFTER, "after")):
            rows = lanes[lane]
            fine = sum(_prepared(one, lane) for one in rows)
            good, every = good + fine, every + len(rows)
            parts.append(f"{word} {fine}/{len(rows)}")
        text = " · ".join(parts) if every else "No marketing task yet"
        missing = (Missing(text, "marketing"),) if good < every or not every else ()
        found[launch.pk] = Finding(share(good, every), every, missing)
    return found


def _prepared(task: LaunchTask, lane: str) -> bool:
    if task.done_on is not None:
        return True
    return lane != Lane.BEFORE and task.owner_id is not None


def approvals(workspace_id: int, launches: Sequence[Launch]) -> Found:
    """Its tier is confirmed by two people, and what was asked of others was said yes to.

    Go itself is asked last and opens its own gate, so it is left out here.
    """
    ids = [one.pk for one in launches]
    rows = Approval.objects.in_workspace(workspace_id).filter(kind=LAUNCH, object_id__in=ids)
    rows = rows.filter(gate="").exclude(state=ApprovalState.WITHDRAWN)
    held = _by_launch(rows.order_by("pk"), "object_id")
    agreed: dict[int, int] = defaultdict(int)
    confirmed = TierConfirmation.objects.in_workspace(workspace_id).filter(launch__in=ids)
    for pk in confirmed.values_list("launch", flat=True):
        agreed[pk] += 1
    found = {}
    for launch in launches:
        missing, red = [], []
        is_sure = agreed[launch.pk] >= CONFIRMATIONS
        if not is_sure:
            words = f"Tier confirmed by {agreed[launch.pk]} of {CONFIRMATIONS}"
            missing.append(Missing(words, "approvals"))
            red.append(Red("tier", "The tier is not confirmed by two people", words, "approvals"))
        good = int(is_sure)
        for one in held[launch.pk]:
            to = f"{Approval._meta.label_lower}:{one.pk}"
            if one.state in GRANTED:
                good += 1
            elif one.state == ApprovalState.REJECTED:
                missing.append(Missing(f"{one}: rejected", to))
                red.append(Red(f"approval:{one.pk}", f"{one}: rejected", "Approval", to))
            else:
                missing.append(Missing(f"{one}: waiting", to))
        every = len(held[launch.pk]) + 1
        found[launch.pk] = Finding(share(good, every), every, tuple(missing), tuple(red))
    return found


def _products(workspace_id: int, launches: Sequence[Launch]) -> dict[int, set[int]]:
    """Which products each launch brings."""
    pairs = LaunchProduct.objects.in_workspace(workspace_id).filter(launch__in=launches)
    found: dict[int, set[int]] = defaultdict(set)
    for launch, product in pairs.values_list("launch", "product"):
        found[launch].add(product)
    return found


def prices(workspace_id: int, launches: Sequence[Launch]) -> Found:
    """Every variant it brings has a list price and a cost that holds by then."""
    products = _products(workspace_id, launches)
    wanted = set().union(*products.values()) if products else set()
    variants = Variant.objects.in_workspace(workspace_id).filter(product__in=wanted)
    sold = _by_launch(variants.order_by("sku"), "product_id")
    costs = CostRecord.objects.in_workspace(workspace_id).filter(variant__in=variants)
    since: dict[int, Any] = {}
    for variant, day in costs.order_by("-valid_from").values_list("variant", "valid_from"):
        since[variant] = day
    found = {}
    for launch in launches:
        rows = [one for which in sorted(products[launch.pk]) for one in sold[which]]
        if not rows:
            what = "variant" if products[launch.pk] else "product"
            red = Red("products", f"It brings no {what} yet", "Price & cost", "plan")
            missing = (Missing(f"No {what} yet", "plan"),)
            found[launch.pk] = Finding(NOTHING, 0, missing, (red,))
            continue
        unpriced = [one for one in rows if one.price is None]
        costless = [one for one in rows if since.get(one.pk, launch.planned_on) > launch.planned_on]
        costless += [one for one in rows if one.pk not in since]
        good = 2 * len(rows) - len(unpriced) - len(costless)
        first = f"products.product:{min(products[launch.pk])}"
        lacking = _some(unpriced, "has no price", first) + _some(costless, "has no cost", first)
        found[launch.pk] = Finding(share(good, 2 * len(rows)), good, lacking)
    return found


def customers(workspace_id: int, launches: Sequence[Launch]) -> Found:
    """How many voices are known about its products: notes, and votes for ideas about them."""
    products = _products(workspace_id, launches)
    wanted = set().union(*products.values()) if products else set()
    heard: dict[int, int] = defaultdict(int)
    notes = Note.objects.in_workspace(workspace_id).filter(product__in=wanted)
    votes = FeedbackLink.objects.in_workspace(workspace_id).filter(
        idea__product__in=wanted, note=None, idea__deleted_at=None
    )
    for rows, name in ((notes, "product"), (votes, "idea__product")):
        for product in rows.values_list(name, flat=True):
            heard[product] += 1
    found = {}
    for launch in launches:
        many = sum(heard[one] for one in products[launch.pk])
        words = f"{many} of {VOICES} voices about its products"
        missing = (Missing(words, "plan"),) if many < VOICES else ()
        done = min(share(many, VOICES), ALL)
        found[launch.pk] = Finding(done, min(many, VOICES), missing)
    return found


def defects(workspace_id: int, launches: Sequence[Launch]) -> Found:
    """The problems people report of its products are settled: shipped, or declined for a reason.

    How bad one is is not recorded, so that none is a gate by itself; what tests found counts where
    tests do. A launch of whose products none is known has no such area.
    """
    products = _products(workspace_id, launches)
    wanted = set().union(*products.values()) if products else set()
    rows = Idea.objects.in_workspace(workspace_id).filter(type=IdeaType.PROBLEM)
    rows = rows.filter(product__in=wanted).exclude(state=IdeaState.MERGED)
    held = _by_launch(rows.order_by("pk"), "product_id")
    found = {}
    for launch in launches:
        known = [one for which in sorted(products[launch.pk]) for one in held[which]]
        left = [one for one in known if one.state not in CLOSED]
        missing = [
            Missing(f"{one} is not settled", f"{Idea._meta.label_lower}:{one.pk}")
            for one in left[:NAMED]
        ]
        if len(left) > NAMED:
            missing.append(Missing(f"{len(left) - NAMED} more", missing[0].to))
        if known:
            done = share(len(known) - len(left), len(known))
            found[launch.pk] = Finding(done, len(known), tuple(missing))
    return found


def register() -> None:
    """Called from the app's ready()."""
    for evaluator in (
        Evaluator("defects", "Defects", "bug", 25, 15, defects, "plan"),
        Evaluator("tasks", "Tasks", "list-check", 30, 15, tasks, "plan"),
        Evaluator("approvals", "Approvals", "gavel", 60, 10, approvals, "approvals"),
        Evaluator("marketing", "Marketing", "speakerphone", 70, 10, marketing, "marketing"),
        Evaluator("prices", "Price & cost", "coin", 80, 10, prices, "plan"),
        Evaluator("customers", "Customer evidence", "message-2", 90, 5, customers, "plan"),
    ):
        register_evaluator(evaluator)
