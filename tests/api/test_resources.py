"""Each resource through its whole life, by role, and what it does not give away."""

import pytest

from feedback.inbox.models import Note
from finance.ledger.models import CostRecord, Customer
from products.catalog.models import Product, Variant
from tests.factories.catalog import (
    BrandFactory,
    CategoryFactory,
    ChannelFactory,
    MarketFactory,
    ProductFactory,
    SupplierFactory,
    VariantFactory,
)
from tests.factories.feedback import NoteFactory
from tests.factories.ideas import FeedbackLinkFactory, HighlightFactory, IdeaFactory
from tests.factories.ledger import (
    AccountFactory,
    CostRecordFactory,
    CustomerFactory,
    OrderFactory,
    OrderLineFactory,
    RefundFactory,
)
from workspaces.access.roles import GRANTS, Perm, Role
from workspaces.staleness.models import StaleMark

pytestmark = pytest.mark.django_db

FACTORIES = {
    "products": ProductFactory,
    "variants": VariantFactory,
    "categories": CategoryFactory,
    "brands": BrandFactory,
    "suppliers": SupplierFactory,
    "channels": ChannelFactory,
    "markets": MarketFactory,
    "customers": CustomerFactory,
    "accounts": AccountFactory,
    "orders": OrderFactory,
    "refunds": RefundFactory,
    "costs": CostRecordFactory,
    "notes": NoteFactory,
    "ideas": IdeaFactory,
    "highlights": HighlightFactory,
    "feedback-links": FeedbackLinkFactory,
}
READS = {
    "customers": Perm.CUSTOMERS_VIEW,
    "accounts": Perm.CUSTOMERS_VIEW,
    "orders": Perm.LEDGER_VIEW,
    "refunds": Perm.LEDGER_VIEW,
    "costs": Perm.LEDGER_VIEW,
    "notes": Perm.FEEDBACK_VIEW,
    "ideas": Perm.FEEDBACK_VIEW,
    "highlights": Perm.FEEDBACK_VIEW,
    "feedback-links": Perm.FEEDBACK_VIEW,
}


@pytest.mark.parametrize("role", Role.values)
def test_who_reads_what(member_as, outsider, api_of, role):
    someone = member_as(Role(role))
    api = api_of(someone)
    for resource, factory in FACTORIES.items():
        mine = factory(workspace=someone.workspace)
        theirs = factory(workspace=outsider.workspace)
        may = READS.get(resource, Perm.CATALOG_VIEW) in GRANTS[Role(role)]

        page = api("get", f"{resource}/")
        row = api("get", f"{resource}/{mine.pk}/")
        foreign = api("get", f"{resource}/{theirs.pk}/")
        elsewhere = api("get", f"/api/v1/workspaces/{outsider.workspace.slug}/{resource}/")

        assert page.status_code == row.status_code == (200 if may else 403), resource
        assert foreign.status_code == (404 if may else 403), resource
        assert elsewhere.status_code == 404, resource
        if may:
            assert mine.pk in [one["id"] for one in page.json()["results"]], resource
            assert theirs.pk not in [one["id"] for one in page.json()["results"]], resource


@pytest.mark.parametrize("role", Role.values)
def test_who_changes_what(member_as, api_of, role):
    someone = member_as(Role(role))
    api, workspace = api_of(someone), someone.workspace
    changes = {
        "products": ({"name": "Changed"}, Perm.CATALOG_EDIT),
        "variants": ({"name": "Changed"}, Perm.CATALOG_EDIT),
        "brands": ({"name": "Changed"}, Perm.CATALOG_EDIT),
        "customers": ({"name": "Changed"}, Perm.CUSTOMERS_EDIT),
        "accounts": ({"name": "Changed"}, Perm.CUSTOMERS_EDIT),
    }
    for resource, (change, perm) in changes.items():
        row = FACTORIES[resource](workspace=workspace)
        before = row.name

        answer = api("patch", f"{resource}/{row.pk}/", change, **{"If-Match": '"1"'})

        row.refresh_from_db()
        may = perm in GRANTS[Role(role)]
        assert answer.status_code == (200 if may else 403), resource
        assert row.name == ("Changed" if may else before), resource
        gone = api("delete", f"{resource}/{row.pk}/", **{"If-Match": "*"})
        row.refresh_from_db()
        assert (gone.status_code, row.deleted_at is not None) == (204 if may else 403, may)


def test_a_product_with_a_variant_and_its_moves(member, api_of):
    api = api_of(member)

    product = api("post", "products/", {"name": "Oak chair"})
    assert (product.status_code, product.json()["handle"]) == (201, "oak-chair")
    path = f"products/{product.json()['id']}/"
    variant = api("post", "variants/", {"product": product.json()["id"], "sku": "OAK-1"})
    assert (variant.status_code, variant.json()["currency"]) == (201, member.workspace.currency)
    moved = api("patch", path, {"state": "evaluating"}, **{"If-Match": product["ETag"]})
    jump = api("patch", path, {"state": "live"}, **{"If-Match": "*"})

    assert (moved.status_code, moved.json()["state"]) == (200, "evaluating")
    assert jump.status_code == 422
    assert Product.objects.get().state == "evaluating"
    assert Variant.objects.get().price is None


