"""Every registered kind of record over the API: custom fields, filters, order, and who may."""

import json
from datetime import date, timedelta
from itertools import count

import pytest

from pm_workspace.api.urls import resources
from tests.api.test_resources import FACTORIES
from tests.factories.catalog import ProductFactory
from tests.factories.launches import (
    ClosedDaysFactory,
    LaunchFactory,
    LaunchTaskFactory,
    LaunchTemplateFactory,
    SpecLineFactory,
    TemplateTaskFactory,
)
from tests.factories.ledger import (
    AdSpendFactory,
    CustomerFactory,
    ExchangeRateFactory,
    OrderFactory,
)
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
from workspaces.access.roles import GRANTS, Perm, Role
from workspaces.audit.models import ActivityEvent
from workspaces.documents.models import Document, DocumentTemplate
from workspaces.fields.services import create_field
from workspaces.records.fields import FieldType
from workspaces.records.kinds import KINDS, listed
from workspaces.todo.models import Task

pytestmark = pytest.mark.django_db

SEASONS = [{"value": "s1", "label": "Spring"}, {"value": "s2", "label": "Summer"}]
PATHS = {
    view.output.Meta.model._meta.label_lower: (path, view)
    for path, view in resources().items()
    if hasattr(view, "output")
}
KINDS_THERE = sorted(set(KINDS) & set(PATHS))
CHANGING = [name for name in KINDS_THERE if hasattr(PATHS[name][1], "partial_update")]
MAKE = {
    "workspaces.task": TaskFactory,
    "workspaces.meeting": MeetingFactory,
    "workspaces.approval": ApprovalFactory,
    "workspaces.document": lambda workspace: Document.objects.create(
        workspace=workspace, title="Plan"
    ),
    "workspaces.documenttemplate": lambda workspace: DocumentTemplate.objects.create(
        workspace=workspace, name="Ours", body="x"
    ),
}
RATE_DAYS = count()
MAKE |= {
    "finance.adspend": AdSpendFactory,
    "finance.exchangerate": lambda workspace: ExchangeRateFactory(
        workspace=workspace, valid_from=date(2020, 1, 1) + timedelta(days=next(RATE_DAYS))
    ),
}
MAKE |= {
    factory._meta.model._meta.label_lower: factory
    for factory in (
        AnnouncementFactory,
        ClosedDaysFactory,
        DependencyFactory,
        EstimateFactory,
        ItemFactory,
        KeyResultFactory,
        LaunchFactory,
        LaunchTaskFactory,
        LaunchTemplateFactory,
        ObjectiveFactory,
        PortalFactory,
        ScoreInputFactory,
        ScoringModelFactory,
        SegmentFactory,
        SpecLineFactory,
        TemplateTaskFactory,
    )
}
MAKE |= {factory._meta.model._meta.label_lower: factory for factory in FACTORIES.values()}
KINDS_TESTED = [name for name in KINDS_THERE if name in MAKE]
CHANGED = [name for name in CHANGING if name in MAKE]


def test_every_listed_kind_has_its_resource():
    assert {kind.name for kind in listed()} <= set(PATHS)
    only_read = {kind.name for kind in listed() if kind.read_only}
    assert set(KINDS_THERE) - set(KINDS_TESTED) == only_read | {"workspaces.webhookendpoint"}


def add_all(owner, kind: str) -> dict:
    """A field of every type on a kind; what is sent for each."""
    for one in FieldType:
        more = {
            FieldType.CHOICE: {"options": SEASONS},
            FieldType.CHOICES: {"options": SEASONS},
            FieldType.LINK: {"to": "products.product"},
            FieldType.FORMULA: {"formula": "f_number * 2"},
        }.get(one, {})
        create_field(owner.actor, kind, key=f"f_{one}", label=f"F {one}", type=one, **more)
    return {
        "f_text": "=A;1",
        "f_long_text": "two\nlines",
        "f_number": 2.5,
        "f_money": 1234.5,
        "f_percent": 0.125,
        "f_day": "2026-03-01",
        "f_moment": "2026-07-01T10:00:00+00:00",
        "f_choice": "s2",
        "f_choices": ["s1", "s2"],
        "f_person": owner.user.pk,
        "f_link": ProductFactory(workspace=owner.workspace).pk,
        "f_yes_no": False,
        "f_url": "https://example.com/a",
    }


