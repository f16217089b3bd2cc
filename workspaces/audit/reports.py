"""Which of the history a member may read."""

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Q

from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit.models import ActivityEvent, ActivityEventQuerySet
from workspaces.records.kinds import KINDS

# What acts on rows that are no records may be read with, by app and by model.
SEEN_WITH: dict[str, Perm] = {
    "products": Perm.CATALOG_VIEW,
    "finance": Perm.LEDGER_VIEW,
    "feedback": Perm.FEEDBACK_VIEW,
    "roadmaps": Perm.ROADMAP_VIEW,
}
MODELS_SEEN_WITH: dict[str, Perm] = {
    "workspaces.customfield": Perm.FIELDS_MANAGE,
    "workspaces.membership": Perm.MEMBERS_VIEW,
    "workspaces.invitation": Perm.MEMBERS_VIEW,
    "workspaces.team": Perm.MEMBERS_VIEW,
}
LOOKED_AT = 100
# What speaks of records is seen by whoever may read the record: by model, its rows for an actor.
ABOUT: dict[str, Callable[[Actor], Any]] = {}


def register_about(model: str, rows: Callable[[Actor], Any]) -> None:
    """Called from an AppConfig's ready(). `rows(actor)` are those whose record they may read."""
    ABOUT[model] = rows


def stands(actor: Actor, batch: str) -> bool:
    """Whether an act on many records, of the newest of which some are looked at, is their last."""
    events = ActivityEvent.objects.visible_to(actor)
    newest = events.filter(batch=batch).order_by("-pk").values_list("pk", flat=True)
    later = events.filter(
        model=OuterRef("model"), object_id=OuterRef("object_id"), pk__gt=OuterRef("pk")
    )
    return events.filter(~Exists(later), pk__in=list(newest[:LOOKED_AT])).exists()


def events_for(actor: Actor) -> ActivityEventQuerySet:
    """The acts on records this role may open."""
    events = ActivityEvent.objects.visible_to(actor)
    for app, perm in SEEN_WITH.items():
        if not actor.can(perm):
            events = events.exclude(model__startswith=f"{app}.")
    known = MODELS_SEEN_WITH | {kind.name: kind.reads for kind in KINDS.values()}
    hidden = [model for model, perm in known.items() if not actor.can(perm)]
    if hidden:
        events = events.exclude(model__in=hidden)
    for model, rows in ABOUT.items():
        seen = Exists(rows(actor).filter(pk=OuterRef("object_id")).order_by().values("pk"))
        events = events.filter(~Q(model=model) | Q(seen))
    return events
