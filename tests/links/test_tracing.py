"""What a record comes from and leads to: both ways, and only what the reader may open."""

import pytest
from django.urls import reverse

from core.errors import Denied, NotFound, Refused
from tests.factories.catalog import ProductFactory, SupplierFactory, VariantFactory
from tests.factories.discussion import RecordLinkFactory
from tests.factories.feedback import NoteFactory
from tests.factories.ledger import OrderFactory, OrderLineFactory
from workspaces.audit.models import ActivityEvent
from workspaces.audit.reports import events_for
from workspaces.discussion.services import add_comment
from workspaces.links import services
from workspaces.links.models import RecordLink
from workspaces.records import tracing
from workspaces.records.kinds import KINDS, Trace
from workspaces.records.tracing import chain

pytestmark = pytest.mark.django_db
PRODUCT, SUPPLIER = "products.product", "products.supplier"


@pytest.fixture
def product(workspace):
    return ProductFactory(workspace=workspace, name="Trail Jacket")


@pytest.fixture
def supplier(workspace):
    return SupplierFactory(workspace=workspace, name="Alpine Ltd")


def seen(someone, record):
    """{(side, label): (names, count)} of a record's chain."""
    kind = KINDS[record._meta.label_lower]
    return {
        (group.leads_on, group.label): ([named.label for named, _ in group.records], group.count)
        for group in chain(someone.actor, kind, record.pk)
    }


def link(someone, one, relation, other):
    return services.add_link(
        someone.actor,
        (one._meta.label_lower, one.pk),
        relation,
        (other._meta.label_lower, other.pk),
    )


def test_the_chain_leads_from_a_product_to_its_orders_and_back(member, product, workspace):
    variant = VariantFactory(workspace=workspace, product=product, sku="TJ-1")
    order = OrderFactory(workspace=workspace, number="#77")
    OrderLineFactory(workspace=workspace, order=order, variant=variant)
    OrderLineFactory(workspace=workspace, order=order, variant=variant)
    note = NoteFactory(workspace=workspace, product=product, channel=order.channel)

    assert seen(member, product) == {
        (True, "Variants"): ([str(variant)], 1),
        (True, "Orders"): ([str(order)], 1),
        (True, "Feedback"): ([str(note)], 1),
    }
    assert seen(member, variant)[False, "Product"] == (["Trail Jacket"], 1)
    assert seen(member, order)[False, "Products"] == (["Trail Jacket"], 1)
    assert seen(member, note)[False, "Product"] == (["Trail Jacket"], 1)


def test_many_are_counted_and_a_few_are_listed(member, product, workspace):
    VariantFactory.create_batch(12, workspace=workspace, product=product)

    names, count = seen(member, product)[True, "Variants"]

    assert (len(names), count) == (tracing.SHOWN, 12)


def test_what_the_reader_may_not_open_is_not_in_the_chain(member, viewer, product, workspace):
    variant = VariantFactory(workspace=workspace, product=product)
    OrderLineFactory(workspace=workspace, variant=variant)
    secret = OrderFactory(workspace=workspace, number="#4711")
    link(member, product, "comes_from", secret)
    add_comment(member.actor, "finance.order", secret.pk, f"#[{PRODUCT}:{product.pk}]")

    assert {label for _, label in seen(viewer, product)} == {"Variants"}
    assert {label for _, label in seen(member, product)} == {
        "Variants",
        "Orders",
        "Linked",
        "Mentioned in the discussion of",
    }


def test_a_careless_trace_gives_nothing_away(member, outsider, product, monkeypatch):
    theirs = ProductFactory(workspace=outsider.workspace)
    monkeypatch.setitem(
        tracing.ADDED,
        PRODUCT,
        [Trace("Careless", True, lambda actor, pk: [(PRODUCT, theirs.pk), ("no.kind", 1)])],
    )

    assert seen(member, product) == {}


