"""Home: figures that equal the engine's, what needs a member, and what is hidden."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from core.clock import today
from finance.metrics.periods import last_days
from finance.metrics.query import Query, run
from finance.metrics.recompute import recompute_all_sales
from tests.factories.catalog import VariantFactory
from tests.factories.ledger import OrderFactory, OrderLineFactory
from tests.finance.shops import selling
from workspaces.jobs.models import Job, JobState
from workspaces.snoozes.models import Snooze
from workspaces.staleness.services import BULK, mark_stale


def home(workspace):
    return reverse("home:home", args=[workspace.slug])


def test_tiles_show_what_the_engine_answers(workspace, member, client_of):
    selling(workspace)
    page = client_of(member).get(home(workspace))
    period = last_days(30, workspace.timezone)
    total = run(member.actor, Query(("net_revenue",), period.start, period.end)).total
    assert total.figures["net_revenue"].value == Decimal("551.11")
    tiles = {card.name: card for card in page.context["cards"]}
    assert tiles["net_revenue"].value == "€551"
    assert "/metrics/net_revenue/?range=30d" in tiles["net_revenue"].url
    assert tiles["rating"].value == "3.0 ★"
    assert len(tiles["net_revenue"].spark) == 30


def test_while_an_import_is_worked_in_figures_are_called_incomplete(workspace, member, client_of):
    selling(workspace)
    client, words = client_of(member), "not complete yet"
    mark_stale(workspace.pk, "sales", ["variant:1"], "price changed")
    assert words not in client.get(home(workspace)).content.decode()
    mark_stale(workspace.pk, "sales", ["variant:2"], "orders imported", urgency=BULK)
    assert words in client.get(home(workspace)).content.decode()


def test_a_role_without_money_sees_none_of_it(workspace, viewer, client_of):
    selling(workspace)
    body = client_of(viewer).get(home(workspace)).content.decode()
    assert "€" not in body
    assert "551" not in body
    assert 'data-metric="units"' in body
    assert 'data-metric="net_revenue"' not in body


def test_an_empty_workspace_is_told_what_to_import(workspace, member, client_of):
    page = client_of(member).get(home(workspace))
    body = page.content.decode()
    assert "Import products" in body
    assert 'class="kpis"' not in body


def test_a_range_is_read_from_the_address(workspace, member, client_of):
    selling(workspace)
    page = client_of(member).get(home(workspace), {"range": "7d"})
    assert page.context["period"].days == 7


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"range": "fortnight"}, "There is no range “fortnight”"),
        ({"range": "custom", "from": "soon", "to": "2026-01-01"}, "“soon” is not a day"),
        ({"range": "custom", "from": "2026-02-01", "to": "2026-01-01"}, "ends before it starts"),
        ({"range": "custom", "from": "1990-01-01", "to": "2026-01-01"}, "at most"),
    ],
)
def test_a_range_that_cannot_be_read_is_said(workspace, member, client_of, asked, words):
    selling(workspace)
    page = client_of(member).get(home(workspace), asked)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert page.context["period"].days == 30


def test_a_need_is_put_off_and_brought_back_by_its_member_alone(
    workspace, member, owner, client_of
):
    product = selling(workspace)
    blind = VariantFactory(workspace=workspace, product=product)
    order = OrderFactory(workspace=workspace, day=last_days(1, workspace.timezone).end)
    OrderLineFactory(workspace=workspace, order=order, variant=blind)
    recompute_all_sales(workspace.pk)
    client = client_of(member)
    assert [need.key for need in client.get(home(workspace)).context["needs"]] == ["costs"]
    done = client.post(reverse("home:snooze", args=[workspace.slug]), {"key": "costs"}, follow=True)
    assert done.context["needs"] == []
    assert done.context["put_off"] == 1
    assert len(client_of(owner).get(home(workspace)).context["needs"]) == 1
    undo = reverse("home:wake", args=[workspace.slug])
    client.post(f"{undo}?key=costs")
    assert not Snooze.objects.visible_to(member.actor).exists()


def test_nothing_is_put_off_without_a_name(workspace, member, client_of):
    answer = client_of(member).post(reverse("home:snooze", args=[workspace.slug]))
    assert answer.status_code >= 400
    assert not Snooze.objects.visible_to(member.actor).exists()


def test_failed_work_needs_those_who_may_look(workspace, member, viewer, client_of):
    from django.utils import timezone

    selling(workspace)
    Job.objects.create(
        workspace=workspace,
        kind="import",
        title="Import of orders.csv",
        state=JobState.FAILED,
        error="Row 4: no such SKU",
        finished_at=timezone.now(),
    )
    keys = [need.title for need in client_of(member).get(home(workspace)).context["needs"]]
    assert "Import of orders.csv failed" in keys
    assert client_of(viewer).get(home(workspace)).context["needs"] == []


def test_home_costs_the_same_for_any_number_of_products(workspace, member, client_of, queries):
    selling(workspace)
    client = client_of(member)
    client.get(home(workspace))
    few = queries(lambda: client.get(home(workspace)))
    for number in range(4):
        selling(workspace, name=f"Product {number}")
    many = queries(lambda: client.get(home(workspace)))
    assert many <= few <= 30


def test_a_shop_that_stopped_is_shown_when_it_sold_and_what_its_orders_lack(
    workspace, member, client_of
):
    day = today(workspace.timezone) - timedelta(days=800)
    variant = VariantFactory(workspace=workspace)
    order = OrderFactory(workspace=workspace, day=day, currency="GBP")
    OrderLineFactory(workspace=workspace, order=order, variant=variant, quantity=2, gross="20")
    recompute_all_sales(workspace.pk)

    page = client_of(member).get(home(workspace))

    titles = [need.title for need in page.context["needs"]]
    assert titles == ["1 variant sold without a known cost", "No exchange rate for GBP"]
    assert page.context["older"]["day"] == day
    year = client_of(member).get(page.context["older"]["url"]).context["period"]
    assert (year.start, year.end) == (day - timedelta(days=364), day)
    assert page.content.decode().count(page.context["older"]["url"].replace("&", "&amp;")) == 1
