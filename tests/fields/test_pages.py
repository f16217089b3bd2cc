"""The pages on which a workspace keeps its own fields."""

import pytest

from tests.factories.catalog import ProductFactory
from workspaces.fields import services
from workspaces.fields.models import CustomField

pytestmark = pytest.mark.django_db
PRODUCT = "products.product"


@pytest.fixture
def base(owner):
    return f"/w/{owner.workspace.slug}/settings/fields/"


@pytest.fixture
def fields():
    return lambda: list(CustomField.objects.order_by("order").values_list("label", flat=True))


def choices(*rows):
    values, labels, tones = zip(*rows, strict=True)
    return {"option_value": values, "option_label": labels, "option_tone": tones}


def test_a_choice_is_added_named_again_and_retired_with_undo(owner, client_of, base, fields):
    client = client_of(owner)
    add = f"{base}kinds/{PRODUCT}/add/?type=choice"
    assert client.get(add).status_code == 200
    typed = {"label": "Season", "more": "Spring\nAutumn", **choices(("", "Summer", "green"))}
    assert client.post(add, typed).status_code == 302
    row = CustomField.objects.get()
    assert [(o["label"], o["tone"]) for o in row.options] == [
        ("Summer", "green"),
        ("Spring", "grey"),
        ("Autumn", "grey"),
    ]
    kept = choices(("Summer", "High summer", "amber"), ("Spring", "", "grey"))
    typed = {"label": "Season", "seen_version": 1, **kept}
    assert client.post(f"{base}{row.pk}/", typed).status_code == 302
    row.refresh_from_db()
    assert row.options == [{"value": "Summer", "label": "High summer", "tone": "amber"}]
    page = client.post(f"{base}{row.pk}/retire/", {"seen_version": 2}, follow=True)
    assert f"{base}{row.pk}/restore/" in page.content.decode()
    row.refresh_from_db()
    assert row.retired_at is not None
    client.post(f"{base}{row.pk}/restore/")
    row.refresh_from_db()
    assert row.retired_at is None


def test_a_refusal_stands_beside_its_field(owner, client_of, base, fields):
    client = client_of(owner)
    for type, typed, words in (
        ("choice", {"label": "X"}, "at least one choice"),
        ("formula", {"label": "X", "formula": "1 + nothing"}, "1:5: There is no “nothing”"),
        ("number", {"label": "Name"}, "There is a field “Name” already"),
        ("number", {"label": "X", "default": "many"}, "Write a number such as"),
    ):
        answer = client.post(f"{base}kinds/{PRODUCT}/add/?type={type}", typed)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert fields() == []


def test_two_people_do_not_overwrite_one_another(owner, client_of, base, fields):
    row = services.create_field(owner.actor, PRODUCT, label="Weight", type="number")
    client = client_of(owner)
    assert client.post(f"{base}{row.pk}/", {"label": "A", "seen_version": 1}).status_code == 302
    answer = client.post(f"{base}{row.pk}/", {"label": "B", "seen_version": 1})
    assert answer.status_code == 422
    assert "changed while you were editing" in answer.content.decode()
    assert fields() == ["A"]


def test_another_type_is_looked_at_first(owner, client_of, base):
    row = services.create_field(owner.actor, PRODUCT, label="Weight", type="text")
    ProductFactory(workspace=owner.workspace, custom={"weight": "12"})
    heavy = ProductFactory(workspace=owner.workspace, custom={"weight": "heavy"})
    client, url = client_of(owner), f"{base}{row.pk}/type/"
    page = client.get(f"{url}?type=number").content.decode()
    assert "1 values fit. 1 do not: “heavy”" in page
    answer = client.post(url, {"type": "number", "seen_version": 1})
    assert answer.status_code == 422
    heavy.custom = {"weight": "30"}
    heavy.save()
    assert client.post(url, {"type": "number", "seen_version": 1}).status_code == 302
    heavy.refresh_from_db()
    assert heavy.custom == {"weight": 30}
    assert CustomField.objects.get().type == "number"


def test_texts_become_choices(owner, client_of, base):
    row = services.create_field(owner.actor, PRODUCT, label="Size", type="text")
    ProductFactory(workspace=owner.workspace, custom={"size": "L"})
    url = f"{base}{row.pk}/type/"
    client_of(owner).post(url, {"type": "choice", "seen_version": 1})
    row.refresh_from_db()
    assert (row.type, [o["label"] for o in row.options]) == ("choice", ["L"])


