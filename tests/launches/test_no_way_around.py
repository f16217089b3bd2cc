"""No way into the app brings a launch to Scheduled or beyond while a gate is red."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core.errors import DomainError
from roadmaps.launches import services
from roadmaps.launches.models import Launch, LaunchMarket
from roadmaps.launches.states import BEYOND_GO, LaunchState
from roadmaps.readiness import services as readiness
from roadmaps.readiness.models import GateOverride, RedGate
from roadmaps.specification import services as specification
from tests.approvals.asking import ask, step
from tests.factories.catalog import MarketFactory
from tests.launches.conftest import recompute, small
from workspaces.approvals import services as approvals
from workspaces.approvals.models import Approval
from workspaces.audit.models import ActivityEvent
from workspaces.imports import services as imports
from workspaces.imports.models import ImportRun
from workspaces.jobs.tasks import run_job
from workspaces.records.kinds import KINDS
from workspaces.records.services import change_record, delete_record, restore_record
from workspaces.records.undo import restore_value, undo_event

pytestmark = pytest.mark.django_db
KIND, LINE = KINDS["roadmaps.launch"], KINDS["roadmaps.specline"]
TO_GO = ("build", "verify", "go_no_go")
REFUSED = (DomainError, DatabaseError)


class Browser:
    """One member's browser and API calls about a launch."""

    def __init__(self, client, launch):
        self.client, self.launch = client, launch
        self.slug, self.pk = launch.workspace.slug, launch.pk

    def api(self, method, body, *, one=True):
        path = f"/api/v1/workspaces/{self.slug}/launches/"
        call = getattr(self.client, method)
        where = f"{path}{self.pk}/" if one else path
        more = {"content_type": "application/json", "headers": {"If-Match": "*"}}
        return call(where, body, **more)

    def page(self, name, *more, **sent):
        return self.client.post(reverse(name, args=[self.slug, *more]), sent)


def by_api_patch(at, state):
    at.api("patch", {"state": state, "reason": "so"})


def by_api_put(at, state):
    day = at.launch.planned_on.isoformat()
    at.api("put", {"title": "x", "planned_on": day, "state": state, "reason": "so"})


def by_api_every_field(at, state):
    day = at.launch.planned_on.isoformat()
    fields = {field.name: None for field in Launch._meta.concrete_fields}
    sent = {"title": "x", "planned_on": day, "tier": "3", "launched_on": day, "red": 0}
    at.api("patch", fields | sent | {"state": state, "score": 100, "version": 1, "reason": "so"})


def by_api_made_anew(at, state):
    day = at.launch.planned_on.isoformat()
    at.api("post", {"title": "x", "planned_on": day, "state": state}, one=False)


def by_bulk(at, state):
    sent = {"action": "set:state", "value": state, "reason": "so", "pk": at.pk}
    at.page("workspaces:list_bulk", "launches", **sent)


def by_form(at, state):
    sent = {"title": "x", "planned_on": at.launch.planned_on, "state": state, "reason": "so"}
    at.page("workspaces:record_edit", "launches", at.pk, seen_version=at.launch.version, **sent)


def by_new_form(at, state):
    sent = {"title": "x", "planned_on": at.launch.planned_on, "state": state}
    at.page("workspaces:record_new", "launches", **sent)


def by_cell(at, state):
    cells = {"pk": at.pk, "field": "state", "value": state, "version": at.launch.version}
    at.page("workspaces:list_cells", "launches", **cells, reason="so")


def by_board(at, state):
    sent = {"group": "state", "to": state, "column": state, "version": at.launch.version}
    at.page("workspaces:record_move", "launches", at.pk, **sent, reason="so")


def by_paste(at, state):
    text = f"title\tplanned_on\tstate\nx\t{at.launch.planned_on}\t{state}"
    at.page("workspaces:record_paste", "launches", text=text)


def by_move(at, state):
    at.page("roadmaps:launch_move", at.pk, state=state, reason="so")


def by_import_page(at, state):
    csv = f"id,title,planned_on,state\n{at.pk},x,{at.launch.planned_on},{state}\n"
    file = SimpleUploadedFile("a.csv", csv.encode())
    at.page("workspaces:import_start", kind="launches", upload=file)


WAYS = (
    *(by_api_patch, by_api_put, by_api_every_field, by_api_made_anew, by_bulk, by_form),
    *(by_new_form, by_cell, by_board, by_paste, by_move, by_import_page),
)


def none_beyond(workspace):
    rows = Launch.objects.with_trash(workspace.pk).filter(state__in=BEYOND_GO)
    return not rows.exists()


@pytest.fixture
def red(ready, move, said_go, member):
    """At Go, said yes to by two, and one of its lines has just failed."""
    move(ready, *TO_GO)
    said_go(ready)
    line = ready.lines.get()
    change_record(member.actor, LINE, line.pk, line.version, {"verdict": "failed"})
    return ready


