"""What is typed about costs, rates, ad spend, customers and accounts. The services decide."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.validators import MinValueValidator

from core.clock import today
from finance.ledger.models import Account, AdSpend, CostRecord, Customer, ExchangeRate
from products.catalog.models import Channel, Product, Variant
from workspaces.access.actor import Actor
from workspaces.members.models import Membership, User

SMALLEST = {"amount": Decimal(0), "rate": Decimal("0.00000001")}


class BookForm(forms.ModelForm):
    """A form of one row: it reads and offers, and writes nothing to the row itself."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.initial["seen_version"] = self.instance.version
        self._limit()
        for name, least in SMALLEST.items():
            if name in self.fields:
                self.fields[name].validators.append(MinValueValidator(least))
        for name in ("valid_from", "day"):
            if name in self.fields:
                widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
                self.fields[name] = forms.DateField(widget=widget)
                self.initial[name] = self.initial.get(name) or today(actor.workspace.timezone)
        if self.instance.pk is None and "currency" in self.fields:
            self.initial.setdefault("currency", actor.workspace.currency)
            self.initial["currency"] = self.initial["currency"] or actor.workspace.currency

    def _limit(self) -> None:
        """Offer only rows of the actor's workspace."""
        for name, model in (("channel", Channel), ("account", Account)):
            if name in self.fields:
                rows = model.objects.visible_to(self.actor).order_by("name")
                self.fields[name].queryset = rows  # type: ignore[attr-defined]
        if "owner" in self.fields:
            members = Membership.objects.visible_to(self.actor).active().values("user")
            people = User.objects.filter(pk__in=members).order_by("name", "email")
            self.fields["owner"].queryset = people  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        """The service assigns and checks."""

    def _upper(self, name: str) -> str:
        return str(self.cleaned_data[name]).upper()

    def values(self) -> dict[str, Any]:
        """What the service is given, once valid."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen_version"}

    @property
    def seen(self) -> int:
        return self.cleaned_data.get("seen_version") or 0


class CostForm(BookForm):
    """What a unit costs from a day on."""

    sku = forms.CharField(label="SKU", max_length=120)
    field_order = ["sku", "kind", "amount", "currency", "valid_from"]

    class Meta:
        model = CostRecord
        fields: ClassVar = ["kind", "amount", "currency", "valid_from"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["sku"]

    def clean_sku(self) -> Variant:
        rows = Variant.objects.visible_to(self.actor).filter(sku=self.cleaned_data["sku"])
        found = rows.first()
        if found is None:
            raise forms.ValidationError("No variant has this SKU.")
        return found

    def clean_currency(self) -> str:
        return self._upper("currency")


class RateForm(BookForm):
    """What one unit of a currency is worth in another."""

    class Meta:
        model = ExchangeRate
        fields: ClassVar = ["currency", "quote", "rate", "valid_from"]
        labels: ClassVar = {"currency": "One unit of", "quote": "In", "rate": "Is worth"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial.update(currency="", quote=self.actor.workspace.currency)

    def clean_currency(self) -> str:
        return self._upper("currency")

    def clean_quote(self) -> str:
        return self._upper("quote")


class AdForm(BookForm):
    """What was spent on advertising on a day."""

    product = forms.CharField(
        max_length=200, required=False, help_text="Its handle; empty for the whole channel."
    )
    field_order = ["day", "channel", "product", "campaign", "amount", "currency"]

    class Meta:
        model = AdSpend
        fields: ClassVar = ["day", "channel", "campaign", "amount", "currency"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.product_id and self.instance.product:
            self.initial["product"] = self.instance.product.handle

    def clean_product(self) -> Product | None:
        handle = self.cleaned_data["product"]
        if not handle:
            return None
        found = Product.objects.visible_to(self.actor).filter(handle=handle).first()
        if found is None:
            raise forms.ValidationError("No product has this handle.")
        return found

    def clean_currency(self) -> str:
        return self._upper("currency")


class CustomerForm(BookForm):
    """Who a customer is."""

    class Meta:
        model = Customer
        fields: ClassVar = ["external_id", "name", "email", "country", "account"]
        labels: ClassVar = {"external_id": "The shop's key", "email": "E-mail"}
        help_texts: ClassVar = {"country": "Two letters, such as DE."}

    def clean_country(self) -> str:
        return self._upper("country")


class AccountForm(BookForm):
    """A business customer."""

    class Meta:
        model = Account
        fields: ClassVar = ["name", "tier", "owner"]


class ErasureForm(forms.Form):
    """Saying twice that a person is to be erased."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    sure = forms.BooleanField(
        label="Erase for good",
        help_text="Name, e-mail, country, the shop's key and the history of them go. "
        "Orders and figures stay. This cannot be undone.",
    )
