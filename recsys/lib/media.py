"""JSON in and out, by orjson: about ten times as fast as the standard library's, and stricter.

orjson refuses what would hurt later: lone surrogates, NaN. NUL characters, which PostgreSQL
cannot store, and nesting that overflows the standard library's parser are refused here.
"""

from collections.abc import Iterable
from itertools import chain
from typing import Any

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer as DRFJSONRenderer

MAX_DEPTH = 64


def _default(value: Any) -> Any:
    """What orjson does not know: decimals, lazy translations, and other things made of text."""
    return str(value)


def to_json(data: Any) -> bytes:
    return orjson.dumps(data, default=_default, option=orjson.OPT_UTC_Z)


class JSONParser(BaseParser):
    media_type = "application/json"
    max_bytes: int | None = None
    """Of a body; where not given, Django's limit for any upload holds."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        limit = self.max_bytes or settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)  # DRF reads past Django's own check
        if len(body) > limit:
            raise RequestDataTooBig
        return self.value_of(body)

    def value_of(self, body: bytes) -> Any:
        try:
            value = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError(f"This is not JSON: {error}.") from error
        check_text_and_depth(value)
        return value


def check_text_and_depth(value: Any, max_depth: int = MAX_DEPTH) -> None:
    """Refuse a NUL in any text, keys included, and nesting that later readers would choke on."""
    level, depth = [value], 0
    while level:
        if depth > max_depth:
            raise ParseError(f"This is nested more than {max_depth} levels deep.")
        if any(isinstance(part, str) and "\0" in part for part in level):
            raise ParseError("Text must not contain the NUL character.")
        level = [child for part in level for child in _children(part)]
        depth += 1


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return chain(value.keys(), value.values())
    return value if isinstance(value, list) else ()


class JSONRenderer(DRFJSONRenderer):
    def render(
        self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None
    ) -> bytes:
        return b"" if data is None else to_json(data)
