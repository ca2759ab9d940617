"""What bids that come in numbers do to their lots."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from inventory.data import AuctionStatus, Kind, LotState
from inventory.models import Item
from recsys.lib.bulk import batched, update_rows

IDS_PER_QUERY = 10_000
IMPORTED_STARTING_PRICE = Decimal("1.00")


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
    return _lock(item_ids)


@transaction.atomic
def record_bids(highest: Mapping[int, tuple[Decimal, int]]) -> None:
    """Set each lot's current price and number of bids, in the transaction that adds the bids."""
    update_rows(Item, highest, fields=["current_price", "bid_count"])


@transaction.atomic
def lock_lots_over(item_ids: Collection[int], now: datetime) -> dict[int, LotState]:
    """Those of the lots whose end is past but which are not closed yet, locked likewise."""
    return _lock(item_ids, end_at__lte=now)


@transaction.atomic
def close_lots(outcomes: Mapping[int, AuctionStatus]) -> None:
    update_rows(Item, {pk: [status] for pk, status in outcomes.items()}, fields=["auction_status"])


def _lock(item_ids: Collection[int], **conditions: datetime) -> dict[int, LotState]:
    lots: dict[int, LotState] = {}
    for batch in batched(sorted(item_ids), IDS_PER_QUERY):
        rows = Item.objects.filter(
            pk__in=batch, auction_status=AuctionStatus.ACTIVE, **conditions
        ).order_by("pk")
        for pk, *state in rows.select_for_update().values_list(
            "pk",
            "seller",
            "starting_price",
            "current_price",
            "bid_count",
            "reserve_price",
            "end_at",
        ):
            lots[pk] = LotState(*state)
    return lots
