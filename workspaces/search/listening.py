"""Hearing what happened to records, and marking the entries that are older than it."""

from collections import defaultdict
from collections.abc import Sequence

from core.tasks import after_commit
from workspaces.audit.models import ActivityEvent
from workspaces.fields.models import CustomField
from workspaces.search.recompute import TOPIC, WHOLE
from workspaces.search.sources import Source, owners_of, searched_kinds
from workspaces.staleness.services import BULK, PERSON, mark_stale

SINGLY = 200  # an act on more records than this waits behind what people wait for
IMPORTS, FIELDS = "workspaces.importrun", "workspaces.customfield"


def hear(workspace_id: int, events: Sequence[ActivityEvent]) -> None:
    """Mark what these events touched. Whole kinds where an import or its undo named no rows,
    or another custom field is searched now."""
    touched: dict[str, set[int]] = defaultdict(set)
    for event in events:
        touched[event.model].add(event.object_id)
    keys: list[str] = []
    for model, ids in touched.items():
        for kind, hanging in owners_of(model):
            owners = _owners(workspace_id, hanging, ids) if hanging else ids
            keys += [f"{kind}:{pk}" for pk in sorted(owners)]
    if keys:
        mark(workspace_id, keys, urgency=PERSON if len(keys) <= SINGLY else BULK)
    if IMPORTS in touched:
        mark(workspace_id, [f"{kind.name}:{WHOLE}" for kind in searched_kinds()], urgency=BULK)
    elif FIELDS in touched:
        fields = CustomField.objects.in_workspace(workspace_id).filter(pk__in=touched[FIELDS])
        kinds = fields.order_by().values_list("kind", flat=True).distinct()
        mark(workspace_id, [f"{kind}:{WHOLE}" for kind in kinds], urgency=BULK)


def mark(workspace_id: int, keys: Sequence[str], *, urgency: int) -> None:
    """Mark entries stale, and ring for them alone, so that no figure keeps them waiting."""
    from workspaces.search.tasks import index_changed

    mark_stale(workspace_id, TOPIC, keys, "record changed", urgency=urgency)
    after_commit(index_changed)


def _owners(workspace_id: int, source: Source, ids: set[int]) -> set[int]:
    """The records that these rows of another table hang on, those in the trash included."""
    rows = source.model._base_manager.filter(workspace_id=workspace_id, pk__in=ids)
    found = rows.values_list(source.column(source.link), flat=True)
    return {pk for pk in found if pk is not None}
