"""Bids that come in numbers: the record of past auctions, an import, the demo's seed."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from bidding import rules
from bidding.data import NewBid, Offer
from bidding.models import Bid, Order
from bidding.rules import Increments
from bidding.services.closing import BATCH, settle
from bidding.services.turns import increments
from inventory.data import LotState
from inventory.services import lock_lots_over, lock_open_lots, record_bids
from recsys.lib.bulk import analyze, batched, insert_new


@transaction.atomic
def import_bids(bids: Sequence[NewBid]) -> int:
    """Add bids to the record as they were, on lots that take bids; how many were added.

    The lots' current price becomes the highest amount, whatever the order of the bids. A bid on
    a lot that is closed, or by its seller, is left out.
    """
    lots = lock_open_lots({bid.item_id for bid in bids})
    allowed = [b for b in bids if _may_bid(b.bidder_id, b.created_at, lots.get(b.item_id))]
    return _add(allowed, lots)


@transaction.atomic
def import_offers(offers: Sequence[Offer]) -> int:
    """Bid by the increment rule in the order given; how many bids were added.

    An offer that was made into a bid before, by the same person on the same lot at the same
    time, adds nothing.
    """
    lots = lock_open_lots({offer.item_id for offer in offers})
    known = _known_bids({offer.bidder_id for offer in offers})
    prices = {pk: lot.current_price if lot.bid_count else None for pk, lot in lots.items()}
    bids, steps = [], increments()
    for item_id, bidder_id, created_at, extra, is_dated in offers:
        lot = lots.get(item_id)
        identity = (item_id, bidder_id, created_at if is_dated else None)
        if lot is None or identity in known or not _may_bid(bidder_id, created_at, lot):
            continue
        prices[item_id] = amount = _amount(lot, prices[item_id], extra, steps)
        bids.append(NewBid(item_id, bidder_id, amount, created_at))
        known |= {(item_id, bidder_id, created_at), (item_id, bidder_id, None)}
    return _add(bids, lots)


@transaction.atomic
def close_imported_lots(item_ids: Collection[int], now: datetime) -> int:
    """Close those of the lots whose end is past, as of that end; how many were sold."""
    lots = lock_lots_over(item_ids, now)
    return sum(sum(settle(batch, now, as_of_end=True)) for batch in batched(lots, BATCH))


def analyze_bids() -> None:
    analyze(Bid, Order)


def _known_bids(bidder_ids: Collection[int]) -> set[tuple[int, int, datetime | None]]:
    """Bids of these people as (lot, bidder, time), and as (lot, bidder, None) for the undated."""
    known: set[tuple[int, int, datetime | None]] = set()
    rows = Bid.objects.filter(bidder__pk__any_of=bidder_ids)
    for item_id, bidder_id, created_at in rows.values_list(
        "item", "bidder", "created_at"
    ).iterator():
        known |= {(item_id, bidder_id, created_at), (item_id, bidder_id, None)}
    return known


def _may_bid(bidder_id: int, created_at: datetime, lot: LotState | None) -> bool:
    if lot is None or lot.seller_id == bidder_id:
        return False
    return not rules.is_over(lot.end_at, created_at)


def _add(bids: Sequence[NewBid], lots: Mapping[int, LotState]) -> int:
    """Insert the bids, and count them and raise the price on their lots."""
    columns: dict[str, Sequence[Any]] = {
        "item": [bid.item_id for bid in bids],
        "bidder": [bid.bidder_id for bid in bids],
        "amount": [bid.amount for bid in bids],
        "kind": [bid.kind for bid in bids],
        "created_at": [bid.created_at for bid in bids],
    }
    insert_new(Bid, columns, returning="id")
    counts = Counter(bid.item_id for bid in bids)
    highest: dict[int, Decimal] = {}
    for bid in bids:
        highest[bid.item_id] = max(bid.amount, highest.get(bid.item_id, bid.amount))
    record_bids(
        {
            pk: (_highest(lots[pk], amount), lots[pk].bid_count + counts[pk])
            for pk, amount in highest.items()
        }
    )
    return len(bids)


def _amount(lot: LotState, price: Decimal | None, extra: int, steps: Increments) -> Decimal:
    """What the next bid must at least offer, `price` being the highest so far, and above."""
    step = rules.increment_at(lot.starting_price if price is None else price, steps)
    return rules.minimum_bid(price, lot.starting_price, steps) + extra * step


def _highest(lot: LotState, amount: Decimal) -> Decimal:
    """The current price after `amount`; before the first bid it is only the starting price."""
    if lot.bid_count == 0 or lot.current_price is None:
        return amount
    return max(lot.current_price, amount)
