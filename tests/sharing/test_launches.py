"""A launch by link: what its audience may see, and of all that is around it not one word."""

import io
from datetime import date, timedelta

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from core.errors import Denied, NotFound
from roadmaps.launches.models import Launch, LaunchMarket, LaunchProduct, LaunchTask
from roadmaps.launches.records import LAUNCH
from roadmaps.readiness.models import GateOverride, ManualScore, Readiness, RedGate
from roadmaps.sharing.allowed import WORDS, Precision, Shown
from roadmaps.sharing.launches import MOST_TASKS
from roadmaps.sharing.models import RoadmapShare
from roadmaps.sharing.services import delete_share
from roadmaps.sharing.services_launches import share_launch
from roadmaps.slots.services import propose_slot
from roadmaps.specification.models import QaRun, RoleSignOff
from tests.factories.catalog import MarketFactory, ProductFactory
from tests.factories.launches import (
    LaunchFactory,
    LaunchTaskFactory,
    LaunchTemplateFactory,
    SpecLineFactory,
)
from tests.factories.roadmaps import ItemFactory, TeamFactory
from workspaces.discussion.services import add_comment
from workspaces.discussion.services_files import attach
from workspaces.guests import services as guests
from workspaces.guests.services import Gate
from workspaces.records.kinds import KINDS
from workspaces.records.services import change_record, delete_record

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.time_machine("2026-11-28T12:00:00+00:00"),  # before the days it speaks of
]
OURS = [one for one in WORDS if one.startswith("launch.")]
# What may stand there only if the field is allowed, and what may never.
FIELDS: dict[str, tuple[str, ...]] = {
    Shown.LAUNCH_STATE: ("verify",),
    Shown.LAUNCH_PRODUCTS: ("zsecretproduct",),
    Shown.LAUNCH_MARKETS: ("zsecretmarket",),
    Shown.LAUNCH_SCORE: ("63 of 100",),
    Shown.LAUNCH_TASKS: ("zsecrettask", "marketing before"),
}
NEVER = (
    "zsecretbrief",
    "zsecretowner",
    "zsecretmail",
    "zsecretteam",
    "zsecrettemplate",
    "zsecretcustom",
    "zsecretcomment",
    "zsecretfile",
    "zsecrethistory",
    "zsecretline",
    "zsecretrun",
    "zsecretnote",
    "zsecretgate",
    "zsecretreason",
    "zsecretslot",
    "zsecretitem",
    "zsecretgone",
    "zsecrethandle",
    "zsecretlabel",
    "zsecretaudience",
    "zsecretlink",
    "t−12",
    "2.5",
)
DAYS = ("2027-03-17", "20270317", "20270226", "17 mar", "17.03", "17/03", "26 feb")


@pytest.fixture
def planted(workspace, member, owner):
    """A launch that is shown, and secrets all around it."""
    here = {"workspace": workspace}
    member.user.name, member.user.email = "zsecretowner", "zsecretmail@example.com"
    member.user.save()
    launch = LaunchFactory(
        **here,
        title="Shown launch",
        planned_on=date(2027, 3, 17),
        state="verify",
        brief="zsecretbrief",
        owner=member.user,
        team=TeamFactory(**here, name="zsecretteam"),
        template=LaunchTemplateFactory(**here, name="zsecrettemplate"),
        points={"revenue": 2},
        custom={"x": "zsecretcustom"},
    )
    about = {**here, "launch": launch}
    goods = ProductFactory(**here, name="zsecretproduct", handle="zsecrethandle")
    LaunchProduct.objects.create(**about, product=goods)
    LaunchMarket.objects.create(**about, market=MarketFactory(**here, name="zsecretmarket"))
    due = {"day": -12, "due_on": date(2027, 2, 26), "low": 2.5, "likely": 2.5, "high": 2.5}
    LaunchTaskFactory(**about, title="zsecrettask", lane="before", owner=member.user, **due)
    gone = LaunchTaskFactory(**about, title="zsecretgone", lane="before")
    SpecLineFactory(**about, title="zsecretline", actual="zsecretline")
    QaRun.objects.create(**about, title="zsecretrun", result="failed", findings="zsecretrun")
    RoleSignOff.objects.create(**about, role="legal", agrees=False, note="zsecretnote")
    RedGate.objects.create(**about, key="x", area="x", title="zsecretgate", note="zsecretgate")
    ManualScore.objects.create(**about, area="tasks", done=1, reason="zsecretreason")
    GateOverride.objects.create(
        **about,
        key="x",
        title="zsecretgate",
        reason="zsecretreason",
        planned_on=date(2027, 3, 17),
        tier="2",
    )
    Readiness.objects.create(**about, score=63, red=1, network="", chance="0.4123")
    launch.delivers.create(**here, item=ItemFactory(**here, title="zsecretitem"))
    propose_slot(member.actor, launch.pk, date(2027, 3, 17), note="zsecretslot")
    delete_record(member.actor, KINDS["roadmaps.launchtask"], gone.pk, gone.version)
    change_record(member.actor, LAUNCH, launch.pk, launch.version, {"title": "zsecrethistory"})
    launch.refresh_from_db()
    change_record(member.actor, LAUNCH, launch.pk, launch.version, {"title": "Shown launch"})
    add_comment(member.actor, LAUNCH.name, launch.pk, "zsecretcomment")
    attach(member.actor, LAUNCH.name, launch.pk, "zsecretfile.txt", io.BytesIO(b"zsecretfile"))
    return launch


