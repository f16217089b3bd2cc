"""Planning letters: who gets one, and when. What it will say is gathered when it is sent."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils import timezone

from core.tasks import after_commit
from workspaces.following.models import Letter, LetterState, MailChoice
from workspaces.following.schedule import next_digest, out_of_quiet
from workspaces.members.models import User

BREATH = timedelta(minutes=10)  # between two letters at once to the same person


def plan(workspace_id: int, told: Mapping[int, int]) -> None:
    """Make sure that everybody who was told something has a letter waiting that will say so.

    `told` are the reasons by person. Nobody gets a second letter that waits.
    """
    if not told:
        return
    now, choices = timezone.now(), _choices(workspace_id, told)
    zones = dict(User.objects.filter(pk__in=told).values_list("pk", "timezone"))
    last = _last_at_once(workspace_id, [p for p, why in told.items() if choices[p].at_once(why)])
    letters = []
    for person, zone in zones.items():
        choice = choices[person]
        rhythm = choice.rhythm(zone)
        due = next_digest(rhythm, now)
        if choice.at_once(told[person]):
            ready = max(now, last[person] + BREATH if person in last else now)
            letters.append(_letter(workspace_id, person, out_of_quiet(rhythm, ready), True))
        if due is not None:
            letters.append(_letter(workspace_id, person, due, False))
    Letter.objects.bulk_create(letters, ignore_conflicts=True)
    if any(letter.at_once for letter in letters):
        _ring()


def choice_of(workspace_id: int, user_id: int) -> MailChoice:
    """What this person chose, or what is usual; the latter is not saved yet."""
    return _choices(workspace_id, {user_id: 0})[user_id]


def _choices(workspace_id: int, people: Mapping[int, int]) -> dict[int, MailChoice]:
    rows = MailChoice.objects.in_workspace(workspace_id).filter(user_id__in=people)
    found = {row.user_id: row for row in rows}
    return {
        person: found.get(person) or MailChoice(workspace_id=workspace_id, user_id=person)
        for person in people
    }


def _last_at_once(workspace_id: int, people: list[int]) -> dict[int, datetime]:
    """When each of them last got a letter at once, or one began to be sent."""
    sent = Letter.objects.in_workspace(workspace_id).filter(
        user_id__in=people, at_once=True, state__in=[LetterState.SENDING, LetterState.SENT]
    )
    newest = sent.order_by("user_id", "-claimed_at").distinct("user_id")
    return {row.user_id: row.claimed_at for row in newest if row.claimed_at} if people else {}


def _letter(workspace_id: int, person: int, due: datetime, at_once: bool) -> Letter:
    return Letter(workspace_id=workspace_id, user_id=person, due_at=due, at_once=at_once)


def _ring() -> None:
    from workspaces.following.tasks import send_letters

    after_commit(send_letters)
