"""Showing a launch to an audience by a link."""

from django.core.exceptions import ValidationError
from django.db import transaction

from core.errors import NotFound
from core.typed import one_line
from roadmaps.launches.models import Launch
from roadmaps.sharing.launches import SharedLaunch, launch_for
from roadmaps.sharing.models import LONGEST_TITLE, Audience, RoadmapShare
from roadmaps.sharing.services import KIND, nobody
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.guests import services as guests
from workspaces.guests.services import Gate
from workspaces.members.models import Workspace


@transaction.atomic
def share_launch(
    actor: Actor, pk: int, audience: int, gate: Gate, *, title: str, watermark: bool = False
) -> tuple[RoadmapShare, str]:
    """A link to a launch for an audience, and its secret, which is told this once.

    Raises Denied, NotFound, Refused, or ValidationError naming the fields.
    """
    actor.require(Perm.ROADMAP_EDIT)
    actor.require(Perm.SHARE_OUTSIDE)
    launch = Launch.objects.visible_to(actor).filter(pk=pk).first()
    if launch is None:
        raise NotFound("That launch no longer exists.")
    whom = Audience.objects.visible_to(actor).filter(pk=audience).first()
    if whom is None:
        raise NotFound("That audience no longer exists.")
    words = one_line(title, LONGEST_TITLE)
    if not words:
        raise ValidationError({"title": ["Give it a title."]})
    link, secret = guests.make_link(actor, KIND, gate)
    share = RoadmapShare.objects.create(
        workspace=actor.workspace,
        link=link,
        audience=whom,
        launch=launch,
        title=words,
        watermark=watermark,
        files=False,
    )
    audit.record(actor, "launch.shared", launch, {"audience": (None, whom.name)})
    return share, secret


def shown_launch(share: RoadmapShare, workspace: Workspace) -> SharedLaunch:
    """What a share shows of its launch now. Raises NotFound when the launch is gone."""
    found = launch_for(nobody(workspace), share.audience.allow, share.launch_id or 0)
    if found is None:
        raise NotFound("What was shared is not there any more.")
    return found
