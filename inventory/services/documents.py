"""Many JSON-LD documents as items: what operators import, from elsewhere or from an export.

A document is known again by what it calls itself, or by its content where it has no name, among
the seller's items; an item exported from this site is known by its own address, and where its
number is free, as in an empty database, it gets it back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Field
from django.utils import timezone
from django.utils.text import slugify

from inventory.data import METADATA_IDENTITY, DocumentReport, Kind, NewCategory, PublicationStatus
from inventory.jsonld import exported_id
from inventory.jsonld_fields import NAMELESS, category_of, item_fields, state_fields
from inventory.models import ATTRIBUTE_HEAD, Item, ItemAttribute
from inventory.services.imports import import_categories
from inventory.services.items import asking_price
from inventory.services.metadata import identity_of, replace_statements
from recsys.lib.bulk import insert_new, update_rows
from recsys.lib.errors import InvalidInput
from recsys.lib.jsonld.statements import Reading, expand_to_statements

READ_BY_PEOPLE = (
    "kind", "title", "slug", "description", "category", "condition", "starting_price",
    "reserve_price", "current_price", "buy_now_price", "start_at", "end_at", "metadata",
)  # fmt: skip
STATE = ("publication_status", "auction_status", "is_hidden", "created_at", "updated_at")


@dataclass
class ReadDocument:
    """A document on its way to becoming somebody's item."""

    document: dict[str, Any]
    metadata_reading: Reading
    item: Item
    identity: str
    category: NewCategory | None
    own_id: int | None
    dropped: tuple[str, ...]


@transaction.atomic
def import_documents(*, seller_id: int, documents: Sequence[ReadDocument]) -> DocumentReport:
    """Make or update one item per document, whatever their number in few statements."""
    for each in documents:
        each.item.seller_id = seller_id
    _place_in_categories(documents)
    known = _known_items(seller_id, documents)
    new: dict[str, ReadDocument] = {}
    changed: dict[int, ReadDocument] = {}
    for each in documents:
        item_id = known.get(each.identity)
        if item_id is None:
            new[each.identity] = each
        else:
            changed[item_id] = each
    _insert(list(new.values()))
    _update(changed)
    _index((*new.values(), *changed.values()))
    dropped = tuple(each.dropped for each in documents if each.dropped)
    return DocumentReport(len(new), len(changed), dropped)


def read_document(*, document: Any, now: datetime, publish: bool = False) -> ReadDocument:
    """What a document says, for `import_documents`; no database is asked.

    With `publish`, a new thing that is not auctioned is published; lots stay drafts. Raises
    InvalidInput and what `expand_to_statements` does.
    """
    reading = expand_to_statements(document)
    own_id = exported_id(document)
    fields = item_fields(document, reading)
    fields.pop("category", None)
    metadata = fields["metadata"]
    item = Item(created_at=now, updated_at=now)
    _clean_into(item, fields | (state_fields(reading) if own_id else {}))
    item.slug = slugify(item.title)[:200]
    if own_id is None:
        item.current_price = asking_price(item)
    if publish and own_id is None and item.kind != Kind.LOT:
        item.publication_status = PublicationStatus.PUBLISHED
    metadata_reading = reading if metadata is document else expand_to_statements(metadata)
    name = f"{own_id}" if own_id else identity_of(metadata, metadata_reading)
    category = category_of(reading)
    return ReadDocument(document, metadata_reading, item, name, category, own_id, reading.dropped)


def _clean_into(item: Item, fields: Mapping[str, Any]) -> None:
    """Set fields from text, checked as a form would. Raises InvalidInput, naming the field."""
    if not fields.get("title"):
        raise InvalidInput(NAMELESS)
    for name, value in fields.items():
        try:
            cleaned = cast("Field[Any, Any]", Item._meta.get_field(name)).clean(value, item)
        except ValidationError as error:
            raise InvalidInput(f"{name}: {error.messages[0]}") from error
        if isinstance(cleaned, datetime) and timezone.is_naive(cleaned):
            cleaned = timezone.make_aware(cleaned)
        setattr(item, name, cleaned)
    if item.start_at and item.end_at and item.end_at <= item.start_at:
        raise InvalidInput("The end must come after the start.")


