"""Nothing goes while a hard gate is red: said in words here, held by a trigger in PostgreSQL."""

from core.errors import Refused
from roadmaps.launches.models import Launch
from roadmaps.marking import READINESS
from roadmaps.readiness.models import RedGate
from roadmaps.readiness.recompute import overrides_in_force, recompute_readiness
from workspaces.staleness.models import StaleMark

NAMED = 3


def refuse_while_red(launch: Launch) -> None:
    """Work the launch out anew, now, and raise Refused while a gate is red.

    Part of the transaction that moves it. What was marked meanwhile by others and is not known
    here keeps the database's gate shut.
    """
    key = f"launch:{launch.pk}"
    marks = StaleMark.objects.in_workspace(launch.workspace_id).filter(topic=READINESS, key=key)
    # Waits for a worker that has just taken them: it is done in a moment.
    seen = list(marks.select_for_update().values_list("pk", flat=True))
    recompute_readiness(launch.workspace_id, [key])
    StaleMark.objects.in_workspace(launch.workspace_id).filter(pk__in=seen).delete()
    overridden = overrides_in_force(launch.workspace_id, [launch])[launch.pk]
    rows = RedGate.objects.in_workspace(launch.workspace_id).filter(launch=launch)
    red = [one.title for one in rows.order_by("pk") if one.key not in overridden]
    if red:
        more = f", and {len(red) - NAMED} more" if len(red) > NAMED else ""
        words = "; ".join(red[:NAMED])
        raise Refused(f"Go is locked: {words}{more}.")
    if marks.exists():
        raise Refused("Its readiness is being worked out. Try again in a moment.")
