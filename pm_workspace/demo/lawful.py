"""What the law asks of the sample shop's jacket, and the papers that show most of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO

from core.clock import today
from products.catalog.models import Market, Product
from products.compliance.models import Obligation
from products.compliance.recompute import TOPIC, recompute_all_obligations
from products.compliance.services import activate_pack, answer
from products.compliance.services_evidence import Paper, review_evidence, upload_evidence
from workspaces.access.actor import Actor
from workspaces.access.roles import Role
from workspaces.audit.relay import relay_next
from workspaces.records.kinds import KINDS
from workspaces.records.services import change_record
from workspaces.staleness.recompute import recompute_next

COUNTRIES = {"Austria": "AT", "Germany": "DE", "United Kingdom": "GB"}
PACKS = ("eu-product-safety", "eu-textiles", "eu-chemicals")
ANSWERS = {"consumer": "yes", "textile": "yes", "animal_parts": "no", "svhc": "no"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A paper for some rules; it began and ends so many days from today."""

    title: str
    type: str
    issuer: str
    rules: tuple[str, ...]
    began: int
    ends: int | None
    reviewed: bool = True


SAFETY, FIBRES, CHEMICALS = PACKS
PAPERS = (
    Shown(
        "Risk analysis of the jacket",
        "risk_assessment",
        "Northshelf",
        (f"{SAFETY}/risk-analysis",),
        -200,
        None,
    ),
    Shown(
        "Responsible person: Northshelf GmbH",
        "contract",
        "Northshelf",
        (f"{SAFETY}/responsible-person",),
        -400,
        330,
    ),
    Shown(
        "Sewn-in label, nine languages",
        "label",
        "Atelier Nord",
        (f"{SAFETY}/identification", f"{FIBRES}/fibres"),
        -60,
        None,
    ),
    Shown(
        "Product page, German",
        "listing",
        "Northshelf",
        (f"{SAFETY}/listing", f"{FIBRES}/listing"),
        -20,
        None,
    ),
    Shown(
        "Leaflet with care instructions",
        "instructions",
        "Atelier Nord",
        (f"{SAFETY}/instructions",),
        -5,
        None,
        reviewed=False,
    ),
    Shown(
        "REACH test report",
        "test_report",
        "Textile laboratory",
        (f"{CHEMICALS}/restrictions", f"{CHEMICALS}/candidate-list"),
        -379,
        -14,
    ),
)


def add_compliance(members: Mapping[Role, Actor], products: Mapping[str, Product]) -> None:
    """Three packs count, the jacket is answered for; one paper ended, one waits for review."""
    pm, owner = members[Role.PRODUCT], members[Role.OWNER]
    now = today(pm.workspace.timezone)
    for market in Market.objects.visible_to(pm).filter(name__in=COUNTRIES, country=""):
        said = {"country": COUNTRIES[market.name]}
        change_record(pm, KINDS["products.market"], market.pk, market.version, said)
    for pack in PACKS:
        activate_pack(pm, pack, 1)
    jacket = products.get("trail-jacket")
    if jacket is None:
        return
    for question, said_so in ANSWERS.items():
        answer(pm, jacket.pk, question, said_so)
    recompute_all_obligations(pm.workspace.pk)
    rows = Obligation.objects.visible_to(pm).filter(product=jacket)
    asked = set(rows.values_list("rule", flat=True))
    for one in PAPERS:
        if not asked.issuperset(one.rules):
            continue  # it is sold in none of these countries
        began = now + timedelta(days=one.began)
        ends = None if one.ends is None else now + timedelta(days=one.ends)
        paper = Paper(one.title, one.type, one.issuer, began, began, ends)
        row = upload_evidence(
            pm, jacket.pk, one.rules, paper, f"{one.title}.pdf", _pdf(one.title, one.issuer)
        )
        if one.reviewed:
            review_evidence(owner, row.pk, seen_version=row.version, accepted=True)
    while relay_next():  # of what nobody heard yet, launches would have to wait for
        pass
    while recompute_next([TOPIC]):
        pass


def _pdf(title: str, issuer: str) -> BytesIO:
    """A page that says it is a sample."""
    from reportlab.pdfgen.canvas import Canvas

    out = BytesIO()
    page = Canvas(out)
    page.drawString(72, 760, title)
    page.drawString(72, 740, f"{issuer} · a sample")
    page.save()
    out.seek(0)
    return out
