"""A new task. The form parses; the service decides."""

from datetime import date
from typing import Any, ClassVar

from django import forms

from workspaces.access.actor import Actor
from workspaces.members.models import Team
from workspaces.members.people import people_of
from workspaces.records.fields import MARKDOWN
from workspaces.todo.models import Task
from workspaces.todo.repeating import (
    LAST,
    MOST_COUNT,
    MOST_EVERY,
    NAMES,
    WEEKDAYS,
    Often,
    Rhythm,
)

OFTEN = [
    ("", "Once"),
    ("daily", "Every day"),
    ("weekdays", "Every weekday"),
    ("weekly", "Every week"),
    ("monthly", "Every month, on the same day"),
    ("last_day", "Every month, on its last day"),
]
AGAIN = ("often", "every", "days", "until_on", "count")


class TaskForm(forms.ModelForm):
    """What is to be done, by whom and by when, and how it comes again."""

    often = forms.ChoiceField(
        choices=OFTEN,
        required=False,
        label="Comes again",
        help_text="When it is done, the next one is made, with its checklist.",
    )
    every = forms.IntegerField(
        min_value=1, max_value=MOST_EVERY, initial=1, required=False, help_text="2 is every other."
    )
    days = forms.TypedMultipleChoiceField(
        choices=list(enumerate(NAMES)),
        coerce=int,
        required=False,
        label="On these days",
        widget=forms.CheckboxSelectMultiple,
        help_text="Of a week. None: the day it is due.",
    )
    until_on = forms.DateField(
        required=False,
        label="Until",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    count = forms.IntegerField(
        min_value=1, max_value=MOST_COUNT, required=False, label="How many times"
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Task
        fields: ClassVar = [
            "title",
            "assignee",
            "due_on",
            "priority",
            "team",
            "start_on",
            "estimate",
            "description",
        ]
        widgets: ClassVar = {
            "due_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "start_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "description": forms.Textarea({"rows": 5}),
        }

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["assignee"]
        people.queryset = people_of(actor)
        people.empty_label = "Nobody yet"
        self.initial["seen_version"] = self.instance.version
        self.initial.update(_typed(self.instance.rhythm))
        self.fields["description"].help_text = MARKDOWN["help"]
        teams: Any = self.fields["team"]
        teams.queryset = Team.objects.visible_to(actor).order_by("name")

    @property
    def seen(self) -> int:
        """The version that was edited."""
        return self.cleaned_data.get("seen_version") or 0

    def clean(self) -> dict[str, Any]:
        """A task that comes again is due on a day."""
        clean: dict[str, Any] = super().clean() or {}
        if clean.get("often") and not clean.get("due_on"):
            self.add_error("due_on", "A task that comes again is due on a day.")
        if clean.get("until_on") and clean.get("count"):
            self.add_error("count", "It ends on a day or after a number of times, not both.")
        return clean

    def values(self) -> dict[str, Any]:
        """What the service is given, once valid."""
        own = {"seen_version", *AGAIN}
        values = {name: one for name, one in self.cleaned_data.items() if name not in own}
        return values | {"repeats": self._repeats()}

    def _repeats(self) -> str:
        clean, due = self.cleaned_data, self.cleaned_data["due_on"]
        often, days, month_day = clean["often"], tuple(clean["days"]), None
        if not often:
            return ""
        match often:
            case "weekdays":
                often, days = "weekly", WEEKDAYS
            case "weekly":
                days = days or (due.weekday(),)
            case "monthly":
                days, month_day = (), self._month_day(due)
            case "last_day":
                often, days, month_day = "monthly", (), LAST
            case _:
                days = ()
        return Rhythm(
            Often(often), clean["every"] or 1, days, month_day, clean["until_on"], clean["count"]
        ).text

    def _month_day(self, due: date) -> int:
        """The day it was due on; one that was put off keeps the day of its row."""
        before: Rhythm | None = self.instance.rhythm
        kept = before.month_day if before and due == self.instance.due_on else None
        return kept if kept and kept != LAST else due.day

    def _post_clean(self) -> None:
        """The service assigns and checks."""


def _typed(rhythm: Rhythm | None) -> dict[str, Any]:
    """A rhythm as the form asks for it."""
    if rhythm is None:
        return {}
    often: str = rhythm.often
    if rhythm.often is Often.WEEKLY and rhythm.days == WEEKDAYS:
        often = "weekdays"
    elif rhythm.month_day == LAST:
        often = "last_day"
    return {
        "often": often,
        "every": rhythm.every,
        "days": list(rhythm.days),
        "until_on": rhythm.until,
        "count": rhythm.count,
    }
