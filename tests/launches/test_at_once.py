"""Two people act on one launch at the same moment, each through a connection of their own.

The row they both need is held until both wait for it, so that they really meet.
"""

import threading
import time
from contextlib import contextmanager
from io import BytesIO

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from core.errors import Denied, EditConflict, Refused
from products.compliance.models import EvidenceDoc
from products.compliance.services import activate_pack, answer
from products.compliance.services_evidence import Paper, review_evidence, upload_evidence
from roadmaps.launches import services
from roadmaps.launches.models import LaunchTask
from roadmaps.launches.records import TASK
from roadmaps.launches.states import LaunchState
from roadmaps.readiness import services as readiness
from roadmaps.readiness.models import GateOverride, RedGate
from tests.approvals.asking import ask, step
from tests.factories.catalog import MarketFactory
from tests.factories.launches import LaunchTaskFactory
from tests.launches.conftest import recompute
from workspaces.access.roles import Role
from workspaces.approvals import services as approvals
from workspaces.approvals.models import Approval, Decision
from workspaces.audit.models import ActivityEvent
from workspaces.records.kinds import KINDS
from workspaces.records.services import change_record
from workspaces.staleness.recompute import recompute_next

pytestmark = pytest.mark.django_db(transaction=True)
TO_GO = ("build", "verify", "go_no_go")


class Both:
    """Two acts that began while a row was held: what each gave or raised."""

    def __init__(self, *acts):
        self.outcomes = [None] * len(acts)
        self.threads = [
            threading.Thread(target=self._run, args=[place, act]) for place, act in enumerate(acts)
        ]
        for thread in self.threads:
            thread.start()

    def _run(self, place, act):
        try:
            self.outcomes[place] = act()
        except Exception as refusal:  # noqa: BLE001 - handed to the test
            self.outcomes[place] = refusal
        finally:
            connections.close_all()

    def wait_until_held(self):
        """All of them wait for a lock; fails where one got by."""
        end = time.monotonic() + 30
        while True:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_stat_clear_snapshot()")
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                    "AND wait_event_type = 'Lock'"
                )
                if cursor.fetchone()[0] >= len(self.threads):
                    return
            assert time.monotonic() < end, self.outcomes
            time.sleep(0.02)

    def end(self):
        for thread in self.threads:
            thread.join(60)
        return self.outcomes

    @property
    def refusals(self):
        return [one for one in self.outcomes if isinstance(one, Exception)]


@contextmanager
def held(row):
    """Nobody else gets on with this row meanwhile."""
    with transaction.atomic():
        type(row).objects.select_for_update(no_key=True).get(pk=row.pk)
        yield


def at_once(row, *acts):
    """All acts, begun while the row they need was held."""
    with held(row):
        both = Both(*acts)
        both.wait_until_held()
    both.end()
    return both


def worked():
    while recompute_next():
        pass


def test_two_who_approve_go_at_once_both_count(ready, move, member, owner, admin_member):
    move(ready, *TO_GO)
    approval = ask(member, ready, step(owner, admin_member), gate="go")

    both = at_once(
        approval,
        lambda: approvals.decide(owner.actor, approval.pk, "approve"),
        lambda: approvals.decide(admin_member.actor, approval.pk, "approve"),
    )

    assert both.refusals == []
    assert Approval.objects.get(pk=approval.pk).state == "approved"
    move(ready, "scheduled")
    assert ready.state == LaunchState.SCHEDULED


def test_one_who_approves_and_one_who_rejects_at_once_open_nothing(
    ready, move, member, owner, admin_member
):
    move(ready, *TO_GO)
    approval = ask(member, ready, step(owner, admin_member), gate="go")

    at_once(
        approval,
        lambda: approvals.decide(owner.actor, approval.pk, "approve"),
        lambda: approvals.decide(admin_member.actor, approval.pk, "reject", reason="No"),
    )

    assert Approval.objects.get(pk=approval.pk).state == "rejected"
    with pytest.raises(Refused, match="needs an approval first"):
        move(ready, "scheduled")


