"""Calling a meeting. The form parses; the service decides."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms

from workspaces.access.actor import Actor
from workspaces.meetings.models import DAY_MINUTES, Meeting
from workspaces.meetings.repeating import MOST_COUNT, MOST_EVERY, Repeats
from workspaces.meetings.services import Again, Guests
from workspaces.members.models import Team
from workspaces.members.people import people_of
from workspaces.records.fields import MARKDOWN

ZONES = sorted(available_timezones())


class MeetingForm(forms.Form):
    """When, how long, with whom, and whether it comes again."""

    title = forms.CharField(max_length=200)
    day = forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    at = forms.TimeField(
        label="Starts at", widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    minutes = forms.IntegerField(min_value=5, max_value=DAY_MINUTES, initial=60)
    zone = forms.ChoiceField(label="Time zone", choices=[(zone, zone) for zone in ZONES])
    place = forms.CharField(max_length=200, required=False)
    link = forms.URLField(max_length=500, required=False, assume_scheme="https")
    people: Any = forms.ModelMultipleChoiceField(None, required=False, label="Members")
    teams: Any = forms.ModelMultipleChoiceField(None, required=False)
    emails = forms.CharField(
        required=False,
        max_length=5_000,
        label="Others",
        help_text="E-mail addresses, separated by commas.",
    )
    repeats = forms.ChoiceField(
        choices=[("", "Once"), *Repeats.choices], required=False, label="Comes again"
    )
    every = forms.IntegerField(
        min_value=1, max_value=MOST_EVERY, initial=1, required=False, help_text="2 is every other."
    )
    count = forms.IntegerField(
        min_value=1, max_value=MOST_COUNT, required=False, label="How many times"
    )
    until_on = forms.DateField(
        required=False,
        label="Until",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = people_of(actor)  # type: ignore[attr-defined]
        teams = Team.objects.visible_to(actor).order_by("name")
        self.fields["teams"].queryset = teams  # type: ignore[attr-defined]
        self.initial.setdefault("zone", actor.workspace.timezone)

    @property
    def starts_at(self) -> datetime:
        """The moment that day and time are in the chosen zone."""
        clean = self.cleaned_data
        wall = datetime.combine(clean["day"], clean["at"])
        return wall.replace(tzinfo=ZoneInfo(clean["zone"]))

    def values(self) -> dict[str, Any]:
        """What the service is given."""
        clean = self.cleaned_data
        again = None
        if clean["repeats"]:
            again = Again(clean["repeats"], clean["every"] or 1, clean["count"], clean["until_on"])
        return {
            "title": clean["title"],
            "starts_at": self.starts_at,
            "minutes": clean["minutes"],
            "zone": clean["zone"],
            "place": clean["place"],
            "link": clean["link"],
            "again": again,
            "guests": Guests(
                list(clean["people"]), list(clean["teams"]), clean["emails"].split(",")
            ),
        }


class MeetingEdit(MeetingForm):
    """Changing one meeting; its guests and its series stay."""

    notes = forms.CharField(
        required=False,
        max_length=50_000,
        widget=forms.Textarea({"rows": 6}),
        help_text=str(MARKDOWN["help"]),
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        local = meeting.starts_at.astimezone(ZoneInfo(meeting.zone))
        kept = ("title", "minutes", "zone", "place", "link", "notes")
        initial = {name: getattr(meeting, name) for name in kept} | {
            "day": local.date(),
            "at": local.time(),
            "seen_version": meeting.version,
        }
        super().__init__(*args, initial=initial, **kwargs)
        for name in ("people", "teams", "emails", "repeats", "every", "count", "until_on"):
            del self.fields[name]

    def values(self) -> dict[str, Any]:
        """What changes."""
        kept = ("title", "minutes", "zone", "place", "link", "notes")
        return {name: self.cleaned_data[name] for name in kept} | {"starts_at": self.starts_at}
