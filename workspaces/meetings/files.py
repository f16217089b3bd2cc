"""A meeting as files: for calendars, and its minutes as text."""

from datetime import timedelta
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from django.conf import settings

from workspaces.access.actor import Actor
from workspaces.calendar.ics import IcsEvent, calendar_file
from workspaces.meetings.models import Attendee, Meeting, MeetingSeries, OutcomeType
from workspaces.meetings.pages import points_of
from workspaces.meetings.records import MEETING
from workspaces.members.models import TeamMember
from workspaces.records import refs


def meeting_file(actor: Actor, meeting: Meeting) -> bytes:
    """The meeting; for one of a series the whole series, with those that are at another time."""
    if meeting.series_id is None:
        return calendar_file(meeting.title, [_event(actor, meeting, f"{meeting.uid}@pm-workspace")])
    series = MeetingSeries.objects.visible_to(actor).get(pk=meeting.series_id)
    uid = f"{series.uid}@pm-workspace"
    held = list(
        Meeting.objects.with_trash(actor.workspace.pk).filter(series=series).order_by("slot")
    )
    first = held[0]
    whole = IcsEvent(
        uid,
        first.title,
        series.starts_at,
        max(one.updated_at for one in held),
        first.minutes,
        series.zone,
        sum(one.version for one in held) + series.sequence,
        place=first.place or first.link,
        recurs=series.rule.recurrence,
        guests=_addresses(actor, first),
    )
    apart = [
        _event(actor, one, uid, of_series=True)
        for one in held
        if one.slot is not None and (_differs(one, first) or one.deleted_at is not None)
    ]
    return calendar_file(first.title, [whole, *apart])


def _differs(meeting: Meeting, first: Meeting) -> bool:
    same = ("title", "minutes", "place", "link", "zone")
    moved = meeting.starts_at != meeting.slot
    return moved or any(getattr(meeting, name) != getattr(first, name) for name in same)


def _event(actor: Actor, meeting: Meeting, uid: str, *, of_series: bool = False) -> IcsEvent:
    return IcsEvent(
        uid,
        meeting.title,
        meeting.starts_at,
        meeting.updated_at,
        meeting.minutes,
        meeting.zone,
        meeting.version - 1,
        urljoin(f"{settings.SITE_URL}/", refs.url_of(actor, MEETING, meeting.pk)),
        meeting.place or meeting.link,
        instead_of=meeting.slot if of_series else None,
        cancelled=meeting.deleted_at is not None,
        guests=_addresses(actor, meeting),
    )


def _addresses(actor: Actor, meeting: Meeting) -> list[str]:
    """The addresses of those who are asked, members of teams included, each once."""
    rows = Attendee.objects.visible_to(actor).filter(meeting=meeting)
    teams = TeamMember.objects.visible_to(actor).filter(
        team__in=rows.exclude(team=None).values("team"), user__is_active=True
    )
    found = {one.user.email for one in rows.exclude(user=None).select_related("user") if one.user}
    found |= {one.user.email for one in teams.select_related("user")}
    return sorted(found | set(rows.exclude(email="").values_list("email", flat=True)))


def minutes_text(actor: Actor, meeting: Meeting) -> str:
    """The minutes in Markdown."""
    zone = ZoneInfo(meeting.zone)
    starts = meeting.starts_at.astimezone(zone)
    ends = (meeting.starts_at + timedelta(minutes=meeting.minutes)).astimezone(zone)
    guests = Attendee.objects.visible_to(actor).filter(meeting=meeting)
    names = ", ".join(str(one) for one in guests.select_related("user", "team").order_by("pk"))
    points, others = points_of(actor, meeting)
    lines = [
        f"# {_plain(meeting.title)}",
        "",
        f"{starts:%Y-%m-%d %H:%M}–{ends:%H:%M} {meeting.zone}",
    ]
    lines += [f"With: {_plain(names)}"] if names else []
    if meeting.notes:
        lines += ["", meeting.notes.strip()]
    for number, point in enumerate(points, start=1):
        about = f" ({_plain(point.about.label)})" if point.about else ""
        lines += ["", f"## {number}. {_plain(point.item.title)}{about}"]
        lines += ["", point.item.notes.strip()] if point.item.notes else []
        lines += [""] + [_outcome(one) for one in point.outcomes] if point.outcomes else []
    if others:
        lines += ["", "## Further", "", *(_outcome(one) for one in others)]
    return "\n".join(lines) + "\n"


def _outcome(one: object) -> str:
    text = _plain(getattr(one, "text", ""))
    if getattr(one, "type", "") == OutcomeType.DECISION:
        return f"- **Decided:** {text}"
    task = getattr(one, "task", None)
    who = f" – {_plain(str(task.assignee))}" if task and task.assignee else ""
    when = f", due {task.due_on:%Y-%m-%d}" if task and task.due_on else ""
    mark = "x" if task and task.state == "done" else " "
    return f"- [{mark}] {text}{who}{when}"


def _plain(text: str) -> str:
    """Text that Markdown leaves as it is."""
    for sign in "\\`*_[]<>#":
        text = text.replace(sign, f"\\{sign}")
    return text
