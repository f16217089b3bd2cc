"""What is typed about notes."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.errors import DomainError
from feedback.inbox import services
from feedback.inbox.models import Note
from products.catalog.models import Channel, Product
from workspaces.access.actor import Actor

OWN_CHANNEL = "Own notes"


class NoteForm(forms.ModelForm):
    """Something somebody said, written down by hand. The product is named by its handle or name."""

    product = forms.CharField(
        required=False, max_length=300, help_text="Its name or handle; empty when none is meant."
    )

    class Meta:
        model = Note
        fields = ["text", "title", "rating", "channel", "author", "said_at"]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 5}),
            "said_at": forms.DateTimeInput(attrs={"type": "datetime-local"}),
            "rating": forms.NumberInput(attrs={"min": 1, "max": 5, "step": "any"}),
        }
        labels = {"text": "What was said", "said_at": "When"}
        help_texts = {"rating": "From 1 to 5 stars.", "said_at": "Empty is now."}

    field_order = ["text", "rating", "product", "channel", "title", "author", "said_at"]

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["said_at"].required = False
        rows = Channel.objects.visible_to(actor).order_by("name")
        self.fields["channel"].queryset = rows  # type: ignore[attr-defined]

    def clean_product(self) -> Product | None:
        text = str(self.cleaned_data["product"]).strip()
        return product_named(self.actor, text) if text else None

    def _post_clean(self) -> None:
        """The service assigns and checks."""

    def submit(self) -> Note | None:
        """Carry out what was typed; None means it was refused, and `errors` says why."""
        if not self.is_valid():
            return None
        try:
            return services.create_note(self.actor, **self.cleaned_data)
        except DomainError as refusal:
            self.add_error(None, str(refusal))
        except ValidationError as wrong:
            for field, texts in wrong.message_dict.items():
                for text in texts:
                    self.add_error(field if field in self.fields else None, text)
        return None


def product_named(actor: Actor, text: str) -> Product:
    """The one product of that handle or name. Raises ValidationError when none or several fit."""
    rows = Product.objects.visible_to(actor)
    exact = rows.filter(handle=text).first()
    if exact is not None:
        return exact
    found = list(rows.filter(name__iexact=text)[:2]) or list(rows.matching(text)[:2])
    if len(found) == 1:
        return found[0]
    if found:
        raise ValidationError("Several products fit. Use the handle of the one you mean.")
    raise ValidationError("No product has that name or handle.")


class LinkForm(forms.Form):
    """Linking a note to a product, or to none."""

    product = forms.CharField(
        required=False, max_length=300, label="Product", help_text="Its name or handle."
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, note: Note, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.note = note
        self.initial["seen_version"] = note.version
        self.initial["product"] = note.product.handle if note.product else ""

    def submit(self, actor: Actor) -> Note | None:
        """Carry out what was typed; None means it was refused, and `errors` says why."""
        if not self.is_valid():
            return None
        text, seen = self.cleaned_data["product"].strip(), self.cleaned_data["seen_version"]
        try:
            product = product_named(actor, text) if text else None
            return services.change_note(actor, self.note.pk, seen_version=seen, product=product)
        except DomainError as refusal:
            self.add_error(None, str(refusal))
        except ValidationError as wrong:
            self.add_error("product", wrong.messages)
        return None
