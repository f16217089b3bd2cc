"""Objectives and key results: figures of the catalogue, on their way."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.clock import today
from core.errors import DomainError
from finance.metrics.recompute import recompute_all_sales
from roadmaps.strategy.figures import measured
from roadmaps.strategy.models import KeyResult
from roadmaps.strategy.progress import share_of_way
from roadmaps.strategy.records import OBJECTIVE
from tests.factories.catalog import ProductFactory, VariantFactory
from tests.factories.ledger import OrderFactory, OrderLineFactory
from tests.factories.roadmaps import KeyResultFactory, ObjectiveFactory
from workspaces.audit.reports import events_for
from workspaces.records.kinds import KINDS
from workspaces.records.services import change_record, create_record, restore_record

pytestmark = pytest.mark.django_db
HALF = "50\N{NO-BREAK SPACE}%"


@pytest.mark.parametrize(
    ("baseline", "target", "now", "share"),
    [
        ("0.09", "0.07", "0.08", "0.5"),
        ("0", "100", "150", "1.5"),
        ("100", "200", "50", "-0.5"),
        ("0", "100", "0", "0"),
        ("0", "100", None, None),
        ("5", "5", "5", None),
    ],
)
def test_the_way_goes_from_the_baseline_to_the_target(baseline, target, now, share):
    known = [None if one is None else Decimal(one) for one in (baseline, target, now, share)]
    assert share_of_way(*known[:3]) == known[3]


@pytest.fixture
def sold(member):
    """Five units of one product and three of another, sold today."""
    here = {"workspace": member.workspace}
    products = [ProductFactory(**here) for _ in range(2)]
    order = OrderFactory(**here, placed_at=timezone.now())
    for product, many in zip(products, (5, 3), strict=True):
        variant = VariantFactory(**here, product=product)
        OrderLineFactory(**here, order=order, variant=variant, quantity=many, gross=many * 10)
    recompute_all_sales(member.workspace.pk)
    return products


def test_progress_is_asked_of_the_metrics_within_its_dimensions(member, sold):
    whole = KeyResultFactory(workspace=member.workspace, target=16)
    part = KeyResultFactory(workspace=member.workspace, target=10, product=sold[0])
    nothing = KeyResultFactory(workspace=member.workspace, metric="rating", baseline=1, target=5)

    found = measured(member.actor, [whole, part, nothing])

    assert [(one.now, one.words) for one in found[:2]] == [("8", HALF), ("5", HALF)]
    assert (found[2].share, found[2].words) == (None, "")


def test_key_results_of_one_period_are_one_question(member, sold, queries):
    here = {"workspace": member.workspace}
    rows = [KeyResultFactory(**here, metric=name) for name in ("units", "orders", "return_rate")]
    one = queries(lambda: measured(member.actor, rows[:1]))
    assert queries(lambda: measured(member.actor, rows)) <= one + 1


def test_the_objectives_page_shows_how_far_it_is(member, sold, client_of):
    row = KeyResultFactory(workspace=member.workspace, title="Sell more", target=16)
    KeyResultFactory(
        workspace=member.workspace,
        objective=row.objective,
        metric="rating",
        baseline=1,
        target=5,
    )
    url = f"/w/{member.workspace.slug}/records/objectives/{row.objective_id}/"
    page = client_of(member).get(url).content.decode()
    assert "Sell more" in page
    assert HALF in page
    assert "How far it is cannot be said" in page


def test_a_money_figure_does_not_exist_for_who_may_not_see_money(
    member, contributor, viewer, client_of
):
    row = KeyResultFactory(
        workspace=member.workspace, title="Revenue", metric="net_revenue", target="616161"
    )
    kind = KINDS["roadmaps.keyresult"]
    change_record(member.actor, kind, row.pk, 1, {"target": Decimal("717171")})
    slug = member.workspace.slug
    gone = KeyResultFactory(
        workspace=member.workspace, title="Revenue", metric="aov", deleted_at=timezone.now()
    )
    for someone in (contributor, viewer):
        with pytest.raises(DomainError):
            restore_record(someone.actor, kind, gone.pk)
        assert not KeyResult.objects.visible_to(someone.actor).exists()
        assert not events_for(someone.actor).filter(model=kind.name).exists()
        client = client_of(someone)
        for url in (
            f"/w/{slug}/records/key-results/",
            f"/w/{slug}/records/objectives/{row.objective_id}/",
            f"/w/{slug}/activity/",
            f"/w/{slug}/trash/",
            f"/api/v1/workspaces/{slug}/key-results/",
        ):
            text = client.get(url).content.decode()
            assert "171" not in text
            assert "Revenue" not in text
    assert events_for(member.actor).filter(model=kind.name).count() == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"metric": "nonsense"}, "figure of the metric catalogue"),
        ({"target": Decimal(0)}, "nothing would move"),
        ({"metric": "return_rate", "target": Decimal(7)}, "write 7 % as 0.07"),
    ],
)
def test_what_cannot_be_measured_is_refused(member, values, words):
    row = KeyResultFactory(workspace=member.workspace)
    with pytest.raises(ValidationError, match=words):
        change_record(member.actor, KINDS["roadmaps.keyresult"], row.pk, 1, values)
    row.refresh_from_db()
    assert (row.metric, row.version) == ("units", 1)


def test_who_may_not_see_money_aims_at_none(contributor):
    objective = ObjectiveFactory(workspace=contributor.workspace)
    values = {"title": "x", "objective": objective, "baseline": 0, "target": 1}
    with pytest.raises(ValidationError, match="figure of the metric catalogue"):
        create_record(
            contributor.actor, KINDS["roadmaps.keyresult"], {**values, "metric": "net_revenue"}
        )
    assert not KeyResult.objects.exists()


def test_an_objective_does_not_end_before_it_starts(member):
    now = today(member.workspace.timezone)
    with pytest.raises(ValidationError, match="ends before it starts"):
        create_record(
            member.actor,
            OBJECTIVE,
            {"title": "x", "start_on": now, "end_on": now.replace(year=now.year - 1)},
        )
