"""A field kept to some roles is told to no other: history, undo, views, imports."""

import io
import json

import pytest
from django.urls import reverse

from core.errors import Denied
from tests.factories.catalog import VariantFactory
from workspaces.audit.models import ActivityEvent
from workspaces.fields.services import create_field
from workspaces.imports import services as imports
from workspaces.jobs.tasks import run_job
from workspaces.views.models import SavedView

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def page_of(run, name):
    return reverse(f"workspaces:{name}", args=[run.workspace.slug, run.pk])


def test_a_hidden_value_is_neither_restored_nor_undone_by_whoever_does_not_see_it(
    secret, member, client_of
):
    client, slug = client_of(member), member.workspace.slug
    event = ActivityEvent.objects.filter(object_id=secret.pk, verb="product.changed").latest("pk")

    said = [
        client.post(
            reverse("workspaces:restore_value", args=[slug, event.pk, "custom.secret"]), follow=True
        ),
        client.post(reverse("workspaces:undo", args=[slug, event.pk]), follow=True),
        client.get(reverse("workspaces:activity", args=[slug])),
    ]

    secret.refresh_from_db()
    assert (secret.custom, secret.version) == ({"secret": "second-hush"}, 3)
    for page in said:
        assert page.status_code == 200
        assert b"hush" not in page.content


def test_a_shared_view_by_a_hidden_field_tells_nothing_of_it(secret, owner, member, client_of):
    slug = owner.workspace.slug
    where = json.dumps({"and": [{"field": "custom.secret", "op": "is", "value": "second-hush"}]})
    client_of(owner).post(
        reverse("workspaces:view_save", args=[slug, "products"]),
        {"name": "Ours", "query": f"where={where}", "audience": "shared"},
    )
    view = SavedView.objects.get()
    page = client_of(member).get(reverse("products:list", args=[slug]), {"view": view.pk})
    assert page.status_code == 422
    assert b"second-hush" not in page.content


def test_the_file_of_an_import_is_open_to_those_alone_who_see_all_it_fills(
    secret, owner, member, client_of
):
    file = io.BytesIO(b"Handle,Name,Secret\nnew,New,file-hush\n")
    run = imports.upload(owner.actor, "products", [("ours.csv", file)])
    assert b"file-hush" in client_of(owner).get(page_of(run, "import_columns")).content

    client = client_of(member)
    for name in ("import", "import_columns", "import_problems"):
        answer = client.get(page_of(run, name))
        assert (answer.status_code, b"file-hush" in answer.content) == (403, False)
    with pytest.raises(Denied):
        imports.check(member.actor, run.pk)


def test_what_an_import_changed_is_shown_without_hidden_fields(secret, owner, member, client_of):
    create_field(owner.actor, "products.product", label="Size", type="number")
    variant = VariantFactory(workspace=owner.workspace, product=secret)
    text = f"SKU,Handle,Size\n{variant.sku},{secret.handle},7\n"
    run = imports.upload(member.actor, "products", [("sizes.csv", io.BytesIO(text.encode()))])
    run_job(imports.check(member.actor, run.pk).job_id)
    run_job(imports.start(member.actor, run.pk).job_id)

    page = client_of(member).get(page_of(run, "import")).content

    secret.refresh_from_db()
    assert secret.custom == {"secret": "second-hush", "size": 7}
    assert b"size" in page
    assert b"hush" not in page
