"""What is typed as the inputs of a score."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.http import QueryDict

from core.errors import Refused
from core.typed import trimmed, without_nul
from roadmaps.priorities.methods import Input


def typed_inputs(sent: QueryDict, inputs: list[Input]) -> dict[str, dict[str, Any]]:
    """{key: {likely, low, high, reason, version}} of a form's fields. Raises Refused in words."""
    found = {}
    for one in inputs:
        found[one.key] = {
            name: number_of(one.label, sent.get(f"{one.key}-{name}", ""))
            for name in ("likely", "low", "high")
        } | {
            "reason": trimmed(sent.get(f"{one.key}-reason", ""), 500),
            "version": sent.get(f"{one.key}-version", "0"),
        }
        if not str(found[one.key]["version"]).isdecimal():
            found[one.key]["version"] = "0"
    return found


def number_of(label: str, text: str) -> Decimal | None:
    """Raises Refused for what is no number that fits."""
    if not text.strip():
        return None
    try:
        return forms.DecimalField(max_digits=18, decimal_places=4).clean(without_nul(text))
    except (forms.ValidationError, InvalidOperation):
        words = f"“{text[:30]}” is no number for {label}. Write it as 12.5."
        raise Refused(words) from None
