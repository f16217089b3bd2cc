"""What each type of custom field takes and refuses, and who may read and write it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from core.errors import Denied, EditConflict, NotFound, Refused
from products.catalog import services as catalog
from products.catalog.models import Brand, Product
from products.catalog.services_lists import change_entry, create_entry
from tests.factories.catalog import BrandFactory, ProductFactory
from workspaces.fields import services
from workspaces.fields.models import CustomField, CustomUnique
from workspaces.records.describing import fields_of
from workspaces.records.fields import FieldType
from workspaces.records.kinds import KINDS

pytestmark = pytest.mark.django_db
PRODUCT = "products.product"
STAGES = [{"value": "idea", "label": "Idea"}, {"value": "won", "label": "Won it", "tone": "green"}]


@pytest.fixture
def add(owner):
    """Adds a field to products."""

    def added(type, label="Extra", **values):
        return services.create_field(owner.actor, PRODUCT, label=label, type=type, **values)

    return added


@pytest.fixture
def product(owner):
    return ProductFactory(workspace=owner.workspace)


def put(someone, product, value, key="extra"):
    """Set the value; what is stored then."""
    product.refresh_from_db()
    values = {f"custom.{key}": value}
    catalog.change_product(someone.actor, product.pk, seen_version=product.version, **values)
    product.refresh_from_db()
    return product.custom.get(key)


TAKEN = [
    (FieldType.TEXT, {}, "  Rain  ", "Rain"),
    (FieldType.TEXT, {}, 5, "5"),
    (FieldType.LONG_TEXT, {}, "a\nb", "a\nb"),
    (FieldType.NUMBER, {}, "2.50", 2.5),
    (FieldType.NUMBER, {}, Decimal("-3.0"), -3),
    (FieldType.NUMBER, {}, 123456789012345, 123456789012345),
    (FieldType.MONEY, {"currency": "usd"}, "19.90", 19.9),
    (FieldType.PERCENT, {}, Decimal("0.15"), 0.15),
    (FieldType.DAY, {}, date(2026, 3, 1), "2026-03-01"),
    (FieldType.DAY, {}, "2026-03-01", "2026-03-01"),
    (FieldType.MOMENT, {}, "2026-07-01 12:00", "2026-07-01T10:00:00+00:00"),
    (
        FieldType.MOMENT,
        {},
        datetime(2026, 7, 1, 12, 0, tzinfo=UTC),
        "2026-07-01T12:00:00+00:00",
    ),
    (FieldType.CHOICE, {"options": STAGES}, "won it", "won"),
    (FieldType.CHOICES, {"options": STAGES}, "Won it, idea", ["idea", "won"]),
    (FieldType.CHOICES, {"options": STAGES}, ["won", "won"], ["won"]),
    (FieldType.YES_NO, {}, "no", False),
    (FieldType.YES_NO, {}, True, True),
    (FieldType.URL, {}, "https://example.com/a", "https://example.com/a"),
]


@pytest.mark.parametrize(("type", "how", "given", "stored"), TAKEN)
def test_a_value_is_taken_kept_and_taken_away(add, owner, product, type, how, given, stored):
    add(type, **how)
    assert put(owner, product, given) == stored
    assert put(owner, product, stored) == stored
    assert put(owner, product, None) is None
    assert product.custom == {}


REFUSED = [
    (FieldType.TEXT, {}, "x" * 301),
    (FieldType.TEXT, {}, "a\x00b"),
    (FieldType.TEXT, {}, ["list"]),
    (FieldType.NUMBER, {}, "many"),
    (FieldType.NUMBER, {}, True),
    (FieldType.NUMBER, {}, "NaN"),
    (FieldType.NUMBER, {}, "1e99"),
    (FieldType.NUMBER, {}, "1.2345678901234567"),
    (FieldType.PERCENT, {}, 15),
    (FieldType.DAY, {}, "31.3.2026"),
    (FieldType.DAY, {}, "0001-01-01"),
    (FieldType.MOMENT, {}, "2026-13-01 12:00"),
    (FieldType.CHOICE, {"options": STAGES}, "lost"),
    (FieldType.CHOICES, {"options": STAGES}, ["won", "lost"]),
    (FieldType.CHOICES, {"options": STAGES}, 5),
    (FieldType.PERSON, {}, "somebody"),
    (FieldType.PERSON, {}, 2**62),
    (FieldType.LINK, {"to": "products.brand"}, 2**62),
    (FieldType.YES_NO, {}, "perhaps"),
    (FieldType.URL, {}, "javascript:alert(1)"),
    (FieldType.FORMULA, {"formula": "1 + 1"}, 2),
]


@pytest.mark.parametrize(("type", "how", "given"), REFUSED)
def test_a_value_that_does_not_fit_is_refused(add, owner, product, type, how, given):
    add(type, **how)
    with pytest.raises(ValidationError) as refused:
        put(owner, product, given)
    assert list(refused.value.message_dict) == ["custom.extra"]
    product.refresh_from_db()
    assert (product.custom, product.version) == ({}, 1)


def test_a_person_must_be_a_member(add, owner, viewer, outsider, product):
    add(FieldType.PERSON)
    assert put(owner, product, viewer.user.pk) == viewer.user.pk
    with pytest.raises(ValidationError, match="not a member"):
        put(owner, product, outsider.user.pk)
    assert put(owner, product, viewer.user.pk) == viewer.user.pk


def test_a_link_stays_in_the_workspace(add, owner, outsider, product):
    add(FieldType.LINK, to="products.brand")
    ours, theirs = (
        BrandFactory(workspace=owner.workspace),
        BrandFactory(workspace=outsider.workspace),
    )
    assert put(owner, product, ours) == ours.pk
    with pytest.raises(ValidationError, match="no such record"):
        put(owner, product, theirs.pk)


def test_a_needed_field_is_asked_for_and_never_emptied(add, owner, product):
    add(FieldType.TEXT, required=True)
    with pytest.raises(ValidationError) as refused:
        catalog.create_product(owner.actor, name="New")
    assert refused.value.message_dict == {"custom.extra": ["This is needed."]}
    made = catalog.create_product(owner.actor, name="New", **{"custom.extra": "here"})
    with pytest.raises(ValidationError, match="needed"):
        put(owner, made, "")
    catalog.change_product(owner.actor, product.pk, seen_version=1, name="Old rows may lack it")


def test_a_default_fills_new_records_and_a_needed_one_all(add, owner, product):
    add(FieldType.NUMBER, default="3")
    assert catalog.create_product(owner.actor, name="New").custom == {"extra": 3}
    product.refresh_from_db()
    assert product.custom == {}
    add(FieldType.CHOICE, "Stage", options=STAGES, default="Idea", required=True)
    product.refresh_from_db()
    assert (product.custom, product.version) == ({"stage": "idea"}, 2)


def test_a_field_nobody_defined_is_refused(owner, product):
    with pytest.raises(ValidationError, match="no such field"):
        put(owner, product, 1)


def test_every_kind_of_record_takes_custom_values(owner, product):
    services.create_field(owner.actor, "products.brand", label="Rank", type=FieldType.NUMBER)
    brand = create_entry(owner.actor, Brand, name="North", **{"custom.rank": 2})
    brand = change_entry(owner.actor, Brand, brand.pk, seen_version=1, **{"custom.rank": 3})
    assert brand.custom == {"rank": 3}
    with pytest.raises(ValidationError, match=r"no such field"):
        put(owner, product, 3, "rank")


def test_roles_that_may_not_see_a_field_neither_read_nor_write_it(add, owner, member, product):
    add(FieldType.NUMBER, roles=["finance"])
    kind = KINDS[PRODUCT]
    put(owner, product, 9)
    assert "custom.extra" in {one.name for one in fields_of(owner.actor, kind)}
    assert "custom.extra" not in {one.name for one in fields_of(member.actor, kind)}
    with pytest.raises(ValidationError, match="no such field"):
        put(member, product, 1)
    product.refresh_from_db()
    assert product.custom == {"extra": 9}
    catalog.change_product(member.actor, product.pk, seen_version=product.version, name="Other")
    product.refresh_from_db()
    assert product.custom == {"extra": 9}


def test_a_hidden_field_that_is_needed_does_not_stop_who_cannot_see_it(add, member):
    add(FieldType.NUMBER, roles=["finance"], required=True)
    assert catalog.create_product(member.actor, name="New").custom == {}


def test_two_records_cannot_have_a_unique_value(add, owner, product):
    add(FieldType.TEXT, unique=True)
    other = ProductFactory(workspace=owner.workspace)
    put(owner, product, "A-1")
    with pytest.raises(ValidationError, match="already used"):
        put(owner, other, "A-1")
    other.refresh_from_db()
    assert other.custom == {}
    put(owner, product, "A-2")
    assert put(owner, other, "A-1") == "A-1"
    assert CustomUnique.objects.in_workspace(owner.workspace.pk).count() == 2


def test_a_claim_of_a_row_that_lost_the_value_is_void(add, owner, product):
    add(FieldType.TEXT, unique=True)
    put(owner, product, "A-1")
    Product.objects.filter(pk=product.pk).update(custom={})  # as the undo of an import does
    other = ProductFactory(workspace=owner.workspace)
    assert put(owner, other, "A-1") == "A-1"


def test_a_field_becomes_unique_only_where_no_value_occurs_twice(add, owner, product):
    field = add(FieldType.TEXT)
    other = ProductFactory(workspace=owner.workspace)
    put(owner, product, "same")
    put(owner, other, "same")
    with pytest.raises(ValidationError, match="occurs twice"):
        services.change_field(owner.actor, field.pk, seen_version=1, unique=True)
    put(owner, other, "different")
    services.change_field(owner.actor, field.pk, seen_version=1, unique=True)
    with pytest.raises(ValidationError, match="already used"):
        put(owner, other, "same")


def test_fields_are_managed_by_those_who_may(add, member, owner):
    field = add(FieldType.TEXT)
    for act in (
        lambda: services.create_field(member.actor, PRODUCT, label="X", type="text"),
        lambda: services.change_field(member.actor, field.pk, seen_version=1, label="X"),
        lambda: services.retire_field(member.actor, field.pk, seen_version=1),
        lambda: services.restore_field(member.actor, field.pk),
        lambda: services.reorder_fields(member.actor, PRODUCT, [field.pk]),
    ):
        with pytest.raises(Denied):
            act()
    assert list(CustomField.objects.values_list("label", "version")) == [("Extra", 1)]


def test_a_key_never_changes_and_is_never_used_again(add, owner):
    field = add(FieldType.TEXT, "Größe & Farbe")
    assert field.key == "groe_farbe"
    with pytest.raises(ValidationError, match="cannot change"):
        services.change_field(owner.actor, field.pk, seen_version=1, key="size")
    services.retire_field(owner.actor, field.pk, seen_version=1)
    assert add(FieldType.TEXT, "Größe & Farbe").key == "groe_farbe_2"
    with pytest.raises(ValidationError, match="is or was"):
        add(FieldType.TEXT, "Other", key="groe_farbe")
    with pytest.raises(ValidationError, match="taken by the app"):
        add(FieldType.TEXT, "Other", key="name")
    with pytest.raises(ValidationError, match="small letters"):
        add(FieldType.TEXT, "Other", key="Ünder")


def test_two_people_do_not_overwrite_one_another(add, owner):
    field = add(FieldType.TEXT)
    services.change_field(owner.actor, field.pk, seen_version=1, label="One")
    with pytest.raises(EditConflict):
        services.change_field(owner.actor, field.pk, seen_version=1, label="Two")


def test_a_retired_field_is_nowhere_and_comes_back_with_its_values(add, owner, product):
    field = add(FieldType.TEXT)
    put(owner, product, "kept")
    services.retire_field(owner.actor, field.pk, seen_version=1)
    kind = KINDS[PRODUCT]
    assert "custom.extra" not in {one.name for one in fields_of(owner.actor, kind)}
    with pytest.raises(ValidationError, match="no such field"):
        put(owner, product, "new")
    services.restore_field(owner.actor, field.pk)
    assert "custom.extra" in {one.name for one in fields_of(owner.actor, kind)}
    product.refresh_from_db()
    assert product.custom == {"extra": "kept"}


def test_another_type_is_taken_where_every_value_converts(add, owner, product):
    field = add(FieldType.TEXT)
    other = ProductFactory(workspace=owner.workspace)
    put(owner, product, "12.5")
    put(owner, other, "dozen")
    with pytest.raises(ValidationError, match="1 values do not fit: “dozen”"):
        services.change_field(owner.actor, field.pk, seen_version=1, type=FieldType.NUMBER)
    put(owner, other, "12")
    services.change_field(owner.actor, field.pk, seen_version=1, type=FieldType.NUMBER)
    product.refresh_from_db()
    assert product.custom == {"extra": 12.5}
    services.change_field(owner.actor, field.pk, seen_version=2, type=FieldType.TEXT)
    product.refresh_from_db()
    assert product.custom == {"extra": "12.5"}


def test_a_choice_that_records_have_cannot_go(add, owner, product):
    field = add(FieldType.CHOICE, options=STAGES)
    put(owner, product, "won")
    with pytest.raises(ValidationError, match="1 records have “Won it”"):
        services.change_field(owner.actor, field.pk, seen_version=1, options=STAGES[:1])
    services.change_field(owner.actor, field.pk, seen_version=1, options=STAGES[1:])


def test_the_order_is_as_people_put_it(add, owner):
    first, second = add(FieldType.TEXT, "One"), add(FieldType.TEXT, "Two")
    services.reorder_fields(owner.actor, PRODUCT, [second.pk, first.pk])
    names = [one.label for one in fields_of(owner.actor, KINDS[PRODUCT]) if one.is_custom]
    assert names == ["Two", "One"]


def test_fields_cost_one_statement_a_process_and_none_where_there_are_none(
    add, owner, outsider, queries
):
    kind = KINDS[PRODUCT]
    assert queries(lambda: fields_of(outsider.actor, kind)) == 0
    add(FieldType.TEXT)
    assert queries(lambda: fields_of(owner.actor, kind)) == 1
    assert queries(lambda: fields_of(owner.actor, kind)) == 0


def of(owner, name="custom.extra"):
    return next(one for one in fields_of(owner.actor, KINDS[PRODUCT]) if one.name == name)


def test_a_formula_is_worked_out_when_it_is_read(add, owner, product):
    add(FieldType.MONEY, "Cost price")
    add(FieldType.NUMBER, "Pieces", unit="pcs")
    add(FieldType.FORMULA, formula="cost_price / pieces")
    field = of(owner)
    assert (field.value_type, field.unit) == (FieldType.MONEY, "EUR")
    assert (field.value_of(product), field.why(product)) == (None, "“cost_price” has none")
    put(owner, product, 30, "cost_price")
    put(owner, product, 4, "pieces")
    assert field.value_of(product) == Decimal("7.5")
    put(owner, product, 0, "pieces")
    assert (field.value_of(product), field.why(product)) == (None, "divided by zero")


def test_a_formula_is_refused_by_place_and_keeps_what_it_is_made_of(add, owner):
    with pytest.raises(ValidationError, match="1:1: There is no “weight”"):
        add(FieldType.FORMULA, formula="weight * 2")
    weight = add(FieldType.NUMBER, "Weight")
    add(FieldType.FORMULA, formula="weight * 2")
    with pytest.raises(Refused, match="“Extra” is made of it"):
        services.retire_field(owner.actor, weight.pk, seen_version=1)
    with pytest.raises(ValidationError, match="“Extra” is made of it and would not work: 1:8: "):
        services.change_field(owner.actor, weight.pk, seen_version=1, type=FieldType.DAY)


def test_a_formula_hides_where_one_of_its_parts_is_hidden(add, owner, member):
    add(FieldType.NUMBER, "Secret", roles=["finance"])
    add(FieldType.FORMULA, formula="secret * 2")
    kind = KINDS[PRODUCT]
    assert "custom.extra" in {one.name for one in fields_of(owner.actor, kind)}
    assert "custom.extra" not in {one.name for one in fields_of(member.actor, kind)}


@pytest.mark.parametrize(
    ("wrong", "how"),
    [
        ("label", {"type": "text", "label": " "}),
        ("label", {"type": "text", "label": "Name"}),
        ("type", {"type": "colour", "label": "X"}),
        ("options", {"type": "choice", "label": "X"}),
        ("options", {"type": "choice", "label": "X", "options": ["a", "A"]}),
        ("options", {"type": "choice", "label": "X", "options": [{"label": "a", "tone": "pink"}]}),
        ("roles", {"type": "text", "label": "X", "roles": ["king"]}),
        ("to", {"type": "link", "label": "X", "to": "nothing"}),
        ("currency", {"type": "money", "label": "X", "currency": "EUX"}),
        ("unique", {"type": "yes_no", "label": "X", "unique": True}),
        ("default", {"type": "number", "label": "X", "default": "many"}),
        ("default", {"type": "person", "label": "X", "default": 1}),
        ("formula", {"type": "formula", "label": "X", "formula": "1 +"}),
    ],
)
def test_a_field_that_makes_no_sense_is_refused(owner, wrong, how):
    with pytest.raises(ValidationError) as refused:
        services.create_field(owner.actor, PRODUCT, **how)
    assert wrong in refused.value.message_dict
    assert not CustomField.objects.in_workspace(owner.workspace.pk).exists()


def test_another_workspace_has_its_own_fields(add, owner, outsider):
    field = add(FieldType.TEXT)
    with pytest.raises(NotFound):
        services.change_field(outsider.actor, field.pk, seen_version=1, label="Mine")
    with pytest.raises(NotFound):
        services.restore_field(outsider.actor, field.pk)
