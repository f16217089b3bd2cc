"""A source as a form. It parses; the service decides."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.errors import EditConflict, Refused
from feedback.inbox.forms import product_named
from feedback.sources import services
from feedback.sources.models import Security, Source, SourceKind
from products.catalog.models import Channel
from workspaces.access.actor import Actor

PLACE = ("host", "port", "security", "username", "password", "folder", "address")
SHOWN = {
    SourceKind.MAILBOX: PLACE,
    SourceKind.LETTERS: ("per_minute",),
    SourceKind.HOOK: ("mapping", "per_minute"),
    SourceKind.FORM: ("origins", "per_minute"),
}


class SourceForm(forms.Form):
    """What all sources have, and what this kind has."""

    name = forms.CharField(max_length=120, label="Name")
    host = forms.CharField(
        max_length=253,
        label="IMAP server",
        widget=forms.TextInput(attrs={"placeholder": "imap.example.com"}),
        help_text="It must be public, and is only spoken to encrypted.",
    )
    port = forms.IntegerField(initial=993, min_value=1, max_value=65_535)
    security = forms.ChoiceField(choices=Security.choices, initial=Security.TLS)
    username = forms.CharField(max_length=254, label="User name")
    password = forms.CharField(
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Stored encrypted, never shown. Empty leaves the one that is kept.",
    )
    folder = forms.CharField(
        max_length=200,
        initial="INBOX",
        help_text="Every letter in it comes in. Nothing is marked, moved or deleted.",
    )
    address = forms.EmailField(
        required=False,
        label="Its address",
        help_text="Answers to public replies go there, and join their discussion. Letters from it "
        "are never taken in.",
    )
    mapping = forms.CharField(
        required=False,
        label="Where the fields stand",
        widget=forms.Textarea(
            attrs={"rows": 5, "placeholder": "text = review.body\nrating = review.stars"}
        ),
        help_text="One a line: our field = their path. Empty: they are called as ours. "
        f"Ours: {', '.join(services.FIELDS)}.",
    )
    origins = forms.CharField(
        required=False,
        label="Sites that may show it",
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "https://shop.example.com"}),
        help_text="One a line. Empty: it is only a page of its own.",
    )
    per_minute = forms.IntegerField(
        initial=60,
        min_value=1,
        max_value=10_000,
        label="Most in a minute",
        help_text="What comes faster is turned away and may come again.",
    )
    channel: Any = forms.ModelChoiceField(None, required=False, empty_label="The usual one")
    product = forms.CharField(
        required=False,
        max_length=300,
        help_text="Its name or handle, where everything that comes is about one product.",
    )
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    field_order = ["name", *PLACE, "mapping", "origins", "channel", "product"]

    def __init__(self, actor: Actor, kind: str, source: Source | None, *args: Any) -> None:
        super().__init__(*args, initial=_initial(source))  # type: ignore[misc]
        self.actor, self.kind, self.source, self.secret = actor, kind, source, ""
        for name in {one for names in SHOWN.values() for one in names} - {*SHOWN[SourceKind(kind)]}:
            del self.fields[name]
        rows = Channel.objects.visible_to(actor).order_by("name")
        self.fields["channel"].queryset = rows  # type: ignore[attr-defined]

    def clean_product(self) -> Any:
        text = str(self.cleaned_data["product"]).strip()
        return product_named(self.actor, text) if text else None

    def clean_mapping(self) -> dict[str, str]:
        found = {}
        for line in str(self.cleaned_data["mapping"]).splitlines():
            ours, sign, theirs = line.partition("=")
            if line.strip() and not (sign and ours.strip() and theirs.strip()):
                raise ValidationError(f"“{line.strip()[:60]}”: write our field = their path.")
            if line.strip():
                found[ours.strip()] = theirs.strip()
        return found

    def clean_origins(self) -> list[str]:
        return str(self.cleaned_data["origins"]).split()

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
                for name, texts in wrong.message_dict.items():
                    self.add_error(name if name in self.fields else None, texts)
        return not self.errors

    def _save(self, actor: Actor, values: dict[str, Any], seen: int | None) -> None:
        if self.source is None:
            made = services.create_source(actor, self.kind, **values)
            self.source, self.secret = made.source, made.secret
            return
        values["channel"] = values["channel"] or self.source.channel
        pk = self.source.pk
        self.source = services.change_source(actor, pk, seen_version=seen or 0, **values)


def _initial(source: Source | None) -> dict[str, Any]:
    if source is None:
        return {}
    names = ("name", "host", "port", "security", "username", "folder", "address", "per_minute")
    lines = [f"{ours} = {theirs}" for ours, theirs in source.mapping.items()]
    return {name: getattr(source, name) for name in names} | {
        "channel": source.channel_id,
        "product": source.product.handle if source.product else "",
        "mapping": "\n".join(lines),
        "origins": "\n".join(source.origins),
        "seen_version": source.version,
    }


def example(source: Source) -> str:
    """A body that a webhook of notes would take, as its mapping reads it."""
    said: dict[str, Any] = {}
    ours = {"external_id": "r-1041", "text": "The zip jams.", "email": "ada@example.com"}
    for name, value in ours.items():
        *path, last = str(source.mapping.get(name, name)).split(".")
        inner = said
        for step in path:
            inner = inner.setdefault(step, {})
        inner[last] = value
    return json.dumps(said, indent=2)
