"""What is typed about evidence and waivers. Forms parse and hand over; the services decide."""

from typing import IO, Any

from django import forms
from django.core.exceptions import ValidationError

from core.errors import DomainError
from products.catalog.forms import add_refusal
from products.catalog.models import Product
from products.compliance import services_evidence, services_waivers
from products.compliance.models import EvidenceDoc, Obligation, Waiver
from products.compliance.packs import EVIDENCE
from products.compliance.services_evidence import Paper
from products.compliance.states import DocState
from workspaces.access.actor import Actor

DAY = {"type": "date"}


def _day(**words: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(DAY, format="%Y-%m-%d"), **words)


class EvidenceForm(forms.Form):
    """A document with what it says of itself."""

    upload = forms.FileField(
        label="File", help_text="PDF, picture, Word or Excel.", max_length=200, required=True
    )
    type = forms.ChoiceField(label="What it is", choices=list(EVIDENCE.items()))
    title = forms.CharField(max_length=200)
    issuer = forms.CharField(max_length=200, help_text="The laboratory, authority or firm.")
    number = forms.CharField(max_length=120, required=False)
    issued_on = _day()
    valid_from = _day()
    valid_to = _day(required=False, label="Valid to", help_text="Empty: it has no end.")
    scope = forms.CharField(max_length=500, required=False, label="What it covers, in words")
    rules = forms.MultipleChoiceField(
        label="Shows that these are met", widget=forms.CheckboxSelectMultiple
    )
    markets = forms.TypedMultipleChoiceField(
        label="Only in", required=False, coerce=int, help_text="None chosen: in all markets.",
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    replaces = forms.TypedChoiceField(
        label="Replaces", required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, actor: Actor, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.product = actor, product
        rows = Obligation.objects.visible_to(actor).filter(product=product)
        about = kwargs.get("initial", {}).get("accepts")
        fitting = rows.filter(accepts__overlap=about) if about else rows
        rules = fitting.order_by("rule").values_list("rule", "title").distinct()
        markets = rows.order_by("market__name", "market").values_list("market", "market__name")
        docs = EvidenceDoc.objects.visible_to(actor).filter(
            covers__product=product,
            state__in=[DocState.VALID, DocState.EXPIRING, DocState.EXPIRED],
        )
        fields: Any = self.fields
        fields["rules"].choices = [
            (rule, f"{title} · {rule.partition('/')[0]}") for rule, title in rules
        ]
        fields["markets"].choices = list(markets.distinct())
        fields["replaces"].choices = [
            ("", "Nothing"),
            *((row.pk, str(row)) for row in docs.distinct().order_by("-pk")[:100]),
        ]

    def submit(self, upload: IO[bytes] | None) -> EvidenceDoc | None:
        """Hand it in; None means it was refused, and `errors` says why."""
        if not self.is_valid() or upload is None:
            return None
        typed = dict(self.cleaned_data)
        rules, file = typed.pop("rules"), typed.pop("upload")
        try:
            return services_evidence.upload_evidence(
                self.actor, self.product.pk, rules, Paper(**typed), file.name, upload
            )
        except (DomainError, ValidationError) as refusal:
            add_refusal(self, refusal)
        return None


class WaiverForm(forms.Form):
    """Why a rule need not be shown to be met, and until when."""

    reason = forms.CharField(max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}))
    until = _day(label="Until", help_text="A year ahead at most.")

    def submit(self, actor: Actor, product: int, market: int, rule: str) -> Waiver | None:
        """Ask for it; None means it was refused, and `errors` says why."""
        if not self.is_valid():
            return None
        try:
            return services_waivers.ask_waiver(actor, product, market, rule, **self.cleaned_data)
        except (DomainError, ValidationError) as refusal:
            add_refusal(self, refusal)
        return None


class PackForm(forms.Form):
    """A rule pack of one's own."""

    upload = forms.FileField(label="Pack", help_text="JSON, at most 256 KB.", max_length=200)
