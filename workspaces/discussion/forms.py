"""What is typed into the box. The service decides."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.errors import DomainError, EditConflict, Refused
from workspaces.access.actor import Actor
from workspaces.discussion import services, services_files
from workspaces.discussion.models import LONGEST, Comment

AUDIENCES = [("internal", "Internal note"), ("public", "Public reply")]


class TextForm(forms.Form):
    """A text in which people are named. `data` is always what a browser sent."""

    body = forms.CharField(max_length=LONGEST, widget=forms.Textarea, strip=True)

    def several(self, name: str) -> list[str]:
        """All values that came under a name."""
        data: Any = self.data
        return list(data.getlist(name))


class CommentForm(TextForm):
    """A comment or a reply, with the names that were picked and the files that came along."""

    parent = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    anchor = forms.CharField(required=False, max_length=120)
    audience = forms.ChoiceField(choices=AUDIENCES, required=False)

    def submit(self, actor: Actor, kind: str, pk: int, uploads: list[Any]) -> Comment | None:
        """Say it. None means it was refused, and `errors` says why; files that came stay."""
        if not self.is_valid():
            return None
        asked = self.cleaned_data
        try:
            kept = [services_files.attach(actor, kind, pk, one.name, one).pk for one in uploads]
            return services.add_comment(
                actor,
                kind,
                pk,
                asked["body"],
                parent=asked["parent"],
                anchor=asked["anchor"],
                internal=asked["audience"] != "public",
                chosen=self.several("mention"),
                files=[*kept, *whole_numbers(self.several("file"))],
            )
        except ValidationError as wrong:
            self.add_error("body", wrong.messages)
        except DomainError as refusal:
            if refusal.status != Refused.status:
                raise
            self.add_error("body", str(refusal))
        return None


class EditForm(TextForm):
    """One's own comment with another text."""

    seen_version = forms.IntegerField(min_value=0, max_value=2**31 - 1)

    theirs = ""

    def submit(self, actor: Actor, pk: int) -> Comment | None:
        """Save it. None means it was refused; after a conflict `theirs` is what it says now."""
        if not self.is_valid():
            return None
        asked = self.cleaned_data
        try:
            return services.edit_comment(
                actor,
                pk,
                asked["body"],
                seen_version=asked["seen_version"],
                chosen=self.several("mention"),
                files=whole_numbers(self.several("file")),
            )
        except ValidationError as wrong:
            self.add_error("body", wrong.messages)
        except EditConflict as conflict:
            self.theirs = conflict.theirs["body"]
            self.add_error("body", str(conflict))
        except DomainError as refusal:
            if refusal.status != Refused.status:
                raise
            self.add_error("body", str(refusal))
        return None


def whole_numbers(texts: list[str]) -> list[int]:
    """The ids among these texts."""
    return [int(one) for one in texts if one.isascii() and one.isdigit() and len(one) < 19]
