"""One change to many products, taken back as one."""

import pytest
from django.urls import reverse

from core.errors import NotFound
from products.catalog import services
from products.catalog.models import Product
from tests.clashing import during
from tests.factories.catalog import BrandFactory, ProductFactory
from tests.factories.workspaces import MembershipFactory
from workspaces.access.roles import Role
from workspaces.audit.models import ActivityEvent
from workspaces.fields import services as fields
from workspaces.jobs.models import Job
from workspaces.jobs.running import RunningJob
from workspaces.lists import bulk_jobs, services_bulk
from workspaces.records import undo_jobs
from workspaces.records.kinds import KINDS
from workspaces.records.undo_many import batch_events, undo_batch

PRODUCT = KINDS["products.product"]


@pytest.fixture
def url(workspace):
    return reverse("workspaces:list_bulk", args=[workspace.slug, "products"])


def test_chosen_products_change_and_others_do_not(member, client_of, url):
    brand = BrandFactory(workspace=member.workspace)
    chosen = ProductFactory.create_batch(3, workspace=member.workspace)
    other = ProductFactory(workspace=member.workspace)
    posted = {"pk": [p.pk for p in chosen], "action": "set:brand", "value": f"#{brand.pk}"}

    page = client_of(member).post(url, posted, follow=True)

    assert Product.objects.filter(brand=brand).count() == 3
    other.refresh_from_db()
    assert other.brand_id is None
    batch = ActivityEvent.objects.get(object_id=chosen[0].pk).batch
    assert reverse("workspaces:undo_batch", args=[member.workspace.slug, batch]).encode() in (
        page.content
    )

    assert undo_batch(member.actor, batch).count == 3
    assert Product.objects.filter(brand=brand).count() == 0


def test_all_that_match_means_the_list_as_it_was_narrowed(member, client_of, url):
    ProductFactory.create_batch(60, workspace=member.workspace, product_type="Tent")
    ProductFactory(workspace=member.workspace, state="ready")
    posted = {"all": "1", "here": "state=live", "action": "add:tags", "value": "summer"}

    client_of(member).post(url, posted)

    assert Product.objects.filter(tags="summer").count() == 60


def test_moves_the_rules_forbid_are_left_and_said(member, client_of, url):
    live = ProductFactory(workspace=member.workspace, state="live")
    ready = ProductFactory(workspace=member.workspace, state="ready")
    posted = {
        "pk": [live.pk, ready.pk],
        "action": "set:state",
        "value": "watch",
        "reason": "Returns",
    }

    page = client_of(member).post(url, posted, follow=True)

    live.refresh_from_db()
    ready.refresh_from_db()
    assert (live.state, ready.state) == ("watch", "ready")
    assert b"1 product changed. 1 was left" in page.content


def test_deleted_products_come_back_together(member):
    products = ProductFactory.create_batch(3, workspace=member.workspace)
    act = services_bulk.act_of(member.actor, PRODUCT, "delete", "")
    outcome = services_bulk.bulk_change(member.actor, PRODUCT, [p.pk for p in products], act)
    assert Product.objects.visible_to(member.actor).count() == 0

    assert undo_batch(member.actor, outcome.batch).count == 3
    assert Product.objects.visible_to(member.actor).count() == 3


def test_statements_do_not_grow_with_the_rows(member, queries):
    def tag(products, name):
        pks = [p.pk for p in products]
        act = services_bulk.act_of(member.actor, PRODUCT, "add:tags", name)
        return lambda: services_bulk.bulk_change(member.actor, PRODUCT, pks, act)

    few = ProductFactory.create_batch(3, workspace=member.workspace)
    many = ProductFactory.create_batch(60, workspace=member.workspace)
    assert queries(tag(few, "a")) == queries(tag(many, "b"))


