"""A launch is judged by what the law asks of its products in its markets, on the day it goes."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from core.errors import Refused
from products.catalog.models import Market, Product
from products.catalog.services import delete_product
from products.catalog.services_lists import change_entry, delete_entry
from products.compliance.marking import of_everything
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
from roadmaps.readiness.models import ReadinessSnapshot, RedGate
from tests.factories.catalog import MarketFactory, ProductFactory
from tests.factories.launches import LaunchFactory
from tests.launches.conftest import recompute
from workspaces.access.roles import Role
from workspaces.audit.relay import relay_next
from workspaces.members.models import Workspace
from workspaces.staleness.models import StaleMark
from workspaces.staleness.recompute import recompute_next
from workspaces.staleness.tasks import recompute_everything_nightly

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


def gated(launch) -> set[str]:
    """What the law holds this launch up for, by what is known at this moment."""
    return {one.title for one in compliance(launch.workspace_id, [launch])[launch.pk].red}


@pytest.mark.parametrize("way", ["trash", "discontinued", "market"])
def test_what_is_put_away_takes_no_gate_along(way, member, ready, toy, work, move, said_go):
    before = compliance(ready.workspace_id, [ready])[ready.pk].done
    assert not declared(ready)
    market = LaunchMarket.objects.get(launch=ready).market
    if way == "market":
        words = "Germany is in the trash"
        delete_entry(member.actor, Market, market.pk, seen_version=market.version)
    elif way == "trash":
        words = f"{toy.name} is in the trash"
        delete_product(member.actor, toy.pk, seen_version=toy.version)
    else:
        words = f"{toy.name} is discontinued"
        Product.objects.filter(pk=toy.pk).update(state="discontinued")
        of_everything(ready.workspace_id, "it is discontinued")
    heard(work)

    assert words in gated(ready)
    assert compliance(ready.workspace_id, [ready])[ready.pk].done <= before
    said_go(ready)
    move(ready, "build", "verify", "go_no_go")
    with pytest.raises(Refused, match="Go is locked"):
        move(ready, "scheduled")


def heard(work) -> None:
    """Workers have heard what happened, and done what follows."""
    while relay_next():
        pass
    work()


def test_what_the_catalogue_says_by_now_counts_before_any_worker_heard_of_it(
    member, ready, toy, certify, work, move, said_go
):
    market = LaunchMarket.objects.get(launch=ready).market
    change_entry(member.actor, Market, market.pk, seen_version=market.version, country="CH")
    heard(work)
    assert not gated(ready)
    said_go(ready)
    move(ready, "build", "verify", "go_no_go")

    change_entry(member.actor, Market, market.pk, seen_version=market.version + 1, country="DE")

    with pytest.raises(Refused, match="What the law asks is being worked out"):
        move(ready, "scheduled")
    heard(work)
    assert not declared(ready)
    with pytest.raises(Refused, match="Go is locked"):
        move(ready, "scheduled")
    change_entry(member.actor, Market, market.pk, seen_version=market.version + 2, country="CH")
    heard(work)
    move(ready, "scheduled")


@pytest.mark.parametrize(
    ("day", "before", "midnight"),
    [
        (date(2027, 3, 10), "2027-03-10T22:59:00", "2027-03-10T23:00:00"),
        (date(2027, 3, 28), "2027-03-28T21:59:00", "2027-03-28T22:00:00"),  # an hour is skipped
        (date(2027, 10, 31), "2027-10-31T22:59:00", "2027-10-31T23:00:00"),  # one comes twice
    ],
)
def test_a_gate_is_red_again_from_midnight_where_the_workspace_is_without_any_worker(
    day, before, midnight, member, ready, certify, work, time_machine
):
    Workspace.objects.filter(pk=ready.workspace_id).update(timezone="Europe/Berlin")
    services.change_launch(member.actor, ready.pk, seen_version=ready.version, planned_on=day)
    certify(day)
    ready.refresh_from_db()
    for moment, holds in ((before, True), (midnight, False)):
        time_machine.move_to(f"{moment}+00:00", tick=False)
        expired = [one for one in gated(ready) if "eclaration of conformity" in one]
        assert (expired == []) is holds, moment


def test_the_night_after_a_document_ended_lowers_the_score_and_says_that_time_did(
    ready, certify, work, time_machine
):
    noon = timezone.now().replace(hour=12)
    time_machine.move_to(noon, tick=False)
    certify(ready.planned_on + timedelta(days=2))
    recompute_everything_nightly()
    work()
    before = ReadinessSnapshot.objects.get(launch=ready, current=True)
    assert declared(ready)

    time_machine.move_to(noon + timedelta(days=63), tick=False)
    recompute_everything_nightly()
    work()

    after = ReadinessSnapshot.objects.get(launch=ready, current=True)
    assert after.score < before.score
    assert not declared(ready)
    assert after.causes == "time passed"
