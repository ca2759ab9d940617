"""What a document may cost, checked before anything expensive looks at it.

Expansion takes time in proportion to nodes, values and terms, and recursion in proportion to
depth; each limit keeps the worst document that passes at a small fraction of a second.
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson

from recsys.lib.jsonld.errors import DocumentTooLarge, InvalidDocument

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32
MAX_CONTEXTS = 8
MAX_NODES = 1_000
MAX_VALUES = 4_000
MAX_INLINE_TERMS = 500
MAX_DEFINITIONS = 8
"""One after the other, each made of the next: a prefix whose IRI has a prefix …"""
MAX_SCOPED_TERMS = 5_000
"""Of contexts inside definitions, counted at each use: each is processed anew, in 10 to 20 µs."""
MAX_IRI_BYTES = 500
MAX_NUMBER = 2**63
"""Larger ones lose digits in JSON, or come back from PostgreSQL as integers JSON cannot hold."""


def parse(body: bytes) -> Any:
    """The JSON value in `body`; refuses what is too large, too deep, or no JSON."""
    if len(body) > MAX_BYTES:
        raise DocumentTooLarge(
            f"The document has {len(body):,} bytes; at most {MAX_BYTES:,} are read."
        )
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        if "limit" in str(error).lower():
            raise _too_deep() from error
        raise InvalidDocument(f"This is not JSON: {error}.") from error
    check_shape(value)
    json.loads(body, object_pairs_hook=_named_once)
    return value


def _named_once(members: list[tuple[str, Any]]) -> None:
    """Of two values under one name a parser keeps the last, and the document is not as given."""
    names = [name for name, _ in members]
    if len(set(names)) < len(names):
        twice = Counter(names).most_common(1)[0][0]
        raise InvalidDocument(f"“{twice:.80}” is there twice in one object; write a list instead.")


def check_shape(value: Any) -> None:
    """Refuse a value that is too deep, holds too many nodes or values, or is not plain JSON."""
    level, nodes, values = [value], 0, 1
    for _ in range(MAX_DEPTH):
        containers = [part for part in level if isinstance(part, (dict, list))]
        nodes += sum(isinstance(part, dict) for part in containers)
        if nodes > MAX_NODES:
            raise DocumentTooLarge(f"The document has more than {MAX_NODES:,} nodes.")
        values += sum(map(len, containers))  # counted from outside: a bomb is never opened
        if values > MAX_VALUES:
            raise DocumentTooLarge(f"The document has more than {MAX_VALUES:,} values.")
        level = [child for part in level for child in _children(part)]
        if not level:
            return
    raise _too_deep()


def _children(part: Any) -> Iterator[Any]:
    """The values directly inside `part`, which is checked itself: text, number and keys."""
    match part:
        case dict():
            for key in part:
                _check_text(key)
            yield from part.values()
        case list():
            yield from part
        case str():
            _check_text(part)
        case bool() | None:
            pass
        case int() | float():
            if not -MAX_NUMBER < part < MAX_NUMBER:  # NaN is refused here, too
                raise InvalidDocument(
                    f"The number {part} is too large to keep exactly; write it as text with a "
                    "datatype."
                )
        case _:
            raise InvalidDocument(f"A {type(part).__name__} is no JSON value.")


def _check_text(text: Any) -> None:
    if not isinstance(text, str):
        raise InvalidDocument("Every key of a JSON object is text.")
    if text.isascii():
        if "\0" in text:
            raise InvalidDocument("Text must not contain the NUL character.")
        return
    try:
        encoded = text.encode()
    except UnicodeEncodeError as error:
        raise InvalidDocument("Text must not contain lone surrogates.") from error
    if b"\0" in encoded:
        raise InvalidDocument("Text must not contain the NUL character.")


def short_enough(iri: str) -> str:
    """The IRI, unless it is too long to index."""
    if 4 * len(iri) > MAX_IRI_BYTES and len(iri.encode()) > MAX_IRI_BYTES:
        raise InvalidDocument(f"An IRI has at most {MAX_IRI_BYTES} bytes: {iri:.80}…")
    return iri


def _too_deep() -> DocumentTooLarge:
    return DocumentTooLarge(f"The document is nested more than {MAX_DEPTH} levels deep.")
