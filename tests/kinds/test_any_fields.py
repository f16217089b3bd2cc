"""Whatever fields a workspace adds and whatever stands in them: out and in again changes nothing,
and an edited file changes the edited cells alone.
"""

import csv
import io
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from core.csv import neutralise
from tests.factories.work import TaskFactory
from tests.factories.workspaces import MembershipFactory
from workspaces.access.actor import Actor
from workspaces.access.roles import Role
from workspaces.audit.models import ActivityEvent
from workspaces.fields.models import CustomField
from workspaces.fields.services import create_field
from workspaces.imports import services
from workspaces.imports.checking import issues_of_rows
from workspaces.imports.models import ImportChange, ImportRun
from workspaces.imports.staging import exists
from workspaces.jobs.tasks import run_job
from workspaces.records.fields import FieldType
from workspaces.records.kinds import KINDS
from workspaces.records.services import change_record, create_record
from workspaces.todo.models import Task

TASK = "workspaces.task"
TYPES = [one for one in FieldType if one is not FieldType.FORMULA]
# Control characters and the sign for what could not be decoded are refused in files.
letters = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffd")
awkward = st.sampled_from(
    ["=1+1", "'=1", "-5", "00012", "a;b,c\t|", '"q"', "#3", "yes", "1,5", "'"]
)
texts = awkward | st.text(letters | st.sampled_from("\n\t"), min_size=1, max_size=40)
names = st.text(letters, min_size=1, max_size=20).filter(lambda text: "," not in text)
numbers = st.integers(-(10**14), 10**14) | st.decimals(-9_999, 9_999, places=3)
moments = st.datetimes(datetime(1901, 1, 2), datetime(2199, 1, 1), timezones=st.just(UTC))
options = st.lists(st.tuples(names, names), min_size=1, max_size=4)
definitions = st.lists(
    st.tuples(names, st.sampled_from(TYPES), options, st.booleans()), min_size=1, max_size=5
)


def value_of(draw, field: CustomField, people: list[int], tasks: list[int]):
    """Something this field may hold."""
    chosen = st.sampled_from([one["value"] for one in field.options] or [""])
    return draw(
        {
            FieldType.TEXT: texts,
            FieldType.LONG_TEXT: texts,
            FieldType.URL: st.sampled_from(["https://example.com/a?b=1,2", "http://x.example/'"]),
            FieldType.NUMBER: numbers,
            FieldType.MONEY: numbers,
            FieldType.PERCENT: st.decimals(0, 1, places=9),
            FieldType.DAY: st.dates(datetime(1901, 1, 1).date(), datetime(2199, 1, 1).date()),
            FieldType.MOMENT: moments,
            FieldType.CHOICE: chosen,
            FieldType.CHOICES: st.lists(chosen, min_size=1, max_size=3),
            FieldType.PERSON: st.sampled_from(people),
            FieldType.LINK: st.sampled_from(tasks),
            FieldType.YES_NO: st.booleans(),
        }[FieldType(field.type)]
    )


def add_fields(owner: Actor, wanted) -> list[CustomField]:
    """The fields that may be made of these definitions."""
    for label, kind, pairs, unique in wanted:
        choosing = kind in (FieldType.CHOICE, FieldType.CHOICES)
        given_ = {
            "options": [{"value": v, "label": w} for v, w in pairs] if choosing else [],
            "to": TASK if kind is FieldType.LINK else "",
            "unique": unique and kind in (FieldType.TEXT, FieldType.NUMBER, FieldType.DAY),
        }
        try:
            create_field(owner, TASK, label=label, type=kind, **given_)
        except ValidationError:
            continue
    return list(CustomField.objects.in_workspace(owner.workspace.pk).order_by("order", "pk"))


@st.composite
def worlds(draw):
    """A workspace with fields of its own, and tasks that hold something in them."""
    owner_of = MembershipFactory(role=Role.OWNER)
    owner = Actor(owner_of.user, owner_of.workspace, Role.OWNER)
    other = MembershipFactory(workspace=owner.workspace)
    people = [owner.user.pk, other.user.pk]
    linked = [TaskFactory(workspace=owner.workspace).pk for _ in range(2)]
    fields = add_fields(owner, draw(definitions))
    assume(fields)
    for _ in range(draw(st.integers(1, 3))):
        filled = [one for one in fields if draw(st.booleans())]
        values = {one.name: value_of(draw, one, people, linked) for one in filled}
        try:
            create_record(owner, KINDS[TASK], {"title": draw(texts)} | values)
        except ValidationError:  # a unique value that is there already, a text of blanks
            continue
    left = [pk for pk in people if draw(st.booleans()) or pk == owner.user.pk]
    if other.user.pk not in left:
        type(other).objects.filter(pk=other.pk).update(active=False)
    return owner, fields, left, linked


