"""A product that is sold in Germany and the USA, and packs that count."""

from datetime import date, timedelta
from io import BytesIO

import pytest

from products.catalog.models import Market, Product
from products.compliance.models import EvidenceDoc, Obligation
from products.compliance.recompute import TOPIC
from products.compliance.services import activate_pack, answer
from products.compliance.services_evidence import Paper, review_evidence, upload_evidence
from tests.factories.catalog import CategoryFactory, MarketFactory, ProductFactory, SupplierFactory
from workspaces.access.roles import Role
from workspaces.staleness.recompute import recompute_next

DAY = date(2026, 11, 28)
DECLARATION = "eu-toys/declaration"


def pdf(text: str = "certificate") -> BytesIO:
    """The smallest thing whose first bytes say PDF."""
    return BytesIO(b"%PDF-1.7\n" + text.encode())


@pytest.fixture(autouse=True)
def _day(time_machine):
    """It is noon in Berlin on a day of which every test knows the date."""
    time_machine.move_to("2026-11-28T11:00:00+00:00", tick=False)


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def germany(workspace) -> Market:
    return MarketFactory(workspace=workspace, name="Germany", country="DE")


@pytest.fixture
def usa(workspace) -> Market:
    return MarketFactory(workspace=workspace, name="USA", country="US")


@pytest.fixture
def puzzle(workspace, member) -> Product:
    toys = CategoryFactory(workspace=workspace, name="Toys")
    puzzles = CategoryFactory(workspace=workspace, name="Puzzles", parent=toys)
    return ProductFactory(
        workspace=workspace,
        name="Wooden puzzle",
        category=puzzles,
        supplier=SupplierFactory(workspace=workspace),
        owner=member.user,
    )


@pytest.fixture
def other_member(member_as):
    """Another product manager: whoever reviews."""
    return member_as(Role.PRODUCT)


@pytest.fixture
def work():
    """Do what a worker would do now, with all that is stale."""

    def run() -> None:
        while recompute_next([TOPIC]):
            pass

    return run


@pytest.fixture
def toys(member, puzzle, germany, work) -> None:
    """The pack of EU toys counts, and the puzzle is a toy for nobody under three."""
    activate_pack(member.actor, "eu-toys", 1)
    answer(member.actor, puzzle.pk, "toy", "yes")
    answer(member.actor, puzzle.pk, "under_3", "no")
    work()


@pytest.fixture
def standing_of(workspace):
    """The stored status of a rule of a product."""

    def find(product: Product, rule: str = DECLARATION) -> str:
        rows = Obligation.objects.in_workspace(workspace.pk)
        return rows.get(product=product, rule=rule).status

    return find


@pytest.fixture
def certify(member, other_member, puzzle, work):
    """Hand in and accept a declaration with these days."""

    def made(
        begins: date = DAY - timedelta(days=365),
        ends: date | None = DAY + timedelta(days=365),
        accepted: bool = True,
        **words,
    ) -> EvidenceDoc:
        paper = Paper(
            **{
                "title": "Declaration",
                "type": "declaration",
                "issuer": "Puzzle Ltd",
                "issued_on": min(begins, DAY),
                "valid_from": begins,
                "valid_to": ends,
            }
            | words
        )
        row = upload_evidence(member.actor, puzzle.pk, [DECLARATION], paper, "doc.pdf", pdf())
        if accepted:
            row = review_evidence(
                other_member.actor, row.pk, accepted=True, seen_version=row.version
            )
        work()
        return row

    return made
