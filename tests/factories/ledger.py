"""Orders, refunds and costs: the smallest legal rows."""

from datetime import UTC, datetime
from decimal import Decimal

import factory

from core.clock import day_of
from finance.ledger.models import (
    Account,
    AdSpend,
    CostRecord,
    Customer,
    ExchangeRate,
    Order,
    OrderLine,
    Refund,
)
from tests.factories.catalog import ChannelFactory, ScopedFactory, VariantFactory, beside

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class AccountFactory(ScopedFactory):
    class Meta:
        model = Account

    name = factory.Sequence("Account {}".format)


class CustomerFactory(ScopedFactory):
    class Meta:
        model = Customer

    external_id = factory.Sequence("C{}".format)


class OrderFactory(ScopedFactory):
    class Meta:
        model = Order

    number = factory.Sequence("#{}".format)
    channel = factory.SubFactory(ChannelFactory, workspace=beside("workspace"))
    placed_at = NOON
    currency = "EUR"
    day = factory.LazyAttribute(lambda row: day_of(row.placed_at, row.workspace.timezone))


class OrderLineFactory(ScopedFactory):
    class Meta:
        model = OrderLine

    order = factory.SubFactory(OrderFactory, workspace=beside("workspace"))
    variant = factory.SubFactory(VariantFactory, workspace=beside("workspace"))
    position = factory.Sequence(lambda n: n + 1)
    quantity = 1
    gross = Decimal(10)
    day = factory.SelfAttribute("order.day")
    currency = factory.SelfAttribute("order.currency")
    channel = factory.SelfAttribute("order.channel")
    market = factory.SelfAttribute("order.market")
    account = factory.SelfAttribute("order.account")


class RefundFactory(ScopedFactory):
    class Meta:
        model = Refund

    number = factory.Sequence("R{}".format)
    order_line = factory.SubFactory(OrderLineFactory, workspace=beside("workspace"))
    variant = factory.SelfAttribute("order_line.variant")
    channel = factory.SelfAttribute("order_line.channel")
    market = factory.SelfAttribute("order_line.market")
    account = factory.SelfAttribute("order_line.account")
    refunded_at = NOON
    day = factory.LazyAttribute(lambda row: day_of(row.refunded_at, row.workspace.timezone))
    ordered_day = factory.LazyAttribute(lambda row: row.order_line and row.order_line.day)
    quantity = 1
    amount = Decimal(10)
    currency = "EUR"


class CostRecordFactory(ScopedFactory):
    class Meta:
        model = CostRecord

    variant = factory.SubFactory(VariantFactory, workspace=beside("workspace"))
    amount = Decimal(4)
    currency = "EUR"
    valid_from = datetime(2020, 1, 1, tzinfo=UTC).date()


class AdSpendFactory(ScopedFactory):
    class Meta:
        model = AdSpend

    day = NOON.date()
    channel = factory.SubFactory(ChannelFactory, workspace=beside("workspace"))
    amount = Decimal(5)
    currency = "EUR"


class ExchangeRateFactory(ScopedFactory):
    class Meta:
        model = ExchangeRate

    currency = "USD"
    quote = "EUR"
    valid_from = datetime(2020, 1, 1, tzinfo=UTC).date()
    rate = Decimal("0.9")
