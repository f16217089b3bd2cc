"""A note finds its customer and product, exactly and unambiguously; by hand it is the other way."""

import pytest
from django.urls import reverse

from core.errors import Denied
from feedback.inbox.listening import hear
from feedback.inbox.matching import Named, find_customer, find_product
from feedback.inbox.models import Clue, Note
from feedback.inbox.recompute import LINKS, recompute_links
from feedback.inbox.services import change_note, create_note
from finance.ledger.services_customers import erase_customer
from tests.factories.catalog import ChannelFactory, ProductFactory, VariantFactory
from tests.factories.ledger import CustomerFactory
from tests.kinds.running import bring
from workspaces.audit.models import ActivityEvent
from workspaces.staleness.models import StaleMark

WAYS = [
    (Named(sku="S-M"), True),
    (Named(handle="shell"), True),
    (Named(gtin="4006381333931"), True),
    (Named(product_name="STORM shell"), True),
    (Named(sku="gone", handle="shell"), True),
    (Named(sku="s-m"), False),
    (Named(product_name="Storm"), False),
    (Named(product_name="Twice"), False),
    (Named(gtin="111"), False),
    (Named(), False),
]


@pytest.fixture
def product(workspace):
    product = ProductFactory(workspace=workspace, handle="shell", name="Storm shell")
    VariantFactory(workspace=workspace, product=product, sku="S-M", gtin="4006381333931")
    for number in range(2):
        twin = ProductFactory(workspace=workspace, name="Twice")
        VariantFactory(workspace=workspace, product=twin, sku=f"T{number}", gtin="111")
    return product


@pytest.fixture
def write(member):
    channel = ChannelFactory(workspace=member.workspace)
    return lambda **values: create_note(
        member.actor, **{"channel": channel, "text": "It leaks."} | values
    )


@pytest.mark.parametrize(("said", "found"), WAYS)
def test_one_note_and_many_find_the_same_product(member, product, write, said, found):
    expected = product if found else None
    assert find_product(member.workspace.pk, said) == (product.pk if found else None)
    assert write(named=said).product == expected
    names = {"product" if k == "product_name" else k: getattr(said, k) for k in PRODUCT}
    row = {"text": "By file."} | {k: v for k, v in names.items() if v}
    bring(member.actor, "feedback", [row])
    assert Note.objects.get(text="By file.").product == expected


PRODUCT = ("sku", "handle", "gtin", "product_name")


def test_a_customer_is_found_by_mail_then_by_key_and_never_of_several(member, outsider):
    workspace = member.workspace
    ada = CustomerFactory(workspace=workspace, email="Ada@example.com", external_id="C-1")
    for number in range(2):
        CustomerFactory(workspace=workspace, email="two@example.com", external_id=f"T-{number}")
    CustomerFactory(workspace=outsider.workspace, email="eve@example.com", external_id="C-9")
    asked = {
        ("ada@EXAMPLE.com", ""): ada.pk,
        ("", "C-1"): ada.pk,
        ("nobody@example.com", "C-1"): ada.pk,
        ("two@example.com", ""): None,
        ("eve@example.com", "C-9"): None,
    }
    for (email, key), expected in asked.items():
        said = Named(email=email, customer_key=key)
        assert find_customer(workspace.pk, said) == expected, said


def test_what_comes_later_is_linked_told_and_counted(member, write):
    note = write(named=Named(email="ada@example.com", sku="S-M"))
    assert (note.customer, note.product, Clue.objects.get().waits) == (None, None, True)
    recompute_links(member.workspace.pk)
    assert Clue.objects.get().waits
    ada = CustomerFactory(workspace=member.workspace, email="ADA@example.com")
    product = VariantFactory(workspace=member.workspace, sku="S-M").product
    event = ActivityEvent(workspace=member.workspace, model="finance.customer", object_id=ada.pk)
    hear(member.workspace.pk, [event])
    assert StaleMark.objects.filter(topic=LINKS).exists()
    StaleMark.objects.all().delete()
    recompute_links(member.workspace.pk)
    note.refresh_from_db()
    assert (note.customer, note.product, Clue.objects.get().waits) == (ada, product, False)
    told = ActivityEvent.objects.get(verb="note.linked")
    assert told.changes == {"product": [None, product.pk], "customer": [None, ada.pk]}
    keys = set(StaleMark.objects.filter(topic="feedback").values_list("key", flat=True))
    assert keys == {f"day:{note.day}", f"product:{product.pk}"}
    recompute_links(member.workspace.pk)
    assert ActivityEvent.objects.filter(verb="note.linked").count() == 1


def test_what_a_person_unlinked_stays_unlinked(member, product, write):
    note = write(named=Named(email="ada@example.com", sku="S-M"))
    assert note.product == product
    note = change_note(member.actor, note.pk, seen_version=note.version, product=None)
    CustomerFactory(workspace=member.workspace, email="ada@example.com")
    recompute_links(member.workspace.pk)
    note.refresh_from_db()
    assert (note.product, note.customer) == (None, None)


def test_a_customer_is_linked_by_hand_by_those_who_may_see_customers(
    member, contributor, write, client_of
):
    note, ada = write(), CustomerFactory(workspace=member.workspace, email="ada@example.com")
    with pytest.raises(Denied):
        change_note(contributor.actor, note.pk, seen_version=1, customer=ada)
    url = reverse("feedback:note", args=[member.workspace.slug, note.pk])
    assert "ada@example.com" not in client_of(contributor).get(url).content.decode()
    client = client_of(member)
    typed = {"product": "", "customer": "ada@example.com", "seen_version": 1}
    assert client.post(url, typed).status_code == 302
    note.refresh_from_db()
    assert note.customer == ada
    assert client.post(url, typed | {"customer": "nobody", "seen_version": 2}).status_code == 422
    client.post(url, typed | {"customer": "", "seen_version": 2})
    note.refresh_from_db()
    assert note.customer is None


def test_two_fields_are_enough_to_write_a_note_down(member, client_of):
    ada = CustomerFactory(workspace=member.workspace, email="ada@example.com")
    url = reverse("feedback:create", args=[member.workspace.slug])
    client = client_of(member)
    client.post(url, {"text": "The zip jams.", "who": "ada@example.com"})
    note = Note.objects.get()
    assert (note.customer, note.channel.name, note.author) == (ada, "Own notes", "ada@example.com")
    client.post(url, {"text": "Longer sleeves.", "who": "A man at the fair"})
    assert Note.objects.get(text="Longer sleeves.").author == "A man at the fair"
    assert client.post(url, {"who": "ada@example.com"}).status_code == 422
    assert Note.objects.count() == 2


def test_an_erased_customer_is_named_nowhere_and_still_counts(member, owner, write):
    ada = CustomerFactory(workspace=member.workspace, email="ada@example.com")
    note = write(named=Named(email="ada@example.com"), author="Ada Keller")
    erase_customer(owner.actor, ada.pk, seen_version=ada.version)
    note.refresh_from_db()
    assert (note.author, note.customer, note.text) == ("", ada, "It leaks.")
    assert Clue.objects.get().email == ""
    kept = str(list(ActivityEvent.objects.values_list("changes", "label")))
    assert "Ada Keller" not in kept
    assert "ada@example.com" not in kept


def test_an_import_waits_for_its_customer_too(member):
    bring(member.actor, "feedback", [{"text": "x", "email": "ada@example.com", "sku": "S-M"}])
    ada = CustomerFactory(workspace=member.workspace, email="ada@example.com")
    recompute_links(member.workspace.pk)
    note = Note.objects.get()
    assert (note.customer, note.product) == (ada, None)
    assert Clue.objects.get().waits
