"""Reading mailboxes in turn: each letter once, from where the last turn ended."""

from datetime import timedelta
from time import monotonic

from django.db.models import Q, QuerySet
from django.utils import timezone

from core.errors import DomainError
from core.sealing import Unreadable, unseal
from feedback.sources.intake import refuse_unread, take_letter
from feedback.sources.letters import LARGEST
from feedback.sources.mailbox import Folder, Place, Unreachable, opened
from feedback.sources.models import Source, SourceKind

EVERY = timedelta(seconds=60)
LONGEST_WAIT = timedelta(hours=1)
CLAIM = timedelta(minutes=6)  # longer than a connection lives
TURN = 120.0  # seconds, then other mailboxes have their turn


def mailboxes_due() -> list[int]:
    """Those that are to be read now and that no worker reads."""
    now = timezone.now()
    free = Q(busy_until=None) | Q(busy_until__lt=now)
    rows = Source.objects.on().filter(free, kind=SourceKind.MAILBOX, due_at__lte=now)
    return list(rows.order_by("due_at").values_list("pk", flat=True)[:200])


def claim(pk: int) -> Source | None:
    """Take a mailbox that is due; None when another worker has it."""
    now = timezone.now()
    free = Q(busy_until=None) | Q(busy_until__lt=now)
    rows = Source.objects.on().filter(free, pk=pk, kind=SourceKind.MAILBOX, due_at__lte=now)
    if not rows.update(busy_until=now + CLAIM):
        return None
    return Source.objects.select_related("workspace", "created_by", "channel", "product").get(pk=pk)


def poll(source: Source) -> bool:
    """Read what is new. True when more is left for another turn."""
    more, error = False, ""
    try:
        place = Place(
            source.host,
            source.port,
            source.security,
            source.username,
            unseal(source.password),
            source.folder,
        )
        with opened(place) as folder:
            more = _read(source, folder)
    except (Unreachable, Unreadable, DomainError) as wrong:
        error = str(wrong)[:300]
    failures = source.failures + 1 if error else 0
    wait = timedelta() if more else min(EVERY * 2 ** min(failures, 10), LONGEST_WAIT)
    now = timezone.now()
    _mine(source).update(
        busy_until=None, polled_at=now, due_at=now + wait, failures=failures, error=error
    )
    return more


def _read(source: Source, folder: Folder) -> bool:
    """Letter by letter; how far it came is written down with each."""
    begun = source.last_uid if source.uid_validity == folder.validity else 0
    _mine(source).update(uid_validity=folder.validity, last_uid=begun)
    end = monotonic() + TURN
    for uid in folder.after(begun):
        if monotonic() > end:
            return True
        raw = folder.letter(uid)
        if raw is None:
            words = f"It is larger than {LARGEST // 1024**2} MB. It is still in the mailbox."
            refuse_unread(source, f"Letter {folder.validity}:{uid}", words)
        else:
            take_letter(source, raw)
        _mine(source).update(last_uid=uid)
    return False


def _mine(source: Source) -> QuerySet[Source]:
    return Source.objects.with_trash(source.workspace_id).filter(pk=source.pk)