def test_a_variant_stays_in_its_workspace(member, outsider, api_of):
    theirs = ProductFactory(workspace=outsider.workspace)
    brand = BrandFactory(workspace=outsider.workspace)
    mine = ProductFactory(workspace=member.workspace)
    api = api_of(member)

    made = api("post", "variants/", {"product": theirs.pk, "sku": "X"})
    linked = api("patch", f"products/{mine.pk}/", {"brand": brand.pk}, **{"If-Match": "*"})
    owned = api("patch", f"products/{mine.pk}/", {"owner": outsider.user.pk}, **{"If-Match": "*"})

    assert [made.status_code, linked.status_code, owned.status_code] == [422, 422, 422]
    assert not Variant.objects.exists()
    mine.refresh_from_db()
    assert (mine.brand, mine.owner, mine.version) == (None, None, 1)


def test_a_customer_from_first_to_last(member, api_of):
    api = api_of(member)
    made = api("post", "customers/", {"external_id": "C-1", "email": "ann@example.com"})
    twice = api("post", "customers/", {"external_id": "C-1"})

    assert (made.status_code, twice.status_code) == (201, 422)
    assert Customer.objects.count() == 1
    path = f"customers/{made.json()['id']}/"
    assert api("delete", path, **{"If-Match": made["ETag"]}).status_code == 204
    assert api("post", "customers/", {"external_id": "C-1"}).status_code == 422


def test_a_role_without_money_gets_null_and_is_told(contributor, member, api_of):
    """Orders are closed to it altogether; figures beside a product are masked."""
    ProductFactory(workspace=member.workspace)

    row = api_of(contributor)("get", "products/").json()["results"][0]
    full = api_of(member)("get", "products/").json()["results"][0]

    assert row.keys() == full.keys()
    assert "net_revenue" in row["masked"]
    assert row["net_revenue"] is None
    assert full["masked"] == []


def test_a_scope_without_money_masks_amounts(member, api_of):
    cost = CostRecordFactory(workspace=member.workspace)

    row = api_of(member, ("ledger.view",))("get", f"costs/{cost.pk}/").json()

    assert (row["amount"], row["masked"]) == (None, ["amount"])
    assert row["currency"] == "EUR"
    assert CostRecord.objects.get().amount == 4


def test_activity_shows_only_what_the_role_may_open(member, contributor, api_of):
    api = api_of(member)
    api("post", "brands/", {"name": "Oak"})
    api("post", "customers/", {"external_id": "C-1"})

    def models(someone):
        rows = api_of(someone)("get", "activity/").json()["results"]
        return {row["model"] for row in rows}

    assert models(member) >= {"products.brand", "finance.customer"}
    assert models(contributor) == {"products.brand"}


def test_a_note_is_made_and_thrown_away(member, api_of):
    api = api_of(member)
    channel = ChannelFactory(workspace=member.workspace)

    made = api(
        "post",
        "notes/",
        {
            "external_id": "R-1",
            "channel": channel.pk,
            "text": "It wobbles.",
            "rating": "2",
            "said_at": "2026-03-01T23:30:00Z",
        },
    )

    assert made.status_code == 201
    assert (made.json()["day"], made.json()["rating"]) == ("2026-03-02", "2.00")
    path = f"notes/{made.json()['id']}/"
    product = ProductFactory(workspace=member.workspace)
    assert api("patch", path, {"text": "Lovely."}, **{"If-Match": "*"}).status_code == 422
    linked = api("patch", path, {"product": product.pk}, **{"If-Match": "*"})
    assert (linked.status_code, linked.json()["text"]) == (200, "It wobbles.")
    assert api("delete", path, **{"If-Match": "*"}).status_code == 204
    assert not Note.objects.visible_to(member.actor).exists()


def test_a_cost_enters_the_figures(member, api_of):
    api = api_of(member)
    variant = VariantFactory(workspace=member.workspace)

    made = api(
        "post", "costs/", {"variant": variant.pk, "amount": "4.20", "valid_from": "2026-01-01"}
    )
    assert (made.status_code, made.json()["amount"], made.json()["currency"]) == (
        201,
        "4.2000",
        "EUR",
    )
    path = f"costs/{made.json()['id']}/"
    changed = api("patch", path, {"amount": "5"}, **{"If-Match": made["ETag"]})
    moved = api("patch", path, {"variant": variant.pk}, **{"If-Match": "*"})
    negative = api("patch", path, {"amount": "-1"}, **{"If-Match": "*"})
    gone = api("delete", path, **{"If-Match": "*"})

    codes = [changed.status_code, moved.status_code, negative.status_code, gone.status_code]
    assert codes == [200, 422, 422, 204]
    marks = StaleMark.objects.values_list("topic", "key")
    assert set(marks) == {("sales", f"variant:{variant.pk}")}
    assert not CostRecord.objects.visible_to(member.actor).exists()


def test_an_order_is_corrected_and_thrown_away(member, api_of):
    api = api_of(member)
    line = OrderLineFactory(workspace=member.workspace)
    path = f"orders/{line.order_id}/"
    changed = api("patch", path, {"status": "test"}, **{"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["status"]) == (200, "test")
    line.refresh_from_db()
    assert line.counts is False
    stale = api("patch", path, {"status": "placed"}, **{"If-Match": '"1"'})
    assert stale.status_code == 412
    assert api("delete", path, **{"If-Match": "*"}).status_code == 204
    assert api("get", path).status_code == 404
