"""An import by script: upload, change, check, correct, run, undo; and who may not."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from feedback.inbox.models import Note
from products.catalog.models import Product
from workspaces.imports.models import ImportRun
from workspaces.jobs.tasks import run_bulk_job

FILE = (
    b"name,handle,sku,price,currency\nOak chair,oak-chair,OAK-1,89.00,EUR\nAsh,ash,ASH-1,dear,EUR\n"
)


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def upload(api, kind="products", content=FILE, **headers):
    file = SimpleUploadedFile("products.csv", content, "text/csv")
    return api.client.post(
        api.base + "imports/", {"kind": kind, "file": file}, format="multipart", headers=headers
    )


def work_off(answer):
    assert answer.status_code == 202, answer.content
    run_bulk_job(answer.json()["job"])


@pytest.mark.django_db(transaction=True)
def test_a_file_from_upload_to_undo(member, api_of):
    api = api_of(member)

    made = upload(api)
    assert made.status_code == 201, made.content
    path = f"imports/{made.json()['id']}/"
    assert made.json()["mapping"]["sku"] == "sku"
    work_off(api("post", path + "check/"))
    checked = api("get", path).json()
    issues = api("get", path + "issues/").json()["results"]

    assert (checked["state"], checked["counts"]["rows"]) == ("checked", 2)
    assert [(one["row"], one["value"]) for one in issues] == [(2, "dear")]
    assert api("post", path + "run/").status_code == 422
    assert not Product.objects.exists()
    cell = {"row": 2, "field": issues[0]["field"], "text": "79.00"}
    assert api("post", path + "cells/", cell).json()["results"] == []
    work_off(api("post", path + "run/"))
    assert api("get", path).json()["state"] == "done"
    assert Product.objects.count() == 2
    work_off(api("post", path + "undo/"))
    assert api("get", path).json()["state"] == "undone"
    assert not Product.objects.exists()


@pytest.mark.django_db
def test_an_upload_sent_twice_is_one_import(member, api_of):
    api = api_of(member)

    answers = [upload(api, **{"Idempotency-Key": "monday"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert ImportRun.objects.count() == 1


@pytest.mark.django_db
def test_nobody_imports_what_they_may_not_edit(viewer, finance_member, outsider, api_of):
    refused = [upload(api_of(someone)).status_code for someone in (viewer, finance_member)]
    theirs = upload(api_of(outsider)).json()["id"]
    seen = api_of(finance_member)("get", f"imports/{theirs}/")

    assert (refused, seen.status_code) == ([403, 403], 404)
    assert ImportRun.objects.count() == 1
    assert not Note.objects.exists()
