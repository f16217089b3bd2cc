"""Documents of a launch: begun from templates, alive until they are published, signed, judged."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from pypdf import PdfReader

from core.errors import Denied, NotFound
from core.templatetags.ui import day
from roadmaps.documents.asked import by_tier
from roadmaps.documents.services import begin_document
from roadmaps.launches import services as launches
from roadmaps.launches.models import Launch, LaunchTemplate
from roadmaps.launches.records import TEMPLATE
from roadmaps.launches.services_templates import adopt_preset
from roadmaps.readiness.models import RedGate
from roadmaps.readiness.pages import ReadinessPage
from tests.factories.catalog import ProductFactory, VariantFactory
from tests.factories.launches import LaunchFactory, LaunchTaskFactory
from tests.factories.ledger import CostRecordFactory
from workspaces.documents import services
from workspaces.documents.beginnings import shipped_for
from workspaces.documents.models import Document, SignOff
from workspaces.documents.reading import draft, published
from workspaces.records.services import change_record
from workspaces.staleness.models import StaleMark

from .conftest import recompute

pytestmark = pytest.mark.django_db
BRIEF = "Launch brief"
COST = "17.31"


@pytest.fixture
def brief(ready, member) -> Document:
    """The launch's brief, as a draft."""
    return begin_document(member.actor, ready.pk, BRIEF)


@pytest.fixture
def signed(brief, member):
    """Its first version, signed by whoever published it."""
    return services.publish(member.actor, brief.pk, brief.version, signs=True)


def tab(launch):
    return reverse("roadmaps:launch", args=[launch.workspace.slug, launch.pk, "documents"])


def page(client, document, name="document", *more):
    url = reverse(f"workspaces:{name}", args=[document.workspace.slug, document.pk, *more])
    return client.get(url).content.decode()


def area(launch):
    recompute(launch)
    areas = launch.snapshots.get(current=True).areas
    return next(one for one in areas if one["key"] == "documents")


@pytest.mark.parametrize("name", [one.name for one in shipped_for("roadmaps.launch")])
def test_every_template_begins_alive_and_publishes(ready, member, client_of, name):
    document = begin_document(member.actor, ready.pk, name)

    assert document.title == f"{name}: Trail Jacket 2.0"
    assert [one.problem for one in draft(member.actor, document).blocks if one.problem] == []
    version = services.publish(member.actor, document.pk, document.version, signs=True)
    place = [ready.workspace.slug, document.pk, version.number, "pdf"]
    file = client_of(member).get(reverse("workspaces:document_file", args=place)).content
    text = " ".join(one.extract_text() for one in PdfReader(BytesIO(file)).pages)
    assert "Version 1" in text
    assert str(member.user) in text
    assert file == client_of(member).get(reverse("workspaces:document_file", args=place)).content


def test_a_brief_lives_until_it_is_published_and_then_says_what_moved(
    ready, member, signed, client_of
):
    document, before = signed.document, day(ready.planned_on)
    assert "moved on since" not in page(client_of(member), document)
    ready.refresh_from_db()
    after = ready.planned_on + timedelta(days=7)
    launches.change_launch(member.actor, ready.pk, seen_version=ready.version, planned_on=after)

    kept = page(client_of(member), document, "document_version", 1)
    assert before in kept
    assert day(after) not in kept
    assert "Figures have moved on since version 1" in kept
    assert "Changed since it was signed" not in kept
    url = reverse("workspaces:document", args=[ready.workspace.slug, document.pk])
    assert day(after) in client_of(member).get(f"{url}?draft=1").content.decode()
    compared = page(client_of(member), document, "document_compare", 1)
    assert before.split()[0] in compared
    assert "diff-gone" in compared


def test_an_edit_after_the_signature_is_said_everywhere(ready, member, signed, client_of):
    document = signed.document
    assert area(ready)["done"] == "1.0000"
    document.refresh_from_db()
    change_record(
        member.actor,
        services.KINDS[services.NAME],
        document.pk,
        document.version,
        {"body": f"{document.body}\nOne more thing."},
    )

    found = area(ready)
    assert found["done"] == "0.0000"
    words = f"{document} changed since version 1 was signed"
    assert {"text": words, "to": f"workspaces.document:{document.pk}"} in found["missing"]
    assert "Changed since it was signed" in page(client_of(member), document)
    assert "Changed since sign-off" in client_of(member).get(tab(ready)).content.decode()


