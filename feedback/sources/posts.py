"""What other systems and visitors post, read into what a note says. Raises ValidationError."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.dateparse import parse_datetime

from core.typed import without_nul
from feedback.inbox.matching import Named
from feedback.inbox.models import LONGEST_NOTE
from feedback.sources.intake import Said
from feedback.sources.models import Source

MOST_AT_ONCE = 100
LONGEST = {"title": 300, "author": 200, "external_id": 2_000, "language": 12}
DEEPEST = 6


def notes_in(source: Source, body: bytes) -> list[Said]:
    """The notes in a body of JSON: one object, or a list of them."""
    found = json_in(body)
    rows = found if isinstance(found, list) else [found]
    if len(rows) > MOST_AT_ONCE:
        raise ValidationError({"body": [f"Send {MOST_AT_ONCE} notes at once at most."]})
    if not rows or not all(isinstance(row, dict) for row in rows):
        raise ValidationError({"body": ["Send a JSON object, or a list of them."]})
    return [_said(source, row) for row in rows]


def json_in(body: bytes) -> Any:
    """What a body of JSON holds."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as wrong:
        raise ValidationError({"body": ["This is not JSON."]}) from wrong


def _said(source: Source, row: Mapping[str, Any]) -> Said:
    def value(name: str) -> Any:
        found: Any = row
        for step in str(source.mapping.get(name, name)).split(".")[:DEEPEST]:
            found = found.get(step) if isinstance(found, dict) else None
        return found

    def text(name: str) -> str:
        found = value(name)
        if isinstance(found, dict | list | bool):
            raise ValidationError({name: ["This should be text."]})
        return sane("" if found is None else str(found)).strip()

    for name, most in LONGEST.items():
        if len(text(name)) > most:
            raise ValidationError({name: [f"{most} characters at most."]})
    said = text("text")
    if len(said) > LONGEST_NOTE:
        words = f"{LONGEST_NOTE:,} characters at most; this has {len(said):,}. Nothing was kept."
        raise ValidationError({"text": [words]})
    return Said(
        text=said,
        title=text("title"),
        author=text("author"),
        external_id=text("external_id"),
        rating=_rating(value("rating")),
        language=text("language"),
        said_at=_moment(text("said_at")),
        named=Named(
            address(text("email")),
            text("customer"),
            text("sku"),
            text("handle"),
            text("gtin"),
            text("product"),
        ),
    )


def address(text: str) -> str:
    """An e-mail address, or nothing."""
    if not text:
        return ""
    try:
        validate_email(text)
    except ValidationError as wrong:
        raise ValidationError({"email": ["This is no e-mail address."]}) from wrong
    return text.lower()


def sane(text: str) -> str:
    """Text that PostgreSQL can hold."""
    return without_nul(text.encode("utf-8", "replace").decode("utf-8"))


def _rating(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation as wrong:
        raise ValidationError({"rating": ["A rating is a number from 1 to 5."]}) from wrong
    if not found.is_finite() or not 1 <= found <= 5:
        raise ValidationError({"rating": ["A rating is a number from 1 to 5."]})
    return round(found, 2)


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        words = "Write a moment with its zone, like 2026-03-04T18:12:00Z."
        raise ValidationError({"said_at": [words]})
    return found
