"""Live blocks: worked out for the reader, masked for roles, frozen with what reading them takes."""

from decimal import Decimal

import pytest
from django.urls import reverse

from finance.ledger.models import OrderLine
from tests.factories.catalog import ProductFactory, VariantFactory
from tests.factories.ledger import OrderFactory, OrderLineFactory
from workspaces.documents import blocks, services
from workspaces.documents.blocks import HIDDEN
from workspaces.staleness.recompute import recompute_everything

pytestmark = pytest.mark.django_db
FIGURE = "```figure\nmetric: net_revenue\nfrom: 2026-01-01\nto: 2026-12-31\n```\n"
CHART = "```chart\nmetric: units\nfrom: 2026-01-01\nto: 2026-12-31\nby: month\n```\n"


@pytest.fixture
def sold(member) -> Decimal:
    """A sale of 6,161.61 that the metrics know of."""
    variant = VariantFactory(workspace=member.workspace)
    order = OrderFactory(workspace=member.workspace, currency=member.workspace.currency)
    amount = Decimal("6161.61")
    OrderLineFactory(
        workspace=member.workspace,
        order=order,
        variant=variant,
        gross=amount,
        discount=0,
        quantity=3,
    )
    order.refresh_from_db()
    recompute_everything(member.workspace.pk, "a test")
    return amount


def figure_block(order_year: int) -> str:
    return FIGURE.replace("2026", str(order_year))


def test_a_figure_equals_the_metric_and_is_masked_for_roles(member, contributor, sold):
    from finance.ledger.models import Order

    year = Order.objects.get().day.year
    (mine,) = blocks.answered(member.actor, figure_block(year))
    (theirs,) = blocks.answered(contributor.actor, figure_block(year))

    assert mine.rows[0][1] == f"6,161.61 {member.workspace.currency}"
    assert theirs.problem
    assert "6,161" not in str(theirs)


def test_a_published_figure_stays_hidden_from_roles_without_money(
    member, contributor, sold, client_of
):
    from finance.ledger.models import Order

    year = Order.objects.get().day.year
    text = figure_block(year)
    document = services.create_document(member.actor, {"title": "Money", "body": text})
    services.publish(member.actor, document.pk, document.version)
    url = reverse("workspaces:document", args=[member.workspace.slug, document.pk])

    assert "6,161.61" in client_of(member).get(url).content.decode()
    page = client_of(contributor).get(url).content.decode()
    assert "6,161" not in page
    assert HIDDEN in page
    file = reverse("workspaces:document_file", args=[member.workspace.slug, document.pk, 1, "md"])
    assert b"6,161" not in client_of(contributor).get(file).content


def test_figures_of_a_product_hide_money_by_the_column(member, contributor, sold, outsider):
    product = OrderLine.objects.get().variant.product
    other = VariantFactory(workspace=member.workspace).product
    year = OrderLine.objects.get().order.day.year
    text = f"```metrics\nmetrics: units, net_revenue\nfrom: {year}-01-01\nto: {year}-12-31\n```\n"
    about = ("products.product", product.pk)
    (mine,) = blocks.answered(member.actor, text, about)
    (theirs,) = blocks.answered(contributor.actor, text, about)

    assert mine.headers == ["Product", "Units sold", "Net revenue"]
    assert mine.rows[0][:2] == [str(product), "3 (0)"]
    assert mine.rows[-1][2].startswith("6,161.61 ")
    assert theirs.headers == ["Product", "Units sold"]
    assert "6,161" not in str(theirs)
    (none,) = blocks.answered(member.actor, text, ("products.product", other.pk))
    assert none.rows[0][1] == "—"
    (strange,) = blocks.answered(outsider.actor, text, about)
    assert strange.problem
    (wrong,) = blocks.answered(member.actor, "```metrics\nmetrics: nonsense\n```", about)
    assert "is no metric" in wrong.problem


def test_a_chart_says_its_figures_in_a_table(member, sold):
    from finance.ledger.models import Order

    year = Order.objects.get().day.year
    (drawn,) = blocks.answered(member.actor, CHART.replace("2026", str(year)))

    assert not drawn.problem
    assert drawn.chart["series"]
    assert [row[1] for row in drawn.rows] == ["3"]


def test_records_are_narrowed_and_never_another_workspaces(member, outsider):
    ProductFactory(workspace=member.workspace, name="Trail Jacket")
    ProductFactory(workspace=outsider.workspace, name="Theirs")
    (found,) = blocks.answered(member.actor, "```records\nkind: products\ncolumns: name\n```")

    assert found.headers == ["Name"]
    assert found.rows == [["Trail Jacket"]]


@pytest.mark.parametrize(
    "lines",
    ["", "kind", "kind: unicorns", "kind: products\n" * 30, "\x00: x", "kind: " + "x" * 10_000],
)
def test_a_block_that_makes_no_sense_says_so_and_breaks_nothing(member, lines):
    (found,) = blocks.answered(member.actor, f"```records\n{lines}\n```")
    assert found.problem


def test_a_thousand_blocks_are_not_worked_out(member):
    found = blocks.answered(member.actor, "```records\nkind: products\n```\n\n" * 200)
    assert sum(not block.problem for block in found) == blocks.MOST_BLOCKS
