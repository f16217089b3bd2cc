"""The gallery page and the sample figures it shows."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from core.web import toast

COUNTRIES = [(str(number), f"Market {number}") for number in range(1, 41)]


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(help_text="As customers read it.")
    price = forms.DecimalField(min_value=0)
    launched_on = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))
    state = forms.ChoiceField(choices=[("live", "On sale"), ("watch", "Under watch")])
    market = forms.ChoiceField(choices=COUNTRIES)
    rows_that_exist = forms.ChoiceField(
        choices=[("skip", "Skip"), ("update", "Update")], widget=forms.RadioSelect
    )
    remember = forms.BooleanField(required=False, help_text="For the next file.")

    def clean(self) -> dict[str, Any]:
        raise forms.ValidationError("The price is below the cost.")


BARS = {
    "xAxis": {"type": "category", "data": ["Gross", "Discounts", "Returns", "Net"]},
    "yAxis": {"type": "value", "axisLabel": {"formatter": "@short"}},
    "series": [
        {
            "type": "bar",
            "stack": "s",
            "data": [0, 298, 254, 0],
            "itemStyle": {"color": "transparent"},
        },
        {
            "type": "bar",
            "stack": "s",
            "label": {"show": True, "position": "top", "formatter": "@number"},
            "data": [
                {"value": 340, "itemStyle": {"color": "--pm-accent"}},
                {"value": 42, "itemStyle": {"color": "--pm-chart-red"}},
                {"value": 44, "itemStyle": {"color": "--pm-chart-red"}},
                {"value": 254, "itemStyle": {"color": "--pm-green"}},
            ],
        },
    ],
}


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component, light or dark as chosen."""
    now = timezone.now()
    refused = SampleForm({"name": "", "price": "-1", "state": "live"})
    refused.is_valid()
    toast(request, "“Trail Jacket” is in the trash.", undo_url="/gallery/")
    toast(request, "The file could not be read.", level=messages.ERROR)
    context = {
        "form": SampleForm(prefix="fresh"),
        "refused": refused,
        "bars": BARS,
        "spark": [3, 4, 4, 5, 4, 6, 7, 6, 8],
        "falling": [8, 8, 6, 7, None, 4, 3],
        "crumbs": [("Products", "/gallery/"), ("Outerwear", "/gallery/")],
        "tabs": [
            {"label": "Overview", "url": "/gallery/", "count": None, "active": True},
            {"label": "Feedback", "url": "/gallery/", "count": 1204, "active": False},
            {"label": "Activity", "url": "/gallery/", "count": None, "active": False},
        ],
        "page": {
            "first_url": "/gallery/",
            "previous_url": "/gallery/",
            "next_url": "/gallery/",
            "label": "51–100 of about 3,400",
        },
        "unknown": None,
        "amount": Decimal("1284500.40"),
        "small": Decimal("812.5"),
        "rate": Decimal("0.416"),
        "change": Decimal("0.009"),
        "just_now": now - timedelta(seconds=4),
        "days_ago": now - timedelta(days=40),
        "figures": [("Gross", 340), ("Discounts", 42), ("Returns", 44), ("Net", 254)],
        "tones": ["grey", "green", "red", "amber", "indigo"],
    }
    return render(request, "gallery/gallery.html", context)
