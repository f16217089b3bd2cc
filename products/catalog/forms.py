"""What is typed about products. Forms parse and hand over; the services decide."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from core.errors import DomainError
from products.catalog import services
from products.catalog.models import Brand, Category, Product, Supplier, Variant
from products.catalog.states import END_OF_LIFE, MOVES, Assortment
from workspaces.access.actor import Actor
from workspaces.fields.form_fields import add_custom
from workspaces.members.models import Membership, User
from workspaces.records.kinds import KINDS

FIELDS = [
    "name",
    "handle",
    "brand",
    "category",
    "supplier",
    "product_type",
    "tags",
    "image_url",
    "owner",
    "launched_on",
    "description",
]


def limit_links(form: forms.Form, actor: Actor) -> None:
    """Offer only rows of the actor's workspace."""
    for name, model in (("brand", Brand), ("category", Category), ("supplier", Supplier)):
        if name in form.fields:
            order = "path" if model is Category else "name"
            rows = model.objects.visible_to(actor).order_by(order)
            form.fields[name].queryset = rows  # type: ignore[attr-defined]
            form.fields[name].empty_label = "None"  # type: ignore[attr-defined]
    if "owner" in form.fields:
        members = Membership.objects.visible_to(actor).active().values("user")
        people = User.objects.filter(pk__in=members).order_by("name", "email")
        form.fields["owner"].queryset = people  # type: ignore[attr-defined]
        form.fields["owner"].empty_label = "Nobody"  # type: ignore[attr-defined]


def add_refusal(form: forms.BaseForm, refusal: DomainError | ValidationError) -> None:
    """Show what a service refused beside its field, or above the form."""
    if isinstance(refusal, DomainError):
        form.add_error(None, str(refusal))
        return
    for field, texts in getattr(refusal, "message_dict", {"": refusal.messages}).items():
        for text in texts:
            form.add_error(field if field in form.fields else None, text)


class ProductForm(forms.ModelForm):
    """What a product is. Its state is moved elsewhere, with a reason."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Product
        fields = FIELDS
        widgets = {
            "description": forms.Textarea(attrs={"rows": 5}),
            "launched_on": forms.DateInput(attrs={"type": "date"}),
        }
        labels: ClassVar = {"image_url": "Picture"}
        help_texts = {
            "image_url": "The address of a picture, beginning with https.",
            "handle": "Its key towards other systems. Left empty, it is made of the name.",
        }

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["handle"].required = False
        self.initial["seen_version"] = self.instance.version
        limit_links(self, actor)  # type: ignore[arg-type]
        add_custom(self, actor, KINDS["products.product"], self.instance)

    def _post_clean(self) -> None:
        """Nothing is written to the instance here: the service locks and assigns."""

    def submit(self) -> Product | None:
        """Carry out what was typed; None means it was refused, and `errors` says why."""
        if not self.is_valid():
            return None
        values = dict(self.cleaned_data)
        seen = values.pop("seen_version")
        try:
            if self.instance.pk is None:
                return services.create_product(self.actor, **values)
            values["handle"] = values["handle"] or self.instance.handle
            pk = self.instance.pk
            return services.change_product(self.actor, pk, seen_version=seen or 0, **values)
        except (DomainError, ValidationError) as refusal:
            add_refusal(self, refusal)
        return None


class NewProductForm(ProductForm):
    """A product and the state it starts in."""

    state = forms.ChoiceField(choices=Assortment.choices, initial=Assortment.PROPOSED)

    class Meta(ProductForm.Meta):
        fields = ["name", "state", "brand", "category", "supplier", "product_type", "handle"]


class VariantForm(forms.ModelForm):
    """One purchasable form of a product."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Variant
        fields = ["sku", "name", "gtin", "price", "compare_at_price", "currency", "weight_grams"]

    def __init__(self, *args: Any, actor: Actor, product_pk: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.product_pk = actor, product_pk
        self.initial["seen_version"] = self.instance.version
        add_custom(self, actor, KINDS["products.variant"], self.instance)
        if self.instance.pk is None:
            self.initial["currency"] = actor.workspace.currency

    def _post_clean(self) -> None:
        """Nothing is written to the instance here: the service locks and assigns."""

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def submit(self) -> Variant | None:
        """Carry out what was typed; None means it was refused, and `errors` says why."""
        if not self.is_valid():
            return None
        values = dict(self.cleaned_data)
        seen = values.pop("seen_version") or 0
        try:
            if self.instance.pk is None:
                return services.create_variant(self.actor, self.product_pk, **values)
            pk = self.instance.pk
            return services.change_variant(self.actor, pk, seen_version=seen, **values)
        except (DomainError, ValidationError) as refusal:
            add_refusal(self, refusal)
        return None


class MoveForm(forms.Form):
    """Moving a product to another assortment state."""

    state = forms.ChoiceField(label="New state")
    reason = forms.CharField(
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Going live, watching, phasing out and discontinuing need one.",
    )
    end_of_life = forms.MultipleChoiceField(
        label="End-of-life list",
        required=False,
        choices=list(END_OF_LIFE.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.product = product
        moves = MOVES[Assortment(product.state)]
        self.fields["state"].choices = [(m.value, m.label) for m in moves]  # type: ignore[attr-defined]
        self.initial["seen_version"] = product.version
        self.initial["end_of_life"] = [k for k, done in product.end_of_life.items() if done]
        if product.state != Assortment.PHASE_OUT:
            del self.fields["end_of_life"]

    def submit(self, actor: Actor) -> Product | None:
        """Carry out the move; None means it was refused, and `errors` says why."""
        if not self.is_valid():
            return None
        values: dict[str, Any] = {"state": self.cleaned_data["state"]}
        if "end_of_life" in self.fields:
            done = self.cleaned_data["end_of_life"]
            values["end_of_life"] = {key: key in done for key in END_OF_LIFE}
        try:
            return services.change_product(
                actor,
                self.product.pk,
                seen_version=self.cleaned_data["seen_version"],
                reason=self.cleaned_data["reason"],
                **values,
            )
        except (DomainError, ValidationError) as refusal:
            add_refusal(self, refusal)
        return None


class BulkForm(forms.Form):
    """One change to many products. Its value field is filled for the field chosen."""

    ACTIONS = [
        ("state", "Move to state"),
        ("brand", "Set brand"),
        ("category", "Set category"),
        ("supplier", "Set supplier"),
        ("product_type", "Set type"),
        ("add_tag", "Add tag"),
        ("remove_tag", "Remove tag"),
        ("delete", "Delete"),
    ]
    action = forms.ChoiceField(choices=ACTIONS)
    value = forms.CharField(max_length=120, required=False)
    reason = forms.CharField(max_length=500, required=False)
