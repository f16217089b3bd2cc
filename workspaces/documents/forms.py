"""What is typed about documents. Forms parse; the services decide."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.errors import EditConflict, Refused
from workspaces.access.actor import Actor
from workspaces.documents import services
from workspaces.documents.beginnings import shipped_for
from workspaces.documents.models import (
    LONGEST,
    LONGEST_ROLE,
    Document,
    DocumentTemplate,
    DocumentVersion,
)
from workspaces.members.models import User
from workspaces.records.kinds import KINDS
from workspaces.records.refs import Ref
from workspaces.records.services import change_record


class NewDocumentForm(forms.Form):
    """A title, and what to begin with."""

    title = forms.CharField(max_length=160, label="Title")
    template = forms.ChoiceField(label="Begin with", required=False)

    def __init__(self, actor: Actor, *args: Any, about: Ref | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.about = actor, about
        kind = about[0] if about else ""
        own = DocumentTemplate.objects.visible_to(actor).order_by("name")
        names = [*own.values_list("name", flat=True), *(one.name for one in shipped_for(kind))]
        choices = [("", "An empty page"), *((name, name) for name in dict.fromkeys(names))]
        self.fields["template"].choices = choices  # type: ignore[attr-defined]

    def submit(self) -> Document | None:
        """The new document, or None while something is wrong."""
        if not self.is_valid():
            return None
        try:
            return services.create_document(
                self.actor,
                {"title": self.cleaned_data["title"]},
                template=self.cleaned_data["template"],
                about=self.about,
            )
        except ValidationError as wrong:
            self.add_error(None, wrong)
        return None


class WriteForm(forms.Form):
    """The draft: title and text, and the version it was opened at."""

    title = forms.CharField(max_length=160, label="Title")
    body = forms.CharField(
        label="Text",
        required=False,
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "class": "document-text", "spellcheck": "true"}),
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    def submit(self, actor: Actor, pk: int) -> Document | None:
        """The saved draft, or None while something is wrong; a conflict is told in words."""
        if not self.is_valid():
            return None
        values = {
            "title": self.cleaned_data["title"],
            "body": self.cleaned_data["body"].replace("\r\n", "\n"),
        }
        try:
            seen = self.cleaned_data["seen_version"]
            document: Document = change_record(actor, KINDS[services.NAME], pk, seen, values)
            return document
        except EditConflict as conflict:
            self.add_error(None, str(conflict))
        except ValidationError as wrong:
            self.add_error(None, wrong)
        return None


class PublishForm(forms.Form):
    """What changed, in a sentence."""

    note = forms.CharField(max_length=300, required=False, label="What changed")
    signs = forms.BooleanField(required=False, label="I sign this version")
    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    def submit(self, actor: Actor, pk: int) -> DocumentVersion | None:
        """The new version, or None while something is wrong."""
        if not self.is_valid():
            return None
        try:
            seen = self.cleaned_data.pop("seen_version")
            return services.publish(actor, pk, seen, **self.cleaned_data)
        except (Refused, EditConflict) as refusal:
            self.add_error(None, str(refusal))
        return None


class AskForm(forms.Form):
    """Who is to sign, and for whom."""

    role = forms.CharField(
        max_length=LONGEST_ROLE, required=False, label="As", help_text="A role, such as Legal."
    )
    users = forms.MultipleChoiceField(label="Who", widget=forms.CheckboxSelectMultiple)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(
            memberships__workspace=actor.workspace, memberships__active=True, is_active=True
        )
        choices = [(str(user.pk), str(user)) for user in people.order_by("name", "email")]
        self.fields["users"].choices = choices  # type: ignore[attr-defined]
