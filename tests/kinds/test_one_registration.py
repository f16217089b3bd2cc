"""A model and one registration: list, page, API, export and import are there."""

import importlib
import io

import pytest
from django.apps import apps
from django.db import connection, models
from django.urls import clear_url_caches

from pm_workspace import urls
from pm_workspace.api import docs
from pm_workspace.api import urls as api_urls
from workspaces.access.roles import Perm
from workspaces.fields.services import create_field
from workspaces.imports import services
from workspaces.imports.models import ImportRun
from workspaces.jobs.tasks import run_job
from workspaces.records.fields import fields_of_model
from workspaces.records.kinds import KINDS, RecordKind, register_record
from workspaces.records.models import Record, RecordQuerySet

NAME = "workspaces.gadget"


def routed_anew() -> None:
    """Addresses are made of what is registered, once a process."""
    importlib.reload(api_urls)
    importlib.reload(urls)
    clear_url_caches()


@pytest.fixture
def gadget(db):
    """A model that nobody wrote anything for, registered."""

    class Gadget(Record):
        name = models.CharField(max_length=80)
        size = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
        sold_on = models.DateField(null=True, blank=True)
        cost = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
        objects = RecordQuerySet.as_manager()

        class Meta:
            app_label = "workspaces"
            verbose_name_plural = "gadgets"

        def __str__(self) -> str:
            return self.name

    with connection.schema_editor() as editor:
        editor.create_model(Gadget)
    register_record(
        RecordKind(
            model=Gadget,
            label="Gadget",
            plural="Gadgets",
            reads=Perm.CATALOG_VIEW,
            writes=Perm.CATALOG_EDIT,
            fields=fields_of_model(
                Gadget, "name", "size", "sold_on", "cost", cost={"perm": Perm.MONEY_VIEW}
            ),
        )
    )
    routed_anew()
    yield Gadget
    KINDS.pop(NAME)
    apps.all_models["workspaces"].pop("gadget")
    apps.clear_cache()
    routed_anew()


def test_one_registration_gives_all_ways_in_and_out(
    gadget, owner, contributor, client_of, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    create_field(owner.actor, NAME, label="Rank", type="number")
    client, slug = client_of(owner), owner.workspace.slug
    api, page = f"/api/v1/workspaces/{slug}/gadgets/", f"/w/{slug}/records/gadgets/"

    body = {"name": "Bell", "size": "2.50", "cost": "9", "custom": {"rank": 3}}
    made = client.post(api, body, content_type="application/json")
    assert made.status_code == 201, made.content
    row = made.json()
    assert (row["name"], row["size"], row["cost"], row["masked"]) == ("Bell", "2.50", "9.00", [])
    found = client.get(api, {"custom.rank": 3, "size": "2.5", "sort": "-name"}).json()["results"]
    assert found == [row]
    assert "/api/v1/workspaces/{slug}/gadgets/{id}/" in docs.document()["paths"]
    listed = client.get(page, {"columns": "name,custom.rank"}).content.decode()
    assert "Bell" in listed
    assert client.get(f"{page}{row['id']}/").status_code == 200

    url = f"/w/{slug}/exports/gadgets.csv"
    text = b"".join(client.get(url).streaming_content).decode("utf-8-sig")
    assert text.splitlines() == ["Id,Name,Size,Sold on,Cost,Rank", f"{row['id']},Bell,2.50,,9.00,3"]
    edited = f"{text.replace(',3', ',4')},Horn,,2026-03-31,,\n"
    run = services.upload(owner.actor, "gadgets", [("g.csv", io.BytesIO(edited.encode()))])
    run_job(services.check(owner.actor, run.pk).job_id)
    run_job(services.start(owner.actor, run.pk).job_id)
    counts = ImportRun.objects.get(pk=run.pk).counts
    assert (counts["created"], counts["updated"]) == ({"gadgets": 1}, {"gadgets": 1})
    rows = gadget.objects.in_workspace(owner.workspace.pk).order_by("pk")
    assert [(one.name, one.custom) for one in rows] == [("Bell", {"rank": 4}), ("Horn", {})]
    run_job(services.undo(owner.actor, run.pk).job_id)
    assert [(one.name, one.custom) for one in rows.all()] == [("Bell", {"rank": 3})]

    blind = client_of(contributor)
    shown = blind.get(f"{api}{row['id']}/").json()
    assert (shown["cost"], shown["masked"]) == (None, ["cost"])
    assert blind.get(api, {"sort": "cost"}).status_code == 400
    url, body = f"{api}{row['id']}/", {"cost": "1"}
    json = {"content_type": "application/json", "headers": {"If-Match": "*"}}
    refused = blind.patch(url, body, **json)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["cost"])
