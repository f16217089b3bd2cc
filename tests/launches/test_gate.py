"""Go is locked while a hard gate is red, by whatever way somebody comes."""

import random

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from core.errors import DomainError, Refused
from roadmaps.launches import services
from roadmaps.launches.models import Launch
from roadmaps.launches.records import GO
from roadmaps.launches.states import BEYOND_GO, LaunchState
from roadmaps.readiness import services as readiness
from roadmaps.readiness.models import GateOverride, RedGate
from roadmaps.specification import services as specification
from tests.factories.launches import LaunchFactory, SpecLineFactory
from tests.launches.conftest import recompute
from workspaces.records.kinds import KINDS
from workspaces.records.services import change_record, create_record, restore_record
from workspaces.staleness.recompute import recompute_next

TO_GO = ("build", "verify", "go_no_go")


def by_statement(launch, state="scheduled"):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE roadmaps_launch SET state = %s WHERE id = %s", [state, launch.pk])


def worked():
    while recompute_next(["readiness"]):
        pass


def test_a_launch_without_red_gates_goes_once_two_said_yes(ready, move, said_go):
    move(ready, *TO_GO)
    with pytest.raises(Refused, match="needs an approval first: Go"):
        move(ready, "scheduled")
    said_go(ready)

    move(ready, "scheduled", "launched", "monitor", "reviewed")

    assert ready.state == LaunchState.REVIEWED
    assert ready.launched_on


def test_go_is_locked_while_a_gate_is_red_whoever_said_yes(launch, move, said_go):
    move(launch, *TO_GO)
    said_go(launch)

    with pytest.raises(Refused, match="Go is locked: It has no specification yet"):
        move(launch, "scheduled")

    launch.refresh_from_db()
    assert launch.state == LaunchState.GO


def test_a_gate_that_turned_red_a_moment_ago_counts(ready, move, said_go, member):
    move(ready, *TO_GO)
    said_go(ready)
    line = ready.lines.get()
    change_record(member.actor, KINDS["roadmaps.specline"], line.pk, 1, {"verdict": "failed"})

    with pytest.raises(Refused, match="Go is locked: Line"):
        move(ready, "scheduled")


@pytest.mark.parametrize("state", BEYOND_GO)
def test_a_statement_typed_by_hand_gets_past_neither_approval_nor_gate(
    state, launch, move, said_go
):
    move(launch, *TO_GO)
    with pytest.raises(IntegrityError, match=r"needs an approval first|Go is locked"):
        by_statement(launch, state)
    said_go(launch)
    with pytest.raises(IntegrityError, match="Go is locked"):
        by_statement(launch, state)
    recompute(launch)
    with pytest.raises(IntegrityError, match=r"Go is locked: .*no specification"):
        by_statement(launch, state)


def test_the_database_lets_none_go_whose_readiness_is_stale_or_old(ready, move, said_go):
    move(ready, *TO_GO)
    said_go(ready)
    with pytest.raises(IntegrityError, match=r"is being worked out|not worked out today"):
        by_statement(ready)
    worked()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE roadmaps_readiness SET checked_at = now() - interval '2 days'")
    with pytest.raises(IntegrityError, match="not worked out today"):
        by_statement(ready)
    recompute(ready)

    by_statement(ready)

    ready.refresh_from_db()
    assert ready.state == LaunchState.SCHEDULED


@pytest.mark.parametrize("state", BEYOND_GO)
def test_none_is_made_beyond_the_gate(workspace, member, state):
    with (
        pytest.raises(IntegrityError, match=r"needs an approval|Go is locked"),
        transaction.atomic(),
    ):
        LaunchFactory(workspace=workspace, state=state)
    values = {"title": "Jacket", "planned_on": timezone.now().date(), "state": state}
    with pytest.raises(Refused, match="needs an approval first"):
        create_record(member.actor, KINDS["roadmaps.launch"], values)
    assert not Launch.objects.in_workspace(workspace.pk).exists()


