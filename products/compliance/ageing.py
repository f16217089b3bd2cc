"""Time moves documents: valid, expiring, expired; and people are told 90, 60, 30, 7 days before.

What is written here follows from days alone, so that running twice, late or killed changes nothing.
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from core.clock import today
from products.compliance import marking
from products.compliance.models import EvidenceCover, EvidenceDoc, EvidenceWarning, Obligation
from products.compliance.states import AHEAD, WARN_DAYS, DocState
from workspaces.access.actor import Actor
from workspaces.access.roles import Role
from workspaces.audit import services as audit
from workspaces.audit.models import Channel
from workspaces.members.models import Membership, Workspace

AGES = (DocState.VALID, DocState.EXPIRING)
ENDED = 0  # the warning that says it has ended


def state_on(row: EvidenceDoc, day: date) -> DocState:
    """What an accepted document is by its days."""
    if row.valid_to is None or row.valid_to - day > timedelta(days=AHEAD):
        return DocState.VALID
    return DocState.EXPIRED if row.valid_to < day else DocState.EXPIRING


def age_workspace(workspace_id: int) -> None:
    """Bring documents to today, warn of those that end, and mark what time alone has changed."""
    workspace = Workspace.objects.get(pk=workspace_id)
    day = today(workspace.timezone)
    near = Q(valid_to__lte=day + timedelta(days=AHEAD))
    rows = EvidenceDoc.objects.in_workspace(workspace_id).filter(near, state__in=AGES)
    for pk in rows.order_by("pk").values_list("pk", flat=True):
        _age(workspace, pk, day)
    _supersede(workspace, day)
    turned = Obligation.objects.in_workspace(workspace_id).filter(changes_on__lte=day)
    with transaction.atomic():
        pks = turned.values_list("product", flat=True).distinct().order_by("product")
        marking.of_products(workspace_id, pks, "the day")


@transaction.atomic
def _age(workspace: Workspace, pk: int, day: date) -> None:
    """Move one document and tell of it, in one transaction: nobody is told twice."""
    rows = EvidenceDoc.objects.in_workspace(workspace.pk).filter(pk=pk, state__in=AGES)
    row = rows.select_for_update(of=("self",), skip_locked=True).first()
    if row is None or row.valid_to is None:
        return
    _move(row, state_on(row, day))
    left = (row.valid_to - day).days
    due = ENDED if left < 0 else min((one for one in WARN_DAYS if left <= one), default=None)
    if due is None:
        return
    _, fresh = EvidenceWarning.objects.get_or_create(
        workspace=workspace, evidence=row, days=due, valid_to=row.valid_to
    )
    if fresh:
        _tell(workspace, row, left)


def _supersede(workspace: Workspace, day: date) -> None:
    """What a reviewed document replaces is superseded from its first day."""
    newer = EvidenceDoc.objects.in_workspace(workspace.pk).filter(
        state__in=AGES, valid_from__lte=day, replaces__isnull=False
    )
    older = EvidenceDoc.objects.in_workspace(workspace.pk).filter(
        pk__in=newer.values("replaces"), state__in=AGES
    )
    with transaction.atomic():
        for row in older.select_for_update(of=("self",), skip_locked=True).order_by("pk"):
            _move(row, DocState.SUPERSEDED)


def _move(row: EvidenceDoc, state: DocState) -> None:
    if row.state == state:
        return
    row.state, row.version = state, row.version + 1
    row.save(update_fields=["state", "version", "updated_at"])
    covers = EvidenceCover.objects.in_workspace(row.workspace_id).filter(evidence=row)
    marking.of_products(row.workspace_id, covers.values_list("product", flat=True), "the day")


def _tell(workspace: Workspace, row: EvidenceDoc, left: int) -> None:
    """One event that followers hear of, in the name of who handed it in, else of an owner."""
    person = row.uploaded_by
    if person is None:
        owners = Membership.objects.in_workspace(workspace.pk).filter(role=Role.OWNER, active=True)
        owner = owners.select_related("user").order_by("pk").first()
        if owner is None:
            return
        person = owner.user
    actor = Actor(person, workspace, Role.OWNER, Channel.WORKER)
    verb = "evidencedoc.ended" if left < 0 else "evidencedoc.expiring"
    audit.record(actor, verb, row, {"days": (None, max(left, 0)), "until": (None, row.valid_to)})
