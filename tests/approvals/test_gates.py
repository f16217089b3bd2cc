"""Gates: a move that needs an approval is refused by every way in, and done once it is given."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from core.db import gate_statements
from core.errors import Denied, Refused
from products.catalog.models import Product, Supplier
from tests.approvals.asking import ask, step
from tests.factories.catalog import ProductFactory, SupplierFactory
from tests.kinds.running import bring
from workspaces.access.roles import Perm, Role
from workspaces.approvals import services
from workspaces.approvals.gates import GATES, Gate, register_gate
from workspaces.approvals.models import Approval
from workspaces.records.kinds import KINDS
from workspaces.records.services import change_record, create_record

LIVE = Gate("products.product", "live", "Go live", "state", frozenset({"live"}), Perm.CATALOG_EDIT)
LISTED = Gate(
    "products.supplier",
    "listed",
    "List the supplier",
    "country",
    frozenset({"DE", "FR"}),
    Perm.CATALOG_EDIT,
    least=2,
    same=("name",),
)
FIRST = "This needs an approval first: Go live."


def installed(gate):
    """The gate, registered and with its trigger, until the test is over."""
    register_gate(gate)
    values = sorted(gate.values)
    words = (gate.table, gate.kind, gate.name, gate.label, gate.field, values)
    with connection.cursor() as cursor:
        cursor.execute(gate_statements(*words, gate.least, gate.same)[0])


@pytest.fixture
def gate(db):
    installed(LIVE)
    yield LIVE
    GATES.pop((LIVE.kind, LIVE.name))


@pytest.fixture
def listed(db):
    installed(LISTED)
    yield LISTED
    GATES.pop((LISTED.kind, LISTED.name))


@pytest.fixture
def product(workspace):
    return ProductFactory(workspace=workspace, state="ready")


def approved(by, row, *people, gate):
    approval = ask(by, row, step(*people), gate=gate.name)
    for one in people:
        services.decide(one.actor, approval.pk, "approve")
    return approval


def state(product):
    product.refresh_from_db()
    return product.state


def by_page(client, product):
    url = reverse("products:move", args=[product.workspace.slug, product.pk])
    sent = {"state": "live", "seen_version": product.version, "reason": "now"}
    return client.post(url, sent)


def by_api(client, product):
    return client.patch(
        f"/api/v1/workspaces/{product.workspace.slug}/products/{product.pk}/",
        {"state": "live", "reason": "now"},
        content_type="application/json",
        headers={"If-Match": "*"},
    )


def by_bulk(client, product):
    url = reverse("workspaces:list_bulk", args=[product.workspace.slug, "products"])
    asked = {"action": "set:state", "value": "live", "reason": "x", "pk": product.pk}
    return client.post(url, asked)


def by_sql(client, product):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE products_product SET state='live' WHERE id=%s", [product.pk])


@pytest.mark.parametrize("way", [by_page, by_api])
def test_pages_and_api_say_what_is_missing_and_change_nothing(
    gate, product, member, owner, client_of, way
):
    answer = way(client_of(member), product)
    assert answer.status_code == 422
    assert FIRST in answer.content.decode()
    assert state(product) == "ready"
    approved(member, product, owner, gate=gate)
    product.refresh_from_db()
    assert way(client_of(member), product).status_code in (200, 302)
    assert state(product) == "live"


def test_a_bulk_edit_skips_no_gate(gate, product, member, owner, client_of):
    by_bulk(client_of(member), product)
    assert state(product) == "ready"
    approved(member, product, owner, gate=gate)
    by_bulk(client_of(member), product)
    assert state(product) == "live"


def test_a_statement_typed_by_hand_skips_no_gate(gate, product, member, owner):
    with pytest.raises(IntegrityError, match="needs an approval first"):
        by_sql(None, product)
    assert state(product) == "ready"
    approved(member, product, owner, gate=gate)
    by_sql(None, product)
    assert state(product) == "live"


def test_an_import_skips_no_gate(gate, product, member, owner):
    row = {"sku": "S-1", "handle": product.handle, "title": "Jacket", "state": "live"}
    with pytest.raises(IntegrityError, match="needs an approval first"), transaction.atomic():
        bring(member.actor, "products", [row])
    assert state(product) == "ready"
    approved(member, product, owner, gate=gate)
    bring(member.actor, "products", [row])
    assert state(product) == "live"


def test_nothing_is_made_beyond_a_gate(gate, workspace, member):
    with pytest.raises(IntegrityError, match="needs an approval first"), transaction.atomic():
        ProductFactory(workspace=workspace, state="live")
    assert not Product.objects.exists()
    assert ProductFactory(workspace=workspace, state="ready").pk


def test_django_admin_skips_no_gate(
    listed, workspace, member, owner, admin_member, superuser, client
):
    supplier = SupplierFactory(workspace=workspace, country="")
    client.force_login(superuser)
    url = reverse("admin:products_supplier_change", args=[supplier.pk])
    form = client.get(url).context["adminform"].form
    sent = {name: value for name in form.fields if (value := form[name].value()) is not None}
    answer = client.post(url, sent | {"country": "DE"}, follow=True)
    assert "This needs an approval first: List the supplier." in answer.content.decode()
    supplier.refresh_from_db()
    assert supplier.country == ""
    approved(member, supplier, owner, admin_member, gate=listed)
    client.post(url, sent | {"country": "DE"})
    supplier.refresh_from_db()
    assert supplier.country == "DE"


def test_the_houses_own_verbs_say_it_before_the_database_does(listed, workspace, member, owner):
    kind = KINDS["products.supplier"]
    supplier = SupplierFactory(workspace=workspace, country="")
    house = kind.__class__(
        Supplier, kind.label, kind.plural, kind.reads, kind.writes, fields=kind.fields
    )
    with pytest.raises(Refused, match="List the supplier"):
        change_record(member.actor, house, supplier.pk, 1, {"country": "DE"})
    with pytest.raises(Refused, match="List the supplier"):
        create_record(member.actor, house, {"name": "New", "country": "DE"})
    change_record(member.actor, house, supplier.pk, 1, {"country": "IT"})
    supplier.refresh_from_db()
    assert supplier.country == "IT"


def test_so_many_others_must_say_yes_not_the_one_who_asks(
    listed, workspace, member, owner, member_as
):
    supplier = SupplierFactory(workspace=workspace, country="")
    second = member_as(Role.ADMIN)
    with pytest.raises(Refused, match="besides the one who asks"):
        ask(member, supplier, step(member, owner), gate="listed")
    approval = ask(member, supplier, step(member, owner, second, needed=2), gate="listed")
    with pytest.raises(Refused, match="somebody else has to decide"):
        services.decide(member.actor, approval.pk, "approve")
    services.decide(owner.actor, approval.pk, "approve")
    assert refused(supplier, "DE")
    services.decide(second.actor, approval.pk, "approve")
    assert not refused(supplier, "DE")


def refused(supplier, country, **also):
    try:
        with transaction.atomic():
            Supplier.objects.filter(pk=supplier.pk).update(country=country, **also)
    except IntegrityError:
        return True
    return False


def test_what_was_approved_cannot_be_exchanged_afterwards(
    listed, workspace, member, owner, member_as
):
    supplier = SupplierFactory(workspace=workspace, country="", name="Fjell")
    second = member_as(Role.ADMIN)
    approved(member, supplier, owner, second, gate=listed)
    assert refused(supplier, "DE", name="Other")
    Supplier.objects.filter(pk=supplier.pk).update(name="Other")
    assert refused(supplier, "DE")
    Supplier.objects.filter(pk=supplier.pk).update(name="Fjell")
    assert not refused(supplier, "DE")
    assert refused(supplier, "DE", name="Other")
    assert not refused(supplier, "FR")
    assert not refused(supplier, "IT", name="Other")


def test_the_newest_question_counts_and_a_withdrawn_one_does_not(gate, product, member, owner):
    approved(member, product, owner, gate=gate)
    newer = ask(member, product, step(owner), gate="live")
    with pytest.raises(IntegrityError):
        by_sql(None, product)
    services.withdraw(member.actor, newer.pk)
    by_sql(None, product)
    assert state(product) == "live"


def test_a_rejected_or_pending_question_opens_nothing(gate, product, member, owner):
    approval = ask(member, product, step(owner), gate="live")
    with pytest.raises(Refused, match="being decided already"):
        ask(member, product, step(owner), gate="live")
    with pytest.raises(IntegrityError):
        by_sql(None, product)
    services.decide(owner.actor, approval.pk, "reject", reason="No")
    with pytest.raises(IntegrityError):
        by_sql(None, product)
    assert state(product) == "ready"


def test_an_approval_of_another_record_or_gate_opens_nothing(gate, product, member, owner):
    other = ProductFactory(workspace=product.workspace, state="ready")
    approved(member, other, owner, gate=gate)
    free = ask(member, product, step(owner))
    services.decide(owner.actor, free.pk, "approve")
    with pytest.raises(IntegrityError):
        by_sql(None, product)


def test_only_roles_with_the_gates_right_decide_on_it(gate, product, member, viewer, admin_member):
    with pytest.raises(Refused, match="role does not allow"):
        ask(member, product, step(viewer), gate="live")
    approval = ask(member, product, step(admin_member), gate="live")
    admin_member.membership.role = Role.VIEWER
    admin_member.membership.save()
    with pytest.raises(Denied):
        services.decide(admin_member.actor, approval.pk, "approve")
    assert Approval.objects.get().state == "pending"


def test_what_is_beyond_the_gate_goes_on_without_asking_again(gate, product, member, owner):
    approved(member, product, owner, gate=gate)
    by_sql(None, product)
    Product.objects.filter(pk=product.pk).update(name="Renamed")
    Product.objects.filter(pk=product.pk).update(state="phase_out")
    assert state(product) == "phase_out"


def test_every_gate_has_its_trigger():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE '%%_gate'")
        there = {name for (name,) in cursor.fetchall()}
    assert {f"{gate.table}_{gate.name}_gate" for gate in GATES.values()} == there


test_every_gate_has_its_trigger = pytest.mark.django_db(test_every_gate_has_its_trigger)
