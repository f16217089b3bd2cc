"""What is typed about who comes in by a link: the same fields wherever a room makes one."""

import re
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from workspaces.guests.models import LONGEST_LABEL, GuestLink, Way
from workspaces.guests.services import Gate


class GateFields(forms.Form):
    """The fields of a gate. `zone` is where the last day of a link ends at midnight."""

    label = forms.CharField(label="For whom", max_length=LONGEST_LABEL)
    way = forms.ChoiceField(label="Who comes in", choices=Way.choices, initial=Way.OPEN)
    password = forms.CharField(
        required=False, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )
    people = forms.CharField(
        label="E-mail addresses",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One a line. They are mailed a code when they open it.",
    )
    domains = forms.CharField(
        label="E-mail domains", required=False, help_text="Such as example.com, example.org."
    )
    last_day = forms.DateField(
        label="Open until", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    origins = forms.CharField(
        label="Sites that may show it",
        required=False,
        help_text="Such as https://intranet.example.com. Other sites cannot embed it.",
    )

    def __init__(
        self, *args: Any, zone: str = "UTC", link: GuestLink | None = None, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.zone, self.link = zone, link
        if link is not None:
            self.initial = started_with(link, zone) | dict(self.initial)
            self.fields["password"].help_text = "Leave it empty to keep the one that is set."

    @property
    def gate(self) -> Gate:
        """What was typed, as the service takes it."""
        given = self.cleaned_data
        origins = words_of(given["origins"]) if given["way"] == Way.OPEN else []
        day = given["last_day"]
        end = None
        if day is not None:
            end = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(self.zone))
        return Gate(
            given["label"],
            given["way"],
            given["password"],
            words_of(given["domains"]),
            words_of(given["people"]),
            end,
            origins,
        )


def started_with(link: GuestLink, zone: str) -> dict[str, Any]:
    """What the fields hold for a link that is there."""
    end = link.expires_at
    return {
        "label": link.label,
        "way": link.way,
        "people": "\n".join(link.people),
        "domains": ", ".join(link.domains),
        "origins": " ".join(link.origins),
        "last_day": (end - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date() if end else None,
    }


def words_of(text: str) -> list[str]:
    """What is parted by spaces, lines, commas or semicolons."""
    return [one for one in re.split(r"[\s,;]+", text) if one]