@pytest.fixture
def link(member, audience, planted):
    """A link to the launch for an audience of these fields."""
    number = iter(range(1_000))

    def made(*fields, precision="day", gate=None):
        whom = audience(*fields, precision=precision, name=f"zsecretaudience {next(number)}")
        gate = gate or Gate("zsecretlabel")
        return share_launch(member.actor, planted.pk, whom.pk, gate, title="zsecretlink")

    return made


def given_out(secret: str) -> dict[str, str]:
    """Everything the link gives, as text; also where it leads nowhere."""
    guest = Client()
    paths = (
        "launch/",
        "launch.ics",
        "launch/?as=list",
        "roadmap/",
        "roadmap.csv",
        "roadmap.json",
        "comment/",
    )
    found = {path: guest.get(f"/g/{secret}/{path}") for path in paths}
    return {path: f"{one.headers} {one.text}".lower() for path, one in found.items()}


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(fields=st.sets(st.sampled_from(sorted(OURS))), precision=st.sampled_from(Precision.values))
def test_no_secret_of_a_launch_leaves_by_any_way(link, fields, precision):
    _, secret = link(*sorted(fields), precision=precision)
    hidden = [words for field, words in FIELDS.items() if field not in fields]
    forbidden = [*NEVER, *(word for words in hidden for word in words)]
    if Shown.LAUNCH_DATES not in fields or precision != Precision.DAY:
        forbidden += DAYS
    if Shown.LAUNCH_DATES not in fields:
        forbidden += ["q1 2027", "mar 2027", "feb 2027"]
    for way, text in given_out(secret).items():
        for word in forbidden:
            assert word not in text, (way, word, sorted(fields), precision)


def test_what_is_allowed_of_a_launch_does_get_out(link):
    """The twin of the above: the secrets are where they are looked for."""
    _, secret = link(*OURS)
    page = given_out(secret)["launch/"]
    for word in (word for words in FIELDS.values() for word in words):
        assert word in page, word
    assert "17 mar 2027" in page
    assert "26 feb 2027" in page
    assert "shown launch" in page


@pytest.mark.parametrize(
    ("precision", "words"), [("month", "Mar 2027"), ("quarter", "Q1 2027"), ("day", "17 Mar 2027")]
)
def test_days_are_as_close_as_the_audience_may_know_them(link, precision, words):
    _, secret = link(Shown.LAUNCH_DATES, precision=precision)
    assert f"<dd>{words}</dd>" in Client().get(f"/g/{secret}/launch/").text


@pytest.mark.parametrize(
    ("precision", "first", "past"),
    [
        ("day", date(2027, 3, 17), date(2027, 3, 18)),
        ("month", date(2027, 3, 1), date(2027, 4, 1)),
        ("quarter", date(2027, 1, 1), date(2027, 4, 1)),
    ],
)
def test_a_calendar_knows_days_as_closely_and_calls_them_the_same(link, precision, first, past):
    _, secret = link(Shown.LAUNCH_DATES, precision=precision)
    answer = Client().get(f"/g/{secret}/launch.ics")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (first, past)
    assert str(event["summary"]) == "Shown launch"
    assert answer["Content-Type"].startswith("text/calendar")
    assert "launch.ics" in Client().get(f"/g/{secret}/launch/").text

    _, with_tasks = link(Shown.LAUNCH_DATES, Shown.LAUNCH_TASKS, precision=precision)
    found = Calendar.from_ical(Client().get(f"/g/{with_tasks}/launch.ics").content)
    titles = {str(one["uid"]): str(one["summary"]) for one in found.walk("VEVENT")}
    assert titles[str(event["uid"])] == "Shown launch"
    assert "Shown launch: zsecrettask" in titles.values()


def test_without_days_there_is_no_calendar(link):
    _, secret = link(Shown.LAUNCH_TASKS, Shown.LAUNCH_STATE)
    assert Client().get(f"/g/{secret}/launch.ics").status_code == 404
    assert "launch.ics" not in Client().get(f"/g/{secret}/launch/").text


def test_secrets_stand_in_every_kind_of_field_of_launches_and_tasks(planted):
    """Whoever adds a text to them plants a secret in it above."""

    def texts(model):
        kinds = models.CharField | models.TextField | models.JSONField
        return {one.name for one in model._meta.concrete_fields if isinstance(one, kinds)}

    assert texts(Launch) == {"title", "state", "tier", "points", "brief", "custom"}
    assert texts(LaunchTask) == {"title", "phase", "lane", "key", "custom"}