@pytest.mark.parametrize("state", BEYOND_GO)
@pytest.mark.parametrize("way", WAYS)
def test_no_page_and_no_call_gets_past_a_red_gate(way, state, red, owner, client_of):
    client = client_of(owner)
    client.raise_request_exception = False

    way(Browser(client, red), state)

    assert none_beyond(red.workspace)


@pytest.mark.parametrize("state", BEYOND_GO)
def test_no_import_gets_past_a_red_gate(state, red, owner):
    words = LaunchState(state).label
    text = (
        f"id,title,planned_on,state\n{red.pk},Renamed,{red.planned_on},{words}\n"
        f",New,{red.planned_on},{words}\n,Plan,{red.planned_on},Plan\n"
    )

    run = imports.upload(owner.actor, "launches", [("a.csv", BytesIO(text.encode()))])
    run_job(imports.check(owner.actor, run.pk).job_id or 0)
    ImportRun.objects.filter(pk=run.pk).update(keep_good=True)
    run_job(imports.start(owner.actor, run.pk).job_id or 0)

    assert none_beyond(red.workspace)
    titles = set(Launch.objects.values_list("title", flat=True))
    assert titles == {red.title, "Plan"}


def test_neither_undo_nor_an_old_value_brings_it_back_beyond(ready, move, said_go, member, owner):
    move(ready, *TO_GO)
    said_go(ready)
    move(ready, "scheduled", "go_no_go")
    line = ready.lines.get()
    change_record(member.actor, LINE, line.pk, line.version, {"verdict": "failed"})
    events = ActivityEvent.objects.filter(verb="launch.moved", object_id=ready.pk)
    back = events.latest("pk")

    for act in (
        lambda: undo_event(owner.actor, back.pk),
        lambda: restore_value(owner.actor, back.pk, "state"),
    ):
        with pytest.raises(REFUSED, match="Go is locked"), transaction.atomic():
            act()
    assert none_beyond(ready.workspace)


def test_no_market_is_added_after_go(ready, move, said_go, owner, workspace, client_of):
    move(ready, *TO_GO)
    said_go(ready)
    move(ready, "scheduled")
    france = MarketFactory(workspace=workspace, name="France")

    with pytest.raises(DomainError, match="were approved"):
        services.set_links(owner.actor, ready.pk, "markets", [france.pk])
    with pytest.raises(IntegrityError, match="were approved"), transaction.atomic():
        LaunchMarket.objects.create(workspace=workspace, launch=ready, market=france)
    scope = f"/api/v1/workspaces/{workspace.slug}/launches/{ready.pk}/scope/"
    sent = {"content_type": "application/json", "headers": {"If-Match": "*"}}
    answer = client_of(owner).patch(scope, {"markets": [france.pk]}, **sent)
    assert (answer.status_code, "were approved" in answer.json()["detail"]) == (422, True)
    move(ready, "go_no_go")
    services.set_links(owner.actor, ready.pk, "markets", [france.pk])
    assert ready.reaches.get().market == france


def test_the_trash_takes_no_launch_past_the_gate(red, owner):
    delete_record(owner.actor, KIND, red.pk, red.version)
    with pytest.raises(IntegrityError, match="Go is locked"), transaction.atomic():
        Launch.objects.with_trash(red.workspace_id).filter(pk=red.pk).update(state="scheduled")
    restore_record(owner.actor, KIND, red.pk)

    red.refresh_from_db()
    with pytest.raises(REFUSED, match="Go is locked"), transaction.atomic():
        services.change_launch(owner.actor, red.pk, seen_version=red.version, state="scheduled")
    assert none_beyond(red.workspace)


STATES = st.sampled_from(LaunchState.values)


