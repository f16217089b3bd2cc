"""Costs, exchange rates, ad spend, customers and accounts: lists, forms, trash and undo."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from finance.ledger.models import Account, AdSpend, CostRecord, Customer, ExchangeRate, Order
from finance.metrics.recompute import recompute_all_sales
from tests.factories.catalog import ChannelFactory, VariantFactory
from tests.factories.ledger import (
    AccountFactory,
    AdSpendFactory,
    CostRecordFactory,
    CustomerFactory,
    ExchangeRateFactory,
    OrderFactory,
    OrderLineFactory,
)
from workspaces.audit.models import ActivityEvent
from workspaces.staleness.models import StaleMark

BUDGET = 8
DAY = "2026-03-01"


def address(workspace, name, *args):
    return reverse(f"finance:{name}", args=[workspace.slug, *args])


@pytest.fixture
def typed(workspace):
    """{book: (its model, a form that fits, the value that is edited, its marks)}."""
    variant = VariantFactory(workspace=workspace, sku="SHELL-M")
    channel = ChannelFactory(workspace=workspace)
    cost = {"sku": "SHELL-M", "kind": "landed", "amount": "4.20", "currency": "eur"}
    rate = {"currency": "usd", "quote": "EUR", "rate": "0.9"}
    ad = {"day": DAY, "channel": channel.pk, "product": variant.product.handle, "campaign": "X"}
    person = {"external_id": "C-1", "name": "Ada", "email": "a@example.com", "country": "de"}
    return {
        "cost": (CostRecord, cost | {"valid_from": DAY}, "amount", {f"variant:{variant.pk}"}),
        "rate": (ExchangeRate, rate | {"valid_from": DAY}, "rate", {"all"}),
        "ad": (AdSpend, ad | {"amount": "9.50", "currency": "EUR"}, "amount", set()),
        "customer": (Customer, person, "name", set()),
        "account": (Account, {"name": "Bergzeit", "tier": "gold"}, "tier", set()),
    }


LISTS = {"cost": "costs", "rate": "rates", "ad": "ads", "customer": "customers"}
LISTS["account"] = "accounts"
every_book = pytest.mark.parametrize("one", LISTS)


def state(model):
    return (
        list(model.objects.order_by("pk").values()),
        ActivityEvent.objects.count(),
        StaleMark.objects.count(),
    )


def undo_of(answer):
    return list(answer.context["messages"])[-1].extra_tags


@every_book
def test_a_row_is_added_changed_thrown_away_and_each_act_undone(one, member, client_of, typed):
    workspace, client = member.workspace, client_of(member)
    model, form, field, marks = typed[one]

    answer = client.post(address(workspace, f"{one}_add"), form, follow=True)
    row = model.objects.get()
    before = getattr(row, field)
    assert set(StaleMark.objects.values_list("key", flat=True)) == marks
    assert answer.context["listing"].count == 1

    edit = address(workspace, f"{one}_edit", row.pk)
    assert client.get(edit).status_code == 200
    changed = form | {field: "7", "seen_version": 1}
    client.post(undo_of(client.post(edit, changed, follow=True)))
    row.refresh_from_db()
    assert (getattr(row, field), row.version) == (before, 3)

    delete = address(workspace, f"{one}_delete", row.pk)
    thrown = client.post(delete, {"seen_version": 3}, follow=True)
    assert thrown.context["listing"].count == 0
    client.post(undo_of(thrown))
    row.refresh_from_db()
    assert (row.deleted_at, getattr(row, field)) == (None, before)


@every_book
def test_what_is_refused_changes_nothing(one, member, client_of, typed):
    workspace, client = member.workspace, client_of(member)
    model, form, field, _ = typed[one]
    add = address(workspace, f"{one}_add")
    client.post(add, form)
    row, before = model.objects.get(), state(model)
    edit = address(workspace, f"{one}_edit", row.pk)

    assert client.post(add, form).status_code == 422  # a twin
    assert client.post(add, {}).status_code == 422
    assert client.post(edit, form | {field: "7", "seen_version": 9}).status_code == 422
    client.post(address(workspace, f"{one}_delete", row.pk), {"seen_version": 9})
    assert state(model) == before


@every_book
@pytest.mark.parametrize("who", ["viewer", "contributor", "outsider"])
def test_whom_a_book_is_closed_to_sees_and_changes_nothing(
    one, who, request, member, client_of, typed
):
    workspace = member.workspace
    model, form, _, _ = typed[one]
    client_of(member).post(address(workspace, f"{one}_add"), form)
    row, before = model.objects.get(), state(model)
    client = client_of(request.getfixturevalue(who))
    expected = 404 if who == "outsider" else 403

    pages = [(LISTS[one],), (f"{LISTS[one]}_export", "csv"), (f"{one}_edit", row.pk)]
    acts = [(f"{one}_add",), (f"{one}_edit", row.pk), (f"{one}_delete", row.pk)]
    gets = {client.get(address(workspace, *page)).status_code for page in pages}
    posts = {client.post(address(workspace, *act), form).status_code for act in acts}
    assert (gets, posts, state(model)) == ({expected}, {expected}, before)


@pytest.mark.parametrize(
    ("one", "factory"),
    [
        ("cost", CostRecordFactory),
        ("rate", ExchangeRateFactory),
        ("ad", AdSpendFactory),
        ("customer", CustomerFactory),
        ("account", AccountFactory),
    ],
)
def test_thirty_rows_cost_no_more_statements_than_three(one, factory, member, client_of, queries):
    url, client = address(member.workspace, LISTS[one]), client_of(member)

    def make(start, stop):
        for number in range(start, stop):
            more = {"valid_from": date(2020, 1, 1 + number)} if one == "rate" else {}
            factory(workspace=member.workspace, **more)

    client.get(url)
    make(0, 3)
    for_three = queries(lambda: client.get(url))
    make(3, 30)
    assert queries(lambda: client.get(url)) == for_three <= BUDGET


@pytest.mark.parametrize(
    ("one", "wrong"),
    [
        ("cost", {"amount": "-1"}),
        ("cost", {"currency": "XXXX"}),
        ("cost", {"sku": "absent"}),
        ("rate", {"rate": "0"}),
        ("rate", {"quote": "USD"}),
        ("ad", {"product": "absent"}),
        ("ad", {"day": "soon"}),
        ("customer", {"email": "nobody"}),
    ],
)
def test_wrong_input_is_said_beside_its_field(one, wrong, member, client_of, typed):
    model, form, _, _ = typed[one]
    answer = client_of(member).post(address(member.workspace, f"{one}_add"), form | wrong)
    assert (answer.status_code, model.objects.count()) == (422, 0)
    assert set(answer.context["form"].errors) == set(wrong)


def test_missing_costs_stand_first_by_revenue_until_a_cost_is_known(member, client_of):
    small, large, known = VariantFactory.create_batch(3, workspace=member.workspace)
    for variant, gross in ((small, 10), (large, 90), (known, 50)):
        OrderLineFactory(workspace=member.workspace, variant=variant, gross=gross)
    CostRecordFactory(workspace=member.workspace, variant=known)
    recompute_all_sales(member.workspace.pk)
    url, client = address(member.workspace, "costs"), client_of(member)

    first = client.get(url).context["missing"]
    assert [(each.sku, each.revenue) for each in first] == [(large.sku, 90), (small.sku, 10)]

    cost = {"sku": large.sku, "kind": "landed", "amount": "40", "currency": "EUR"}
    day = first[0].first_day.isoformat()
    client.post(address(member.workspace, "cost_add"), cost | {"valid_from": day})
    recompute_all_sales(member.workspace.pk)
    assert [each.sku for each in client.get(url).context["missing"]] == [small.sku]


def test_a_variants_costs_are_shown_through_time_and_the_past_is_only_read(member, client_of):
    variant = VariantFactory(workspace=member.workspace)
    made = {"workspace": member.workspace, "variant": variant}
    ended = CostRecordFactory(**made, valid_from=date(2020, 1, 1))
    holds = CostRecordFactory(**made, valid_from=date(2024, 1, 1), amount=Decimal(5))

    page = client_of(member).get(address(member.workspace, "cost", ended.pk))

    records = page.context["records"]
    assert [(each.pk, each.ended) for each in records] == [(holds.pk, False), (ended.pk, True)]
    assert address(member.workspace, "cost_edit", holds.pk) in page.content.decode()
    assert address(member.workspace, "cost_edit", ended.pk) not in page.content.decode()


def test_a_person_is_erased_everywhere_and_their_orders_stay(member, client_of):
    workspace, client = member.workspace, client_of(member)
    person = {"external_id": "ada@example.com", "name": "Ada Lang", "email": "ada@example.com"}
    client.post(address(workspace, "customer_add"), person)
    customer = Customer.objects.get()
    OrderFactory(workspace=workspace, customer=customer)
    Customer.objects.filter(pk=customer.pk).update(custom={"birthday": "10 December, Ada's"})
    url = address(workspace, "customer_erase", customer.pk)

    assert client.get(url).status_code == 200
    assert client.post(url, {"seen_version": 1}).status_code == 422
    customer.refresh_from_db()
    assert customer.name == "Ada Lang"

    client.post(url, {"seen_version": 1, "sure": "on"})

    customer.refresh_from_db()
    assert (customer.name, customer.email, customer.custom) == ("", "", {})
    assert Order.objects.get().customer == customer
    said = str(list(ActivityEvent.objects.values_list("label", "changes")))
    assert "ada" not in said.lower()
    page = client.get(address(workspace, "customer", customer.pk))
    assert "ada@example.com" not in page.content.decode()


def test_an_account_shows_its_customers_and_is_kept_while_it_has_some(member, client_of):
    account = AccountFactory(workspace=member.workspace)
    person = CustomerFactory(workspace=member.workspace, account=account)
    client = client_of(member)

    page = client.get(address(member.workspace, "account", account.pk))
    client.post(address(member.workspace, "account_delete", account.pk), {"seen_version": 1})

    account.refresh_from_db()
    assert (page.context["people"], account.deleted_at) == ([person], None)
