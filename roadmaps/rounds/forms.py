"""What is typed to start a round, and in it."""

from typing import Any

from django import forms
from django.http import QueryDict

from roadmaps.items.models import Item
from roadmaps.priorities.forms import number_of
from roadmaps.priorities.methods import inputs_of
from roadmaps.priorities.models import ScoringModel
from roadmaps.priorities.scoring import names_in
from roadmaps.rounds.models import Round
from roadmaps.rounds.reports import Cell, scales_of
from roadmaps.rounds.services import LONGEST_NAME, Given
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.members.people import readers_of

OFFERED = 200


class RoundForm(forms.Form):
    """A name, what is rated, and by whom."""

    name = forms.CharField(max_length=LONGEST_NAME)
    due_on = forms.DateField(
        label="Until", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    keys = forms.MultipleChoiceField(label="What is rated", widget=forms.CheckboxSelectMultiple)
    people = forms.MultipleChoiceField(label="Who rates", widget=forms.CheckboxSelectMultiple)
    items = forms.MultipleChoiceField(label="Items", widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, actor: Actor, scoring: ScoringModel, items: list[Item], data: Any = None
    ) -> None:
        super().__init__(data)
        inputs = inputs_of(scoring.method, names_in(scoring.formula))
        people = readers_of(actor, Perm.ROADMAP_VIEW)[:OFFERED]
        self._offer("keys", [(one.key, one.label) for one in inputs])
        self._offer("people", [(str(one.pk), str(one)) for one in people])
        self._offer("items", [(str(one.pk), one.title) for one in items])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices


def typed_ratings(sent: QueryDict, row: Round, items: list[int]) -> dict[Cell, Given]:
    """{(item, input): given} of the fields that are filled. Raises Refused in words."""
    return {
        cell: Given(value, sent.get(f"{cell[0]}-{cell[1]}-why", ""))
        for cell, value in typed_numbers(sent, row, items).items()
    }


def typed_numbers(sent: QueryDict, row: Round, items: list[int]) -> dict[Cell, Any]:
    """{(item, input): number} of the fields that are filled. Raises Refused in words."""
    found = {}
    for item in items:
        for key, scale in scales_of(row).items():
            value = number_of(scale.label, sent.get(f"{item}-{key}", ""))
            if value is not None:
                found[item, key] = value
    return found
