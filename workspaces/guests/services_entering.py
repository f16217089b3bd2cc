"""Coming in: by a password, or by a code that is mailed. The link is the key; nobody is signed in.

Tries are counted in rows, so that a lost Redis opens no door.
"""

import secrets
from datetime import timedelta

from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from core.errors import Refused
from core.tasks import after_commit
from workspaces.guests.models import GuestCode, GuestLink, Way

MISSES_AN_HOUR, CODES_AN_HOUR, TRIES_A_CODE = 60, 5, 5
CODES_OF_A_LINK = 200  # in an hour, to whatever addresses
CODE_LIVES, HOUR = timedelta(minutes=10), timedelta(hours=1)
DIGITS = 6
WRONG_PASSWORD = "That password does not open it."  # noqa: S105 -- what is said of one
WRONG_CODE = "That code does not open it. Type the newest one, or ask for another."
SLOW_DOWN = "There were too many tries. Wait an hour, then try again."


def check_link_password(link: GuestLink, password: str) -> None:
    """Raise Refused unless this is the link's password, or after too many misses of anybody."""
    if _misses(link) >= MISSES_AN_HOUR:
        raise Refused(SLOW_DOWN)
    if not check_password(password[:1_000], link.password):
        _note_miss(link)
        raise Refused(WRONG_PASSWORD)


@transaction.atomic
def ask_for_code(link: GuestLink, email: str) -> None:
    """Have a code mailed if this address may prove itself. Both ways do the same, and say nothing.

    Beyond some in an hour nothing more is mailed.
    """
    from workspaces.guests.tasks import send_code

    address = email.lower()
    since = timezone.now() - HOUR
    rows = GuestCode.objects.in_workspace(link.workspace_id).filter(link=link)
    lately = rows.filter(made_at__gte=since)
    if lately.filter(email=address).count() >= CODES_AN_HOUR:
        return
    if link.way != Way.EMAIL and lately.count() >= CODES_OF_A_LINK:
        return
    code = GuestCode.objects.create(
        workspace_id=link.workspace_id, link=link, email=address, nonce=secrets.token_hex(16)
    )
    after_commit(send_code, code.pk)


def check_code(link: GuestLink, email: str, typed: str) -> None:
    """Raise Refused unless this is the newest code mailed to this address; it opens once."""
    now = timezone.now()
    rows = GuestCode.objects.in_workspace(link.workspace_id).filter(link=link, email=email.lower())
    newest = rows.order_by("-pk").first()
    if newest is None or not link.may_prove(email):
        raise Refused(WRONG_CODE)
    fresh = Q(used_at=None, tries__lt=TRIES_A_CODE, made_at__gte=now - CODE_LIVES)
    tried = rows.filter(fresh, pk=newest.pk).update(tries=F("tries") + 1)
    right = constant_time_compare(digits_of(newest), "".join(typed.split()))
    if not (tried and right and rows.filter(pk=newest.pk, used_at=None).update(used_at=now)):
        raise Refused(WRONG_CODE)


def digits_of(code: GuestCode) -> str:
    """The digits of a code, worked out from its row and this site's key."""
    mixed = salted_hmac("workspaces.guests.codes", f"{code.pk}:{code.nonce}").hexdigest()
    return f"{int(mixed, 16) % 10**DIGITS:0{DIGITS}d}"


def _misses(link: GuestLink) -> int:
    return link.misses if link.misses_since > timezone.now() - HOUR else 0


def _note_miss(link: GuestLink) -> None:
    now = timezone.now()
    over = Q(misses_since__lte=now - HOUR)
    GuestLink.objects.in_workspace(link.workspace_id).filter(pk=link.pk).update(
        misses=Case(When(over, then=Value(1)), default=F("misses") + 1),
        misses_since=Case(When(over, then=Value(now)), default=F("misses_since")),
    )
