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
    remember_columns(actor, spec.name, allowed)


def remember_columns(actor: Actor, name: str, columns: Sequence[str]) -> None:
    """Remember these columns of a list, in this order; none at all means the usual ones again."""
    actor.require(Perm.WORKSPACE_VIEW)
    if columns:
        ListChoice.objects.update_or_create(
            workspace=actor.workspace,
            user=actor.user,
            name=name,
            defaults={"columns": list(dict.fromkeys(columns))},
        )
    else:
        ListChoice.objects.visible_to(actor).filter(user=actor.user, name=name).delete()
