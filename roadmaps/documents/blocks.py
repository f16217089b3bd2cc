"""A launch as blocks of its documents: facts, products, readiness, gates, plan, specification."""

from collections.abc import Callable, Mapping

from core.errors import Refused
from core.templatetags.ui import day
from finance.ledger.models import CostKind, CostRecord
from products.catalog.models import Product, Variant
from roadmaps.items.models import Item
from roadmaps.launches.models import (
    Launch,
    LaunchMarket,
    LaunchProduct,
    LaunchSegment,
    LaunchTask,
)
from roadmaps.readiness.pages import ReadinessPage
from roadmaps.specification.models import SpecLine
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.documents.blocks import Answer, BlockKind, register_block
from workspaces.records import refs
from workspaces.records.refs import Ref

LAUNCH = Launch._meta.label_lower
MOST = 200
NOTHING = "—"


def launch_of(actor: Actor, about: Ref | None) -> Launch:
    """The launch a document is about. Raises Refused for another document, NotFound."""
    if about is None or about[0] != LAUNCH:
        raise Refused("This block speaks of a launch: begin the document on one’s Documents tab.")
    found: Launch = refs.find(actor, *about)
    return found


def _table(title: str, headers: list[str], rows: list[list[str]], **more: object) -> Answer:
    shown = rows[:MOST]
    left = f"{len(rows) - MOST} more are left out." if len(rows) > MOST else ""
    usual = {"numeric": [False] * len(headers), "note": left}
    return Answer(title, headers, shown, **{**usual, **more})  # type: ignore[arg-type]


def facts(actor: Actor, launch: Launch) -> Answer:
    """What it is, when, in whose hands, with what, and where."""
    links = LaunchMarket.objects.visible_to(actor).filter(launch=launch)
    markets = links.order_by("market__name").values_list("market__name", flat=True)
    aims = LaunchSegment.objects.visible_to(actor).filter(launch=launch)
    segments = aims.order_by("segment__name").values_list("segment__name", flat=True)
    rows = [
        ["Launch", launch.title],
        ["State", launch.get_state_display()],
        ["Planned for", day(launch.planned_on)],
        ["Tier", launch.get_tier_display()],
        ["Owner", str(launch.owner or NOTHING)],
        ["Team", str(launch.team or NOTHING)],
        ["Markets", ", ".join(markets) or NOTHING],
        ["Segments", ", ".join(segments) or NOTHING],
    ]
    return _table("The launch", ["What", "Now"], rows)


def products(actor: Actor, launch: Launch) -> Answer:
    """Each variant it brings, with its list price; what it costs is for those who see money."""
    links = LaunchProduct.objects.visible_to(actor).filter(launch=launch)
    brings = list(
        Product.objects.visible_to(actor)
        .filter(pk__in=links.values("product"))
        .select_related("category")
        .order_by("name", "pk")
    )
    sold = Variant.objects.visible_to(actor).filter(product__in=brings)
    variants = list(sold.order_by("sku", "pk"))
    costs = _costs(actor, launch, variants)
    rows = []
    for product in brings:
        own = [one for one in variants if one.product_id == product.pk]
        head = [str(product), str(product.category or NOTHING), product.get_state_display()]
        rows += [[*head, one.sku, _price(one), costs.get(one.pk, NOTHING)] for one in own]
        if not own:
            rows.append([*head, NOTHING, NOTHING, NOTHING])
    headers = ["Product", "Category", "State", "SKU", "List price", "Landed cost"]
    return _table(
        "Products",
        headers,
        rows,
        numeric=[False] * 4 + [True] * 2,
        perms=[Perm.CATALOG_VIEW.value],
        guards=["", "", "", "", "", Perm.MONEY_VIEW.value],
    )


def _price(variant: Variant) -> str:
    if variant.price is None:
        return NOTHING
    return f"{variant.price:,.2f} {variant.currency}"


def _costs(actor: Actor, launch: Launch, variants: list[Variant]) -> dict[int, str]:
    """What a unit lands at on the day of the launch."""
    rows = CostRecord.objects.visible_to(actor).filter(
        variant__in=variants, kind=CostKind.LANDED, valid_from__lte=launch.planned_on
    )
    dated = rows.order_by("valid_from", "pk")
    return {one.variant_id: f"{one.amount:,.2f} {one.currency}" for one in dated}


