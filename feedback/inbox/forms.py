"""What is typed about notes."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.errors import DomainError
from feedback.inbox import services
from feedback.inbox.matching import Named, find_customer
from feedback.inbox.models import Note
from finance.ledger.models import Customer
from products.catalog.models import Channel, Product
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm

OWN_CHANNEL = "Own notes"


class NoteForm(forms.ModelForm):
    """Something somebody said, written down by hand. The product is named by its handle or name."""

    who = forms.CharField(
        required=False,
        max_length=200,
        label="Who said it",
        help_text="An e-mail address, the shop's key of a customer, or a name.",
    )
    product = forms.CharField(
        required=False, max_length=300, help_text="Its name or handle; empty when none is meant."
    )

    class Meta:
        model = Note
        fields = ["text", "title", "rating", "channel", "said_at"]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 5, "autofocus": True}),
            "said_at": forms.DateTimeInput(attrs={"type": "datetime-local"}),
            "rating": forms.NumberInput(attrs={"min": 1, "max": 5, "step": "any"}),
        }
        labels = {"text": "What was said", "said_at": "When"}
        help_texts = {"rating": "From 1 to 5 stars.", "said_at": "Empty is now."}

    field_order = ["text", "who", "product", "rating", "channel", "title", "said_at"]
    FIRST = ("text", "who")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["said_at"].required = self.fields["channel"].required = False
        self.fields["channel"].empty_label = OWN_CHANNEL  # type: ignore[attr-defined]
        rows = Channel.objects.visible_to(actor).order_by("name")
        self.fields["channel"].queryset = rows  # type: ignore[attr-defined]

    def clean_product(self) -> Product | None:
        text = str(self.cleaned_data["product"]).strip()
        return product_named(self.actor, text) if text else None

    @property
    def first(self) -> list[forms.BoundField]:
        """The two fields that are enough."""
        return [self[name] for name in self.FIRST]

    @property
    def more(self) -> list[forms.BoundField]:
        """What may be said besides."""
        return [field for field in self.visible_fields() if field.name not in self.FIRST]

    def _post_clean(self) -> None:
        """The service assigns and checks."""

    def submit(self) -> Note | None:
        """Carry out what was typed; None means it was refused, and `errors` says why."""
        if not self.is_valid():
            return None
        values = dict(self.cleaned_data)
        who = values.pop("who").strip()
        named = Named(email=who if "@" in who else "", customer_key="" if "@" in who else who)
        try:
            values["channel"] = values["channel"] or services.usual_channel(self.actor, OWN_CHANNEL)
            return services.create_note(self.actor, named=named, author=who, **values)
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
    """Linking a note to a product and a customer, or to none."""

    product = forms.CharField(
        required=False, max_length=300, label="Product", help_text="Its name or handle."
    )
    customer = forms.CharField(
        required=False,
        max_length=254,
        label="Customer",
        help_text="Their e-mail or key.",
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Actor, note: Note, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.note = note
        if actor.can(Perm.CUSTOMERS_VIEW):
            known = note.customer
            self.initial["customer"] = known.email or known.external_id if known else ""
        else:
            del self.fields["customer"]
        self.initial["seen_version"] = note.version
        self.initial["product"] = note.product.handle if note.product else ""

    def submit(self, actor: Actor) -> Note | None:
        """Carry out what was typed; None means it was refused, and `errors` says why."""
        if not self.is_valid():
            return None
        text, seen = self.cleaned_data["product"].strip(), self.cleaned_data["seen_version"]
        links: dict[str, Any] = {}
        field = "product"
        try:
            links["product"] = product_named(actor, text) if text else None
            if "customer" in self.fields and "customer" in self.changed_data:
                field = "customer"
                links["customer"] = customer_named(actor, self.cleaned_data["customer"].strip())
            return services.change_note(actor, self.note.pk, seen_version=seen, **links)
        except DomainError as refusal:
            self.add_error(None, str(refusal))
        except ValidationError as wrong:
            self.add_error(field, wrong.messages)
        return None


def customer_named(actor: Actor, text: str) -> Customer | None:
    """The one customer of that e-mail or key; None for no text. Raises ValidationError."""
    if not text:
        return None
    found = find_customer(actor.workspace.pk, Named(email=text, customer_key=text))
    if found is None:
        raise ValidationError("No customer, or more than one, has that e-mail or key.")
    return Customer.objects.visible_to(actor).get(pk=found)
