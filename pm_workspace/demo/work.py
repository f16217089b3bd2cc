"""What the sample shop's members are at: tasks, meetings, an approval and documents.

Everything follows from what the sample's last weeks show: the zip of the Trail Jacket, the sizes of
the Kids Puffer, and what has no landed cost.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.clock import today
from pm_workspace.demo.ideas import add_ideas
from pm_workspace.demo.launching import add_launches
from pm_workspace.demo.lawful import add_compliance
from pm_workspace.demo.plan import add_plan
from products.catalog.models import Product
from workspaces.access.actor import Actor
from workspaces.access.roles import Role
from workspaces.approvals import services as approvals
from workspaces.approvals.services import StepAsked
from workspaces.discussion import services as discussion
from workspaces.documents import services as documents
from workspaces.meetings import services as meetings
from workspaces.meetings.services import Again, Guests, Point
from workspaces.members.models import Membership, Workspace
from workspaces.records import refs
from workspaces.todo import services as todo
from workspaces.todo.models import Task

PRODUCT = "products.product"
FRIDAY = 4
REQUIREMENTS = """## Problem

The main zip of the Trail Jacket jams half way up. It is the most frequent complaint of the last
weeks and comes back as a refund.

## Evidence

```records
kind: products
columns: name,state
q: trail jacket
limit: 5
```

```figure
metric: return_rate
range: 30d
```

## Acceptance criteria

- Given a jacket worn for ten days, when the zip is opened a hundred times, then it does not jam.
- Given wet fabric, when it is closed with one hand, then it closes.

## Not now

- New colours
"""
SIZES = """## What we know

Customers say that sizes 104 to 140 are one size too small at the shoulders.

## What we ask the supplier

1. Is the pattern the one we approved?
2. What would a corrected run cost, and when could it be here?

## Until then

Say “runs small, take one size up” on the product's page.
"""


@dataclass(frozen=True, slots=True)
class Team:
    """The sample's members as actors, and what they speak of."""

    members: Mapping[Role, Actor]
    products: Mapping[str, Product]
    now: date

    def about(self, handle: str) -> refs.Ref | None:
        """The product of that handle, where the sample has it."""
        product = self.products.get(handle)
        return (PRODUCT, product.pk) if product else None

    def at(self, days: int, hour: int) -> datetime:
        """An hour of a day, about so many days from today."""
        zone = ZoneInfo(self.members[Role.PRODUCT].workspace.timezone)
        return datetime.combine(self.on(days), time(hour), zone)

    def on(self, days: int) -> date:
        """A day so many days from today, or the Monday after it: nobody works at weekends."""
        day = self.now + timedelta(days=days)
        return day + timedelta(days=7 - day.weekday() if day.weekday() > FRIDAY else 0)


def add_work(workspace: Workspace) -> None:
    """A small set of everything that members do beside the figures."""
    rows = Membership.objects.in_workspace(workspace.pk).active().select_related("user")
    members = {
        Role(one.role): Actor(one.user, workspace, Role(one.role), "command") for one in rows
    }
    products = {one.handle: one for one in Product.objects.in_workspace(workspace.pk)}
    team = Team(members, products, today(workspace.timezone))
    _tasks(team)
    _meetings(team)
    _documents(team)
    _approval(team)
    _discussion(team)
    add_ideas(workspace, members[Role.PRODUCT])
    add_plan(members, products, team.now)
    add_compliance(members, products)
    add_launches(members, products)


def _tasks(team: Team) -> None:
    pm, helper, money = (team.members[r] for r in (Role.PRODUCT, Role.CONTRIBUTOR, Role.FINANCE))
    jacket, puffer = team.about("trail-jacket"), team.about("kids-puffer")
    zips = _task(team, pm, "Ask Atelier Nord for a sample of the new zip", 2, jacket, pm)
    todo.move_task(pm, zips.pk, "in_progress")
    tests = _task(team, pm, "Test the new zip on ten jackets", 12, jacket, helper)
    todo.add_dependency(pm, tests.pk, zips.pk)
    _task(team, pm, "Say “runs small” on the page of the Kids Puffer", -1, puffer, helper)
    _task(team, pm, "Measure five Kids Puffers against the pattern", 4, puffer, helper)
    _task(team, money, "Find the landed cost of the Camp Lantern", 6, None, money)
    weekly = todo.add_task(
        pm,
        "Read last week's feedback",
        assignee=pm.user,
        due_on=team.now + timedelta(days=(0 - team.now.weekday()) % 7),
        repeats="FREQ=WEEKLY;BYDAY=MO",
        description="Anything **below two stars** first. Link what belongs to a product.",
    )
    for line in ("Ratings below two stars", "Notes without a product", "What returns say"):
        todo.add_item(pm, weekly.pk, line)
    done = _task(team, pm, "Put the rain trousers back in stock", -8, None, helper)
    todo.move_task(helper, done.pk, "done")


