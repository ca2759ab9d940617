"""What other apps may know of bids: their kinds, and the states of an order."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import TextChoices


class BidKind(TextChoices):
    MANUAL = "manual", "Manual"
    PROXY = "proxy", "Proxy"
    AUTO = "auto", "Automatic"


class OrderStatus(TextChoices):
    PAYMENT_PENDING = "payment_pending", "Payment pending"
    PAID = "paid", "Paid"
    DISPATCHED = "dispatched", "Dispatched"
    COMPLETED = "completed", "Completed"
    CANCELLED = "cancelled", "Cancelled"


class NewBid(NamedTuple):
    """A bid as an import or a seed gives it."""

    item_id: int
    bidder_id: int
    amount: Decimal
    created_at: datetime
    kind: BidKind = BidKind.MANUAL


class Offer(NamedTuple):
    """Somebody's bid whose amount the rules will say: the least accepted, and `extra` above."""

    item_id: int
    bidder_id: int
    created_at: datetime
    extra: int = 0
    """In increments."""
    is_dated: bool = True
    """Whether the time is known; if not, person and lot alone say which bid it is."""


class ShownBid(NamedTuple):
    """A bid as everybody may see it; the bidder goes by an alias."""

    amount: Decimal
    created_at: datetime
    bidder: str
    is_own: bool


class Standing(TextChoices):
    """What has become of a bid."""

    LEADING = "leading", "Leading"
    OUTBID = "outbid", "Outbid"
    WON = "won", "Won"
    LOST = "lost", "Lost"


@dataclass(frozen=True, slots=True)
class BidResult:
    """How a lot stands after somebody bid on it."""

    item: int
    amount: Decimal | None
    """Of the actor's own bid; None if only a maximum changed, or another's was raised to win."""
    standing: Standing
    created_at: datetime
    current_price: Decimal
    minimum_bid: Decimal
    end_at: datetime | None