def test_fields_move_up_and_down(owner, client_of, base, fields):
    for label in ("One", "Two", "Three"):
        row = services.create_field(owner.actor, PRODUCT, label=label, type="text")
    client = client_of(owner)
    client.post(f"{base}{row.pk}/move/", {"way": "up"})
    assert fields() == ["One", "Three", "Two"]
    client.post(f"{base}{row.pk}/move/", {"way": "down"})
    assert fields() == ["One", "Two", "Three"]


def test_only_those_who_manage_fields_open_the_pages(owner, member, client_of, base, fields):
    row = services.create_field(owner.actor, PRODUCT, label="Weight", type="number")
    client = client_of(member)
    assert client.get(base).status_code == 403
    assert client.post(f"{base}{row.pk}/", {"label": "A", "seen_version": 1}).status_code == 403
    assert client.post(f"{base}{row.pk}/retire/", {"seen_version": 1}).status_code == 403
    assert fields() == ["Weight"]
    assert client_of(owner).get(base, follow=True).status_code == 200


@pytest.fixture
def dressed(owner):
    """A workspace with a field of most types."""
    add = services.create_field
    add(owner.actor, PRODUCT, label="Margin goal", type="percent")
    add(owner.actor, PRODUCT, label="Seen", type="moment")
    add(owner.actor, PRODUCT, label="Season", type="choice", options=["Spring", "Summer"])
    add(owner.actor, PRODUCT, label="Sizes", type="choices", options=["S", "M", "L"])
    add(owner.actor, PRODUCT, label="Vegan", type="yes_no")
    add(owner.actor, PRODUCT, label="Buyer", type="person")
    add(owner.actor, PRODUCT, label="Twin", type="link", to=PRODUCT)
    add(owner.actor, PRODUCT, label="Freight", type="money", currency="USD")
    add(owner.actor, PRODUCT, label="Double", type="formula", formula="freight * 2")
    return owner


def test_a_products_form_takes_and_shows_every_type(dressed, client_of):
    client, slug = client_of(dressed), dressed.workspace.slug
    twin = ProductFactory(workspace=dressed.workspace, name="The twin")
    product = ProductFactory(workspace=dressed.workspace)
    url = f"/w/{slug}/products/{product.pk}/"
    assert "No value: “freight” has none" in client.get(url).content.decode()
    typed = {
        "name": "Cap",
        "handle": product.handle,
        "seen_version": 1,
        "custom.margin_goal": "42.5",
        "custom.seen": "2026-07-01T12:00",
        "custom.season": "Summer",
        "custom.sizes": ["L", "S"],
        "custom.vegan": "yes",
        "custom.buyer": dressed.user.pk,
        "custom.twin": twin.pk,
        "custom.freight": "3.5",
    }
    assert client.post(f"{url}edit/", typed).status_code == 302
    product.refresh_from_db()
    kept = product.custom
    assert kept == {
        "margin_goal": 0.425,
        "seen": "2026-07-01T10:00:00+00:00",
        "season": "Summer",
        "sizes": ["S", "L"],
        "vegan": True,
        "buyer": dressed.user.pk,
        "twin": twin.pk,
        "freight": 3.5,
    }
    page = client.get(url).content.decode()
    for words in ("42.5", "Summer", str(dressed.user), "The twin", "$7.00"):
        assert words in page
    form = client.get(f"{url}edit/").content.decode()
    assert 'value="42.5"' in form
    assert 'value="2026-07-01T12:00"' in form
    assert client.post(f"{url}edit/", typed | {"seen_version": 2}).status_code == 302
    product.refresh_from_db()
    assert (product.custom, product.version) == (kept, 2)


def test_a_wrong_value_stands_beside_its_field(dressed, client_of):
    product = ProductFactory(workspace=dressed.workspace)
    url = f"/w/{dressed.workspace.slug}/products/{product.pk}/edit/"
    typed = {"name": "Cap", "handle": product.handle, "seen_version": 1}
    for wrong in ({"custom.twin": 2**60}, {"custom.buyer": 2**60}, {"custom.freight": "much"}):
        answer = client_of(dressed).post(url, typed | wrong)
        assert answer.status_code == 422
        assert f'id="id_{next(iter(wrong))}_errors"' in answer.content.decode()
    product.refresh_from_db()
    assert (product.custom, product.version) == ({}, 1)
