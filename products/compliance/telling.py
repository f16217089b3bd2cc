"""What the history of evidence and obligations says to followers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from products.compliance.models import EvidenceCover, EvidenceDoc, Obligation, Waiver
from workspaces.audit.models import ActivityEvent
from workspaces.following.models import Reason
from workspaces.following.sources import Said, register_source

WORDS = {
    "evidencedoc.created": "handed in",
    "evidencedoc.accepted": "accepted",
    "evidencedoc.rejected": "did not accept",
    "evidencedoc.revoked": "revoked",
    "evidencedoc.superseded": "superseded",
    "evidencedoc.used": "used for more:",
    "evidencedoc.expiring": "will end soon:",
    "evidencedoc.ended": "has ended:",
    "obligation.waiver_asked": "asked for a waiver of",
    "obligation.waived": "waived",
    "obligation.waiver_declined": "declined a waiver of",
    "obligation.waiver_ended": "ended the waiver of",
}
BY_CLOCK = ("evidencedoc.expiring", "evidencedoc.ended")
ANSWERS = ("obligation.waived", "obligation.waiver_declined", "obligation.waiver_ended")


def evidence(workspace_id: int, events: Sequence[ActivityEvent]) -> Mapping[int, Said]:
    """Who handed a document in hears how it went; product owners hear of its end too."""
    pks = {event.object_id for event in events}
    rows = EvidenceDoc.objects.in_workspace(workspace_id).filter(pk__in=pks)
    uploaders = dict(rows.values_list("pk", "uploaded_by"))
    owners: dict[int, set[int]] = defaultdict(set)
    covers = EvidenceCover.objects.in_workspace(workspace_id).filter(evidence__in=pks)
    for pk, owner in covers.values_list("evidence", "product__owner").distinct():
        owners[pk] |= {owner} if owner else set()
    found = {}
    for event in events:
        if event.verb not in WORDS or event.object_id not in uploaders:
            continue
        uploader = uploaders[event.object_id]
        mine = {uploader} if uploader else set()
        told = mine | owners[event.object_id] if event.verb in BY_CLOCK else mine
        silent = None if event.verb in BY_CLOCK else event.actor_id
        reasons = dict.fromkeys(told - {silent}, Reason.ASSIGNMENT)
        ref = (event.model, event.object_id)
        found[event.pk] = Said(ref, reasons, frozenset(mine), silent)
    return found


def obligations(workspace_id: int, events: Sequence[ActivityEvent]) -> Mapping[int, Said]:
    """Who asked for a waiver hears what became of it."""
    known = set(
        Obligation.objects.in_workspace(workspace_id)
        .filter(pk__in={event.object_id for event in events})
        .values_list("pk", flat=True)
    )
    waivers = {pk for event in events if (pk := _waiver(event)) is not None}
    askers = dict(
        Waiver.objects.in_workspace(workspace_id)
        .filter(pk__in=waivers)
        .values_list("pk", "requested_by")
    )
    found = {}
    for event in events:
        if event.verb not in WORDS or event.object_id not in known:
            continue
        asker = askers.get(_waiver(event) or 0) if event.verb in ANSWERS else None
        told = {asker: Reason.APPROVAL} if asker and asker != event.actor_id else {}
        found[event.pk] = Said((event.model, event.object_id), told, silent=event.actor_id)
    return found


def _waiver(event: ActivityEvent) -> int | None:
    pair = event.changes.get("waiver")
    return pair[1] if isinstance(pair, list) and len(pair) == 2 else None


def register() -> None:
    """Called from the app's ready()."""
    register_source("products.evidencedoc", evidence, WORDS)
    register_source("products.obligation", obligations)
