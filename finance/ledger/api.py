"""The ledger over the API: customers, accounts, orders with lines and refunds, costs."""

from typing import Any, ClassVar

import django_filters as filters
from django.db.models import QuerySet
from rest_framework import serializers

from finance.ledger import services, services_orders
from finance.ledger import services_customers as customers
from finance.ledger.models import (
    Account,
    CostKind,
    CostRecord,
    Customer,
    Order,
    OrderLine,
    OrderStatus,
    Refund,
)
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.api.filters import IdFilter, MomentFilter
from workspaces.api.inputs import Input
from workspaces.api.paging import Order as Sorting
from workspaces.api.rows import Output, Rows, Shape, by_pk, public, read
from workspaces.api.viewsets import Changes, Creates, Deletes, RecordViewSet

BASE = ["id", "version", "created_at", "updated_at"]


class AccountSerializer(Output):
    """A business customer."""

    class Meta:
        model = Account
        fields = [*BASE, "name", "tier", "owner"]


class AccountInput(Input):
    class Meta:
        model = Account
        fields = ["name", "tier", "owner"]


class AccountFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="Part of the name.")


class AccountViewSet(Creates, Changes, Deletes, RecordViewSet):
    """Accounts."""

    reads, writes = Perm.CUSTOMERS_VIEW, Perm.CUSTOMERS_EDIT
    output, input = AccountSerializer, AccountInput
    filterset_class = AccountFilters
    orders: ClassVar = {"name": Sorting(("name", "id")), "id": Sorting(("id",))}

    def make(self, values: dict[str, Any]) -> Account:
        return customers.create_account(self.actor, **values)

    def change(self, pk: int, values: dict[str, Any], seen_version: int) -> Account:
        return customers.change_account(self.actor, pk, seen_version=seen_version, **values)

    def delete_row(self, pk: int, seen_version: int) -> None:
        customers.delete_account(self.actor, pk, seen_version=seen_version)


class CustomerSerializer(Output):
    """A person or firm that orders; the only place of personal data."""

    class Meta:
        model = Customer
        fields = [
            *BASE,
            "external_id",
            "email",
            "name",
            "country",
            "account",
            "first_order_day",
        ]


class CustomerInput(Input):
    class Meta:
        model = Customer
        fields = ["external_id", "email", "name", "country", "account"]


class CustomerFilters(filters.FilterSet):
    """Narrowing a list of customers."""

    external_id = filters.CharFilter()
    email = filters.CharFilter(lookup_expr="iexact")
    account = IdFilter()
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")


class CustomerViewSet(Creates, Changes, Deletes, RecordViewSet):
    """Customers."""

    reads, writes = Perm.CUSTOMERS_VIEW, Perm.CUSTOMERS_EDIT
    output, input = CustomerSerializer, CustomerInput
    filterset_class = CustomerFilters
    orders: ClassVar = {"id": Sorting(("id",)), "external_id": Sorting(("external_id",))}

    def make(self, values: dict[str, Any]) -> Customer:
        return customers.create_customer(self.actor, **values)

    def change(self, pk: int, values: dict[str, Any], seen_version: int) -> Customer:
        return customers.change_customer(self.actor, pk, seen_version=seen_version, **values)

    def delete_row(self, pk: int, seen_version: int) -> None:
        customers.delete_customer(self.actor, pk, seen_version=seen_version)


class OrderLineSerializer(Output):
    """One line of an order; amounts are line totals without tax."""

    sku = serializers.CharField(source="variant.sku", read_only=True)
    money = ("gross", "discount", "tax")

    class Meta:
        model = OrderLine
        fields = ["id", "position", "variant", "sku", "quantity", "gross", "discount", "tax"]


class RefundSerializer(Output):
    """Goods or money that went back."""

    sku = serializers.CharField(source="variant.sku", read_only=True)
    order = serializers.IntegerField(source="order_line.order_id", read_only=True, allow_null=True)
    money = ("amount",)

    class Meta:
        model = Refund
        fields = [
            *BASE,
            "number",
            "order",
            "order_line",
            "variant",
            "sku",
            "refunded_at",
            "day",
            "quantity",
            "amount",
            "currency",
            "reason",
        ]


class OrderSerializer(Output):
    """One purchase with its lines and what was refunded of them."""

    channel_name = serializers.CharField(source="channel.name", read_only=True)
    market_name = serializers.CharField(source="market.name", read_only=True, allow_null=True)
    lines = OrderLineSerializer(many=True, read_only=True)
    refunds = RefundSerializer(many=True, read_only=True)
    filled = ("lines", "refunds")
    money = ("shipping", "tax")

    class Meta:
        model = Order
        fields = [
            *BASE,
            "number",
            "channel",
            "channel_name",
            "customer",
            "account",
            "market",
            "market_name",
            "placed_at",
            "day",
            "currency",
            "status",
            "shipping",
            "tax",
            "lines",
            "refunds",
        ]


