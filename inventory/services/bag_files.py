"""Bringing a bag in from outside: a list of items and quantities, checked and stored as one."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from inventory.data import MAX_QUANTITY, Visibility
from inventory.models import Bag, BagEntry
from inventory.queries import visible_item_ids
from inventory.services.bags import check_quantity, create_bag
from recsys.lib.access import Actor
from recsys.lib.bulk import insert_new
from recsys.lib.errors import InvalidInput
from recsys.lib.retry import retried_transaction

MAX_IMPORT = 100_000
"""Entries in one document."""


@retried_transaction
def import_bag(
    *,
    actor: Actor,
    name: str,
    entries: Sequence[tuple[int, int]],
    visibility: str = Visibility.PRIVATE,
) -> tuple[Bag, list[int]]:
    """A new bag of the actor's with these (item, quantity) entries.

    An item given twice adds up, as in a merge. Returns the bag, and the items left out because
    the actor may not see them or they do not exist. Raises InvalidInput (quantity, or more than
    `MAX_IMPORT` items) and stores nothing then.
    """
    quantities: Counter[int] = Counter()
    for item_id, quantity in entries:
        check_quantity(quantity)
        quantities[item_id] += quantity
    if len(quantities) > MAX_IMPORT:
        raise InvalidInput(f"A document holds at most {MAX_IMPORT} items.", code="too_many")
    bag = create_bag(actor=actor, name=name, visibility=visibility)
    known = visible_item_ids(quantities, actor=actor)
    _insert(bag, {item: min(quantities[item], MAX_QUANTITY) for item in sorted(known)})
    return bag, sorted(quantities.keys() - known)


def _insert(bag: Bag, quantities: dict[int, int]) -> None:
    columns: dict[str, list[Any]] = {
        "bag": [bag.pk] * len(quantities),
        "item": list(quantities),
        "quantity": list(quantities.values()),
        "added_at": [timezone.now()] * len(quantities),
    }
    insert_new(BagEntry, columns, returning="item")
