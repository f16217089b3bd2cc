"""JSON in, by orjson: strict, and unmoved by a thousand brackets."""

from typing import IO, Any

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser


class JsonParser(BaseParser):
    """A body of JSON. NaN, bytes that are no UTF-8 and bottomless nesting are refused."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None
    ) -> Any:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(most + 1)
        if len(body) > most:
            raise RequestDataTooBig(f"A JSON body has {most:,} bytes at most.")
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as wrong:
            raise ParseError(f"This is not JSON: {wrong}.") from wrong
