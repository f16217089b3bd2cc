"""What is typed about orders. Forms parse and hand over; the services decide."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from core.clock import today
from core.money import MAX_DIGITS, PLACES
from core.templatetags import ui
from finance.ledger.models import OrderLine, OrderStatus, Refund
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


class MatchForm(forms.Form):
    """The sale that a refund undoes: one of the likely ones, or an order by its number."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    line = forms.ChoiceField(label="Likely sales", widget=forms.RadioSelect, required=False)
    number = forms.CharField(
        label="Another order", max_length=120, required=False, help_text="Its number, as #1001."
    )

    def __init__(
        self, *args: Any, lines: list[OrderLine], refund: Refund, money: bool, **more: Any
    ) -> None:
        super().__init__(*args, **more | {"initial": {"seen_version": refund.version}})
        if not lines:
            del self.fields["line"]
            return
        choices = [(str(line.pk), _sale_in_words(line, money)) for line in lines]
        self.fields["line"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One of the two must be said."""
        typed = self.cleaned_data
        typed["line"] = "" if typed.get("number") else typed.get("line", "")
        if not typed["line"] and not typed.get("number"):
            raise forms.ValidationError("Choose a sale, or type an order's number.")
        return typed


def _sale_in_words(line: OrderLine, money: bool) -> str:
    paid = f" · {ui.money(line.gross - line.discount, line.currency)}" if money else ""
    return f"{line.order.number} · {ui.day(line.day)} · {ui.number(line.quantity)} sold{paid}"


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
