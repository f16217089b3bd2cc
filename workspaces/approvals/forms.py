"""Asking for an approval. The form parses; the service decides."""

from typing import Any

from django import forms

from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.approvals.gates import gates_of
from workspaces.approvals.services import StepAsked
from workspaces.members.people import readers_of
from workspaces.records.kinds import RecordKind

PLACES = 3
EVERYBODY = "all"


class AskForm(forms.Form):
    """What is asked, by when, and up to three steps of people, one after the other."""

    title = forms.CharField(max_length=200, label="What is to be approved")
    asked = forms.CharField(
        max_length=10_000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        label="What they need to know",
    )
    due_on = forms.DateField(
        required=False, label="By", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, actor: Actor, kind: RecordKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        gates = gates_of(kind.name)
        if gates:
            choices = [("", "Nothing: just a question"), *((g.name, g.label) for g in gates)]
            self.fields["gate"] = forms.ChoiceField(
                choices=choices, required=False, label="A yes opens"
            )
        people = readers_of(actor, kind.reads) & readers_of(actor, Perm.WORK_VIEW)
        for place in range(1, PLACES + 1):
            self.fields[f"people_{place}"] = forms.ModelMultipleChoiceField(
                people,
                required=place == 1,
                label="Who approves" if place == 1 else f"Then, as step {place}",
                widget=forms.CheckboxSelectMultiple if place == 1 else forms.SelectMultiple,
            )
            self.fields[f"needed_{place}"] = forms.ChoiceField(
                choices=[(EVERYBODY, "All of them"), ("1", "One of them"), ("2", "Two of them")],
                required=False,
                label="How many must say yes" if place == 1 else f"How many in step {place}",
            )

    @property
    def gate(self) -> str:
        return str(self.cleaned_data.get("gate", ""))

    @property
    def steps(self) -> list[StepAsked]:
        """The steps that ask anybody, in order."""
        found = []
        for place in range(1, PLACES + 1):
            people = list(self.cleaned_data.get(f"people_{place}") or [])
            if people:
                wanted = self.cleaned_data.get(f"needed_{place}") or EVERYBODY
                needed = len(people) if wanted == EVERYBODY else int(wanted)
                found.append(StepAsked(place, needed, people))
        return found
