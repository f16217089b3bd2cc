"""What no form of ours sends: it is refused in words, and changes nothing."""

import base64

import pytest
from django.urls import reverse

from feedback.inbox.models import Note
from finance.ledger.models import Order, Refund
from products.catalog.models import Product, Variant
from tests.factories.catalog import ChannelFactory, ProductFactory, VariantFactory
from tests.factories.feedback import NoteFactory
from tests.factories.ledger import OrderFactory, OrderLineFactory
from workspaces.access.roles import Role
from workspaces.snoozes.models import Snooze

NO_VERSIONS = ["²", "9" * 5_000, "-1", "1.0", "NaN", "\x00"]


@pytest.fixture
def editor(member_as):
    return member_as(Role.OWNER)


@pytest.mark.parametrize("version", NO_VERSIONS, ids=range(len(NO_VERSIONS)))
def test_a_version_that_is_no_number_deletes_nothing(workspace, editor, client_of, version):
    variant = VariantFactory(workspace=workspace)
    product, note, order = (
        variant.product,
        NoteFactory(workspace=workspace),
        OrderFactory(workspace=workspace),
    )
    client, slug = client_of(editor), workspace.slug
    for name, *pks in (
        ("products:delete", product.pk),
        ("products:variant_delete", product.pk, variant.pk),
        ("feedback:delete", note.pk),
        ("finance:order_delete", order.pk),
    ):
        answer = client.post(reverse(name, args=[slug, *pks]), {"seen_version": version})
        assert answer.status_code == 302

    for model in (Product, Variant, Note, Order):
        assert not model._base_manager.exclude(deleted_at=None).exists()


@pytest.mark.parametrize("brand", ["²", "9" * 30, "0", "-1", "none"])
def test_a_bulk_edit_to_a_brand_that_is_none_changes_nothing(workspace, editor, client_of, brand):
    product = ProductFactory(workspace=workspace)
    url = reverse("workspaces:list_bulk", args=[workspace.slug, "products"])

    answer = client_of(editor).post(url, {"action": "set:brand", "value": brand, "pk": product.pk})

    product.refresh_from_db()
    assert (answer.status_code, product.brand_id, product.version) == (302, None, 1)


PLACES = {
    "deep": "[" * 2_900,
    "half a character": '["\\ud800",1]',
    "no number": "[NaN,1]",
    "endless": "[1e999,1]",
    "no values": "[{},[]]",
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_place_nobody_gave_out_breaks_no_list(workspace, editor, client_of, place):
    ProductFactory(workspace=workspace)
    word = base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")

    page = client_of(editor).get(reverse("products:list", args=[workspace.slug]), {"after": word})

    assert page.status_code == 200
    assert page.context["listing"].count == 1


@pytest.mark.parametrize("year", ["0001-01-01", "9999-12-31"])
def test_moments_that_have_no_day_everywhere_are_refused(workspace, editor, client_of, year):
    channel, line = ChannelFactory(workspace=workspace), OrderLineFactory(workspace=workspace)
    client, slug = client_of(editor), workspace.slug
    note = {"text": "Too small", "channel": channel.pk, "said_at": f"{year}T00:00"}
    refund = {"seen_version": 1, "quantity": 0, "amount": "0", "day": year}

    answers = [
        client.post(reverse("feedback:create", args=[slug]), note),
        client.post(reverse("finance:refund_create", args=[slug, line.order_id, line.pk]), refund),
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert b"between the years" in answers[0].content
    assert b"between the years" in answers[1].content
    assert not Note.objects.in_workspace(workspace.pk).exists()
    assert not Refund.objects.in_workspace(workspace.pk).exists()


@pytest.mark.parametrize("where", ["²", "products:list", "//evil.example", "\x00"])
def test_after_an_act_nobody_is_led_to_what_is_no_address_of_ours(editor, client_of, where):
    client, slug = client_of(editor), editor.workspace.slug
    for url in (reverse("home:snooze", args=[slug]), reverse("workspaces:undo", args=[slug, 1])):
        answer = client.post(url, {"key": "failed_jobs", "next": where})
        assert answer.status_code == 302
        assert answer["Location"].startswith(f"/w/{slug}/")


@pytest.mark.parametrize("key", ["\x00", "a\x00b"])
def test_a_reminder_that_cannot_be_is_neither_put_off_nor_woken(editor, client_of, key):
    client, slug = client_of(editor), editor.workspace.slug
    assert client.post(reverse("home:snooze", args=[slug]), {"key": key}).status_code == 422
    woken = client.post(f"{reverse('home:wake', args=[slug])}?key=%00")
    assert woken.status_code == 302
    assert not Snooze.objects.exists()
