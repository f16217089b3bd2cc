"""The verbs of blind rounds: asking, rating, showing, rating again, settling. Under a lock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import transaction

from core.errors import NotFound, Refused
from core.templatetags.ui import number
from core.typed import one_line
from roadmaps.items.models import Item
from roadmaps.priorities.methods import Input, inputs_of
from roadmaps.priorities.models import ScoringModel
from roadmaps.priorities.scoring import names_in
from roadmaps.priorities.services import MODEL, Typed, set_inputs
from roadmaps.rounds.models import Rater, Rating, Round, RoundItem, RoundState
from roadmaps.rounds.reports import Cell, items_of, scales_of, spreads_of
from roadmaps.rounds.spread import Spread
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.members.people import readers_of
from workspaces.records import refs

LONGEST_NAME, LONGEST_WHY = 120, 300
MOST_ITEMS, MOST_RATERS, LEAST_RATERS = 50, 30, 2


@dataclass(frozen=True, slots=True)
class Given:
    """A number somebody gives, and why."""

    value: Decimal
    why: str = ""


@transaction.atomic
def start_round(
    actor: Actor,
    scoring_pk: int,
    name: str,
    *,
    keys: Sequence[str],
    items: Iterable[int],
    people: Iterable[int],
    due_on: date | None = None,
) -> Round:
    """Ask people to rate items, each alone. Raises Denied, NotFound or Refused."""
    actor.require(Perm.ROADMAP_EDIT)
    scoring: ScoringModel = refs.find(actor, MODEL, scoring_pk)
    words = one_line(name)
    if not words or len(words) > LONGEST_NAME:
        raise Refused(f"Give it a name of at most {LONGEST_NAME} characters.")
    known = [one.key for one in inputs_of(scoring.method, names_in(scoring.formula))]
    taken = [key for key in known if key in keys]
    if not taken:
        raise Refused("Choose at least one input to rate.")
    rows = list(Item.objects.visible_to(actor).filter(pk__in=set(items)).order_by("pk"))
    if not 0 < len(rows) <= MOST_ITEMS:
        raise Refused(f"Choose between 1 and {MOST_ITEMS} items.")
    asked = list(readers_of(actor, Perm.ROADMAP_VIEW).filter(pk__in=set(people)))
    if not LEAST_RATERS <= len(asked) <= MOST_RATERS:
        raise Refused(f"Choose between {LEAST_RATERS} and {MOST_RATERS} people.")
    base = {"workspace": actor.workspace}
    made = Round.objects.create(
        **base, name=words, scoring=scoring, keys=taken, facilitator=actor.user, due_on=due_on
    )
    RoundItem.objects.bulk_create([RoundItem(**base, round=made, item=one) for one in rows])
    Rater.objects.bulk_create([Rater(**base, round=made, user=one) for one in asked])
    changes = {"items": (None, len(rows)), "people": (None, len(asked))}
    audit.record(actor, "round.started", made, {"name": (None, words), **changes})
    return made


@transaction.atomic
def rate(actor: Actor, pk: int, given: Mapping[Cell, Given]) -> bool:
    """Give one's own numbers, or other ones; whether all are given now.

    Who rated and who is still missing is seen by all; what was given by nobody but the rater.
    Raises Denied, NotFound, or Refused, also for whoever was not asked.
    """
    actor.require(Perm.ROADMAP_VIEW)
    row = _locked(actor, pk)
    mine = Rater.objects.visible_to(actor).filter(round=row, user=actor.user).first()
    if mine is None:
        raise Refused("You are not asked to rate in this round.")
    if row.state != RoundState.OPEN:
        raise Refused("The numbers are shown already. Ask for another turn.")
    open_items = {one.pk for one in items_of(actor, row) if not one.settled}
    scales = scales_of(row)
    rows = []
    for (item, key), one in given.items():
        if item in open_items and key in scales:
            _check(scales[key], one.value)
            why = one_line(one.why, LONGEST_WHY)
            place = {"round_item_id": item, "rater": mine, "key": key, "turn": row.turn}
            rows.append(Rating(workspace=actor.workspace, value=one.value, why=why, **place))
    Rating.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["workspace", "round_item", "rater", "key", "turn"],
        update_fields=["value", "why"],
    )
    held = Rating.objects.visible_to(actor).filter(rater=mine, turn=row.turn)
    done = held.filter(round_item__in=open_items).count() == len(open_items) * len(scales)
    mine.done_turn = row.turn if done else row.turn - 1
    mine.save(update_fields=["done_turn"])
    return done


@transaction.atomic
def show(actor: Actor, pk: int) -> Round:
    """Let everybody see what everybody gave. Raises Refused while fewer than two are done."""
    actor.require(Perm.ROADMAP_EDIT)
    row = _locked(actor, pk)
    if row.state != RoundState.OPEN:
        raise Refused("It is shown already.")
    done = Rater.objects.visible_to(actor).filter(round=row, done_turn=row.turn).count()
    if done < LEAST_RATERS:
        raise Refused(f"{done} done. Wait until at least {LEAST_RATERS} are.")
    return _to(actor, row, RoundState.SHOWN, "shown")


@transaction.atomic
def again(actor: Actor, pk: int) -> Round:
    """Another turn over what is not settled, after it was discussed: blind again."""
    actor.require(Perm.ROADMAP_EDIT)
    row = _locked(actor, pk)
    if row.state != RoundState.SHOWN:
        raise Refused("Another turn comes after the numbers were shown.")
    row.turn += 1
    return _to(actor, row, RoundState.OPEN, "asked_again")


@transaction.atomic
def settle(actor: Actor, pk: int, finals: Mapping[Cell, Decimal]) -> UUID:
    """Take numbers over into the scoring model: one act, whose batch is returned for its undo.

    The lowest and the highest rating become the range of the input. It can be done again with other
    numbers, and after it was undone. Raises Denied, Refused, EditConflict, or ValidationError.
    """
    actor.require(Perm.ROADMAP_EDIT)
    row = _locked(actor, pk)
    if row.state not in (RoundState.SHOWN, RoundState.SETTLED):
        raise Refused("Show the numbers first.")
    items = {one.pk: one for one in items_of(actor, row)}
    spreads = spreads_of(actor, row)
    scales = scales_of(row)
    batch = uuid4()
    settled = []
    for item_pk, one in sorted(items.items()):
        typed: dict[str, Typed] = {}
        for key in row.keys:
            final, spread = finals.get((item_pk, key)), spreads.get((item_pk, key))
            if final is not None and key in scales:
                _check(scales[key], final)
                typed[key] = _input_of(row, final, spread)
        if typed:
            set_inputs(actor, one.item_id, row.scoring_id, typed, batch=batch)
            settled.append(one.pk)
    if not settled:
        raise Refused("Type at least one final number.")
    RoundItem.objects.visible_to(actor).filter(pk__in=settled).update(settled=True)
    left = any(not one.settled for pk, one in items.items() if pk not in settled)
    if row.state == RoundState.SHOWN and not left:
        _to(actor, row, RoundState.SETTLED, "settled")
    return batch


@transaction.atomic
def withdraw(actor: Actor, pk: int) -> Round:
    """Ask no longer. What was given stays unseen."""
    actor.require(Perm.ROADMAP_EDIT)
    row = _locked(actor, pk)
    if row.state not in (RoundState.OPEN, RoundState.SHOWN):
        raise Refused("It is over already.")
    return _to(actor, row, RoundState.WITHDRAWN, "withdrawn")


def _input_of(row: Round, final: Decimal, spread: Spread | None) -> Typed:
    reason = f"Round “{row}”"
    if spread is None:
        return {"likely": final, "low": None, "high": None, "reason": reason}
    reason += (
        f": median {number(spread.median)}, from {number(spread.low)} to {number(spread.high)}"
    )
    ends = {"low": min(spread.low, final), "high": max(spread.high, final)}
    return {"likely": final, "reason": reason[:500], **ends}


def _check(scale: Input, value: Decimal) -> None:
    if scale.least is not None and value < scale.least:
        raise Refused(f"{scale.label}: at least {number(scale.least)}.")
    if scale.most is not None and value > scale.most:
        raise Refused(f"{scale.label}: at most {number(scale.most)}.")


def _locked(actor: Actor, pk: int) -> Round:
    rows = Round.objects.visible_to(actor).select_for_update(no_key=True, of=("self",))
    row = rows.select_related("scoring").filter(pk=pk).first()
    if row is None:
        raise NotFound("That round no longer exists.")
    return row


def _to(actor: Actor, row: Round, state: RoundState, verb: str) -> Round:
    before, row.state = row.state, state
    row.save(update_fields=["state", "turn"])
    audit.record(actor, f"round.{verb}", row, {"state": (before, state), "turn": (None, row.turn)})
    return row
