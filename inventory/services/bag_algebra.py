"""Bags as multisets: merge, intersect, subtract.

A bag is a multiset: for each item a quantity, 0 where there is no entry. With A the quantities
of the bag that changes and B those of the other,

- merge:      A(i) ← min(A(i) + B(i), MAX_QUANTITY)
- intersect:  A(i) ← min(A(i), B(i))
- subtract:   A(i) ← max(A(i) − B(i), 0)

and an entry whose quantity becomes 0 is gone. So merging and intersecting are commutative and
associative, intersecting is idempotent, and subtracting what was merged gives A back unless the
limit was met. A bag may be combined with itself: it doubles, stays, empties.

Each is two statements over whole bags, in one transaction that holds both bags' locks: 100,000
entries never pass through Python.
"""

from django.db import connection
from django.utils import timezone

from inventory.data import MAX_QUANTITY, BagChange
from inventory.models import Bag, BagEntry
from inventory.services.bags import check_size, editable_bags
from recsys.lib.access import Actor
from recsys.lib.retry import retried_transaction

TABLE = BagEntry._meta.db_table

RAISE_BY_THEIRS = f"""
    UPDATE {TABLE} AS mine SET quantity = CASE
        WHEN mine.quantity > %(most)s - theirs.quantity THEN %(most)s
        ELSE mine.quantity + theirs.quantity END
    FROM {TABLE} AS theirs
    WHERE mine.bag_id = %(bag)s AND theirs.bag_id = %(other)s
        AND theirs.item_id = mine.item_id AND mine.quantity < %(most)s
"""

ADD_MISSING = f"""
    INSERT INTO {TABLE} (bag_id, item_id, quantity, added_at)
    SELECT %(bag)s, theirs.item_id, theirs.quantity, %(now)s FROM {TABLE} AS theirs
    WHERE theirs.bag_id = %(other)s AND NOT EXISTS (
        SELECT 1 FROM {TABLE} AS mine
        WHERE mine.bag_id = %(bag)s AND mine.item_id = theirs.item_id)
    ORDER BY theirs.item_id
"""

KEEP_COMMON = f"""
    DELETE FROM {TABLE} AS mine WHERE mine.bag_id = %(bag)s AND NOT EXISTS (
        SELECT 1 FROM {TABLE} AS theirs
        WHERE theirs.bag_id = %(other)s AND theirs.item_id = mine.item_id)
"""

LOWER_TO_THEIRS = f"""
    UPDATE {TABLE} AS mine SET quantity = theirs.quantity FROM {TABLE} AS theirs
    WHERE mine.bag_id = %(bag)s AND theirs.bag_id = %(other)s
        AND theirs.item_id = mine.item_id AND theirs.quantity < mine.quantity
"""

REMOVE_COVERED = f"""
    DELETE FROM {TABLE} AS mine WHERE mine.bag_id = %(bag)s AND EXISTS (
        SELECT 1 FROM {TABLE} AS theirs
        WHERE theirs.bag_id = %(other)s AND theirs.item_id = mine.item_id
            AND theirs.quantity >= mine.quantity)
"""

LOWER_BY_THEIRS = f"""
    UPDATE {TABLE} AS mine SET quantity = mine.quantity - theirs.quantity FROM {TABLE} AS theirs
    WHERE mine.bag_id = %(bag)s AND theirs.bag_id = %(other)s
        AND theirs.item_id = mine.item_id AND theirs.quantity < mine.quantity
"""


@retried_transaction
def merge_bags(*, actor: Actor, bag_id: int, other_id: int) -> BagChange:
    """Add the other bag's quantities to this bag's, each up to the most an entry can hold.

    Raises NotFound for either, NotAllowed for this one, Conflict if it would hold too many items.
    """
    bag = editable_bags(actor, bag_id, other_id)[bag_id]
    changed = _run(RAISE_BY_THEIRS, bag, other_id)
    added = _run(ADD_MISSING, bag, other_id)
    return BagChange(added=added, changed=changed, removed=0, size=check_size(bag))


@retried_transaction
def intersect_bags(*, actor: Actor, bag_id: int, other_id: int) -> BagChange:
    """Keep in this bag what is in both, each the smaller quantity. Raises NotFound, NotAllowed."""
    return _narrow(actor, bag_id, other_id, KEEP_COMMON, LOWER_TO_THEIRS)


@retried_transaction
def subtract_bags(*, actor: Actor, bag_id: int, other_id: int) -> BagChange:
    """Take the other bag's quantities off this bag's. Raises NotFound, NotAllowed."""
    return _narrow(actor, bag_id, other_id, REMOVE_COVERED, LOWER_BY_THEIRS)


def _narrow(actor: Actor, bag_id: int, other_id: int, remove: str, lower: str) -> BagChange:
    bag = editable_bags(actor, bag_id, other_id)[bag_id]
    removed = _run(remove, bag, other_id)
    changed = _run(lower, bag, other_id)
    return BagChange(added=0, changed=changed, removed=removed, size=bag.entries.count())


def _run(statement: str, bag: Bag, other_id: int) -> int:
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    parameters = {"bag": bag.pk, "other": other_id, "now": now, "most": MAX_QUANTITY}
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount
