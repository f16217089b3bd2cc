"""What sources add to the house; called from the app's ready()."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from feedback.sources import erasing, services
from feedback.sources.models import Arrival, Source, SourceKind
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.discussion.answers import register_address
from workspaces.jobs.registry import register_cleaner
from workspaces.records.forgetting import register_forgetter
from workspaces.records.kinds import RecordKind, register_record

KEPT = timedelta(days=30)


def register() -> None:
    """The kind of record, and forgetting what was refused, or who was erased."""
    register_forgetter("sources", erasing.forget)
    register_address(_read_address)
    register_cleaner("what sources refused", forget_refused)
    manages = Perm.SOURCES_MANAGE
    register_record(
        RecordKind(
            Source,
            "Source",
            "Sources",
            manages,
            manages,
            _url,
            _change,
            _delete,
            services.restore_source,
            frozenset({"password", "token_hash"}),
            icon="inbox",
        )
    )


def _read_address(workspace_id: int) -> str:
    """A mailbox that is read and whose address is known."""
    boxes = Source.objects.in_workspace(workspace_id).filter(
        kind=SourceKind.MAILBOX, active=True, failures=0
    )
    found = boxes.exclude(address="").order_by("pk").values_list("address", flat=True).first()
    return found or ""


def forget_refused() -> None:
    """Drop the words of what was refused; that it came stays, so that it comes no second time."""
    old = Arrival.objects.filter(at__lt=timezone.now() - KEPT, raw__isnull=False)
    old.update(raw=None, sender="", subject="")


def _url(actor: Actor, pk: int) -> str:
    return reverse("feedback:source", args=[actor.workspace.slug, pk])


def _change(actor: Actor, pk: int, version: int, values: dict[str, Any]) -> Any:
    return services.change_source(actor, pk, seen_version=version, **values)


def _delete(actor: Actor, pk: int, version: int) -> Any:
    return services.delete_source(actor, pk, seen_version=version)
