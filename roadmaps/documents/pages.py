"""The Documents tab of a launch."""

from dataclasses import dataclass
from typing import Any

from roadmaps.documents.asked import asked_of
from roadmaps.documents.standing import LAUNCH, Standing, standings
from roadmaps.launches.models import Launch
from workspaces.access.doors import WorkspaceRequest
from workspaces.access.roles import Perm
from workspaces.documents.beginnings import shipped_for
from workspaces.documents.models import DocumentTemplate


@dataclass(frozen=True, slots=True)
class Line:
    """A template: what it is for, whether the launch is asked for it, and what was made from it."""

    name: str
    purpose: str
    asked: bool
    made: list[Standing]


def documents(request: WorkspaceRequest, launch: Launch) -> tuple[str, dict[str, Any]]:
    """What it is asked for and how far that is; what else can be written; and what else was."""
    actor = request.actor
    actor.require(Perm.DOCUMENTS_VIEW)
    held = standings(actor.workspace.pk, [launch.pk]).get(launch.pk, [])
    asked = asked_of(actor.workspace.pk, [launch])[launch.pk]
    purposes = {one.name: one.purpose for one in shipped_for(LAUNCH)}
    own = DocumentTemplate.objects.visible_to(actor).order_by("name").values_list("name", flat=True)
    lines = [
        Line(
            name,
            purposes.get(name, ""),
            name in asked,
            [one for one in held if one.document.template == name],
        )
        for name in dict.fromkeys([*asked, *purposes, *own])
    ]
    return "launches/documents.html", {
        "lines": [one for one in lines if one.asked or one.made],
        "others": [one for one in lines if not one.asked and not one.made],
        "free": [one for one in held if one.document.template not in {each.name for each in lines}],
        "writes": actor.can(Perm.DOCUMENTS_EDIT),
    }
