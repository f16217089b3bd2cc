"""Comments reach the webhooks that ask for them; an import is one delivery, whatever its size."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from products.models import Product
from tests.factories.catalog import ProductFactory
from tests.factories.ledger import OrderFactory
from tests.importing import import_csv, undo_import
from tests.webhooks.conftest import run
from workspaces.access.roles import GRANTS, Perm, Role
from workspaces.discussion import services as discussion
from workspaces.webhooks import sending, services
from workspaces.webhooks.models import COMMENTS, Delivery, WebhookEndpoint
from workspaces.webhooks.services import Wishes

pytestmark = pytest.mark.django_db
PRODUCT, ORDER = "products.product", "finance.order"
TEN = "handle,title,sku,price\n" + "".join(f"tent-{n},Tent {n},T-{n},99\n" for n in range(10))


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def asking(_near, owner, receiver):
    """Makes an endpoint of the owner's that asks for these kinds."""
    return lambda *kinds, acts=(): services.create_endpoint(
        owner.actor, Wishes(receiver.url, kinds, acts)
    )[0]


@pytest.fixture
def product(workspace):
    return ProductFactory(workspace=workspace, name="Trail Jacket")


def bodies(receiver) -> list[dict]:
    return [json.loads(body) for _, body in receiver.taken]


def test_a_comment_is_told_with_its_record_and_marked_as_internal(
    owner, member, asking, receiver, product
):
    hook = asking(COMMENTS)
    said = discussion.add_comment(member.actor, PRODUCT, product.pk, "The **zip** jams.")
    discussion.edit_comment(member.actor, said.pk, "The zip breaks.", seen_version=1)
    discussion.resolve_thread(owner.actor, said.pk)
    run(hook)

    first, *others = bodies(receiver)
    assert [one["event"] for one in (first, *others)] == [
        "comment.created",
        "comment.edited",
        "comment.resolved",
    ]
    assert first["record"]["label"] == "Trail Jacket"
    assert (first["record"]["kind"], first["record"]["id"]) == (PRODUCT, product.pk)
    assert first["comment"]["internal"] is True
    assert first["comment"]["author"]["name"] == str(member.user)
    assert first["comment"]["url"].endswith(f"/comments/{said.pk}/")
    assert others[-1]["comment"]["body"] == "The zip breaks."
    assert others[-1]["comment"]["resolved_at"]


def test_a_deleted_comment_is_told_without_its_text(member, asking, receiver, product):
    hook = asking(COMMENTS, acts=["deleted"])
    said = discussion.add_comment(member.actor, PRODUCT, product.pk, "Not for long.")
    discussion.delete_comment(member.actor, said.pk)
    run(hook)

    [told] = bodies(receiver)
    assert (told["event"], told["comment"]["body"]) == ("comment.deleted", None)


def test_who_does_not_ask_for_comments_gets_none(member, asking, receiver, product):
    everything, products = asking(), asking(PRODUCT)
    discussion.add_comment(member.actor, PRODUCT, product.pk, "Hello")
    run(everything)
    run(products)

    assert not Delivery.objects.filter(verb__startswith="comment.").exists()
    assert receiver.taken == []


def test_other_kinds_beside_them_narrow_the_comments(owner, asking, receiver, product, workspace):
    order = OrderFactory(workspace=workspace)
    hook = asking(COMMENTS, PRODUCT)
    discussion.add_comment(owner.actor, ORDER, order.pk, "Refund it")
    discussion.add_comment(owner.actor, PRODUCT, product.pk, "Stock it")
    run(hook)

    assert [one["comment"]["body"] for one in bodies(receiver)] == ["Stock it"]


def test_a_maker_who_may_not_read_the_record_gets_no_comment_on_it(
    owner, asking, receiver, workspace, monkeypatch
):
    order = OrderFactory(workspace=workspace)
    hook = asking(COMMENTS)
    discussion.add_comment(owner.actor, ORDER, order.pk, "Refund 6161.61")
    monkeypatch.setitem(GRANTS, Role.OWNER, GRANTS[Role.OWNER] - {Perm.LEDGER_VIEW})
    run(hook)

    assert receiver.taken == []
    assert Delivery.objects.get().error == sending.NOTHING_LEFT


@pytest.mark.usefixtures("_near")
def test_comments_are_chosen_on_the_page(owner, client_of, receiver):
    url = reverse("workspaces:webhooks", args=[owner.workspace.slug])
    client = client_of(owner)

    client.post(url, {"url": receiver.url, "kinds": [COMMENTS]})

    assert WebhookEndpoint.objects.get().kinds == [COMMENTS]
    assert "Comments" in client.get(url).content.decode()


def test_an_import_is_one_delivery_with_counts_and_its_rows(
    owner, asking, receiver, api_rows, workspace
):
    everything, orders = asking(), asking(ORDER)
    made = import_csv(owner.actor, "products", TEN)
    import_csv(owner.actor, "products", "sku,title\nT-1,Big Tent\nT-2,Huge Tent\n", "names.csv")
    run(everything)
    run(orders)

    first, second = bodies(receiver)
    assert [one["event"] for one in (first, second)] == ["import.finished"] * 2
    assert (first["import"]["id"], first["import"]["file"]) == (made.pk, "spring.csv")
    of_kind = {one["kind"]: one for one in second["import"]["records"]}
    assert (of_kind[PRODUCT]["created"], of_kind[PRODUCT]["updated"]) == (0, 2)
    changed = Product.objects.filter(name__in=["Big Tent", "Huge Tent"]).order_by("pk")
    assert api_rows(of_kind[PRODUCT]["rows"]) == list(changed.values_list("pk", flat=True))
    created = {one["kind"]: one for one in first["import"]["records"]}[PRODUCT]
    assert created["created"] == len(api_rows(created["rows"] + "&done=created")) == 10


def test_an_import_taken_back_is_told(owner, asking, receiver):
    hook = asking(PRODUCT, acts=["deleted"])
    done = import_csv(owner.actor, "products", TEN)
    undo_import(owner.actor, done)
    run(hook)

    [told] = bodies(receiver)
    assert (told["event"], told["import"]["state"]) == ("import.undone", "undone")


def test_the_rows_of_an_import_are_listed_to_those_who_may_import_alone(
    owner, viewer, outsider, client_of
):
    done = import_csv(owner.actor, "products", TEN)
    url = f"/api/v1/workspaces/{owner.workspace.slug}/imports/{done.pk}/rows/"

    assert client_of(viewer).get(url, {"kind": PRODUCT}).status_code == 403
    assert client_of(outsider).get(url, {"kind": PRODUCT}).status_code == 404
    assert client_of(owner).get(url, {"kind": ORDER}).status_code == 404
    for wrong in ({"after": "x"}, {"done": "x"}):
        assert client_of(owner).get(url, {"kind": PRODUCT, **wrong}).status_code == 400


@pytest.fixture
def api_rows(owner, client_of):
    """Follows a link of a delivery."""
    client: Client = client_of(owner)

    def rows(url: str) -> list[int]:
        return client.get("/api/" + url.partition("/api/")[2]).json()["results"]

    return rows