def test_a_name_alone_is_a_page_and_what_is_open_follows_the_launch(link, planted, member):
    _, secret = link()
    assert "Nothing more is shown" in Client().get(f"/g/{secret}/launch/").text
    _, other = link(Shown.LAUNCH_STATE)
    assert "Verify" in Client().get(f"/g/{other}/launch/").text
    planted.refresh_from_db()
    change_record(
        member.actor, LAUNCH, planted.pk, planted.version, {"state": "paused", "reason": "x"}
    )
    assert "Paused" in Client().get(f"/g/{other}/launch/").text


def test_it_is_small_reads_without_scripts_and_is_not_indexed(link, planted, workspace):
    for number in range(MOST_TASKS + 20):
        LaunchTaskFactory(
            workspace=workspace, launch=planted, title=f"{number} {'x' * 190}", lane="after"
        )
    _, secret = link(*OURS)
    answer = Client().get(f"/g/{secret}/launch/")
    assert len(answer.content) <= 200_000
    assert "<script" not in answer.text
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Cache-Control"] == "private, no-store"


def test_revoked_expired_guessed_and_gone_are_polite(link, planted, member, time_machine):
    share, secret = link(Shown.LAUNCH_STATE)
    for bad in ("x" * 43, secret[:-1]):
        answer = Client().get(f"/g/{bad}/launch/")
        assert answer.status_code == 404
        assert "Shown launch" not in answer.text
    guests.revoke_link(member.actor, share.link_id)
    assert Client().get(f"/g/{secret}/launch/").status_code == 404
    guests.reopen_link(member.actor, share.link_id)
    assert Client().get(f"/g/{secret}/launch/").status_code == 200
    _, soon = link(gate=Gate("x", expires_at=timezone.now() + timedelta(days=1)))
    assert Client().get(f"/g/{soon}/launch/").status_code == 200
    time_machine.move_to(timezone.now() + timedelta(days=2), tick=False)
    assert Client().get(f"/g/{soon}/launch/").status_code == 404
    planted.refresh_from_db()
    delete_record(member.actor, LAUNCH, planted.pk, planted.version)
    answer = Client().get(f"/g/{secret}/launch/")
    assert answer.status_code == 404
    assert "Shown launch" not in answer.text
    assert "not part of what was shared" in answer.text


def test_a_password_stands_before_it(link):
    _, secret = link(
        Shown.LAUNCH_STATE, gate=Gate("Board", way="password", password="twelve green apples")
    )
    guest = Client()
    page = guest.get(f"/g/{secret}/launch/")
    assert "Shown launch" not in page.text
    guest.post(
        f"/g/{secret}/enter/",
        {"password": "twelve green apples", "next": f"/g/{secret}/launch/"},
    )
    assert "Shown launch" in guest.get(f"/g/{secret}/launch/").text


def test_a_link_to_the_roadmap_opens_no_launch_and_the_other_way_round(link, shared):
    _, ours = link(*OURS)
    _, theirs = shared()
    assert Client().get(f"/g/{ours}/roadmap/").status_code == 404
    assert Client().get(f"/g/{theirs}/launch/").status_code == 404


def test_members_look_first_make_the_link_and_find_it_again(
    planted, member, audience, client_of, workspace
):
    pm = client_of(member)
    at = reverse("roadmaps:launch_share", args=[workspace.slug, planted.pk])
    assert "For whom?" in pm.get(at).text
    board = audience(Shown.LAUNCH_SCORE, name="Board of directors")
    assert "View as Board of directors" in pm.get(at).text
    seen = pm.get(
        reverse("roadmaps:launch_as", args=[workspace.slug, planted.pk]), {"audience": board.pk}
    ).text
    assert "63 of 100" in seen
    assert "zsecretproduct" not in seen
    refused = pm.post(at, {"title": "Us", "label": "Us", "audience": board.pk, "way": "password"})
    assert refused.status_code == 422
    made = pm.post(at, {"title": "Us", "label": "Us", "audience": board.pk, "way": "open"})
    page = pm.get(made["Location"]).text
    share = RoadmapShare.objects.get()
    assert "/launch/" in page
    assert "Us" in pm.get(at).text
    assert "launch" in pm.get(reverse("roadmaps:share_links", args=[workspace.slug])).text
    delete_share(member.actor, share.pk)
    assert not RoadmapShare.objects.exists()


def test_who_may_not_share_does_not(planted, viewer, outsider, member, audience, client_of):
    board = audience(Shown.LAUNCH_STATE)
    for one, refusal in ((viewer, Denied), (outsider, NotFound)):
        with pytest.raises(refusal):
            share_launch(one.actor, planted.pk, board.pk, Gate("x"), title="x")
    with pytest.raises(NotFound):
        share_launch(member.actor, planted.pk, 999_999, Gate("x"), title="x")
    at = f"/w/{planted.workspace.slug}/launches/{planted.pk}/"
    assert client_of(viewer).get(f"{at}share/").status_code == 403
    assert f"{at}share/" not in client_of(viewer).get(at).text
    assert not RoadmapShare.objects.exists()
