"""A launch is judged by what the law asks of its products in its markets, on the day it goes."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from core.errors import Refused
from products.compliance.recompute import TOPIC
from products.compliance.services import activate_pack, answer
from products.compliance.services_evidence import (
    Paper,
    review_evidence,
    revoke_evidence,
    upload_evidence,
)
from roadmaps.launches import services
from roadmaps.launches.models import Launch, LaunchMarket, LaunchProduct
from roadmaps.marking import READINESS
from roadmaps.readiness.lawful import TAB, compliance
from roadmaps.readiness.models import RedGate
from tests.factories.catalog import MarketFactory, ProductFactory
from tests.factories.launches import LaunchFactory
from tests.launches.conftest import recompute
from workspaces.access.roles import Role
from workspaces.staleness.models import StaleMark
from workspaces.staleness.recompute import recompute_next

pytestmark = pytest.mark.django_db
DECLARATION = "eu-toys/declaration"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def work():
    """Do what a worker would do now, with all that is stale."""

    def run() -> None:
        while recompute_next():
            pass

    return run


@pytest.fixture
def toy(workspace, member, ready, work):
    """The launch brings a toy to Germany, and the pack of EU toys counts."""
    germany = MarketFactory(workspace=workspace, name="Germany", country="DE")
    services.set_links(member.actor, ready.pk, "markets", [germany.pk])
    product = LaunchProduct.objects.in_workspace(workspace.pk).get(launch=ready).product
    activate_pack(member.actor, "eu-toys", 1)
    answer(member.actor, product.pk, "toy", "yes")
    answer(member.actor, product.pk, "under_3", "no")
    work()
    return product


@pytest.fixture
def certify(member, member_as, toy, work):
    """Hand in and accept a declaration that ends on this day."""

    def made(ends, rules=(DECLARATION,)):
        day = timezone.now().date()
        paper = Paper("Declaration", "declaration", "Toys Ltd", day, day, ends)
        file = BytesIO(b"%PDF-1.7\ndeclaration")
        row = upload_evidence(member.actor, toy.pk, list(rules), paper, "doc.pdf", file)
        reviewer = member_as(Role.PRODUCT).actor
        row = review_evidence(reviewer, row.pk, seen_version=row.version, accepted=True)
        work()
        return row

    return made


def titles(launch) -> set[str]:
    return set(RedGate.objects.in_workspace(launch.workspace_id).values_list("title", flat=True))


def declared(launch) -> bool:
    """Whether the declaration is no gate in the way."""
    return not any("eclaration of conformity" in one for one in titles(launch))


def test_without_a_rule_pack_nothing_is_known_and_nothing_is_red(workspace, ready):
    found = compliance(workspace.pk, [ready])[ready.pk]

    assert (found.done, found.red) == (Decimal(0), ())
    assert [one.text for one in found.missing] == ["No rule pack is active yet"]


def test_what_is_not_proven_is_a_gate_until_it_is(ready, toy, certify, work):
    assert titles(ready)
    assert not declared(ready)

    row = certify(ready.planned_on + timedelta(days=100))

    assert row.state == "valid"
    assert declared(ready)


def test_a_document_that_ends_before_the_day_opens_no_gate(member, ready, certify, work):
    certify(ready.planned_on - timedelta(days=1))
    assert not declared(ready)

    services.change_launch(
        member.actor,
        ready.pk,
        seen_version=ready.version,
        planned_on=ready.planned_on - timedelta(days=7),
    )
    work()

    assert declared(ready)


def test_the_day_a_document_ends_the_gate_is_red_again(ready, certify, work, time_machine):
    certify(ready.planned_on + timedelta(days=2))
    assert declared(ready)
    noon = timezone.now().replace(hour=12) + timedelta(days=63)

    time_machine.move_to(noon, tick=False)
    found = compliance(ready.workspace_id, [ready])[ready.pk]

    red = [one.title for one in found.red if "eclaration of conformity" in one.title]
    assert len(red) == 1
    assert red[0].endswith(": expired")


def test_who_takes_evidence_back_locks_go_in_the_same_act(member, ready, certify, work):
    row = certify(ready.planned_on + timedelta(days=100))
    marks = StaleMark.objects.in_workspace(ready.workspace_id).filter(topic=READINESS)
    assert not marks.exists()

    revoke_evidence(member.actor, row.pk, seen_version=row.version, reason="It was forged")

    assert list(marks.values_list("key", flat=True)) == [f"launch:{ready.pk}"]
    with pytest.raises(DatabaseError), transaction.atomic():
        Launch.objects.in_workspace(ready.workspace_id).filter(pk=ready.pk).update(
            state="scheduled"
        )
    work()
    assert not declared(ready)


def test_go_is_refused_while_the_law_is_not_met(ready, toy, move, said_go):
    said_go(ready)
    move(ready, "build", "verify", "go_no_go")

    with pytest.raises(Refused, match="Go is locked"):
        move(ready, "scheduled")


def test_the_area_adds_up_and_leads_to_the_product(client_of, member, ready, toy):
    page = client_of(member).get(f"/w/{ready.workspace.slug}/launches/{ready.pk}/")
    tab = client_of(member).get(f"/w/{ready.workspace.slug}/launches/{ready.pk}/compliance/")

    assert f"/products/{toy.pk}/compliance/" in page.content.decode()
    assert b"Rule template, not legal advice" in tab.content
    assert b"Germany" in tab.content
    assert Client().get(tab.request["PATH_INFO"]).status_code == 302


def test_another_launch_is_left_alone(workspace, member, ready, toy, work):
    marks = StaleMark.objects.in_workspace(workspace.pk).filter(topic=READINESS)
    other = LaunchFactory(workspace=workspace, title="Tent", planned_on=ready.planned_on)
    work()

    answer(member.actor, toy.pk, "under_3", "yes")

    assert f"launch:{other.pk}" not in marks.values_list("key", flat=True)
    assert f"launch:{ready.pk}" in marks.values_list("key", flat=True)


def test_what_was_judged_while_obligations_were_worked_out_is_judged_again(member, ready, toy):
    answer(member.actor, toy.pk, "under_3", "no")
    recompute(ready)
    assert "What the law asks is being worked out" in titles(ready)

    while recompute_next([TOPIC]):
        pass
    while recompute_next([READINESS]):
        pass

    assert "What the law asks is being worked out" not in titles(ready)


def test_obligations_of_other_products_hold_no_launch_up(workspace, member, ready, toy, work):
    other = ProductFactory(workspace=workspace)
    later = LaunchFactory(workspace=workspace, planned_on=ready.planned_on)
    markets = LaunchMarket.objects.in_workspace(workspace.pk).values_list("market", flat=True)
    services.set_links(member.actor, later.pk, "products", [other.pk])
    services.set_links(member.actor, later.pk, "markets", list(markets))
    work()

    answer(member.actor, other.pk, "toy", "no")

    found = compliance(workspace.pk, [ready, later])
    stale = {pk for pk, one in found.items() if TAB in {red.key for red in one.red}}
    assert stale == {later.pk}
