"""What the domain of items forbids, in words."""

from django.core.exceptions import ValidationError

from core.db import lock_keys
from core.errors import ReasonNeeded, Refused
from roadmaps import marking
from roadmaps.items.chains import path_between
from roadmaps.items.models import Dependency, Estimate, Item
from roadmaps.items.states import MOVES, ItemState, may_move, why_needed
from roadmaps.strategy.records import check_span
from workspaces.access.actor import Actor
from workspaces.records.kinds import Changes


def item_rules(actor: Actor, row: Item, changes: Changes) -> None:
    """Nothing that ends before it starts; a move that its state allows, with its reason."""
    if {"start_on", "end_on"} & set(changes):
        check_span(row)
    if "state" in changes and row.pk is not None:
        _, reason = changes.get("reason", (None, ""))
        check_move(row, *changes["state"], reason or "")


def check_move(item: Item, before: str, after: str, reason: str) -> None:
    """Raise ValidationError on `state`, Refused or ReasonNeeded where a move is not allowed."""
    if after not in ItemState.values:
        raise ValidationError({"state": [f"“{after}” is no state of an item."]})
    names = ItemState(before).label, ItemState(after).label
    if not may_move(before, after):
        ways = ", ".join(one.label for one in ItemState if one in MOVES[before])
        raise Refused(f"“{item}” cannot go from {names[0]} to {names[1]}. It can go to: {ways}.")
    question = why_needed(before, after)
    if question and not reason.strip():
        raise ReasonNeeded(f"{names[0]} to {names[1]} needs a reason. {question}")


def estimate_rules(actor: Actor, row: Estimate, changes: Changes) -> None:
    """The best case is the least, the worst the most."""
    points = (row.low, row.likely, row.high)
    if None not in points and not row.low <= row.likely <= row.high:
        words = "At best is the least and at worst the most: 2, 3, 5."
        raise ValidationError({"likely": [words]})
    if {"item", "team", "deleted_at"} & set(changes):
        others = Estimate.objects.visible_to(actor).exclude(pk=row.pk)
        if others.filter(item=row.item_id, team=row.team_id).exists():
            raise ValidationError({"team": ["This team has estimated it already."]})


def dependency_rules(actor: Actor, row: Dependency, changes: Changes) -> None:
    """No item waits for itself, not even in a circle, which is named.

    All changes of one workspace's dependencies follow one another, so that two people who each
    add half of a circle cannot both be right.
    """
    moved = {"before", "after", "deleted_at"} & set(changes)
    if not moved or None in (row.before_id, row.after_id):
        return
    if row.before_id == row.after_id:
        raise Refused("An item cannot wait for itself.")
    lock_keys("item dependencies", [str(actor.workspace.pk)])
    rows = Dependency.objects.visible_to(actor).exclude(pk=row.pk)
    if rows.filter(before=row.before_id, after=row.after_id).exists():
        raise Refused("It waits for that item already.")
    pairs = rows.values_list("before", "after")
    if circle := path_between(pairs, row.after_id, row.before_id):
        found = Item.objects.visible_to(actor).filter(pk__in=circle).values_list("pk", "title")
        titles = dict(found)
        names = [f"“{titles.get(pk, pk)}”" for pk in [*circle, circle[0]]]
        raise Refused(f"That would go round in a circle: {' before '.join(names)}.")


def after_estimate(actor: Actor, row: Estimate, changes: Changes) -> None:
    """An estimate is an input where nobody typed another."""
    marking.of_items(row.workspace_id, [row.item_id], "its estimates")


def after_item(actor: Actor, row: Item, changes: Changes) -> None:
    """What comes, goes or ends changes who is ranked."""
    if row.version == 1 or {"state", "deleted_at"} & set(changes):
        marking.of_items(row.workspace_id, [row.pk], "its state")
