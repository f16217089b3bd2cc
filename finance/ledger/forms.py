"""What is typed about orders. Forms parse and hand over; the services decide."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from core.clock import today
from core.money import MAX_DIGITS, PLACES
from finance.ledger.models import OrderStatus
from finance.ledger.services_orders import RefundFields
from workspaces.access.actor import Actor


def _amount(label: str, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=Decimal(0), max_digits=MAX_DIGITS, decimal_places=PLACES, **more
    )


class LineForm(forms.Form):
    """One line of an order, as totals without tax."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    quantity = forms.IntegerField(min_value=1, max_value=2_000_000_000)
    gross = _amount("Gross", help_text="Quantity × price before discounts, without tax.")
    discount = _amount("Discount")
    tax = _amount("Tax")


class StatusForm(forms.Form):
    """Whether the order counts."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    status = forms.ChoiceField(choices=OrderStatus.choices)


class RefundForm(forms.Form):
    """What went back of one line."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    quantity = forms.IntegerField(
        min_value=0, max_value=2_000_000_000, help_text="Units that came back; 0 is money alone."
    )
    amount = _amount("Amount", help_text="Paid back, without tax.")
    day = forms.DateField(label="Day", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(max_length=200, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._zone = ZoneInfo(actor.workspace.timezone)
        self.fields["day"].initial = today(actor.workspace.timezone)

    def refund(self) -> RefundFields:
        """What was typed, once valid."""
        typed = self.cleaned_data
        noon = datetime.combine(typed["day"], datetime.min.time().replace(hour=12), self._zone)
        return RefundFields(typed["quantity"], typed["amount"], noon, typed["reason"])
