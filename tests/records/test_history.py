"""History, undo and trash, over the records that are registered."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from products.catalog import services
from products.catalog.models import Product
from tests.factories.catalog import BrandFactory, ProductFactory, VariantFactory
from tests.factories.feedback import NoteFactory
from tests.factories.ledger import CostRecordFactory
from workspaces.audit import services as audit
from workspaces.audit.models import ActivityEvent
from workspaces.records.trash import purge_trash


@pytest.fixture
def product(workspace):
    return ProductFactory(workspace=workspace, name="Trail Jacket")


def changed(member, product, **values):
    product.refresh_from_db()
    services.change_product(
        member.actor, product.pk, seen_version=product.version, reason="r", **values
    )
    return ActivityEvent.objects.of(product).first()


def test_the_activity_tab_says_who_what_when_how(product, member, client_of):
    brand = BrandFactory(workspace=product.workspace, name="Fjell")
    changed(member, product, brand=brand, name="Storm <i>Shell</i>")
    url = reverse("products:product", args=[product.workspace.slug, product.pk, "activity"])

    page = client_of(member).get(url)

    (entry,) = page.context["entries"]
    said = {change.label: (change.before, change.after) for change in entry.changes}
    assert said == {"Brand": ("", "Fjell"), "Name": ("Trail Jacket", "Storm <i>Shell</i>")}
    assert b"<i>Shell" not in page.content
    assert str(member.user).encode() in page.content


def test_an_old_value_is_restored_whatever_happened_since(product, member, client_of):
    event = changed(member, product, name="Storm Shell")
    changed(member, product, name="Rain Shell")
    url = reverse("workspaces:restore_value", args=[product.workspace.slug, event.pk, "name"])

    client_of(member).post(url)

    product.refresh_from_db()
    assert product.name == "Trail Jacket"


def test_undo_takes_an_act_back_unless_newer_ones_stand_on_it(product, member, client_of):
    first = changed(member, product, name="Storm Shell")
    changed(member, product, name="Rain Shell")
    client = client_of(member)

    def undo(event):
        client.post(reverse("workspaces:undo", args=[product.workspace.slug, event.pk]))
        product.refresh_from_db()
        return product.name

    assert undo(first) == "Rain Shell"
    assert undo(ActivityEvent.objects.of(product).first()) == "Storm Shell"


def test_a_move_is_taken_back_even_where_the_rules_know_no_way(workspace, member, client_of):
    product = ProductFactory(workspace=workspace, state="ready")
    event = changed(member, product, state="live")
    client_of(member).post(reverse("workspaces:undo", args=[workspace.slug, event.pk]))
    product.refresh_from_db()
    assert product.state == "ready"


def test_nobody_undoes_without_the_right_to_change(product, member, viewer, outsider, client_of):
    event = changed(member, product, name="Storm Shell")
    slug = product.workspace.slug
    urls = [
        reverse("workspaces:undo", args=[slug, event.pk]),
        reverse("workspaces:restore_value", args=[slug, event.pk, "name"]),
    ]
    for url in urls:
        client_of(viewer).post(url)
        assert client_of(outsider).post(url).status_code == 404
    theirs = reverse("workspaces:undo", args=[outsider.workspace.slug, event.pk])
    client_of(outsider).post(theirs)
    product.refresh_from_db()
    assert product.name == "Storm Shell"


def test_the_history_of_what_a_role_may_not_open_is_not_shown(product, member, viewer, client_of):
    changed(member, product, name="Storm Shell")
    cost = CostRecordFactory(
        workspace=product.workspace,
        variant=VariantFactory(workspace=product.workspace, product=product),
    )
    audit.record(member.actor, "cost.changed", cost, {"amount": ("4", "5")})
    url = reverse("workspaces:activity", args=[product.workspace.slug])

    def kinds(someone):
        page = client_of(someone).get(url)
        return {entry.event.model for entry in page.context["entries"]}

    assert kinds(member) == {"products.product", "finance.costrecord"}
    assert kinds(viewer) == {"products.product"}


def test_activity_is_filtered_and_costs_the_same_for_thirty(product, member, client_of, queries):
    url = reverse("workspaces:activity", args=[product.workspace.slug])
    client = client_of(member)
    for n in range(3):
        changed(member, product, name=f"Name {n}")
    client.get(url)
    for_three = queries(lambda: client.get(url))
    for n in range(27):
        changed(member, product, name=f"More {n}")
    assert queries(lambda: client.get(url)) == for_three

    note = NoteFactory(workspace=product.workspace)
    audit.record(member.actor, "note.created", note, {})
    page = client.get(url, {"kind": "feedback.note", "by": member.user.pk, "channel": "ui"})
    assert [entry.event.model for entry in page.context["entries"]] == ["feedback.note"]


def test_the_trash_lists_and_restores_for_those_who_may(product, member, viewer, client_of):
    services.delete_product(member.actor, product.pk, seen_version=1)
    slug = product.workspace.slug
    url = reverse("workspaces:restore_record", args=[slug, "products.product", product.pk])
    assert client_of(viewer).post(url).status_code == 403
    assert (
        b"Trail Jacket" in client_of(member).get(reverse("workspaces:trash", args=[slug])).content
    )

    client_of(member).post(url)

    product.refresh_from_db()
    assert product.deleted_at is None


def test_after_thirty_days_the_trash_is_emptied_of_what_nothing_needs(workspace):
    old = timezone.now() - timedelta(days=31)
    gone = ProductFactory(workspace=workspace, deleted_at=old)
    fresh = ProductFactory(workspace=workspace, deleted_at=timezone.now())
    needed = ProductFactory(workspace=workspace, deleted_at=old)
    NoteFactory(workspace=workspace, product=needed)

    purge_trash()

    left = set(Product.objects.with_trash(workspace.pk).values_list("pk", flat=True))
    assert left == {fresh.pk, needed.pk}
    assert gone.pk not in left


def test_undo_leads_only_to_addresses_of_our_own(product, member, client_of):
    event = changed(member, product, name="Storm Shell")
    url = reverse("workspaces:undo", args=[product.workspace.slug, event.pk])
    answer = client_of(member).post(url, {"next": "https://elsewhere.example/"})
    assert answer["Location"].startswith("/w/")


def test_an_old_value_that_somebody_else_has_by_now_is_refused_in_words(product, member, client_of):
    product.handle = "trail-jacket"
    product.save()
    event = changed(member, product, handle="storm-shell")
    ProductFactory(workspace=product.workspace, handle="trail-jacket")
    slug, client = product.workspace.slug, client_of(member)

    for name, *more in (("undo",), ("restore_value", "handle")):
        url = reverse(f"workspaces:{name}", args=[slug, event.pk, *more])
        page = client.post(url, follow=True)
        assert "already" in " ".join(str(message) for message in page.context["messages"])

    product.refresh_from_db()
    assert product.handle == "storm-shell"


def test_a_batch_is_undone_but_for_what_no_longer_fits(workspace, member, client_of):
    brand = BrandFactory(workspace=workspace)
    first, second = ProductFactory.create_batch(2, workspace=workspace, brand=brand)
    bulk = reverse("workspaces:list_bulk", args=[workspace.slug, "products"])
    typed = {"action": "set:brand", "value": "", "pk": [first.pk, second.pk]}
    client_of(member).post(bulk, typed)
    batch = ActivityEvent.objects.of(first).first().batch
    brand.deleted_at = timezone.now()
    brand.save()

    page = client_of(member).post(
        reverse("workspaces:undo_batch", args=[workspace.slug, batch]), follow=True
    )

    assert "0 undone. 2 had changed" in " ".join(str(m) for m in page.context["messages"])
    assert not Product.objects.in_workspace(workspace.pk).exclude(brand=None).exists()
