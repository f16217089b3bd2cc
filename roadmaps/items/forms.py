"""What is typed beside an item. Forms parse; the services decide."""

from typing import Any

from django import forms

from core.errors import NotFound, Refused
from products.catalog.models import Product
from roadmaps.items.models import MOST_LAG, MOST_WEEKS, DependencyType, Item
from workspaces.access.actor import Actor
from workspaces.members.models import Team
from workspaces.records.lists import whole_number


class EstimateForm(forms.Form):
    """Three points of one team."""

    team: Any = forms.ModelChoiceField(None)
    low = forms.DecimalField(max_value=MOST_WEEKS, decimal_places=2)
    likely = forms.DecimalField(max_value=MOST_WEEKS, decimal_places=2)
    high = forms.DecimalField(max_value=MOST_WEEKS, decimal_places=2)

    def __init__(self, *args: Any, actor: Actor) -> None:
        super().__init__(*args)
        self.fields["team"].queryset = Team.objects.visible_to(actor)  # type: ignore[attr-defined]


class WaitForm(forms.Form):
    """What an item waits for, how, and by how many days of lag."""

    before = forms.CharField(max_length=220)
    type = forms.ChoiceField(choices=DependencyType.choices, required=False)
    lag = forms.IntegerField(min_value=-MOST_LAG, max_value=MOST_LAG, required=False)

    def values(self, actor: Actor) -> dict[str, Any]:
        """Raises NotFound for an item that is not there."""
        clean = self.cleaned_data
        return {
            "before": item_called(actor, clean["before"]),
            "type": clean["type"] or DependencyType.FINISH_START,
            "lag": clean["lag"] or 0,
        }


def item_called(actor: Actor, text: str) -> Item:
    """The newest item with this number or this whole title. Raises NotFound."""
    rows, words = Item.objects.visible_to(actor), text.strip()
    number = whole_number(words.removeprefix("#"))
    known = rows.filter(pk=number) if number is not None else rows.filter(title__iexact=words)
    found = known.order_by("-pk").first()
    if found is None:
        raise NotFound(f"No item is called “{words[:60]}”.")
    return found


def product_called(actor: Actor, text: str) -> Product:
    """The one product with this handle or name. Raises NotFound or Refused."""
    rows, words = Product.objects.visible_to(actor), text.strip()
    found = list(rows.filter(handle=words)[:1]) or list(rows.filter(name__iexact=words)[:2])
    found = found or list(rows.matching(words)[:2])
    if not found:
        raise NotFound(f"No product is called “{words[:60]}”.")
    if len(found) > 1:
        raise Refused("Several products fit. Use the handle of the one you mean.")
    return found[0]


def words_of(form: forms.Form) -> str:
    """Everything that is wrong with a form, one sentence after another."""
    said = form.errors.get_json_data()
    return " ".join(
        f"{form[name].label if name in form.fields else name.capitalize()}: {one['message']}"
        for name, errors in said.items()
        for one in errors
    )
