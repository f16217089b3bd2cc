"""Asking for a token."""

from typing import Any

from django import forms

from core.errors import Refused
from workspaces.access.actor import Actor
from workspaces.access.roles import GRANTS
from workspaces.api import services
from workspaces.api.models import ApiToken

LIFETIMES = [(30, "30 days"), (90, "90 days"), (365, "1 year"), (730, "2 years")]
WORDS = {
    "workspace": "Workspace",
    "members": "Members",
    "catalog": "Products",
    "ledger": "Orders and costs",
    "money": "Money figures",
    "customers": "Customers",
    "metrics": "Metrics",
    "feedback": "Feedback",
    "imports": "Imports",
    "data": "Data",
    "jobs": "Jobs",
    "tokens": "Tokens",
}


def scope_label(scope: str) -> str:
    """catalog.view → Products: view."""
    area, _, act = scope.partition(".")
    return f"{WORDS.get(area, area.title())}: {act}"


class TokenForm(forms.Form):
    """A name, a lifetime, and what the token may do. It parses; the service decides."""

    name = forms.CharField(max_length=80, help_text="What will use it, such as “nightly export”.")
    days = forms.TypedChoiceField(coerce=int, choices=LIFETIMES, initial=90, label="Lasts")
    scopes = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="May",
        help_text="Nothing ticked: everything your role may do.",
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["scopes"].choices = [  # type: ignore[attr-defined]
            (perm.value, scope_label(perm.value))
            for perm in sorted(GRANTS[actor.role], key=lambda perm: perm.value)
        ]

    def submit(self) -> tuple[ApiToken, str] | None:
        """The new token and its secret; None when refused, and `errors` says why."""
        if not self.is_valid():
            return None
        values = self.cleaned_data
        try:
            return services.create_token(
                self.actor, values["name"], values["scopes"], values["days"]
            )
        except Refused as refusal:
            self.add_error(None, str(refusal))
            return None
