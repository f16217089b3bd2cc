"""Who hears of an announcement and why, and who is left out."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.crypto import salted_hmac

from core.mail import NOBODY
from feedback.announcements.models import Announcement, Reason, Unsubscribed
from feedback.ideas.models import FeedbackLink, Idea
from feedback.segments.models import Segment
from feedback.segments.reports import family, member_ids
from workspaces.access.actor import Actor

SALT = "feedback.announcements"
ERASED, NO_ADDRESS, UNSUBSCRIBED = "erased", "no address is known", "wants no letters"


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person. `left_out` says why no letter goes; nothing when one does."""

    person: str
    to: str
    name: str
    reason: Reason
    customer: int | None = None
    segment: int | None = None
    left_out: str = ""


def person_of(workspace_id: int, address: str) -> str:
    """What stands for an address in one workspace; it leads back to nobody."""
    name = f"{workspace_id}:{address.strip().lower()}"
    return salted_hmac(SALT, name, algorithm="sha256").hexdigest()


def is_address(text: str) -> bool:
    """One address at which somebody may read."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return not NOBODY.match(text)


def recipients(actor: Actor, announcement: Announcement) -> list[Recipient]:
    """Everybody who asks for one of its ideas, each once, newest first; and who is left out."""
    ideas = Idea.objects.visible_to(actor).filter(announced__announcement=announcement)
    wanted = {pk for idea in ideas for pk in family(actor, idea)}
    links = FeedbackLink.objects.visible_to(actor).filter(idea__in=wanted, voter=None)
    links = links.exclude(note__deleted_at__isnull=False)
    rows = links.select_related("customer", "ballot").order_by("-pk")
    segments = _segments(actor, announcement)
    silent = set(
        Unsubscribed.objects.in_workspace(actor.workspace.pk).values_list("person", flat=True)
    )
    found: dict[str, Recipient] = {}
    for link in rows:
        one = _recipient(actor.workspace.pk, link, segments, silent)
        found.setdefault(one.person, one)
    return list(found.values())


def _segments(actor: Actor, announcement: Announcement) -> list[tuple[int, set[int]]]:
    """The segments with words of their own, in the order they were given theirs."""
    ids = [int(pk) for pk in announcement.texts]
    rows = Segment.objects.visible_to(actor).in_bulk(ids)
    return [(pk, set(member_ids(actor, rows[pk]))) for pk in ids if pk in rows]


def _recipient(
    workspace_id: int,
    link: FeedbackLink,
    segments: Iterable[tuple[int, set[int]]],
    silent: set[str],
) -> Recipient:
    customer, ballot = link.customer, getattr(link, "ballot", None)
    address = (customer.email if customer else ballot.email if ballot else "").strip()
    erased = customer is not None and customer.external_id.startswith("erased-")
    reason = Reason.ASKED if link.note_id else Reason.VOTED if ballot else Reason.ON_BEHALF
    person = person_of(workspace_id, address) if address else f"link {link.pk}"
    if customer is not None and not address:
        person = f"customer {customer.pk}"
    left_out = ""
    if erased:
        left_out = ERASED
    elif not is_address(address):
        left_out = NO_ADDRESS
    elif person in silent:
        left_out = UNSUBSCRIBED
    pk = customer.pk if customer else None
    segment = next((one for one, members in segments if pk in members), None)
    name = str(customer) if customer else address or "Somebody"
    return Recipient(person, address, name, reason, pk, segment, left_out)
