"""Migrations run beside a serving site: nothing in them locks or rewrites a table that has rows."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader

from tests.guards.code import PACKAGES, check
from tests.guards.exemptions import UNSAFE_MIGRATIONS

# What an operation may not do to a table that an earlier migration made, with the remedy.
UNSAFE = {
    migrations.AddIndex: "AddIndexConcurrently in a migration of its own",
    migrations.AddConstraint: "AddConstraintNotValid, then ValidateConstraint",
    migrations.RemoveField: "stop using it first, remove it a release later",
    migrations.RenameField: "add, copy, switch, remove",
    migrations.RenameModel: "add, copy, switch, remove",
    migrations.DeleteModel: "stop using it first, delete it a release later",
    migrations.AlterField: "a change of type rewrites the table: add, copy, switch",
}


def operations():
    loader = MigrationLoader(None)
    ours = {
        config.label for config in apps.get_app_configs() if config.name.split(".")[0] in PACKAGES
    }
    for (label, name), migration in sorted(loader.disk_migrations.items()):
        if label in ours:
            made = {one.name.lower() for one in migration.operations if _makes(one)}
            for one in migration.operations:
                yield f"{label}.{name}", one, made


def _makes(operation) -> bool:
    return isinstance(operation, migrations.CreateModel)


def test_migrations_are_safe_beside_a_serving_site():
    found = set()
    for name, operation, made in operations():
        table = getattr(operation, "model_name", getattr(operation, "name", "")).lower()
        if type(operation) in UNSAFE and table not in made:
            found.add(f"{name}: {type(operation).__name__} {table}")
        adds = isinstance(operation, migrations.AddField) and table not in made
        if adds and not _adds_without_rewriting(operation.field):
            found.add(f"{name}: AddField {table}.{operation.name}")
    remedies = "; ".join(f"{kind.__name__} → {remedy}" for kind, remedy in UNSAFE.items())
    check(found, UNSAFE_MIGRATIONS, remedies)


def _adds_without_rewriting(field: models.Field) -> bool:
    """Old code must still be able to insert, and no row may need a value of its own."""
    return field.null or field.many_to_many or field.has_db_default()


@pytest.mark.django_db
def test_models_and_migrations_agree():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.django_db
def test_every_table_of_ours_has_a_primary_key_of_eight_bytes():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND column_name = 'id' AND data_type = 'integer' AND table_name ~ %s",
            [rf"^({'|'.join(PACKAGES)})_"],
        )
        assert cursor.fetchall() == []