def test_one_who_decides_twice_at_once_counts_once(ready, move, member, owner, admin_member):
    move(ready, *TO_GO)
    approval = ask(member, ready, step(owner, admin_member), gate="go")

    both = at_once(approval, *[lambda: approvals.decide(owner.actor, approval.pk, "approve")] * 2)

    assert [type(one) for one in both.refusals] == [Refused]
    assert Decision.objects.filter(approver__step__approval=approval).count() == 1
    assert Approval.objects.get(pk=approval.pk).state == "pending"


def test_of_two_who_say_go_at_once_one_does(ready, move, said_go, member, owner):
    move(ready, *TO_GO)
    said_go(ready)

    def go(who):
        return lambda: services.change_launch(
            who.actor, ready.pk, seen_version=ready.version, state="scheduled"
        )

    both = at_once(ready, go(member), go(owner))

    assert [type(one) for one in both.refusals] == [EditConflict]
    ready.refresh_from_db()
    assert ready.state == LaunchState.SCHEDULED
    moved = ActivityEvent.objects.filter(verb="launch.moved", object_id=ready.pk)
    assert [one.changes["state"][1] for one in moved].count("scheduled") == 1


def test_what_turned_red_while_go_waited_keeps_it_back(ready, move, said_go, member, owner):
    move(ready, *TO_GO)
    said_go(ready)
    line = ready.lines.get()
    with held(ready):
        both = Both(
            lambda: services.change_launch(
                member.actor, ready.pk, seen_version=ready.version, state="scheduled"
            )
        )
        both.wait_until_held()
        failed = Both(
            lambda: change_record(
                owner.actor,
                KINDS["roadmaps.specline"],
                line.pk,
                line.version,
                {"verdict": "failed"},
            )
        )
        assert not isinstance(failed.end()[0], Exception)
    both.end()

    assert "Go is locked: Line" in str(both.outcomes[0])
    ready.refresh_from_db()
    assert ready.state == LaunchState.GO


@pytest.fixture
def gate(launch, move, said_go, member):
    """A red gate of a launch at Go that lacks all."""
    move(launch, *TO_GO)
    said_go(launch)
    recompute(launch)
    return RedGate.objects.filter(launch=launch).first()


def test_of_two_who_ask_to_let_a_gate_pass_one_has_asked(gate, launch, member, owner):
    both = at_once(
        launch,
        lambda: readiness.ask_override(member.actor, gate.pk, "It is a pilot."),
        lambda: readiness.ask_override(owner.actor, gate.pk, "It is late."),
    )

    assert [str(one) for one in both.refusals] == [
        "That was asked already. Another person has to confirm it."
    ]
    row = GateOverride.objects.get(launch=launch, ended_at=None)
    assert row.confirmed_by is None


def test_of_two_who_confirm_one_does_and_who_asked_never(gate, launch, member, owner, admin_member):
    row = readiness.ask_override(member.actor, gate.pk, "It is a pilot.")

    both = at_once(
        launch,
        *[
            lambda who=who: readiness.confirm_override(who.actor, row.pk)
            for who in (owner, admin_member, member)
        ],
    )

    said = sorted(str(one) for one in both.refusals)
    assert said == [
        "It is confirmed already.",
        "You asked for it. Another person has to confirm it.",
    ]
    row.refresh_from_db()
    assert row.confirmed_by in (owner.user, admin_member.user)
    assert row.asked_by == member.user


def test_who_asks_anew_and_who_confirms_the_old_do_not_hold_each_other_up(
    gate, launch, member, owner, admin_member
):
    row = readiness.ask_override(member.actor, gate.pk, "It is a pilot.")
    GateOverride.objects.filter(pk=row.pk).update(tier="3" if launch.tier != "3" else "1")

    both = at_once(
        launch,
        lambda: readiness.ask_override(owner.actor, gate.pk, "It is late."),
        lambda: readiness.confirm_override(admin_member.actor, row.pk),
    )

    assert [type(one).__name__ for one in both.refusals] in (["Refused"], ["NotFound"])
    assert GateOverride.objects.filter(launch=launch, ended_at=None).count() == 1


