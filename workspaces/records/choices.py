"""What a member wants to see of a list."""

from collections.abc import Sequence

from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.records.lists import RecordList
from workspaces.records.models import ListChoice


def choose_columns(actor: Actor, spec: RecordList, names: Sequence[str]) -> None:
    """Remember the columns the actor wants; none at all means the usual ones again."""
    actor.require(Perm.WORKSPACE_VIEW)
    allowed = [column.name for column in spec.columns_for(actor) if column.name in names]
    if allowed:
        ListChoice.objects.update_or_create(
            workspace=actor.workspace,
            user=actor.user,
            name=spec.name,
            defaults={"columns": allowed},
        )
    else:
        ListChoice.objects.visible_to(actor).filter(user=actor.user, name=spec.name).delete()