@pytest.mark.parametrize(
    ("relation", "here", "there"),
    [
        ("relates", (None, "Related"), (None, "Related")),
        ("blocks", (True, "Blocks"), (False, "Blocked by")),
        ("duplicates", (None, "Duplicate of"), (None, "Duplicates")),
        ("comes_from", (False, "Linked"), (True, "Linked")),
    ],
)
def test_a_link_reads_from_both_its_ends(member, product, supplier, relation, here, there):
    link(member, product, relation, supplier)

    assert seen(member, product)[here] == (["Alpine Ltd"], 1)
    assert seen(member, supplier)[there] == (["Trail Jacket"], 1)


class TestLinking:
    def page(self, product):
        return reverse("workspaces:link", args=[product.workspace.slug, PRODUCT, product.pk])

    def test_a_record_is_found_linked_unlinked_and_linked_again(
        self, member, product, supplier, client_of
    ):
        client, slug = client_of(member), product.workspace.slug
        found = client.get(self.page(product), {"q": "alp"}, headers={"HX-Request": "true"})
        assert f'value="{SUPPLIER}:{supplier.pk}"' in found.content.decode()

        to = {"to": f"{SUPPLIER}:{supplier.pk}", "relation": "blocks"}
        client.post(self.page(product), to)
        drawn = RecordLink.objects.get()
        trace = reverse("workspaces:trace", args=[slug, PRODUCT, product.pk])
        assert "Alpine Ltd" in client.get(trace).content.decode()
        client.post(reverse("workspaces:link_remove", args=[slug, drawn.pk]))
        assert "Alpine Ltd" not in client.get(trace).content.decode()
        client.post(reverse("workspaces:link_restore", args=[slug, drawn.pk]))
        assert "Alpine Ltd" in client.get(trace).content.decode()

        verbs = ActivityEvent.objects.order_by("pk").values_list("verb", flat=True)
        assert list(verbs) == ["link.created", "link.deleted", "link.restored"]
        told = client.get(reverse("workspaces:activity", args=[slug])).content.decode()
        assert "Trail Jacket and Alpine Ltd" in told

    def test_whoever_may_not_change_the_record_links_nothing(
        self, viewer, product, supplier, client_of
    ):
        to = {"to": f"{SUPPLIER}:{supplier.pk}", "relation": "blocks"}
        there = RecordLinkFactory(workspace=product.workspace, about=product)

        assert client_of(viewer).post(self.page(product), to).status_code == 403
        for verb in (services.remove_link, services.restore_link):
            with pytest.raises(Denied):
                verb(viewer.actor, there.pk)

        assert RecordLink.objects.get() == there
        assert RecordLink.objects.get().deleted_at is None

    @pytest.mark.parametrize(
        "to", ["", "x", f"{PRODUCT}:²", "workspaces.user:1", f"{PRODUCT}:99999999999999999999"]
    )
    def test_what_is_no_record_is_not_linked(self, member, product, client_of, to):
        answer = client_of(member).post(self.page(product), {"to": to, "relation": "blocks"})

        assert answer.status_code == 404
        assert not RecordLink.objects.exists()

    def test_records_of_another_workspace_are_not_linked(self, member, outsider, product):
        theirs = ProductFactory(workspace=outsider.workspace)

        for one, other in ((product, theirs), (theirs, product)):
            with pytest.raises(NotFound):
                link(member, one, "relates", other)

        assert not RecordLink.objects.exists()

    def test_the_same_link_twice_to_itself_or_without_a_meaning_is_refused(
        self, member, product, supplier
    ):
        link(member, product, "relates", supplier)
        for relation, other in (("relates", supplier), ("relates", product), ("loves", supplier)):
            with pytest.raises(Refused):
                link(member, product, relation, other)

        assert RecordLink.objects.count() == 1

    def test_a_link_drawn_anew_meanwhile_does_not_come_back_twice(self, member, product, supplier):
        gone = link(member, product, "relates", supplier)
        services.remove_link(member.actor, gone.pk)
        link(member, product, "relates", supplier)

        with pytest.raises(Refused):
            services.restore_link(member.actor, gone.pk)

        assert RecordLink.objects.filter(deleted_at=None).count() == 1

    def test_its_history_is_for_those_who_read_both_ends(self, member, viewer, product, workspace):
        link(member, product, "relates", OrderFactory(workspace=workspace))

        assert [event.verb for event in events_for(member.actor)] == ["link.created"]
        assert not events_for(viewer.actor).exists()
