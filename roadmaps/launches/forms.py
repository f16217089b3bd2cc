"""What is typed about launches. Forms parse; the services decide."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.errors import DomainError
from feedback.segments.models import Segment
from products.catalog.forms import add_refusal
from products.catalog.models import Market, Product
from roadmaps.items.models import Item
from roadmaps.launches.models import Launch, LaunchTemplate
from roadmaps.launches.offers import presets
from roadmaps.launches.scope import LINKS
from roadmaps.launches.services_templates import adopt_preset, make_launch
from roadmaps.launches.states import Lane, Tier
from workspaces.access.actor import Actor
from workspaces.members.models import Team
from workspaces.members.people import people_of

SHIPPED = "shipped:"


def _day(label: str, *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


def _days(label: str) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=5, decimal_places=1, required=False)


class NewLaunchForm(forms.Form):
    """A launch: what, when, where to, and from which template."""

    title = forms.CharField(max_length=200)
    planned_on = _day("Planned for")
    template = forms.ChoiceField(required=False)
    products: Any = forms.ModelMultipleChoiceField(None, required=False)
    markets: Any = forms.ModelMultipleChoiceField(None, required=False)
    segments: Any = forms.ModelMultipleChoiceField(None, required=False)
    items: Any = forms.ModelMultipleChoiceField(None, required=False, label="From the roadmap")
    owner: Any = forms.ModelChoiceField(None, required=False, empty_label="Nobody yet")
    team: Any = forms.ModelChoiceField(None, required=False, empty_label="None")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        rows: dict[str, Any] = {
            "products": Product.objects.visible_to(actor).order_by("name", "pk"),
            "markets": Market.objects.visible_to(actor).order_by("name", "pk"),
            "segments": Segment.objects.visible_to(actor).order_by("name", "pk"),
            "items": Item.objects.visible_to(actor).order_by("title", "pk"),
            "owner": people_of(actor),
            "team": Team.objects.visible_to(actor).order_by("name", "pk"),
        }
        for name, found in rows.items():
            self.fields[name].queryset = found  # type: ignore[attr-defined]
        self.fields["template"].choices = self._templates()  # type: ignore[attr-defined]

    def _templates(self) -> list[Any]:
        own = LaunchTemplate.objects.visible_to(self.actor).order_by("tier", "name", "pk")
        held = {one.name for one in own}
        found: list[Any] = [("", "None: an empty plan")]
        found += [(str(one.pk), f"{one.name} · {_fits(one)}") for one in own.select_related()]
        found += [
            (f"{SHIPPED}{word}", f"{one['name']} · {Tier(one['tier']).label}")
            for word, one in presets().items()
            if one["name"] not in held
        ]
        return found

    def submit(self) -> Launch | None:
        """The launch, or None where it was refused and `errors` says why."""
        if not self.is_valid():
            return None
        clean = self.cleaned_data
        values = {name: clean[name] for name in ("title", "planned_on", "owner", "team")}
        scope = {name: [one.pk for one in clean[name]] for name in LINKS}
        try:
            return make_launch(self.actor, values, self._template(), **scope)
        except (DomainError, ValidationError) as refusal:
            if getattr(refusal, "status", 0) == 403:
                raise
            add_refusal(self, refusal)
        return None

    def _template(self) -> LaunchTemplate | None:
        chosen = self.cleaned_data["template"]
        if chosen.startswith(SHIPPED):
            return adopt_preset(self.actor, chosen.removeprefix(SHIPPED))
        if not chosen:
            return None
        return LaunchTemplate.objects.visible_to(self.actor).filter(pk=chosen).first()


def _fits(template: LaunchTemplate) -> str:
    """For what a template is made: its tier, category and market."""
    parts = [template.get_tier_display(), template.category, template.market]
    return " · ".join(str(one) for one in parts if one)


class TaskForm(forms.Form):
    """A task beside those of the template."""

    title = forms.CharField(max_length=200)
    lane = forms.ChoiceField(choices=Lane.choices, required=False)
    day = forms.IntegerField(label="T±", required=False)
    low = _days("Days at best")
    likely = _days("Days likely")
    high = _days("Days at worst")

    def values(self) -> dict[str, Any]:
        """What was typed; the rest is what is usual."""
        return {name: one for name, one in self.cleaned_data.items() if one not in (None, "")}