def test_whoever_was_deleted_lets_no_gate_pass_and_approves_nothing(
    gate, launch, move, member, owner, admin_member
):
    row = readiness.ask_override(admin_member.actor, gate.pk, "It is a pilot.")
    admin_member.user.delete()

    with pytest.raises(Refused, match="has left"):
        readiness.confirm_override(owner.actor, row.pk)
    with pytest.raises(Refused, match="needs an approval first: Go"):
        move(launch, "scheduled")


def test_of_two_who_edit_one_task_one_wins_and_the_other_is_told(launch, member, owner):
    task = LaunchTaskFactory(workspace=launch.workspace, launch=launch, title="Photos")

    both = at_once(
        task,
        lambda: change_record(member.actor, TASK, task.pk, 1, {"title": "Photos outside"}),
        lambda: change_record(owner.actor, TASK, task.pk, 1, {"title": "Photos inside"}),
    )

    assert [type(one) for one in both.refusals] == [EditConflict]
    kept = LaunchTask.objects.get(pk=task.pk)
    [won] = [one.title for one in both.outcomes if not isinstance(one, Exception)]
    assert (kept.title, kept.version) == (won, 2)


def test_of_two_who_close_a_circle_from_both_ends_one_is_refused(launch, member, owner):
    one, two = (LaunchTaskFactory(workspace=launch.workspace, launch=launch) for _ in "ab")
    both = Both(
        lambda: services.wait_for(member.actor, one.pk, two.pk),
        lambda: services.wait_for(owner.actor, two.pk, one.pk),
    )

    both.end()

    assert len(both.refusals) == 1
    assert "circle" in str(both.refusals[0])


@pytest.fixture
def document(ready, member, settings, tmp_path):
    """A declaration the member handed in for a toy, waiting for a reviewer."""
    settings.MEDIA_ROOT = tmp_path
    MarketFactory(workspace=ready.workspace, name="Germany", country="DE")
    product = ready.brings.get().product
    activate_pack(member.actor, "eu-toys", 1)
    answer(member.actor, product.pk, "toy", "yes")
    worked()
    day = timezone.now().date()
    paper = Paper("Declaration", "declaration", "Toys Ltd", day, day)
    file = BytesIO(b"%PDF-1.7\ndeclaration")
    rules = ["eu-toys/declaration"]
    return upload_evidence(member.actor, product.pk, rules, paper, "a.pdf", file)


def review(who, document, accepted):
    return lambda: review_evidence(
        who.actor,
        document.pk,
        accepted=accepted,
        seen_version=document.version,
        remark="Wrong product",
    )


def test_who_handed_a_document_in_reviews_it_not_even_beside_another(document, member, owner):
    both = at_once(document, review(member, document, True), review(owner, document, True))

    assert len(both.refusals) == 1
    assert isinstance(both.outcomes[0], Refused | EditConflict)
    assert EvidenceDoc.objects.get(pk=document.pk).reviewed_by == owner.user


def test_of_two_reviewers_one_decides_and_the_other_is_told(document, member_as, owner):
    other = member_as(Role.PRODUCT)

    both = at_once(document, review(other, document, True), review(owner, document, False))

    assert [type(one) for one in both.refusals] == [EditConflict]
    kept = EvidenceDoc.objects.get(pk=document.pk)
    won = both.outcomes.index(next(one for one in both.outcomes if isinstance(one, EvidenceDoc)))
    assert (kept.state, kept.reviewed_by) == [("valid", other.user), ("rejected", owner.user)][won]


def test_a_role_taken_away_while_somebody_approves_opens_nothing(
    ready, move, member, owner, admin_member
):
    move(ready, *TO_GO)
    approval = ask(member, ready, step(owner, admin_member), gate="go")
    approvals.decide(owner.actor, approval.pk, "approve")
    admin_member.membership.role = Role.VIEWER
    admin_member.membership.save()

    with pytest.raises(Denied):
        approvals.decide(admin_member.actor, approval.pk, "approve")
    with pytest.raises(Refused, match="needs an approval first"):
        move(ready, "scheduled")