def test_another_workspace_is_out_of_reach(member, outsider, client_of, url):
    foreign = ProductFactory(workspace=outsider.workspace)
    brand = BrandFactory(workspace=outsider.workspace)
    mine = ProductFactory(workspace=member.workspace)
    client = client_of(member)

    client.post(url, {"pk": [foreign.pk], "action": "delete"})
    client.post(url, {"pk": [mine.pk], "action": "set:brand", "value": f"#{brand.pk}"})

    foreign.refresh_from_db()
    mine.refresh_from_db()
    assert (foreign.deleted_at, mine.brand_id) == (None, None)


def test_a_viewer_changes_nothing(member, viewer, client_of, url):
    product = ProductFactory(workspace=member.workspace)
    answer = client_of(viewer).post(url, {"pk": [product.pk], "action": "delete"})
    product.refresh_from_db()
    assert (answer.status_code, product.deleted_at) == (403, None)


@pytest.mark.django_db(transaction=True)
def test_very_many_become_a_job_that_may_run_twice(member, client_of, url, monkeypatch):
    monkeypatch.setattr("workspaces.lists.views_bulk.IN_A_JOB", 5)
    ProductFactory.create_batch(8, workspace=member.workspace)
    posted = {"all": "1", "action": "set:product_type", "value": "Tent"}

    answer = client_of(member).post(url, posted)

    job = Job.objects.get(kind=bulk_jobs.KIND)
    assert str(job.pk) in answer["Location"]
    for _ in range(2):
        Job.objects.filter(pk=job.pk).update(state="queued", attempts=0)
        RunningJob(Job.objects.claim(job.pk)).run()
    job.refresh_from_db()
    assert (job.state, job.result["changed"], job.done) == ("succeeded", 0, 8)
    assert Product.objects.filter(product_type="Tent").count() == 8
    assert ActivityEvent.objects.filter(batch=job.params["batch"]).count() == 8


@pytest.mark.django_db(transaction=True)
def test_a_bulk_edit_is_undone_from_the_page_of_its_job(member, client_of, url):
    ProductFactory.create_batch(6, workspace=member.workspace, product_type="Tent", tags="old")
    changed_since, gone = Product.objects.order_by("pk")[:2]
    pks = list(Product.objects.values_list("pk", flat=True))
    job = bulk_jobs.start(member.actor, PRODUCT, pks, "set:product_type", "Bag", "")
    page = reverse("workspaces:job", args=[member.workspace.slug, job.pk])
    client = client_of(member)
    undo = reverse("workspaces:undo_batch", args=[member.workspace.slug, job.params["batch"]])
    assert undo not in client.get(page).content.decode()
    RunningJob(Job.objects.claim(job.pk)).run()
    assert set(Product.objects.values_list("product_type", flat=True)) == {"Bag"}
    services.change_product(member.actor, changed_since.pk, seen_version=2, product_type="Hat")
    services.delete_product(member.actor, gone.pk, seen_version=2)
    assert undo in client.get(page).content.decode()

    undoing = undo_jobs.start(member.actor, job.params["batch"], len(pks))
    RunningJob(Job.objects.claim(undoing.pk)).run()

    kinds = Product.objects.order_by("pk").values_list("product_type", flat=True)
    assert list(kinds) == ["Hat", "Bag", *["Tent"] * 4]
    undoing.refresh_from_db()
    assert (undoing.result["undone"], undoing.result["left"]) == (4, 2)
    said = " ".join(text for _, text in undoing.log)
    assert "1 left as they are: It changed again since then" in said
    assert "1 left as they are: That product no longer exists" in said
    acts = ActivityEvent.objects.filter(batch=undoing.params["into"])
    assert {(act.verb, *act.changes["product_type"]) for act in acts} == {
        ("product.changed", "Bag", "Tent")
    }
    assert acts.count() == 4
    assert set(Product.objects.filter(product_type="Tent").values_list("version", flat=True)) == {3}

    assert undo not in client.get(page).content.decode()
    assert undo_batch(member.actor, undoing.params["into"]).count == 4  # and back once more
    assert Product.objects.filter(product_type="Bag").count() == 5