@pytest.mark.parametrize("kind", CHANGED)
def test_a_field_of_every_type_goes_there_and_back(kind, owner, api_of):
    path, api = PATHS[kind][0], api_of(owner)
    values = add_all(owner, kind)
    row = MAKE[kind](workspace=owner.workspace)
    if kind != "workspaces.documenttemplate":
        MAKE[kind](workspace=owner.workspace)

    read = api("get", f"{path}/{row.pk}/")
    answer = api("patch", f"{path}/{row.pk}/", {"custom": values}, **{"If-Match": read["ETag"]})

    assert answer.status_code == 200, answer.json()
    assert answer.json()["custom"] == values | {"f_formula": 5}
    stale = api("patch", f"{path}/{row.pk}/", {"custom": {}}, **{"If-Match": read["ETag"]})
    assert stale.status_code == 412
    assert api("patch", f"{path}/{row.pk}/", {"custom": {}}).status_code == 428
    wrong = {"f_day": "x", "nowhere": 1, "f_formula": 3, "f_person": 10**9}
    for name, value in wrong.items():
        body = {"custom": {name: value}}
        refused = api("patch", f"{path}/{row.pk}/", body, **{"If-Match": "*"})
        assert refused.status_code == 422, name
        assert f"custom.{name}" in refused.json()["errors"]
    changes = ActivityEvent.objects.filter(model=kind, object_id=row.pk).latest("pk").changes
    assert set(changes) >= {f"custom.{name}" for name in values}

    for name, value in values.items():
        given = value[0] if isinstance(value, list) else value
        given = str(given).lower() if isinstance(given, bool) else given
        found = api("get", f"{path}/", {f"custom.{name}": given, "fields": "id"})
        assert [one["id"] for one in found.json()["results"]] == [row.pk], name
    for sort in ("custom.f_number", "-custom.f_number"):
        found = api("get", f"{path}/", {"sort": sort, "fields": "id"}).json()["results"]
        assert found[0]["id"] == row.pk  # what is unknown comes last, whichever way
        assert len(found) == type(row).objects.visible_to(owner.actor).count()


@pytest.mark.parametrize("kind", KINDS_TESTED)
def test_a_filter_of_the_list_narrows_every_kind(kind, owner, api_of):
    path, api = PATHS[kind][0], api_of(owner)
    create_field(owner.actor, kind, label="Rank", type="number")
    row = MAKE[kind](workspace=owner.workspace)
    type(row).objects.filter(pk=row.pk).update(custom={"rank": 7})

    def asked(op, value):
        where = {"and": [{"field": "custom.rank", "op": op, "value": value}]}
        return api("get", f"{path}/", {"where": json.dumps(where)})

    assert [one["id"] for one in asked("gt", 6).json()["results"]] == [row.pk]
    assert asked("gt", 7).json()["results"] == []
    assert asked("contains", "x").status_code == 400
    for wrong in ({"where": "{"}, {"sort": "nowhere"}, {"sort": "id", "order": "id"}):
        answer = api("get", f"{path}/", wrong)
        assert answer.status_code == 400
        assert set(answer.json()["errors"]) <= {"where", "sort", "order"}


@pytest.mark.parametrize("kind", KINDS_TESTED)
def test_another_workspace_and_a_lesser_role_get_nowhere(kind, owner, outsider, viewer, api_of):
    path, view = PATHS[kind]
    theirs, mine = (MAKE[kind](workspace=one.workspace) for one in (outsider, owner))
    api = api_of(owner)

    assert api("get", f"{path}/{theirs.pk}/").status_code == 404
    assert theirs.pk not in [one["id"] for one in api("get", f"{path}/").json()["results"]]
    for method in ("patch", "delete"):
        answer = api(method, f"{path}/{theirs.pk}/", {}, **{"If-Match": "*"})
        assert answer.status_code in (404, 405)
    lesser = api_of(viewer)
    assert view.writes not in GRANTS[Role.VIEWER]
    for method in ("patch", "delete"):
        answer = lesser(method, f"{path}/{mine.pk}/", {}, **{"If-Match": "*"})
        assert answer.status_code in (403, 405)
    mine.refresh_from_db()
    assert mine.version == 1


