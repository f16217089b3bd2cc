"""Every kind of record goes out as a file and comes back, for no more than its registration."""

import csv
import io
import json

import pytest
from django.core.management import call_command
from django.db import connection

from core.db import gate_statements
from core.errors import Denied, Refused
from tests.factories.catalog import (
    BrandFactory,
    CategoryFactory,
    ChannelFactory,
    MarketFactory,
    SupplierFactory,
)
from tests.factories.ideas import FeedbackLinkFactory, HighlightFactory
from tests.factories.launches import (
    ClosedDaysFactory,
    LaunchFactory,
    LaunchTaskFactory,
    SpecLineFactory,
    TemplateTaskFactory,
)
from tests.factories.ledger import AdSpendFactory, ExchangeRateFactory
from tests.factories.outside import AnnouncementFactory, PortalFactory, SegmentFactory
from tests.factories.roadmaps import (
    DependencyFactory,
    EstimateFactory,
    ItemFactory,
    KeyResultFactory,
    ObjectiveFactory,
    ScoreInputFactory,
    ScoringModelFactory,
)
from tests.factories.work import ApprovalFactory, MeetingFactory, TaskFactory
from workspaces.access.roles import Perm
from workspaces.approvals.gates import GATES, Gate, register_gate
from workspaces.audit.models import ActivityEvent
from workspaces.documents.models import Document, DocumentTemplate
from workspaces.fields.services import create_field
from workspaces.imports import previews, services
from workspaces.imports.checking import issues_of_rows
from workspaces.imports.models import ImportChange, ImportRun
from workspaces.imports.registered import known
from workspaces.jobs.tasks import run_job
from workspaces.meetings.models import Meeting
from workspaces.members.models import Team
from workspaces.records.kinds import KINDS, listed
from workspaces.todo.models import Task

TASK = "workspaces.task"
OWN = {"products", "orders", "costs", "customers", "feedback"}
MADE = sorted(set(known()) - OWN)
ABOUT_OTHERS = {  # nothing without rows they name
    *("approvals", "highlights", "feedback-links"),
    *("dependencies", "estimates", "key-results", "score-inputs"),
    *("launch-tasks", "template-tasks", "specification-lines"),
    "portals",  # made where one says who comes in
}


@pytest.fixture
def export(owner, client_of):
    """The file of a kind, as the owner takes it away."""

    def take(kind: str, extension: str = "csv", someone=owner) -> bytes:
        url = f"/w/{owner.workspace.slug}/exports/{kind}.{extension}"
        response = client_of(someone).get(url)
        assert response.status_code == 200, (kind, extension)
        return b"".join(response.streaming_content)

    return take


@pytest.fixture
def bring(owner, import_files, tmp_path):
    """Import these bytes, or this text, as a file of a kind."""

    def take(kind: str, content: bytes | str, extension: str = "csv", **kwargs) -> ImportRun:
        path = tmp_path / f"{kind}.{extension}"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_files(owner.actor, kind, path, **kwargs)

    return take


