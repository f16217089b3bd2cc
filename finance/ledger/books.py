"""What each page of dated facts and of people is made of: its list, its form, its verbs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from finance.ledger import book_lists as lists
from finance.ledger import forms_books as forms
from finance.ledger import services, services_customers, services_dated
from finance.ledger.models import Account, AdSpend, CostRecord, Customer, ExchangeRate
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.records.lists import RecordList


@dataclass(frozen=True, slots=True)
class Book:
    """One list whose rows are added, changed and thrown away. `one` and `many` are its words.

    Its addresses are `finance:<many>`, `finance:<one>_edit` and so on by `path` and `one`.
    `imports` is the kind of file it is brought in by, where there is one.
    """

    model: type[Any]
    spec: RecordList
    form: type[forms.BookForm]
    one: str
    title: str
    label: str
    note: str
    sample: str
    find: str
    create: Callable[..., Any]
    change: Callable[..., Any]
    delete: Callable[..., Any]
    reads: Perm = Perm.LEDGER_VIEW
    writes: Perm = Perm.LEDGER_EDIT
    imports: str = ""
    detail: bool = False

    @property
    def path(self) -> str:
        return self.spec.name


def _create_cost(actor: Actor, *, sku: Any, **values: Any) -> CostRecord:
    return services.create_cost(actor, sku.pk, **values)


def _dated(verb: Callable[..., Any], model: type[Any]) -> Callable[..., Any]:
    def act(actor: Actor, *args: Any, **values: Any) -> Any:
        return verb(actor, model, *args, **values)

    return act


PEOPLE: dict[str, Perm] = {"reads": Perm.CUSTOMERS_VIEW, "writes": Perm.CUSTOMERS_EDIT}
COSTS = Book(
    CostRecord,
    lists.COSTS,
    forms.CostForm,
    "cost",
    "Costs",
    "cost",
    "A cost holds from its day until the next one of its kind.",
    "SHELL-M-BLUE · landed · €41.20 from 1 January",
    "SKU or product",
    _create_cost,
    services.change_cost,
    services.delete_cost,
    imports="costs",
    detail=True,
)
RATES = Book(
    ExchangeRate,
    lists.RATES,
    forms.RateForm,
    "rate",
    "Exchange rates",
    "rate",
    "A rate holds from its day until the next one. Without a rate, amounts stay unknown.",
    "1 USD in EUR · 0.92 from 1 January",
    "Currency",
    _dated(services_dated.create_dated, ExchangeRate),
    _dated(services_dated.change_dated, ExchangeRate),
    _dated(services_dated.delete_dated, ExchangeRate),
    imports="exchange-rates",
)
ADS = Book(
    AdSpend,
    lists.ADS,
    forms.AdForm,
    "ad",
    "Ad spend",
    "ad spend",
    "What advertising cost on a day, for a product or for a channel as a whole.",
    "Spring launch · 2 March · Own shop · €120.00",
    "Campaign or product",
    _dated(services_dated.create_dated, AdSpend),
    _dated(services_dated.change_dated, AdSpend),
    _dated(services_dated.delete_dated, AdSpend),
    imports="ad-spend",
)
CUSTOMERS = Book(
    Customer,
    lists.CUSTOMERS,
    forms.CustomerForm,
    "customer",
    "Customers",
    "customer",
    "Names and addresses stand here alone, and can be erased.",
    "Ada Lang · DE · 3 orders",
    "Name, e-mail or key",
    services_customers.create_customer,
    services_customers.change_customer,
    services_customers.delete_customer,
    imports="customers",
    detail=True,
    **PEOPLE,
)
ACCOUNTS = Book(
    Account,
    lists.ACCOUNTS,
    forms.AccountForm,
    "account",
    "Accounts",
    "account",
    "Business customers and partners, with their own results.",
    "Bergzeit GmbH · gold · 12 customers",
    "Part of the name, or a tier",
    services_customers.create_account,
    services_customers.change_account,
    services_customers.delete_account,
    detail=True,
    **PEOPLE,
)
BOOKS = (COSTS, RATES, ADS, CUSTOMERS, ACCOUNTS)
RESTORES: dict[type[Any], Callable[[Actor, int], Any]] = {
    CostRecord: services.restore_cost,
    ExchangeRate: _dated(services_dated.restore_dated, ExchangeRate),
    AdSpend: _dated(services_dated.restore_dated, AdSpend),
    Customer: services_customers.restore_customer,
    Account: services_customers.restore_account,
}
