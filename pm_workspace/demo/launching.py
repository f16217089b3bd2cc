"""The sample shop's launches: one on its way with blockers, one that went, one far ahead."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from time import sleep

from django.db import IntegrityError

from core.clock import today
from core.errors import Refused
from feedback.segments.models import Segment
from feedback.segments.services import create_segment
from products.catalog.models import Market, Product
from roadmaps.items.models import Item
from roadmaps.launches import services
from roadmaps.launches.models import Launch, LaunchTask
from roadmaps.launches.records import CLOSED, LAUNCH, TASK
from roadmaps.launches.services_templates import adopt_preset, make_launch
from roadmaps.launches.states import CRITERIA
from roadmaps.readiness.recompute import recompute_all_readiness
from roadmaps.readiness.workdays import moved
from roadmaps.slots.services import propose_slot
from roadmaps.specification import services as specification
from roadmaps.specification.records import LINE
from workspaces.access.actor import Actor
from workspaces.access.roles import Role
from workspaces.approvals import services as approvals
from workspaces.approvals.services import StepAsked
from workspaces.documents import services as documents
from workspaces.members.models import Team
from workspaces.records.services import change_record, create_record

JACKET = (  # (title, required, found, verdict, whether there is no Go without it)
    ("Main zip survives 5,000 cycles", "5,000 cycles, wet", "5,212 cycles", "confirmed", True),
    ("Closes with one hand when wet", "9 of 10 testers", "6 of 10 testers", "failed", True),
    ("Waterproof after ten washes", "10,000 mm", "11,400 mm", "confirmed", True),
    ("Weight of size M", "at most 410 g", "402 g", "confirmed", False),
    ("Sizes as on the chart", "± 1 cm", "± 0.8 cm", "confirmed", False),
    ("Care label in nine languages", "EU languages we sell in", "", "open", False),
)
BETTER = (
    ("Longer puller on the zip", "confirmed", ""),
    ("Pocket for a map", "waived", "Adds 30 g; nobody asked for it in the last survey."),
    ("Reflective strip on the back", "open", ""),
)
SIGNED = "Launch brief"
PAPERS = {  # what is filled in of each template: (the gap, the words)
    SIGNED: (
        "_For … who … it is … that …; unlike … it …_",
        "For hikers who were let down by a zip it is the jacket that always closes; unlike the "
        "first one it does so with wet gloves.",
    ),
    "Goals and metrics plan": (
        "_What we want to have reached, by when, in one figure._",
        "Returns for a broken zip below 2 % of units within 90 days, from 9 % today.",
    ),
}

TRIES, PAUSE_SECONDS, WAITS = 60, 0.5, "being worked out"
SIZE = {"revenue": 2, "novelty": 1, "reach": 2, "risk": 1, "effort": 1}


def add_launches(members: Mapping[Role, Actor], products: Mapping[str, Product]) -> None:
    """Launches in three states, by everybody's own acts: the one that went has passed its gate."""
    pm = members[Role.PRODUCT]
    workspace = pm.workspace
    now = today(workspace.timezone)
    year = (now + timedelta(days=60)).year
    holiday = {"title": "New Year's Day", "start_on": date(year, 1, 1), "end_on": date(year, 1, 1)}
    create_record(pm, CLOSED, holiday)
    if "trail-jacket" in products:
        jacket = _on_its_way(members, products["trail-jacket"], now)
        recompute_all_readiness(workspace.pk)
        _papers(pm, jacket)
        _later(members, jacket, now)
    if "merino-tee" in products:
        _gone(members, products["merino-tee"], now)
    if "kids-puffer" in products:
        template = adopt_preset(pm, "tier-1")
        far = moved(now, 65)
        ahead = {"title": "Kids Puffer — UK launch", "planned_on": far, "owner": pm.user}
        make_launch(pm, ahead, template, products=[products["kids-puffer"].pk])
    recompute_all_readiness(workspace.pk)


def _on_its_way(members: Mapping[Role, Actor], product: Product, now: date) -> Launch:
    pm, helper = members[Role.PRODUCT], members[Role.CONTRIBUTOR]
    team = Team.objects.visible_to(pm).order_by("pk").first()
    items = Item.objects.visible_to(pm).filter(title="Trail Jacket 2.0")
    markets = Market.objects.visible_to(pm).order_by("pk")
    launch = make_launch(
        pm,
        {
            "title": "Trail Jacket 2.0 — EU launch",
            "planned_on": moved(now, 9),
            "owner": pm.user,
            "team": team,
            "brief": "The jacket whose **zip never jams**, for those who walk in the rain.",
        },
        adopt_preset(pm, "tier-2"),
        products=[product.pk],
        markets=list(markets.values_list("pk", flat=True)[:2]),
        segments=[_owners(pm, product).pk],
        items=list(items.values_list("pk", flat=True)),
    )
    services.set_points(pm, launch.pk, SIZE)
    services.confirm_tier(members[Role.OWNER], launch.pk)
    for title, required, found, verdict, must in JACKET:
        wished = {"title": title, "required": required, "actual": found, "must": must}
        create_record(helper, LINE, {"launch": launch, "verdict": verdict, **wished})
    for title, verdict, reason in BETTER:
        said = {"actual": "As drawn", "kind": "improvement", "verdict": verdict, "reason": reason}
        create_record(helper, LINE, {"launch": launch, "title": title, **said})
    zip_test = {"title": "Zip under load", "setting": "Laboratory, size M", "result": "failed"}
    findings = {"findings": "Jams after 3 of 10 pulls with wet gloves."}
    specification.add_run(helper, launch.pk, zip_test | findings)
    rain = {"title": "Rain chamber, 2 h", "setting": "Laboratory", "result": "passed"}
    specification.add_run(helper, launch.pk, rain)
    specification.sign(helper, launch.pk, "test", agrees=True, note="But for the zip.")
    about = (LAUNCH.name, launch.pk)
    money = [members[Role.FINANCE].user]
    approvals.request_approval(
        pm, about, "Launch price €189", [StepAsked(1, 1, money)], due_on=moved(now, 2)
    )
    done = {"brief", "specification", "samples", "content", "price", "plan-marketing"}
    _tasks(pm, launch, done, {"photos", "test", "assets"}, now)
    _state(pm, launch, "build")
    return launch


