"""Readiness worked out from what is known: areas, gates, forecast, trend, and who hears of it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from core.errors import Refused
from roadmaps.launches import services
from roadmaps.launches.records import TASK
from roadmaps.launches.services_templates import adopt_preset, make_launch
from roadmaps.readiness import services as readiness
from roadmaps.readiness.evaluators import EVALUATORS, Evaluator, Finding, Red, register_evaluator
from roadmaps.readiness.models import GateOverride, Readiness, ReadinessSnapshot, RedGate
from roadmaps.readiness.needs import blocked, to_confirm
from roadmaps.readiness.recompute import recompute_all_readiness, recompute_readiness
from roadmaps.specification import services as specification
from roadmaps.specification.records import LINE
from tests.approvals.asking import ask, step
from tests.factories.feedback import NoteFactory
from tests.factories.ideas import IdeaFactory
from tests.factories.launches import LaunchFactory, LaunchTaskFactory, SpecLineFactory
from tests.factories.ledger import CostRecordFactory
from tests.launches.conftest import recompute, small
from workspaces.audit.relay import relay_next
from workspaces.documents.services import create_document, publish
from workspaces.records.kinds import KINDS
from workspaces.records.services import change_record, create_record, delete_record
from workspaces.staleness.models import StaleMark
from workspaces.staleness.recompute import recompute_next
from workspaces.staleness.tasks import recompute_stale


def worked():
    while relay_next():
        pass
    while recompute_next(["readiness"]):
        pass


def area(launch, key):
    shot = ReadinessSnapshot.objects.get(launch=launch, current=True)
    return next(one for one in shot.areas if one["key"] == key)


def red(launch):
    return set(RedGate.objects.filter(launch=launch).values_list("key", flat=True))


def test_nothing_known_is_red_and_nothing(launch):
    recompute(launch)

    standing = Readiness.objects.get(launch=launch)
    assert standing.score == 0
    assert red(launch) >= {"specification", "tier", "products", "sign:test"}
    assert standing.red == len(red(launch))


def test_what_is_ready_has_no_red_gate_and_its_points_add_up(ready):
    worked()

    shot = ReadinessSnapshot.objects.get(launch=ready, current=True)
    assert red(ready) == set()
    assert shot.capped == 0
    assert sum(Decimal(one["points"]) for one in shot.areas) == shot.score
    assert sum(Decimal(one["lost"]) for one in shot.areas) + shot.score == 100
    assert shot.pieces > 0


def test_a_line_that_fails_turns_its_gate_red_and_says_where(ready, member):
    worked()
    before = Readiness.objects.get(launch=ready).score
    line = ready.lines.get()
    change_record(member.actor, LINE, line.pk, line.version, {"verdict": "failed"})
    worked()

    after = Readiness.objects.get(launch=ready)
    assert after.red == 1
    assert after.score < before
    assert RedGate.objects.get(launch=ready).to == "specification"


def test_worked_out_twice_is_the_same_and_a_new_outcome_is_a_new_row(ready, member):
    worked()
    first = ReadinessSnapshot.objects.get(launch=ready, current=True)
    recompute(ready)
    recompute_all_readiness(ready.workspace_id)
    assert ReadinessSnapshot.objects.get(launch=ready) == first

    specification.add_run(member.actor, ready.pk, {"title": "Rain", "result": "passed"})
    worked()

    newest = ReadinessSnapshot.objects.get(launch=ready, current=True)
    assert newest.score > first.score
    assert newest.causes == "test “Rain”"


def test_the_worker_may_be_told_twice(ready, member):
    worked()
    specification.add_run(member.actor, ready.pk, {"title": "Rain", "result": "passed"})

    recompute_stale()
    once = list(ReadinessSnapshot.objects.order_by("pk").values())
    recompute_stale()

    assert list(ReadinessSnapshot.objects.order_by("pk").values()) == once
    assert len(once) == 2
    assert not StaleMark.objects.filter(topic="readiness").exists()


def test_what_others_do_marks_the_launches_it_is_about(ready, member, owner, workspace):
    worked()
    product = ready.brings.get().product
    other = LaunchFactory(workspace=workspace)

    def marked():
        while relay_next():
            pass
        keys = set(StaleMark.objects.filter(topic="readiness").values_list("key", flat=True))
        StaleMark.objects.all().delete()
        return keys

    own = {f"launch:{ready.pk}"}
    about = ("roadmaps.launch", ready.pk)
    document = create_document(member.actor, {"title": "Brief", "body": "x"}, about=about)
    assert marked() == own
    publish(member.actor, document.pk, document.version)
    assert marked() == own
    ask(member, ready, step(owner))
    assert marked() == own
    change_record(
        member.actor, KINDS["products.product"], product.pk, product.version, {"name": "Other"}
    )
    assert marked() == own
    assert other.pk != ready.pk


def test_areas_speak_of_papers_prices_voices_and_tasks(ready, member, owner, workspace):
    product = ready.brings.get().product
    variant = product.variants.get()
    assert Decimal(_area(ready, "prices")["done"]) == Decimal("0.5")
    CostRecordFactory(workspace=workspace, variant=variant, valid_from=ready.planned_on)
    NoteFactory.create_batch(4, workspace=workspace, product=product)
    LaunchTaskFactory(workspace=workspace, launch=ready, lane="before")
    LaunchTaskFactory(workspace=workspace, launch=ready, lane="after", day=5, owner=owner.user)
    document = create_document(
        member.actor,
        {"title": "Brief", "body": "x"},
        template="Launch brief",
        about=("roadmaps.launch", ready.pk),
    )
    waiting = ask(member, ready, step(owner))

    assert Decimal(_area(ready, "prices")["done"]) == 1
    assert _area(ready, "customers")["missing"][0]["text"] == "4 of 10 voices about its products"
    words = _area(ready, "marketing")["missing"][0]["text"]
    assert words == "Before 0/1 · during 0/0 · after 1/1"
    assert _area(ready, "documents")["missing"] == [
        {"text": "Brief is a draft", "to": f"workspaces.document:{document.pk}"}
    ]
    assert _area(ready, "approvals")["missing"] == [
        {"text": "May it?: waiting", "to": f"workspaces.approval:{waiting.pk}"}
    ]


def test_problems_of_its_products_are_defects_until_they_are_settled(ready, workspace):
    product = ready.brings.get().product
    recompute(ready)
    shot = ReadinessSnapshot.objects.get(launch=ready, current=True)
    assert "defects" not in {one["key"] for one in shot.areas}
    jams, hood = (
        IdeaFactory(workspace=workspace, product=product, type="problem", title=title)
        for title in ("Zip jams", "Hood slips")
    )
    IdeaFactory(workspace=workspace, product=product, type="idea")
    IdeaFactory(workspace=workspace, type="problem")

    assert _area(ready, "defects")["done"] == "0.0000"
    assert _area(ready, "defects")["missing"] == [
        {"text": f"{one} is not settled", "to": f"feedback.idea:{one.pk}"} for one in (jams, hood)
    ]
    type(hood).objects.filter(pk=hood.pk).update(state="shipped")
    assert _area(ready, "defects")["done"] == "0.5000"


def _area(launch, key):
    recompute(launch)
    return area(launch, key)


def test_another_rooms_evaluator_is_wired_by_registering(ready):
    def found(workspace_id, launches):
        gate = Red("reach", "REACH report expired", "Compliance", "plan")
        return {one.pk: Finding(Decimal("0.5"), 3, (), (gate,)) for one in launches}

    register_evaluator(Evaluator("rules", "Rules", "scale", 40, 20, found))
    try:
        recompute(ready)
        assert area(ready, "rules")["weight"] == "20"
        assert red(ready) == {"reach"}
    finally:
        EVALUATORS.pop("rules")
    recompute(ready)
    assert red(ready) == set()


def test_set_by_hand_shows_opens_no_gate_and_ends(ready, member, client_of):
    worked()
    line = ready.lines.get()
    change_record(member.actor, LINE, line.pk, line.version, {"verdict": "failed"})
    with pytest.raises(Refused, match="Say why"):
        readiness.set_by_hand(member.actor, ready.pk, "specification", Decimal(1), " ")
    readiness.set_by_hand(member.actor, ready.pk, "specification", Decimal(1), "I saw it.")
    worked()
    assert area(ready, "specification")["done"] == "1.0000"
    assert len(red(ready)) == 1
    page = client_of(member).get(reverse("roadmaps:launch", args=[ready.workspace.slug, ready.pk]))
    assert "is-by-hand" in page.content.decode()
    assert "I saw it." in page.content.decode()
    readiness.end_by_hand(member.actor, ready.pk, "specification")
    worked()
    assert area(ready, "specification")["hand"] is None


def test_other_weights_are_a_new_version_and_old_outcomes_keep_theirs(ready, owner):
    worked()
    weights = dict.fromkeys(EVALUATORS, Decimal(0)) | {"approvals": Decimal(10)}
    empty = dict.fromkeys(EVALUATORS, Decimal(0))
    with pytest.raises(Refused, match="Something has to count"):
        readiness.weigh(owner.actor, ready.tier, empty, cap=Decimal(49), go_from=Decimal(90))
    readiness.weigh(owner.actor, ready.tier, weights, cap=Decimal(49), go_from=Decimal(90))
    worked()

    shots = list(ReadinessSnapshot.objects.filter(launch=ready).order_by("pk"))
    assert [one.weighed.number for one in shots] == [1, 2]
    assert shots[-1].score == 100
    line = ready.lines.get()
    change_record(owner.actor, LINE, line.pk, line.version, {"verdict": "failed"})
    worked()
    capped = ReadinessSnapshot.objects.get(launch=ready, current=True)
    assert (capped.score, capped.capped) == (49, 51)


def test_the_forecast_says_when_how_likely_and_what_helps(member, planned_on):
    template = adopt_preset(member.actor, "tier-2")
    near = (timezone.now() + timedelta(days=30)).date()
    launch = make_launch(member.actor, {"title": "x", "planned_on": near}, template)
    recompute(launch)

    row = Readiness.objects.get(launch=launch)
    assert row.early_on <= row.ready_on <= row.sure_on <= row.late_on
    assert 0 < row.chance < 1
    assert row.actions[0]["title"] == "Write the launch brief"
    before = row.network
    recompute(launch)
    assert Readiness.objects.get(launch=launch).network == before
    brief = launch.tasks.get(key="brief")
    now = timezone.now().date()
    done = {"started_on": now, "done_on": now}
    change_record(member.actor, TASK, brief.pk, brief.version, done)
    recompute(launch)
    assert Readiness.objects.get(launch=launch).chance > row.chance


def test_a_specification_is_frozen_in_verification(ready, member, move):
    line = ready.lines.get()
    move(ready, "build", "verify")
    for act in (
        lambda: change_record(member.actor, LINE, line.pk, line.version, {"must": False}),
        lambda: create_record(member.actor, LINE, {"launch": ready, "title": "x"}),
        lambda: delete_record(member.actor, LINE, line.pk, line.version),
    ):
        with pytest.raises(Refused, match="Frozen"):
            act()
    change_record(member.actor, LINE, line.pk, line.version, {"actual": "5,300 cycles"})
    move(ready, "build")
    change_record(member.actor, LINE, line.pk, line.version + 1, {"required": "6,000"})


def test_waiving_takes_a_reason_and_never_what_must_be(launch, member, workspace):
    line = SpecLineFactory(workspace=workspace, launch=launch)
    must = SpecLineFactory(workspace=workspace, launch=launch, must=True)
    with pytest.raises(Exception, match="Say why it is waived"):
        change_record(member.actor, LINE, line.pk, 1, {"verdict": "waived"})
    waived = {"verdict": "waived", "reason": "Nobody asked."}
    with pytest.raises(Exception, match="no Go without it"):
        change_record(member.actor, LINE, must.pk, 1, waived)
    change_record(member.actor, LINE, line.pk, 1, waived)
    line.refresh_from_db()
    assert line.judged_by == member.user
    with pytest.raises(IntegrityError, match="waived_for_a_reason"), transaction.atomic():
        type(line).objects.filter(pk=line.pk).update(reason="")


def test_one_person_speaks_for_one_role_and_a_no_says_why(launch, member, owner):
    specification.sign(member.actor, launch.pk, "test", agrees=True)
    with pytest.raises(Refused, match="You spoke for test"):
        specification.sign(member.actor, launch.pk, "product", agrees=True)
    with pytest.raises(Refused, match="Say what keeps you"):
        specification.sign(owner.actor, launch.pk, "legal", agrees=False)
    with pytest.raises(Refused, match="Say what was found"):
        specification.add_run(member.actor, launch.pk, {"title": "x", "result": "failed"})


def test_home_says_what_is_blocked_and_who_has_to_confirm(launch, member, owner, workspace):
    near = (timezone.now() + timedelta(days=5)).date()
    services.change_launch(member.actor, launch.pk, seen_version=1, planned_on=near)
    recompute(launch)

    need = blocked(member.actor)[0]
    assert (need.tone, need.title[:16]) == ("red", "Trail Jacket 2.0")
    gate = RedGate.objects.filter(launch=launch).first()
    readiness.ask_override(member.actor, gate.pk, "It is a pilot.")
    assert to_confirm(member.actor) == []
    assert [one.title for one in to_confirm(owner.actor)] == [
        "Override a gate of Trail Jacket 2.0?"
    ]
    services.set_points(member.actor, launch.pk, small())


def test_thirty_launches_are_worked_out_in_as_many_statements_as_three(workspace, queries):
    def some(many):
        launches = [LaunchFactory(workspace=workspace) for _ in range(many)]
        for one in launches:
            SpecLineFactory(workspace=workspace, launch=one)
            LaunchTaskFactory(workspace=workspace, launch=one)
        keys = [f"launch:{one.pk}" for one in launches]
        recompute_readiness(workspace.pk, keys)  # so that both only renew
        return queries(lambda: recompute_readiness(workspace.pk, keys))

    assert some(30) == some(3)


def test_a_page_shows_the_first_hundred_of_many_gates_and_counts_the_rest(
    launch, workspace, member, client_of
):
    recompute(launch)
    RedGate.objects.bulk_create(
        RedGate(
            workspace=workspace,
            launch=launch,
            key=f"many:{number}",
            area="Compliance",
            title=f"Gate {number} is open",
            to="compliance",
        )
        for number in range(150)
    )
    many = RedGate.objects.in_workspace(workspace.pk).count()
    client = client_of(member)
    page = client.get(reverse("roadmaps:launch", args=[workspace.slug, launch.pk]))
    text = page.content.decode()
    assert text.count("Resolve<span") == 100
    assert f"And {many - 100} more." in text
    assert f"{many} blockers" in text


def test_an_override_for_another_day_is_not_confirmed_but_asked_for_anew(
    launch, member, owner, client_of
):
    recompute(launch)
    gate = RedGate.objects.filter(launch=launch).order_by("pk").first()
    readiness.ask_override(member.actor, gate.pk, "It is a pilot.")
    url = reverse("roadmaps:launch", args=[launch.workspace.slug, launch.pk, "approvals"])
    confirm, choice = 'value="confirm"', f'<option value="{gate.pk}"'
    page = client_of(owner).get(url).content.decode()
    assert (confirm in page, choice in page) == (True, False)
    later = launch.planned_on + timedelta(days=7)
    services.change_launch(owner.actor, launch.pk, seen_version=launch.version, planned_on=later)
    page = client_of(owner).get(url).content.decode()
    assert (confirm in page, choice in page) == (False, True)
    assert "No longer holds" in page
    readiness.ask_override(owner.actor, gate.pk, "It still is.")
    assert GateOverride.objects.filter(launch=launch, ended_at=None).count() == 1
