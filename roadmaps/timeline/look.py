"""How the timeline is looked at: what of it stands in the address beside the list's filters."""

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from core.clock import today
from roadmaps.timeline.scale import Scale, Zoom, scale_of
from workspaces.access.actor import Actor
from workspaces.records.lists import whole_number

COLOURS = ("confidence", "state")
OFF = "off"


@dataclass(frozen=True, slots=True)
class Look:
    """The zoom and the first day, what colours mean, whether arrows are drawn, what is selected."""

    scale: Scale
    now: date
    first: str
    colour: str
    arrows: bool
    selected: int

    @property
    def zoom(self) -> Zoom:
        return self.scale.zoom

    def parts(self, **changes: str) -> dict[str, str]:
        """As the address holds it; what is usual is left out."""
        usual = {"zoom": "month", "colour": COLOURS[0]}
        held = {
            "zoom": str(self.zoom),
            "from": self.first,
            "colour": self.colour,
            "arrows": "" if self.arrows else OFF,
            "selected": str(self.selected) if self.selected else "",
        }
        found = held | changes
        return {name: text for name, text in found.items() if text and text != usual.get(name)}


def look_of(actor: Actor, asked: QueryDict) -> Look:
    """What an address means; what it cannot mean is as usual."""
    zoom, colour = asked.get("zoom", ""), asked.get("colour", "")
    now = today(actor.workspace.timezone)
    first = _day(asked.get("from", ""))
    return Look(
        scale_of(Zoom(zoom) if zoom in list(Zoom) else Zoom.MONTH, first or now),
        now,
        first.isoformat() if first else "",
        colour if colour in COLOURS else COLOURS[0],
        asked.get("arrows") != OFF,
        whole_number(asked.get("selected", "")) or 0,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
