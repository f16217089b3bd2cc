"""What is typed into the box. The service decides."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.errors import DomainError, EditConflict, Refused
from workspaces.access.actor import Actor
from workspaces.discussion import services, services_files
from workspaces.discussion.models import LONGEST, Comment
from workspaces.discussion.outside import outside_of
from workspaces.records import refs
from workspaces.records.kinds import KINDS

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
    confirmed = forms.BooleanField(required=False)

    asks = False  # whether it has to be confirmed that people outside read it
    kept: Sequence[int] = ()

    def submit(self, actor: Actor, kind: str, pk: int, uploads: list[Any]) -> Comment | None:
        """Say it. None means it was refused, and `errors` says why; files that came stay.

        A public reply that was not confirmed is not said yet either: `asks` is set then.
        """
        if not self.is_valid():
            return None
        asked = self.cleaned_data
        public = asked["audience"] == "public"
        try:
            kept = [services_files.attach(actor, kind, pk, one.name, one).pk for one in uploads]
            self.kept = [*kept, *whole_numbers(self.several("file"))]
            if public and not asked["confirmed"] and _reaches_out(actor, kind, pk):
                self.asks = True
                return None
            return services.add_comment(
                actor,
                kind,
                pk,
                asked["body"],
                parent=asked["parent"],
                anchor=asked["anchor"],
                internal=not public,
                chosen=self.several("mention"),
                files=self.kept,
            )
        except ValidationError as wrong:
            self.add_error("body", wrong.messages)
        except DomainError as refusal:
            if refusal.status != Refused.status:
                raise
            self.add_error("body", str(refusal))
        return None


def _reaches_out(actor: Actor, kind: str, pk: int) -> bool:
    return outside_of(actor, KINDS[kind], refs.find(actor, kind, pk)) is not None


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
