"""What is typed about audiences and about what is shared with them."""

from collections.abc import Mapping
from typing import Any

from django import forms

from roadmaps.sharing.allowed import WORDS, Precision
from roadmaps.sharing.models import LONGEST_NAME, LONGEST_TITLE, Audience
from roadmaps.sharing.own_fields import label_of
from roadmaps.sharing.services import Wish
from workspaces.guests.forms import GateFields
from workspaces.records.fields import Field

LIVE, FROZEN = "live", "frozen"


class AudienceForm(forms.Form):
    """An allow-list: what is not ticked is not shown."""

    name = forms.CharField(max_length=LONGEST_NAME)
    fields_shown = forms.MultipleChoiceField(
        label="May see, besides titles",
        choices=list(WORDS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    precision = forms.ChoiceField(label="Dates are shown", choices=Precision.choices)
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        audience: Audience | None = None,
        own: Mapping[str, Field] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        offered: Any = self.fields["fields_shown"]
        offered.choices = [
            *WORDS.items(),
            *((name, label_of(field)) for name, field in (own or {}).items()),
        ]
        if audience is not None:
            self.initial = {
                "name": audience.name,
                "fields_shown": audience.fields,
                "precision": audience.precision,
                "seen_version": audience.version,
            }


class ShareForm(GateFields):
    """What is shown to whom, and who comes in."""

    title = forms.CharField(max_length=LONGEST_TITLE, help_text="Guests read it above the roadmap.")
    audience = forms.TypedChoiceField(coerce=int)
    keeps = forms.ChoiceField(
        label="It shows",
        choices=[(LIVE, "the view as it is whenever it is opened"), (FROZEN, "what it says now")],
    )
    watermark = forms.BooleanField(
        required=False, label="Watermark", help_text="Who reads it, and the day, across the page."
    )
    comments = forms.BooleanField(
        required=False, label="Comments", help_text="You read each before anybody else does."
    )
    take_away = forms.BooleanField(
        required=False, label="Files", initial=True, help_text="Guests may take it away."
    )
    field_order = ("title", "audience", "keeps", "label", "way", "password", "people", "domains")

    def __init__(self, *args: Any, audiences: list[Audience], snapshot: str = "", **more: Any):
        super().__init__(*args, **more)
        choice: Any = self.fields["audience"]
        choice.choices = [(str(one.pk), one.name) for one in audiences]
        if snapshot:
            self.fields["keeps"].required = False
            self.fields["keeps"].widget = forms.HiddenInput()

    def wish(self, query: str, view: int | None, snapshot: int | None) -> Wish:
        """What was typed, as the service takes it."""
        given = self.cleaned_data
        return Wish(
            given["title"],
            given["audience"],
            query,
            view,
            snapshot,
            given["keeps"] == FROZEN,
            given["watermark"],
            given["comments"],
            given["take_away"],
        )


class LaunchShareForm(GateFields):
    """To whom a launch is shown, and who comes in."""

    title = forms.CharField(max_length=LONGEST_TITLE, help_text="Members read it among the links.")
    audience = forms.TypedChoiceField(coerce=int)
    watermark = forms.BooleanField(
        required=False, label="Watermark", help_text="Who reads it, and the day, across the page."
    )
    field_order = ("title", "audience", "label", "way", "password", "people", "domains")

    def __init__(self, *args: Any, audiences: list[Audience], **more: Any):
        super().__init__(*args, **more)
        choice: Any = self.fields["audience"]
        choice.choices = [(str(one.pk), one.name) for one in audiences]
