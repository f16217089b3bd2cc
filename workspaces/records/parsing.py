"""What people type as a field's value: read here for cells, forms, pastes, imports and filters."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import get_decimal_symbol
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import Q

from core.errors import Refused
from core.formats import locale_of
from core.reader import reader_locale
from core.typed import is_keepable
from workspaces.access.actor import Actor
from workspaces.imports.dates import Habits as DateHabits
from workspaces.imports.dates import Unclear, day_of_text, moment_of_text
from workspaces.imports.values import DecimalHabit, Wrong, decimal_of, yes_no_of
from workspaces.members.models import Membership
from workspaces.records import refs
from workspaces.records.fields import Field, FieldType

LONGEST = 20_000
_url = URLValidator(schemes=["http", "https"])
TEXTS = (FieldType.TEXT, FieldType.LONG_TEXT, FieldType.URL)
SINGLE_LINE = (FieldType.TEXT, FieldType.URL)
MONTH_FIRST = ("en-US", "en-PH", "es-PA")


class Parser:
    """Reads values for one member: numbers and days as their locale writes them, links by name.

    A link or person may be given by name, or by id as `#12`. What was looked up is remembered, so
    that a thousand rows cost what one row does once `look_up` was called with all their texts.
    """

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._named: dict[str, dict[str, set[int]]] = defaultdict(dict)

    def value(self, field: Field, text: str) -> Any:
        """The value as the field stores it; None for nothing. Raises Refused in words."""
        text = _clean(field, text)
        if not text:
            return nothing(field)
        if field.type is FieldType.MOMENT:
            return self._moment(text)
        if field.type in (FieldType.LINK, FieldType.PERSON):
            return self._row(field, text)
        return _READ.get(field.type, _fitting)(field, text)

    def look_up(self, field: Field, texts: Iterable[str]) -> None:
        """Find the rows of many names at once; no statement for names that are known."""
        known = self._named[field.name]
        asked = {text.strip().casefold() for text in texts if is_keepable(text)}
        wanted = {text for text in asked if text and text not in known and _pk(text) is None}
        if field.type not in (FieldType.LINK, FieldType.PERSON) or not wanted:
            return
        for text in wanted:
            known[text] = set()
        for pk, *names in self._rows(field, wanted):
            for name in names:
                if (found := str(name).casefold()) in wanted:
                    known[found].add(pk)

    def _row(self, field: Field, text: str) -> int:
        if (pk := _pk(text)) is not None:
            return self._by_id(field, pk)
        if field.type is FieldType.PERSON and text.casefold() in ("me", "myself"):
            return self.actor.user.pk
        self.look_up(field, [text])
        found = self._named[field.name][text.casefold()]
        if not found:
            raise Refused(f"There is no “{text[:60]}” for {field.label} here.")
        if len(found) > 1:
            ids = ", ".join(f"#{pk}" for pk in sorted(found)[:5])
            raise Refused(f"Several are called “{text[:60]}”. Say which: {ids}.")
        return next(iter(found))

    def _by_id(self, field: Field, pk: int) -> int:
        known = self._named[field.name].setdefault("#", set())
        if pk not in known:
            if field.type is FieldType.PERSON:
                there = self._people().filter(user=pk).exists()
            else:
                there = refs.linked(self.actor, field.to)[0].filter(pk=pk).exists()
            if not there:
                raise Refused(f"There is no #{pk} for {field.label} here.")
            known.add(pk)
        return pk

    def _people(self) -> Any:
        return Membership.objects.visible_to(self.actor).active()

    def _rows(self, field: Field, wanted: set[str]) -> Iterable[Any]:
        if field.type is FieldType.PERSON:
            people = self._people()
            return [
                (pk, name or email, email)
                for pk, name, email in people.values_list("user", "user__name", "user__email")
            ]
        rows, names = refs.linked(self.actor, field.to)
        asked = Q(pk__in=[])
        for name in names:
            for text in wanted:
                asked |= Q(**{f"{name}__iexact": text})
        return list(rows.filter(asked).values_list("pk", *names))

    def _moment(self, text: str) -> datetime:
        try:
            found = moment_of_text(text, _dates())
        except Unclear as unclear:
            raise Refused(f"{unclear.message} Write it as 2026-03-31 14:30.") from None
        if found.tzinfo is None:
            return found.replace(tzinfo=ZoneInfo(self.actor.workspace.timezone))
        return found


def _pk(text: str) -> int | None:
    """The id in `#12`; None for a name, which may begin with the same sign."""
    digits = text.removeprefix("#")
    written = digits != text and digits.isascii() and digits.isdigit() and len(digits) < 19
    return int(digits) if written else None


def nothing(field: Field) -> Any:
    """What a field holds that has no value: texts and lists of the model are never null."""
    if field.is_custom:
        return None
    if field.type is FieldType.CHOICES:
        return []
    return "" if field.type in TEXTS else None


def stored(field: Field, value: Any) -> Any:
    """The value as it is kept: a custom field's as JSON."""
    if not field.is_custom or value is None:
        return value
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, date) else value