class OrderFilters(filters.FilterSet):
    """Narrowing a list of orders."""

    number = filters.CharFilter()
    channel = IdFilter()
    customer = IdFilter()
    account = IdFilter()
    market = IdFilter()
    status = filters.ChoiceFilter(choices=OrderStatus.choices)
    day_from = filters.DateFilter(field_name="day", lookup_expr="gte")
    day_to = filters.DateFilter(field_name="day", lookup_expr="lte")
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")


class OrderChange(Input):
    """What may be corrected of an order. Lines and new orders come in by import."""

    class Meta:
        model = Order
        fields = ["status", "shipping", "tax", "customer", "account", "market"]


class OrderViewSet(Changes, Deletes, RecordViewSet):
    """Orders come in by import; here they are read, corrected and put into the trash."""

    reads, writes = Perm.LEDGER_VIEW, Perm.LEDGER_EDIT
    output, change_input = OrderSerializer, OrderChange
    filterset_class = OrderFilters
    orders: ClassVar = {
        "-placed_at": Sorting(("-placed_at", "-id")),
        "day": Sorting(("day", "id")),
        "id": Sorting(("id",)),
    }

    def change(self, pk: int, values: dict[str, Any], seen_version: int) -> Order:
        return services_orders.change_order(self.actor, pk, seen_version=seen_version, **values)

    def delete_row(self, pk: int, seen_version: int) -> None:
        services_orders.delete_order(self.actor, pk, seen_version=seen_version)

    def fill(self, actor: Actor, rows: Rows, wanted: frozenset[str]) -> None:
        orders = by_pk(rows)
        for name, path, found in (
            ("lines", "order_id", self._lines(actor, orders)),
            ("refunds", "order_line__order_id", self._refunds(actor, orders)),
        ):
            if name not in wanted:
                continue
            for row in rows:
                row[name] = []
            output = OrderLineSerializer if name == "lines" else RefundSerializer
            shape = Shape.of(output)
            below = read(actor, found, shape, shape.names, None, [path])
            of_orders: list[Any] = [one.get(f"_{path}", one.get("order")) for one in below]
            for of_order, plain in zip(of_orders, public(below), strict=True):
                orders[of_order][name].append(plain)

    @staticmethod
    def _lines(actor: Actor, orders: dict[int, Any]) -> QuerySet[OrderLine]:
        lines = OrderLine.objects.visible_to(actor).filter(order_id__in=orders)
        return lines.order_by("order_id", "position")

    @staticmethod
    def _refunds(actor: Actor, orders: dict[int, Any]) -> QuerySet[Refund]:
        refunds = Refund.objects.visible_to(actor).filter(order_line__order_id__in=orders)
        return refunds.order_by("day", "id")


class RefundFilters(filters.FilterSet):
    """Narrowing a list of refunds."""

    number = filters.CharFilter()
    variant = IdFilter()
    day_from = filters.DateFilter(field_name="day", lookup_expr="gte")
    day_to = filters.DateFilter(field_name="day", lookup_expr="lte")


class RefundViewSet(RecordViewSet):
    """Refunds, also those whose order is unknown."""

    reads, writes = Perm.LEDGER_VIEW, Perm.LEDGER_EDIT
    output = RefundSerializer
    filterset_class = RefundFilters
    orders: ClassVar = {"id": Sorting(("id",)), "day": Sorting(("day", "id"))}


class CostSerializer(Output):
    """What one unit of a variant costs from a day on."""

    sku = serializers.CharField(source="variant.sku", read_only=True)
    money = ("amount",)

    class Meta:
        model = CostRecord
        fields = [*BASE, "variant", "sku", "kind", "amount", "currency", "valid_from"]


class CostInput(Input):
    class Meta:
        model = CostRecord
        fields = ["variant", "kind", "amount", "currency", "valid_from"]
        extra_kwargs = {"currency": {"required": False}}


class CostChange(Input):
    """A cost keeps its variant; for another one make another record."""

    class Meta:
        model = CostRecord
        fields = ["kind", "amount", "currency", "valid_from"]


class CostFilters(filters.FilterSet):
    """Narrowing a list of costs."""

    variant = IdFilter()
    kind = filters.ChoiceFilter(choices=CostKind.choices)
    valid_since = filters.DateFilter(field_name="valid_from", lookup_expr="gte")
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")


class CostViewSet(Creates, Changes, Deletes, RecordViewSet):
    """Effective-dated costs."""

    reads, writes = Perm.LEDGER_VIEW, Perm.LEDGER_EDIT
    output, input, change_input = CostSerializer, CostInput, CostChange
    filterset_class = CostFilters
    orders: ClassVar = {"id": Sorting(("id",)), "valid_from": Sorting(("valid_from", "id"))}

    def make(self, values: dict[str, Any]) -> CostRecord:
        variant = values.pop("variant")
        return services.create_cost(self.actor, variant.pk, **values)

    def change(self, pk: int, values: dict[str, Any], seen_version: int) -> CostRecord:
        return services.change_cost(self.actor, pk, seen_version=seen_version, **values)

    def delete_row(self, pk: int, seen_version: int) -> None:
        services.delete_cost(self.actor, pk, seen_version=seen_version)
