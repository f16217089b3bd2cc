"""Seeing to the indexes of custom fields."""

from celery import shared_task

from workspaces.fields.models import CustomField
from workspaces.fields.recompute import index_kind
from workspaces.records.kinds import KINDS


@shared_task
def index_fields(field_id: int) -> None:
    """Bring the indexes of the field's kind and workspace up to date. Safe to run twice."""
    field = CustomField.objects.filter(pk=field_id).first()
    if field is not None and field.kind in KINDS:
        index_kind(field.workspace_id, field.kind)


def index_all() -> None:
    """The same for every workspace: records came in since, or a bell was lost."""
    pairs = CustomField.objects.order_by().values_list("workspace_id", "kind").distinct()
    for workspace_id, kind in pairs:
        if kind in KINDS:
            index_kind(workspace_id, kind)
