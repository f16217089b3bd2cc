"""Marking what a change touched."""

from collections.abc import Iterable

from workspaces.staleness.models import StaleMark

PERSON, BULK = 0, 5


def mark_stale(
    workspace_id: int, topic: str, keys: Iterable[object], cause: str, *, urgency: int = PERSON
) -> None:
    """Say that `keys` of `topic` must be recomputed. Part of the caller's transaction.

    The bell is rung after the commit; if it is not heard, beat's sweep finds the rows.
    """
    from core.tasks import after_commit
    from workspaces.staleness.tasks import recompute_stale

    marks = [
        StaleMark(
            workspace_id=workspace_id, topic=topic, key=str(key), cause=cause[:120], urgency=urgency
        )
        for key in dict.fromkeys(keys)
    ]
    if marks:
        StaleMark.objects.bulk_create(marks, batch_size=5_000)
        after_commit(recompute_stale)