@pytest.fixture
def shop(owner):
    """A row or two of every kind, with texts and names that files like to break."""
    here = {"workspace": owner.workspace}
    team = Team.objects.create(**here, name="Makers")
    TaskFactory(**here, title="=SUM(1)", assignee=owner.user, description=" a\r\nb ", team=team)
    TaskFactory(**here, title="+1  two", estimate="1.5", due_on="2026-03-31", priority="high")
    meeting = MeetingFactory(**here, title="'quoted", place="Room, 2")
    ApprovalFactory(
        **here, kind="workspaces.meeting", object_id=meeting.pk, requested_by=owner.user
    )
    Document.objects.create(**here, title="Plan", body="# A\n\n" + "b" * 40_000, owner=owner.user)
    DocumentTemplate.objects.create(**here, name="Ours", body="x")
    objective = ObjectiveFactory(**here, title="=Cut", start_on="2026-01-01", end_on="2026-06-30")
    KeyResultFactory(**here, objective=objective, baseline="12.5", due_on="2026-06-30")
    first = ItemFactory(**here, title="+First", objective=objective, end_on="2026-03-31")
    EstimateFactory(**here, item=first, team=team, low="0.5", likely="1.25", high=3)
    second = ItemFactory(**here, title="Second", owner=owner.user, state="failed")
    DependencyFactory(**here, before=first, after=second, type="FF", lag=-3)
    scoring = ScoringModelFactory(**here)
    ScoreInputFactory(**here, item=first, scoring=scoring, low=50, reason="=why")
    top = CategoryFactory(**here, name="Shoes", path="Shoes")
    CategoryFactory(**here, name="Boots", path="Shoes > Boots", parent=top)
    AdSpendFactory(**here, campaign="=Spring")
    ExchangeRateFactory(**here)
    for factory in (BrandFactory, ChannelFactory, SupplierFactory, MarketFactory):
        factory(**here)
    passage = HighlightFactory(**here)
    FeedbackLinkFactory(**here, note=passage.note, highlight=passage, importance=3)
    SegmentFactory(**here, name="=Germany, twice")
    AnnouncementFactory(**here, text="# A\n\nb")
    PortalFactory(**here, intro="'quoted")
    TemplateTaskFactory(**here, after="=first, second")
    ClosedDaysFactory(**here, market=MarketFactory(**here, name="Italy"))
    launch = LaunchFactory(**here, title="=Jacket", state="verify", owner=owner.user, team=team)
    LaunchTaskFactory(**here, launch=launch, day=-12, low="0.5", likely=1, high="2.5")
    SpecLineFactory(**here, launch=launch, must=True, verdict="confirmed", actual="'quoted")
    return owner


@pytest.fixture(params=["said", "only in the database"])
def gate_on_tasks(request, db):
    """Tasks are done only once that was approved; by words and trigger, or by the trigger alone."""
    gate = Gate(TASK, "end", "End it", "state", frozenset({"done"}), Perm.WORK_EDIT)
    words = (gate.table, gate.kind, gate.name, gate.label, gate.field, sorted(gate.values))
    with connection.cursor() as cursor:
        cursor.execute(gate_statements(*words, gate.least, gate.same)[0])
    if request.param == "said":
        register_gate(gate)
    yield gate
    GATES.pop((gate.kind, gate.name), None)


def everything() -> dict[str, list[dict]]:
    return {kind.name: list(kind.model._base_manager.order_by("pk").values()) for kind in listed()}


@pytest.mark.parametrize("extension", ["csv", "xlsx", "json"])
def test_an_export_of_every_kind_imports_back_as_it_is(shop, export, bring, extension):
    before, events = everything(), ActivityEvent.objects.exclude(model="workspaces.importrun")
    known_events = events.count()
    for name in MADE:
        run = bring(name, export(name, extension), extension)
        assert (run.state, run.counts["created"], run.counts["updated"]) == ("done", {}, {}), name
        rows = KINDS[known()[name].record].model.objects.in_workspace(shop.workspace.pk).count()
        assert run.counts["unchanged"] == rows, name
    assert everything() == before
    assert events.count() == known_events


def test_a_file_speaks_in_the_words_of_its_columns(shop, export):
    first = next(csv.DictReader(io.StringIO(export("tasks").decode("utf-8-sig"))))
    assert (first["Title"], first["Assignee"], first["Team"]) == (
        "'=SUM(1)",
        shop.user.email,
        "Makers",
    )
    found = json.loads(export("tasks", "json"))
    assert (found[0]["Title"], found[1]["Hours"], found[1]["Priority"]) == (
        "=SUM(1)",
        "1.50",
        "High",
    )


