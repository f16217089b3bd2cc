"""The channel that a portal's posts come by: its own, and called like the portal."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from feedback.inbox.models import Note
from feedback.portal.models import Portal
from products.catalog.models import Channel
from workspaces.access.actor import Actor
from workspaces.records.kinds import KINDS, Changes, RecordKind
from workspaces.records.services import change_record, create_record, delete_record, restore_record

LONGEST = 100


def channel_of_its_own(actor: Actor, title: str) -> Channel:
    """A new channel, called like the portal as nearly as others leave room for."""
    made: Channel = create_record(actor, _kind(), {"name": _free(actor, title)})
    return made


def follow(actor: Actor, row: Any, changes: Changes) -> None:
    """Keep a portal's own channel beside it: renamed with it, and with it in the trash while
    nothing came by it. A channel that was called otherwise, or that others use, is left alone.
    """
    if not actor.can(_kind().writes):
        return
    if "title" in changes and changes["title"][0]:
        _rename(actor, row, str(changes["title"][0]))
    if "deleted_at" in changes:
        _put_away(actor, row)


def _rename(actor: Actor, row: Portal, before: str) -> None:
    channel = _own(actor, row)
    if channel is None or not _called_like(channel.name, before):
        return
    name = _free(actor, row.title, but=channel.pk)
    if name != channel.name:
        change_record(actor, _kind(), channel.pk, channel.version, {"name": name})


def _put_away(actor: Actor, row: Portal) -> None:
    if row.deleted_at is None:
        if Channel.objects.trashed_for(actor).filter(pk=row.channel_id).exists():
            restore_record(actor, _kind(), row.channel_id)
        return
    channel = _own(actor, row)
    notes = Note.objects.with_trash(actor.workspace.pk).filter(channel=row.channel_id)
    if channel is not None and _called_like(channel.name, row.title) and not notes.exists():
        delete_record(actor, _kind(), channel.pk, channel.version)


def _own(actor: Actor, row: Portal) -> Channel | None:
    """The channel of this portal, where no other one has it too."""
    others = Portal.objects.with_trash(actor.workspace.pk).filter(channel=row.channel_id)
    if others.exclude(pk=row.pk).exists():
        return None
    return Channel.objects.visible_to(actor).filter(pk=row.channel_id).first()


def _called_like(name: str, title: str) -> bool:
    first = next(_names(title))
    return name == first or name.startswith(f"{first} (portal")


def _free(actor: Actor, title: str, but: int | None = None) -> str:
    taken = Channel.objects.with_trash(actor.workspace.pk)
    if but is not None:
        taken = taken.exclude(pk=but)
    return next(one for one in _names(title) if not taken.filter(name__iexact=one).exists())


def _names(title: str) -> Iterator[str]:
    first = " ".join(title.split())[:LONGEST].strip()
    yield first
    yield f"{first} (portal)"
    yield from (f"{first} (portal {number})" for number in count(2))


def _kind() -> RecordKind:
    return KINDS[Channel._meta.label_lower]
