"""Variants, refunds and costs have pages with their facts, their discussion and their trace."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories.catalog import VariantFactory
from tests.factories.ledger import CostRecordFactory, RefundFactory
from workspaces.discussion import services as discussion
from workspaces.records import refs
from workspaces.records.kinds import KINDS

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[VariantFactory, RefundFactory, CostRecordFactory])
def record(request, workspace):
    return request.param(workspace=workspace)


def test_it_shows_its_discussion_and_its_trace(record, owner, client_of):
    kind = KINDS[record._meta.label_lower]
    discussion.add_comment(owner.actor, kind.name, record.pk, "Is this right?")

    page = client_of(owner).get(refs.url_of(owner.actor, kind, record.pk))

    told = page.content.decode()
    assert page.status_code == 200
    discussed = reverse("workspaces:discussion", args=[owner.workspace.slug, kind.name, record.pk])
    assert f'href="{discussed}"' in told
    assert "Discussion 1" in told
    assert "What it comes from and leads to" in told


def test_a_variant_is_read_by_all_and_changed_by_some(workspace, viewer, member, client_of):
    variant = VariantFactory(workspace=workspace, sku="TJ-M")
    url = reverse("products:variant", args=[workspace.slug, variant.pk])
    edit = reverse("products:variant_edit", args=[workspace.slug, variant.product_id, variant.pk])

    assert edit not in client_of(viewer).get(url).content.decode()
    assert edit in client_of(member).get(url).content.decode()


def test_what_money_went_back_is_told_to_those_alone_who_see_money(
    workspace, owner, viewer, client_of
):
    refund = RefundFactory(workspace=workspace, amount="6161.61")
    url = reverse("finance:order_of_refund", args=[workspace.slug, refund.pk])

    assert "6,161.61" in client_of(owner).get(url).content.decode()
    assert client_of(viewer).get(url).status_code == 403


def test_a_refund_in_the_trash_leads_to_its_order(workspace, owner, client_of):
    refund = RefundFactory(workspace=workspace, deleted_at=timezone.now())
    url = reverse("finance:order_of_refund", args=[workspace.slug, refund.pk])

    order = reverse("finance:order", args=[workspace.slug, refund.order_line.order_id])
    assert client_of(owner).get(url)["Location"] == order
