"""What an import tells those who watch what it changed."""

import pytest
from django.urls import reverse

from products.models import Product
from tests.factories.catalog import ProductFactory
from tests.following.conftest import PRODUCT, heard, in_bulk, told
from tests.importing import import_csv, undo_import
from workspaces.following import services as following
from workspaces.following.imported import MOST_APART
from workspaces.following.models import WHOLE_KIND, Notification
from workspaces.following.reading import read
from workspaces.webhooks.models import Delivery
from workspaces.webhooks.services import Wishes, create_endpoint

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def shop(someone, number: int) -> list[Product]:
    """So many tents, brought in by an import of their own that everybody has heard of."""
    rows = "".join(f"tent-{n:03},Tent {n:03},T-{n:03},99\n" for n in range(number))
    import_csv(someone.actor, "products", f"handle,title,sku,price\n{rows}", "all.csv")
    heard()
    return list(Product.objects.order_by("handle"))


def rename_by_import(someone, products, name: str = "names.csv") -> None:
    rows = "".join(f"{one.handle},T-{one.handle[-3:]},Big {one.name}\n" for one in products)
    import_csv(someone.actor, "products", f"handle,sku,title\n{rows}", name)


def test_a_watched_record_is_told_of_by_itself_with_what_changed(ada, bo, client_of):
    first, second, _ = shop(ada, 3)
    following.watch(bo.actor, PRODUCT, first.pk, "all")
    rename_by_import(ada, [first, second])
    heard()

    [row] = told(bo)
    assert (row.object_id, row.count, row.batch) == (first.pk, 1, None)
    [one] = read(bo.actor, [row])
    assert (one.who, one.label) == (str(ada.user), "Big Tent 000")
    assert one.words == "imported “Products from names.csv”, which changed"
    assert [(c.label, c.before, c.after) for c in one.changes] == [
        ("Name", "Tent 000", "Big Tent 000")
    ]
    page = reverse("workspaces:notifications", args=[bo.workspace.slug])
    assert "which changed <b>Big Tent 000</b>" in client_of(bo).get(page).content.decode()


def test_beyond_twenty_the_rest_is_one_more(ada, bo):
    products = shop(ada, MOST_APART + 7)
    for one in products:
        following.watch(bo.actor, PRODUCT, one.pk, "all")
    rename_by_import(ada, products)
    heard()

    rows = told(bo)
    assert len(rows) == MOST_APART + 1
    [rest] = [row for row in rows if row.object_id == WHOLE_KIND]
    assert rest.count == 7
    assert read(bo.actor, [rest])[0].label == "7 more products"


def test_who_watches_the_kind_is_told_once_of_all(ada, bo):
    following.watch(bo.actor, PRODUCT, WHOLE_KIND, "all")
    products = shop(ada, 30)
    rename_by_import(ada, products[:12])
    heard()

    made, changed = told(bo)
    assert [one.label for one in read(bo.actor, [made, changed])] == ["30 products", "12 products"]


def test_whoever_imported_and_whoever_muted_hear_nothing(ada, bo, owner):
    [first] = shop(ada, 1)
    following.watch(ada.actor, PRODUCT, first.pk, "all")
    following.watch(bo.actor, PRODUCT, first.pk, "none")
    rename_by_import(ada, [first])
    heard()

    assert told(ada) == told(bo) == told(owner) == []


def test_an_import_and_an_edit_in_one_turn_are_one_notification(ada, bo, rename):
    [first] = shop(ada, 1)
    following.watch(bo.actor, PRODUCT, first.pk, "all")
    rename_by_import(ada, [first])
    rename(ada, first, "Palace")

    [row] = told(bo)
    assert row.count == 2
    [change] = read(bo.actor, [row])[0].changes
    assert (change.before, change.after) == ("Tent 000", "Palace")


def test_what_it_costs_does_not_grow_with_its_rows(ada, bo, queries):
    products = shop(ada, 120)
    following.watch(bo.actor, PRODUCT, products[0].pk, "all")

    def cost(number: int, word: str) -> int:
        for one in products[:number]:
            one.name = word
        rename_by_import(ada, products[:number], f"{word}.csv")
        return queries(heard)

    cost(1, "Warm")
    few, many = cost(2, "Small"), cost(110, "Wide")

    assert many == few
    assert told(bo)[0].count == 3


def test_a_bulk_edit_names_the_watched_records_one_by_one(ada, bo):
    products = shop(ada, 4)
    for one in products[:2]:
        following.watch(bo.actor, PRODUCT, one.pk, "all")
    in_bulk(ada, products)
    heard()

    assert [(row.object_id, row.count) for row in told(bo)] == [(p.pk, 1) for p in products[:2]]


def test_another_workspace_hears_nothing(ada, outsider):
    ProductFactory(workspace=outsider.workspace)
    following.watch(outsider.actor, PRODUCT, WHOLE_KIND, "all")
    shop(ada, 2)

    assert told(outsider) == []


def test_an_undo_is_told_like_the_import_it_takes_back(ada, bo):
    following.watch(bo.actor, PRODUCT, WHOLE_KIND, "all")
    products = shop(ada, 3)
    following.watch(bo.actor, PRODUCT, products[0].pk, "all")
    rows = "".join(f"{one.handle},T-{one.handle[-3:]},Big {one.name}\n" for one in products[:2])
    run = import_csv(ada.actor, "products", f"handle,sku,title\n{rows}", "names.csv")
    heard()
    Notification.objects.all().delete()

    undo_import(ada.actor, run)
    heard()

    news = told(bo)
    [one] = [row for row in news if row.object_id == products[0].pk]
    [entry] = read(bo.actor, [one])
    assert entry.words == "undid the import of “Products from names.csv”, which had changed"
    assert [(c.before, c.after) for c in entry.changes] == [("Big Tent 000", "Tent 000")]
    [whole] = [row for row in news if row.object_id == WHOLE_KIND]
    assert read(bo.actor, [whole])[0].label == "2 products"
    assert told(ada) == []


def test_taking_a_thousand_tasks_back_is_one_event_to_followers_and_webhooks(ada, bo, owner):
    following.watch(bo.actor, "workspaces.task", WHOLE_KIND, "all")
    create_endpoint(owner.actor, Wishes("https://93.184.216.34/x", kinds=["workspaces.task"]))
    rows = "".join(f"Task {n}\n" for n in range(12))
    run = import_csv(ada.actor, "tasks", f"Title\n{rows}", "tasks.csv")
    heard()

    undo_import(ada.actor, run)
    heard()

    assert list(Delivery.objects.order_by("pk").values_list("verb", flat=True)) == [
        "import.finished",
        "import.undone",
    ]
    made, undone = told(bo)
    assert [one.label for one in read(bo.actor, [made, undone])] == ["12 tasks", "12 tasks"]