def readiness(actor: Actor, launch: Launch) -> Answer:
    """The score, and what each area lacks."""
    page = ReadinessPage(actor, launch)
    if page.snapshot is None:
        return _table("Readiness", ["Area", "Done", "Missing"], [], note="Not worked out yet.")
    rows = [
        [one.label, f"{one.percent:.0f} %", f"{one.lost:.1f}", "; ".join(t for t, _ in one.missing)]
        for one in page.areas
    ]
    forecast = page.forecast
    likely = f" Likely ready on {day(forecast['row'].ready_on)}." if forecast else ""
    stale = " Being worked out anew." if page.stale else ""
    return _table(
        f"Readiness: {page.snapshot.score:.0f} of 100",
        ["Area", "Done", "Points lost", "Missing"],
        rows,
        numeric=[False, True, True, False],
        note=f"Red gates take {page.snapshot.capped:.1f} points.{likely}{stale}",
    )


def gates(actor: Actor, launch: Launch) -> Answer:
    """What holds it up, and who let it pass all the same."""
    rows = []
    for one in ReadinessPage(actor, launch).gates:
        passed, by = NOTHING, one.override
        if by is not None:
            passed = f"{by.asked_by} and {by.confirmed_by}: {by.reason}"
        rows.append([one.gate.title, one.gate.note, passed])
    return _table("Open gates", ["Gate", "Why", "Let pass by"], rows)


def specification(actor: Actor, launch: Launch) -> Answer:
    """Line by line what is required and what was found."""
    lines = SpecLine.objects.visible_to(actor).filter(launch=launch).order_by("kind", "pk")
    rows = [
        [
            f"{one.title} (no Go without it)" if one.must else one.title,
            one.required,
            one.actual,
            one.method,
            ": ".join(filter(None, (one.get_verdict_display(), one.reason))),
        ]
        for one in lines
    ]
    return _table("Specification", ["Line", "Required", "Found", "How checked", "Verdict"], rows)


def items(actor: Actor, launch: Launch) -> Answer:
    """The items of the roadmap it delivers."""
    found = Item.objects.visible_to(actor).filter(pk__in=launch.delivers.values("item"))
    rows = [
        [one.title, one.get_type_display(), one.get_state_display(), str(one.objective or NOTHING)]
        for one in found.select_related("objective").order_by("title", "pk")
    ]
    return _table("From the roadmap", ["Item", "Type", "State", "Objective"], rows)


def tasks(actor: Actor, launch: Launch) -> Answer:
    """Its tasks by their day."""
    found = LaunchTask.objects.visible_to(actor).filter(launch=launch).select_related("owner")
    rows = [
        [
            one.title,
            one.get_lane_display(),
            one.when,
            day(one.due_on),
            str(one.owner or NOTHING),
            f"Done {day(one.done_on)}" if one.done_on else "Started" if one.started_on else "To do",
        ]
        for one in found.order_by("due_on", "day", "pk")
    ]
    return _table("Tasks", ["Task", "Lane", "T±", "Due", "Owner", "State"], rows)


KINDS: dict[str, tuple[str, Callable[[Actor, Launch], Answer]]] = {
    "launch": ("Launch: facts", facts),
    "launch-products": ("Launch: products", products),
    "launch-readiness": ("Launch: readiness", readiness),
    "launch-gates": ("Launch: open gates", gates),
    "launch-specification": ("Launch: specification", specification),
    "launch-items": ("Launch: roadmap items", items),
    "launch-tasks": ("Launch: tasks", tasks),
}


def _resolver(of: Callable[[Actor, Launch], Answer]) -> Callable[..., Answer]:
    def resolve(actor: Actor, params: Mapping[str, str], about: Ref | None) -> Answer:
        return of(actor, launch_of(actor, about))

    return resolve


def register() -> None:
    """Called from the app's ready()."""
    for name, (label, of) in KINDS.items():
        sample = f"```{name}\n```\n"
        register_block(BlockKind(name, label, Perm.ROADMAP_VIEW, sample, _resolver(of)))
