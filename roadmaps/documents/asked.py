"""Which documents launches are asked for: by their template, else by their tier."""

from collections.abc import Sequence

from roadmaps.launches.models import Launch, LaunchTemplate
from roadmaps.launches.offers import presets


def named_in(text: str) -> list[str]:
    """The names in a list by commas, each once."""
    return list(dict.fromkeys(name for one in text.split(",") if (name := one.strip())))


def asked_of(workspace_id: int, launches: Sequence[Launch]) -> dict[int, list[str]]:
    """By launch, the names of the document templates it is asked for."""
    wanted = {one.template_id for one in launches if one.template_id is not None}
    rows = LaunchTemplate.objects.in_workspace(workspace_id).filter(pk__in=wanted)
    own = dict(rows.exclude(documents="").values_list("pk", "documents"))
    return {
        one.pk: named_in(own.get(one.template_id or 0, "")) or by_tier(one.tier) for one in launches
    }


def by_tier(tier: str) -> list[str]:
    """What the template that comes along for a tier asks for."""
    found = next(one for one in presets().values() if one["tier"] == tier)
    return named_in(found["documents"])
