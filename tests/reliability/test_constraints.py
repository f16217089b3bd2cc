"""D8: what must never be false is refused by the database itself, whoever writes."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from tests.factories.catalog import BrandFactory, ProductFactory, VariantFactory
from tests.factories.feedback import NoteFactory
from tests.factories.ledger import CustomerFactory, OrderFactory, OrderLineFactory, RefundFactory
from tests.guards.exemptions import LINKS_WITHOUT_KEY
from workspaces.records.models import WorkspaceLink

FACTORIES = (
    BrandFactory,
    ProductFactory,
    VariantFactory,
    CustomerFactory,
    OrderFactory,
    OrderLineFactory,
    RefundFactory,
    NoteFactory,
)
BAD = [
    (OrderLineFactory, "quantity = -1"),
    (OrderFactory, "status = 'invented'"),
    (OrderFactory, "currency = 'eur'"),
    (OrderFactory, "workspace_id = NULL"),
    (ProductFactory, "state = 'invented'"),
    (ProductFactory, "name = NULL"),
    (VariantFactory, "price = -0.01"),
    (NoteFactory, "rating = 6"),
]


def links() -> list[WorkspaceLink]:
    return [
        field
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.get_fields()
        if isinstance(field, WorkspaceLink)
        and field.model is model
        and str(field) not in LINKS_WITHOUT_KEY
    ]


def write(table: str, assignment: str, pk: int) -> None:
    """Raw SQL past every form, service and model, with deferred constraints checked at once."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {assignment} WHERE id = %s", [pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("link", links(), ids=str)
def test_every_link_has_a_key_that_includes_the_workspace(db, link):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype = 'f' AND conrelid = %s::regclass",
            [link.model._meta.db_table],
        )
        keys = [definition for (definition,) in cursor.fetchall()]

    target = link.related_model._meta.db_table
    wanted = f"FOREIGN KEY (workspace_id, {link.column}) REFERENCES {target}(workspace_id, id)"
    assert any(key.startswith(wanted) for key in keys), wanted


@pytest.mark.parametrize("link", [link for link in links() if not link.null], ids=str)
def test_a_link_into_another_workspace_is_refused(db, link):
    makers = {factory._meta.model: factory for factory in FACTORIES}
    maker, other = makers.get(link.model), makers.get(link.related_model)
    if maker is None or other is None:
        return  # the key itself is proved above
    row, stranger = maker(), other()

    with pytest.raises(IntegrityError):
        write(link.model._meta.db_table, f"{link.column} = {stranger.pk}", row.pk)

    kept = link.model._base_manager.get(pk=row.pk)
    assert getattr(kept, link.attname) == getattr(row, link.attname)


@pytest.mark.parametrize(("factory", "assignment"), BAD, ids=[bad for _, bad in BAD])
def test_a_bad_value_is_refused(db, factory, assignment):
    row = factory()
    table = row._meta.db_table

    with pytest.raises(IntegrityError):
        write(table, assignment, row.pk)

    again = type(row)._base_manager.get(pk=row.pk)
    assert model_values(again) == model_values(row._meta.model._base_manager.get(pk=row.pk))


@pytest.mark.parametrize("factory", FACTORIES, ids=lambda factory: factory._meta.model.__name__)
def test_a_row_never_moves_to_another_workspace_with_its_links(db, factory):
    row, elsewhere = factory(), factory()
    has_links = any(
        isinstance(field, WorkspaceLink) and getattr(row, field.attname)
        for field in row._meta.concrete_fields
    )
    if not has_links:
        return
    with pytest.raises(IntegrityError):
        write(row._meta.db_table, f"workspace_id = {elsewhere.workspace_id}", row.pk)

    assert type(row)._base_manager.get(pk=row.pk).workspace_id == row.workspace_id


def model_values(row: models.Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
