"""Everything stored about a person as one JSON-LD document, written row by row."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson

from accounts.models import User
from recsys.lib.jsonld.vocabulary import EXPORT_WORDS, namespace
from recsys.lib.privacy import export_person, node_id, section_word


def export_document(person: int, now: datetime) -> Iterator[bytes]:
    """The document in pieces: a few rows are in memory at a time, however many there are.

    Rows that have an address are called by it, others by where they stand in the export.
    """
    head = {
        "@context": {"@vocab": namespace() + EXPORT_WORDS},
        "@id": node_id(User, person),
        "exported_at": now,
    }
    yield orjson.dumps(head)[:-1]
    for section, rows in export_person(person):
        yield b"," + orjson.dumps(section_word(section)) + b":["
        yield from _separated(rows)
        yield b"]"
    yield b"}"


def _separated(rows: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    separator = b""
    for row in rows:
        yield separator + orjson.dumps(row, default=str)
        separator = b","
