"""A new task. The form parses; the service decides."""

from typing import Any, ClassVar

from django import forms

from workspaces.access.actor import Actor
from workspaces.members.models import Team
from workspaces.members.people import people_of
from workspaces.records.fields import MARKDOWN
from workspaces.todo.models import Task


class TaskForm(forms.ModelForm):
    """What is to be done, by whom and by when."""

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
        self.fields["description"].help_text = MARKDOWN["help"]
        teams: Any = self.fields["team"]
        teams.queryset = Team.objects.visible_to(actor).order_by("name")

    @property
    def seen(self) -> int:
        """The version that was edited."""
        return self.cleaned_data.get("seen_version") or 0

    def values(self) -> dict[str, Any]:
        """What the service is given, once valid."""
        return {name: one for name, one in self.cleaned_data.items() if name != "seen_version"}

    def _post_clean(self) -> None:
        """The service assigns and checks."""