def _clean(field: Field, text: str) -> str:
    if not is_keepable(text):
        raise Refused("This text has signs that cannot be stored.")
    if len(text) > LONGEST:
        raise Refused(f"This has {len(text):,} characters; {LONGEST:,} fit.")
    return " ".join(text.split()) if field.type in SINGLE_LINE else text.strip()


def _fitting(field: Field, text: str) -> str:
    if field.max_length and len(text) > field.max_length:
        raise Refused(
            f"This has {len(text)} characters; {field.label} has room for {field.max_length}."
        )
    return text


def _number(text: str) -> Decimal:
    sign = get_decimal_symbol(locale_of(reader_locale()))
    try:
        return decimal_of(text, DecimalHabit(chosen=sign if sign in ".," else "."))
    except Wrong as wrong:
        if "too large" in wrong.message:
            raise Refused(wrong.message) from None
        example = f"1234{sign}5"
        raise Refused(f"“{text[:40]}” is not a number. Write it as {example}.") from None


def _dates() -> DateHabits:
    return DateHabits(chosen="mdy" if reader_locale() in MONTH_FIRST else "dmy")


def _day(text: str) -> date:
    try:
        return day_of_text(text, _dates())
    except Unclear as unclear:
        raise Refused(f"{unclear.message} Write it as 2026-03-31.") from None


def _yes_no(text: str) -> bool:
    try:
        return yes_no_of(text)
    except Wrong as wrong:
        raise Refused(f"{wrong.message} {wrong.remedy}") from None


def _choice(field: Field, text: str) -> str:
    for attribute in ("value", "label"):
        for one in field.choices:
            if getattr(one, attribute).casefold() == text.casefold():
                return one.value
    words = ", ".join(one.label for one in field.choices[:12])
    raise Refused(f"“{text[:40]}” is no {field.label}. Use one of: {words}.")


def _address(text: str) -> str:
    try:
        _url(text)
    except ValidationError:
        raise Refused(f"“{text[:60]}” is no web address. Begin it with https://.") from None
    return text


def _several(field: Field, text: str) -> list[str]:
    return [_choice(field, one) for part in text.split(",") if (one := part.strip())]


def _worked_out(field: Field, text: str) -> Any:
    raise Refused(f"{field.label} is worked out and cannot be typed.")


_READ: dict[FieldType, Callable[[Field, str], Any]] = {
    FieldType.NUMBER: lambda field, text: _number(text),
    FieldType.MONEY: lambda field, text: _number(text),
    FieldType.PERCENT: lambda field, text: _number(text.rstrip("% \u00a0")) / 100,
    FieldType.DAY: lambda field, text: _day(text),
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _several,
    FieldType.YES_NO: lambda field, text: _yes_no(text),
    FieldType.URL: lambda field, text: _address(text),
    FieldType.FORMULA: _worked_out,
}
