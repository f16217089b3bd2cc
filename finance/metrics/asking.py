"""Reading a question about figures out of an address, and the choices a page offers for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from core.errors import DomainError
from finance.ledger.models import Account
from finance.metrics.labels import names_of
from finance.metrics.sources import DIMENSIONS, TIMES
from products.catalog.models import Brand, Category, Channel, Market
from workspaces.access.actor import Actor
from workspaces.records.lists import whole_number

MOST_CHOICES = 300
MOST_IDS = 100
FILTERS = tuple(name for name in DIMENSIONS if name not in TIMES)
MENUS: dict[str, tuple[Any, str]] = {
    "category": (Category, "path"),
    "brand": (Brand, "name"),
    "channel": (Channel, "name"),
    "market": (Market, "name"),
    "account": (Account, "name"),
}


class Params(Protocol):
    """What Django's query dict offers."""

    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Menu:
    """A filter to choose from: its choices, and what is chosen."""

    name: str
    label: str
    choices: Sequence[tuple[int, str]]
    chosen: tuple[int, ...]


def read_filters(params: Params) -> dict[str, tuple[int, ...]]:
    """{dimension: ids} of an address. Raises DomainError for what is no id."""
    found: dict[str, tuple[int, ...]] = {}
    for name in FILTERS:
        texts = [text for text in params.getlist(name) if text]
        ids = [whole_number(text) for text in texts]
        if None in ids or len(ids) > MOST_IDS:
            raise DomainError(f"The filter “{name}” takes up to {MOST_IDS} ids.")
        if texts:
            found[name] = tuple(pk for pk in ids if pk is not None)
    return found


def menus(actor: Actor, filters: Mapping[str, tuple[int, ...]]) -> list[Menu]:
    """What can be chosen; dimensions the workspace does not use are left out."""
    found = []
    for name, (model, column) in MENUS.items():
        rows = model.objects.visible_to(actor).order_by(column).values_list("pk", column)
        choices = list(rows[:MOST_CHOICES])
        if choices:
            found.append(Menu(name, DIMENSIONS[name], choices, filters.get(name, ())))
    return found


def chips(actor: Actor, filters: Mapping[str, tuple[int, ...]]) -> list[tuple[str, str, str]]:
    """(parameter, dimension, names) of the filters that are set."""
    found = []
    for name, ids in filters.items():
        names = names_of(actor, name, set(ids))
        words = ", ".join(names.get(pk, f"no. {pk}") for pk in ids)
        found.append((name, DIMENSIONS[name], words))
    return found
