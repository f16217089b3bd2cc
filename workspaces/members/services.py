"""Making workspaces, and saying who may do what in them."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from core.errors import EditConflict, NotFound, Refused
from core.tasks import after_commit
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm, Role
from workspaces.audit import services as audit
from workspaces.imports.models import ImportRun
from workspaces.members.models import Membership, User, Workspace
from workspaces.members.recompute import RECOMPUTE
from workspaces.members.tasks import tell_member
from workspaces.records.changes import assign

KEPT = timedelta(days=30)
RESERVED_SLUGS = frozenset({"new", "api", "admin", "accounts", "static", "w"})
LAST_OWNER = "A workspace needs an owner. Make somebody else an owner first."


@dataclass(frozen=True, slots=True)
class WorkspaceFields:
    """What can be said of a workspace."""

    name: str
    timezone: str
    currency: str


def free_slug(name: str) -> str:
    """An address for a workspace of this name that nobody has yet."""
    stem = slugify(name)[:40] or "workspace"
    stem = f"{stem}-1" if stem in RESERVED_SLUGS else stem
    taken = set(
        Workspace.objects.filter(slug__startswith=stem).values_list("slug", flat=True)[:1_000]
    )
    numbers = (f"{stem}-{number}" for number in range(2, 1_003))
    return next(slug for slug in (stem, *numbers) if slug not in taken)


def hold_workspace(actor: Actor) -> Workspace:
    """The workspace, locked: everything about who belongs to it happens one after the other."""
    return Workspace.objects.select_for_update(no_key=True).get(pk=actor.workspace.pk)


@transaction.atomic
def create_workspace(user: User, fields: WorkspaceFields, slug: str) -> Workspace:
    """A new workspace with `user` as its owner. Raises ValidationError naming the fields."""
    workspace = Workspace(
        name=fields.name, slug=slug, timezone=fields.timezone, currency=fields.currency
    )
    workspace.full_clean()
    workspace.save()
    Membership.objects.create(workspace=workspace, user=user, role=Role.OWNER)
    actor = Actor(user, workspace, Role.OWNER)
    audit.record(actor, "workspace.created", workspace, {"name": (None, fields.name)})
    return workspace


@transaction.atomic
def update_workspace(actor: Actor, fields: WorkspaceFields, *, seen_version: int) -> Workspace:
    """Rename a workspace, or change its zone or currency; a new currency recomputes its figures."""
    actor.require(Perm.WORKSPACE_MANAGE)
    workspace = hold_workspace(actor)
    if workspace.version != seen_version:
        raise EditConflict("Somebody else changed these settings while you had them open.")
    changes = assign(
        workspace, name=fields.name, timezone=fields.timezone, currency=fields.currency
    )
    if changes:
        workspace.version += 1
        workspace.full_clean()
        workspace.save(update_fields=[*changes, "version"])
        audit.record(actor, "workspace.changed", workspace, changes)
    if "currency" in changes:
        _recompute(actor, workspace.currency)
    return workspace


@transaction.atomic
def delete_workspace(actor: Actor, typed_name: str) -> None:
    """Close a workspace; its owner can bring it back for 30 days, then it is gone."""
    actor.require(Perm.WORKSPACE_OWN)
    workspace = hold_workspace(actor)
    if typed_name.strip() != workspace.name:
        raise Refused(f"Type “{workspace.name}” exactly to delete this workspace.")
    workspace.deleted_at = timezone.now()
    workspace.save(update_fields=["deleted_at"])
    event = audit.record(
        actor, "workspace.deleted", workspace, {"deleted_at": (None, workspace.deleted_at)}
    )
    after_commit(tell_member, event.pk)


@transaction.atomic
def restore_workspace(user: User, slug: str) -> Workspace:
    """Bring back a deleted workspace. Raises NotFound unless `user` owned it."""
    owned = Membership.objects.owners().filter(user=user, workspace__slug=slug)
    found = owned.exclude(workspace__deleted_at=None).select_related("workspace").first()
    if found is None:
        raise NotFound("There is no such deleted workspace of yours.")
    actor = Actor(user, found.workspace, Role(found.role))
    actor.require(Perm.WORKSPACE_OWN)
    workspace = hold_workspace(actor)
    was, workspace.deleted_at = workspace.deleted_at, None
    workspace.save(update_fields=["deleted_at"])
    audit.record(actor, "workspace.restored", workspace, {"deleted_at": (was, None)})
    return workspace


def purge_deleted_workspaces() -> None:
    """Remove for good what was deleted more than 30 days ago, files and all.

    Row by row through the ORM would take hours for a large shop: each table is emptied by one
    statement, and the deferred foreign keys are checked when the transaction ends.
    """
    due = Workspace.objects.filter(deleted_at__lt=timezone.now() - KEPT)
    for workspace_id in due.values_list("pk", flat=True):
        with transaction.atomic():
            held = due.select_for_update(skip_locked=True).filter(pk=workspace_id).first()
            if held is None:
                continue
            runs = ImportRun.objects.in_workspace(workspace_id).only("file", "parts")
            names = [name for run in runs for name in _files_of(run)]
            for model in apps.get_models():
                if "workspace" in {field.name for field in model._meta.concrete_fields}:
                    rows = model._base_manager.filter(workspace_id=workspace_id)
                    if stored := getattr(model, "STORED", ()):
                        for some in rows.values_list(*stored).distinct():
                            names += filter(None, some)
                    rows._raw_delete(rows.db)
            Workspace.objects.filter(pk=workspace_id)._raw_delete("default")
            for name in names:
                transaction.on_commit(partial(default_storage.delete, name), robust=True)


def _files_of(run: ImportRun) -> list[str]:
    """What was uploaded for an import and not cleaned up yet."""
    return [name for name in (str(run.file), *(part["name"] for part in run.parts)) if name]


@transaction.atomic
def change_role(actor: Actor, membership_id: int, role: Role, *, seen_version: int) -> Membership:
    """Give a member another role. Only owners make, or unmake, owners; the last one stays."""
    actor.require(Perm.MEMBERS_MANAGE)
    hold_workspace(actor)
    membership = _member(actor, membership_id)
    if membership.version != seen_version:
        raise EditConflict(f"The role of {membership.user} changed while you had it open.")
    _mind_owners(actor, membership, role)
    changes = assign(membership, role=role.value)
    if changes:
        membership.version += 1
        membership.full_clean(exclude=["workspace", "user"])
        membership.save(update_fields=["role", "version"])
        event = audit.record(actor, "member.role_changed", membership, changes)
        after_commit(tell_member, event.pk)
    return membership


@transaction.atomic
def remove_member(actor: Actor, membership_id: int) -> Membership:
    """Take a member's access away, at once. What they did stays in the history."""
    actor.require(Perm.MEMBERS_MANAGE)
    hold_workspace(actor)
    membership = _member(actor, membership_id)
    _mind_owners(actor, membership, None)
    return _close(actor, membership, "member.removed")


