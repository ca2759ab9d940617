"""What bids that come in numbers do to their lots."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from inventory.data import AuctionStatus, Kind, Lot, LotState
from inventory.models import Item
from inventory.querysets import ItemQuerySet
from inventory.services.auctions import LOT_FIELDS
from recsys.lib.bulk import update_rows

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
    Item.objects.filter(pk__any_of=item_ids, auction_status=None).update(
        kind=Kind.LOT,
        auction_status=AuctionStatus.ACTIVE,
        starting_price=IMPORTED_STARTING_PRICE,
        current_price=IMPORTED_STARTING_PRICE,
    )


@transaction.atomic
def lock_open_lots(item_ids: Collection[int]) -> dict[int, LotState]:
    """Those of the lots that take bids, locked in the order of their keys."""
    rows = _locked(item_ids).values_list("pk", *STATE_FIELDS)
    return {pk: LotState(*state) for pk, *state in rows}


@transaction.atomic
def record_bids(highest: Mapping[int, tuple[Decimal, int]]) -> None:
    """Set each lot's current price and number of bids, in the transaction that adds the bids."""
    update_rows(Item, highest, fields=["current_price", "bid_count"])


@transaction.atomic
def lock_lots_over(item_ids: Collection[int], now: datetime) -> list[Lot]:
    """Those of the lots whose end is past but which are not closed yet, locked likewise."""
    over = _locked(item_ids).filter(end_at__lte=now)
    return [Lot(*row) for row in over.values_list(*LOT_FIELDS)]


def _locked(item_ids: Collection[int]) -> ItemQuerySet:
    """Those of the lots that are active, to be read and locked in the order of their keys."""
    active = Item.objects.filter(pk__any_of=item_ids, auction_status=AuctionStatus.ACTIVE)
    return active.order_by("pk").select_for_update(no_key=True)