def test_what_a_unit_costs_is_never_shown_without_the_right_to_see_money(
    ready, member, contributor, brief, client_of
):
    variant = ready.brings.get().product.variants.get()
    CostRecordFactory(
        workspace=ready.workspace,
        variant=variant,
        amount=Decimal(COST),
        valid_from=ready.planned_on,
    )
    assert COST in str(draft(member.actor, brief).blocks)
    theirs = draft(contributor.actor, brief).blocks
    assert variant.sku in str(theirs)
    assert COST not in str(theirs)

    version = services.publish(member.actor, brief.pk, brief.version)
    assert COST in str(published(member.actor, version).blocks)
    for shown in (
        str(published(contributor.actor, version).blocks),
        page(client_of(contributor), brief),
        page(client_of(contributor), brief, "document_file", 1, "md"),
        page(client_of(contributor), brief, "document_compare", 1),
    ):
        assert variant.sku in shown or "document_compare" in shown or "diff" in shown
        assert COST not in shown


def test_nothing_leads_into_another_workspace(ready, brief, outsider, client_of):
    theirs = LaunchFactory(workspace=outsider.workspace, title="Secret Tent")
    with pytest.raises(NotFound):
        begin_document(outsider.actor, ready.pk, BRIEF)
    slug = outsider.workspace.slug
    asked = {"body": "```launch\n```", "about": f"roadmaps.launch:{ready.pk}"}
    shown = client_of(outsider).post(reverse("workspaces:document_preview", args=[slug]), asked)
    assert "Trail Jacket" not in shown.content.decode()
    asked["about"] = f"roadmaps.launch:{theirs.pk}"
    shown = client_of(outsider).post(reverse("workspaces:document_preview", args=[slug]), asked)
    assert "Secret Tent" in shown.content.decode()
    url = reverse("roadmaps:launch_document", args=[slug, ready.pk])
    assert client_of(outsider).post(url, {"template": BRIEF}).status_code == 404
    assert Document.objects.in_workspace(outsider.workspace.pk).count() == 0


def test_a_block_of_a_launch_elsewhere_says_where_it_belongs(member):
    text = "```launch\n```\n\n```obligations\n```\n\n```metrics\nmetrics: nonsense\n```\n"
    document = services.create_document(member.actor, {"title": "Alone", "body": text})
    problems = [one.problem for one in draft(member.actor, document).blocks]
    assert all("begin the document on one" in one for one in problems)
    assert len(problems) == 3


def test_the_area_asks_for_what_the_tier_asks_for_and_each_reason_leads_there(
    ready, member, owner, client_of
):
    Launch.objects.update(tier="2")
    ready.refresh_from_db()
    names = by_tier(ready.tier)
    assert len(area(ready)["missing"]) == len(names)
    made = [begin_document(member.actor, ready.pk, name) for name in names]
    assert {one["text"] for one in area(ready)["missing"]} == {f"{one} is a draft" for one in made}
    versions = [services.publish(member.actor, one.pk, one.version) for one in made]
    assert area(ready)["missing"][0]["text"] == f"{made[0]} is not signed (version 1)"
    for one in versions:
        services.ask_to_sign(member.actor, one.document_id, 1, [owner.user.pk], role="Legal")
    assert area(ready)["missing"][0]["text"] == f"{made[0]} waits for 1 to sign"
    for to in [one["to"] for one in area(ready)["missing"]]:
        url = ReadinessPage(member.actor, ready).url_of(to)
        assert client_of(member).get(url).status_code == 200
        assert "/documents/" in url
    for one in versions:
        services.sign(owner.actor, one.document_id, 1, accept=True)

    assert area(ready)["done"] == "1.0000"
    assert area(ready)["missing"] == []
    assert "for Legal" in client_of(member).get(tab(ready)).content.decode()
    assert SignOff.objects.filter(role="Legal").count() == len(names)


