"""Reads of whole bags: what two have in common, a bag as a stream, all bags as one matrix."""

from collections.abc import Iterator
from functools import cache

from django.db import connection
from django.db.models import BigIntegerField, QuerySet

from inventory.bag_matrix import BagMatrix
from inventory.data import BagOverlap, BagRole, BagShare
from inventory.models import Bag, BagEntry, BagUserObjectPermission
from recsys.lib.access import Actor, readable_by
from recsys.lib.columns import read_columns
from recsys.lib.lookup import get_readable
from recsys.lib.prepared import Parameter, Prepared

ENTRIES_AT_A_TIME = 5_000

_TABLE = BagEntry._meta.db_table

OVERLAP = f"""
    SELECT mine.size, mine.quantity, theirs.size, theirs.quantity, common.size, common.quantity
    FROM (SELECT COUNT(*) AS size, COALESCE(SUM(quantity), 0) AS quantity
          FROM {_TABLE} WHERE bag_id = %(bag)s) AS mine,
         (SELECT COUNT(*) AS size, COALESCE(SUM(quantity), 0) AS quantity
          FROM {_TABLE} WHERE bag_id = %(other)s) AS theirs,
         (SELECT COUNT(*) AS size, COALESCE(SUM(
                 CASE WHEN a.quantity < b.quantity THEN a.quantity ELSE b.quantity END), 0
             ) AS quantity
          FROM {_TABLE} AS a JOIN {_TABLE} AS b ON b.item_id = a.item_id
          WHERE a.bag_id = %(bag)s AND b.bag_id = %(other)s) AS common
"""


def bag_overlap(bag_id: int, other_id: int, *, actor: Actor) -> BagOverlap:
    """How much two bags have in common, computed in the database.

    Σ max is Σ mine + Σ theirs − Σ min, so one join over the common items gives the weighted
    Jaccard index. Raises NotFound for a bag the actor may not see.
    """
    for pk in (bag_id, other_id):
        get_readable(actor, Bag.objects.only("pk"), pk=pk)
    with connection.cursor() as cursor:
        cursor.execute(OVERLAP, {"bag": bag_id, "other": other_id})
        size, quantity, other_size, other_quantity, common, least = map(int, cursor.fetchone())
    most = quantity + other_quantity - least
    return BagOverlap(
        size=size,
        quantity=quantity,
        other_size=other_size,
        other_quantity=other_quantity,
        common=common,
        jaccard=least / most if most else 0.0,
    )


def bag_shares(bag_id: int, *, actor: Actor) -> list[BagShare]:
    """Everybody the actor may know a bag is shared with, by name.

    The owner sees all of them, a sharee themselves. Raises NotFound.
    """
    get_readable(actor, Bag.objects.only("pk"), pk=bag_id)
    grants = readable_by(actor, BagUserObjectPermission.objects.filter(content_object=bag_id))
    roles: dict[tuple[str, int], BagRole] = {}
    for username, user_id, codename in grants.values_list(
        "user__username", "user_id", "permission__codename"
    ):
        is_editor = codename == "edit_bag_entries"
        held = roles.setdefault((username, user_id), BagRole.VIEWER)
        roles[username, user_id] = BagRole.EDITOR if is_editor else held
    return [BagShare(user, username, role) for (username, user), role in sorted(roles.items())]


def latest_bag_items(bag_id: int, limit: int, *, actor: Actor) -> list[int]:
    """The items that came into the bag last, the latest first. NotFound for a bag unseen."""
    bag = get_readable(actor, Bag.objects.only("pk"), pk=bag_id)
    entries = BagEntry.objects.filter(bag=bag).order_by("-added_at", "-pk")
    return list(entries.values_list("item_id", flat=True)[:limit])


def own_bags(actor: Actor, *, limit: int) -> list[tuple[int, str]]:
    """(id, name) of the actor's newest bags: where they may want to put something."""
    return _newest_bags(limit).tuples(owner=actor.pk)


@cache
def _newest_bags(limit: int) -> Prepared:
    own = Bag.objects.filter(owner=Parameter("owner", BigIntegerField()))
    return Prepared(lambda: own.order_by("-id").values_list("pk", "name")[:limit])


def bag_contents(bag_id: int) -> Iterator[list[tuple[int, int]]]:
    """(item, quantity) of every entry, by item, some thousands at a time.

    By key, not by a server's cursor: nothing is held open between two parts, whatever the
    database. Each part is as the bag is at its moment.
    """
    last = 0
    entries = BagEntry.objects.filter(bag=bag_id).order_by("item_id")
    while True:
        page = entries.filter(item_id__gt=last).values_list("item_id", "quantity")
        part = list(page[:ENTRIES_AT_A_TIME])
        if not part:
            return
        yield part
        last = part[-1][0]


def all_bag_entries() -> QuerySet[BagEntry]:
    """Those of everybody's bags."""
    return BagEntry.objects.all()


def load_bag_matrix() -> BagMatrix:
    """All bags as one sparse matrix, read in columns: no Python object per entry."""
    return BagMatrix.from_columns(
        *read_columns(all_bag_entries(), "bag_id", "item_id", "quantity")
    )
