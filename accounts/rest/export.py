"""Everything stored about a person as one JSON-LD document, written row by row."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson
from django.conf import settings

from accounts.models import User
from recsys.lib.jsonld.vocabulary import namespace
from recsys.lib.privacy import export_person, node_id


def export_document(person: int, now: datetime) -> Iterator[bytes]:
    """The document in pieces: a few rows are in memory at a time, however many there are."""
    head = {
        "@context": {
            "@vocab": namespace(),
            "@base": f"{settings.PUBLIC_URL}/data/",
        },
        "@id": node_id(User, person),
        "exported_at": now,
    }
    yield orjson.dumps(head)[:-1]
    for section, rows in export_person(person):
        # An IRI holds no blanks: a section called by one would carry no statement.
        yield b"," + orjson.dumps(section.replace(" ", "_")) + b":["
        yield from _separated(rows)
        yield b"]"
    yield b"}"


def _separated(rows: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    separator = b""
    for row in rows:
        yield separator + orjson.dumps(row, default=str)
        separator = b","
