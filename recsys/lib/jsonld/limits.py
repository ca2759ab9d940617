"""What a document may cost, checked before anything expensive looks at it.

Expansion takes time in proportion to nodes, values and terms, and recursion in proportion to
depth; each limit keeps the worst document that passes at a small fraction of a second.
"""

import json
from collections import Counter
from collections.abc import Iterable
from itertools import chain
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
    check_named_once(body)
    return value


def check_named_once(body: bytes) -> None:
    """Refuse JSON with a key that is twice in one object."""
    json.loads(body, object_pairs_hook=_named_once)


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
        objects, lists, texts = _by_kind(level)
        nodes += len(objects)
        if nodes > MAX_NODES:
            raise DocumentTooLarge(f"The document has more than {MAX_NODES:,} nodes.")
        values += sum(map(len, objects)) + sum(map(len, lists))  # a bomb is never opened
        if values > MAX_VALUES:
            raise DocumentTooLarge(f"The document has more than {MAX_VALUES:,} values.")
        _check_texts(chain(texts, *objects))
        level = [*chain.from_iterable(map(dict.values, objects)), *chain.from_iterable(lists)]
        if not level:
            return
    raise _too_deep()


def _by_kind(parts: list[Any]) -> tuple[list[dict[Any, Any]], list[list[Any]], list[str]]:
    """The objects, lists and texts among `parts`; whatever else is there is checked itself."""
    objects, lists, texts = [], [], []
    for part in parts:
        if isinstance(part, str):
            texts.append(part)
        elif isinstance(part, dict):
            objects.append(part)
        elif isinstance(part, list):
            lists.append(part)
        elif not (part is None or isinstance(part, bool)):
            _check_number(part)
    return objects, lists, texts


def _check_number(value: Any) -> None:
    if not isinstance(value, (int, float)):
        raise InvalidDocument(f"A {type(value).__name__} is no JSON value.")
    if not -MAX_NUMBER < value < MAX_NUMBER:  # NaN is refused here, too
        raise InvalidDocument(
            f"The number {value} is too large to keep exactly; write it as text with a datatype."
        )


def _check_texts(texts: Iterable[Any]) -> None:
    """Keys and texts; all at once, since joining them takes away nothing that is refused."""
    try:
        text = "".join(texts)
    except TypeError as error:
        raise InvalidDocument("Every key of a JSON object is text.") from error
    if "\0" in text:
        raise InvalidDocument("Text must not contain the NUL character.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidDocument("Text must not contain lone surrogates.") from error


def short_enough(iri: str) -> str:
    """The IRI, unless it is too long to index."""
    if 4 * len(iri) > MAX_IRI_BYTES and len(iri.encode()) > MAX_IRI_BYTES:
        raise InvalidDocument(f"An IRI has at most {MAX_IRI_BYTES} bytes: {iri:.80}…")
    return iri


def _too_deep() -> DocumentTooLarge:
    return DocumentTooLarge(f"The document is nested more than {MAX_DEPTH} levels deep.")
