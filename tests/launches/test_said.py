"""What pages say of a score: that it is old, what moved it, and that evidence never lowers it."""

import random
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone

from products.compliance.services import activate_pack, answer
from products.compliance.services_evidence import Paper, review_evidence, upload_evidence
from roadmaps.launches import services
from roadmaps.launches.records import TASK
from roadmaps.readiness.models import GateOverride, Readiness, ReadinessSnapshot, RedGate
from roadmaps.readiness.services import ask_override, confirm_override
from roadmaps.specification import services as specification
from roadmaps.specification.records import LINE
from tests.factories.catalog import MarketFactory, ProductFactory, VariantFactory
from tests.factories.feedback import NoteFactory
from tests.factories.launches import LaunchTaskFactory, SpecLineFactory
from tests.factories.ledger import CostRecordFactory
from tests.launches.conftest import recompute, small
from workspaces.audit.relay import relay_next
from workspaces.records.services import change_record
from workspaces.staleness.recompute import recompute_next

pytestmark = pytest.mark.django_db
OLDER = "Something changed: it is being worked out anew"


def worked():
    while relay_next():
        pass
    while recompute_next():
        pass


def page_of(client, launch, *tab):
    args = [launch.workspace.slug, launch.pk, *tab]
    return client.get(reverse("roadmaps:launch", args=args)).content.decode()


def test_a_score_that_is_old_says_so_until_it_is_worked_out(ready, member, client_of):
    client, listed = client_of(member), reverse("roadmaps:launches", args=[ready.workspace.slug])
    worked()
    assert OLDER not in page_of(client, ready)
    assert "being worked out anew" not in client.get(listed).content.decode()

    specification.add_run(member.actor, ready.pk, {"title": "Rain", "result": "passed"})

    assert OLDER in page_of(client, ready)
    assert "1 launch is being worked out anew" in client.get(listed).content.decode()
    worked()
    page = page_of(client, ready)
    assert OLDER not in page
    assert "test “Rain”" in page  # the trend says what moved it
    assert "being worked out anew" not in client.get(listed).content.decode()


def test_an_override_stays_to_be_seen_once_the_launch_is_out(
    launch, member, owner, move, said_go, client_of
):
    move(launch, "build", "verify", "go_no_go")
    said_go(launch)
    recompute(launch)
    for gate in RedGate.objects.filter(launch=launch):
        asked = ask_override(member.actor, gate.pk, "It is a pilot for 12 shops.")
        confirm_override(owner.actor, asked.pk)

    move(launch, "scheduled", "launched", "monitor", "reviewed")

    page = page_of(client_of(owner), launch, "approvals")
    assert "It is a pilot for 12 shops." in page
    for one in GateOverride.objects.filter(launch=launch):
        assert one.title in page
    assert str(member.user) in page
    assert str(owner.user) in page


class Evidence:
    """Each way in which something good becomes known of a launch."""

    def __init__(self, launch, product, line, task, document, people):
        self.launch, self.product, self.line, self.task = launch, product, line, task
        self.document, (self.first, self.second) = document, people

    @property
    def ways(self):
        return (
            *(self.judged, self.tested, self.signed, self.costed, self.heard, self.done),
            *(self.accepted, self.agreed),
        )

    def judged(self):
        values = {"verdict": "confirmed", "actual": "5,212 cycles"}
        change_record(self.first, LINE, self.line.pk, self.line.version, values)

    def tested(self):
        specification.add_run(self.first, self.launch.pk, {"title": "Rain", "result": "passed"})

    def signed(self):
        specification.sign(self.second, self.launch.pk, "test", agrees=True)

    def costed(self):
        variant, day = self.product.variants.get(), self.launch.planned_on
        CostRecordFactory(workspace=self.launch.workspace, variant=variant, valid_from=day)

    def heard(self):
        NoteFactory.create_batch(3, workspace=self.launch.workspace, product=self.product)

    def done(self):
        now = timezone.now().date()
        values = {"started_on": now, "done_on": now}
        change_record(self.first, TASK, self.task.pk, self.task.version, values)

    def accepted(self):
        version = self.document.version
        review_evidence(self.second, self.document.pk, seen_version=version, accepted=True)

    def agreed(self):
        services.set_points(self.second, self.launch.pk, small())
        services.confirm_tier(self.first, self.launch.pk)


@pytest.fixture
def evidence(launch, member, owner, workspace, settings, tmp_path):
    """A launch of a toy of which nothing good is known yet, and all that could become known."""
    settings.MEDIA_ROOT = tmp_path
    product, market = (
        ProductFactory(workspace=workspace),
        MarketFactory(workspace=workspace, name="Germany", country="DE"),
    )
    VariantFactory(workspace=workspace, product=product)
    services.set_links(member.actor, launch.pk, "products", [product.pk])
    services.set_links(member.actor, launch.pk, "markets", [market.pk])
    activate_pack(member.actor, "eu-toys", 1)
    answer(member.actor, product.pk, "toy", "yes")
    worked()
    now = timezone.now().date()
    paper = Paper("Declaration", "declaration", "Toys Ltd", now, now)
    file, rules = BytesIO(b"%PDF-1.7\ndeclaration"), ["eu-toys/declaration"]
    document = upload_evidence(member.actor, product.pk, rules, paper, "a.pdf", file)
    line = SpecLineFactory(workspace=workspace, launch=launch, must=True)
    task = LaunchTaskFactory(workspace=workspace, launch=launch, day=-5)
    people = (member.actor, owner.actor)
    return Evidence(launch, product, line, task, document, people)


@pytest.mark.parametrize("seed", range(4))
def test_evidence_in_any_order_never_lowers_the_score(seed, evidence, workspace):
    """The tier stays what it is here: another one asks for other things."""
    ways = [*evidence.ways]
    random.Random(seed).shuffle(ways)
    launch = evidence.launch
    launch.tier = "3"
    launch.save()
    recompute(launch)
    before = first = Readiness.objects.get(launch=launch).score
    for way in ways:
        way()
        worked()
        recompute(launch)  # of what factories made nobody hears
        now = Readiness.objects.get(launch=launch).score
        shot = ReadinessSnapshot.objects.get(launch=launch, current=True)
        assert now >= before, (way.__name__, shot.areas)
        before = now
    assert before > first
