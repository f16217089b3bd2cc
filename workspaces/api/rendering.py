"""JSON out, by orjson: Decimals are strings, moments are UTC with a Z."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
from rest_framework.renderers import BaseRenderer

OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    return str(value)


def to_json(data: Any) -> bytes:
    """`data` as it goes over the wire."""
    return orjson.dumps(data, default=_plain, option=OPTIONS)


class JsonRenderer(BaseRenderer):
    """The only thing the API speaks."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(
        self, data: Any, media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        return b"" if data is None else to_json(data)