def test_more_documents_never_take_points_until_somebody_is_asked_to_sign(
    ready, member, owner, signed
):
    assert area(ready)["done"] == "1.0000"
    more = begin_document(member.actor, ready.pk, "Training brief")
    begin_document(member.actor, ready.pk, BRIEF)
    services.publish(member.actor, more.pk, more.version)
    assert area(ready)["done"] == "1.0000"
    services.ask_to_sign(member.actor, more.pk, 1, [owner.user.pk])
    assert area(ready)["done"] == "0.5000"
    services.sign(owner.actor, more.pk, 1, accept=True)
    assert area(ready)["done"] == "1.0000"


def test_a_declined_document_is_a_red_gate(ready, member, owner, brief):
    services.publish(member.actor, brief.pk, brief.version)
    services.ask_to_sign(member.actor, brief.pk, 1, [owner.user.pk])
    services.sign(owner.actor, brief.pk, 1, accept=False, reason="Wrong market")
    recompute(ready)

    gate = RedGate.objects.get(launch=ready, key=f"document:{brief.pk}")
    assert gate.to == f"workspaces.document:{brief.pk}"
    brief.refresh_from_db()
    services.archive_document(member.actor, brief.pk, brief.version)
    recompute(ready)
    assert not RedGate.objects.filter(launch=ready, key=f"document:{brief.pk}").exists()


def test_a_launch_template_says_which_documents_it_asks_for(member, planned_on):
    template = adopt_preset(member.actor, "tier-1")
    assert template.documents.split(", ") == by_tier("1")
    launch = LaunchFactory(
        workspace=member.workspace, template=template, tier="1", planned_on=planned_on
    )
    assert len(area(launch)["missing"]) == 5
    StaleMark.objects.all().delete()
    with pytest.raises(ValidationError, match="“Nonsense” is no template of documents"):
        change_record(
            member.actor, TEMPLATE, template.pk, template.version, {"documents": "Nonsense"}
        )
    assert LaunchTemplate.objects.get().documents == template.documents
    change_record(
        member.actor, TEMPLATE, template.pk, template.version, {"documents": f"{BRIEF}, {BRIEF}"}
    )
    assert StaleMark.objects.filter(key=f"launch:{launch.pk}").exists()
    assert [one["text"] for one in area(launch)["missing"]] == ["No launch brief yet"]


def test_the_tab_begins_documents_and_viewers_only_read(ready, member, viewer, client_of):
    LaunchTaskFactory(workspace=ready.workspace, launch=ready, title="Take photos")
    url = reverse("roadmaps:launch_document", args=[ready.workspace.slug, ready.pk])
    shown = client_of(member).get(tab(ready)).content.decode()
    assert shown.count("Asked for") == len(by_tier(ready.tier))
    assert "Begin" not in client_of(viewer).get(tab(ready)).content.decode()
    assert client_of(viewer).post(url, {"template": BRIEF}).status_code == 403
    for wrong in ("", "Nonsense", "x" * 400, "\x00"):
        assert client_of(member).post(url, {"template": wrong}).status_code == 404
    assert not Document.objects.exists()

    answer = client_of(member).post(url, {"template": BRIEF}, follow=True)
    made = Document.objects.get()
    assert made.template == BRIEF
    assert "pm-document" in answer.content.decode()
    assert "Take photos" in page(client_of(viewer), made)
    with pytest.raises(Denied):
        begin_document(viewer.actor, ready.pk, BRIEF)


def test_ten_documents_cost_the_tab_no_more_queries_than_one(ready, member, client_of, queries):
    client = client_of(member)
    for many in (1, 9):
        for _ in range(many):
            made = begin_document(member.actor, ready.pk, BRIEF)
            services.publish(member.actor, made.pk, made.version, signs=True)
        if many == 1:
            client.get(tab(ready))
            for_one = queries(lambda: client.get(tab(ready)))
    assert queries(lambda: client.get(tab(ready))) == for_one


def test_a_product_in_the_trash_is_left_out(ready, member, brief):
    product = ready.brings.get().product
    other = ProductFactory(workspace=ready.workspace, name="Gone Tent")
    VariantFactory(workspace=ready.workspace, product=other, sku="GONE")
    launches.set_links(member.actor, ready.pk, "products", [product.pk, other.pk])
    assert "Gone Tent" in str(draft(member.actor, brief).blocks)
    other.deleted_at = ready.created_at
    other.save()
    assert "Gone Tent" not in str(draft(member.actor, brief).blocks)
    assert Launch.objects.get(pk=ready.pk)
