"""Changing rows: If-Match, strict bodies, links of the workspace alone, and doing things once."""

import threading

import pytest
from django.db import connection
from rest_framework.test import APIClient

from products.catalog.models import Brand, Category
from tests.factories.catalog import BrandFactory, CategoryFactory, ProductFactory
from workspaces.api.models import Answer
from workspaces.audit.models import ActivityEvent

pytestmark = pytest.mark.django_db


def test_an_entry_is_made_changed_and_thrown_away(member, api_of):
    api = api_of(member)

    made = api("post", "brands/", {"name": "Oak"})
    assert made.status_code == 201
    assert made["Location"].endswith(f"/brands/{made.json()['id']}/")
    path = f"brands/{made.json()['id']}/"
    changed = api("patch", path, {"name": "Oak & Sons"}, **{"If-Match": made["ETag"]})
    gone = api("delete", path, **{"If-Match": changed["ETag"]})

    assert (changed.status_code, changed.json()["name"], changed["ETag"]) == (
        200,
        "Oak & Sons",
        '"2"',
    )
    assert (gone.status_code, api("get", path).status_code) == (204, 404)
    verbs = ActivityEvent.objects.order_by("pk").values_list("verb", "channel")
    assert list(verbs) == [
        ("brand.created", "api"),
        ("brand.changed", "api"),
        ("brand.deleted", "api"),
    ]


def test_a_name_in_the_trash_comes_back(member, api_of):
    api = api_of(member)
    made = api("post", "brands/", {"name": "Oak"}).json()
    api("delete", f"brands/{made['id']}/", **{"If-Match": "*"})

    again = api("post", "brands/", {"name": "OAK"})

    assert (again.status_code, again.json()["id"]) == (201, made["id"])


@pytest.mark.parametrize(
    ("tag", "status"), [("", 428), ('"7"', 412), ("W/x", 412), ('"1"', 200), ("*", 200)]
)
def test_a_change_says_what_it_has_read(member, api_of, tag, status):
    brand = BrandFactory(workspace=member.workspace, name="Oak")

    headers = {"If-Match": tag} if tag else {}
    answer = api_of(member)("patch", f"brands/{brand.pk}/", {"name": "Ash"}, **headers)

    brand.refresh_from_db()
    assert answer.status_code == status
    assert brand.name == ("Ash" if status == 200 else "Oak")


def test_of_two_who_read_the_same_version_one_is_told(member, owner, api_of):
    brand = BrandFactory(workspace=member.workspace, name="Oak")
    first, second = api_of(member), api_of(owner)
    tag = first("get", f"brands/{brand.pk}/")["ETag"]

    won = first("patch", f"brands/{brand.pk}/", {"name": "Ash"}, **{"If-Match": tag})
    lost = second("patch", f"brands/{brand.pk}/", {"name": "Elm"}, **{"If-Match": tag})

    brand.refresh_from_db()
    assert (won.status_code, lost.status_code, brand.name) == (200, 412, "Ash")


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": 5}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "Oak", "nmae": "Oak"}, "nmae"),
        ({"name": "Oak", "workspace": 1}, "workspace"),
        ({"name": "Oak", "version": 99, "deleted_at": None}, "version"),
        (["Oak"], "body"),
    ],
)
def test_a_wrong_body_is_refused_field_by_field(member, api_of, body, named):
    answer = api_of(member)("post", "brands/", body)

    assert answer.status_code == 422
    assert named in answer.json()["errors"]
    assert not Brand.objects.exists()


@pytest.mark.parametrize(
    "raw",
    [b"{", b"\xff", b'{"name": NaN}', b"[" * 100_000],
    ids=["cut off", "no UTF-8", "not a number", "deep"],
)
def test_what_is_no_json_is_a_bad_request(member, api_of, raw):
    api = api_of(member)

    answer = api.client.post(api.base + "brands/", raw, content_type="application/json")

    assert answer.status_code in (400, 422)
    assert not Brand.objects.exists()


def test_only_json_is_taken(member, api_of):
    api = api_of(member)

    answer = api.client.post(api.base + "brands/", "name=Oak", content_type="text/plain")

    assert answer.status_code == 415


