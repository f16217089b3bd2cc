"""Rows are reached through doors, services ask first, and another workspace's row is no parent."""

import ast

import pytest
from django.apps import apps
from django.db import connection, models

from tests.guards.code import calls, check, functions, modules
from tests.guards.exemptions import (
    LINKS_WITHOUT_KEY,
    READ_PAST_A_DOOR,
    REQUEST_USER,
    SERVICES_WITHOUT_REQUIRE,
)
from workspaces.records.models import ScopedModel

DOORS = {"visible_to", "in_workspace", "trashed_in", "trashed_for", "with_trash"}
# The composite keys watch over what is written; a door watches over what is read.
WRITES = {"create", "bulk_create", "bulk_update"}


def reads_past_a_door() -> set[str]:
    found = set()
    for path, tree in modules().items():
        for name, _ in calls(tree):
            parts = name.split(".")
            if "objects" in parts[1:-1]:
                at = parts.index("objects")
                if parts[at + 1] not in DOORS | WRITES:
                    found.add(f"{path}: {parts[at - 1]}.{parts[at + 1]}")
            if parts[-2:-1] == ["_base_manager"] or parts[-2:-1] == ["_default_manager"]:
                found.add(f"{path}: {parts[-2]}.{parts[-1]}")
    return found


def test_rows_are_reached_through_doors():
    check(
        reads_past_a_door(), READ_PAST_A_DOOR, "Start with visible_to(actor) or in_workspace(id):"
    )


def services_that_do_not_ask() -> set[str]:
    found = set()
    for path, tree in modules().items():
        name = path.rsplit("/", 1)[-1]
        if not (name.startswith("services") or name == "invitations.py"):
            continue
        for node in tree.body:
            public = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
            if public and not _asks_first(node):
                found.add(f"{path}: {node.name}")
    return found


def _asks_first(function: ast.FunctionDef) -> bool:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    asked = {name for statement in body[:1] for name, _ in calls(statement)}
    return any(name.endswith(".require") for name in asked)


def test_services_start_with_require():
    remedy = "Begin with actor.require(Perm.X), or say here why there is nothing to ask:"
    check(services_that_do_not_ask(), SERVICES_WITHOUT_REQUIRE, remedy)


def scoped_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if issubclass(model, ScopedModel)]


@pytest.mark.django_db
def test_the_database_refuses_a_parent_in_another_workspace():
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.conrelid::regclass::text, c.confrelid::regclass::text,
                   array_agg(child.attname ORDER BY k.n), array_agg(parent.attname ORDER BY k.n)
            FROM pg_constraint c
            CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY AS k(child, parent, n)
            JOIN pg_attribute child ON child.attrelid = c.conrelid AND child.attnum = k.child
            JOIN pg_attribute parent ON parent.attrelid = c.confrelid AND parent.attnum = k.parent
            WHERE c.contype = 'f' GROUP BY c.oid, c.conrelid, c.confrelid
            """
        )
        keys = {(row[0], row[1], tuple(row[2]), tuple(row[3])) for row in cursor.fetchall()}
    missing = {
        str(field)
        for model in scoped_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and issubclass(field.related_model, ScopedModel)
        and (
            model._meta.db_table,
            field.related_model._meta.db_table,
            ("workspace_id", field.column),
            ("workspace_id", "id"),
        )
        not in keys
    }
    check(missing, LINKS_WITHOUT_KEY, "Add same_workspace(...) in a migration for:")


@pytest.mark.django_db
def test_every_stored_moment_knows_its_zone():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name || '.' || column_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND data_type = 'timestamp without time zone'"
        )
        assert cursor.fetchall() == []


def test_views_take_their_rows_from_the_actor():
    """`request.user` decides nothing inside a workspace; the actor does."""
    found = set()
    for path, tree in modules().items():
        if path.endswith("views.py"):
            for function in functions(tree):
                for node in ast.walk(function):
                    if isinstance(node, ast.Attribute) and ast.unparse(node) == "request.user":
                        found.add(f"{path}: {function.name}")
    check(found, REQUEST_USER, "Use request.actor:")
