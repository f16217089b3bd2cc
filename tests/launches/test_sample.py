"""The sample shop's launches, made by everybody's own acts."""

from django.urls import reverse

from core.clock import today
from pm_workspace.demo.launching import add_launches
from pm_workspace.demo.lawful import add_compliance
from roadmaps.documents.standing import Stand, standings
from roadmaps.launches.models import Launch
from roadmaps.launches.states import LaunchState
from roadmaps.readiness.models import Readiness, ReadinessSnapshot, RedGate
from tests.factories.catalog import MarketFactory, ProductFactory, VariantFactory
from workspaces.access.roles import Role
from workspaces.documents.models import Document


def test_the_law_asks_of_the_jacket_and_one_paper_has_ended(
    workspace, member_as, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    actors = {role: member_as(role).actor for role in Role}
    jacket = ProductFactory(workspace=workspace, handle="trail-jacket")
    VariantFactory(workspace=workspace, product=jacket)
    for name in ("Austria", "Germany"):
        MarketFactory(workspace=workspace, name=name, country="")

    add_compliance(actors, {"trail-jacket": jacket})
    add_launches(actors, {"trail-jacket": jacket})

    launch = Launch.objects.get()
    area = next(
        one
        for one in ReadinessSnapshot.objects.get(launch=launch, current=True).areas
        if one["key"] == "compliance"
    )
    assert 0.5 < float(area["done"]) < 1
    assert any("open in 2 markets" in one["text"] for one in area["missing"])
    red = RedGate.objects.filter(launch=launch, area="Compliance").order_by("title")
    assert {one.title.rpartition(": ")[2] for one in red} == {"expired", "open"}


def test_one_is_on_its_way_one_went_and_one_is_far_ahead(workspace, member_as, client_of):
    people = {role: member_as(role) for role in Role}
    actors = {role: one.actor for role, one in people.items()}
    products = {}
    for handle in ("trail-jacket", "merino-tee", "kids-puffer"):
        products[handle] = ProductFactory(workspace=workspace, handle=handle)
        VariantFactory(workspace=workspace, product=products[handle])

    add_launches(actors, products)

    jacket, tee, puffer = Launch.objects.order_by("pk")
    assert [one.state for one in (jacket, tee, puffer)] == [
        LaunchState.BUILD,
        LaunchState.LAUNCHED,
        LaunchState.PLAN,
    ]
    assert tee.launched_on == today(workspace.timezone)
    standing = Readiness.objects.get(launch=jacket)
    assert 30 < standing.score < 79
    assert standing.red == RedGate.objects.filter(launch=jacket).count() > 1
    viewer = client_of(people[Role.VIEWER])
    for layout in ("", "?layout=board"):
        page = viewer.get(reverse("roadmaps:launches", args=[workspace.slug]) + layout)
        assert "Trail Jacket 2.0 — EU launch" in page.content.decode()
    for tab in ("", "plan/", "specification/", "approvals/", "activity/", "documents/"):
        url = reverse("roadmaps:launch", args=[workspace.slug, jacket.pk])
        assert viewer.get(f"{url}{tab}").status_code == 200
    brief, plan = Document.objects.filter(object_id=jacket.pk).order_by("pk")
    held = {one.document: one for one in standings(workspace.pk, [jacket.pk])[jacket.pk]}
    assert (held[brief].stand, held[plan].stand) == (Stand.SIGNED, Stand.DRAFT)
    assert "always closes" in brief.versions.get().body
    assert [one.segment.name for one in jacket.aims_at.all()] == [
        f"Owners of the {products['trail-jacket']}"
    ]
    owner = client_of(people[Role.OWNER])
    page = owner.get(reverse("roadmaps:launch", args=[workspace.slug, jacket.pk, "approvals"]))
    assert "Blackout: Stock count." in page.content.decode()
    assert "Approve nevertheless" in page.content.decode()