def export(owner: Actor, extension: str) -> bytes:
    client = Client()
    client.force_login(owner.user)
    url = f"/w/{owner.workspace.slug}/exports/tasks.{extension}"
    return b"".join(client.get(url).streaming_content)


def bring(owner: Actor, content: bytes, extension: str) -> ImportRun:
    run = services.upload(owner, "tasks", [(f"tasks.{extension}", io.BytesIO(content))])
    run_job(services.check(owner, run.pk).job_id)
    run.refresh_from_db()
    assert exists(run), run.job.error
    assert issues_of_rows(run) == []
    run_job(services.start(owner, run.pk).job_id)
    run.refresh_from_db()
    assert run.state == "done", run.job.error
    return run


def state(owner: Actor):
    rows = Task.objects.in_workspace(owner.workspace.pk).order_by("pk").values()
    events = ActivityEvent.objects.in_workspace(owner.workspace.pk).filter(model=TASK)
    return list(rows), events.count()


@pytest.fixture
def calm(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


thorough = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)


@pytest.mark.usefixtures("calm")
@thorough
@given(world=worlds(), extension=st.sampled_from(["csv", "xlsx", "json"]))
def test_an_export_imports_back_as_nothing(world, extension):
    owner, _, _, _ = world
    before = state(owner)

    run = bring(owner, export(owner, extension), extension)

    assert state(owner) == before
    assert (run.counts["created"], run.counts["updated"]) == ({}, {})
    assert not ImportChange.objects.filter(run=run).exists()


def written(field: CustomField, value) -> str:
    """A value as a person writes it into a file."""
    match FieldType(field.type):
        case FieldType.PERCENT:
            return format(Decimal(str(value)) * 100, "f")
        case FieldType.CHOICES:
            return ", ".join(value)
        case FieldType.PERSON:
            return MembershipFactory._meta.model.objects.get(user=value).user.email
        case FieldType.LINK:
            return f"#{value}"
        case FieldType.YES_NO:
            return "yes" if value else "no"
        case FieldType.MOMENT:
            return value.isoformat()
    return neutralise(str(value))  # as spreadsheets hold what looks like a formula


@pytest.mark.usefixtures("calm")
@thorough
@given(world=worlds(), data=st.data())
def test_an_edited_export_changes_the_edited_cells_alone(world, data):
    owner, fields, people, linked = world
    rows = json.loads(export(owner, "json"))
    headers = list(rows[0])
    own = dict(zip([one.key for one in fields], headers[len(headers) - len(fields) :], strict=True))
    row = data.draw(st.sampled_from(rows))
    field = data.draw(st.sampled_from([one for one in fields if not one.unique] or fields))
    value = value_of(data.draw, field, people, linked)
    task = Task.objects.get(pk=row["Id"])
    version, before = task.version, dict(task.custom)
    others, _ = state(owner)

    # What the verbs make of the value is what the file must make of it.
    try:
        wanted = change_record(owner, KINDS[TASK], task.pk, version, {field.name: value}).custom
    except ValidationError:
        assume(False)
    Task.objects.filter(pk=task.pk).update(custom=before, version=version)
    ActivityEvent.objects.filter(model=TASK, object_id=task.pk, verb="task.changed").delete()
    row[own[field.key]] = written(field, value)
    out = io.StringIO()
    writer = csv.DictWriter(out, headers)
    writer.writeheader()
    writer.writerows(rows)

    run = bring(owner, out.getvalue().encode(), "csv")

    task.refresh_from_db()
    assert task.custom == wanted
    changed = wanted != before
    assert run.counts["updated"] == ({"tasks": 1} if changed else {})
    events = ActivityEvent.objects.filter(model=TASK, object_id=task.pk, verb="task.changed")
    assert [list(one.changes) for one in events] == ([[field.name]] if changed else [])
    now, _ = state(owner)
    assert [one for one in now if one["id"] != task.pk] == [
        one for one in others if one["id"] != task.pk
    ]