def _task(team: Team, by: Actor, title: str, days: int, about: refs.Ref | None, who: Actor) -> Task:
    return todo.add_task(by, title, assignee=who.user, due_on=team.on(days), about=about)


def _meetings(team: Team) -> None:
    pm, helper = team.members[Role.PRODUCT], team.members[Role.CONTRIBUTOR]
    people = [one.user for one in team.members.values() if one.role != Role.VIEWER]
    review = meetings.call_meeting(
        pm,
        "Portfolio review",
        team.at(-7, 10),
        minutes=45,
        place="Room 2",
        guests=Guests(people=people),
        again=Again("weekly"),
        notes="Bring the five products that lost most margin.",
    )
    zips = meetings.add_point(
        pm, review.pk, Point("Trail Jacket: zip", 15, pm.user, team.about("trail-jacket"))
    )
    meetings.add_point(
        pm, review.pk, Point("Kids Puffer: sizes", 15, pm.user, team.about("kids-puffer"))
    )
    meetings.note_outcome(
        pm, review.pk, "decision", "No more jackets are ordered with the old zip", item_pk=zips.pk
    )
    meetings.note_outcome(
        pm,
        review.pk,
        "task",
        "Count the jackets with the old zip that are left",
        item_pk=zips.pk,
        assignee=helper.user,
        due_on=team.on(3),
    )
    meetings.move_meeting(pm, review.pk, "closed")
    meetings.call_meeting(
        pm,
        "Zip samples with Atelier Nord",
        team.at(3, 14),
        minutes=30,
        guests=Guests(people=[pm.user, helper.user]),
    )


def _documents(team: Team) -> None:
    pm, owner = team.members[Role.PRODUCT], team.members[Role.OWNER]
    asked = documents.create_document(
        pm,
        {"title": "A zip that does not jam", "body": REQUIREMENTS},
        about=team.about("trail-jacket"),
    )
    version = documents.publish(pm, asked.pk, asked.version, note="First version for the review")
    documents.ask_to_sign(pm, asked.pk, version.number, [owner.user.pk])
    documents.create_document(
        pm, {"title": "Kids Puffer sizes", "body": SIZES}, about=team.about("kids-puffer")
    )


def _approval(team: Team) -> None:
    pm, owner, money = (team.members[r] for r in (Role.PRODUCT, Role.OWNER, Role.FINANCE))
    newer, older = team.about("trail-jacket-2-0"), team.about("softshell-classic")
    if newer is not None:
        approvals.request_approval(
            pm,
            newer,
            "Order 400 of the Trail Jacket 2.0",
            [StepAsked(0, 1, [money.user]), StepAsked(1, 1, [owner.user])],
            asked="The supplier holds the price for two weeks.",
            due_on=team.on(5),
        )
    if older is not None:
        sale = approvals.request_approval(
            pm, older, "Sell the Softshell Classic at 30 % off", [StepAsked(0, 1, [owner.user])]
        )
        approvals.decide(
            owner, sale.pk, "conditions", conditions=["Keep ten of size M for exchanges"]
        )


def _discussion(team: Team) -> None:
    pm, helper = team.members[Role.PRODUCT], team.members[Role.CONTRIBUTOR]
    about = team.about("trail-jacket")
    if about is None:
        return
    said = discussion.add_comment(
        pm, *about, f"@[user:{helper.user.pk}] how many of the old zip are still in the warehouse?"
    )
    discussion.add_comment(helper, *about, "I count them by **Thursday**.", parent=said.pk)
