"""What auctions do to items: bidding's way to lock, move and settle lots. No actor but the bidder.

A lot's row is its lock: whoever holds it decides price, count, end and status.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from django.db.models import DateTimeField, F, IntegerField

from inventory.data import AuctionStatus, Lot, PublicationStatus
from inventory.models import Item
from recsys.lib.access import Actor
from recsys.lib.errors import NotFound
from recsys.lib.filters import LARGEST_ID
from recsys.lib.lookup import get_readable
from recsys.lib.prepared import Parameter, Prepared, one_trip
from recsys.lib.prepared_writes import Write, prepared_update, write_both

Answered = TypeVar("Answered")

LOT_FIELDS = [
    "id",
    "seller_id",
    "publication_status",
    "is_hidden",
    "auction_status",
    "starting_price",
    "reserve_price",
    "current_price",
    "buy_now_price",
    "bid_count",
    "start_at",
    "end_at",
    "extension_count",
]
BIDS_STAND = [AuctionStatus.ACTIVE, AuctionStatus.PAUSED]
"""Also of a lot its seller has hidden meanwhile: who bid in good faith wins it all the same."""


_LOCK = Prepared(
    lambda: (
        Item.objects.select_for_update(no_key=True)
        .filter(pk=Parameter("item"))
        .order_by()
        .values(*LOT_FIELDS)
    ),
    clock="now",
)
_RAISE = prepared_update(
    lambda: Item.objects.filter(pk=Parameter("item")),
    current_price=Parameter("price", Item._meta.get_field("current_price")),
    bid_count=F("bid_count") + Parameter("count", IntegerField()),
    auction_status=AuctionStatus.ACTIVE,
    end_at=Parameter("end_at", DateTimeField()),
    extension_count=Parameter("extension_count", IntegerField()),
)


def lock_lot(
    *, actor: Actor, item_id: int, beside: Callable[[], Answered]
) -> tuple[Lot, datetime, Answered]:
    """The lot as it is now and stays until the transaction ends, and the database's clock then.

    `beside` asks what else is to be known once the lot is locked: it travels with the lock, in
    one trip, and what it returned is the third result. Raises NotFound if `actor` may not see
    the lot.

    Rows that refer to the item (bids, watches) do not wait for this lock, nor it for them.
    """
    if item_id > LARGEST_ID:
        raise NotFound
    with one_trip():
        locked = _LOCK.ask(item=item_id)
        answered = beside()
    found = locked.rows()
    if not found:
        raise NotFound
    now = found[0].pop("now")
    lot = Lot(**found[0])
    if not lot.is_public:
        get_readable(actor, Item.objects.all(), pk=item_id)
    return lot, now, answered


def raise_price(  # noqa: PLR0913 (what a bid changes)
    *,
    item_id: int,
    price: Decimal,
    count: int,
    end_at: datetime | None,
    extension_count: int,
    beside: Write,
) -> None:
    """After `count` new bids, the highest of them `price`: the lot is active, its end as given.

    `beside` writes the last of the bids, with this and at no further cost.
    """
    raised = _RAISE.given(
        item=item_id, price=price, count=count, end_at=end_at, extension_count=extension_count
    )
    write_both(beside, raised)


def open_scheduled_lots(*, now: datetime) -> int:
    """Open the lots whose start has come; how many there were."""
    return Item.objects.filter(
        auction_status=AuctionStatus.SCHEDULED,
        publication_status=PublicationStatus.PUBLISHED,
        start_at__lte=now,
    ).update(auction_status=AuctionStatus.ACTIVE)


def lock_due_lots(*, now: datetime, limit: int) -> list[Lot]:
    """Up to `limit` lots whose end has come, locked, earliest first.

    Those another process holds are left to it, or to the next run.
    """
    due = Item.objects.filter(auction_status__in=BIDS_STAND, end_at__lte=now)
    rows = due.order_by("end_at", "id").select_for_update(no_key=True, skip_locked=True)
    return [Lot(*row) for row in rows.values_list(*LOT_FIELDS)[:limit]]


def settle_lots(item_ids: Sequence[int], status: AuctionStatus) -> None:
    """Close lots for good, as sold or ended."""
    Item.objects.filter(pk__in=item_ids).update(auction_status=status)