def test_the_same_name_twice_is_refused_in_words(member, api_of):
    BrandFactory(workspace=member.workspace, name="Oak")

    answer = api_of(member)("post", "brands/", {"name": "oak"})

    assert answer.status_code == 422
    assert answer.json()["errors"]
    assert Brand.objects.count() == 1


def test_a_row_of_another_workspace_does_not_exist(member, outsider, api_of):
    theirs = CategoryFactory(workspace=outsider.workspace)
    api = api_of(member)

    refused = api("post", "categories/", {"name": "Mine", "parent": theirs.pk})
    read = api("get", f"categories/{theirs.pk}/")
    changed = api("patch", f"categories/{theirs.pk}/", {"name": "X"}, **{"If-Match": "*"})

    assert (refused.status_code, read.status_code, changed.status_code) == (422, 404, 404)
    assert Category.objects.count() == 1
    theirs.refresh_from_db()
    assert theirs.name != "X"


def test_a_category_takes_its_subtree_along_and_never_hangs_below_itself(member, api_of):
    api = api_of(member)
    home = api("post", "categories/", {"name": "Home"}).json()
    sofas = api("post", "categories/", {"name": "Sofas", "parent": home["id"]}).json()
    assert sofas["path"] == "Home > Sofas"

    api("patch", f"categories/{home['id']}/", {"name": "House"}, **{"If-Match": "*"})
    circle = api("patch", f"categories/{home['id']}/", {"parent": sofas["id"]}, **{"If-Match": "*"})

    assert circle.status_code == 422
    paths = Category.objects.order_by("path").values_list("path", flat=True)
    assert list(paths) == ["House", "House > Sofas"]


def test_a_brand_in_use_stays(member, api_of):
    brand = BrandFactory(workspace=member.workspace)
    ProductFactory(workspace=member.workspace, brand=brand)

    answer = api_of(member)("delete", f"brands/{brand.pk}/", **{"If-Match": "*"})

    assert answer.status_code == 422
    assert Brand.objects.visible_to(member.actor).exists()


def test_a_repeated_post_is_done_once_and_answered_alike(member, api_of):
    api = api_of(member)
    key = {"Idempotency-Key": "order-17"}

    first = api("post", "brands/", {"name": "Oak"}, **key)
    again = api("post", "brands/", {"name": "Oak"}, **key)
    other = api("post", "brands/", {"name": "Elm"}, **key)

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert first.content == again.content
    assert (again["ETag"], again["Idempotency-Replayed"]) == (first["ETag"], "true")
    assert again["Content-Type"] == first["Content-Type"] == "application/json"
    assert Brand.objects.count() == 1


def test_a_refusal_is_repeated_as_well(member, api_of):
    api = api_of(member)
    key = {"Idempotency-Key": "k"}
    BrandFactory(workspace=member.workspace, name="Oak")

    first = api("post", "brands/", {"name": "Oak"}, **key)
    Brand.objects.all().delete()
    again = api("post", "brands/", {"name": "Oak"}, **key)

    assert (first.status_code, again.status_code) == (422, 422)
    assert first.content == again.content
    assert again["Content-Type"] == "application/problem+json"
    assert not Brand.objects.exists()


def test_keys_of_different_tokens_do_not_meet(member, owner, api_of):
    key = {"Idempotency-Key": "k"}

    assert api_of(member)("post", "brands/", {"name": "Oak"}, **key).status_code == 201
    assert api_of(owner)("post", "brands/", {"name": "Elm"}, **key).status_code == 201
    assert Answer.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_with_one_key_make_one_row(member, api_of):
    api = api_of(member)
    together, answers = threading.Barrier(8), []

    def send():
        together.wait()
        key = {"HTTP_IDEMPOTENCY_KEY": "k", **api.client._credentials}
        made = APIClient().post(api.base + "brands/", {"name": "Oak"}, format="json", **key)
        answers.append((made.status_code, made.json().get("id")))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Brand.objects.count() == 1
    assert {status for status, _ in answers} <= {201, 409}
    assert {pk for status, pk in answers if status == 201} == {Brand.objects.get().pk}
