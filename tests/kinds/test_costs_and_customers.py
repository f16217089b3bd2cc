"""Costs hold from a day on; customers are known by the shop's key."""

from datetime import date
from decimal import Decimal

import pytest

from core.clock import today
from finance.ledger.models import CostRecord, Customer
from tests.factories.catalog import VariantFactory
from tests.factories.ledger import OrderFactory
from tests.kinds.running import bring
from workspaces.imports.kinds import KINDS
from workspaces.staleness.models import StaleMark


@pytest.fixture
def variant(member):
    return VariantFactory(workspace=member.workspace, sku="A")


def test_a_first_cost_holds_from_the_beginning_and_a_changed_one_from_today(member, variant):
    bring(member.actor, "costs", [{"sku": "A", "amount": "4"}])
    first = CostRecord.objects.get()
    assert (first.valid_from, first.currency, first.kind) == (date(2000, 1, 1), "EUR", "landed")
    assert StaleMark.objects.get().key == f"variant:{variant.pk}"
    again = bring(member.actor, "costs", [{"sku": "A", "amount": "4.00"}])
    assert (again.outcome.unchanged, again.outcome.created) == (1, {})
    bring(member.actor, "costs", [{"sku": "A", "amount": "5"}])
    newest = CostRecord.objects.latest("valid_from")
    assert (newest.valid_from, newest.amount) == (today(member.workspace.timezone), Decimal(5))


def test_a_cost_of_the_same_day_changes_and_can_be_undone(member, variant):
    row = {"sku": "A", "amount": "4", "valid_from": "2026-01-01"}
    bring(member.actor, "costs", [row])
    done = bring(member.actor, "costs", [{**row, "amount": "6"}])
    assert done.outcome.updated == {"cost records": 1}
    KINDS["costs"].undo(member.actor, done.run.pk)
    assert CostRecord.objects.get().amount == 4


def test_unknown_skus_and_twins_are_refused(member, variant):
    row = {"sku": "A", "amount": "4", "valid_from": "2026-01-01"}
    done = bring(member.actor, "costs", [row, row, {**row, "sku": "gone"}])
    assert [issue[:2] for issue in done.issues] == [(1, "sku"), (2, "sku"), (3, "sku")]
    assert not CostRecord.objects.exists()


def test_a_products_file_brings_costs_along(member, contributor):
    row = {"sku": "N", "handle": "n", "title": "New", "cost": "7"}
    refused = bring(contributor.actor, "products", [row])
    assert refused.issues[0][1] == "cost"
    assert not CostRecord.objects.exists()
    done = bring(member.actor, "products", [row])
    assert CostRecord.objects.get().amount == 7
    KINDS["products"].undo(member.actor, done.run.pk)
    assert not CostRecord.objects.exists()


def test_customers_are_made_changed_left_alone_and_taken_back(member):
    row = {"customer": "C1", "email": "ada@example.com", "name": "Ada", "account": "Firm"}
    bring(member.actor, "customers", [row])
    assert bring(member.actor, "customers", [row]).outcome.unchanged == 1
    done = bring(member.actor, "customers", [{"customer": "C1", "name": None}, {"customer": "C2"}])
    known = Customer.objects.get(external_id="C1")
    assert (known.name, known.email, known.account.name) == ("", "ada@example.com", "Firm")
    KINDS["customers"].undo(member.actor, done.run.pk)
    assert Customer.objects.get().name == "Ada"


def test_a_customer_who_ordered_since_is_not_undone(member):
    from core.errors import Refused

    done = bring(member.actor, "customers", [{"customer": "C1", "email": "not one"}])
    assert done.issues[0][1] == "email"
    done = bring(member.actor, "customers", [{"customer": "C1"}])
    OrderFactory(workspace=member.workspace, customer=Customer.objects.get())
    with pytest.raises(Refused, match="1 order added"):
        KINDS["customers"].undo(member.actor, done.run.pk)
    assert Customer.objects.exists()
