"""The templates there are, and what a launch's own says differently by now."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from roadmaps.launches.models import Launch, LaunchTask, LaunchTemplate, TemplateTask
from roadmaps.launches.offering import FIELDS, Held, Offer, offers
from workspaces.access.actor import Actor

PRESETS = Path(__file__).parent / "presets"


@lru_cache(maxsize=1)
def presets() -> dict[str, dict[str, Any]]:
    """The templates that come with the product, by their word."""
    return {one.stem: json.loads(one.read_text()) for one in sorted(PRESETS.glob("*.json"))}


def tasks_of(actor: Actor, template: LaunchTemplate) -> list[TemplateTask]:
    """The tasks of a template, by their day."""
    rows = TemplateTask.objects.visible_to(actor).filter(template=template)
    return list(rows.order_by("day", "pk"))


def offers_for(actor: Actor, launch: Launch) -> list[Offer]:
    """What its template says differently by now."""
    if launch.template_id is None:
        return []
    template = LaunchTemplate.objects.visible_to(actor).filter(pk=launch.template_id).first()
    if template is None:
        return []
    rows = LaunchTask.objects.with_trash(launch.workspace_id).filter(launch=launch)
    tasks = list(rows.exclude(key="").order_by("pk"))
    held = [_held(one) for one in tasks if one.deleted_at is None]
    dropped = {one.key for one in tasks if one.deleted_at is not None}
    return offers([_held(one) for one in tasks_of(actor, template)], held, dropped)


def _held(task: TemplateTask | LaunchTask) -> Held:
    values = {name: getattr(task, name) for name in FIELDS}
    touched = isinstance(task, LaunchTask) and (task.started_on or task.done_on)
    return Held(task.key, values, not touched)
