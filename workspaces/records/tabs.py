"""What stands on every record's page: rooms register their tabs and panels here once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest
from workspaces.access.roles import Perm
from workspaces.records.kinds import KINDS, RecordKind

Context = Mapping[str, Any]


def every(kind: RecordKind) -> bool:
    """For tabs and panels that all kinds have."""
    return True


@dataclass(frozen=True, slots=True)
class RecordTab:
    """A tab of a record's page.

    `render` returns the template that is included below the tabs, and its context. `count` says how
    much there is, in one cheap statement. `perm` is who sees it, besides who reads the record.
    """

    name: str
    label: str
    order: int
    perm: Perm
    render: Callable[[WorkspaceRequest, RecordKind, Any], tuple[str, Context]]
    count: Callable[[Actor, RecordKind, Any], int] | None = None
    kinds: Callable[[RecordKind], bool] = every


@dataclass(frozen=True, slots=True)
class RecordPanel:
    """A piece beside a record's values, or of its head.

    `context` returns None where there is nothing to show. `place` is `side` or `head`.
    """

    order: int
    perm: Perm
    template: str
    context: Callable[[WorkspaceRequest, RecordKind, Any], Context | None]
    place: str = "side"
    kinds: Callable[[RecordKind], bool] = every


TABS: dict[str, RecordTab] = {}
PANELS: dict[str, RecordPanel] = {}


def register_record_tab(tab: RecordTab) -> None:
    """Called from an AppConfig's ready()."""
    TABS[tab.name] = tab


def register_record_panel(panel: RecordPanel) -> None:
    """Called from an AppConfig's ready(). One template is one panel."""
    PANELS[panel.template] = panel


def tabs_of(actor: Actor, kind: RecordKind) -> list[RecordTab]:
    """The tabs that this kind has and this role may open, in order."""
    found = [tab for tab in TABS.values() if tab.kinds(kind) and actor.can(tab.perm)]
    return sorted(found, key=lambda tab: (tab.order, tab.name))


def beside(request: WorkspaceRequest, row: Any) -> dict[str, Any]:
    """What stands in the head and beside a record whose page its own app makes."""
    kind = KINDS[row._meta.label_lower]
    return {
        "heads": panels_of(request, kind, row, "head"),
        "sides": panels_of(request, kind, row, "side"),
    }


def panels_of(
    request: WorkspaceRequest, kind: RecordKind, row: Any, place: str = "side"
) -> list[dict[str, Any]]:
    """The panels of this place that have something to show, in order, ready to be included."""
    wanted = [
        panel
        for panel in sorted(PANELS.values(), key=lambda panel: (panel.order, panel.template))
        if panel.place == place and panel.kinds(kind) and request.actor.can(panel.perm)
    ]
    found = []
    for panel in wanted:
        context = panel.context(request, kind, row)
        if context is not None:
            found.append({"template": panel.template, "context": context})
    return found