@transaction.atomic
def restore_member(actor: Actor, membership_id: int) -> Membership:
    """Undo a removal: the same person, the same role."""
    actor.require(Perm.MEMBERS_MANAGE)
    hold_workspace(actor)
    membership = _member(actor, membership_id, active=False)
    if membership.role == Role.OWNER:
        actor.require(Perm.WORKSPACE_OWN)
    changes = assign(membership, active=True)
    membership.save(update_fields=["active"])
    audit.record(actor, "member.restored", membership, changes)
    return membership


@transaction.atomic
def leave(actor: Actor) -> None:
    """End one's own membership. The last owner cannot."""
    actor.require(Perm.WORKSPACE_VIEW)
    hold_workspace(actor)
    membership = Membership.objects.visible_to(actor).active().get(user=actor.user)
    _mind_last(actor, membership, None)
    _close(actor, membership, "member.left")


@transaction.atomic
def update_profile(user: User, *, name: str, locale: str, zone: str) -> User:
    """What a person says of themselves, in all workspaces."""
    changes = assign(user, name=name, locale=locale, timezone=zone)
    if changes:
        user.full_clean(exclude=["password"])
        user.save(update_fields=list(changes))
    return user


def _member(actor: Actor, membership_id: int, *, active: bool = True) -> Membership:
    members = Membership.objects.visible_to(actor).select_related("user").filter(active=active)
    membership = members.filter(pk=membership_id).first()
    if membership is None:
        raise NotFound("There is no such member.")
    return membership


def _mind_owners(actor: Actor, membership: Membership, role: Role | None) -> None:
    """Making or unmaking an owner takes an owner, and one must be left."""
    if Role.OWNER in (membership.role, role):
        actor.require(Perm.WORKSPACE_OWN)
    _mind_last(actor, membership, role)


def _mind_last(actor: Actor, membership: Membership, role: Role | None) -> None:
    if membership.role != Role.OWNER or role == Role.OWNER:
        return
    others = Membership.objects.visible_to(actor).active().owners().exclude(pk=membership.pk)
    if not others.exists():
        raise Refused(LAST_OWNER)


def _close(actor: Actor, membership: Membership, verb: str) -> Membership:
    changes = assign(membership, active=False)
    membership.save(update_fields=["active"])
    event = audit.record(actor, verb, membership, changes)
    after_commit(tell_member, event.pk)
    return membership


def _recompute(actor: Actor, currency: str) -> None:
    from workspaces.jobs.services import start

    start(actor, RECOMPUTE, f"Recompute figures in {currency}", {})
