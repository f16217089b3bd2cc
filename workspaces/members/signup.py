"""What sign-up asks for besides address and password. Named in the settings of allauth, which
loads it before the models are ready: so it stands alone."""

from typing import Any

from django import forms
from django.http import HttpRequest


class NameForm(forms.Form):
    """The name that colleagues will read."""

    name = forms.CharField(
        max_length=120,
        label="Your name",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("name", "email", "password1", "password2")

    def signup(self, request: HttpRequest, user: Any) -> None:
        """Keep the name on the account that was just made."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