def test_undoing_takes_as_many_statements_for_many_as_for_few(member, queries):
    def tagged(many):
        products = ProductFactory.create_batch(many, workspace=member.workspace)
        act = services_bulk.act_of(member.actor, PRODUCT, "add:tags", "x")
        pks = [p.pk for p in products]
        return services_bulk.bulk_change(member.actor, PRODUCT, pks, act).batch

    few, many = tagged(3), tagged(60)
    assert queries(lambda: undo_batch(member.actor, few)) == queries(
        lambda: undo_batch(member.actor, many)
    )


def test_a_move_the_rules_hold_up_goes_back_the_way_it_came(member):
    products = ProductFactory.create_batch(2, workspace=member.workspace, state="ready")
    act = services_bulk.act_of(member.actor, PRODUCT, "set:state", "live", "The committee said go")
    outcome = services_bulk.bulk_change(member.actor, PRODUCT, [p.pk for p in products], act)
    assert outcome.changed == 2

    assert undo_batch(member.actor, outcome.batch).count == 2
    assert set(Product.objects.values_list("state", flat=True)) == {"ready"}


def test_custom_values_that_fit_no_more_are_left_and_said(member, owner):
    fields.create_field(owner.actor, PRODUCT.name, label="Buyer", type="person")
    someone = MembershipFactory(workspace=member.workspace)
    products = ProductFactory.create_batch(
        2, workspace=member.workspace, custom={"buyer": someone.user_id}
    )
    act = services_bulk.act_of(member.actor, PRODUCT, "set:custom.buyer", "")
    outcome = services_bulk.bulk_change(member.actor, PRODUCT, [p.pk for p in products], act)
    assert outcome.changed == 2
    someone.delete()

    undone = undo_batch(member.actor, outcome.batch)

    assert (undone.count, undone.left.total()) == (0, 2)
    assert "not a member" in next(iter(undone.left))
    assert not Product.objects.filter(custom__has_key="buyer").exists()


def test_a_viewer_undoes_nothing(member, viewer):
    product = ProductFactory(workspace=member.workspace)
    act = services_bulk.act_of(member.actor, PRODUCT, "add:tags", "x")
    outcome = services_bulk.bulk_change(member.actor, PRODUCT, [product.pk], act)

    assert undo_batch(viewer.actor, outcome.batch).count == 0
    product.refresh_from_db()
    assert product.tags == "x"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_undo_at_once_one_does(member, owner):
    products = ProductFactory.create_batch(3, workspace=member.workspace, product_type="Tent")
    pks = [one.pk for one in products]
    act = services_bulk.act_of(member.actor, PRODUCT, "set:product_type", "Bag")
    batch = services_bulk.bulk_change(member.actor, PRODUCT, pks, act).batch
    done = []

    second = during(
        lambda: undo_batch(owner.actor, batch), lambda: done.append(undo_batch(member.actor, batch))
    )

    assert (done[0].count, second.count, second.left.total()) == (3, 0, 3)
    assert set(Product.objects.values_list("product_type", "version")) == {("Tent", 3)}


def test_nobody_undoes_what_another_workspace_or_a_role_they_lost_let_them_do(
    member, outsider, client_of
):
    product = ProductFactory(workspace=member.workspace, product_type="Tent")
    act = services_bulk.act_of(member.actor, PRODUCT, "set:product_type", "Bag")
    batch = services_bulk.bulk_change(member.actor, PRODUCT, [product.pk], act).batch
    with pytest.raises(NotFound):
        batch_events(outsider.actor, batch)
    member.membership.role = Role.VIEWER
    member.membership.save()
    undo = reverse("workspaces:undo_batch", args=[member.workspace.slug, batch])
    foreign = reverse("workspaces:undo_batch", args=[outsider.workspace.slug, batch])

    assert client_of(member).post(undo).status_code == 302
    assert client_of(outsider).post(foreign).status_code == 404

    product.refresh_from_db()
    assert (product.product_type, product.version) == ("Bag", 2)
