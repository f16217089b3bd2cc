"""Where an obligation stands on a day, by its own days and those of evidence and waivers.

Pure arithmetic, so that any day can be asked about: yesterday, today, or the day of a launch.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from products.compliance.states import AHEAD, Status

ONE_DAY = timedelta(days=1)
FOR_EVER = date.max


@dataclass(frozen=True, slots=True)
class Doc:
    """An accepted document: what it is and when it counts, first and last day included."""

    pk: int
    title: str
    type: str
    begins: date
    ends: date | None

    @property
    def last(self) -> date:
        return self.ends or FOR_EVER


@dataclass(frozen=True, slots=True)
class Span:
    """The days of an approved waiver."""

    begins: date
    ends: date
    reason: str


@dataclass(frozen=True, slots=True)
class Duty:
    """What is known of an obligation apart from any day."""

    applies: bool | None
    begins: date
    ends: date | None
    accepts: Sequence[str]
    question: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where it stands, why in words, by which document until when, and when time changes it."""

    status: Status
    reason: str
    doc: int | None = None
    until: date | None = None
    changes_on: date | None = None


def stand(
    duty: Duty, docs: Iterable[Doc], waivers: Iterable[Span], on: date, hint: str = ""
) -> Standing | None:
    """Where `duty` stands `on` that day; None where its rule has ended.

    `hint` says what else there is that counts for nothing, such as an unreviewed document.
    """
    if duty.ends is not None and on > duty.ends:
        return None
    fitting = [doc for doc in docs if doc.type in duty.accepts]
    spans = list(waivers)
    turns = _turns(duty, fitting, spans)
    changes_on = min((day for day in turns if day > on), default=None)
    status, reason, doc, until = _now(duty, fitting, spans, hint, on)
    return Standing(status, reason, doc, until, changes_on)


def _now(
    duty: Duty, docs: list[Doc], waivers: list[Span], hint: str, on: date
) -> tuple[Status, str, int | None, date | None]:
    if on < duty.begins:
        return Status.UPCOMING, f"In force from {duty.begins:%-d %b %Y}.", None, None
    if duty.applies is None:
        return Status.UNKNOWN, f"Answer first: {duty.question}", None, None
    held = [doc for doc in docs if doc.begins <= on <= doc.last]
    if held:
        best = max(held, key=lambda doc: (doc.last, doc.pk))
        last = covered_to(docs, best.last)
        if last == FOR_EVER:
            return Status.COVERED, f"“{best.title}” has no end.", best.pk, None
        left = (last - on).days
        status = Status.EXPIRING if left <= AHEAD else Status.COVERED
        words = "ends today" if left == 0 else f"holds until {last:%-d %b %Y}"
        return status, f"“{best.title}” {words}.", best.pk, last
    for span in waivers:
        if span.begins <= on <= span.ends:
            return Status.WAIVED, f"Until {span.ends:%-d %b %Y}: {span.reason}", None, span.ends
    ended = [doc for doc in docs if doc.last < on]
    if ended:
        newest = max(ended, key=lambda doc: (doc.last, doc.pk))
        words = f"“{newest.title}” ended on {newest.last:%-d %b %Y}. {hint}".strip()
        return Status.EXPIRED, words, newest.pk, newest.last
    coming = min((doc.begins for doc in docs if doc.begins > on), default=None)
    if coming is not None:
        words = f"The document begins on {coming:%-d %b %Y}. {hint}".strip()
        return Status.OPEN, words, None, None
    return Status.OPEN, hint or "No evidence yet.", None, None


def covered_to(docs: Sequence[Doc], last: date) -> date:
    """The last day without a gap, where one document takes over from another."""
    grown = True
    while grown and last != FOR_EVER:
        later = [doc.last for doc in docs if doc.begins <= last + ONE_DAY and doc.last > last]
        grown = bool(later)
        last = max(later, default=last)
    return last


def _turns(duty: Duty, docs: list[Doc], waivers: list[Span]) -> list[date]:
    """The days on which time alone may change something."""
    found = [duty.begins]
    if duty.ends is not None:
        found.append(duty.ends + ONE_DAY)
    for doc in docs:
        found.append(doc.begins)
        if doc.ends is not None:
            found += [doc.ends - timedelta(days=AHEAD), doc.ends, doc.ends + ONE_DAY]
    for span in waivers:
        found += [span.begins, span.ends + ONE_DAY]
    return found