def _place_in_categories(drafts: Sequence[ReadDocument]) -> None:
    placed = [(draft, draft.category) for draft in drafts if draft.category is not None]
    if placed:
        ids = import_categories({category.slug: category for _, category in placed}.values())
        for draft, category in placed:
            draft.item.category_id = ids[category.slug]


def _known_items(seller_id: int, drafts: Sequence[ReadDocument]) -> dict[str, int]:
    """Identity → id of the item that has it already."""
    names = {draft.identity for draft in drafts if draft.own_id is None}
    rows = ItemAttribute.objects.filter(
        predicate=METADATA_IDENTITY,
        head__any_of={name[:ATTRIBUTE_HEAD] for name in names},
        value__any_of=names,
        item__seller=seller_id,
    ).order_by("-item")
    known: dict[str, int] = dict(rows.values_list("value", "item"))
    own_ids = [draft.own_id for draft in drafts if draft.own_id is not None]
    own = Item.objects.filter(pk__in=own_ids, seller=seller_id).values_list("pk", flat=True)
    return known | {str(pk): pk for pk in own}


def _insert(drafts: list[ReadDocument]) -> None:
    """New items; those exported from here get their number back where it is free, and with it
    the price and figures they had. What got none is a copy, which nobody has bid on."""
    numbers = [draft.own_id for draft in drafts if draft.own_id is not None]
    taken = set(Item.objects.filter(pk__in=numbers).values_list("pk", flat=True))
    numbered = [draft for draft in drafts if draft.own_id in set(numbers) - taken]
    for draft in numbered:
        draft.item.pk = draft.own_id
    newcomers = [draft.item for draft in drafts if draft.item.pk is None]
    for item in newcomers:
        item.bid_count = item.watcher_count = 0
        item.current_price = asking_price(item)
    restored = {draft.item.pk: (draft.item.updated_at,) for draft in numbered}
    Item.objects.bulk_create([draft.item for draft in numbered])
    _insert_new(newcomers)
    if restored:
        update_rows(Item, restored, fields=["updated_at"])
        _move_sequence_on()


def _insert_new(items: Sequence[Item]) -> None:
    """As `bulk_create`, for a third of its time; the ids come in the items' order there, too."""
    fields = [field for field in Item._meta.concrete_fields if not field.primary_key]
    columns = {field.name: [getattr(item, field.attname) for item in items] for field in fields}
    for item, pk in zip(items, insert_new(Item, columns, returning="id"), strict=True):
        item.pk = pk


def _move_sequence_on() -> None:
    """Let the next item get a number beyond those that were given back."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Item]):
            cursor.execute(statement)


def _update(changed: Mapping[int, ReadDocument]) -> None:
    """What the documents say now; prices and times stay where somebody has bid."""
    if not changed:
        return
    with_bids = Item.objects.filter(pk__in=list(changed), bid_count__gt=0)
    kept = set(with_bids.values_list("pk", flat=True))
    free = [name for name in READ_BY_PEOPLE if not name.endswith(("_price", "_at"))]
    for names, ids in (
        (free, [pk for pk in changed if pk in kept]),
        (READ_BY_PEOPLE, [pk for pk in changed if pk not in kept]),
    ):
        rows = {pk: [_column(changed[pk].item, name) for name in names] for pk in ids}
        if rows:
            update_rows(Item, rows, fields=names)
    for pk, draft in changed.items():
        draft.item.pk = pk


def _column(item: Item, name: str) -> Any:
    match name:
        case "category":
            return item.category_id
        case "current_price":
            return asking_price(item)
    return getattr(item, name)


def _index(drafts: Sequence[ReadDocument]) -> None:
    readings = {draft.item.pk: (draft.item.metadata, draft.metadata_reading) for draft in drafts}
    if readings:
        replace_statements(readings=readings)
