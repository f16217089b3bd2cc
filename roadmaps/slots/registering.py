"""Where slots show up: in the calendar, on Home, and to whoever is to decide."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse

from roadmaps.launches.records import LAUNCH
from roadmaps.readiness.needs import SHOWN
from roadmaps.slots.models import LaunchSlot, SlotState
from roadmaps.slots.reports import PAST
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit.models import ActivityEvent
from workspaces.calendar.sources import MOST, CalendarSource, Entry
from workspaces.calendar.sources import register_source as register_calendar
from workspaces.following.models import Reason
from workspaces.following.sources import Said, of_record
from workspaces.following.sources import register_source as register_said
from workspaces.members.people import readers_of
from workspaces.records.needs import AMBER, Need, NeedKind, register_need

NAME = "roadmaps.launchslot"
PROPOSED = "launch.slot_proposed"
WORDS = {
    PROPOSED: "proposed a slot for",
    "launch.slot_approved": "approved the slot of",
    "launch.slot_refused": "refused the slot of",
    "launch.slot_withdrawn": "withdrew the slot of",
}


def to_decide(actor: Actor) -> list[Need]:
    """Slots this member was asked to decide on, and those nobody still here was asked about."""
    others = readers_of(actor, Perm.ROADMAP_EDIT).exclude(pk=actor.user.pk)
    rows = _proposed(actor).exclude(proposed_by=actor.user).exclude(asked__in=others)
    return [
        Need(
            f"slot:{one.pk}",
            f"{one.launch}: {one}?",
            f"{one.proposed_by or 'Somebody who left'} proposes this slot",
            "calendar-question",
            AMBER,
            "Decide",
            _url(actor, one),
        )
        for one in rows.select_related("launch", "proposed_by").order_by("start_on", "pk")[:SHOWN]
    ]


def _proposed(actor: Actor) -> Any:
    rows = LaunchSlot.objects.visible_to(actor).filter(state=SlotState.PROPOSED)
    return rows.filter(launch__deleted_at=None).exclude(launch__state__in=PAST)


def _url(actor: Actor, slot: LaunchSlot) -> str:
    return reverse("roadmaps:launch", args=[actor.workspace.slug, slot.launch_id, "approvals"])


def entries(actor: Actor, start: date, end: date, person: int | None) -> Sequence[Entry]:
    """Slots that are proposed, on their first day that is asked for."""
    rows = _proposed(actor).filter(start_on__lte=end, end_on__gte=start)
    if person is not None:
        rows = rows.filter(Q(launch__owner=person) | Q(asked=person))
    return [
        Entry(
            max(one.start_on, start),
            f"{one.launch}: {one}, proposed",
            _url(actor, one),
            NAME,
            "Proposed slot",
            f"{NAME}-{one.pk}@pm-workspace",
            one.proposed_at,
            "calendar-question",
            person=one.launch.owner_id,
            tentative=True,
        )
        for one in rows.select_related("launch").order_by("start_on", "pk")[:MOST]
    ]


def launches(workspace_id: int, events: Sequence[ActivityEvent]) -> Mapping[int, Said]:
    """What happens to launches; of a proposed slot whoever is to decide hears in particular."""
    found = {event.pk: of_record(LAUNCH, event) for event in events}
    proposed = [one for one in events if one.verb == PROPOSED]
    about = {one.object_id for one in proposed}
    rows = LaunchSlot.objects.in_workspace(workspace_id).filter(launch__in=about)
    open_ones = rows.filter(state=SlotState.PROPOSED, asked__isnull=False)
    asked = dict(open_ones.values_list("launch", "asked")) if about else {}
    for event in proposed:
        if event.object_id in asked:
            told = {asked[event.object_id]: Reason.APPROVAL}
            said = found[event.pk]
            found[event.pk] = replace(said, told=told, watches=said.watches | set(told))
    return found


def register() -> None:
    """Called from the app's ready()."""
    register_calendar(
        CalendarSource(NAME, "Proposed slots", Perm.ROADMAP_VIEW, entries, "calendar-question")
    )
    register_need(NeedKind("slots", Perm.ROADMAP_EDIT, to_decide))
    register_said(LAUNCH.name, launches, WORDS)