class Acts(RuleBasedStateMachine):
    """What people do in any order, and what came of it. `launch` and who there is are given."""

    launch: Launch
    people = clients = says_go = gone = ()
    asks = None

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.before = Launch.objects.get(pk=self.launch.pk).state

    def teardown(self):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def now(self):
        return Launch.objects.with_trash(self.launch.workspace_id).get(pk=self.launch.pk)

    def tried(self, act):
        try:
            with transaction.atomic():
                act()
        except REFUSED:
            return

    @rule(who=st.integers(0, 1), state=STATES)
    def moves(self, who, state):
        values = {"state": state, "reason": "so"}
        row = self.now()
        self.tried(lambda: change_record(self.people[who], KIND, row.pk, row.version, values))

    @rule(way=st.sampled_from(WAYS), state=STATES, who=st.integers(0, 1))
    def calls(self, way, state, who):
        self.tried(lambda: way(Browser(self.clients[who], self.now()), state))

    @rule(who=st.integers(0, 1), verdict=st.sampled_from(["open", "confirmed", "failed"]))
    def judges(self, who, verdict):
        line = self.launch.lines.get()
        values = {"verdict": verdict, "actual": "x"}
        self.tried(lambda: change_record(self.people[who], LINE, line.pk, line.version, values))

    @rule(who=st.integers(0, 1), agrees=st.booleans())
    def signs(self, who, agrees):
        self.tried(
            lambda: specification.sign(
                self.people[who], self.launch.pk, "test", agrees=agrees, note="x"
            )
        )

    @rule(points=st.integers(0, 3), who=st.integers(0, 1))
    def scores(self, points, who):
        self.tried(lambda: services.set_points(self.people[who], self.launch.pk, small(points)))
        self.tried(lambda: services.confirm_tier(self.people[1 - who], self.launch.pk))

    @rule(who=st.integers(0, 1))
    def does_all_that_go_takes(self, who):
        for state in TO_GO:
            self.moves(who, state)
        self.scores(0, who)
        self.judges(who, "confirmed")
        self.signs(who, True)
        self.withdraws()
        self.says("approve")
        self.moves(who, "scheduled")

    @rule(verdict=st.sampled_from(["approve", "reject"]))
    def says(self, verdict):
        def both():
            steps = step(*self.says_go)
            approval = ask(self.asks, self.launch, steps, gate="go")
            for one in self.says_go:
                approvals.decide(one.actor, approval.pk, verdict, reason="so")

        self.tried(both)

    @rule()
    def withdraws(self):
        row = Approval.objects.filter(object_id=self.launch.pk).order_by("pk").last()
        self.tried(lambda: approvals.withdraw(self.asks.actor, row.pk if row else 0))

    @rule(who=st.integers(0, 1), place=st.integers(0, 5))
    def asks_to_let_pass(self, who, place):
        gates = list(RedGate.objects.filter(launch=self.launch).order_by("pk"))
        pk = gates[place % len(gates)].pk if gates else 0
        self.tried(lambda: readiness.ask_override(self.people[who], pk, "so"))

    @rule(who=st.integers(0, 1), end=st.booleans())
    def lets_pass(self, who, end):
        row = GateOverride.objects.filter(launch=self.launch, ended_at=None).last()
        act = readiness.end_override if end else readiness.confirm_override
        self.tried(lambda: act(self.people[who], row.pk if row else 0))

    @rule(who=st.integers(0, 1))
    def throws_away_and_fetches(self, who):
        row = self.now()
        self.tried(lambda: delete_record(self.people[who], KIND, row.pk, row.version))
        self.tried(lambda: restore_record(self.people[who], KIND, row.pk))

    @rule(who=st.integers(0, 1), place=st.integers(0, 9), value=st.booleans())
    def takes_back(self, who, place, value):
        rows = list(ActivityEvent.objects.filter(verb__startswith="launch.").order_by("-pk"))
        pk = rows[place % len(rows)].pk if rows else 0
        act = (lambda: restore_value(self.people[who], pk, "state")) if value else None
        self.tried(act or (lambda: undo_event(self.people[who], pk)))

    @rule(state=STATES)
    def types(self, state):
        rows = Launch.objects.with_trash(self.launch.workspace_id).filter(pk=self.launch.pk)
        self.tried(lambda: rows.update(state=state))

    @invariant()
    def nothing_was_red_the_moment_it_went(self):
        for row in Launch.objects.with_trash(self.launch.workspace_id):
            if row.pk != self.launch.pk:
                assert row.state not in BEYOND_GO
        row = self.now()
        went = row.state in ("scheduled", "launched") and row.state != self.before
        self.before = row.state
        if went:
            self.gone.append(row.pk)
            recompute(row)
            let = GateOverride.objects.filter(launch=row, ended_at=None, confirmed_at__isnull=False)
            red = RedGate.objects.filter(launch=row).exclude(key__in=let.values("key"))
            assert not red.exists()


def test_no_order_of_acts_and_calls_goes_with_a_red_gate(
    ready, move, member, owner, admin_member, client_of
):
    """Hypothesis chooses the acts; what fails is told as it was found, for each act is slow."""
    move(ready, *TO_GO)
    clients = [client_of(member), client_of(owner)]
    for one in clients:
        one.raise_request_exception = False
    gone = []
    given = {
        "gone": gone,
        "launch": ready,
        "people": [member.actor, owner.actor],
        "clients": clients,
        "asks": member,
        "says_go": [owner, admin_member],
    }
    run_state_machine_as_test(
        type("OfThis", (Acts,), given),
        settings=settings(
            max_examples=6,
            stateful_step_count=20,
            phases=[Phase.explicit, Phase.generate],
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert gone
