"""Bags as files: streamed out, and read in under a limit of their own."""

from collections.abc import Iterator

import orjson

from inventory import queries
from inventory.models import Bag
from recsys.lib.media import JSONParser


class BagDocumentParser(JSONParser):
    """Room for the most entries a document may hold."""

    max_bytes = 8 * 1024 * 1024


def document_of(bag: Bag) -> Iterator[bytes]:
    """A bag as one JSON object, in parts of some thousand entries."""
    head = orjson.dumps({"name": bag.name, "visibility": bag.visibility})
    yield head[:-1] + b',"entries":['
    separator = b""
    for part in queries.bag_contents(bag.pk):
        rows = orjson.dumps([{"item": item, "quantity": quantity} for item, quantity in part])
        yield separator + rows[1:-1]
        separator = b","
    yield b"]}"
