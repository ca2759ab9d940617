"""Public reads of bids."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db.models import BigIntegerField, Case, F, OuterRef, QuerySet, Subquery, Value, When

from bidding.aliases import alias_of
from bidding.data import ShownBid, Standing
from bidding.models import Bid, Order, ProxyBid
from inventory.data import AuctionStatus
from recsys.lib.access import Actor
from recsys.lib.days import by_day
from recsys.lib.prepared import Parameter, Prepared

__all__ = [
    "all_bids",
    "all_orders",
    "bid_history",
    "bids_by",
    "bids_of",
    "bids_on",
    "bids_per_day",
    "bids_with_standing",
    "orders_of",
]

CLOSED = [AuctionStatus.SOLD, AuctionStatus.ENDED, AuctionStatus.CANCELLED]


def all_bids() -> QuerySet[Bid]:
    return Bid.objects.all()


def all_orders() -> QuerySet[Order]:
    return Order.objects.all()


def bids_by(people: Iterable[int] | QuerySet, since: datetime | None = None) -> QuerySet[Bid]:
    """Bids these people placed, all of them or those from `since` on; ids or a subquery of ids."""
    bids = Bid.objects.filter(bidder__in=people)
    return bids if since is None else bids.filter(created_at__gte=since)


def bids_on(items: Iterable[int]) -> QuerySet[Bid]:
    return Bid.objects.filter(item__in=items)


def bids_per_day(since: datetime) -> dict[date, int]:
    """Bids from `since` on, by UTC day; by an index, which holds nothing else."""
    return by_day(Bid.objects.filter(created_at__gte=since), "created_at")


def bids_with_standing() -> QuerySet[Bid]:
    """Each with its lot, its `standing` there, and its bidder's `maximum`: for the bidder only."""
    is_highest = {"amount": F("item__current_price")}
    standing = Case(
        When(item__order__buyer=F("bidder"), **is_highest, then=Value(Standing.WON)),
        When(item__auction_status__in=CLOSED, then=Value(Standing.LOST)),
        When(**is_highest, then=Value(Standing.LEADING)),
        default=Value(Standing.OUTBID),
    )
    own = ProxyBid.objects.filter(item=OuterRef("item"), bidder=OuterRef("bidder"))
    return Bid.objects.select_related("item").annotate(
        standing=standing, maximum=Subquery(own.values("maximum"))
    )


def bids_of(bidder: Any) -> QuerySet[Bid]:
    """What this person bid; their id, or an expression for it."""
    return Bid.objects.filter(bidder=bidder)


def orders_of(buyer: Any) -> QuerySet[Order]:
    """What this person bought; their id, or an expression for it."""
    return Order.objects.filter(buyer=buyer)


def bid_history(item_id: int, *, actor: Actor, limit: int) -> list[ShownBid]:
    """A lot's bids as anybody may see them, the leader first; `is_own` marks the actor's."""
    return [
        ShownBid(amount, at, alias_of(item_id=item_id, bidder_id=bidder), bidder == actor.pk)
        for amount, at, bidder in _highest(limit).tuples(item=item_id)
    ]


@cache
def _highest(limit: int) -> Prepared:
    bids = Bid.objects.filter(item=Parameter("item", BigIntegerField())).order_by("-amount", "id")
    return Prepared(lambda: bids.values_list("amount", "created_at", "bidder")[:limit])
