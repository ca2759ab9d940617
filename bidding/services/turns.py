"""One person's turn at a lot: its row locked, the database's clock read after that."""

from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from bidding import rules
from bidding.models import ProxyBid
from bidding.rules import Increments, Stake
from inventory.data import AuctionStatus, Lot
from inventory.services import lock_lot
from recsys.lib.access import Actor
from recsys.lib.errors import Conflict, NotAllowed
from recsys.lib.prepared import Parameter, Prepared

CLOSED = [AuctionStatus.ENDED, AuctionStatus.SOLD, AuctionStatus.CANCELLED]

_RIVAL = Prepared(
    lambda: (
        ProxyBid.objects.filter(item=Parameter("item"))
        .exclude(bidder=Parameter("actor"))
        .order_by("-maximum", "created_at", "id")
        .values("bidder", "maximum")[:1]
    )
)


def increments() -> Increments:
    """The published increments, or the setting's. Raises ValueError if that is malformed."""
    pairs = settings.BID_INCREMENTS
    return rules.INCREMENTS if pairs is None else rules.parse_increments(pairs)


@dataclass(frozen=True, slots=True)
class Turn:
    lot: Lot
    actor: Actor
    now: datetime
    increments: Increments
    rival: Stake | None
    """The best maximum of anybody else: the highest, of equal ones the earliest."""

    @property
    def minimum(self) -> Decimal:
        return _minimum(self.lot, self.increments)


def take_turn(actor: Actor, item_id: int) -> Turn:
    """Wait for the lot, then see whether it still takes the actor's bids.

    Raises NotFound; NotAllowed for the seller; Conflict if it is over or not open. To be called
    in a transaction, which holds the lot until its end.
    """
    lot, now, asked = lock_lot(
        actor=actor, item_id=item_id, beside=lambda: _RIVAL.ask(item=item_id, actor=actor.pk)
    )
    rivals = [Stake(*row) for row in asked.tuples()]
    if lot.seller_id == actor.pk:
        raise NotAllowed("This lot is your own.", code="own_lot")
    if lot.auction_status in CLOSED or rules.is_over(lot.end_at, now):
        raise Conflict("This auction is over.", code="auction_over")
    if not _is_open(lot, now):
        raise Conflict("This lot is not open for bids.", code="auction_not_active")
    return Turn(lot, actor, now, increments(), next(iter(rivals), None))


def _is_open(lot: Lot, now: datetime) -> bool:
    """Also of a lot whose start has come before anybody set it active."""
    is_due = lot.start_at is not None and lot.start_at <= now
    is_opening = lot.auction_status == AuctionStatus.SCHEDULED and is_due
    return lot.is_public and (lot.auction_status == AuctionStatus.ACTIVE or is_opening)


def bid_offer(item: Any, *, now: datetime) -> Decimal | None:
    """The least that would be accepted for an item as it was just read; None if it takes no bids.

    For forms: until the bid comes the lot may move, and only `take_turn` decides.
    """
    lot = Lot(**{field.name: getattr(item, field.name) for field in fields(Lot)})
    if rules.is_over(lot.end_at, now) or not _is_open(lot, now):
        return None
    return _minimum(lot, increments())


def _minimum(lot: Lot, steps: Increments) -> Decimal:
    price = lot.current_price if lot.bid_count else None
    return rules.minimum_bid(price, lot.starting_price or Decimal(0), steps)