def test_an_edited_export_changes_the_edited_cells_alone_and_comes_back_by_undo(
    shop, export, bring
):
    first, second = Task.objects.order_by("pk")
    text = export("tasks").decode("utf-8-sig").replace("High", "Low").replace("Makers", "")
    before = everything()[TASK]

    run = bring("tasks", text)

    assert run.counts["updated"] == {"tasks": 2}
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.team, first.version, second.priority) == (None, 2, "low")
    events = ActivityEvent.objects.filter(model=TASK).order_by("pk")
    assert [set(one.changes) for one in events] == [{"team"}, {"priority"}]
    assert {(one.channel, one.verb) for one in events} == {("import", "task.changed")}
    assert ImportChange.objects.filter(run=run).count() == 2

    run_job(services.undo(shop.actor, run.pk).job_id)
    run.refresh_from_db()
    assert (run.state, run.counts["undo"]["updated"]) == ("undone", {"tasks": 2})
    moves = ("version", "updated_at")
    plain = [{k: v for k, v in row.items() if k not in moves} for row in everything()[TASK]]
    assert plain == [{k: v for k, v in row.items() if k not in moves} for row in before]


def test_new_rows_are_made_by_the_kinds_own_verbs_and_undone_into_the_trash(owner, bring):
    create_field(owner.actor, TASK, label="Rank", type="number", default="1")
    run = bring("tasks", f"Title,Assignee,Due,Rank\nOne,{owner.user.email},,\nTwo,,31/03/2026,7\n")

    assert run.counts["created"] == {"tasks": 2}
    one, two = Task.objects.order_by("pk")
    assert (one.assignee, one.state, one.custom) == (owner.user, "open", {"rank": 1})
    assert (two.due_on.isoformat(), two.custom, two.import_run_id) == (
        "2026-03-31",
        {"rank": 7},
        run.pk,
    )
    assert ActivityEvent.objects.filter(verb="task.created", channel="import").count() == 2
    Task.objects.filter(pk=two.pk).update(version=2)
    ActivityEvent.objects.create(
        workspace=owner.workspace, verb="task.changed", model=TASK, object_id=two.pk, changes={}
    )
    run_job(services.undo(owner.actor, run.pk).job_id)
    run.refresh_from_db()
    assert run.counts["undo"] | {"unchanged": 0} == {
        "created": {"tasks": 1},
        "updated": {},
        "unchanged": 0,
        "skipped": 1,
    }
    assert list(Task.objects.visible_to(owner.actor)) == [two]


def test_a_record_is_known_by_its_name_where_names_are_given_once(owner, bring):
    here = {"workspace": owner.workspace}
    brand = BrandFactory(**here, name="Oak")
    run = bring("brands", "Name\noak\nElm\n")
    assert (run.counts["created"], run.counts["updated"]) == ({"brands": 1}, {"brands": 1})
    brand.refresh_from_db()
    assert brand.name == "oak"
    again = bring("brands", "Name\noak\nElm\n")
    assert (again.counts["created"], again.counts["updated"]) == ({}, {})


def test_what_the_domain_forbids_is_told_by_row_and_nothing_is_written(shop, bring):
    task, approval = Task.objects.first(), KINDS["workspaces.approval"].rows(shop.actor).get()
    before = everything()
    text = (
        "Id,Title,State,Assignee,Team,Estimate,Starts,Due\n"
        f"{task.pk},,,,,,,\n"
        "999999,x,,,,,,\n"
        ",x,nonsense,,,,,\n"
        ",x,,nobody@example.com,Makers,,,\n"
        ",x,,,,,2026-02-02,2026-02-01\n"
    )
    with pytest.raises(Refused, match="5 rows have problems"):
        bring("tasks", text)
    found = {(one.row_no, one.field) for one in issues_of_rows(ImportRun.objects.latest("pk"))}
    assert found == {
        (1, "title"),
        (1, "state"),
        (2, "id"),
        (3, "state"),
        (4, "assignee"),
        (5, "due_on"),
    }

    with pytest.raises(Refused, match="1 rows have problems"):
        bring("approvals", f"Id,Title,State\n{approval.pk},{approval.title},Approved\n,New,\n")
    (issue,) = issues_of_rows(ImportRun.objects.latest("pk"))
    assert (issue.row_no, "Ask for an approval on the page" in issue.message) == (2, True)
    assert everything() == before