def _owners(actor: Actor, product: Product) -> Segment:
    """The customers who have bought a product before."""
    bought = {"field": "bought", "op": "is", "value": str(product.pk)}
    name = f"Owners of the {product}"[:120]
    return create_segment(actor, name=name, where=json.dumps({"and": [bought]}))


def _later(members: Mapping[Role, Actor], launch: Launch, now: date) -> None:
    """Other days are proposed for it, which a blackout speaks against: the owner is to decide."""
    start, count = moved(now, 12), moved(now, 13)
    closed = {"title": "Stock count", "start_on": count, "end_on": count, "reason": "blackout"}
    create_record(members[Role.PRODUCT], CLOSED, closed)
    propose_slot(
        members[Role.PRODUCT],
        launch.pk,
        start,
        count,
        note="Leaves the supplier three days more for the zip.",
        asked=members[Role.OWNER].user.pk,
    )


def _papers(actor: Actor, launch: Launch) -> None:
    """Its brief, signed, and the plan of its goals, still a draft."""
    about = (LAUNCH.name, launch.pk)
    for name, (gap, words) in PAPERS.items():
        body = documents.template_text(actor, name, LAUNCH.name).replace(gap, words)
        values = {"title": f"{name}: {launch}", "body": body}
        made = documents.create_document(actor, values, template=name, about=about)
        if name == SIGNED:
            documents.publish(actor, made.pk, made.version, note="For the board", signs=True)


def _gone(members: Mapping[Role, Actor], product: Product, now: date) -> None:
    """A small launch, let go by two others after everything that must be so was."""
    pm, owner, admin = (members[role] for role in (Role.PRODUCT, Role.OWNER, Role.ADMIN))
    launch = make_launch(
        pm,
        {"title": "Merino Tee in moss", "planned_on": moved(now, 0), "owner": pm.user},
        adopt_preset(pm, "tier-3"),
        products=[product.pk],
    )
    services.set_points(pm, launch.pk, dict.fromkeys((one.key for one in CRITERIA), 0))
    services.confirm_tier(owner, launch.pk)
    colour = {"title": "Colour as approved", "actual": "ΔE 0.8", "verdict": "confirmed"}
    create_record(pm, LINE, {"launch": launch, "must": True, **colour})
    wash = {"title": "Twenty washes", "result": "passed", "findings": ""}
    specification.add_run(pm, launch.pk, wash)
    specification.sign(pm, launch.pk, "test", agrees=True)
    keys = LaunchTask.objects.visible_to(pm).filter(launch=launch, day__lte=0)
    _tasks(pm, launch, set(keys.values_list("key", flat=True)), set(), now)
    _state(pm, launch, "build", "verify", "go_no_go")
    about = (LAUNCH.name, launch.pk)
    steps = [StepAsked(1, 2, [owner.user, admin.user])]
    asked = approvals.request_approval(pm, about, "Go for the Merino Tee in moss", steps, gate="go")
    for one in (owner, admin):
        approvals.decide(one, asked.pk, "approve")
    _state(pm, launch, "scheduled", "launched")


def _tasks(actor: Actor, launch: Launch, done: set[str], begun: set[str], now: date) -> None:
    for task in LaunchTask.objects.visible_to(actor).filter(launch=launch):
        end = min(task.due_on, now)
        start = moved(end, -round(task.likely))
        values = {"owner": actor.user}
        if task.key in done:
            change_record(
                actor, TASK, task.pk, task.version, values | {"started_on": start, "done_on": end}
            )
        elif task.key in begun:
            change_record(actor, TASK, task.pk, task.version, values | {"started_on": start})


def _state(actor: Actor, launch: Launch, *states: str) -> None:
    for state in states:
        for left in range(TRIES, -1, -1):
            launch.refresh_from_db()
            try:
                services.change_launch(actor, launch.pk, seen_version=launch.version, state=state)
            except (Refused, IntegrityError) as wait:
                # workers beside us heard of it meanwhile, and its readiness is worked out anew
                if WAITS not in str(wait) or not left:
                    raise
                sleep(PAUSE_SECONDS)
            else:
                break
