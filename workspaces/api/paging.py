"""Cursor paging: a page starts after the last row of the one before, so inserts move nothing."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

import orjson
from django.core.exceptions import ValidationError as ModelError
from django.db.models import Model, Q, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request

DEFAULT_LIMIT, LARGEST_LIMIT = 50, 1_000
BAD_CURSOR = "This cursor is not one we gave out. Start again without it."


@dataclass(frozen=True, slots=True)
class Order:
    """A named order: model columns, none of them nullable, the last one unique. “-” descends."""

    columns: tuple[str, ...]

    def after(self, model: type[Model], last: list[Any]) -> Q:
        """The rows behind `last`, written so that the index of the columns is used."""
        if len(last) != len(self.columns):
            raise ValidationError({"cursor": [BAD_CURSOR]})
        behind, same = Q(), Q()
        first: Q | None = None
        for column, text in zip(self.columns, last, strict=True):
            name, side = column.lstrip("-"), "lt" if column.startswith("-") else "gt"
            value = _typed(model, name, text)
            first = first or Q(**{f"{name}__{side}e": value})
            behind |= same & Q(**{f"{name}__{side}": value})
            same &= Q(**{name: value})
        return (first or Q()) & behind


def _typed(model: type[Model], name: str, value: Any) -> Any:
    """A cursor's value as its column's type."""
    if isinstance(value, str) and "\x00" in value:
        raise ValidationError({"cursor": [BAD_CURSOR]})
    try:
        typed = model._meta.get_field(name).to_python(value)  # type: ignore[union-attr]
    except (ModelError, TypeError, ValueError, OverflowError) as wrong:
        raise ValidationError({"cursor": [BAD_CURSOR]}) from wrong
    if typed is None:
        raise ValidationError({"cursor": [BAD_CURSOR]})
    return typed


def encode(order: str, values: list[Any]) -> str:
    """The place behind a row, opaque to the reader."""
    raw = orjson.dumps([order, *values], default=str)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(cursor: str, order: str) -> list[Any]:
    """What `encode` was given. Raises ValidationError for anything else."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        parts = orjson.loads(raw)
    except (binascii.Error, ValueError) as garbage:
        raise ValidationError({"cursor": [BAD_CURSOR]}) from garbage
    if not isinstance(parts, list) or not parts or parts[0] != order:
        raise ValidationError({"cursor": [BAD_CURSOR]})
    return parts[1:]


def limit_of(request: Request) -> int:
    """How many rows the page may have. Raises ValidationError for anything but 1 to 1000."""
    text = request.query_params.get("limit", str(DEFAULT_LIMIT))
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= LARGEST_LIMIT:
        raise ValidationError({"limit": [f"Ask for 1 to {LARGEST_LIMIT} rows."]})
    return int(text)


def page_of(rows: QuerySet[Any], name: str, order: Order, request: Request) -> QuerySet[Any]:
    """`rows` in their order, from the cursor on; one more than the limit, to know what follows."""
    if cursor := request.query_params.get("cursor"):
        rows = rows.filter(order.after(rows.model, decode(cursor, name)))
    return rows.order_by(*order.columns)[: limit_of(request) + 1]


class CursorPaging(BasePagination):
    """Documents paging in the schema; the lists themselves use `page_of`."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        return list(page_of(queryset, "id", Order(("id",)), request))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["results", "next", "next_cursor"],
            "properties": {
                "results": schema,
                "next": {
                    "type": "string",
                    "format": "uri",
                    "nullable": True,
                    "description": "The next page, null on the last one.",
                },
                "next_cursor": {"type": "string", "nullable": True},
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {
                "name": "limit",
                "in": "query",
                "description": "Rows per page.",
                "schema": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": LARGEST_LIMIT,
                    "default": DEFAULT_LIMIT,
                },
            },
            {
                "name": "cursor",
                "in": "query",
                "description": "The `next_cursor` of the page before, as it was given.",
                "schema": {"type": "string"},
            },
        ]
