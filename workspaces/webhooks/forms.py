"""An endpoint as a form. It parses; the service decides."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.errors import EditConflict, Refused
from workspaces.access.actor import Actor
from workspaces.records.kinds import KINDS
from workspaces.webhooks import services
from workspaces.webhooks.models import COMMENTS, Act, WebhookEndpoint
from workspaces.webhooks.services import Wishes


class EndpointForm(forms.Form):
    """Where to, and what of."""

    url = forms.CharField(
        label="Address",
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://hooks.example.com/pm"}),
        help_text="It must be public and begin with https://. Redirects are not followed.",
    )
    kinds = forms.MultipleChoiceField(
        required=False,
        label="Kinds of record",
        help_text="None chosen: all of them, but no comments. Comments come when you choose them: "
        "those about the other kinds you choose, or all. Internal ones are marked so.",
    )
    acts = forms.MultipleChoiceField(
        required=False,
        choices=Act.choices,
        widget=forms.CheckboxSelectMultiple,
        label="When they are",
        help_text="None ticked: all of these.",
    )
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, actor: Actor, endpoint: WebhookEndpoint | None, *args: Any) -> None:
        initial = {}
        if endpoint is not None:
            initial = {name: getattr(endpoint, name) for name in ("url", "kinds", "acts")}
            initial["seen_version"] = endpoint.version
        super().__init__(*args, initial=initial)  # type: ignore[misc]
        self.endpoint = endpoint
        self.secret = ""
        kinds = [
            (kind.name, kind.plural)
            for kind in KINDS.values()
            if actor.can(kind.reads) and kind.model is not WebhookEndpoint
        ]
        self.fields["kinds"].choices = sorted(  # type: ignore[attr-defined]
            [*kinds, (COMMENTS, "Comments")], key=lambda pair: pair[1]
        )

    def submit(self, actor: Actor) -> bool:
        """Carry out what was typed. False means it was refused, and `errors` says why."""
        if self.is_valid():
            values = dict(self.cleaned_data)
            seen = values.pop("seen_version")
            try:
                self._save(actor, values, seen)
            except (EditConflict, Refused) as refusal:
                self.add_error(None, str(refusal))
            except ValidationError as wrong:
                self.add_error(None, wrong)
        return not self.errors

    def _save(self, actor: Actor, values: dict[str, Any], seen: int | None) -> None:
        if self.endpoint is None:
            self.endpoint, self.secret = services.create_endpoint(actor, Wishes(**values))
            return
        self.endpoint = services.change_endpoint(
            actor, self.endpoint.pk, seen_version=seen or 0, **values
        )
