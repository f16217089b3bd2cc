"""Choosing when letters come. It parses; the service decides."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from workspaces.access.actor import Actor
from workspaces.following import services
from workspaces.following.models import MailChoice
from workspaces.following.schedule import Every, Rhythm, is_quiet, moment_of

CLOCK = [(hour, f"{hour:02}:00") for hour in range(24)]
WEEKDAYS = list(
    enumerate(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"])
)
QUIET = [("", "No quiet hours"), *CLOCK]
_ANY_DAY = date(2026, 1, 1)


def _hour(label: str, choices: list[Any], **more: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        coerce=int, choices=choices, label=label, empty_value=None, **more
    )


class LetterForm(forms.ModelForm):
    """A digest's rhythm, the hours to be left alone, and what cannot wait."""

    every = forms.ChoiceField(choices=Every.choices, label="Digest")
    hour = _hour("At", CLOCK)
    weekday = _hour("On", WEEKDAYS, help_text="For a digest every week.")
    quiet_from = _hour("Quiet from", QUIET, required=False)
    quiet_until = _hour("until", QUIET, required=False)

    class Meta:
        model = MailChoice
        fields = [
            "every",
            "weekday",
            "hour",
            "quiet_from",
            "quiet_until",
            "mentions",
            "assignments",
            "approvals",
        ]
        labels = {
            "mentions": "Somebody mentions me",
            "assignments": "Something is assigned to me",
            "approvals": "My approval is asked for",
        }

    def clean(self) -> dict[str, Any]:
        """Quiet hours need both ends, and a digest cannot be due inside them."""
        values: dict[str, Any] = super().clean() or {}
        start, end = values.get("quiet_from"), values.get("quiet_until")
        if (start is None) != (end is None):
            self.add_error("quiet_until", "Give both hours, or neither.")
        elif start is not None and end is not None and values.get("hour") is not None:
            rhythm = Rhythm(quiet=(start, end))
            due = moment_of(_ANY_DAY, values["hour"], "UTC")
            if values.get("every") in (Every.DAY, Every.WEEK) and is_quiet(rhythm, due):
                self.add_error("hour", "That is in your quiet hours. Choose another hour.")
        return values

    def submit(self, actor: Actor) -> bool:
        """Carry out what was chosen. False means it was refused, and `errors` says why."""
        if self.is_valid():
            try:
                services.choose_letters(actor, self.cleaned_data)
            except ValidationError as refusal:
                self.add_error(None, refusal)
        return not self.errors
