"""Auctions open and close on time, whoever is or is not bidding."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import OuterRef, Subquery

from bidding import rules
from bidding.models import Bid, Order
from inventory.data import AuctionStatus, Lot
from inventory.services import lock_due_lots, open_scheduled_lots, settle_lots
from recsys.lib.clock import database_now
from recsys.lib.commands import Progress, no_progress
from recsys.lib.retry import retried_transaction

BATCH = 500


def close_due_auctions(
    *, now: datetime | None = None, progress: Progress = no_progress
) -> dict[str, int]:
    """Open the lots whose start has come, close those whose end has; how many of each.

    A lot whose highest bid meets its reserve is sold, and gets its one order; any other has
    ended. `now` is the database's clock unless given. Each batch is a transaction of its own, and
    any number of these may run at once: a lot somebody else holds is left to them.
    """
    now = now or database_now()
    opened, sold, ended = _open(now), 0, 0
    while outcomes := _settle_batch(now):
        sold += outcomes.count(True)
        ended += outcomes.count(False)
        progress(sold + ended, sold + ended)
    return {"opened": opened, "sold": sold, "ended": ended}


@retried_transaction
def _open(now: datetime) -> int:
    return open_scheduled_lots(now=now)


@retried_transaction
def _settle_batch(now: datetime) -> list[bool]:
    """Settle up to a batch of lots; of each whether it was sold."""
    return settle(lock_due_lots(now=now, limit=BATCH), now)


def settle(lots: Sequence[Lot], now: datetime, *, as_of_end: bool = False) -> list[bool]:
    """Sell or end these locked lots, up to a batch of them; of each whether it was sold.

    Orders are dated `now`, or, of what lies in the past, when their lot ended.
    """
    sold = _winners(lots)
    ends = {lot.id: lot.end_at for lot in lots if as_of_end}
    # A lot that has its order keeps it: there is never a second one.
    Order.objects.bulk_create(
        (
            Order(
                item_id=lot_id,
                buyer_id=bid.bidder_id,
                amount=bid.amount,
                created_at=ends.get(lot_id) or now,
            )
            for lot_id, bid in sold.items()
        ),
        ignore_conflicts=True,
    )
    settle_lots(list(sold), AuctionStatus.SOLD)
    settle_lots([lot.id for lot in lots if lot.id not in sold], AuctionStatus.ENDED)
    return [lot.id in sold for lot in lots]


def _winners(lots: Sequence[Lot]) -> dict[int, Bid]:
    """The highest bids of those lots where it meets the reserve, in one query."""
    reserves = {lot.id: lot.reserve_price for lot in lots}
    highest = Bid.objects.filter(item=OuterRef("item")).highest_first().values("pk")[:1]
    leaders = Bid.objects.filter(item__in=reserves, pk=Subquery(highest))
    return {
        bid.item_id: bid for bid in leaders if rules.is_sold(bid.amount, reserves[bid.item_id])
    }