@pytest.mark.parametrize("kind", ["workspaces.documenttemplate", "workspaces.document"])
def test_a_kind_without_a_resource_of_its_own_has_the_whole_life(kind, owner, member, api_of):
    path, api = PATHS[kind][0], api_of(member)
    create_field(owner.actor, kind, label="Rank", type="number", required=True)
    name = KINDS[kind].fields[0].name

    lacks = api("post", f"{path}/", {name: "One"})
    key = {"Idempotency-Key": "once"}
    made = api("post", f"{path}/", {name: "One", "custom": {"rank": 1}}, **key)
    again = api("post", f"{path}/", {name: "One", "custom": {"rank": 1}}, **key)
    unknown = api("post", f"{path}/", {name: "Two", "version": 7})

    assert (lacks.status_code, list(lacks.json()["errors"])) == (422, ["custom.rank"])
    assert (made.status_code, again.json()) == (201, made.json())
    assert unknown.status_code == 422
    row = made.json()
    assert (row[name], row["custom"], made["ETag"]) == ("One", {"rank": 1}, '"1"')
    at = f"{path}/{row['id']}/"
    changed = api("patch", at, {name: "Other"}, **{"If-Match": '"1"'})
    assert (changed.status_code, changed.json()[name], changed["ETag"]) == (200, "Other", '"2"')
    assert api("get", at, {"fields": name}).json() == {"id": row["id"], name: "Other"}
    assert api("get", f"{path}/", {"q": "oth", "fields": "id"}).json()["results"] == [
        {"id": row["id"]}
    ]
    assert api("delete", at, **{"If-Match": '"1"'}).status_code == 412
    assert api("delete", at, **{"If-Match": '"2"'}).status_code == 204
    assert api("get", at).status_code == 404
    narrow = api_of(member, ("work.view",))
    assert narrow("get", f"{path}/").status_code == 403


def test_pages_follow_in_the_order_of_any_fields_unknown_values_last(member, api_of):
    here = {"workspace": member.workspace}
    days = ["2026-03-02", None, "2026-03-01", "2026-03-02", None]
    made = [TaskFactory(**here, title=f"T{n}", due_on=day) for n, day in enumerate(days)]
    api, seen, cursor = api_of(member), [], ""
    while cursor is not None:
        asked = {"sort": "due_on,-title", "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = api("get", "tasks/", asked).json()
        seen += [one["id"] for one in page["results"]]
        cursor = page["next_cursor"]
    assert seen == [made[n].pk for n in (2, 3, 0, 4, 1)]
    other = api("get", "tasks/", {"sort": "title", "limit": 2}).json()["next_cursor"]
    wrong = api("get", "tasks/", {"sort": "-title", "limit": 2, "cursor": other})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["cursor"])


def test_short_filters_are_those_of_the_list(member, viewer, api_of):
    here = {"workspace": member.workspace}
    mine = TaskFactory(**here, title="Call the printer", assignee=member.user, priority="high")
    TaskFactory(**here, title="Write")
    api = api_of(member)
    for asked in (
        {"title": "printer"},
        {"q": "call print"},
        {"assignee": str(member.user.pk)},
        {"priority": "high"},
        {"team": "none", "title": "call"},
    ):
        found = api("get", "tasks/", asked).json()["results"]
        assert [one["id"] for one in found] == [mine.pk], asked
    assert Task.objects.count() == 2
    ProductFactory(**here)
    assert len(api("get", "products/", {"cost": "known"}).json()["results"]) == 0
    assert Perm.LEDGER_VIEW not in GRANTS[Role.VIEWER]
    assert api_of(viewer)("get", "products/", {"cost": "known"}).status_code == 400


def test_money_a_token_may_not_see_is_neither_narrowed_nor_sorted_by(member, api_of):
    OrderFactory(workspace=member.workspace)
    blind = api_of(member, ("ledger.view", "customers.view"))
    where = json.dumps({"and": [{"field": "shipping", "op": "gt", "value": 0}]})
    for asked in ({"where": where}, {"sort": "shipping"}):
        assert api_of(member)("get", "orders/", asked).status_code == 200
        assert blind("get", "orders/", asked).status_code == 400
    customer = CustomerFactory(workspace=member.workspace)
    found = api_of(member)("get", "customers/", {"q": customer.external_id}).json()["results"]
    assert [one["id"] for one in found] == [customer.pk]


def test_a_sorted_list_of_thirty_costs_what_three_cost(member, api_of, queries):
    api = api_of(member)
    TaskFactory.create_batch(3, workspace=member.workspace)

    def read():
        assert api("get", "tasks/", {"sort": "-due_on,title"}).status_code == 200

    read()  # notes that the token is in use
    for_three = queries(read)
    TaskFactory.create_batch(27, workspace=member.workspace)
    assert queries(read) == for_three
