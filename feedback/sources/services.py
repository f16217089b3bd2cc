"""Making sources, changing them, taking them away. Everything is audited; secrets are not."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from core import egress
from core.errors import EditConflict, NotFound, Refused
from core.sealing import seal
from core.tasks import after_commit
from feedback.inbox.services import usual_channel
from feedback.sources import mailbox
from feedback.sources.intake import key_of
from feedback.sources.models import Source, SourceKind
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.records.changes import assign

MOST = 30  # sources in a workspace
NONE_SUCH = "There is no such source here."
USUAL_CHANNELS = {
    SourceKind.MAILBOX: "E-mail",
    SourceKind.LETTERS: "E-mail",
    SourceKind.HOOK: "Other systems",
    SourceKind.FORM: "Form",
}
WITH_SECRET = {SourceKind.LETTERS, SourceKind.HOOK}
FREE = {"name", "channel", "product", "active", "per_minute", "mapping", "origins", "address"}
PLACE = {"host", "port", "security", "username", "folder"}
# What a webhook's notes say, under the names that other systems may call them otherwise.
FIELDS: tuple[str, ...] = ("text", "title", "author", "email", "customer", "sku", "handle")
FIELDS += ("gtin", "product", "external_id", "rating", "language", "said_at")


@dataclass(frozen=True, slots=True)
class Made:
    """A source, and its secret where it has one: it is not shown again."""

    source: Source
    secret: str = ""


@transaction.atomic
def create_source(actor: Actor, kind: str, *, password: str = "", **values: Any) -> Made:
    """Make a source. Raises Denied, Refused, or ValidationError naming the fields."""
    actor.require(Perm.SOURCES_MANAGE)
    if Source.objects.visible_to(actor).count() >= MOST:
        raise Refused(f"A workspace has {MOST} sources at most. Delete one first.")
    source = Source(workspace=actor.workspace, created_by=actor.user, kind=kind)
    values["channel"] = values.get("channel") or usual_channel(
        actor, USUAL_CHANNELS[SourceKind(kind)]
    )
    if not values.get("address") and "@" in str(values.get("username", "")):
        values["address"] = values["username"]
    changes = assign(source, **_checked(kind, values))
    if kind == SourceKind.MAILBOX and not password:
        raise ValidationError({"password": ["Give the password of the mailbox."]})
    source.password = seal(password) if kind == SourceKind.MAILBOX else ""
    secret = get_random_string(43) if kind in WITH_SECRET else ""
    source.token_hash = key_of(secret) if secret else ""
    source.key = get_random_string(24) if kind == SourceKind.FORM else ""
    source.full_clean()
    source.save()
    audit.record(actor, "source.created", source, changes)
    _ring()
    return Made(source, secret)


@transaction.atomic
def change_source(
    actor: Actor, pk: int, *, seen_version: int, password: str = "", **values: Any
) -> Source:
    """Change a source, or switch it on or off. An empty password leaves the one that is kept.

    Raises Denied, NotFound, EditConflict, or ValidationError naming the fields.
    """
    actor.require(Perm.SOURCES_MANAGE)
    source = _held(actor, pk, seen_version)
    elsewhere = PLACE & {name for name in values if values[name] != getattr(source, name)}
    changes = assign(source, **_checked(source.kind, values))
    if elsewhere & {"host", "port", "security", "username"} and not password:
        # A kept password goes to no server that somebody else has named.
        raise ValidationError({"password": ["Give the password for the new place."]})
    if elsewhere:
        source.uid_validity, source.last_uid = None, 0
    if password:
        source.password = seal(password)
        changes["password"] = (None, "changed")
    if not changes:
        return source
    source.created_by, source.version = actor.user, source.version + 1
    source.failures, source.error, source.due_at = 0, "", timezone.now()
    source.full_clean()
    source.save()
    audit.record(actor, "source.changed", source, changes)
    _ring()
    return source


@transaction.atomic
def rotate_secret(actor: Actor, pk: int) -> Made:
    """A new secret; the address with the old one opens nothing any more."""
    actor.require(Perm.SOURCES_MANAGE)
    source = _held(actor, pk)
    if source.kind not in WITH_SECRET:
        raise Refused("This source has no secret.")
    secret = get_random_string(43)
    source.token_hash, source.version = key_of(secret), source.version + 1
    source.save(update_fields=["token_hash", "version", "updated_at"])
    audit.record(actor, "source.secret_changed", source, {})
    return Made(source, secret)


@transaction.atomic
def delete_source(actor: Actor, pk: int, *, seen_version: int) -> Source:
    """Put a source into the trash: nothing comes by it any more; its notes stay."""
    actor.require(Perm.SOURCES_MANAGE)
    return _move(actor, _held(actor, pk, seen_version), "source.deleted", timezone.now())


@transaction.atomic
def restore_source(actor: Actor, pk: int) -> Source:
    """Take a source out of the trash."""
    actor.require(Perm.SOURCES_MANAGE)
    trash = Source.objects.trashed_in(actor.workspace.pk).select_for_update(no_key=True)
    source = trash.filter(pk=pk).first()
    if source is None:
        raise NotFound("That source is not in the trash.")
    return _move(actor, source, "source.restored", None)


@transaction.atomic
def poll_now(actor: Actor, pk: int) -> Source:
    """Read a mailbox as soon as a worker is free."""
    actor.require(Perm.SOURCES_MANAGE)
    source = _held(actor, pk)
    source.due_at = timezone.now()
    source.save(update_fields=["due_at"])
    _ring()
    return source


def _checked(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    """The values of this kind alone. Raises ValidationError naming the fields."""
    known = FREE | (PLACE if kind == SourceKind.MAILBOX else set())
    found = {name: value for name, value in values.items() if name in known}
    if "origins" in found:
        found["origins"] = [_origin(one) for one in found["origins"]]
    unknown = [name for name in found.get("mapping", {}) if name not in FIELDS]
    if unknown:
        words = f"There is no field “{unknown[0][:60]}”. Known: {', '.join(FIELDS)}."
        raise ValidationError({"mapping": [words]})
    if kind == SourceKind.MAILBOX and "host" in found:
        for name in ("host", "username", "folder"):
            if not str(found.get(name, "")).strip():
                raise ValidationError({name: ["Fill this in."]})
        try:
            mailbox.check(found["host"], found.get("port") or 0)
        except egress.Forbidden as refusal:
            raise ValidationError({"host": [str(refusal)]}) from refusal
    return found


def _origin(text: str) -> str:
    """A site as browsers name it: https://shop.example.com."""
    parts = urlsplit(text.strip().rstrip("/"))
    if parts.scheme not in ("https", "http") or not parts.netloc or parts.path or parts.query:
        words = f"“{text[:80]}” is no site. Write it like https://shop.example.com."
        raise ValidationError({"origins": [words]})
    return f"{parts.scheme}://{parts.netloc}".lower()


def _held(actor: Actor, pk: int, seen_version: int | None = None) -> Source:
    rows = Source.objects.visible_to(actor).select_for_update(no_key=True, of=("self",))
    source = rows.filter(pk=pk).first()
    if source is None:
        raise NotFound(NONE_SUCH)
    if seen_version is not None and source.version != seen_version:
        raise EditConflict("This source changed while you had it open.")
    return source


def _move(actor: Actor, source: Source, verb: str, deleted_at: Any) -> Source:
    before, source.deleted_at = source.deleted_at, deleted_at
    source.version += 1
    source.save(update_fields=["deleted_at", "version", "updated_at"])
    audit.record(actor, verb, source, {"deleted_at": (before, deleted_at)})
    return source


def _ring() -> None:
    from feedback.sources.tasks import poll_mailboxes

    after_commit(poll_mailboxes)
