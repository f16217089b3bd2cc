"""What may be asked of customers, and who answers to it.

The filters are those of lists (`workspaces.lists`). What a customer bought is asked of order lines:
each such condition for itself, so that "bought a tent" and "bought a stove" need no one order.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Case, DecimalField, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from core.errors import Refused
from core.money import MAX_DIGITS, PLACES
from feedback.segments.models import Segment
from finance.ledger.models import Account, Customer, OrderLine
from products.catalog.models import Category, Channel, Product
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm, Role
from workspaces.lists.conditions import Condition, Group, read_where
from workspaces.lists.filtering import q_of, read
from workspaces.lists.paths import asked, with_values
from workspaces.records.describing import fields_of
from workspaces.records.fields import Field, FieldType
from workspaces.records.kinds import KINDS
from workspaces.records.parsing import Parser

CUSTOMER = Customer._meta.label_lower
AMOUNT = DecimalField(max_digits=MAX_DIGITS, decimal_places=PLACES)
# Where order lines hold what a condition names.
BOUGHT = {
    "bought": "variant__product__in",
    "bought_category": "variant__product__category__in",
    "bought_in": "channel__in",
}


def _linked(name: str, label: str, model: Any) -> Field:
    return Field(name, label, FieldType.LINK, to=model._meta.label_lower)


FIELDS = (
    Field("country", "Country", FieldType.TEXT, example="DE"),
    _linked("account", "Account", Account),
    Field("orders", "Orders", FieldType.NUMBER, places=0, at="all_orders"),
    Field("first_day", "First order", FieldType.DAY, at="figures__first_day"),
    Field("last_day", "Last order", FieldType.DAY, at="figures__last_day"),
    Field("revenue", "Net revenue", FieldType.MONEY, at="all_revenue", perm=Perm.MONEY_VIEW),
    _linked("bought", "Bought product", Product),
    _linked("bought_category", "Bought from category", Category),
    _linked("bought_in", "Bought in channel", Channel),
)


def fields_for(actor: Actor) -> dict[str, Field]:
    """What this member may ask of customers, by name: figures, then the shop's own fields."""
    own = [one.as_value for one in fields_of(actor, KINDS[CUSTOMER]) if one.is_custom]
    every = [*FIELDS, *(one for one in own if asked(one))]
    return {one.name: one for one in every if one.perm is None or actor.can(one.perm)}


def whole(actor: Actor) -> Actor:
    """The same member as segments are asked by: who belongs does not hang on who looks."""
    return replace(actor, role=Role.OWNER, scopes=None)


def conditions_of(actor: Actor, where: str) -> Group:
    """The question as conditions. Raises Refused in words for what cannot be read."""
    found = read_where(fields_for(actor), where)
    if not any(found.conditions()):
        raise Refused("Say who belongs to it: add a condition.")
    return found


def customers_who(actor: Actor, where: Group) -> QuerySet[Customer]:
    """The customers who answer to these conditions. Raises Refused for what cannot be read."""
    seeing = whole(actor)
    nothing_bought = When(figures=None, then=Value(0, output_field=AMOUNT))
    rows = Customer.objects.in_workspace(actor.workspace.pk).alias(
        all_orders=Coalesce(F("figures__orders"), 0),
        all_revenue=Case(nothing_bought, default=F("figures__revenue")),
    )
    rows = with_values(rows, *(one.field for one in where.conditions()))
    return rows.filter(_q(seeing, where))


def members_of(actor: Actor, segment: Segment) -> QuerySet[Customer]:
    """Who belongs to a segment now. Raises Refused when its question lost its meaning."""
    return customers_who(actor, conditions_of(whole(actor), segment.where))


def _q(actor: Actor, group: Group) -> Q:
    parts = [
        _q(actor, one) if isinstance(one, Group) else _one(actor, one) for one in group.members
    ]
    return reduce(and_ if group.join == "and" else or_, parts) if parts else Q()


def _one(actor: Actor, one: Condition) -> Q:
    path = BOUGHT.get(one.field.name)
    if path is None:
        return q_of(actor, Group("and", (one,)))
    lines = OrderLine.objects.in_workspace(actor.workspace.pk).filter(
        counts=True, order__customer__isnull=False
    )
    wanted: Mapping[str, Any] = {}
    if one.op.name in ("is", "not"):
        parser = Parser(actor)
        wanted = {path: [read(parser, one.field, value) for value in one.values]}
    elif one.field.name == "bought_category":
        wanted = {"variant__product__category__isnull": False}
    found = Q(pk__in=lines.filter(**wanted).values("order__customer"))
    return ~found if one.op.name in ("not", "empty") else found
