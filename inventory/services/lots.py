"""What bids that come in numbers do to their lots."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from inventory.data import AuctionStatus, Kind, Lot, LotState
from inventory.models import Item
from inventory.querysets import ItemQuerySet
from inventory.services.auctions import LOT_FIELDS
from recsys.lib.bulk import batched, update_rows

IDS_PER_QUERY = 10_000
IMPORTED_STARTING_PRICE = Decimal("1.00")
STATE_FIELDS = [
    "seller",
    "starting_price",
    "current_price",
    "bid_count",
    "reserve_price",
    "end_at",
]


@transaction.atomic
def open_lots(item_ids: Collection[int]) -> None:
    """Turn things that were not auctioned into lots open for bids, without an end."""
    for batch in batched(item_ids, IDS_PER_QUERY):
        Item.objects.filter(pk__in=batch, auction_status=None).update(
            kind=Kind.LOT,
            auction_status=AuctionStatus.ACTIVE,
            starting_price=IMPORTED_STARTING_PRICE,
            current_price=IMPORTED_STARTING_PRICE,
        )


@transaction.atomic
def lock_open_lots(item_ids: Collection[int]) -> dict[int, LotState]:
    """Those of the lots that take bids, locked in the order of their keys."""
    return {
        pk: LotState(*state)
        for rows in _locked(item_ids)
        for pk, *state in rows.values_list("pk", *STATE_FIELDS)
    }


@transaction.atomic
def record_bids(highest: Mapping[int, tuple[Decimal, int]]) -> None:
    """Set each lot's current price and number of bids, in the transaction that adds the bids."""
    update_rows(Item, highest, fields=["current_price", "bid_count"])


@transaction.atomic
def lock_lots_over(item_ids: Collection[int], now: datetime) -> list[Lot]:
    """Those of the lots whose end is past but which are not closed yet, locked likewise."""
    return [
        Lot(*row)
        for rows in _locked(item_ids)
        for row in rows.filter(end_at__lte=now).values_list(*LOT_FIELDS)
    ]


def _locked(item_ids: Collection[int]) -> Iterator[ItemQuerySet]:
    """Those of the lots that are active, in querysets that lock them in the order of keys."""
    for batch in batched(sorted(item_ids), IDS_PER_QUERY):
        active = Item.objects.filter(pk__in=batch, auction_status=AuctionStatus.ACTIVE)
        yield active.order_by("pk").select_for_update()
