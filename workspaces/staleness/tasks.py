"""The bells of the recompute. What they ring for is in the rows."""

from datetime import date, datetime
from time import monotonic
from zoneinfo import ZoneInfo

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from core.tasks import ring, rung_while
from workspaces.members.models import Workspace
from workspaces.staleness.models import Refresh
from workspaces.staleness.recompute import is_stale, recompute_everything, recompute_next

NIGHT_HOUR = 3  # local time from which the nightly recompute may start
TURN_SECONDS = 60.0  # then the worker rings for a next turn, so that other work gets in between


@rung_while(is_stale)
@shared_task
def recompute_stale() -> None:
    """Recompute all that is stale, most urgent first. Safe to run twice and side by side."""
    end = monotonic() + TURN_SECONDS
    while recompute_next():
        if monotonic() > end:
            ring(recompute_stale)
            return


@shared_task
def recompute_everything_nightly() -> None:
    """Once a night, in each workspace's own night, work everything out anew."""
    for workspace in Workspace.objects.order_by("pk"):
        if _tonight_is_ours(workspace):
            recompute_everything(workspace.pk, "nightly recompute")


def _tonight_is_ours(workspace: Workspace) -> bool:
    """Claim this workspace's night; a second beat or worker finds it taken."""
    now = timezone.now()
    local = now.astimezone(ZoneInfo(workspace.timezone))
    if local.hour < NIGHT_HOUR:
        return False
    with transaction.atomic():
        night, created = Refresh.objects.get_or_create(
            workspace=workspace, topic="nightly", defaults={"as_of": now, "cause": "first night"}
        )
        if created:
            return False
        held = Refresh.objects.select_for_update(no_key=True).get(pk=night.pk)
        if _night_of(held.as_of, workspace) >= local.date():
            return False
        Refresh.objects.filter(pk=held.pk).update(as_of=now, cause="nightly recompute")
    return True


def _night_of(moment: datetime, workspace: Workspace) -> date:
    return moment.astimezone(ZoneInfo(workspace.timezone)).date()