def test_a_gate_holds_for_files_and_its_refusal_stands_at_the_row(shop, bring, gate_on_tasks):
    task = Task.objects.first()
    with pytest.raises(Refused, match="1 rows have problems"):
        bring("tasks", f"Id,Title,State\n{task.pk},x,Done\n,y,Open\n")
    (issue,) = issues_of_rows(ImportRun.objects.latest("pk"))
    assert (issue.row_no, issue.message) == (1, "This needs an approval first: End it.")
    run = bring("tasks", f"Id,State\n{task.pk},In progress\n")
    assert run.counts["updated"] == {"tasks": 1}


def test_skip_and_only_update_leave_what_they_say(owner, bring, tmp_path):
    task = TaskFactory(workspace=owner.workspace, title="Old")
    text = f"Id,Title\n{task.pk},New\n,Fresh\n"
    for choice, titles in (("skip", ["Fresh", "Old"]), ("only_update", ["Fresh", "New"])):
        path = tmp_path / "tasks.csv"
        path.write_text(text)
        run = services.upload(owner.actor, "tasks", [("tasks.csv", path.open("rb"))])
        services.choose(owner.actor, run.pk, on_existing=choice)
        run_job(services.check(owner.actor, run.pk).job_id)
        run_job(services.start(owner.actor, run.pk).job_id)
        assert sorted(Task.objects.values_list("title", flat=True)) == titles
        assert ImportRun.objects.get(pk=run.pk).counts["skipped"] == 1


def test_a_corrected_cell_is_tried_again(owner, tmp_path):
    path = tmp_path / "tasks.csv"
    path.write_text("Title,State\nOne,nonsense\n")
    run = services.upload(owner.actor, "tasks", [("tasks.csv", path.open("rb"))])
    run_job(services.check(owner.actor, run.pk).job_id)
    assert services.edit_cell(owner.actor, run.pk, 1, "state", "gone") != []
    assert services.edit_cell(owner.actor, run.pk, 1, "state", "Blocked") == []
    run_job(services.start(owner.actor, run.pk).job_id)
    assert Task.objects.get().state == "blocked"


def test_a_hidden_field_is_in_no_file_and_cannot_be_set_by_one(owner, member, export, tmp_path):
    create_field(owner.actor, TASK, label="Secret", type="text", roles=["finance"])
    TaskFactory(workspace=owner.workspace, title="One", custom={"secret": "canary"})
    assert b"canary" in export("tasks")
    mine = export("tasks", someone=member)
    assert b"canary" not in mine
    assert b"Secret" not in mine
    path = tmp_path / "tasks.csv"
    path.write_text("Title,Secret\nTwo,taken\n")
    run = services.upload(member.actor, "tasks", [("tasks.csv", path.open("rb"))])
    assert run.mapping == {"title": "Title"}
    with pytest.raises(Refused):
        services.set_mapping(member.actor, run.pk, run.mapping | {"custom_secret": "Secret"})


@pytest.mark.parametrize("name", MADE)
def test_who_may_not_change_a_kind_imports_none_and_a_stranger_takes_none(
    name, shop, viewer, outsider, client_of
):
    with pytest.raises(Denied):
        services.upload(viewer.actor, name, [("x.csv", io.BytesIO(b"Name\nx\n"))])
    url = f"/w/{shop.workspace.slug}/exports/{name}.csv"
    assert client_of(outsider).get(url).status_code == 404


@pytest.mark.parametrize("name", sorted(set(MADE) - ABOUT_OTHERS))
def test_the_example_of_every_kind_goes_in(name, owner, bring):
    ChannelFactory(workspace=owner.workspace, name="Own shop")
    run = bring(name, previews.example_csv(known()[name]))
    assert sum(run.counts["created"].values()) == 1


@pytest.mark.django_db(transaction=True)
def test_the_command_knows_every_kind(owner, tmp_path, capsys):
    path = tmp_path / "meetings.csv"
    path.write_text("Title,Starts\nReview,2026-03-31 10:00\n")
    call_command("import_data", "meetings", str(path), workspace=owner.workspace.slug)
    assert "1 meeting created" in capsys.readouterr().out
    assert Meeting.objects.get().title == "Review"
