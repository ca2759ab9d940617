"""An item's metadata: the document as it was given, and its statements as rows.

Both change in one transaction, so that what is found is what is shown.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from django.db import transaction

from inventory.data import METADATA_IDENTITY, MetadataReport
from inventory.models import ATTRIBUTE_HEAD, Item, ItemAttribute
from recsys.lib.bulk import insert_rows, lock_rows
from recsys.lib.errors import NotFound
from recsys.lib.jsonld.statements import Reading, Statement, expand_to_statements

COLUMNS = ("item", "created_at", "ordinal", *Statement._fields)


def set_item_metadata(*, item_id: int, document: dict[str, Any]) -> MetadataReport:
    """Keep `document` as the item's metadata and index what it says; {} takes it away.

    Returns how many statements it made, and the words it uses that no context explains. Raises
    InvalidDocument, DocumentTooLarge, UnknownContext, CoreTermRemapped, or NotFound.
    """
    with transaction.atomic():
        if not Item.objects.filter(pk=item_id).update(metadata=document):
            raise NotFound
        return index_metadata(item_id=item_id, document=document)


@transaction.atomic
def index_metadata(*, item_id: int, document: dict[str, Any]) -> MetadataReport:
    """Rewrite an item's statements from the document it already holds. Raises as above."""
    reading = expand_to_statements(document)
    replace_statements(readings={item_id: (document, reading)})
    return MetadataReport(len(reading.statements), reading.dropped)


@transaction.atomic
def replace_statements(*, readings: Mapping[int, tuple[dict[str, Any], Reading]]) -> int:
    """Let items state what is given by id: the document and what it says. What they state already
    is left as it is, and costs a look.

    Internal; the documents themselves are the caller's to store. Returns the number of rows.
    """
    lock_rows(Item, readings)
    times = dict(Item.objects.filter(pk__any_of=list(readings)).values_list("pk", "created_at"))
    wanted = [
        row
        for item_id, (document, reading) in readings.items()
        for row in _rows(item_id, times[item_id], _with_identity(document, reading))
    ]
    stated = ItemAttribute.objects.filter(item__pk__any_of=list(readings))
    known = {tuple(row): pk for pk, *row in stated.values_list("pk", *COLUMNS)}
    new = wanted
    if known:
        over = [known[row] for row in known.keys() - wanted]
        if over:
            ItemAttribute.objects.filter(pk__any_of=over).delete()
        new = [row for row in wanted if row not in known]
    if new:
        insert_rows(ItemAttribute, dict(zip(COLUMNS, zip(*new, strict=True), strict=True)))
    return len(wanted)


def _rows(
    item_id: int, created_at: datetime, statements: Iterable[Statement]
) -> Iterator[tuple[Any, ...]]:
    ordinals: dict[tuple[str, str], int] = {}
    for statement in statements:
        begins = statement.predicate, statement.value[:ATTRIBUTE_HEAD]
        ordinal = ordinals.get(begins, 0)
        yield item_id, created_at, ordinal, *statement
        ordinals[begins] = ordinal + 1


def identity_of(document: dict[str, Any], reading: Reading) -> str:
    """What the document calls its main node, else a name made of its content."""
    if reading.identity:
        return reading.identity
    content = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    return f"urn:sha256:{sha256(content).hexdigest()}"


def _with_identity(document: dict[str, Any], reading: Reading) -> tuple[Statement, ...]:
    if not document:
        return ()
    name = identity_of(document, reading)
    return (Statement("", METADATA_IDENTITY, name, object_iri=name), *reading.statements)
