"""Comments and files over the API: the same services, the same doors."""

import dataclasses

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from tests.factories.catalog import ProductFactory
from tests.factories.discussion import CommentFactory
from tests.factories.ledger import OrderFactory
from tests.factories.workspaces import MembershipFactory
from workspaces.access.roles import Perm
from workspaces.api import services as tokens
from workspaces.discussion.models import Attachment, Comment
from workspaces.records.kinds import KINDS

pytestmark = pytest.mark.django_db
PRODUCT = "products.product"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr("workspaces.api.limits.count", lambda caller: None)


@pytest.fixture
def product(workspace):
    return ProductFactory(workspace=workspace)


def calling(someone, *scopes):
    """A client with a token of this member."""
    made = tokens.create_token(someone.actor, "test", scopes=[one.value for one in scopes])
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {made[1]}")
    return client


def url(someone, rest):
    return f"/api/v1/workspaces/{someone.workspace.slug}/{rest}"


def test_a_comment_is_made_internal_read_changed_and_deleted(member, product):
    ada = MembershipFactory(workspace=product.workspace).user
    client = calling(member)
    body = {"kind": PRODUCT, "object_id": product.pk, "body": f"@[user:{ada.pk}] look"}

    made = client.post(url(member, "comments/"), body, format="json")

    assert made.status_code == 201, made.data
    one = made.json()
    assert one["internal"] is True
    assert one["mentions"] == [{"user": ada.pk, "team": None, "kind": "", "object_id": None}]
    at = url(member, f"comments/{one['id']}/")
    changed = client.patch(
        at, {"body": "Look", "resolved": True}, format="json", HTTP_IF_MATCH='"1"'
    )
    assert changed.status_code == 200, changed.data
    assert (changed.json()["body"], changed.json()["mentions"]) == ("Look", [])
    assert changed.json()["resolved_by"] == member.user.pk
    stale = client.patch(at, {"body": "Again"}, format="json", HTTP_IF_MATCH='"1"')
    assert stale.status_code == 412
    assert client.delete(at, HTTP_IF_MATCH='"2"').status_code == 204
    assert client.get(at).status_code == 404
    assert client.get(url(member, "comments/")).json()["results"] == []


def test_a_public_reply_is_refused_unless_its_kind_allows_it(member, product, monkeypatch):
    client = calling(member)
    body = {"kind": PRODUCT, "object_id": product.pk, "body": "Dear customer", "internal": False}
    assert client.post(url(member, "comments/"), body, format="json").status_code == 422
    assert not Comment.objects.exists()

    monkeypatch.setitem(KINDS, PRODUCT, dataclasses.replace(KINDS[PRODUCT], public_replies=True))
    assert client.post(url(member, "comments/"), body, format="json").json()["internal"] is False


def test_lists_hold_what_the_token_may_read(member, viewer, outsider, product, workspace):
    order = OrderFactory(workspace=workspace)
    seen = CommentFactory(workspace=workspace, about=product)
    money = CommentFactory(workspace=workspace, about=order, body="6161.61")

    def ids(someone, query="", *scopes):
        answer = calling(someone, *scopes).get(url(someone, f"comments/{query}"))
        return [one["id"] for one in answer.json()["results"]]

    assert ids(member) == [seen.pk, money.pk]
    assert ids(member, f"?kind=finance.order&object_id={order.pk}") == [money.pk]
    assert ids(viewer) == [seen.pk]
    assert ids(member, "", Perm.DISCUSS, Perm.CATALOG_VIEW) == [seen.pk]
    assert ids(outsider) == []
    silent = calling(member, Perm.CATALOG_VIEW).get(url(member, "comments/"))
    assert silent.status_code == 403


def test_a_file_is_uploaded_read_and_deleted(member, viewer, product, workspace):
    order = OrderFactory(workspace=workspace)
    client = calling(member)

    def upload(kind, pk, content=b"hello", name="a.txt"):
        body = {"kind": kind, "object_id": pk, "file": SimpleUploadedFile(name, content)}
        return client.post(url(member, "attachments/"), body, format="multipart")

    made = upload(PRODUCT, product.pk)
    assert made.status_code == 201, made.data
    assert (made.json()["mime"], made.json()["size"]) == ("text/plain", 5)
    hidden = upload("finance.order", order.pk).json()["id"]
    refused = upload(PRODUCT, product.pk, b"<html>", "page.png")
    assert refused.status_code == 422
    assert Attachment.objects.count() == 2

    content = client.get(url(member, f"attachments/{made.json()['id']}/content/"))
    assert content.getvalue() == b"hello"
    assert content["Content-Disposition"].startswith("attachment")
    assert content["Content-Security-Policy"] == "default-src 'none'; sandbox"
    theirs = calling(viewer)
    assert theirs.get(url(viewer, f"attachments/{hidden}/content/")).status_code == 404
    found = theirs.get(url(viewer, "attachments/")).json()["results"]
    assert [one["id"] for one in found] == [made.json()["id"]]
    at = url(member, f"attachments/{made.json()['id']}/")
    assert client.delete(at, HTTP_IF_MATCH='"1"').status_code == 204
    assert client.get(at).status_code == 404