def test_what_was_approved_does_not_change_behind_the_backs_of_who_approved(
    ready, move, said_go, member, workspace
):
    move(ready, *TO_GO)
    said_go(ready)
    move(ready, "scheduled")

    with pytest.raises(Refused, match="back to Go"):
        services.set_links(member.actor, ready.pk, "products", [])
    later = ready.planned_on.replace(year=ready.planned_on.year + 1)
    with pytest.raises(Refused, match="needs an approval first"):
        services.change_launch(member.actor, ready.pk, seen_version=ready.version, planned_on=later)
    product = ready.brings.get().product_id
    with (
        pytest.raises(IntegrityError, match="were approved"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE roadmaps_launchproduct SET product_id = %s WHERE launch_id = %s",
            [product, ready.pk],
        )


def test_launching_asks_again(ready, move, said_go, member, owner):
    move(ready, *TO_GO)
    said_go(ready)
    move(ready, "scheduled")
    specification.sign(owner.actor, ready.pk, "test", agrees=False, note="Zip jams.")

    with pytest.raises(Refused, match="Go is locked: Test said no"):
        move(ready, "launched")
    with pytest.raises(IntegrityError, match="Go is locked"):
        by_statement(ready, "launched")


def by_api(client, launch):
    client.patch(
        f"/api/v1/workspaces/{launch.workspace.slug}/launches/{launch.pk}/",
        {"state": "scheduled"},
        content_type="application/json",
        headers={"If-Match": "*"},
    )


def by_bulk(client, launch):
    url = reverse("workspaces:list_bulk", args=[launch.workspace.slug, "launches"])
    client.post(url, {"action": "set:state", "value": "scheduled", "pk": launch.pk})


def by_page(client, launch):
    url = reverse("roadmaps:launch_move", args=[launch.workspace.slug, launch.pk])
    client.post(url, {"state": "scheduled"})


def by_edit(client, launch):
    url = reverse("workspaces:record_edit", args=[launch.workspace.slug, "launches", launch.pk])
    sent = {"title": launch.title, "planned_on": launch.planned_on, "state": "scheduled"}
    client.post(url, sent | {"seen_version": launch.version})


@pytest.mark.parametrize("way", [by_api, by_bulk, by_page, by_edit])
def test_api_bulk_edit_and_pages_go_only_once_nothing_is_red(
    way, ready, move, said_go, member, client_of
):
    move(ready, *TO_GO)
    said_go(ready)
    line = ready.lines.get()
    kind = KINDS["roadmaps.specline"]
    change_record(member.actor, kind, line.pk, line.version, {"verdict": "failed"})
    way(client_of(member), ready)
    ready.refresh_from_db()
    assert ready.state == LaunchState.GO
    change_record(member.actor, kind, line.pk, line.version + 1, {"verdict": "confirmed"})

    way(client_of(member), ready)

    ready.refresh_from_db()
    assert ready.state == LaunchState.SCHEDULED


class TestOverride:
    @pytest.fixture
    def red(self, launch, move, said_go, member):
        """A launch at Go that lacks all; two said yes."""
        move(launch, *TO_GO)
        said_go(launch)
        recompute(launch)
        return launch

    def test_takes_two_people_and_a_reason_for_every_red_gate(self, red, member, owner, move):
        gates = list(RedGate.objects.in_workspace(red.workspace_id).filter(launch=red))
        assert len(gates) > 2
        with pytest.raises(Refused, match="Say why"):
            readiness.ask_override(member.actor, gates[0].pk, "  ")
        asked = [readiness.ask_override(member.actor, one.pk, "It is a pilot.") for one in gates]
        with pytest.raises(Refused, match="Another person"):
            readiness.confirm_override(member.actor, asked[0].pk)
        for one in asked[:-1]:
            readiness.confirm_override(owner.actor, one.pk)
        with pytest.raises(Refused, match="Go is locked"):
            move(red, "scheduled")
        readiness.confirm_override(owner.actor, asked[-1].pk)

        move(red, "scheduled")

        rows = GateOverride.objects.in_workspace(red.workspace_id).filter(launch=red)
        assert {(one.asked_by, one.confirmed_by) for one in rows} == {(member.user, owner.user)}
        assert {one.reason for one in rows} == {"It is a pilot."}

    def test_by_one_person_is_refused_by_the_database_too(self, red, member):
        gate = RedGate.objects.in_workspace(red.workspace_id).filter(launch=red).first()
        row = readiness.ask_override(member.actor, gate.pk, "x")
        row.confirmed_by, row.confirmed_at = member.user, timezone.now()
        with pytest.raises(IntegrityError, match="gateoverride_by_two"), transaction.atomic():
            row.save()

    def test_no_longer_holds_for_another_day_or_after_a_person_left(
        self, red, member, owner, move, said_go
    ):
        for gate in RedGate.objects.in_workspace(red.workspace_id).filter(launch=red):
            row = readiness.ask_override(member.actor, gate.pk, "It is a pilot.")
            readiness.confirm_override(owner.actor, row.pk)
        later = red.planned_on.replace(year=red.planned_on.year + 1)
        red.refresh_from_db()
        services.change_launch(member.actor, red.pk, seen_version=red.version, planned_on=later)
        said_go(red)
        with pytest.raises(Refused, match="Go is locked"):
            move(red, "scheduled")
        back = red.planned_on
        red.refresh_from_db()
        services.change_launch(member.actor, red.pk, seen_version=red.version, planned_on=back)
        said_go(red)
        GateOverride.objects.in_workspace(red.workspace_id).update(asked_by=None)
        with pytest.raises(Refused, match="Go is locked"):
            move(red, "scheduled")
        worked()
        with pytest.raises(IntegrityError, match="Go is locked"):
            by_statement(red)

    def test_of_another_workspaces_gate_is_not_found(self, red, outsider):
        gate = RedGate.objects.in_workspace(red.workspace_id).filter(launch=red).first()
        with pytest.raises(DomainError):
            readiness.ask_override(outsider.actor, gate.pk, "mine")


def test_the_gate_is_declared_as_the_database_has_it(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT action_statement FROM information_schema.triggers WHERE trigger_name = %s",
            ["roadmaps_launch_go_gate"],
        )
        said = cursor.fetchone()[0]
    words = ", ".join(
        f"'{one}'"
        for one in (
            GO.kind,
            GO.name,
            GO.field,
            GO.least,
            ",".join(BEYOND_GO),
            ",".join(GO.same),
            GO.label,
        )
    )
    assert said == f"EXECUTE FUNCTION workspaces_needs_approval({words})"
    assert GO.values == set(BEYOND_GO)


@pytest.mark.parametrize("seed", range(12))
def test_no_sequence_of_calls_reaches_scheduled_with_a_red_gate(
    seed, ready, member, owner, workspace, said_go
):
    """Whatever people do in whatever order: beyond Go nothing was red the moment it went."""
    rng = random.Random(seed)
    people = Acts(rng, ready, [member.actor, owner.actor], said_go)
    for _ in range(60):
        try:
            with transaction.atomic():
                went = people.act()
        except (DomainError, IntegrityError):
            continue
        if went:
            recompute(ready)
            assert not people.red()


class Acts:
    """One act after another, chosen by lot; each says whether the launch went past Go by it."""

    def __init__(self, rng, launch, actors, said_go):
        self.rng, self.launch, self.actors, self.said_go = rng, launch, actors, said_go

    def act(self):
        self.launch.refresh_from_db()
        before = self.launch.state
        rng = self.rng
        acts = (self.move, self.move, self.judge, self.sign, self.go, self.ask, self.confirm)
        rng.choice((*acts, self.typed))(rng.choice(self.actors))
        self.launch.refresh_from_db()
        return self.launch.state != before and self.launch.state in ("scheduled", "launched")

    def move(self, actor):
        values = {"state": self.rng.choice(LaunchState.values), "reason": "so"}
        kind = KINDS["roadmaps.launch"]
        change_record(actor, kind, self.launch.pk, self.launch.version, values)

    def judge(self, actor):
        line = self.launch.lines.get()
        values = {"verdict": self.rng.choice(["open", "confirmed", "failed"]), "actual": "x"}
        change_record(actor, KINDS["roadmaps.specline"], line.pk, line.version, values)

    def sign(self, actor):
        agrees = self.rng.random() < 0.6
        specification.sign(actor, self.launch.pk, "test", agrees=agrees, note="x")

    def go(self, actor):
        self.said_go(self.launch)

    def ask(self, actor):
        rows = RedGate.objects.in_workspace(self.launch.workspace_id)
        gates = list(rows.filter(launch=self.launch))
        readiness.ask_override(actor, self.rng.choice(gates).pk if gates else 0, "so")

    def confirm(self, actor):
        rows = GateOverride.objects.in_workspace(self.launch.workspace_id)
        asked = list(rows.filter(launch=self.launch))
        readiness.confirm_override(actor, self.rng.choice(asked).pk if asked else 0)

    def typed(self, actor):
        by_statement(self.launch, self.rng.choice(["scheduled", "launched"]))

    def red(self):
        """The gates that are red and that nobody confirmed to let pass."""
        overrides = GateOverride.objects.in_workspace(self.launch.workspace_id).filter(
            launch=self.launch, ended_at=None, confirmed_at__isnull=False
        )
        rows = RedGate.objects.in_workspace(self.launch.workspace_id).filter(launch=self.launch)
        return list(rows.exclude(key__in=overrides.values("key")))


def test_a_line_that_must_be_so_comes_back_from_no_trash_once_frozen(ready, member, move):
    spare = SpecLineFactory(workspace=ready.workspace, launch=ready)
    specification.delete_line(member.actor, spare.pk, 1)
    move(ready, "build", "verify")

    with pytest.raises(Refused, match="Frozen"):
        restore_record(member.actor, KINDS["roadmaps.specline"], spare.pk)
